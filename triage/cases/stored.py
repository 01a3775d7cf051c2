"""What was there before a batch, as the store tells it; matters met lately are remembered, opened."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from triage.cases.matter import Matter, from_bytes
from triage.model import Case, LinkKey
from triage.store import WORKER, Store

REMEMBERED = 10_000


class StoredBefore:
    """Reports of the store, read under the worker's access; one for each worker process."""

    def __init__(self, store: Store) -> None:
        """Reads from this store."""
        self._store = store
        self._matters: OrderedDict[str, Matter] = OrderedDict()

    def under(self, keys: Sequence[LinkKey], most: int) -> Mapping[LinkKey, Sequence[str]]:
        """The newest reports under each key."""
        return self._store.candidates(keys, WORKER, most)

    def matters(self, report_ids: Sequence[str]) -> Mapping[str, Matter]:
        """What reports are compared by."""
        unknown = [report_id for report_id in report_ids if report_id not in self._matters]
        found = self._store.link_facts(unknown, WORKER) if unknown else {}
        self.remember([from_bytes(report_id, facts) for report_id, facts in found.items()])
        return {report_id: self._matters[report_id] for report_id in report_ids if report_id in self._matters}

    def cases(self, report_ids: Sequence[str], most: int) -> Mapping[str, Case]:
        """The case of each report as it was last derived, with its newest members."""
        return self._store.cases_of(report_ids, WORKER, most)

    def remember(self, matters: Sequence[Matter]) -> None:
        """Keeps matters at hand; the longest known go first."""
        for matter in matters:
            self._matters[matter.id] = matter
        while len(self._matters) > REMEMBERED:
            self._matters.popitem(last=False)
