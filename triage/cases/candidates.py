"""Where candidates for a new report come from: a protocol with the database behind it, or memory for a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from triage.model import LinkKey


class Candidates(Protocol):
    """Finds reports that share a link key."""

    def meet(self, keys: Sequence[LinkKey], limit: int) -> list[str]:
        """Ids of at most ``limit`` reports that share keys, those that share most first, oldest first among equals."""
        ...


class MemoryCandidates:
    """Candidates among the reports of one batch or one file."""

    def __init__(self) -> None:
        self._under: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._ids: list[str] = []

    def add(self, report_id: str, keys: Sequence[LinkKey]) -> None:
        """Makes a report known to those that come after it."""
        number = len(self._ids)
        self._ids.append(report_id)
        for key in keys:
            self._under[key.kind, key.value].append(number)

    def meet(self, keys: Sequence[LinkKey], limit: int) -> list[str]:
        """As in the protocol; a crowded key contributes its oldest ``limit`` reports."""
        shared: defaultdict[int, int] = defaultdict(int)
        for key in keys:
            for number in self._under.get((key.kind, key.value), ())[:limit]:
                shared[number] += 1
        best = sorted(shared, key=lambda number: (-shared[number], number))[:limit]
        return [self._ids[number] for number in best]
