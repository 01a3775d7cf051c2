"""The outbox: lines written with the change, removed only after the index commit, so that the index never stays behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from triage.model import Stage
from triage.store.access import WORKER
from triage.store.claims import Holder
from triage.store.database import Database
from triage.store.locks import hold_reports
from triage.store.reading import Reader
from triage.store.records import About, OutboxItem
from triage.store.tables import outbox, reports


def outbox_batch(database: Database, reader: Reader, limit: int, holder: Holder) -> list[OutboxItem]:
    """The oldest lines; a report that may no longer stand in the index comes without its row and leaves it.

    On a server any number of workers drain the outbox: each claims the reports of its lines, and takes with them every
    line that they have, so that what is said of one report is said in its order and by one of them at a time.

    A row that does not open is set aside by the reader, and leaves the index too.
    """
    lines = _oldest(database, limit) if database.sqlite else _claimed(database, limit, holder)
    if not lines:
        return []
    rows = reader.rows([line.report_id for line in lines], WORKER, "index")
    return [
        OutboxItem(line.seq, line.report_id, rows.get(line.report_id), About(line.about), line.case_before)
        for line in lines
    ]


def _oldest(database: Database, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    with database.read() as connection:
        return connection.execute(select(outbox).order_by(outbox.c.seq).limit(limit)).all()


def _claimed(database: Database, limit: int, holder: Holder) -> Sequence[Row[*tuple[Any, ...]]]:
    free = select(outbox.c.report_id).where(~holder.others(outbox.c.report_id)).order_by(outbox.c.seq).limit(limit)
    with database.read() as connection:
        ids = connection.execute(free).scalars().all()
    if not ids:
        return []
    holder.begin()
    with database.write() as connection:
        mine = holder.take(connection, ids)
        # Asked again: what another worker has done between the look and the claim has no lines any more
        lines = connection.execute(select(outbox).where(outbox.c.report_id.in_(mine)).order_by(outbox.c.seq)).all()
        holder.let_go(connection, mine - {line.report_id for line in lines})
    holder.feeding = {line.seq: line.report_id for line in lines}
    return lines


def outbox_done(database: Database, seqs: Sequence[int], holder: Holder, cases: Mapping[str, str | None]) -> None:
    """Removes lines whose change the index has committed; reports without another line are indexed now.

    ``cases`` says in which case the index was told that reports are. One that another worker has moved since gets a line of its
    own: whoever moved it may have seen the line that is removed now, and trusted that the index hears of the case by that.

    Of a line that another worker has removed meanwhile, because this one was taken for dead, the report is let go all
    the same.
    """
    if not seqs:
        return
    with database.write() as connection:
        done = outbox.c.seq.in_(seqs)
        ids = connection.execute(select(outbox.c.report_id).where(done)).scalars().all()
        hold_reports(connection, list(ids))
        _send_moved(connection, {one: cases[one] for one in ids if one in cases})
        connection.execute(delete(outbox).where(done))
        holder.let_go(connection, {*ids, *(holder.feeding.pop(seq) for seq in seqs if seq in holder.feeding)})
        through = and_(
            reports.c.id.in_(ids),
            reports.c.stage == Stage.ASSESSED.value,
            reports.c.id.not_in(select(outbox.c.report_id).where(outbox.c.report_id.in_(ids))),
        )
        connection.execute(update(reports).where(through).values(stage=Stage.INDEXED.value))


def _send_moved(connection: Connection, told: Mapping[str, str | None]) -> None:
    standing = select(reports.c.id, reports.c.case_id).where(
        reports.c.id.in_(told), reports.c.stage != Stage.SEALED.value
    )
    moved = [row.id for row in connection.execute(standing) if row.case_id != told[row.id]]
    if moved:
        lines = [{"report_id": one, "about": About.MOVED.value, "case_before": told[one]} for one in sorted(moved)]
        connection.execute(insert(outbox), lines)
