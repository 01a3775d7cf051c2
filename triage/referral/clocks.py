"""Clocks of the work rules: when something is due, how much time is left, and how that stands today.

Goes in: a period of the policy, the moment it began, and now. Days are those of Asia/Shanghai; the day of the beginning
does not count, and the last day is a whole one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from corpora.workdays import is_working_day, working_days
from triage.policy import Clock
from triage.text.dates import SHANGHAI


class ClockState(StrEnum):
    """How a clock stands; what it ran for is done where it is passed up, and no time goes by where it is paused."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PASSED_UP = "passed_up"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class ClockReading:
    """``left`` is what remains after today, negative where it is overdue: working days, or days for other units."""

    state: ClockState
    due: date
    left: int


def read_clock(clock: Clock, began: datetime, now: datetime) -> ClockReading:
    """How a clock that began at one moment stands at another."""
    first, today = began.astimezone(SHANGHAI).date(), now.astimezone(SHANGHAI).date()
    due = _after(first, clock.limit, clock.unit)
    soon = _before(due, clock.due_soon, clock.unit)
    left = clock.limit - working_days(first, today) if clock.unit == "working_days" else (due - today).days
    state = ClockState.OVERDUE if today > due else ClockState.DUE_SOON if today >= soon else ClockState.RUNNING
    # On the days off behind the last day nothing is left, and it is over all the same
    return ClockReading(state, due, min(left, -1) if state is ClockState.OVERDUE else left)


def counts_from(clock: Clock, began: datetime, paused: datetime, resumed: datetime) -> datetime:
    """From when a clock counts that was paused for a time: later by the days that went by meanwhile, in its own unit.

    Where a pause of part of a day leaves nothing to add, it counts from where it did. Months differ in length: of one the
    first day is taken from which nothing of what was left is lost.
    """
    first, last = paused.astimezone(SHANGHAI).date(), resumed.astimezone(SHANGHAI).date()
    local = began.astimezone(SHANGHAI)
    if clock.unit == "working_days":
        day = _working(local.date(), working_days(first, last), timedelta(days=1))
    else:
        day, due = local.date(), _after(local.date(), clock.limit, clock.unit) + (last - first)
        while _after(day, clock.limit, clock.unit) < due:
            day += timedelta(days=1)
    return datetime.combine(day, local.timetz()).astimezone(UTC)


def overdue_before(clock: Clock, now: datetime) -> datetime:
    """The first moment from which a clock may count and not be overdue yet."""
    today = now.astimezone(SHANGHAI).date()
    return _first(lambda day: _after(day, clock.limit, clock.unit) >= today, today)


def soon_before(clock: Clock, now: datetime) -> datetime:
    """The first moment from which a clock may count and not even be due soon."""
    today = now.astimezone(SHANGHAI).date()

    def is_far(day: date) -> bool:
        return _before(_after(day, clock.limit, clock.unit), clock.due_soon, clock.unit) > today

    return _first(is_far, today)


def _first(holds: Callable[[date], bool], today: date) -> datetime:
    """The beginning of the first day, of those up to tomorrow, from which on something holds."""
    day = today + timedelta(days=1)
    while holds(day - timedelta(days=1)):
        day -= timedelta(days=1)
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def _after(day: date, number: int, unit: str) -> date:
    if unit == "working_days":
        return _working(day, number, timedelta(days=1))
    return day + timedelta(days=number) if unit == "days" else _months(day, number)


def _before(day: date, number: int, unit: str) -> date:
    if unit == "working_days":
        return _working(day, number, -timedelta(days=1))
    return day - timedelta(days=number) if unit == "days" else _months(day, -number)


def _working(day: date, number: int, step: timedelta) -> date:
    while number:
        day += step
        number -= is_working_day(day)
    return day


def _months(day: date, number: int) -> date:
    """The same day so many months on, or the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + number, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
