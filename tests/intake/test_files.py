"""Files as offices have them: encodings, headings, transcripts, and rows that keep their identity."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from triage.errors import BadInput, TooLarge
from triage.intake import Limits, Row, files, read_rows
from triage.intake.files import xlsx_records
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


def test_a_call_of_thousands_of_lines_in_one_cell_is_one_report(tmp_path: Path) -> None:
    path, call = tmp_path / "calls.csv", "".join(f"第{number}句：{TEXT}\n" for number in range(3000))
    path.write_text(f'内容\n"{call}"\n{TEXT}\n', encoding="utf-8")
    assert [one.text for one in taken(list(read_rows(path, LIMITS)))] == [call, TEXT]


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("inside", ["\x0b", "\x0c", "\x85", "\u2028"])
def test_what_a_word_processor_puts_into_a_letter_does_not_cut_it_in_two(
    tmp_path: Path, encoding: str, inside: str
) -> None:
    letter = f"{TEXT}{inside}请不要告诉村委会，我是他邻居"
    table, lines = tmp_path / "letters.csv", tmp_path / "letters.jsonl"
    table.write_bytes(f"编号,内容\n1,{letter}\n2,{TEXT}\n".encode(encoding))
    lines.write_bytes((json.dumps({"text": letter}, ensure_ascii=False) + "\n").encode(encoding))
    assert [one.text for one in taken(list(read_rows(table, LIMITS)))] == [letter, TEXT]
    assert [one.text for one in taken(list(read_rows(lines, LIMITS)))] == [letter]


def test_a_wide_file_that_breaks_off_within_a_character_keeps_its_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    path.write_bytes((json.dumps({"text": TEXT}, ensure_ascii=False) + "\n" + "{").encode("utf-16")[:-1])
    rows = read_rows(path, LIMITS)
    assert next(rows).submission is not None
    with pytest.raises(BadInput, match="in the middle of a character behind line 1"):
        next(rows)


def test_a_file_named_in_chinese_code_is_known_by_the_name_that_people_read(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/" + "举报信.jsonl".encode("gb18030")
    path = Path(os.fsdecode(raw))
    path.write_text(json.dumps({"text": TEXT, "id": "7"}) + "\n", encoding="utf-8")
    (only,) = taken(list(read_rows(path, LIMITS)))
    assert (only.source, only.row) == ("举报信", "7")


def cut(path: Path) -> None:
    """Takes away the end of the sheet inside a workbook, which stays a whole archive."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet][: parts[sheet].index(b'<row r="3"') + 9]
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def without_cells(path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    book.create_chartsheet("图")
    book.save(path)


def without_its_book(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook")


@pytest.mark.parametrize(
    "damage", [without_cells, without_its_book, lambda path: path.write_bytes(b"PK\x03\x04" + b"x" * 99)]
)
def test_a_damaged_workbook_is_refused_in_a_sentence(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    path = tmp_path / "register.xlsx"
    damage(path)
    with pytest.raises(BadInput, match="no XLSX workbook, or it is damaged") as refused:
        list(read_rows(path, LIMITS))
    assert (refused.value.field, refused.value.rule) == ("file", "workbook")


def test_rows_before_the_damage_of_a_workbook_are_read(tmp_path: Path) -> None:
    path, book = tmp_path / "register.xlsx", Workbook()
    for row in (["内容"], [TEXT], [TEXT]):
        book.active.append(row)
    book.save(path)
    cut(path)
    rows = read_rows(path, LIMITS)
    assert next(rows).submission is not None
    with pytest.raises(BadInput, match="damaged"):
        list(rows)


def test_a_small_workbook_that_unpacks_to_a_large_one_is_refused(tmp_path: Path) -> None:
    path, book = tmp_path / "register.xlsx", Workbook()
    book.active.append(["内容"])
    book.active.append(["粮" * 30_000])
    book.save(path)
    with pytest.raises(TooLarge, match="Unpacked the workbook has more than 20000 bytes"):
        list(read_rows(path, LIMITS, max_bytes=20_000))


def rewritten(path: Path, change: Callable[[str], str]) -> Path:
    """A workbook with one heading and one letter whose sheet was changed as no program of an office would write it."""
    made, book = path.with_suffix(".made"), Workbook()
    for row in (["内容"], [TEXT]):
        book.active.append(row)
    book.save(made)
    with zipfile.ZipFile(made) as whole, zipfile.ZipFile(path, "w") as other:
        for entry in whole.infolist():
            content = whole.read(entry).decode()
            other.writestr(entry, change(content) if entry.filename == "xl/worksheets/sheet1.xml" else content)
    return path


def all_there_is(sheet: str) -> str:
    return re.sub(r'<dimension ref="[^"]*" ?/>', '<dimension ref="A1:XFD1048576"/>', sheet)


def letter_at(place: str, row: int) -> Callable[[str], str]:
    cell = f'<row r="{row}"><c r="{place}{row}" t="inlineStr"><is><t>{TEXT}</t></is></c></row>'
    return lambda sheet: all_there_is(sheet).replace("</sheetData>", f"{cell}</sheetData>")


def test_a_workbook_that_says_it_is_as_large_as_can_be_costs_what_stands_in_it(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "register.xlsx", letter_at("A", 5000))
    records = [cells for _, cells, _ in xlsx_records(path)]
    assert len(records) == 5000
    assert sum(len(cells) for cells in records[1:] if isinstance(cells, list)) == 2
    assert [row.number for row in read_rows(path, LIMITS)] == [2, 5000]


def test_a_row_with_a_cell_far_to_the_right_is_refused_by_its_rule_and_the_others_are_read(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "register.xlsx", letter_at("XFD", 3))
    letter, far = read_rows(path, LIMITS)
    assert letter.submission is not None
    assert far.error is not None
    assert (far.number, far.error.field, far.error.rule, far.given) == (3, "row", "too_many_columns", TEXT)
    assert "beyond column 1000" in far.error.detail


@pytest.mark.parametrize("row", [1_048_577, 99_999_999_999])
def test_a_row_behind_the_last_that_a_sheet_has_is_refused_by_its_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: int
) -> None:
    # Rows that are empty are passed one by one
    monkeypatch.setattr(files, "MOST_ROWS", 1_000)
    rows = read_rows(rewritten(tmp_path / "register.xlsx", letter_at("A", row)), LIMITS)
    assert next(rows).submission is not None
    with pytest.raises(BadInput, match="behind row 1000") as refused:
        next(rows)
    assert (refused.value.field, refused.value.rule) == ("file", "too_many_rows")


def test_a_column_without_a_heading_and_cells_out_of_order_cost_no_letter(tmp_path: Path) -> None:
    cells = f'<c r="C3"><v>7</v></c><c r="A3" t="inlineStr"><is><t>{TEXT}</t></is></c>'
    path = rewritten(
        tmp_path / "register.xlsx",
        lambda sheet: sheet.replace("</sheetData>", f'<row r="3">{cells}</row></sheetData>'),
    )
    assert [one.text for one in taken(list(read_rows(path, LIMITS)))] == [TEXT, TEXT]


def workbook(path: Path, *sheets: tuple[str, list[list[object]]], hidden: str = "") -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


JANUARY = ("一月", [["编号", "内容"], [1, TEXT], [2, TEXT]])
FEBRUARY = ("二月", [[], ["登记时间", "内容", "编号"], [date(2018, 2, 3), f"二月的信：{TEXT}", 3]])


def test_every_sheet_of_a_workbook_is_read_under_its_own_heading(tmp_path: Path) -> None:
    path = workbook(tmp_path / "register.xlsx", JANUARY, ("空表", []), FEBRUARY)
    rows = list(read_rows(path, LIMITS))
    assert [one.row for one in taken(rows)] == ["1", "2", "3"]
    assert taken(rows)[2].text == f"二月的信：{TEXT}"
    assert taken(rows)[2].received_at == datetime(2018, 2, 3, 4, tzinfo=UTC)
    assert [row.number for row in rows] == sorted({row.number for row in rows})


def test_rows_without_id_in_several_sheets_are_different_ones(tmp_path: Path) -> None:
    path = workbook(tmp_path / "register.xlsx", ("甲", [["内容"], [TEXT]]), ("乙", [["内容"], [TEXT], [TEXT]]))
    assert len({(one.source, one.row) for one in taken(list(read_rows(path, LIMITS)))}) == 3


@pytest.mark.parametrize("first", [True, False])
def test_a_sheet_without_texts_is_told_and_costs_no_row_of_the_others(tmp_path: Path, *, first: bool) -> None:
    about = ("说明", [["填表说明"], ["每行一封信"]])
    path = workbook(tmp_path / "register.xlsx", *((about, JANUARY) if first else (JANUARY, about)))
    rows = list(read_rows(path, LIMITS))
    assert [row.submission.row for row in rows if row.submission] == ["1", "2"]
    (told,) = [row.error for row in rows if row.error]
    assert (told.field, told.rule) == ("sheet", "not_read")


def test_a_hidden_sheet_of_words_to_choose_from_is_no_row(tmp_path: Path) -> None:
    path = workbook(tmp_path / "register.xlsx", JANUARY, ("字典", [["渠道"], ["来信"]]), hidden="字典")
    assert len(taken(list(read_rows(path, LIMITS)))) == 2


def test_a_workbook_of_which_no_sheet_has_texts_is_refused_by_its_first(tmp_path: Path) -> None:
    path = workbook(tmp_path / "register.xlsx", ("甲", [["编号"], [1]]), ("乙", [["说明"], ["无"]]))
    with pytest.raises(BadInput, match="No column holds the texts"):
        list(read_rows(path, LIMITS))


def test_a_refused_row_of_a_further_sheet_says_in_which_it_stands(tmp_path: Path) -> None:
    path = workbook(tmp_path / "register.xlsx", JANUARY, ("二月", [["内容", "日期"], [TEXT, "2099-01-01"]]))
    (bad,) = [row for row in read_rows(path, LIMITS) if row.error]
    assert bad.given == {"sheet": "二月", "内容": TEXT, "日期": "2099-01-01"}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", "\ufeff".encode("gb18030")])
def test_a_file_of_gb18030_is_read_whatever_mark_stands_before_it(tmp_path: Path, mark: bytes) -> None:
    for name, content in (
        ("a.csv", f"诉求内容,编号\r\n{TEXT},1\r\n"),
        ("a.jsonl", f'{{"text": "{TEXT}", "id": "1"}}\n'),
    ):
        path = tmp_path / name
        path.write_bytes(mark + content.encode("gb18030"))
        assert [(one.text, one.row) for one in taken(list(read_rows(path, LIMITS)))] == [(TEXT, "1")]


def test_a_broken_character_in_a_file_with_the_mark_of_utf8_is_refused_and_read_as_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good, bad = (f'{{"text": "{TEXT}", "id": "{number}"}}\n'.encode() for number in (1, 2))
    path.write_bytes(b"\xef\xbb\xbf" + good + bad.replace(TEXT[:1].encode(), TEXT[:1].encode()[:2], 1))
    first, second = read_rows(path, LIMITS)
    assert first.submission is not None
    assert second.submission is None
