"""Registers as offices keep them: who reports and how to reach them, how it came in, and rows that were exported."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from rows_taken import LIMITS, only, rows_in

from triage.errors import BadInput
from triage.intake import read_rows, submission
from triage.intake.channels import channel_of
from triage.intake.submissions import received_at
from triage.jsonl import items_of
from triage.model import Channel, Reporter
from triage.search.fields import CHANNELS
from triage.text.dates import SHANGHAI

TEXT = "柳林村的危房改造款被扣了三千块"


@pytest.mark.parametrize(
    ("heading", "cells", "reporter"),
    [
        ("联系人,联系电话", "赵四,13800138000", Reporter("赵四", "13800138000")),
        ("姓名,手机号码", "赵四,13800138000", Reporter("赵四", "13800138000")),
        ("举报人姓名,举报人联系方式", "赵四,qq 10086", Reporter("赵四", "qq 10086")),
        ("来电人,来电号码", "赵四,0834-1234567", Reporter("赵四", "0834-1234567")),
        ("Name,Phone", "Zhao Si,13800138000", Reporter("Zhao Si", "13800138000")),
        ("contact person,e-mail", "Zhao Si,z@example.org", Reporter("Zhao Si", "z@example.org")),
        ("聯繫人,聯繫電話", "趙四,13800138000", Reporter("趙四", "13800138000")),
        ("联系电话,电子邮箱", "13800138000,z@example.org", Reporter(None, "13800138000；z@example.org")),
        ("联系电话,手机", "13800138000,13800138000", Reporter(None, "13800138000")),
        ("姓名,电话", "匿名,无", None),
        ("姓名,电话", "匿名群众,13800138000", Reporter(None, "13800138000")),
        ("被举报人姓名,被举报人电话", "王守田,13800138000", None),
    ],
)
def test_columns_of_who_reports_go_into_the_vault(
    tmp_path: Path, heading: str, cells: str, reporter: Reporter | None
) -> None:
    assert only(rows_in(tmp_path / "a.csv", f"编号,内容,{heading}\n1,{TEXT},{cells}\n")).reporter == reporter


def test_a_telephone_that_a_workbook_holds_as_a_number_is_one(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["内容", "联系电话", "联系人"])
    book.active.append([TEXT, 13800138000.0, None])
    book.save(tmp_path / "a.xlsx")
    assert only(list(read_rows(tmp_path / "a.xlsx", LIMITS))).reporter == Reporter(None, "13800138000")


def test_columns_of_who_reports_can_be_mapped(tmp_path: Path) -> None:
    told = rows_in(
        tmp_path / "a.csv", f"内容,谁,哪里找\n{TEXT},赵四,村口\n", columns={"name": "谁", "contact": "哪里找"}
    )
    assert only(told).reporter == Reporter("赵四", "村口")


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        " ",
        "\u3000",
        "\u200b",
        "匿名",
        "无",
        "不愿透露",
        "不方便留",
        "不便提供电话",
        "拒绝透露",
        "暂无",
        "不留",
        "Anonymous",
        "withheld",
        "-",
    ],
)
def test_a_name_or_a_contact_that_tells_nobody_makes_no_report_under_a_real_name(tmp_path: Path, nothing: str) -> None:
    told = [
        {"name": nothing, "contact": nothing},
        {"name": "赵四", "contact": nothing},
        {"name": nothing, "contact": "村口"},
    ]
    lines = [json.dumps({"text": TEXT, "reporter": reporter}) + "\n" for reporter in told]
    rows = rows_in(tmp_path / "a.jsonl", "".join(lines))
    assert [only([row]).reporter for row in rows] == [None, Reporter("赵四"), Reporter(None, "村口")]


@pytest.mark.parametrize(
    ("beside", "field"),
    [
        ({"phone": "13800138000"}, "phone"),
        ({"name": "赵四", "contact": "13800138000"}, "name"),
        ({"联系电话": "13800138000"}, "联系电话"),
        ({"举报人联系方式": "13800138000"}, "举报人联系方式"),
        ({"来电号码": "13800138000"}, "来电号码"),
        ({"contact_number": "13800138000"}, "contact_number"),
        ({"reporter": {"name": "赵四", "phone": "13800138000"}}, "reporter"),
        ({"reporter": {"赵四": 1}}, "reporter"),
    ],
)
def test_a_contact_that_nobody_would_read_is_refused_with_its_row(
    tmp_path: Path, beside: dict[str, Any], field: str
) -> None:
    lines = [{"text": TEXT, **beside}, {"text": TEXT, "phone": "", "reporter": {"name": "赵四", "tel": None}}]
    wrong, good = rows_in(tmp_path / "a.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    assert wrong.error is not None
    assert (wrong.error.field, wrong.error.rule) == (field, "unknown_field")
    assert "13800138000" not in wrong.error.detail
    assert only([good]).reporter == Reporter("赵四")


@pytest.mark.parametrize(
    ("written", "channel"),
    [
        ("热线", Channel.HOTLINE), ("HOTLINE ", Channel.HOTLINE), (" Hotline", Channel.HOTLINE), ("12345热线", Channel.HOTLINE), ("电话举报", Channel.HOTLINE),
        ("来信", Channel.LETTER), ("信件", Channel.LETTER), ("网上", Channel.WEB), ("网络举报", Channel.WEB), ("走访", Channel.VISIT),
        ("微信", Channel.CHAT), ("微信公众号", Channel.CHAT), ("上级转办", Channel.TRANSFER), ("熱線", Channel.HOTLINE), ("walk-in", Channel.VISIT),
    ],
)  # fmt: skip
def test_a_channel_is_known_by_the_words_of_a_register(tmp_path: Path, written: str, channel: Channel) -> None:
    assert only(rows_in(tmp_path / "a.csv", f"编号,内容,来源\n1,{TEXT},{written}\n")).channel is channel
    assert submission({"text": TEXT, "channel": written}, LIMITS).channel is channel


def test_every_word_for_a_channel_that_search_knows_is_taken() -> None:
    assert {word: channel_of(word) for word in CHANNELS} == CHANNELS
    assert [channel_of(channel.value) for channel in Channel] == list(Channel)


def test_a_source_that_is_no_channel_costs_no_row_and_a_wrong_channel_is_told(tmp_path: Path) -> None:
    assert only(rows_in(tmp_path / "a.csv", f"编号,内容,来源\n1,{TEXT},市长信箱\n")).channel is Channel.TRANSFER
    (row,) = rows_in(tmp_path / "b.csv", f"id,text,channel\n1,{TEXT},pigeon\n")
    assert row.error is not None
    assert (row.error.field, row.error.rule) == ("channel", "unknown")
    (row,) = rows_in(tmp_path / "c.csv", f"编号,内容,来源\n1,{TEXT},市长信箱\n", columns={"channel": "来源"})
    assert row.error is not None


EXPORTED: dict[str, Any] = {
    "id": "01M8MN50AN04KCMETQ3PQ63N4T",
    "received_at": "2019-11-03T04:00:00+00:00",
    "channel": "letter",
    "place": "",
    "title": None,
    "text": TEXT,
    "turns": [],
    "case": None,
}


def test_an_exported_letter_is_read_again_with_its_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = json.dumps(EXPORTED)
    imported = only(rows_in(tmp_path / "a.jsonl", line))
    (assessed,) = items_of([line])
    assert capsys.readouterr().err == ""
    for one in (imported, assessed.submission):
        assert (one.text, one.turns, one.channel) == (TEXT, (), Channel.LETTER)
        assert one.received_at == datetime(2019, 11, 3, 4, tzinfo=UTC)


def test_a_day_of_receipt_under_its_other_name_is_checked_as_well() -> None:
    with pytest.raises(BadInput) as wrong:
        submission(EXPORTED | {"received_at": "2999-01-01"}, LIMITS)
    assert (wrong.value.field, wrong.value.rule) == ("received_at", "future")
    told = submission(EXPORTED | {"received": "2018-05-12"}, LIMITS)
    assert told.received_at == datetime(2018, 5, 12, 4, tzinfo=UTC)


def test_where_no_turns_and_no_text_came_the_turns_are_told() -> None:
    with pytest.raises(BadInput) as wrong:
        submission({"turns": []}, LIMITS)
    assert (wrong.value.field, wrong.value.rule) == ("turns", "empty")


@pytest.mark.parametrize(
    "written",
    [
        "2018年5月12日",
        "2018.5.12",
        "２０１８年０５月１２号",
        "2018年5月12日 8时30分",
        "2018年5月12日8点30分",
        "2018-5-12 8:30",
    ],
)
def test_a_date_is_read_as_registers_write_it(tmp_path: Path, written: str) -> None:
    told = only(rows_in(tmp_path / "a.csv", f"内容,受理时间\n{TEXT},{written}\n")).received_at
    hour = (0, 30) if "8:30" in written or "30分" in written else (4, 0)
    assert (told.date().isoformat(), told.hour, told.minute) == ("2018-05-12", *hour)


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("2018-5-12 上午9:30:00", "09:30"),
        ("2018/5/12 PM 3:05", "15:05"),
        ("2018年5月12日下午3时", "15:00"),
        ("2018-05-12 中午1:30", "13:30"),
        ("2018-05-12 中午12:30", "12:30"),
        ("2018-05-12 上午12:10", "00:10"),
        ("2018-05-12 下午15:00", "15:00"),
        ("2018-05-12（星期六）", "12:00"),
        ("2018年5月12日 星期六 8:30", "08:30"),
        ("2018-05-12 8:5:3", "08:05"),
        ("20180512083000", "08:30"),
    ],
)
def test_the_hour_is_read_as_spreadsheets_and_registers_write_it(written: str, clock: str) -> None:
    told = received_at(written, LIMITS.now).astimezone(SHANGHAI)
    assert (told.date().isoformat(), f"{told:%H:%M}") == ("2018-05-12", clock)


@pytest.mark.parametrize(
    "written",
    [
        "2018年",
        "2018年5月",
        "5月12日",
        "2018年13月1日",
        "-2018-05-12",
        "2018--05-12",
        "日",
        "星期六",
        "上午",
        "2018-05-12 晚上12:00",
    ],
)
def test_what_is_no_whole_date_is_told_still(tmp_path: Path, written: str) -> None:
    (row,) = rows_in(tmp_path / "a.csv", f"内容,受理时间\n{TEXT},{written}\n")
    assert row.error is not None
    assert (row.error.field, row.error.rule) == ("received", "date")


def test_headings_in_traditional_characters_and_full_width_are_known(tmp_path: Path) -> None:
    heading = "ＩＤ,內容,標題,登記時間,舉報人,聯繫電話"
    row = only(rows_in(tmp_path / "a.csv", f"{heading}\n7,{TEXT},低保,2018-05-12,赵四,村口\n"))
    assert (row.row, row.text, row.title) == ("7", f"低保\n{TEXT}", "低保")
    assert row.reporter == Reporter("赵四", "村口")
    mapped = rows_in(tmp_path / "b.csv", f"說了什麼\n{TEXT}\n", columns={"text": "说了什么"})
    assert only(mapped).text == TEXT
