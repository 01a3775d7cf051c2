"""The reports of the store that new ones are linked with; of those that lack facts to compare, these are made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from triage.cases import LinkKeyer, StoredBefore
from triage.cases.catching_up import comparable
from triage.cases.matter import Matter
from triage.store import WORKER, Store


class Neighbours(StoredBefore):
    """As ``StoredBefore``; facts that do not open keep no report from being met, nor a new one from being linked."""

    def __init__(self, store: Store, keyer: LinkKeyer) -> None:
        """Reads from this store, and makes link keys with the keyer."""
        super().__init__(store)
        self._keyer = keyer

    def matters(self, report_ids: Sequence[str]) -> Mapping[str, Matter]:
        """What reports are compared by; those kept in another form are left out."""
        found = super().matters(report_ids)
        missing = [one for one in report_ids if one not in found]
        made = self.make_up(missing) if missing else []
        return {**found, **super().matters(made)} if made else found

    def make_up(self, report_ids: Sequence[str]) -> list[str]:
        """Makes keys and facts for those of the reports that have none, from text and reading; the ids of those."""
        numbers = self._store.lacking_facts(report_ids, WORKER)
        rows = self._store.rows_by_seq(numbers, WORKER, act="link") if numbers else []
        return self._store.save_facts([comparable(row, self._keyer) for row in rows]) if rows else []
