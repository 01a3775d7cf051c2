"""The outbox: lines written with the change, removed only after the index commit, so that the index never stays behind."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, delete, select, update

from triage.model import Stage
from triage.store.access import WORKER
from triage.store.database import Database
from triage.store.reading import Reader
from triage.store.records import OutboxItem
from triage.store.tables import outbox, reports


def outbox_batch(database: Database, reader: Reader, limit: int) -> list[OutboxItem]:
    """The oldest lines; a report that may no longer stand in the index comes without its row and leaves it."""
    with database.read() as connection:
        lines = connection.execute(select(outbox).order_by(outbox.c.seq).limit(limit)).all()
    if not lines:
        return []
    rows = reader.rows([line.report_id for line in lines], WORKER, "index")
    return [OutboxItem(line.seq, line.report_id, rows.get(line.report_id)) for line in lines]


def outbox_done(database: Database, seqs: Sequence[int]) -> None:
    """Removes lines whose change the index has committed; reports without another line are indexed now."""
    if not seqs:
        return
    with database.write() as connection:
        done = outbox.c.seq.in_(seqs)
        ids = connection.execute(select(outbox.c.report_id).where(done)).scalars().all()
        connection.execute(delete(outbox).where(done))
        through = and_(
            reports.c.id.in_(ids),
            reports.c.stage == Stage.ASSESSED.value,
            reports.c.id.not_in(select(outbox.c.report_id).where(outbox.c.report_id.in_(ids))),
        )
        connection.execute(update(reports).where(through).values(stage=Stage.INDEXED.value))
