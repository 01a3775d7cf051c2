"""The packaged letters that name offices: what is marked in them, and that nobody copied a sentence."""

from __future__ import annotations

import re
from collections import Counter

from corpora.accusations import accused_in_reports, load_letters, unmarked
from tests.packaged_reports import packaged_reports

LETTERS = load_letters()
SENTENCE = re.compile("[^。！？!?;；\n]{12,}")
SLOT = re.compile("[0-9０-９一二三四五六七八九十百千万]+")


def test_marks_are_taken_out_of_the_text_and_tell_where_they_stood() -> None:
    text, mentions = unmarked("我找过⟦-县纪委⟧,⟦+县纪委⟧的小王收了烟。")
    assert text == "我找过县纪委,县纪委的小王收了烟。"
    assert [(text[one.start : one.end], one.accused) for one in mentions] == [("县纪委", False), ("县纪委", True)]


def test_every_letter_bears_marks_and_is_told_once() -> None:
    assert len(LETTERS) > 1500
    assert len({letter.text for letter in LETTERS}) == len(LETTERS)
    assert len({letter.id for letter in LETTERS}) == len(LETTERS)
    for letter in LETTERS:
        assert letter.mentions, letter.id
        assert not re.search("[⟦⟧]", letter.text), letter.id
        assert letter.voice, letter.id
        assert letter.language in ("zh", "en"), letter.id


def test_accusing_letters_and_others_are_as_many_by_every_writer() -> None:
    for writer in {letter.writer for letter in LETTERS}:
        mine = [any(mark.accused for mark in letter.mentions) for letter in LETTERS if letter.writer == writer]
        assert 0.3 < sum(mine) / len(mine) < 0.6, writer


def test_no_sentence_stands_in_more_than_three_letters() -> None:
    told = Counter(
        said for letter in LETTERS for said in {SLOT.sub("#", one.strip()) for one in SENTENCE.findall(letter.text)}
    )
    assert {said: count for said, count in told.items() if count > 3} == {}
    assert sum(count == 1 for count in told.values()) > 0.97 * len(told)


def test_what_was_said_of_reports_is_said_of_reports_that_there_are() -> None:
    texts = {report.id: report.text for report in packaged_reports()}
    said = accused_in_reports()
    assert said
    for report, mentions in said.items():
        assert all(start < len(texts[report]) for start in mentions), report
