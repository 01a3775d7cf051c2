"""Files as offices have them: encodings, headings, transcripts, and rows that keep their identity."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from triage.intake import Limits, Row, read_rows
from triage.model import Channel, Speaker, Submission

LIMITS = Limits(now=datetime(2020, 6, 1, 4, 0, tzinfo=UTC))
TEXT = "柳林村的危房改造款被扣了三千块"


def taken(rows: list[Row]) -> list[Submission]:
    assert [row.error for row in rows if row.error] == []
    return [row.submission for row in rows if row.submission]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_encoding_that_excel_writes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "letters.csv"
    path.write_bytes(f"编号,受理时间,诉求内容\n7,2018/5/12 9:03:11,{TEXT}\n8,2018-05-13,{TEXT}\n".encode(encoding))
    first, second = taken(list(read_rows(path, LIMITS)))
    assert first.text == TEXT
    assert first.received_at == datetime(2018, 5, 12, 1, 3, 11, tzinfo=UTC)
    assert second.received_at == datetime(2018, 5, 13, 4, 0, tzinfo=UTC)
    assert (first.source, first.row) == ("letters", "7")


def test_a_cell_may_hold_several_lines_and_separators(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text(f'内容;编号\n"{TEXT}\n第二行; 还是同一封";1\n', encoding="utf-8")
    (only,) = taken(list(read_rows(path, LIMITS)))
    assert only.text == f"{TEXT}\n第二行; 还是同一封"


def test_a_quotation_mark_that_never_ends_costs_its_own_row_alone(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text(f'编号,内容\n1,{TEXT}\n2,"开了引号的信\n3,"两行\n的信"\n4,{TEXT}\n', encoding="utf-8")
    rows = list(read_rows(path, LIMITS))
    assert [row.submission.row for row in rows if row.submission] == ["1", "3", "4"]
    (bad,) = [row for row in rows if row.error]
    assert (bad.number, bad.given) == (3, '2,"开了引号的信\n')


def test_columns_can_be_mapped_by_name(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(f"说了啥,哪天\n{TEXT},2018-05-12\n", encoding="utf-8")
    (only,) = taken(list(read_rows(path, LIMITS, columns={"text": "说了啥", "received": "哪天"})))
    assert only.text == TEXT
    assert only.received_at.date() == date(2018, 5, 12)


def test_a_workbook_is_read_with_its_dates(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["标题", "内容", "登记时间", "来源"])
    book.active.append(["反映克扣", TEXT, datetime(2018, 5, 12, 9, 0), "hotline"])  # as cells are
    book.save(tmp_path / "register.xlsx")
    (only,) = taken(list(read_rows(tmp_path / "register.xlsx", LIMITS)))
    assert only.channel is Channel.HOTLINE
    assert only.received_at == datetime(2018, 5, 12, 1, 0, tzinfo=UTC)
    assert only.text == f"反映克扣\n{TEXT}"


def test_a_row_without_id_is_known_by_the_file_and_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": TEXT}) + "\n", encoding="utf-8")
    (first,) = taken(list(read_rows(path, LIMITS)))
    path.rename(tmp_path / "b.jsonl")
    (again,) = taken(list(read_rows(tmp_path / "b.jsonl", LIMITS)))
    assert (first.source, first.row) == (again.source, again.row)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "坐席：您好，请讲\n来电人：柳林村扣了危房款\n三千块呢\n坐席：哪个村"),
        ("b.txt", "A: 您好，请讲\nB: 柳林村扣了危房款\n   三千块呢\nA: 哪个村"),
        ("c.txt", "Agent: 您好，请讲\nCaller: 柳林村扣了危房款 三千块呢\nAgent: 哪个村"),
        (
            "d.srt",
            "1\n00:00:01,000 --> 00:00:02,500\n坐席：您好，请讲\n\n2\n00:00:03,000 --> 00:00:06,000\n来电人：柳林村扣了危房款\n三千块呢\n\n"
            "3\n00:00:07,000 --> 00:00:08,000\n坐席：哪个村\n",
        ),
        (
            "e.vtt",
            "WEBVTT\n\n00:01.000 --> 00:02.500\n<v 坐席>您好，请讲</v>\n\n00:03.000 --> 00:06.000\n<v 来电人>柳林村扣了危房款\n\n"
            "00:06.000 --> 00:06.500\n三千块呢\n\n00:07.000 --> 00:08.000\n<v 坐席>哪个村\n",
        ),
    ],
)
def test_transcripts_are_read_in_every_form(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    (only,) = taken(list(read_rows(path, LIMITS)))
    assert only.channel is Channel.HOTLINE
    spoken = "".join(turn.text for turn in only.turns if turn.speaker is Speaker.CALLER)
    assert spoken.replace(" ", "") == "柳林村扣了危房款三千块呢"
    assert only.text == "".join(f"{turn.label}：{turn.text}\n" for turn in only.turns)
    assert only.text.startswith("坐席：您好，请讲\n来电人：")
    if name[-3:] in {"srt", "vtt"}:
        assert (only.turns[0].start, only.turns[0].end) == (1.0, 2.5)
