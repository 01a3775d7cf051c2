"""Sentences on the largest number: they name one only where no hidden number can be larger."""

from __future__ import annotations

import pytest

from triage.trends.compose_words import amount_words, most_told, not_told
from triage.trends.document import Hidden, Missing, Number, Text, Value, same

MOST = Text("最多的是{}", "Most come from {}")
LACKING = Missing(Text("当时尚无数据", "no data yet"))


def told(values: dict[str, Value], whole: Value | None = None) -> str:
    return most_told([(same(name), value) for name, value in values.items()], MOST, whole).en


def test_the_largest_of_numbers_that_are_all_shown_is_named_wherever_it_stands() -> None:
    assert told({"A": Number(6), "B": Number(20), "C": Number(0)}) == "Most come from B."
    assert told({"A": Number(20), "B": Number(20), "C": Number(7)}) == "Most come from A and B."
    assert told({"A": LACKING, "B": Number(7)}) == "Most come from B."
    assert told(dict.fromkeys("ABCDE", Number(20))) == "Most come from A, B, C and 2 more."


def test_beside_hidden_numbers_it_is_said_that_one_of_them_may_be_larger() -> None:
    assert told({"A": Number(23), "B": Hidden()}) == (
        "Most come from A, as far as numbers are shown; a hidden one may be larger."
    )
    assert "may be larger" in told({"A": Number(23), "B": Hidden()}, Number(56))
    assert "may be larger" in told({"A": Number(23), "B": Hidden()}, Hidden())


def test_a_whole_that_leaves_too_little_for_hidden_numbers_makes_it_sure() -> None:
    assert told({"A": Number(23), "B": Hidden(), "C": Hidden()}, Number(46)) == "Most come from A."
    assert "may be larger" in told({"A": Number(23), "B": Hidden(), "C": Hidden()}, Number(47))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([Hidden(), Hidden()], "No number is shown."),
        ([Number(0), Hidden()], "Numbers that are shown are zero; others are hidden."),
        ([Number(0), Number(0)], "There are no reports."),
        ([LACKING, LACKING], "There are no data yet."),
        ([], "There are no data yet."),
    ],
)
def test_where_no_number_is_shown_nobody_is_named(values: list[Value], said: str) -> None:
    assert told({str(at): value for at, value in enumerate(values)}, Number(56)) == said


def test_bands_of_amounts_meet_without_a_sum_that_lies_in_two() -> None:
    bands = [amount_words(str(least)) for least in (0, 1_000, 10_000)]
    assert [band.zh for band in bands] == ["不满1000元", "1000元以上不满1万元", "1万元以上不满3万元"]


def test_a_hidden_month_is_not_called_small_and_a_missing_one_not_hidden() -> None:
    hidden, missing = not_told(Hidden(), 5), not_told(LACKING, 5)
    assert "or would give another small one away" in hidden.en
    assert "或会由它推出" in hidden.zh
    assert missing == Text("本月没有件数：当时尚无数据。", "There is no number of this month: no data yet.")
