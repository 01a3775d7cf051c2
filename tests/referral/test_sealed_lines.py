"""Lines of sealed reports: the most pressing first, each with the office that it goes up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from triage.codes import ABOVE_OFFICE, HEADS_OFFICE
from triage.model import Office, Rank, Way
from triage.policy import Clock, load_policy
from triage.referral import Desk, office_above
from triage.referral.clocks import ClockState
from triage.referral.sealed import pressing, sealed_lines
from triage.store.way_up import SealedStub

PASS_UP = load_policy().clocks.sealed_pass_up
NOW = datetime(2019, 11, 20, 4, 0, tzinfo=UTC)  # a Wednesday
COUNTY = Desk("513431", Rank.COUNTY)
OFFICES = (
    Office("nation", "全国中心", "", Rank.NATION, "discipline"),
    Office("51", "省室", "51", Rank.PROVINCE, "discipline"),
    Office("5134", "州组", "5134", Rank.PREFECTURE, "discipline"),
    Office("5134-d", "州科", "5134", Rank.PREFECTURE, "department"),
    Office("5107", "别州", "5107", Rank.PREFECTURE, "discipline"),
    Office("513431", "县室", "513431", Rank.COUNTY, "discipline"),
)


def stub(name: str, days_ago: int, **changes: object) -> SealedStub:
    when = NOW - timedelta(days=days_ago)
    one = SealedStub(name, when, when, Way.SEALED_UP, "513431", None, HEADS_OFFICE, None, 0)
    return replace(one, **changes)  # type: ignore[arg-type]


def test_what_presses_comes_first_and_what_has_gone_up_last_the_newest_before_the_older() -> None:
    gone = [stub(f"gone {days}", 30, passed_up_at=NOW - timedelta(days=days), packets=1) for days in (9, 2)]
    told = sealed_lines([stub("fresh", 0), *gone, stub("late", 12), stub("soon", 6)], PASS_UP, OFFICES[2], NOW)
    assert [(line.id, line.state.value, line.left) for line in told] == [
        ("late", "overdue", -3),
        ("soon", "due_soon", 1),
        ("fresh", "running", 5),
        ("gone 2", "passed_up", None),
        ("gone 9", "passed_up", None),
    ]
    assert {(line.office_id, line.office, line.unit) for line in told} == {("5134", "州组", "working_days")}


def test_the_clock_runs_from_the_arrival_here_where_another_office_had_it_first() -> None:
    (line,) = sealed_lines([stub("passed on", 90, since=NOW, reason=ABOVE_OFFICE)], PASS_UP, None, NOW)
    assert (line.state, line.left, line.office, line.office_id) == (ClockState.RUNNING, 5, None, None)
    assert line.received_at == NOW - timedelta(days=90)


def test_what_must_go_at_once_is_overdue_from_its_receipt_and_comes_before_what_is_late() -> None:
    told = sealed_lines([stub("late", 40), stub("fresh", 0), stub("danger", 0, at_once=True)], PASS_UP, None, NOW)
    assert [(line.id, line.state.value, line.at_once) for line in told] == [
        ("danger", "overdue", True),
        ("late", "overdue", False),
        ("fresh", "running", False),
    ]
    assert (told[0].due, told[0].left) == (date(2019, 11, 20), -1)
    (gone,) = sealed_lines([stub("danger", 3, at_once=True, passed_up_at=NOW, packets=1)], PASS_UP, None, NOW)
    assert (gone.state, gone.left) == (ClockState.PASSED_UP, None)


def test_a_period_in_days_is_told_in_days() -> None:
    (line,) = sealed_lines([stub("one", 1)], Clock(7, "days", 2), None, NOW)
    assert (line.left, line.unit) == (6, "days")


def test_how_many_press_is_counted_by_state() -> None:
    began = [(NOW - timedelta(days=days), False) for days in (0, 1, 6, 12, 40)]
    assert pressing(began, PASS_UP, NOW) == {"running": 2, "due_soon": 1, "overdue": 2}
    assert pressing([(NOW, True), (NOW, False)], PASS_UP, NOW) == {"overdue": 1, "running": 1}
    assert pressing([], PASS_UP, NOW) == {}


@pytest.mark.parametrize(
    ("desk", "above"),
    [
        (COUNTY, "5134"),
        (Desk("513431100", Rank.TOWNSHIP), "513431"),
        (Desk("5134", Rank.PREFECTURE), "51"),
        (Desk("51", Rank.PROVINCE), "nation"),
        # No office of its prefecture is known: the next one above takes it
        (Desk("510903", Rank.COUNTY), "51"),
        (Desk("", Rank.NATION), None),
    ],
)
def test_the_office_above_is_the_next_one_that_holds_the_own_area(desk: Desk, above: str | None) -> None:
    found = office_above(desk, OFFICES)
    assert (found.id if found else None) == above


def test_where_no_office_is_known_none_is_named() -> None:
    assert office_above(COUNTY, ()) is None
