"""Why a report stands as high as it does is told in words of both languages, and rests on passages of its text."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from corpora.taxonomy import load_taxonomy
from models.registry import Registry
from triage.assess import Assessor
from triage.policy import load_policy
from triage.telling import in_both, told

_HAN = re.compile("[\u4e00-\u9fff]")


def codes() -> list[str]:
    policy = load_policy(None)
    points = ["amount", "people", "accused_rank", "refer", "urgent"]
    points += [f"evidence:{kind}" for kind in policy.risk.evidence] + [f"danger:{kind}" for kind in policy.risk.danger]
    return [
        *(rule.code for rule in policy.floors),
        *points,
        *(f"label:{one.code}" for one in load_taxonomy().categories),
    ]


@pytest.mark.parametrize("code", codes())
def test_every_code_of_a_risk_decision_has_words_in_both_languages(code: str) -> None:
    zh, en = told(code)
    assert _HAN.search(zh)
    assert not _HAN.search(en)
    assert "_" not in en, "a code is no word"


def test_a_rule_of_an_offices_own_stands_under_its_code() -> None:
    assert in_both("our_own_rule") == "our_own_rule"
    assert told("label:own_label") == ("反映own_label", "tells of own_label")
    assert (
        in_both("taken_money")
        == "反映侵占、骗取或索贿，建议移送，至少为高 · tells of money taken and should be referred: at least high"
    )


@pytest.fixture(scope="module")
def assessor(small_models: Path) -> Assessor:
    registry = Registry(small_models)
    return Assessor.load(registry.path(str(registry.current())))


TEXT = "昭觉县三河村村主任王守田每户收了5000元好处费，一共收了200户，不给的就取消低保，还说谁告状就打断谁的腿。"


def test_every_line_of_a_risk_decision_but_a_thresholds_rests_on_a_passage(assessor: Assessor) -> None:
    risk = assessor.assess(TEXT, received=date(2019, 5, 1)).risk
    assert risk.points
    for point in (*risk.points, *risk.floor):
        assert point.spans, point.code
        assert all(0 <= start < end <= len(TEXT) for start, end in point.spans)


def test_a_sum_told_by_the_head_counts_as_what_it_comes_to_and_shows_where(assessor: Assessor) -> None:
    risk = assessor.assess(TEXT, received=date(2019, 5, 1)).risk
    (amount,) = [point for point in risk.points if point.code == "amount"]
    assert amount.points == load_policy(None).risk.amount_points(1_000_000 * 100)
    assert [TEXT[start:end] for start, end in amount.spans] == ["每户收了5000元好处费，一共收了200户"]
