"""Where candidates for a new report come from: a protocol with the database behind it, or memory for a file."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from triage.model import LinkKey

MOST_UNDER_A_KEY = 30
# What sharing a key of a kind is worth where nobody else has it: about the odds that authored pairs which share it
# tell of one matter.
_WORTH = {"contact": 4.0, "village": 3.0, "near": 2.0, "name": 2.5, "place": 2.0, "post": 1.5, "sum": 1.0, "gram": 1.0,
          "scheme": 0.6, "county": 0.8}  # fmt: skip
_NAMED = frozenset({"name", "post", "place", "village", "contact"})


class Candidates(Protocol):
    """Finds reports by link keys."""

    def under(self, keys: Sequence[LinkKey], most: int) -> Mapping[LinkKey, Sequence[str]]:
        """Ids of at most the newest ``most`` reports under each key; keys of nobody are left out."""
        ...


@dataclass(slots=True)
class Shared:
    """What a report shares with a new one, told by how few others share it: a key under which n stand counts 1/n.

    ``worth`` orders candidates. ``words`` adds up rare pairs of characters, ``fact`` is the best of names and places:
    a secretary of whom half the county writes counts little, whatever the texts say.
    """

    worth: float = 0.0
    words: float = 0.0
    fact: float = 0.0

    def add(self, kind: str, crowd: int) -> None:
        """One key more, under which ``crowd`` reports stand."""
        self.worth += _WORTH[kind] / (1 + math.log(crowd))
        if kind == "gram":
            self.words += 1 / crowd
        elif kind in _NAMED:
            self.fact = max(self.fact, 1 / crowd)


def meet(
    keys: Sequence[LinkKey],
    under: Mapping[LinkKey, Sequence[str]],
    limit: int,
    homes: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Shared]:
    """The reports that share most with a new one, best first.

    Reports of one case (``homes``) are one in a crowd, so that a flood of copies does not drown what it tells of.
    """
    found: defaultdict[str, Shared] = defaultdict(Shared)
    for key in keys:
        ids = under.get(key, ())
        crowd = len({homes.get(report_id, report_id) for report_id in ids})
        for report_id in ids:
            found[report_id].add(key.kind, crowd)
    best = sorted(found, key=lambda report_id: (-found[report_id].worth, report_id))[:limit]
    return {report_id: found[report_id] for report_id in best}


def alone(keys: Sequence[LinkKey], others: Sequence[LinkKey]) -> Shared:
    """What two reports share where there are no others."""
    shared = Shared()
    for key in set(keys) & set(others):
        shared.add(key.kind, 1)
    return shared


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
