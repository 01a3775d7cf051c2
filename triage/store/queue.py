"""The queue is the report rows themselves: column ``stage`` with a partial index, tries, and a time not to start before.

SQLite has one worker (``worker.lock``): whatever it did not finish still stands in the queue. A server database has any
number, each of which holds what it has claimed (see ``claims``) and passes over what others hold.

Fairness: every report is put into one of 256 lanes, by a keyed hash of who sent it and from which source.
A claim takes up to ``SHARE`` of the oldest reports of each lane in turn, and fills what is left over by age alone. So
whoever sends a hundred thousand reports in an hour waits behind themselves: of another sender up to ``SHARE`` reports
come with every claim, whatever else waits. Senders whose hashes fall into one lane share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    case,
    column,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
    update,
)

from triage.errors import Corrupt, NotAllowed
from triage.logs import get_logger
from triage.model import Access, Channel, Report, StaffRole, Stage
from triage.store.access import ROUTED, WORKER, mendable
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.claims import Holder, statement_moment
from triage.store.columns import EPOCH, UtcDateTime
from triage.store.database import Database
from triage.store.forms import read_body
from triage.store.records import Stuck
from triage.store.tables import outbox, reports
from triage.store.vault import Vault

log = get_logger(__name__)

MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = FIRST_WAIT * 2 ** (MOST_TRIES - 1)
LANES = 256
SHARE = 8
# Several workers that claim at once choose among as many times what each may take
_CHOICE = 4
_RECEIVED = Stage.RECEIVED.value
_DEAD = Stage.DEAD.value
REPORT_COLUMNS = (
    reports.c.seq, reports.c.id, reports.c.stage, reports.c.channel, reports.c.received_at,
    reports.c.division, reports.c.body, reports.c.wrapped_key, reports.c.wrap,
)  # fmt: skip


def open_report(vault: Vault, row: Row[*tuple[Any, ...]]) -> Report:
    """A report from a row with ``REPORT_COLUMNS``.

    Raises:
        Corrupt: the row was altered.
        NotAllowed: the row is sealed.
    """
    data_key = vault.unwrap(row.wrapped_key, row.wrap, row.id)
    text, title, place, turns = read_body(vault.open(data_key, row.body, "reports", row.id, "body"))
    return Report(
        row.id,
        row.seq,
        text,
        Channel(row.channel),
        row.received_at,
        Stage(row.stage),
        title,
        place,
        turns,
        row.division,
    )


def claim(database: Database, vault: Vault, limit: int, holder: Holder) -> list[Report]:
    """The oldest reports that wait and are due, opened for the worker; one that does not open is set aside as dead.

    What the same worker claimed before and did not bring to an end comes again.
    """
    due = _due(database)
    if not database.sqlite:
        due = and_(due, ~holder.others(reports.c.id))
    if not _any(database, due):
        # An idle worker looks often and must not take the writer's turn for it.
        return []
    holder.begin()
    with database.write() as connection:
        share_out = _next_of_lanes if database.sqlite else _shared_out
        rows = share_out(connection, due, limit, holder)
        if rows:
            write_entries(connection, [read_entry(WORKER, "claim", [row.id for row in rows])])
    opened: list[Report] = []
    for row in rows:
        try:
            opened.append(open_report(vault, row))
        except (Corrupt, NotAllowed) as error:
            # Whatever keeps one from being opened keeps no worker from the others
            bury(database, row.id, error.code, holder)
    return opened


def _next_of_lanes(
    connection: Connection,
    due: ColumnElement[bool],
    limit: int,
    holder: Holder,  # noqa: ARG001  # an embedded database has one worker, who holds everything
) -> list[Row[*tuple[Any, ...]]]:
    """As ``_shared_out`` on an embedded database, lane by lane: SQLite looks into each lane through its index."""
    ranked = [
        (place, seq)
        for lane in _lanes_in_use(connection)
        for place, seq in enumerate(_oldest(connection, due, lane, min(SHARE, limit)))
    ]
    chosen = [seq for _place, seq in sorted(ranked)[:limit]]
    if len(chosen) < limit:
        rest = select(reports.c.seq).where(due, reports.c.seq.not_in(chosen)).order_by(reports.c.seq)
        chosen += connection.execute(rest.limit(limit - len(chosen))).scalars()
    rows = select(*REPORT_COLUMNS).where(reports.c.seq.in_(chosen)).order_by(reports.c.seq)
    return list(connection.execute(rows))


def _lanes_in_use(connection: Connection) -> Sequence[int]:
    """The lanes in which reports wait, each found by one step in the index."""
    waits = reports.c.stage == literal_column(f"'{_RECEIVED}'")
    lanes = select(func.min(reports.c.lane).label("lane")).where(waits).cte("lanes", recursive=True)
    further = select(func.min(reports.c.lane)).where(waits, reports.c.lane > lanes.c.lane).scalar_subquery()
    lanes = lanes.union_all(select(further).where(lanes.c.lane.is_not(None)))
    return connection.execute(select(lanes.c.lane).where(lanes.c.lane.is_not(None))).scalars().all()


def _oldest(connection: Connection, due: ColumnElement[bool], lane: int, most: int) -> Sequence[int]:
    seqs = select(reports.c.seq).where(reports.c.lane == lane, due).order_by(reports.c.seq).limit(most)
    return connection.execute(seqs).scalars().all()


def _shared_out(
    connection: Connection, due: ColumnElement[bool], limit: int, holder: Holder
) -> list[Row[*tuple[Any, ...]]]:
    """What is due, lane by lane and then by age, without waiting for rows that others are about to take."""
    found: dict[str, Row[*tuple[Any, ...]]] = {}
    for chosen in (_by_lane(due, limit * _CHOICE), None):
        if len(found) == limit:
            break
        statement = select(*REPORT_COLUMNS).where(due, reports.c.id.not_in(list(found)))
        if chosen is None:
            statement = statement.order_by(reports.c.seq)
        else:
            seqs = literal(list(connection.execute(chosen).scalars()), ARRAY(BigInteger))
            statement = statement.where(reports.c.seq == func.any(seqs))
            statement = statement.order_by(func.array_position(seqs, reports.c.seq))
        statement = statement.limit(limit - len(found)).with_for_update(of=reports, skip_locked=True)
        rows = connection.execute(statement).all()
        mine = holder.take(connection, [row.id for row in rows])
        found |= {row.id: row for row in rows if row.id in mine}
    return sorted(found.values(), key=lambda row: int(row.seq))


def _by_lane(due: ColumnElement[bool], most: int) -> Select[int]:
    """The numbers of what is due: the oldest of each lane, then the second of each, up to ``SHARE`` of a lane."""
    lane = func.generate_series(0, LANES - 1).table_valued(column("number", Integer)).render_derived("lane")
    oldest = (
        select(reports.c.seq)
        .where(reports.c.lane == lane.c.number, due)
        .order_by(reports.c.seq)
        .limit(SHARE)
        .lateral("oldest")
    )
    place = func.row_number().over(partition_by=lane.c.number, order_by=oldest.c.seq).label("place")
    ranked = select(oldest.c.seq, place).select_from(lane).join(oldest, true()).subquery()
    return select(ranked.c.seq).order_by(ranked.c.place, ranked.c.seq).limit(most)


def fail(database: Database, report_ids: Sequence[str], code: str, holder: Holder) -> None:
    """Counts a failed try: the next one after 10, 20, 40, 80 seconds; the fifth failure makes the report dead.

    Of a report that another worker has in hand by now the word comes too late and counts for nothing.
    """
    if not report_ids:
        return
    tries = reports.c.tries + 1
    due = [_moment(database, FIRST_WAIT * 2**n) for n in range(MOST_TRIES)]
    waits = case(*((reports.c.tries == n, moment) for n, moment in enumerate(due)), else_=_moment(database))
    stage = case((tries >= MOST_TRIES, _DEAD), else_=_RECEIVED)
    waiting = and_(reports.c.id.in_(report_ids), reports.c.stage == _RECEIVED)
    if not database.sqlite:
        waiting = and_(waiting, ~holder.others(reports.c.id))
    with database.write() as connection:
        tried = update(reports).where(waiting).values(tries=tries, not_before=waits, stage=stage, trouble=code[:64])
        failed = sorted(connection.execute(tried.returning(reports.c.id)).scalars())
        if failed:
            holder.let_go(connection, failed)
            write_entries(connection, [read_entry(WORKER, "fail", failed, code=code)])


def retry(database: Database, report_ids: Sequence[str] | None, access: Access) -> int:
    """Sends dead and waiting reports (all, or those named) again at once; how many.

    What the index alone refused was read well: it goes to the index again, and nobody reads it anew.
    """
    troubled = and_(_troubled(), mendable(access))
    if report_ids is not None:
        troubled = and_(troubled, reports.c.id.in_(report_ids))
    again = {"tries": 0, "not_before": _moment(database), "trouble": ""}
    sent = update(reports).where(troubled).returning(reports.c.id)
    refused = reports.c.stage == Stage.ASSESSED.value
    with database.write() as connection:
        indexed = sorted(connection.execute(sent.where(refused).values(**again)).scalars())
        if indexed:
            connection.execute(insert(outbox), [{"report_id": report_id} for report_id in indexed])
        read = connection.execute(sent.where(~refused).values(**again, stage=_RECEIVED)).scalars().all()
        ids = sorted((*indexed, *read))
        if ids:
            write_entries(connection, [read_entry(access, "retry", ids)])
    return len(ids)


def stuck(database: Database, access: Access, reads: ReadLog) -> list[Stuck]:
    """Reports that failed at least once and are not through, the oldest first."""
    with database.read() as connection:
        rows = connection.execute(
            select(reports).where(_troubled(), mendable(access)).order_by(reports.c.seq).limit(1000)
        ).all()
    # The program looks for itself where `triage doctor` asks what is wrong, which may be that nothing can be written.
    if access.role is not StaffRole.WORKER:
        reads.note([read_entry(access, "stuck", [row.id for row in rows])])
    return [Stuck(row.id, Stage(row.stage), row.tries, row.trouble, row.received_at, row.not_before) for row in rows]


def waiting(database: Database, up_to: int | None = None) -> int:
    """Reports that are due and index lines that are not written yet; zero means that the worker has nothing to do.

    With ``up_to`` only reports of this number and before count, and those that are assessed but not yet indexed.
    """
    due = _due(database)
    with database.read() as connection:
        if up_to is not None:
            early = reports.c.seq <= up_to
            # Looked for from their lines, which are few: no index holds what is assessed among all that is
            read = select(func.count(reports.c.seq.distinct())).join_from(
                outbox, reports, outbox.c.report_id == reports.c.id
            )
            read = read.where(early, reports.c.stage == Stage.ASSESSED.value, reports.c.tries < MOST_TRIES)
            return _count(connection, and_(due, early)) + connection.execute(read).scalar_one()
        return _count(connection, due) + connection.execute(select(func.count()).select_from(outbox)).scalar_one()


def last_seq(database: Database) -> int:
    """The number of the newest report; 0 if there is none."""
    with database.read() as connection:
        return int(connection.execute(select(func.coalesce(func.max(reports.c.seq), 0))).scalar_one())


def next_due(database: Database) -> datetime | None:
    """When the next waiting report is due; None where none waits."""
    with database.read() as connection:
        moment = connection.execute(select(func.min(reports.c.not_before)).where(reports.c.stage == _RECEIVED)).scalar()
    return moment if moment is None or moment > EPOCH else None


def _due(database: Database) -> ColumnElement[bool]:
    """Reports that wait and may be tried now.

    A report that has never failed waits for no moment, and none for one that lies further ahead than the longest wait:
    a clock that was put back since must keep no report from being read.
    """
    again = reports.c.not_before.between(_moment(database, timedelta(microseconds=1)), _moment(database, _LONGEST_WAIT))
    return and_(reports.c.stage == _RECEIVED, or_(reports.c.tries == 0, ~again))


def _moment(database: Database, later: timedelta = timedelta(0)) -> ColumnElement[datetime]:
    """Now and so much later; on a server by its clock, for the clocks of the machines that work on it may differ."""
    if database.sqlite:
        return literal(datetime.now(UTC) + later, UtcDateTime)
    return type_coerce(statement_moment() + later // timedelta(microseconds=1), UtcDateTime)


def _troubled() -> ColumnElement[bool]:
    # One that was read and is refused by the index is through with nothing else; sent again, it is on its way.
    waits = select(outbox.c.report_id).where(outbox.c.report_id == reports.c.id).exists()
    refused = and_(reports.c.stage == Stage.ASSESSED.value, ~waits)
    return and_(reports.c.tries > 0, or_(reports.c.stage == _DEAD, reports.c.stage == _RECEIVED, refused))


def bury(database: Database, report_id: str, code: str, holder: Holder) -> None:
    """Makes a report dead at once, under a stable code: trying it again would change nothing. The index hears of it.

    What was sealed since it was read has left the queue for good, and what is dead already is told once.
    """
    with database.write() as connection:
        held = select(reports.c.stage).where(reports.c.id == report_id).with_for_update()
        stage = connection.execute(held).scalar()
        holder.let_go(connection, [report_id])
        if stage in {None, Stage.SEALED.value, _DEAD}:
            return
        told = {"stage": _DEAD, "tries": MOST_TRIES, "trouble": code}
        connection.execute(update(reports).where(reports.c.id == report_id).values(**told))
        if stage in ROUTED:
            connection.execute(insert(outbox), [{"report_id": report_id}])
        write_entries(connection, [read_entry(WORKER, "fail", [report_id], code=code)])
    log.warning("report_set_aside", report=report_id, code=code)


def _any(database: Database, condition: ColumnElement[bool]) -> bool:
    with database.read() as connection:
        return connection.execute(select(reports.c.seq).where(condition).limit(1)).first() is not None


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(reports).where(condition)).scalar_one()
