"""Normalising: one form for every spelling, with a way back to the text as received."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.normalise import normalise

LETTERS = st.one_of(st.characters(), st.sampled_from("㎏ﬁ½ßİ①臺灣村書記Ａ％㈱𠔜"))
UNSEEN = "\u00ad\u200b\u200d\u200e\u2060\ufe0f\ufeff\U000e0100"
TEXTS = st.text(st.one_of(LETTERS, st.sampled_from(UNSEEN)))
SEEN = st.text(LETTERS.filter(lambda letter: normalise(letter).text))


@pytest.mark.parametrize(
    ("written", "plain"),
    [("村書記貪污", "村书记贪污"), ("３５０００元", "35000元"), ("WeChat", "wechat"), ("５㎏", "5kg"), ("", "")],
)
def test_each_way_of_writing_takes_the_same_form(written: str, plain: str) -> None:
    assert normalise(written).text == plain


def test_a_hit_behind_an_expanded_character_is_shown_in_the_text_as_received() -> None:
    received = "发了５㎏米給張三"
    plain = normalise(received)
    at = plain.text.index("给张三")
    start, end = plain.span(at, at + 3)
    assert received[start:end] == "給張三"


def test_a_part_of_an_expanded_character_stands_for_the_whole_of_it() -> None:
    plain = normalise("５㎏米")
    assert plain.span(1, 2) == plain.span(2, 3) == (1, 2)


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("received", ["再没人管我就跳{}楼", "{}他拿走了三十{}万元。" + "村里人都知道。" * 10])
def test_what_nobody_sees_parts_no_word(received: str, unseen: str) -> None:
    text = received.format(unseen, unseen)
    plain = normalise(text)
    assert plain.text == received.format("", "")
    assert [text[at] for at in plain.starts] == list(plain.text)


def test_what_is_left_out_and_what_is_expanded_do_not_make_up_for_each_other() -> None:
    assert list(normalise("㎏\u200b米").starts) == [0, 0, 2]


def test_an_empty_span_stays_inside_the_text() -> None:
    assert normalise("㎏").span(2, 2) == (1, 1)
    assert normalise("").span(0, 0) == (0, 0)


@given(TEXTS, TEXTS)
def test_no_character_looks_at_its_neighbours(one: str, other: str) -> None:
    assert normalise(one + other).text == normalise(one).text + normalise(other).text


@given(SEEN, st.data())
def test_every_substring_finds_itself(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    plain, part = normalise(text), normalise(text[start:end]).text
    at = plain.starts.index(start) if start < end else 0
    assert plain.text.startswith(part, at)
    if part:
        assert plain.span(at, at + len(part)) == (start, end)


@given(TEXTS)
def test_there_is_one_start_for_each_character(text: str) -> None:
    plain = normalise(text)
    assert len(plain.starts) == len(plain.text)
    assert sorted(plain.starts) == list(plain.starts)
