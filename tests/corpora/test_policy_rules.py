"""Each floor rule of the packaged policy: the facts with which it just holds, and those with which it just does not."""

from __future__ import annotations

from typing import Any

import pytest

from triage.model import Level, Rank
from triage.policy import Facts, load_policy

_TAKEN = {"refer": True, "labels": frozenset({"bribery"})}
_LIE = {"refer": True, "labels": frozenset({"falsified_exit"}), "order": True}
_THREATENED = {"urgent": True, "labels": frozenset({"retaliation"}), "dangers": frozenset({"threat"})}

CASES: list[tuple[str, Level, dict[str, Any], list[dict[str, Any]]]] = [
    ("urgent_danger", Level.HIGH, {"urgent": True}, [{}]),
    (
        "danger_to_life",
        Level.HIGH,
        {"dangers": frozenset({"self_harm"})},
        [{"dangers": frozenset({"illness", "violence"})}],
    ),
    ("retaliation", Level.HIGH, {"labels": frozenset({"retaliation"})}, [{"labels": frozenset({"coercion"})}]),
    (
        "retaliation_with_violence",
        Level.GRAVE,
        _THREATENED,
        [_THREATENED | {"urgent": False}, _THREATENED | {"dangers": frozenset({"illness"})}],
    ),
    ("taken_money", Level.HIGH, _TAKEN, [_TAKEN | {"refer": False}, _TAKEN | {"labels": frozenset({"opaque_funds"})}]),
    (
        "taken_large_sum",
        Level.GRAVE,
        _TAKEN | {"fen": 200_000 * 100},
        [_TAKEN | {"fen": 200_000 * 100 - 1}, {"refer": True, "fen": 10**9}],
    ),
    ("ordered_falsehood", Level.HIGH, _LIE, [_LIE | {"order": False}, _LIE | {"refer": False}]),
    (
        "high_official",
        Level.HIGH,
        {"refer": True, "rank": Rank.COUNTY},
        [{"refer": True, "rank": Rank.TOWNSHIP}, {"rank": Rank.NATION}],
    ),
    ("referred", Level.MEDIUM, {"refer": True}, [{"urgent": True}]),
]


def holding(**told: Any) -> dict[str, Level]:
    facts = Facts(**({"refer": False, "urgent": False, "labels": frozenset()} | told))
    return {rule.code: Level(rule.level) for rule in load_policy(None).floors if rule.holds(facts)}


@pytest.mark.parametrize(("code", "level", "just", "nots"), CASES, ids=[case[0] for case in CASES])
def test_a_floor_holds_just_where_its_conditions_do(
    code: str, level: Level, just: dict[str, Any], nots: list[dict[str, Any]]
) -> None:
    assert holding(**just)[code] is level
    for short in nots:
        assert code not in holding(**short)


def test_every_rule_of_the_policy_is_tried_here() -> None:
    assert {case[0] for case in CASES} == {rule.code for rule in load_policy(None).floors}
