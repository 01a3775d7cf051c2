"""What two reports tell of, and how they begin, tells one writer's letters apart."""

from __future__ import annotations

from datetime import date

import pytest
from case_samples import DAY
from hypothesis import given
from hypothesis import strategies as st

from triage.cases import WRONGS, Matter, from_bytes, to_bytes
from triage.cases.compared import Compared
from triage.cases.sequels import NO_SEQUEL, Sequel, compare_sequels, sequel_of
from triage.cases.telling import words_of
from triage.cases.wrongs import compare_wrongs, wrongs_of

FLOUR = wrongs_of({"embezzlement": 0.93, "refer": 0.97, "coercion": 0.01})
STAGE = wrongs_of({"coercion": 0.9, "embezzlement": 0.08, "refer": 0.8})
QUESTION = wrongs_of({"service_request": 0.95, "embezzlement": 0.03, "refer": 0.02})


def compared(one: tuple[tuple[str, int], ...], other: tuple[tuple[str, int], ...]) -> Compared:
    pair = Compared()
    compare_wrongs(pair, one, other)
    return pair


def test_flour_kept_back_and_a_stage_that_all_had_to_pay_for_are_told_apart() -> None:
    pair = compared(FLOUR, STAGE)
    assert pair.of("wrongs_alike") < 0.3
    assert pair.of("wrongs_apart") == pytest.approx(0.82)
    assert [str(reason) for reason in pair.reasons] == ["other_wrongs"]
    assert words_of("other_wrongs") == ("反映的问题不同类", "they tell of other kinds of wrong")


def test_two_letters_on_the_same_kind_of_wrong_say_so() -> None:
    pair = compared(FLOUR, FLOUR)
    assert pair.of("wrongs_alike") == pytest.approx(1.0)
    assert [str(reason) for reason in pair.reasons] == ["same_wrong"]


def test_a_question_speaks_neither_for_nor_against_the_wrong_it_may_follow() -> None:
    pair = compared(FLOUR, QUESTION)
    assert pair.reasons == []
    assert (pair.of("asks_most"), pair.of("refer_least")) == (0.95, 0.02)


def test_nothing_is_said_of_a_report_that_was_read_before_wrongs_were_kept() -> None:
    pair = compared(FLOUR, ())
    assert not pair.any_of(WRONGS)
    assert pair.reasons == []


@given(
    *[st.dictionaries(st.sampled_from(["embezzlement", "bribery", "refer", "service_request"]), st.floats(0, 1))] * 2
)
def test_it_does_not_matter_which_of_two_is_named_first(one: dict[str, float], other: dict[str, float]) -> None:
    first, second = compared(wrongs_of(one), wrongs_of(other)), compared(wrongs_of(other), wrongs_of(one))
    assert first.values == pytest.approx(second.values)


@pytest.mark.parametrize(
    ("text", "sequel"),
    [
        ("又是我，上次写过低保的事，镇里来人查了，钱也退了，谢谢你们。", Sequel(3, 3, 0)),
        ("今天说另外一件，这回是化肥。", Sequel(0, 0, 3)),
        ("村会计把面粉扣下了。", NO_SEQUEL),
        ("村会计把面粉扣下了。" * 20 + "上次写过。", NO_SEQUEL),
        ("thank you for the call, i wrote in may about the road", Sequel(1, 1, 0)),
    ],
    ids=["sequel", "another", "plain", "only the beginning counts", "English"],
)
def test_a_letter_that_follows_another_is_known_by_how_it_begins(text: str, sequel: Sequel) -> None:
    assert sequel_of(text) == sequel


def test_the_later_one_is_the_one_that_was_received_later() -> None:
    plain, sequel = (date(2019, 5, 1), NO_SEQUEL), (date(2019, 7, 1), Sequel(2, 1, 0))
    for told in ([plain, sequel], [sequel, plain]):
        pair = Compared()
        compare_sequels(pair, told)
        assert (pair.of("later_earlier"), pair.of("later_outcome"), pair.of("first_earlier")) == (2.0, 1.0, 0.0)


def test_both_are_kept_with_a_report() -> None:
    matter = Matter.of("a", "又是我，面粉退了。", (), DAY, probabilities={"embezzlement": 0.93, "refer": 0.97})
    found = from_bytes("a", to_bytes(matter))
    assert found is not None
    assert (found.wrongs, found.sequel) == ((("embezzlement", 93), ("refer", 97)), Sequel(1, 1, 0))
