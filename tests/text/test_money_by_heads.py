"""Sums told by the head: the rate times how many, where both are told of the same kind of thing in one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.money import find_amounts
from triage.text.money_by_heads import find_products
from triage.text.normalise import normalise


def told(text: str) -> list[tuple[str, float]]:
    plain = normalise(text).text
    return [(plain[one.start : one.end], one.fen / 100) for one in find_products(plain, find_amounts(plain))]


@pytest.mark.parametrize(
    ("text", "where", "yuan"),
    [
        ("村主任每户收了5000元好处费，一共收了200户。", "每户收了5000元好处费,一共收了200户", 1_000_000),
        ("每户500元×36户，没有收据", "每户500元×36户", 18_000),
        ("每人收两百，我们村八十人", "每人收两百,我们村八十人", 16_000),
        ("全村36户，每户收500元", "36户,每户收500元", 18_000),
        ("5000元一户，共收36户", "5000元一户,共收36户", 180_000),
        ("一亩地扣八十，全组三百二十亩", "一亩地扣八十,全组三百二十亩", 25_600),
        ("一户一千二，二十六户人家都交了", "一户一千二,二十六户", 31_200),
        ("He took 300 yuan from each of 40 households.", "300 yuan from each of 40 households", 12_000),
    ],
)
def test_a_rate_is_multiplied_by_how_many_there_are(text: str, where: str, yuan: float) -> None:
    assert told(text) == [(where, yuan)]


@pytest.mark.parametrize(
    "text",
    [
        "每户5000元，我家5口人",
        "每人补助3000元。全村1200人都知道",
        "每户收500元，第3户不肯交",
        "每户500元的押金，至今不退",
        "收了500元，一共36户没有低保",
        "每户收500元，住在3户里头那家",
        "每人每年三千元，平均每人都有",
    ],
)
def test_what_counts_something_else_multiplies_nothing(text: str) -> None:
    assert told(text) == []


def test_of_a_sum_told_with_its_rate_only_the_rate_is_multiplied() -> None:
    assert told("四十八户每户三万就是一百四十四万") == [("四十八户每户三万", 1_440_000)]


@given(st.integers(1, 9_999), st.integers(2, 9_999))
def test_rate_and_count_in_figures_come_to_their_product(rate: int, heads: int) -> None:
    assert told(f"每户收{rate}元，一共{heads}户") == [(f"每户收{rate}元,一共{heads}户", rate * heads)]


@given(st.text(alphabet="每一户人家500三百元块，。共/亩 ", max_size=60))
def test_products_lie_within_the_text_and_are_no_less_than_their_rate(text: str) -> None:
    plain = normalise(text).text
    amounts = find_amounts(plain)
    for one in find_products(plain, amounts):
        assert 0 <= one.start < one.end <= len(plain)
        assert one.fen >= 2 * min(amount.fen for amount in amounts if amount.fen)
