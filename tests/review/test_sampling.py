"""The review set over-samples where something may have been missed, and estimates without bias all the same."""

from __future__ import annotations

import random
from collections import Counter
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
from triage.review import STRATA, Agreement, Sampler, Stratum, agreement
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


def sorted_out(queue_first: float, asked: float) -> tuple[Agreement, float]:
    """Twenty thousand reports of which people decide the first ``asked`` of the draw and a share of the referral queue."""
    chance = random.Random(7)
    answers, pool, found, true = [], Counter[tuple[str, bool]](), 0, 0
    for _ in range(20_000):
        is_true = chance.random() < 0.25
        refer = chance.random() < (0.7 if is_true else 0.05)
        # A category of which little is known may stand on both sides of the threshold
        few = chance.random() < 0.3
        stratum = Stratum.FEW_REVIEWS if few else Stratum.ROUTINE_REFER if refer else Stratum.ROUTINE
        place = chance.random() / STRATA[stratum]
        pool[stratum.value, refer] += 1
        found, true = found + (is_true and refer), true + is_true
        if place < asked or (place < 1 and refer and chance.random() < queue_first):
            machine = reading(refer=refer)
            answers.append(answered(machine, is_true, stratum.value, STRATA[stratum]))
    counts = [StratumCount(name, number, 0, 0, refer, False) for (name, refer), number in pool.items()]
    return agreement(answers, counts), found / true


@pytest.mark.parametrize("queue_first", [0.0, 0.5, 1.0])
def test_working_through_the_referral_queue_first_does_not_bend_refer_recall(queue_first: float) -> None:
    told, true = sorted_out(queue_first, asked=0.3)
    recall, precision = told.refer_recall, told.refer_precision
    assert recall.low is not None
    assert recall.high is not None
    assert recall.low < true < recall.high
    assert recall.share == pytest.approx(true, abs=0.1)
    assert precision.share == pytest.approx(0.25 * 0.7 / (0.25 * 0.7 + 0.75 * 0.05), abs=0.1)


def test_who_decides_on_the_referral_queue_alone_is_told_precision_and_no_recall() -> None:
    told, _ = sorted_out(queue_first=1.0, asked=0.0)
    assert told.refer_precision.share is not None
    assert (told.refer_recall.share, told.refer_recall.rows) == (None, 0)
    assert told.same_categories.share is None


def test_a_part_without_a_decision_is_stood_for_by_those_of_which_the_machine_says_the_same() -> None:
    missed, right = reading(refer=False), reading(refer=True)
    answers = [answered(right, True, "routine_refer", 0.05), answered(missed, True, "routine", 0.05)]
    counts = [
        StratumCount("routine_refer", 30, 1, 1, refer=True, urgent=False),
        StratumCount("routine", 40, 2, 1, refer=False, urgent=False),
        StratumCount("routine", 20, 1, 0, refer=False, urgent=True),
        StratumCount("no_label", 30, 9, 0, refer=False, urgent=False),
    ]
    told = agreement(answers, counts)
    assert told.refer_recall.share == 0.25
    assert [(one.stratum, one.reports, one.drawn, one.decided) for one in told.strata] == [
        ("routine_refer", 30, 1, 1), ("routine", 60, 3, 1), ("no_label", 30, 9, 0),
    ]  # fmt: skip


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
