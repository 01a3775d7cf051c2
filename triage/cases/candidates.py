"""Where candidates for a new report come from: a protocol with the database behind it, or memory for a file."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from triage.model import LinkKey

MOST_UNDER_A_KEY = 50
# What sharing a key of a kind is worth where nobody else has it: about the odds that authored pairs which share it
# tell of one matter.
_WORTH = {"contact": 4.0, "village": 3.0, "near": 2.0, "name": 2.5, "place": 2.0, "post": 1.5, "sum": 1.0, "gram": 1.0,
          "scheme": 0.6, "county": 0.8}  # fmt: skip


class Candidates(Protocol):
    """Finds reports by link keys."""

    def under(self, keys: Sequence[LinkKey], most: int) -> Mapping[LinkKey, Sequence[str]]:
        """Ids of at most the newest ``most`` reports under each key; keys of nobody are left out."""
        ...


def meet(keys: Sequence[LinkKey], under: Mapping[LinkKey, Sequence[str]], limit: int) -> list[str]:
    """The reports that share most with a new one, best first.

    A key is worth the less the more reports stand under it, as the name of the county's only programme is.
    """
    worth: defaultdict[str, float] = defaultdict(float)
    for key in keys:
        ids = under.get(key, ())
        if ids:
            each = _WORTH[key.kind] / (1 + math.log(len(ids)))
            for report_id in ids:
                worth[report_id] += each
    return sorted(worth, key=lambda report_id: (-worth[report_id], report_id))[:limit]


class MemoryCandidates:
    """Candidates among the reports of one batch or one file."""

    def __init__(self) -> None:
        self._under: defaultdict[LinkKey, list[str]] = defaultdict(list)

    def add(self, report_id: str, keys: Sequence[LinkKey]) -> None:
        """Makes a report known to those that come after it."""
        for key in keys:
            self._under[key].append(report_id)

    def under(self, keys: Sequence[LinkKey], most: int) -> dict[LinkKey, list[str]]:
        """As in the protocol."""
        return {key: self._under[key][-most:] for key in keys if key in self._under}
