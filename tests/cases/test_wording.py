"""Words that two reports share: the same whether asked for one pair or for many, and names are left out."""

from __future__ import annotations

import pytest
from case_samples import accused, matter, place
from hypothesis import given
from hypothesis import strategies as st

from triage.cases import Matter
from triage.cases.grams import WEIGHTS
from triage.cases.wording import Wording, beside

WORDS = st.lists(
    st.sampled_from(["低保名单", "三年没有公示", "王建国", "柏垭寨", "收了八百元", "挖掘机", "的了", "村里"]),
    max_size=6,
)
NAMES = (accused("王建国", "王建国"), place("", "柏垭寨", "511324"))


def told(words: list[str]) -> Matter:
    text = "，".join(words)
    return Matter.of("a", text, [name for name in NAMES if name.text in text])


def counted(one: Matter, other: Matter) -> Wording:
    """The same, pair by pair and gram by gram."""

    def worth(numbers: frozenset[int]) -> float:
        return sum(WEIGHTS[number & 7] for number in numbers)

    subjects = [{number for number in each.held if 1 <= number & 7 <= 3} for each in (one, other)]
    met = len(subjects[0] & subjects[1])
    topic = met / (len(subjects[0]) * len(subjects[1])) ** 0.5 if met else 0.0
    both = (one.held & other.held) - one.named - other.named
    return Wording(worth(both), worth(one.held - one.named), worth(other.held - other.named), topic)


@given(WORDS, st.lists(WORDS, max_size=5))
def test_many_at_once_are_told_as_each_alone(words: list[str], others: list[list[str]]) -> None:
    one, rest = told(words), [told(other) for other in others]
    for found, other in zip(beside(one, rest), rest, strict=True):
        assert found == beside(one, [other])[0]
        expected = counted(one, other)
        for name in ("both", "mine", "theirs", "topic"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name))


def test_a_name_that_both_tell_is_no_word_that_they_share() -> None:
    (found,) = beside(told(["王建国", "挖掘机"]), [told(["王建国", "低保名单"])])
    assert found.both == 0
    (alike,) = beside(told(["王建国", "挖掘机"]), [matter("b", "挖掘机")])
    assert alike.both > 0
