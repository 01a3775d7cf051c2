"""What is told of matters in hand: lines of lists, the log of one, its clocks; and the statements that read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, exists, func, select

from triage.model import (
    Channel,
    ClearingAct,
    ClearingForm,
    ClearingState,
    ClockAct,
    ClockName,
    Level,
    MatterState,
    NotAccepted,
)
from triage.store.handling_tables import clearings, clocks
from triage.store.parts import in_parts
from triage.store.tables import matters, messages, priorities, reports

_Row = Row[*tuple[Any, ...]]


class Pressing(StrEnum):
    """How a clock that runs presses; one that was escalated is told apart, however it stands."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    RUNNING = "running"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the policy makes of the clocks of one name now: those that count from before ``overdue`` are overdue, from
    before ``soon`` due soon; ``length`` is about how long they run, to put clocks of several names in one order.
    """

    overdue: datetime
    soon: datetime
    length: timedelta


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock of a matter: since when it runs, where it counts from (later, by what it was paused for), and how it stands."""

    name: ClockName
    since: datetime
    counts_from: datetime
    paused_at: datetime | None = None
    escalated_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A matter as it is listed. ``seen`` is a number that rises with each step and each act of clearing, told back by
    whoever decides on what they saw. ``adds_to`` is the report that it was added to with the receipt.
    """

    report_id: str
    received_at: datetime
    channel: Channel
    division: str
    level: Level
    real_name: bool
    state: str
    since: datetime
    seen: int
    clock: ClockRow | None = None
    adds_to: str | None = None


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step in the log of a matter; ``to`` is the code of an office or of a public body."""

    seq: int
    state: str
    at: datetime
    by: str
    reason: NotAccepted | None = None
    to: str | None = None
    note: str | None = None
    approval: str | None = None


@dataclass(frozen=True, slots=True)
class ClockActRow:
    """What a person did to a clock."""

    name: ClockName
    act: ClockAct
    at: datetime
    by: str
    note: str | None


@dataclass(frozen=True, slots=True)
class ClearingRow:
    """What a person did to clear somebody who was accused; ``step`` is the newest step of the matter at that moment."""

    seq: int
    act: ClearingAct
    form: ClearingForm | None
    at: datetime
    by: str
    step: int
    whom: str | None = None
    approval: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Clearing:
    """How the clearing of somebody accused stands, and all that was done for it."""

    state: ClearingState
    acts: tuple[ClearingRow, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter whole: how it stands, all its steps, its clocks with what was done to them, what was done to clear
    somebody, and what may come next of the steps and of that.
    """

    line: MatterLine
    steps: tuple[StepRow, ...]
    clocks: tuple[ClockRow, ...]
    acts: tuple[ClockActRow, ...]
    next: tuple[MatterState, ...]
    clearing: Clearing | None = None
    next_clearing: tuple[ClearingAct, ...] = ()


@dataclass(frozen=True, slots=True)
class MatterPage:
    """A page of matters; ``cursor`` leads to the next one, None at the end."""

    lines: tuple[MatterLine, ...]
    cursor: str | None


def lines_of(table: Table, *more: ColumnElement[Any]) -> Select[Any]:
    """Rows of a table that has a report's id, with what is told of the report."""
    return (
        select(
            table,
            *more,
            reports.c.received_at,
            reports.c.channel,
            reports.c.division,
            reports.c.wrapped_key,
            reports.c.wrap,
            priorities.c.level,
            is_real_name().label("real_name"),
            select(messages.c.report_id).where(messages.c.added_id == reports.c.id).scalar_subquery().label("adds_to"),
        )
        .join(reports, reports.c.id == table.c.report_id)
        .join(priorities, priorities.c.id == reports.c.priority_id)
    )


def is_real_name() -> ColumnElement[bool]:
    """Whether a name and a contact came with a report: then, and only then, the clock of its first answer was started."""
    first = clocks.c.name == ClockName.ACCEPTANCE_NOTICE.value
    return exists().where(clocks.c.report_id == reports.c.id, first).correlate(reports)


def last_steps(connection: Connection, report_ids: Sequence[str]) -> dict[str, _Row]:
    """The newest step of each of these matters."""
    found: dict[str, _Row] = {}
    for part in in_parts(list(dict.fromkeys(report_ids))):
        newest = select(func.max(matters.c.seq)).where(matters.c.report_id.in_(part)).group_by(matters.c.report_id)
        rows = connection.execute(select(matters).where(matters.c.seq.in_(newest)))
        found |= {row.report_id: row for row in rows}
    return found


def cleared_up_to(connection: Connection, report_ids: Sequence[str]) -> dict[str, int]:
    """The number of the newest act of clearing in each of these matters, where there is one."""
    found: dict[str, int] = {}
    for part in in_parts(list(dict.fromkeys(report_ids))):
        newest = select(clearings.c.report_id, func.max(clearings.c.seq)).where(clearings.c.report_id.in_(part))
        found |= {row[0]: row[1] for row in connection.execute(newest.group_by(clearings.c.report_id))}
    return found


def seen_of(step: int, clearing: int = 0) -> int:
    """The number that rises with each step and each act of clearing of a matter, from the newest of either: both only rise."""
    return step + clearing


def line_of(row: _Row, last: _Row, clock: ClockRow | None = None, cleared: int = 0) -> MatterLine:
    """A line from a row of ``lines_of``, the newest step of its matter, and the number of its newest act of clearing."""
    return MatterLine(
        row.report_id,
        row.received_at,
        Channel(row.channel),
        row.division,
        Level(row.level),
        bool(row.real_name),
        last.state,
        last.at,
        seen_of(last.seq, cleared),
        clock,
        row.adds_to,
    )


def clock_of(row: _Row) -> ClockRow:
    """A clock from its row."""
    return ClockRow(ClockName(row.name), row.since, row.counts_from, row.paused_at, row.escalated_at, row.ended_at)
