"""What was there before a batch, as the store tells it; matters met lately are remembered, opened."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np

from triage.cases.candidates import Near
from triage.cases.foremost import foremost
from triage.cases.matter import Matter, from_bytes
from triage.model import Case, LinkKey
from triage.store import WORKER, Store

HELD = 1_000_000
"""So many grams are kept at hand, 100 to 200 MB: five thousand reports of usual length, or fifty of the longest."""
_BESIDE_GRAMS = 20
_NAMED = 120


class StoredBefore:
    """Reports of the store, read under the worker's access; one for each worker process."""

    def __init__(self, store: Store) -> None:
        """Reads from this store."""
        self._store = store
        self._matters: OrderedDict[str, Matter] = OrderedDict()
        self._held = 0

    def near(self, keys: Sequence[Sequence[LinkKey]], most: int) -> list[Near]:
        """As in the protocol; under each key only those are named who share most with the report, ``_NAMED`` of them.

        Under a crowded key stand mostly reports that share nothing else: who they are need not be asked.
        """
        crowds = self._store.crowds(list(dict.fromkeys(key for some in keys for key in some)), WORKER, most)
        chosen = [foremost(some, crowds, _NAMED) for some in keys]
        wanted = np.unique(np.concatenate([one.seqs for one in chosen])).tolist() if chosen else []
        names = self._store.names(wanted, WORKER)
        return [one.named(names) for one in chosen]

    def matters(self, report_ids: Sequence[str]) -> Mapping[str, Matter]:
        """What reports are compared by; those kept in another form are left out."""
        # Gathered before anything is remembered: what is loaded may take the room of what was at hand
        found = {report_id: self._matters[report_id] for report_id in report_ids if report_id in self._matters}
        for report_id in found:
            self._matters.move_to_end(report_id)
        unknown = [report_id for report_id in report_ids if report_id not in found]
        facts = self._store.link_facts(unknown, WORKER) if unknown else {}
        loaded = [matter for one in facts.items() if (matter := from_bytes(*one)) is not None]
        self.remember(loaded)
        return found | {matter.id: matter for matter in loaded}

    def cases(self, report_ids: Sequence[str], most: int) -> Mapping[str, Case]:
        """The case of each report as it was last derived, with its newest members."""
        return self._store.cases_of(report_ids, WORKER, most)

    def remember(self, matters: Sequence[Matter]) -> None:
        """Keeps matters at hand; those not met for longest go first."""
        for matter in matters:
            before = self._matters.pop(matter.id, None)
            self._matters[matter.id] = matter
            self._held += size_of(matter) - (size_of(before) if before else 0)
        while self._held > HELD:
            self._held -= size_of(self._matters.popitem(last=False)[1])


def size_of(matter: Matter) -> int:
    """What a matter takes, in grams: each is held in several sets, names and sums take as much as some."""
    return len(matter.grams) + (0 if matter.runs is None else len(matter.runs)) + _BESIDE_GRAMS
