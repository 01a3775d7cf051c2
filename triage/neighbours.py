"""The reports of the store that new ones are linked with; of those that lack facts to compare, these are made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from triage.cases import LinkKeyer, StoredBefore
from triage.cases.catching_up import comparable
from triage.cases.matter import Matter
from triage.intake.receipts import receipt_hash
from triage.model import Report
from triage.store import WORKER, Store
from triage.text.told_receipts import receipts_told


class Neighbours(StoredBefore):
    """As ``StoredBefore``; facts that do not open keep no report from being met, nor a new one from being linked."""

    def __init__(self, store: Store, keyer: LinkKeyer) -> None:
        """Reads from this store, and makes link keys with the keyer."""
        super().__init__(store)
        self._keyer = keyer
        self._receipts = store.subkey("receipt")

    def matters(self, report_ids: Sequence[str]) -> Mapping[str, Matter]:
        """What reports are compared by; those kept in another form are left out."""
        found = super().matters(report_ids)
        missing = [one for one in report_ids if one not in found]
        made = self.make_up(missing) if missing else []
        return {**found, **super().matters(made)} if made else found

    def quoted(self, reports: Sequence[Report]) -> dict[str, list[str]]:
        """For each report that tells receipts of others the ids of those others; sealed ones are never among them."""
        told = {
            report.id: [receipt_hash(self._receipts, code) for code in receipts_told(report.text)] for report in reports
        }
        found = self._store.behind_receipts([one for hashes in told.values() for one in hashes], WORKER)
        behind = {report_id: [found[one] for one in hashes if one in found] for report_id, hashes in told.items()}
        return {report_id: others for report_id, others in behind.items() if others}

    def make_up(self, report_ids: Sequence[str]) -> list[str]:
        """Makes keys and facts for those of the reports that have none, from text and reading; the ids of those."""
        numbers = self._store.lacking_facts(report_ids, WORKER)
        rows = self._store.rows_by_seq(numbers, WORKER, act="link") if numbers else []
        return self._store.save_facts([comparable(row, self._keyer) for row in rows]) if rows else []
