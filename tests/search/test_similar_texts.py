"""How alike two texts are is told by what they share, and a person can check it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triage.search.similar import Weigher, compare, shared_passages, words_of
from triage.text.normalise import normalise
from triage.text.segment import default_segmenter

ONE = "石桥村会计把危房改造款三万五千元扣下了，问他就说是辛苦费。"
COPY = "我反映的是：石桥村会计把危房改造款三万五千元扣下了，请领导管一管。"
OTHER = "谢谢扶贫队，路修好了，孩子上学方便多了。"
CUT = default_segmenter()


def weigher() -> Weigher:
    counts: dict[str, int] = {}
    for text in (ONE, COPY, OTHER):
        for word in words_of(text, CUT):
            counts[word] = counts.get(word, 0) + 1
    return Weigher(counts, 30)


def test_a_copy_is_more_alike_than_another_matter_and_says_why() -> None:
    copy, other = compare(ONE, COPY, weigher(), CUT), compare(ONE, OTHER, weigher(), CUT)
    assert copy.similarity > 0.5
    assert other.similarity < 0.1
    assert copy.passages == ("石桥村会计把危房改造款三万五千元扣下了，",)
    assert other.passages == ()
    assert compare(ONE, ONE, weigher(), CUT).similarity == 1.0


def test_words_that_stand_in_no_passage_are_told_by_rarity() -> None:
    told = compare("危房改造款给了会计", "会计那里领的危房改造款", weigher(), CUT)
    assert "会计" in told.words


@given(st.text("村会计款低保ab \n", max_size=80), st.text("村会计款低保ab \n", max_size=80))
def test_passages_stand_in_both_texts(one: str, other: str) -> None:
    for passage in shared_passages(one, other):
        assert passage in other
        assert normalise(passage).text in normalise(one).text


def test_passages_are_shown_as_the_other_report_writes_them() -> None:
    assert shared_passages("低保户都是干部亲戚真正困难的没有份", "我們說：低保戶都是幹部親戚真正困難的沒有份") == (
        "低保戶都是幹部親戚真正困難的沒有份",
    )
