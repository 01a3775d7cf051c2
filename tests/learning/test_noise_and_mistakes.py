from __future__ import annotations

from random import Random

import pytest

from corpora.reports import LabelledEntity, LabelledReport
from tests.learning.test_evaluating_a_reader import assessment
from triage.learning.mistakes import mistakes
from triage.learning.noise import Change, misheard, mistyped, renamed, traditional, without_punctuation

LETTER = LabelledReport(
    text="我举报三河村的王建国书记，王书记扣了我家的低保，一共三千元。" * 8,
    entities=(
        LabelledEntity("person", "王建国", role="accused"),
        LabelledEntity("person", "王书记", role="accused"),
        LabelledEntity("place", "三河村"),
    ),
)
CALL = LabelledReport(
    text="坐席：您好，请讲。\n来电人：王建国扣了钱，没人管。\n",
    turns=(("agent", "您好，请讲。"), ("caller", "王建国扣了钱，没人管。")),
)


def test_a_misheard_letter_keeps_its_length_and_loses_about_a_twentieth_of_its_characters() -> None:
    noisy = misheard(LETTER, Random(1)).text
    changed = sum(one != other for one, other in zip(LETTER.text, noisy, strict=True))
    assert 0.01 < changed / len(noisy) < 0.09


def test_the_same_chance_gives_the_same_noise() -> None:
    assert mistyped(LETTER, Random(3)) == mistyped(LETTER, Random(3))
    assert mistyped(LETTER, Random(3)) != mistyped(LETTER, Random(4))


def test_names_are_changed_alike_wherever_they_stand_and_titles_stay() -> None:
    other = LabelledReport(text="五里村", entities=(LabelledEntity("place", "五里村"),))
    text = renamed([other])(LETTER, Random(2)).text
    assert "王" not in text
    assert "三河村" not in text
    assert "五里村" in text
    surname = text[text.index("村的") + 2]
    assert f"{surname}书记扣了" in text


@pytest.mark.parametrize("change", [misheard, mistyped, without_punctuation, traditional])
def test_who_speaks_in_a_transcript_stays_and_turns_go_with_the_text(change: Change) -> None:
    noisy = change(CALL, Random(5))
    assert noisy.text.startswith("坐席：")
    assert "\n来电人：" in noisy.text
    assert noisy.turns is not None
    assert all(words in noisy.text for _, words in noisy.turns)


def test_a_text_without_punctuation_has_its_lines_and_no_commas() -> None:
    assert without_punctuation(CALL, Random(0)).text == "坐席：您好请讲\n来电人：王建国扣了钱没人管\n"


def test_traditional_characters_stand_for_simplified_ones() -> None:
    assert "請講" in traditional(CALL, Random(0)).text
    assert "沒人管" in traditional(CALL, Random(0)).text


def test_a_missed_label_is_told_with_what_was_said_instead_and_the_surest_mistake_comes_first() -> None:
    rows = [
        LabelledReport(text="a", id="one", categories=("bribery",)),
        LabelledReport(text="b", id="two", categories=("bribery", "coercion")),
        LabelledReport(text="c", id="three", categories=("coercion",)),
        LabelledReport(text="d", id="four"),
    ]
    found = [assessment(["embezzlement"], p=0.7), assessment(["bribery"]), assessment(["coercion"]), assessment()]
    told = mistakes(rows, found)
    assert told is not None
    assert {(c["true"], c["said"]) for c in told["confusions"]} == {
        ("bribery", "embezzlement"),
        ("coercion", "nothing"),
    }
    assert {entry["id"] for entry in told["worst"]} == {"one", "two"}
    assert mistakes(rows[3:], found[3:]) is None
