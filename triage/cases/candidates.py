"""Which reports a new one is compared with: those that share most of its link keys with it and with few others."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from triage.model import LinkKey

MOST_UNDER_A_KEY = 30
QUOTED = "receipt"
"""The kind of key under which a report stands with those that tell its receipt."""
# What sharing a key of a kind is worth where nobody else has it: about the odds that authored pairs which share it
# tell of one matter.
_WORTH = {QUOTED: 8.0, "contact": 4.0, "village": 3.0, "near": 2.0, "name": 2.5, "place": 2.0, "post": 1.5, "sum": 1.0, "gram": 1.0,
          "scheme": 0.6, "county": 0.8}  # fmt: skip
_NAMED = frozenset({"name", "post", "place", "village", "contact"})


@dataclass(frozen=True, slots=True)
class Near:
    """Who stands under the link keys of a report: ids by key, and how many ``others`` nobody needs to know by name.

    The others share so little that they cannot be among the first; how many they are says how crowded a key is.
    """

    under: Mapping[LinkKey, Sequence[str]] = field(default_factory=dict)
    others: Mapping[LinkKey, int] = field(default_factory=dict)


@dataclass(slots=True)
class Shared:
    """What a report shares with a new one, told by how few others share it: a key under which n stand counts 1/n.

    ``worth`` orders candidates. ``words`` adds up rare pairs of characters and rare words in Latin letters, ``fact`` is the best of names and places:
    a secretary of whom half the county writes counts little, whatever the texts say. ``quoted``: one tells the receipt of the other.
    """

    worth: float = 0.0
    words: float = 0.0
    fact: float = 0.0
    quoted: bool = False

    def gain(self, kind: str, worth: float, part: float) -> None:
        """One key more, of this worth; ``part`` is one among those who stand under it."""
        self.worth += worth
        if kind == "gram":
            self.words += part
        elif kind in _NAMED and part > self.fact:
            self.fact = part
        elif kind == QUOTED:
            self.quoted = True


def worth(kind: str, crowd: int) -> float:
    """What sharing a key of this kind is worth where ``crowd`` reports stand under it."""
    return _WORTH[kind] / (1 + math.log(crowd))


def meet(
    keys: Sequence[LinkKey],
    under: Mapping[LinkKey, Sequence[str]],
    limit: int,
    homes: Mapping[str, str] = MappingProxyType({}),
    others: Mapping[LinkKey, int] = MappingProxyType({}),
) -> dict[str, Shared]:
    """The reports that share most with a new one, best first.

    Reports of one case (``homes``) are one in a crowd, so that a flood of copies does not drown what it tells of.
    ``others`` counts those under a key who have no name in ``under``.
    """
    found: defaultdict[str, Shared] = defaultdict(Shared)
    for key in keys:
        ids = under.get(key)
        if ids:
            crowd = (len({homes.get(one, one) for one in ids}) if homes else len(ids)) + others.get(key, 0)
            gain, part = worth(key.kind, crowd), 1 / crowd
            for report_id in ids:
                found[report_id].gain(key.kind, gain, part)
    best = sorted(found, key=lambda report_id: (-found[report_id].worth, report_id))[:limit]
    return {report_id: found[report_id] for report_id in best}


def alone(keys: Sequence[LinkKey], others: Sequence[LinkKey]) -> Shared:
    """What two reports share where there are no others."""
    shared = Shared()
    for key in set(keys) & set(others):
        shared.gain(key.kind, worth(key.kind, 1), 1.0)
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
        """Ids of at most the newest ``most`` reports under each key; keys of nobody are left out."""
        return {key: self._under[key][-most:] for key in keys if key in self._under}
