"""Forty kinds of bad input: each gets an answer that names the field and the rule, and the good rows arrive."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from triage.errors import BadInput, TooLarge
from triage.intake import Limits, idempotency, read_rows, submission

NOW = datetime(2020, 6, 1, 4, 0, tzinfo=UTC)
LIMITS = Limits(now=NOW)
GOOD = "石桥村的低保名单从来没有公布过"
TURN = {"speaker": "caller", "text": GOOD}

FIELDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("no text at all", {}, "text", "missing"),
    ("null for a text", {"text": None}, "text", "missing"),
    ("a number for a text", {"text": 42}, "text", "type"),
    ("a list for a text", {"text": [GOOD]}, "text", "type"),
    ("an empty text", {"text": ""}, "text", "empty"),
    ("only spaces", {"text": " \n\t　"}, "text", "empty"),
    ("only emoji", {"text": "😡😡👍"}, "text", "no_words"),
    ("only fillers that nobody sees", {"text": "\u3164\uffa0 \u115f"}, "text", "no_words"),
    ("only punctuation", {"text": "？？！……"}, "text", "no_words"),
    ("a NUL in the text", {"text": "低保\x00名单"}, "text", "nul"),
    ("half a character", {"text": "低保\ud800名单"}, "text", "surrogate"),
    ("5 MB of text", {"text": "粮" * 1_700_000}, "text", "too_long"),
    ("an unknown channel", {"text": GOOD, "channel": "pigeon"}, "channel", "unknown"),
    ("a number for a channel", {"text": GOOD, "channel": 7}, "channel", "unknown"),
    ("a date in 2099", {"text": GOOD, "received": "2099-01-01"}, "received", "future"),
    ("a date in 1812", {"text": GOOD, "received": "1812-06-24"}, "received", "too_early"),
    ("no date", {"text": GOOD, "received": "前天"}, "received", "date"),
    ("the 30th of February", {"text": GOOD, "received": "2018-02-30"}, "received", "date"),
    ("a number for a date", {"text": GOOD, "received": 20180512}, "received", "type"),
    ("a list for a title", {"text": GOOD, "title": ["低保"]}, "title", "type"),
    ("a title of a novel's length", {"text": GOOD, "title": "长" * 501}, "title", "too_long"),
    ("a NUL in the place", {"text": GOOD, "place": "石桥\x00"}, "place", "nul"),
    ("a string for the reporter", {"text": GOOD, "reporter": "周大娘"}, "reporter", "type"),
    ("a list for the reporter's contact", {"text": GOOD, "reporter": {"contact": [1]}}, "reporter.contact", "type"),
    ("a string for the turns", {"turns": "来电人：你好"}, "turns", "type"),
    ("a turn that is no object", {"turns": ["你好"]}, "turns[0]", "type"),
    ("a speaker nobody knows", {"turns": [TURN, {"speaker": "mayor", "text": "好"}]}, "turns[1].speaker", "unknown"),
    ("a turn without text", {"turns": [{"speaker": "caller"}]}, "turns[0].text", "type"),
    ("a turn that ends before it starts", {"turns": [TURN | {"start": 9, "end": 3}]}, "turns[0].end", "order"),
    ("a time that is no number", {"turns": [TURN | {"start": "0:03"}]}, "turns[0].start", "seconds"),
    ("a call in which only the agent speaks", {"turns": [{"speaker": "agent", "text": "您好"}]}, "turns", "no_caller"),
    ("a transcript without speakers", {"content": GOOD}, "content", "no_speakers"),
    ("a transcript in an unknown format", {"content": GOOD, "format": "docx"}, "format", "unknown"),
    ("a number for a transcript", {"content": 5}, "content", "type"),
]


@pytest.mark.parametrize(("fields", "field", "rule"), [case[1:] for case in FIELDS], ids=[case[0] for case in FIELDS])
def test_bad_fields_are_named_with_the_rule_they_break(fields: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        submission(fields, LIMITS)
    assert (caught.value.field, caught.value.rule) == (field, rule)
    assert caught.value.detail.endswith(".")
    assert GOOD not in str(caught.value)
    assert isinstance(caught.value, TooLarge) == (rule == "too_long")


@pytest.mark.parametrize("key", ["short", "x" * 300], ids=["too short", "too long"])
def test_idempotency_keys_have_a_length(key: str) -> None:
    with pytest.raises(BadInput) as caught:
        idempotency(b"k" * 32, submission({"text": GOOD}, LIMITS), key, "anonymous")
    assert (caught.value.field, caught.value.rule) == ("Idempotency-Key", "length")


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def broken_json(path: Path) -> Path:
    good = json.dumps({"text": GOOD}, ensure_ascii=False)
    path.write_text(f'{good}\n{{"text": "没写完\n[1, 2]\n{good}\n', encoding="utf-8")
    return path


def nested_json(path: Path) -> Path:
    good = json.dumps({"text": GOOD}, ensure_ascii=False)
    path.write_text(good + "\n" + "[" * 100_000 + "\n" + good + "\n", encoding="utf-8")
    return path


def mixed_encodings(path: Path) -> Path:
    line = '{"text": "低保名单没有公布"}\n'
    path.write_bytes(line.encode() + line.encode("gb18030") + b'{"text": "\xff\xff\xfe\xfe"}\n')
    return path


def half_an_id(path: Path) -> Path:
    rows = [{"text": GOOD, "id": one, "external_id": f"e{place}"} for place, one in enumerate(("1", "\ud800", "2\x00"))]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def formula_csv(path: Path) -> Path:
    path.write_text('编号,内容\n1,"石桥村没有公布名单"\n2,"引号没有合上\n3,"又是一条\n', encoding="utf-8")
    return path


def long_row(path: Path) -> Path:
    path.write_text("内容,日期\n石桥村没有公布名单,2018-05-12\n少了引号,的一行,2018-05-12\n", encoding="utf-8")
    return path


FILES: list[tuple[str, str, Callable[[Path], Path], int, set[tuple[str, str]]]] = [
    ("broken JSON lines", "a.jsonl", broken_json, 2, {("row", "json"), ("row", "object")}),
    ("JSON a hundred thousand deep", "b.jsonl", nested_json, 2, {("row", "json")}),
    ("UTF-8 and GB18030 in one file", "c.jsonl", mixed_encodings, 2, {("text", "surrogate")}),
    ("half a character and a NUL in an id", "i.jsonl", half_an_id, 1, {("id", "surrogate"), ("id", "nul")}),
    ("a quotation mark that never closes", "d.csv", formula_csv, 1, {("row", "csv")}),
    ("a row with more cells than the heading", "e.csv", long_row, 1, {("row", "columns")}),
    (
        "a workbook with a formula for a text",
        "f.xlsx",
        lambda path: workbook(path, [["内容", "金额"], [GOOD, "=1+1"], ['=HYPERLINK("x")', 3]]),
        1,
        {("text", "formula")},
    ),
    (
        "a workbook with a spreadsheet error",
        "g.xlsx",
        lambda path: workbook(path, [["内容"], [GOOD], ["#REF!"], [12345]]),
        1,
        {("text", "error"), ("text", "type")},
    ),
]


@pytest.mark.parametrize(("name", "make", "good", "refused"), [case[1:] for case in FILES], ids=[c[0] for c in FILES])
def test_bad_rows_are_told_and_the_good_rows_of_the_same_file_arrive(
    tmp_path: Path, name: str, make: Callable[[Path], Path], good: int, refused: set[tuple[str, str]]
) -> None:
    rows = list(read_rows(make(tmp_path / name), LIMITS))
    assert sum(row.submission is not None for row in rows) == good
    assert {(row.error.field, row.error.rule) for row in rows if row.error} == refused


def write(content: bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return make


WHOLE: list[tuple[str, str, Callable[[Path], Path], str, str]] = [
    ("a file that is not there", "no.jsonl", lambda path: path, "file", "missing"),
    ("an ending nobody knows", "a.pdf", write(b"%PDF"), "file", "form"),
    ("an empty file", "b.csv", write(b""), "file", "empty"),
    ("a CSV without a column of texts", "c.csv", write("姓名,电话\n甲,1\n".encode()), "text", "missing_column"),
    ("a workbook that is none", "d.xlsx", write(b"PK not a zip"), "file", "workbook"),
]


@pytest.mark.parametrize(
    ("name", "make", "field", "rule"), [case[1:] for case in WHOLE], ids=[case[0] for case in WHOLE]
)
def test_a_file_that_cannot_be_read_as_a_whole_says_why(
    tmp_path: Path, name: str, make: Callable[[Path], Path], field: str, rule: str
) -> None:
    with pytest.raises(BadInput) as caught:
        list(read_rows(make(tmp_path / name), LIMITS))
    assert (caught.value.field, caught.value.rule) == (field, rule)


def test_a_transcript_file_without_speakers_says_so(tmp_path: Path) -> None:
    path = tmp_path / "call.txt"
    path.write_text("你好，我想反映一个问题。", encoding="utf-8")
    (row,) = read_rows(path, LIMITS)
    assert row.error is not None
    assert row.error.rule == "no_speakers"


def test_tibetan_is_taken_as_it_is_because_a_person_can_read_it() -> None:
    assert submission({"text": "བོད་ཡིག་གི་སྙན་ཞུ།"}, LIMITS).text == "བོད་ཡིག་གི་སྙན་ཞུ།"
