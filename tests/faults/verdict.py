"""What is said at the end of a fault: how much of what was acknowledged is lost, how much is there twice, how far the index drifts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from triage.indexing import reconcile
from triage.intake import receipt_hash
from triage.model import Stage
from triage.pipeline import open_index
from triage.settings import Settings
from triage.store import WORKER, ReadRow, Store
from triage.store.tables import assessments


@dataclass(frozen=True, slots=True)
class Verdict:
    """Numbers of reports."""

    acknowledged: int
    stored: int
    lost: int
    twice: int
    drift: int
    waiting: int

    @property
    def well(self) -> bool:
        """Whether nothing is lost, nothing is there twice, and the index has all of it and nothing else."""
        return not (self.lost or self.twice or self.drift or self.waiting) and self.stored >= self.acknowledged

    def __str__(self) -> str:
        told = {
            "reports acknowledged": self.acknowledged,
            "reports stored": self.stored,
            "acknowledged lost": self.lost,
            "twice": self.twice,
            "drift": self.drift,
            "still waiting": self.waiting,
        }
        return "\n".join(f"| {what:<20} | {number:>7,} |" for what, number in told.items())


def verdict(settings: Settings, sent: Mapping[str, str], beside: Sequence[str] = ()) -> Verdict:
    """Compares receipts and the texts behind them with store and index, once nothing is to wait any more.

    Args:
        settings: of the installation.
        sent: the text that was acknowledged with each receipt.
        beside: texts that came another way, by an import say.
    """
    wanted = [*sent.values(), *beside]
    with Store.open(settings) as store:
        rows: list[ReadRow] = []
        while more := store.index_rows(WORKER, after_seq=rows[-1].report.seq if rows else 0, limit=500):
            rows += more
        key = store.subkey("receipt")
        unknown = [code for code in sent if store.status(receipt_hash(key, code.replace("-", ""))) is None]
        held = Counter(row.report.text for row in rows)
        index = open_index(settings, store)
        listed = Counter(report_id for report_id, _ in index.versions())
        drift = reconcile(store, index, repair=False).total
        index.close()
        store.seal_audit()
        assert store.verify_audit().waiting == 0
        return Verdict(
            acknowledged=len(wanted),
            stored=len(rows),
            lost=(Counter(wanted) - held).total() + len(unknown),
            twice=(held - Counter(wanted)).total() + (listed - Counter(set(listed))).total() + _read_twice(store),
            drift=drift + len(listed.keys() ^ {row.report.id for row in rows}),
            waiting=store.waiting() + len(rows) - store.counts(WORKER).get(Stage.INDEXED, 0),
        )


def _read_twice(store: Store) -> int:
    """How many reports were read twice by one reader."""
    read = select(assessments.c.report_id).group_by(assessments.c.report_id, assessments.c.reader, assessments.c.model)
    more = read.having(func.count() > 1).subquery()
    with store._database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(more)).scalar_one())
