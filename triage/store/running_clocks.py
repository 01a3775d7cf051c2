"""The clocks of matters: started and ended with the steps of their log, and how they press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    false,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from triage.model import Access, ClockName, MatterState
from triage.store.access import readable
from triage.store.handling_tables import clocks
from triage.store.matter_rows import Bounds, Pressing
from triage.store.matters import UNDECIDED, ended_by, started_by
from triage.store.parts import in_parts
from triage.store.tables import matters, reports

_MICROSECOND = timedelta(microseconds=1)


def turn_clocks(connection: Connection, report_id: str, state: str, at: datetime) -> None:
    """Ends the clocks of a matter that do not run in its new state, and starts the one that does."""
    ends = and_(clocks.c.report_id == report_id, clocks.c.ended_at.is_(None), clocks.c.name.in_(ended_by(state)))
    connection.execute(update(clocks).where(ends).values(ended_at=at))
    name = started_by(state)
    if state == MatterState.REOPENED:
        # An objection is answered like a report: in time where the first answer had one
        before = exists().where(clocks.c.report_id == report_id, clocks.c.name == ClockName.ACCEPTANCE_NOTICE.value)
        name = ClockName.ACCEPTANCE_NOTICE if connection.execute(select(before)).scalar_one() else None
    if name is not None:
        connection.execute(insert(clocks), [clock_row(report_id, name, at)])


def clock_row(report_id: str, name: ClockName, since: datetime) -> dict[str, Any]:
    """A row of ``clocks`` for one that begins."""
    return {"report_id": report_id, "name": name.value, "since": since, "counts_from": since}


def start_passing(connection: Connection, report_ids: Sequence[str]) -> None:
    """Starts the clock of passing on for reports that are of another level or place, unless it has been started."""
    for part in in_parts(sorted(report_ids)):
        there = exists().where(clocks.c.report_id == reports.c.id, clocks.c.name == ClockName.PASSING_ON.value)
        decided = exists().where(matters.c.report_id == reports.c.id, matters.c.state.not_in(UNDECIDED))
        new = select(reports.c.id, reports.c.received_at).where(reports.c.id.in_(part), ~there, ~decided)
        rows = [clock_row(row.id, ClockName.PASSING_ON, row.received_at) for row in connection.execute(new)]
        if rows:
            connection.execute(insert(clocks), rows)


def running(access: Access) -> ColumnElement[bool]:
    """Clocks that run for readable reports; of the reports of a case the first one alone is answered for."""
    first = or_(
        clocks.c.name != ClockName.ACCEPTANCE_NOTICE.value,
        reports.c.case_id.is_(None),
        reports.c.case_id == reports.c.id,
    )
    return and_(clocks.c.ended_at.is_(None), first, readable(access))


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


def press(bounds: Mapping[ClockName, Bounds]) -> ColumnElement[int]:
    """About when a clock is due, in microseconds."""
    lengths = {name.value: told.length // _MICROSECOND for name, told in bounds.items()}
    return type_coerce(clocks.c.counts_from, BigInteger) + case(lengths, value=clocks.c.name, else_=0)
