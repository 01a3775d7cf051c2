"""Which decisions hold together, and what follows for the risk of a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.taxonomy import load_taxonomy
from triage.errors import BadInput
from triage.model import (
    Assessment,
    Channel,
    Entity,
    EntityKind,
    Kind,
    Language,
    Level,
    Point,
    Rank,
    Report,
    Risk,
    Ruling,
    Speaker,
    Stage,
    Turn,
)
from triage.policy import load_policy
from triage.review import Labels, Said, checked, holding

POLICY = load_policy(None)
MISCONDUCT = sorted(load_taxonomy().misconduct_codes)


def reading(**changes: Any) -> Assessment:
    fields: dict[str, Any] = {
        "categories": ("formalism",),
        "probabilities": {"formalism": 0.8, "own_label": 0.1},
        "refer": False,
        "refer_probability": 0.2,
        "urgent": False,
        "urgent_probability": 0.0,
        "risk": Risk(Level.LOW, 3.0, (), (Point("label:formalism", 1.0), Point("people", 2.0))),
        "language": Language.ZH,
        "kind": Kind.ACCUSATION,
        "accused_level": Rank.NONE,
        "entities": (),
        "reasons": {},
        "reader": "fast",
        "model": "m",
    }
    return Assessment(**{**fields, **changes})


def report(text: str, *turns: Turn) -> Report:
    at = datetime(2019, 11, 20, tzinfo=UTC)
    return Report("r1", 1, text, Channel.HOTLINE if turns else Channel.LETTER, at, Stage.RECEIVED, turns=turns)


def correct(*categories: str, refer: bool = True, urgent: bool = False) -> Said:
    return Said(Ruling.CORRECT, categories, refer, urgent)


@pytest.mark.parametrize(
    ("said", "field", "rule"),
    [
        (correct("embezlement"), "categories", "unknown"),
        (correct(refer=False), "categories", "empty"),
        (correct("service_request", "bribery"), "categories", "stands_alone"),
        (correct("service_request", "irrelevant", refer=False), "categories", "stands_alone"),
        (correct("service_request"), "refer", "without_misconduct"),
        (Said(Ruling.CORRECT, ("bribery",), True), "urgent", "missing"),
        (Said(Ruling.CORRECT, None, True, False), "categories", "missing"),
        (Said(Ruling.CONFIRM, ("bribery",)), "categories", "only_with_correct"),
        (Said(Ruling.REJECT, refer=False), "refer", "only_with_correct"),
        (Said(Ruling.REJECT, note="记" * 4001), "note", "too_long"),
        (correct(*(["bribery"] * 25)), "categories", "too_many"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused_by_field_and_rule(said: Said, field: str, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked(said, reading())
    assert (caught.value.field, caught.value.rule) == (field, rule)
    assert "embezlement" not in str(caught.value)


@pytest.mark.parametrize(
    ("machine", "rule"),
    [
        (reading(categories=()), "nothing_read"),
        (reading(categories=("service_request",), refer=True), "without_misconduct"),
        (reading(categories=("irrelevant", "bribery")), "stands_alone"),
    ],
)
def test_a_reading_that_cannot_be_right_is_not_confirmed(machine: Assessment, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked(Said(Ruling.CONFIRM), machine)
    assert (caught.value.field, caught.value.rule) == ("decision", rule)


def test_codes_come_in_the_order_of_the_scheme_and_once_and_an_own_scheme_s_codes_are_known() -> None:
    labels = checked(correct("own_label", "bribery", "embezzlement", "bribery"), reading())
    assert labels.categories == ("embezzlement", "bribery", "own_label")
    assert checked(correct("own_label"), reading()).refer


def test_a_confirmed_reading_stays_as_it_is() -> None:
    machine = reading()
    assert holding(machine, checked(Said(Ruling.CONFIRM, note=" "), machine), POLICY) is machine


def test_a_person_raises_a_report_above_what_the_model_saw() -> None:
    held = holding(reading(), checked(correct("embezzlement"), reading()), POLICY)
    assert held.risk.level is Level.HIGH
    assert {point.code for point in held.risk.floor} == {"taken_money", "referred"}
    assert held.risk.score == 5.0 + 2.0 + 2.0
    assert {point.code for point in held.risk.points} == {"label:embezzlement", "people", "refer"}


def test_a_person_lifts_a_floor_that_rested_on_labels_which_are_not_there() -> None:
    grave = reading(
        categories=("bribery",),
        refer=True,
        risk=Risk(Level.HIGH, 6.5, (Point("taken_money", 0.0), Point("referred", 0.0)), (Point("label:bribery", 4.5),)),
    )
    held = holding(grave, checked(correct("formalism", refer=False), grave), POLICY)
    assert (held.risk.level, held.risk.floor) == (Level.LOW, ())


def test_nobody_lifts_a_floor_that_rests_on_the_text() -> None:
    danger = reading(
        risk=Risk(Level.HIGH, 5.0, (Point("danger_to_life", 0.0),), (Point("danger:self_harm", 4.0),)),
    )
    held = holding(danger, checked(correct("service_request", refer=False), danger), POLICY)
    assert held.risk.level is Level.HIGH


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("村支书每户收三千元，八十户都收了。", Level.GRAVE),
        ("㎏\u200b村支書每戶收三千元，八十戶都收了。", Level.GRAVE),
        (" ".join("村支书每户收三千元,八十户都收了。"), Level.GRAVE),
        ("村支书每户收三千元，八户都收了。", Level.HIGH),
        ("村支书收三千元。村里八十户。", Level.HIGH),
    ],
)
def test_a_person_who_says_that_money_was_taken_is_told_what_the_text_takes_by_the_head(
    text: str, level: Level
) -> None:
    at, end = text.index("三"), text.index("元") + 1
    amount = Entity(EntityKind.AMOUNT, text[at:end], at, end, fen=300_000)
    machine = reading(entities=(amount,))
    labels = checked(correct("embezzlement"), machine)
    assert holding(machine, labels, POLICY, report(text)).risk.level is level


def test_a_person_who_says_that_an_exit_was_false_is_told_that_it_was_ordered() -> None:
    text = "镇上要求我们按脱贫填表，可是我家房子还漏雨。"
    labels = checked(correct("falsified_exit"), reading())

    def rules(*turns: Turn) -> set[str]:
        return {point.code for point in holding(reading(), labels, POLICY, report(text, *turns)).risk.floor}

    assert "ordered_falsehood" in rules()
    assert "ordered_falsehood" in rules(Turn(Speaker.CALLER, text))
    assert "ordered_falsehood" not in rules(Turn(Speaker.AGENT, text), Turn(Speaker.CALLER, "房子还漏雨。"))


def test_a_danger_for_which_an_office_gives_no_points_holds_for_the_rules() -> None:
    labels = checked(correct("service_request", refer=False), reading())
    held = holding(reading(), labels, POLICY, report("实在活不下去了，农药都买好了。"))
    assert held.risk.level is Level.HIGH
    assert [point.code for point in held.risk.points] == ["people"]


def test_an_order_that_the_text_told_is_still_known() -> None:
    ordered = reading(
        categories=("falsified_exit",),
        refer=True,
        risk=Risk(Level.HIGH, 6.0, (Point("ordered_falsehood", 0.0), Point("referred", 0.0)), ()),
    )
    held = holding(ordered, checked(correct("inflated_income"), ordered), POLICY)
    assert "ordered_falsehood" in {point.code for point in held.risk.floor}


def test_rejecting_says_nothing_of_the_risk_but_leaves_no_report_low() -> None:
    low, high = reading(), reading(refer=True, risk=Risk(Level.HIGH, 9.0))
    rejected = Labels(Ruling.REJECT, (), None, None)
    assert holding(low, rejected, POLICY).risk.level is Level.PERSON
    held = holding(high, rejected, POLICY)
    assert (held.risk, held.refer, held.categories) == (high.risk, True, ())


_LABELS = st.builds(
    lambda codes, refer, urgent: Labels(Ruling.CORRECT, tuple(sorted(codes)), refer, urgent),
    st.sets(st.sampled_from(MISCONDUCT), min_size=1, max_size=4),
    st.booleans(),
    st.booleans(),
)
_READINGS = st.builds(
    lambda danger, rank: reading(
        accused_level=rank,
        risk=Risk(
            Level.HIGH if danger == "self_harm" else Level.LOW,
            2.0,
            (Point("danger_to_life", 0.0),) if danger == "self_harm" else (),
            (Point(f"danger:{danger}", 2.0),),
        ),
    ),
    st.sampled_from(["self_harm", "violence", "hunger"]),
    st.sampled_from([Rank.NONE, Rank.VILLAGE, Rank.COUNTY]),
)


@given(machine=_READINGS, labels=_LABELS)
def test_saying_refer_or_urgent_never_lowers_a_report(machine: Assessment, labels: Labels) -> None:
    level = holding(machine, labels, POLICY).risk.level.rank
    for more in (replace(labels, refer=True), replace(labels, urgent=True), replace(labels, refer=True, urgent=True)):
        assert holding(machine, more, POLICY).risk.level.rank >= level


@given(machine=_READINGS, labels=_LABELS)
def test_the_level_never_falls_below_its_rules_and_its_score(machine: Assessment, labels: Labels) -> None:
    risk = holding(machine, labels, POLICY).risk
    least = {rule.code: rule.level.rank for rule in POLICY.floors}
    assert risk.level.rank >= max([POLICY.levels.of(risk.score).rank, *(least[point.code] for point in risk.floor)])
    assert risk.score == pytest.approx(sum(point.points for point in risk.points))


def test_people_count_once_a_person_says_what_was_done_to_them() -> None:
    """Reading gives no points for people where it found no wrong; the correction finds one."""
    told = report("村里八十户的补贴款，一分也没有见到。")
    unread = reading(categories=(), risk=Risk(Level.PERSON, 0.0, (), ()))
    corrected = holding(unread, Labels(Ruling.CORRECT, ("embezzlement",), True, False), POLICY, told)
    (people,) = [point for point in corrected.risk.points if point.code == "people"]
    assert people.points == POLICY.risk.people_points(80) > 0
    assert corrected.risk.score == round(sum(point.points for point in corrected.risk.points), 4)
    before = reading(risk=Risk(Level.LOW, 3.0, (), (Point("label:formalism", 1.0), Point("people", 2.0))))
    again = holding(before, Labels(Ruling.CORRECT, ("embezzlement",), True, False), POLICY, told)
    assert [point.points for point in again.risk.points if point.code == "people"] == [2.0]
