"""The outbox: lines written with the change, removed only after the index commit, so that the index never stays behind."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, delete, select, update

from triage.errors import Corrupt
from triage.model import Stage
from triage.store.access import WORKER
from triage.store.database import Database
from triage.store.queue import bury
from triage.store.reading import Reader
from triage.store.records import OutboxItem, ReadRow
from triage.store.tables import outbox, reports


def outbox_batch(database: Database, reader: Reader, limit: int) -> list[OutboxItem]:
    """The oldest lines; a report that may no longer stand in the index comes without its row and leaves it.

    A row that does not open is set aside as dead, where people see it, and stops no other.
    """
    with database.read() as connection:
        lines = connection.execute(select(outbox).order_by(outbox.c.seq).limit(limit)).all()
    if not lines:
        return []
    ids = [line.report_id for line in lines]
    try:
        rows = reader.rows(ids, WORKER, "index")
    except Corrupt:
        rows = _sound_rows(database, reader, ids)
    return [OutboxItem(line.seq, line.report_id, rows.get(line.report_id)) for line in lines]


def _sound_rows(database: Database, reader: Reader, ids: Sequence[str]) -> dict[str, ReadRow]:
    rows: dict[str, ReadRow] = {}
    for report_id in ids:
        try:
            rows |= reader.rows([report_id], WORKER, "index")
        except Corrupt:
            bury(database, report_id, "corrupt")
    return rows


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
