"""Clocks run by the official calendar of China, and the last day is a whole one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from triage.policy import Clock, load_policy
from triage.referral.clocks import ClockState, counts_from, overdue_before, read_clock, soon_before
from triage.text.dates import SHANGHAI

PASS_UP = load_policy().clocks.sealed_pass_up


def at(day: str, hour: int = 10) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("today", "left", "state"),
    [
        ("2019-11-05", 5, "running"),
        ("2019-11-06", 4, "running"),
        ("2019-11-09", 2, "running"),  # a Saturday
        ("2019-11-11", 1, "due_soon"),
        ("2019-11-12", 0, "due_soon"),
        ("2019-11-13", -1, "overdue"),
        ("2019-11-16", -3, "overdue"),
    ],
)
def test_a_sealed_report_of_a_tuesday_is_to_go_up_by_the_next_tuesday(today: str, left: int, state: str) -> None:
    seen = read_clock(PASS_UP, at("2019-11-05"), at(today, 23))
    assert (seen.state.value, seen.due, seen.left) == (state, date(2019, 11, 12), left)


def test_the_national_holiday_stops_the_clock_and_its_make_up_day_does_not() -> None:
    # 2019: off from the first to the seventh of October, and worked on Saturday the twelfth
    assert read_clock(PASS_UP, at("2019-09-30"), at("2019-10-08")).due == date(2019, 10, 12)
    assert read_clock(PASS_UP, at("2019-09-30"), at("2019-10-07")).left == 5


def test_the_day_is_that_of_china_wherever_the_machine_stands() -> None:
    late = datetime(2019, 11, 5, 17, 0, tzinfo=UTC)  # the sixth, one in the morning
    assert read_clock(PASS_UP, late, late).due == date(2019, 11, 13)
    last = datetime(2019, 11, 13, 15, 59, tzinfo=UTC)
    assert read_clock(PASS_UP, late, last).state is ClockState.DUE_SOON
    assert read_clock(PASS_UP, late, last + timedelta(minutes=1)).state is ClockState.OVERDUE


def test_what_ended_on_a_friday_is_overdue_on_the_saturday() -> None:
    seen = read_clock(PASS_UP, at("2019-11-01"), at("2019-11-09"))
    assert (seen.due, seen.state, seen.left) == (date(2019, 11, 8), ClockState.OVERDUE, -1)


@pytest.mark.parametrize(
    ("clock", "due"),
    [
        (Clock(10, "days", 2), date(2020, 2, 10)),
        (Clock(1, "months", 0), date(2020, 2, 29)),
        (Clock(12, "months", 0), date(2021, 1, 31)),
    ],
)
def test_periods_of_days_and_months_end_by_the_calendar(clock: Clock, due: date) -> None:
    seen = read_clock(clock, at("2020-01-31"), at("2020-01-31"))
    assert (seen.due, seen.state) == (due, ClockState.RUNNING)
    assert seen.left == (due - date(2020, 1, 31)).days
    assert read_clock(clock, at("2020-01-31"), at(due.isoformat())).state is ClockState.DUE_SOON


def test_a_clock_that_stands_before_its_beginning_runs() -> None:
    """A machine whose clock was put back must not find that everything is over."""
    assert read_clock(PASS_UP, at("2019-11-05"), at("2019-11-01")).state is ClockState.RUNNING


CLOCKS = [Clock(5, "working_days", 1), Clock(15, "working_days", 3), Clock(1, "months", 0), Clock(10, "days", 2)]
MOMENTS = some.datetimes(datetime(2018, 1, 1), datetime(2026, 12, 31), timezones=some.just(UTC))


@given(some.sampled_from(CLOCKS), MOMENTS, some.timedeltas(timedelta(0), timedelta(days=60)))
def test_what_counts_from_before_a_bound_is_overdue_or_due_soon_and_nothing_else_is(
    clock: Clock, now: datetime, ago: timedelta
) -> None:
    began = now - ago
    overdue, soon = began < overdue_before(clock, now), began < soon_before(clock, now)
    state = ClockState.OVERDUE if overdue else ClockState.DUE_SOON if soon else ClockState.RUNNING
    assert read_clock(clock, began, now).state is state


@given(
    some.sampled_from(CLOCKS),
    MOMENTS,
    some.timedeltas(timedelta(0), timedelta(days=20)),
    some.timedeltas(timedelta(0), timedelta(days=300)),
)
def test_a_pause_takes_nothing_of_what_was_left(
    clock: Clock, began: datetime, ran: timedelta, paused: timedelta
) -> None:
    stopped, resumed = began + ran, began + ran + paused
    left = read_clock(clock, began, stopped).left
    after = read_clock(clock, counts_from(clock, began, stopped, resumed), resumed)
    if clock.unit == "months":
        # Months differ in length: of one a few days may be given, and none are taken
        assert left <= after.left <= left + 3
    elif clock.unit == "days" or (left >= 0 and after.state is not ClockState.OVERDUE):
        assert after.left == left
