"""The queue is the report rows themselves: column ``stage`` with a partial index, tries, and a time not to start before.

SQLite has one worker (``worker.lock``): whatever it did not finish still stands in the queue. A server database has any
number, each of which holds what it has claimed (see ``claims``) and passes over what others hold.

Fairness: every report is put into one of 256 lanes, by a keyed hash of who sent it and from which source; anonymous
senders share three, one for short reports, one for longer and one for long ones. A claim takes up to ``SHARE`` of the
oldest reports of each lane in turn, and fills what is left over by age alone. So whoever sends a hundred thousand
reports in an hour waits behind themselves: of another sender up to ``SHARE`` reports come with every claim, whatever
else waits. Senders whose hashes fall into one lane share it. Of long reports, whoever sent them, one comes with a claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
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
    column,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)

from triage.errors import Corrupt, NotAllowed
from triage.logs import get_logger
from triage.model import Access, Channel, Report, StaffRole, Stage
from triage.store.access import ROUTED, WORKER, mendable
from triage.store.added import waits_for_first
from triage.store.arrivals import LANES
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.claims import Holder
from triage.store.columns import EPOCH
from triage.store.database import Database
from triage.store.forms import read_body
from triage.store.records import Stuck
from triage.store.room import LONG_BYTES, Room
from triage.store.tables import messages, outbox, reports
from triage.store.tallies import any_report, count_reports
from triage.store.tries import LONGEST_WAIT, MOST_TRIES, count_tries, lost, moment
from triage.store.vault import Vault

log = get_logger(__name__)

SHARE = 8
FIRST_STUCK = "first_is_stuck"
"""The trouble of a report that waits because the one that it adds to cannot be read."""
# Several workers that claim at once choose among as many times what each may take
_CHOICE = 4
# Of those over which a worker was lost for the first time so many are tried together: most were only beside the one
_FEW = 8
_RECEIVED = Stage.RECEIVED.value
_DEAD = Stage.DEAD.value
_SIZE = func.length(reports.c.body).label("size")
_Row = Row[*tuple[Any, ...]]
REPORT_COLUMNS = (
    reports.c.seq, reports.c.id, reports.c.stage, reports.c.channel, reports.c.received_at,
    reports.c.division, reports.c.body, reports.c.wrapped_key, reports.c.wrap,
)  # fmt: skip


def open_report(vault: Vault, row: _Row) -> Report:
    """A report from a row with ``REPORT_COLUMNS``.

    Raises:
        Corrupt: the row was altered.
        NotAllowed: the row is sealed.
    """
    data_key = vault.unwrap(row.wrapped_key, row.wrap, row.id)
    text, title, place, turns, adds_to = read_body(vault.open(data_key, row.body, "reports", row.id, "body"))
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
        adds_to,
    )


def claim(database: Database, vault: Vault, limit: int, holder: Holder) -> list[Report]:
    """The oldest reports that wait and are due, opened for the worker; one that does not open is set aside as dead.

    They are no more than ``limit`` and no more than can be read in a moment (see ``Room``). Those whose worker was lost
    over them come before the others, a few together, and alone when that happens again. What the same worker claimed before and did not bring to an end comes again.
    """
    if not any_report(database, _free(database, holder)):
        # An idle worker looks often and must not take the writer's turn for it.
        return []
    # Whom others were lost over is known from here on
    holder.begin()
    due = _free(database, holder)
    with database.write() as connection:
        share_out = _next_of_lanes if database.sqlite else _shared_out
        rows = _apart(connection, due, holder) or share_out(connection, and_(due, ~lost()), limit, holder)
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


def _apart(connection: Connection, due: ColumnElement[bool], holder: Holder) -> list[_Row]:
    """The oldest reports whose worker was lost over them, if some are due: few at first, and from the second time on one."""
    due = and_(due, lost())
    return _lost(connection, and_(due, reports.c.tries == 1), _FEW, holder) or _lost(connection, due, 1, holder)


def _lost(connection: Connection, due: ColumnElement[bool], most: int, holder: Holder) -> list[_Row]:
    oldest = select(*REPORT_COLUMNS).where(due).order_by(reports.c.seq).limit(most)
    rows, room = connection.execute(oldest.with_for_update(of=reports, skip_locked=True)).all(), Room(most)
    mine = holder.take(connection, [row.id for row in rows if room.takes(len(row.body))])
    return [row for row in rows if row.id in mine]


def _next_of_lanes(connection: Connection, due: ColumnElement[bool], limit: int, holder: Holder) -> list[_Row]:
    """As ``_shared_out`` on an embedded database, lane by lane: SQLite looks into each lane through its index."""
    ranked = [
        (place, row.seq, row.size)
        for lane in _lanes_in_use(connection)
        for place, row in enumerate(_oldest(connection, due, lane, min(SHARE, limit)))
    ]
    room = Room(limit)
    chosen = [seq for _place, seq, size in sorted(ranked) if room.takes(size)]
    if room.reports:
        known = [seq for _place, seq, _size in ranked]
        rest = select(reports.c.seq, _SIZE).where(due, _SIZE <= LONG_BYTES, reports.c.seq.not_in(known))
        rows = connection.execute(rest.order_by(reports.c.seq).limit(room.reports))
        chosen += [row.seq for row in rows if room.takes(row.size)]
    taken = select(*REPORT_COLUMNS).where(reports.c.seq.in_(chosen)).order_by(reports.c.seq)
    found = list(connection.execute(taken))
    holder.take(connection, [row.id for row in found])
    return found


def _lanes_in_use(connection: Connection) -> Sequence[int]:
    """The lanes in which reports wait, each found by one step in the index."""
    waits = reports.c.stage == literal_column(f"'{_RECEIVED}'")
    lanes = select(func.min(reports.c.lane).label("lane")).where(waits).cte("lanes", recursive=True)
    further = select(func.min(reports.c.lane)).where(waits, reports.c.lane > lanes.c.lane).scalar_subquery()
    lanes = lanes.union_all(select(further).where(lanes.c.lane.is_not(None)))
    return connection.execute(select(lanes.c.lane).where(lanes.c.lane.is_not(None))).scalars().all()


def _oldest(connection: Connection, due: ColumnElement[bool], lane: int, most: int) -> Sequence[_Row]:
    seqs = select(reports.c.seq, _SIZE).where(reports.c.lane == lane, due).order_by(reports.c.seq).limit(most)
    return connection.execute(seqs).all()


def _shared_out(connection: Connection, due: ColumnElement[bool], limit: int, holder: Holder) -> list[_Row]:
    """What is due, lane by lane and then by age, without waiting for rows that others are about to take."""
    found: dict[str, _Row] = {}
    room = Room(limit)
    for chosen in (_by_lane(due, limit * _CHOICE), None):
        if not room.reports:
            break
        statement = select(*REPORT_COLUMNS, _SIZE).where(due, reports.c.id.not_in(list(found)))
        if chosen is None:
            statement = statement.where(_SIZE <= LONG_BYTES).order_by(reports.c.seq)
        else:
            seqs = literal(list(connection.execute(chosen).scalars()), ARRAY(BigInteger))
            statement = statement.where(reports.c.seq == func.any(seqs))
            statement = statement.order_by(func.array_position(seqs, reports.c.seq))
        statement = statement.limit(limit - len(found)).with_for_update(of=reports, skip_locked=True)
        rows = [row for row in connection.execute(statement).all() if room.takes(row.size)]
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
    waiting: ColumnElement[bool] = reports.c.id.in_(report_ids)
    if not database.sqlite:
        waiting = and_(waiting, ~holder.others(reports.c.id))
    with database.write() as connection:
        holder.let_go(connection, count_tries(connection, waiting, code))


def retry(database: Database, report_ids: Sequence[str] | None, access: Access) -> int:
    """Sends dead and waiting reports (all, or those named) again at once; how many.

    What the index alone refused was read well: it goes to the index again, and nobody reads it anew.
    """
    troubled = and_(_troubled(), mendable(access))
    if report_ids is not None:
        troubled = and_(troubled, reports.c.id.in_(report_ids))
    again = {"tries": 0, "not_before": moment(sqlite=database.sqlite), "trouble": ""}
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
    """Reports that failed at least once and are not through, the oldest first; behind them what was added to dead ones."""
    first = reports.alias("first")
    behind_dead = (
        select(reports)
        .join(messages, messages.c.added_id == reports.c.id)
        .join(first, first.c.id == messages.c.report_id)
        .where(first.c.tries > 0, first.c.stage == _DEAD, reports.c.stage == _RECEIVED, mendable(access))
    )
    with database.read() as connection:
        rows = list(
            connection.execute(select(reports).where(_troubled(), mendable(access)).order_by(reports.c.seq).limit(1000))
        )
        # What was added to one that cannot be read is not tried before that one is: people must see both
        known = {row.id for row in rows}
        rows += [
            row for row in connection.execute(behind_dead.order_by(reports.c.seq).limit(1000)) if row.id not in known
        ]
    # The program looks for itself where `triage doctor` asks what is wrong, which may be that nothing can be written.
    if access.role is not StaffRole.WORKER:
        reads.note([read_entry(access, "stuck", [row.id for row in rows])])
    return [
        Stuck(row.id, Stage(row.stage), row.tries, row.trouble or FIRST_STUCK, row.received_at, row.not_before)
        for row in rows
    ]


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
            return count_reports(connection, and_(due, early)) + connection.execute(read).scalar_one()
        return (
            count_reports(connection, due) + connection.execute(select(func.count()).select_from(outbox)).scalar_one()
        )


def last_seq(database: Database) -> int:
    """The number of the newest report; 0 if there is none."""
    with database.read() as connection:
        return int(connection.execute(select(func.coalesce(func.max(reports.c.seq), 0))).scalar_one())


def next_due(database: Database) -> datetime | None:
    """When the next waiting report is due; None where none waits."""
    with database.read() as connection:
        moment = connection.execute(select(func.min(reports.c.not_before)).where(reports.c.stage == _RECEIVED)).scalar()
    return moment if moment is None or moment > EPOCH else None


def _free(database: Database, holder: Holder) -> ColumnElement[bool]:
    """Reports that may be tried now and that nobody else holds."""
    due = _due(database)
    return due if database.sqlite else and_(due, ~holder.others(reports.c.id))


def _due(database: Database) -> ColumnElement[bool]:
    """Reports that wait and may be tried now.

    A report that has never failed waits for no moment, and none for one that lies further ahead than the longest wait:
    a clock that was put back since must keep no report from being read. What was added to another report waits for that one.
    """
    soon, latest = (
        moment(timedelta(microseconds=1), sqlite=database.sqlite),
        moment(LONGEST_WAIT, sqlite=database.sqlite),
    )
    again = reports.c.not_before.between(soon, latest)
    return and_(reports.c.stage == _RECEIVED, or_(reports.c.tries == 0, ~again), ~waits_for_first())


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
