"""Registers as spreadsheets keep and save them: titles above the heading, merged cells, days as numbers, numbers cut short."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from rows_taken import LIMITS, only, rows_in

from triage.errors import BadInput
from triage.intake import Row, read_rows
from triage.model import Reporter
from triage.plain import json_line

TEXT = "柳林村的危房改造款被扣了三千块"
NOON = datetime(2018, 5, 12, 4, tzinfo=UTC)


def sheet_rows(path: Path, *rows: list[object], merged: tuple[str, ...] = ()) -> list[Row]:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)
    return list(read_rows(path, LIMITS))


def test_a_title_above_the_heading_of_a_workbook_costs_no_row(tmp_path: Path) -> None:
    rows = sheet_rows(
        tmp_path / "a.xlsx",
        ["柳林县信访登记表", None, None],
        [],
        ["编号", "内容", "联系电话"],
        [1, TEXT, 13800138000],
        merged=("A1:C1",),
    )
    assert only(rows).reporter == Reporter(None, "13800138000")
    assert only(rows).row == "1"


def test_a_column_without_a_heading_costs_no_row_below_a_title_either(tmp_path: Path) -> None:
    assert only(sheet_rows(tmp_path / "a.xlsx", ["登记表"], ["编号", "内容"], [1, TEXT, "备注"])).text == TEXT


@pytest.mark.parametrize("above", ["柳林县信访登记表,,\n", "\n", "\n ,, \n\n", "制表：办公室,,\n,,\n"])
def test_a_title_or_empty_lines_above_the_heading_of_a_csv_cost_no_row(tmp_path: Path, above: str) -> None:
    assert only(rows_in(tmp_path / "a.csv", f"{above}编号,内容,联系电话\n1,{TEXT},13800138000\n")).reporter


def test_names_of_both_rows_of_a_heading_with_merged_cells_count(tmp_path: Path) -> None:
    groups = ["编号", "举报人信息", None, "诉求内容"]
    rows = sheet_rows(
        tmp_path / "a.xlsx",
        groups,
        [None, "姓名", "电话", None],
        ["7", "赵四", 13800138000, TEXT],
        merged=("A1:A2", "B1:C1", "D1:D2"),
    )
    assert only(rows).reporter == Reporter("赵四", "13800138000")
    assert only(rows).text == TEXT
    rows = sheet_rows(
        tmp_path / "b.xlsx",
        ["编号", "联系电话", "诉求", None],
        [None, None, "标题", "内容"],
        ["7", 13800138000, "危房款", TEXT],
    )
    assert only(rows).reporter == Reporter(None, "13800138000")
    assert (only(rows).row, only(rows).title) == ("7", "危房款")


def test_a_first_row_without_a_text_is_refused_and_makes_no_heading(tmp_path: Path) -> None:
    rows = rows_in(tmp_path / "a.csv", f"编号,渠道,内容\n1,电话,\n2,电话,{TEXT}\n")
    assert [row.error.rule for row in rows if row.error] == ["empty"]
    assert [row.submission.row for row in rows if row.submission] == ["2"]


def test_what_two_columns_tell_is_one_letter_and_none_of_it_is_lost(tmp_path: Path) -> None:
    told = rows_in(tmp_path / "a.csv", f"编号,内容,内容\n1,{TEXT},村支书还打人\n2,{TEXT},{TEXT}\n3,,{TEXT}\n")
    assert [row.submission.text for row in told if row.submission] == [f"{TEXT}\n村支书还打人", TEXT, TEXT]
    told = rows_in(tmp_path / "b.csv", f"诉求内容,问题描述\n{TEXT},{TEXT}，没有公示\n")
    assert only(told).text == f"{TEXT}，没有公示"


def test_a_refused_row_keeps_what_stands_in_columns_of_one_name_and_of_none(tmp_path: Path) -> None:
    (row,) = rows_in(tmp_path / "a.csv", f"内容,日期,备注,备注,\n{TEXT},2099-01-01,甲,乙,丙\n")
    assert row.given == {"内容": TEXT, "日期": "2099-01-01", "备注": "甲", "备注 [4]": "乙", " [5]": "丙"}


@pytest.mark.parametrize(
    "day", [43232, 20180512, "43232", date(2018, 5, 12), datetime(2018, 5, 12), "2018-05-12 00:00:00", "2018/5/12 0:00"]
)  # fmt: skip
def test_a_day_is_that_day_however_a_spreadsheet_keeps_it(tmp_path: Path, day: object) -> None:
    assert only(sheet_rows(tmp_path / "a.xlsx", ["内容", "日期"], [TEXT, day])).received_at == NOON
    if not isinstance(day, date):
        assert only(rows_in(tmp_path / "a.csv", f"内容,日期\n{TEXT},{day}\n")).received_at == NOON


def test_a_number_of_a_day_tells_the_hour_too(tmp_path: Path) -> None:
    told = only(rows_in(tmp_path / "a.csv", f"内容,日期\n{TEXT},43232.354167\n"))
    assert told.received_at == datetime(2018, 5, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("day", [2018, 201805, 1.5, True, "99999"])
def test_a_number_that_is_no_day_is_told(tmp_path: Path, day: object) -> None:
    (row,) = sheet_rows(tmp_path / "a.xlsx", ["内容", "日期"], [TEXT, day])
    assert row.error is not None
    assert row.error.field == "received"


@pytest.mark.parametrize(
    ("heading", "field"), [("联系电话", "contact"), ("编号", "id"), ("举报人", "name")]
)  # fmt: skip
def test_a_number_that_a_spreadsheet_has_cut_short_is_told_and_not_kept_for_the_number(
    tmp_path: Path, heading: str, field: str
) -> None:
    bad, good = rows_in(tmp_path / "a.csv", f"内容,{heading}\n{TEXT},1.38E+10\n{TEXT}一,13800138000\n")
    assert bad.error is not None
    assert (bad.error.field, bad.error.rule) == (field, "rounded")
    assert good.submission is not None


def test_an_identity_number_that_a_workbook_holds_as_a_rounded_number_is_told(tmp_path: Path) -> None:
    (bad,) = sheet_rows(tmp_path / "a.xlsx", ["内容", "联系方式"], [TEXT, 5.13431196801012e17])
    assert bad.error is not None
    assert bad.error.rule == "rounded"


def test_a_number_for_a_title_or_a_place_is_its_words(tmp_path: Path) -> None:
    told = only(sheet_rows(tmp_path / "a.xlsx", ["内容", "标题", "地区"], [TEXT, 12.5, 513401.0]))
    assert (told.title, told.place) == ("12.5", "513401")


def test_a_csv_that_names_its_separator_and_one_of_a_macintosh_are_read(tmp_path: Path) -> None:
    assert only(rows_in(tmp_path / "a.csv", f"sep=;\n编号;内容\n1;{TEXT}, 二\n")).text == f"{TEXT}, 二"
    (tmp_path / "b.csv").write_bytes(f'编号,内容\r1,{TEXT}\r2,"{TEXT}\r二"\r'.encode())
    told = [row.submission.text for row in read_rows(tmp_path / "b.csv", LIMITS) if row.submission]
    assert told == [TEXT, f"{TEXT}\n二"]


def test_signs_that_a_workbook_writes_by_their_number_are_the_signs(tmp_path: Path) -> None:
    assert only(sheet_rows(tmp_path / "a.xlsx", ["内容"], [f"{TEXT}_x000D_\n第二段"])).text == f"{TEXT}\r\n第二段"


def test_a_field_that_stands_in_a_line_twice_is_told_and_neither_is_lost_in_silence(tmp_path: Path) -> None:
    line = f'{{"text": "{TEXT}", "text": "另一封信", "reporter": {{}}}}'
    bad, good = rows_in(tmp_path / "a.jsonl", line + "\n" + json_line({"text": TEXT, "more": {"text": 1}}) + "\n")
    assert bad.error is not None
    assert (bad.error.field, bad.error.rule, bad.given) == ("text", "twice", line + "\n")
    assert good.submission is not None


def test_a_folder_and_a_pipe_are_told_as_what_they_are(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    for path, rule in ((tmp_path, "folder"), (tmp_path / "a.csv", "no_file"), (tmp_path / "b.csv", "missing")):
        with pytest.raises(BadInput) as caught:
            list(read_rows(path, LIMITS))
        assert (caught.value.field, caught.value.rule) == ("file", rule)


def test_headings_may_say_how_they_are_to_be_filled_in(tmp_path: Path) -> None:
    told = only(
        rows_in(
            tmp_path / "a.csv", f"*编 号,诉求内容（必填）,联系电话(11位),电话（被举报人）\n7,{TEXT},13800138000,139\n"
        )
    )
    assert (told.row, told.text, told.reporter) == ("7", TEXT, Reporter(None, "13800138000"))


@pytest.mark.parametrize("day", ["'2018-05-12", "'43232", '"=""2018-05-12"""'])
def test_a_day_that_is_kept_as_text_is_that_day(tmp_path: Path, day: str) -> None:
    assert only(rows_in(tmp_path / "a.csv", f"内容,日期\n{TEXT},{day}\n")).received_at == NOON
