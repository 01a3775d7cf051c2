"""The review set over-samples where something may have been missed, and estimates without bias all the same."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_decisions import reading

from triage.model import (
    Assessment,
    Channel,
    Level,
    Point,
    Report,
    Review,
    Risk,
    Ruling,
    StaffRole,
    Stage,
)
from triage.review import STRATA, Sampler, Stratum, agreement
from triage.review.agreement import interval
from triage.store import Answered, Priority, ReadRow, StratumCount

NOW = datetime(2019, 11, 5, tzinfo=UTC)
FLOOR = Risk(Level.HIGH, 5.0, (Point("danger_to_life", 0.0),))


def row(report_id: str, machine: Assessment) -> ReadRow:
    report = Report(report_id, 1, "文", Channel.WEB, NOW, Stage.INDEXED)
    return ReadRow(report, machine, Priority(Level.LOW, 0.0, False), assessment_id="a" + report_id)


@pytest.mark.parametrize(
    ("changes", "stratum"),
    [
        ({"refer_probability": 0.11}, Stratum.NEAR_REFER),
        ({"refer_probability": 0.001, "risk": FLOOR}, Stratum.FLOOR_UNLIKELY),
        ({"reader": "accurate", "refer": True, "refer_probability": 0.01}, Stratum.READERS_DISAGREE),
        ({"refer_probability": 0.001, "categories": ()}, Stratum.NO_LABEL),
        ({"refer_probability": 0.001, "categories": ("vanity_project",)}, Stratum.FEW_REVIEWS),
        ({"refer": True, "refer_probability": 0.9}, Stratum.ROUTINE_REFER),
        ({"refer_probability": 0.001}, Stratum.ROUTINE),
        ({"refer_probability": 0.11, "categories": (), "risk": FLOOR}, Stratum.NEAR_REFER),
    ],
)
def test_a_report_belongs_to_the_most_dangerous_stratum_whose_mark_it_bears(
    changes: dict[str, Any], stratum: Stratum
) -> None:
    sampler = Sampler(b"k" * 32, refer_from=0.126, often=frozenset({"formalism"}))
    assert sampler.stratum(reading(**changes)) is stratum


@given(
    probability=st.floats(0, 1),
    refer=st.booleans(),
    categories=st.sampled_from([(), ("formalism",), ("bribery", "retaliation")]),
    risk=st.sampled_from([FLOOR, Risk(Level.LOW, 0.0), Risk(Level.PERSON, 0.0)]),
    threshold=st.floats(0, 1),
)
def test_every_reading_has_one_stratum_and_a_chance(
    probability: float, refer: bool, categories: tuple[str, ...], risk: Risk, threshold: float
) -> None:
    machine = reading(refer_probability=probability, refer=refer, categories=categories, risk=risk)
    drawn = Sampler(b"k" * 32, threshold).draw(row("r", machine))
    assert drawn.share == STRATA[Stratum(drawn.stratum)]
    assert 0 < drawn.share <= 1
    assert drawn.place >= 0


def test_routine_reports_are_drawn_seldom_and_near_misses_often() -> None:
    sampler = Sampler(b"k" * 32, refer_from=0.126, often=frozenset({"formalism"}))
    for stratum, machine in (
        (Stratum.NEAR_REFER, reading(refer_probability=0.1)),
        (Stratum.ROUTINE, reading(refer_probability=0.0)),
    ):
        drawn = [sampler.draw(row(f"r{number}", machine)).place < 1 for number in range(4000)]
        assert sum(drawn) / 4000 == pytest.approx(STRATA[stratum], abs=0.03)


def test_refer_recall_is_estimated_without_bias_though_near_misses_are_over_sampled() -> None:
    chance = random.Random(5)
    sampler = Sampler(b"k" * 32, refer_from=0.126, often=frozenset({"formalism"}))
    answers, found, true = [], 0, 0
    for number in range(20_000):
        kind = chance.choices(("found", "near", "far", "plain"), (20, 10, 2, 68))[0]
        refer, probability = kind == "found", {"found": 0.9, "near": 0.1}.get(kind, 0.0)
        is_true = (
            kind == "far" or (kind == "found" and chance.random() < 0.8) or (kind == "near" and chance.random() < 0.3)
        )
        found, true = found + (is_true and refer), true + is_true
        machine = reading(refer=refer, refer_probability=probability)
        drawn = sampler.draw(row(f"r{number}", machine))
        if drawn.place < 1:
            answers.append(answered(machine, is_true, drawn.stratum, drawn.share))
    recall = agreement(answers, []).refer_recall
    naive = sum(one.refer and bool(one.review.refer) for one in answers) / sum(
        bool(one.review.refer) for one in answers
    )
    assert recall.share == pytest.approx(found / true, abs=0.05)
    assert recall.low is not None
    assert recall.high is not None
    assert recall.low < found / true < recall.high
    assert abs(naive - found / true) > 0.2


def answered(
    machine: Assessment, refer: bool, stratum: str, share: float | None, decision: Ruling = Ruling.CORRECT
) -> Answered:
    review = Review(
        "i", "r", "a", "fast", "m", decision, machine.categories, refer, False, (), stratum, share, "b",
        StaffRole.REVIEWER, NOW,
    )  # fmt: skip
    return Answered(review, machine.categories, machine.refer, machine.urgent)


def test_what_somebody_chose_to_look_at_and_rejected_readings_estimate_no_recall() -> None:
    machine = reading(refer=True)
    answers = [
        answered(machine, True, "routine", 0.05),
        answered(machine, True, "chosen", None),
        answered(machine, False, "routine", 0.05, Ruling.REJECT),
    ]
    found = agreement(answers, [StratumCount("routine", 40, 2, 2)])
    assert (found.decided, found.chosen, found.rejected) == (3, 1, 1)
    assert (found.refer_recall.rows, found.refer_recall.share, found.refer_recall.is_weak) == (1, 1.0, True)
    assert (found.same_categories.share, found.same_categories.rows) == (0.5, 2)
    assert (found.urgent_recall.share, found.urgent_recall.rows) == (None, 0)
    (stratum,) = found.strata
    assert (stratum.reports, stratum.drawn, stratum.decided, stratum.share) == (40, 2, 2, 0.05)


@given(share=st.floats(0, 1), rows=st.floats(0.5, 1e6))
def test_an_interval_holds_its_share_and_narrows_with_the_rows(share: float, rows: float) -> None:
    low, high = interval(share, rows)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    closer = interval(share, rows * 4)
    assert closer[1] - closer[0] <= high - low + 1e-9
