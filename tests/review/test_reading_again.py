"""What holds of a report that another model reads again is never less than what held before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.model import Assessment, Level, Point, Risk
from triage.policy import load_policy
from triage.review.rereading import EARLIER, not_below

POLICY = load_policy(None)
LEVELS = st.sampled_from(list(Level))


@st.composite
def readings(draw: st.DrawFn, plain: Assessment) -> Assessment:
    points = tuple(Point(f"label:{place}", points) for place, points in enumerate(draw(st.lists(st.integers(1, 4)))))
    floor = tuple(Point(code, 0.0) for code in draw(st.sets(st.sampled_from(["danger_to_life", "money_taken"]))))
    score = float(sum(point.points for point in points))
    level = max(draw(LEVELS), POLICY.levels.of(score), key=lambda one: one.rank)
    risk = Risk(level, score, floor, points)
    return replace(plain, refer=draw(st.booleans()), urgent=draw(st.booleans()), risk=risk)


PLAIN = Assessment(
    ("embezzlement",), {}, False, 0.0, False, 0.0, Risk(Level.LOW, 0.0), "zh", "accusation", 0, (), {}, "r", "m"  # type: ignore[arg-type]
)  # fmt: skip


@given(before=readings(PLAIN), now=readings(PLAIN), later=readings(PLAIN))
def test_no_level_score_floor_or_mark_is_ever_lost_however_often_a_report_is_read(
    before: Assessment, now: Assessment, later: Assessment
) -> None:
    held = before
    for reading in (now, later):
        held_before, held = held, not_below(held, reading, POLICY)
        assert held.risk.level.rank >= max(held_before.risk.level.rank, reading.risk.level.rank)
        assert held.risk.score == pytest.approx(max(held_before.risk.score, reading.risk.score))
        assert sum(point.points for point in held.risk.points) == pytest.approx(held.risk.score)
        assert {point.code for point in held_before.risk.floor} <= {point.code for point in held.risk.floor}
        assert held.refer == (held_before.refer or reading.refer)
        assert held.urgent == (held_before.urgent or reading.urgent)
        codes = [point.code for point in (*held.risk.points, *held.risk.floor)]
        assert len([code for code in codes if code == EARLIER]) <= 2
        assert held.categories == reading.categories


@given(before=readings(PLAIN), now=readings(PLAIN))
def test_a_graver_reading_stands_as_it_is(before: Assessment, now: Assessment) -> None:
    graver = replace(
        now, refer=True, urgent=True, risk=Risk(Level.GRAVE, before.risk.score + now.risk.score, before.risk.floor, now.risk.points)
    )  # fmt: skip
    assert not_below(before, graver, POLICY) == graver
