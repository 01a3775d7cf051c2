"""The clocks of matters: started and ended with the steps of their log, and how they press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    false,
    insert,
    or_,
    select,
    update,
)

from triage.model import Access, Channel, ClockName, MatterState, Way
from triage.store.access import readable, readable_mate
from triage.store.handling_tables import clocks
from triage.store.matter_rows import Bounds, Pressing, is_real_name
from triage.store.matters import UNDECIDED, ended_by, started_by
from triage.store.parts import in_parts
from triage.store.tables import matters, messages, reports


def turn_clocks(connection: Connection, report_id: str, state: str, at: datetime) -> None:
    """Ends the clocks of a matter that do not run in its new state, and starts the one that does.

    Whoever told no contact is answered by the receipt alone, at which no clock runs.
    """
    name = started_by(state)
    over = (*ended_by(state), name) if name is not None else ended_by(state)
    ends = and_(clocks.c.report_id == report_id, clocks.c.ended_at.is_(None), clocks.c.name.in_(over))
    connection.execute(update(clocks).where(ends).values(ended_at=at))
    if state == MatterState.REOPENED:
        # An objection is answered like a report: in time where the first answer had one
        name = ClockName.ACCEPTANCE_NOTICE
    if name in (ClockName.ACCEPTANCE_NOTICE, ClockName.FEEDBACK) and not _is_real_name(connection, report_id):
        return
    if name is not None:
        _start(connection, report_id, name, at)


def turn_clearing(connection: Connection, report_id: str, at: datetime, *, runs: bool) -> None:
    """Starts the clock of clearing somebody, or ends it."""
    if runs:
        _start(connection, report_id, ClockName.CLEARING, at)
        return
    of = and_(clocks.c.report_id == report_id, clocks.c.name == ClockName.CLEARING.value, clocks.c.ended_at.is_(None))
    connection.execute(update(clocks).where(of).values(ended_at=at))


def end_clocks(connection: Connection, report_ids: Sequence[str], at: datetime) -> None:
    """Ends all clocks of matters that are sealed: what they were for is no more done here, and another clock runs until
    the report has gone up. At the office that takes it in its matter begins anew, with clocks of its own.
    """
    for part in in_parts(list(report_ids)):
        of = and_(clocks.c.report_id.in_(part), clocks.c.ended_at.is_(None))
        connection.execute(update(clocks).where(of).values(ended_at=at))


def clock_row(report_id: str, name: ClockName, since: datetime) -> dict[str, Any]:
    """A row of ``clocks`` for one that begins."""
    return {"report_id": report_id, "name": name.value, "since": since, "counts_from": since}


def follow_routes(connection: Connection, ways: Mapping[str, Way], now: datetime) -> None:
    """Starts the clock of passing on for reports that are of another level or place, and ends it for those that are not.

    Once a person has decided on a report it is not asked any more, and what adds to another report goes with that one.
    """
    for part in in_parts(sorted(ways)):
        runs = and_(clocks.c.name == ClockName.PASSING_ON.value, clocks.c.ended_at.is_(None))
        running_ = exists().where(runs, clocks.c.report_id == reports.c.id)
        before = exists().where(clocks.c.name == ClockName.PASSING_ON.value, clocks.c.report_id == reports.c.id)
        decided = exists().where(matters.c.report_id == reports.c.id, matters.c.state.not_in(UNDECIDED))
        # What another office passed to this one was received there: here its clock begins with its arrival
        came = case((reports.c.channel == Channel.TRANSFER.value, reports.c.arrived_at), else_=reports.c.received_at)
        added = exists().where(messages.c.added_id == reports.c.id)
        asked = select(reports.c.id, came.label("came"), running_.label("runs"), before.label("before"))
        rows = connection.execute(asked.where(reports.c.id.in_(part), ~decided, ~added)).all()
        elsewhere = {one for one in part if ways[one] in (Way.DOWN, Way.ON)}
        new = [row for row in rows if row.id in elsewhere and not row.runs]
        made = [clock_row(row.id, ClockName.PASSING_ON, now if row.before else row.came) for row in new]
        if made:
            connection.execute(insert(clocks), made)
        over = [row.id for row in rows if row.runs and row.id not in elsewhere]
        if over:
            connection.execute(update(clocks).where(runs, clocks.c.report_id.in_(over)).values(ended_at=now))


def running(access: Access) -> ColumnElement[bool]:
    """Clocks that run for readable reports. Of the reports of a case the first is answered for, and the others with it:
    their clocks since receipt are passed over while that one, and no repeat, bears a name and is readable.
    """
    mate, theirs, kept = reports.alias("mate"), clocks.alias("theirs"), matters.alias("kept")
    a_repeat = exists().where(kept.c.report_id == mate.c.id, kept.c.state == MatterState.KEPT_AS_REPEAT.value)
    named = and_(theirs.c.report_id == mate.c.id, theirs.c.name == ClockName.ACCEPTANCE_NOTICE.value)
    earlier = and_(mate.c.case_id == reports.c.case_id, mate.c.seq < reports.c.seq, readable_mate(mate, access))
    answered = exists().where(named, earlier, ~a_repeat)
    again = exists().where(
        kept.c.report_id == clocks.c.report_id,
        kept.c.state == MatterState.REOPENED.value,
        kept.c.at == clocks.c.since,
    )
    own = or_(clocks.c.name != ClockName.ACCEPTANCE_NOTICE.value, again, reports.c.case_id.is_(None), ~answered)
    return and_(clocks.c.ended_at.is_(None), own, readable(access))


def _is_real_name(connection: Connection, report_id: str) -> bool:
    return bool(connection.execute(select(is_real_name()).where(reports.c.id == report_id)).scalar())


def _start(connection: Connection, report_id: str, name: ClockName, at: datetime) -> None:
    """Starts a clock; one of its name that was started at the same moment runs on."""
    same = and_(clocks.c.report_id == report_id, clocks.c.name == name.value, clocks.c.since == at)
    if connection.execute(select(clocks.c.since).where(same)).first() is None:
        connection.execute(insert(clocks), [clock_row(report_id, name, at)])
    else:
        connection.execute(update(clocks).where(same).values(ended_at=None))


def stands(which: Pressing, bounds: Mapping[ClockName, Bounds]) -> ColumnElement[bool]:
    """Whether a clock that runs presses in this way."""
    paused = clocks.c.paused_at.is_not(None)
    if which is Pressing.PAUSED:
        return paused
    start = clocks.c.counts_from
    within: list[ColumnElement[bool]] = []
    for name, told in bounds.items():
        due = {
            Pressing.OVERDUE: start < told.overdue,
            Pressing.DUE_SOON: and_(start >= told.overdue, start < told.soon),
            Pressing.RUNNING: start >= told.soon,
        }[which]
        within.append(and_(clocks.c.name == name.value, due))
    return and_(~paused, or_(false(), *within))


def behind(name: ClockName, start: datetime, place: tuple[str, str]) -> ColumnElement[bool]:
    """Clocks of one name behind a place in a list: one that would count from ``start``, with (report id, name)."""
    report_id, last = place
    same = clocks.c.counts_from == start
    later = clocks.c.report_id >= report_id if name.value > last else clocks.c.report_id > report_id
    return or_(clocks.c.counts_from > start, and_(same, later))
