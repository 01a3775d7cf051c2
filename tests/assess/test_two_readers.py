"""Two readers of one report: the accurate one may raise a level and never lowers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models.category import Scores
from triage.assess import Assessor
from triage.assess.assessor import findings
from triage.assess.findings import Findings
from triage.assess.judging import assessment_of
from triage.model import Language, Level, Risk
from triage.policy import load_policy

GRAVE = "村支书王大山把二十万元扶贫款装进自己口袋，谁去告就打谁，还威胁要放火烧我家房子。"
POLICY = load_policy(None)


@pytest.fixture(scope="module")
def found(assessor: Assessor) -> Findings:
    """The text as the pipeline leaves it."""
    return next(iter(findings(assessor.nlp, [(GRAVE, date(2018, 5, 12), ())])))


def scores(found: Findings, *categories: str, flags: bool) -> Scores:
    """What a reader says that sees these wrongs."""
    assert found.scores is not None
    told = dict.fromkeys(found.scores.flags, flags)
    return replace(found.scores, categories=categories, flags=told, reasons={}, beneath=None)


def risk(found: Findings, said: Scores) -> Risk:
    """The risk of the text where a reader says this."""
    return assessment_of(replace(found, scores=said), POLICY).risk


def test_a_second_reader_that_sees_no_wrong_leaves_the_level_and_the_floor_of_the_first(found: Findings) -> None:
    seeing = scores(found, "embezzlement", "retaliation", flags=True)
    first = risk(found, seeing)
    assert first.level in {Level.HIGH, Level.GRAVE}
    second = risk(found, replace(scores(found, "service_request", flags=False), beneath=seeing))
    assert second.level is first.level
    assert {point.code for point in first.floor} < {point.code for point in second.floor}
    assert second.floor[-1].code == "fast_reader"


def test_a_second_reader_that_sees_more_raises_the_level(found: Findings) -> None:
    blind = scores(found, "service_request", flags=False)
    both = risk(found, replace(scores(found, "embezzlement", "retaliation", flags=True), beneath=blind))
    assert both.level.rank > risk(found, blind).level.rank
    assert "fast_reader" not in {point.code for point in both.floor}


def test_what_no_reader_understands_goes_to_a_person_whatever_the_first_one_said(found: Findings) -> None:
    seeing = scores(found, "embezzlement", flags=True)
    foreign = replace(found, language=Language.OTHER, signals=(), entities=())
    assert risk(foreign, replace(seeing, beneath=seeing)).level is Level.PERSON
