"""What goes wrong is told in Chinese as well as in English."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from tests.said_sentences import ROOT, sentences
from triage.chinese import both, in_chinese
from triage.cli.app import app
from triage.cli.helping import asks_in_chinese, chinese_help

CATALOGUE = ROOT / "triage" / "chinese" / "sentences.tsv"
LINES = [line.split("\t") for line in CATALOGUE.read_text("utf-8").splitlines()]
PLACES = re.compile(r"\{\d\}")
HAN = re.compile("[一-鿿]")


def test_every_sentence_of_an_error_is_known_in_chinese() -> None:
    known = {english for english, _ in LINES}
    said = {one: where for one, where in sentences().items() if not HAN.search(one)}
    assert len(said) > 400
    assert {one: where for one, where in said.items() if one not in known} == {}


def test_the_catalogue_is_whole_and_says_each_thing_once() -> None:
    assert [english for english, _ in LINES] == sorted({english for english, _ in LINES}, key=str.casefold)
    for english, chinese in LINES:
        assert HAN.search(chinese), english
        assert not HAN.search(english), english
        assert sorted(PLACES.findall(english)) == sorted(PLACES.findall(chinese)), english
        assert PLACES.findall(english) == [f"{{{at}}}" for at in range(len(PLACES.findall(english)))], english
        assert "}{" not in english, f"what is put in cannot be told apart: {english}"


@given(st.sampled_from(LINES), st.lists(st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True), min_size=3, max_size=3))
def test_what_was_put_in_stands_in_the_chinese_sentence_too(line: list[str], words: list[str]) -> None:
    english = line[0] if not PLACES.search(line[0]) else line[0].format(*words)
    chinese = in_chinese(english)
    assert chinese is not None
    assert HAN.search(chinese)
    for at in range(len(PLACES.findall(line[0]))):
        assert words[at] in chinese


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("The text is empty.", "正文是空的。"),
        ("The body is no valid JSON at line 1, column 3.", "正文不是有效的 JSON，第 1 行第 3 列。"),
        ("TRIAGE_PORT: Input should be less than or equal to 65535.", "TRIAGE_PORT：须小于或等于 65535。"),
        ("2 of 3 custodians have approved it; wait for the others.", "3 名保管人员中已有 2 名批准；请等其他人决定。"),
        (
            "The reading breaks a rule itself, so it cannot be right as it is. A report has at most 3 categories.",
            "机器的读法本身违反规则，不能照此确认。一件举报最多 3 个类别。",
        ),
    ],
)
def test_a_sentence_is_said_in_chinese_first(english: str, chinese: str) -> None:
    assert both(english) == f"{chinese} · {english}"


def test_what_nobody_put_into_chinese_stands_as_it_is() -> None:
    assert both("No such words.") == "No such words."
    assert (
        both("第 2 个字：缺引号 · Character 2: a quote is missing")
        == "第 2 个字：缺引号 · Character 2: a quote is missing"
    )


def test_every_command_but_the_benches_tells_in_chinese_what_it_does() -> None:
    known = chinese_help()
    assert _helps(get_command(app)) - set(known) == set()
    assert all(
        HAN.search(chinese) and not HAN.search(english.replace("王守田, 王首田, 王某田", ""))
        for english, chinese in known.items()
    )


def _helps(command: object) -> set[str]:
    said = {inspect.cleandoc(getattr(command, "help", None) or "")}
    said |= {getattr(one, "help", None) or "" for one in getattr(command, "params", ())}
    for name, one in getattr(command, "commands", {}).items():
        said |= _helps(one) if name != "bench" else {inspect.cleandoc(one.help)}
    return said - {""}


def test_help_is_chinese_on_a_chinese_system_alone() -> None:
    assert asks_in_chinese(["import", "--help"], {"LANG": "zh_CN.UTF-8"})
    assert asks_in_chinese([], {"LC_ALL": "", "LANG": "zh_CN.UTF-8"})
    assert not asks_in_chinese(["import", "--help"], {"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"})
    assert not asks_in_chinese(["import", "--help"], {})
    assert not asks_in_chinese(["import", "a.csv"], {"LANG": "zh_CN.UTF-8"})


def test_a_command_shows_its_help_in_chinese() -> None:
    environment = {"LANG": "zh_CN.UTF-8", "PATH": os.environ["PATH"], "COLUMNS": "110"}
    shown = subprocess.run(
        [sys.executable, "-m", "triage.cli", "import", "--help"],
        capture_output=True,
        check=True,
        env=environment,
        cwd=ROOT,
    ).stdout.decode("utf-8")
    assert "从文件收取举报；同一文件再次导入不会重复。" in shown
    assert "把新举报的回执码写入此文件（0600）。" in shown


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("shw 1", "没有“shw”这个命令。是不是 'show'？ · No such command 'shw'. Did you mean 'show'?"),
        ("show", "缺少参数 ID。 · Missing argument 'ID'."),
        ("report --month", "选项 --month 后面要有值。 · Option '--month' requires an argument."),
        (
            "refer list --limit 0",
            "选项 --limit 的值不对：不能小于 1。 · Invalid value for '--limit': Input should be greater",
        ),
        ("search --limi 3", "没有选项 --limi。可能是：--like, --limit · No such option: --limi"),
    ],
)
def test_a_line_that_is_no_command_is_told_in_both_languages_with_what_would_be_one(line: str, told: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "triage.cli", *line.split()], capture_output=True, check=False, cwd=ROOT
    )
    said = ended.stderr.decode("utf-8")
    assert ended.returncode == 2
    assert f"triage: {told}" in said
    assert "Usage: " in said or "requires" in said


def test_a_group_without_a_command_shows_what_it_has() -> None:
    ended = subprocess.run([sys.executable, "-m", "triage.cli", "matter"], capture_output=True, check=False, cwd=ROOT)
    assert ended.returncode == 2
    assert "Commands:" in ended.stderr.decode("utf-8")
