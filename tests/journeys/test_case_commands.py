"""An investigator works on cases at the command line, on letters that the real readers read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from triage.errors import BadInput, Changed
from triage.settings import get_settings

LETTERS = [
    "四川省凉山州昭觉县柳林村村支书周大成从2016年起把三十二户的危房改造补助每户扣下三千元，一共九万六千元，说是用来修村里的路，"
    "可是路到今天也没有修，问他他就骂人，还说谁去告就取消谁家的低保，请上级派人来看一看我们住的房子。",
    "领导，我是昭觉县柳林村的，村里三十二户修危房，周大成周支书一户拿走三千，讲是修路的钱。路没有看到一寸，"
    "我男人去问，被他当着众人骂了一顿，还讲要停我家的低保。九万六不是小数，求你们来查。",
    "四川省昭觉县石板村的危房改造补助，村主任何有田每户收五千元好处费，不给就不给验收，2018年一年收了十二户六万元。",
]
Run = Callable[..., Any]


@pytest.fixture
def told(run: Run) -> Callable[..., Any]:
    return lambda *words, given=None: json.loads(run(*words, "--json", given=given).stdout)


@pytest.fixture
def letters(run: Run, told: Callable[..., Any], tmp_path: Path) -> tuple[list[str], str]:
    """The two letters of one matter as a case, and the third."""
    path = tmp_path / "letters.jsonl"
    rows = [{"id": number, "text": text} for number, text in enumerate(LETTERS)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    run("import", str(path))
    (case,) = told("cases")["cases"]
    assert len(case["report_ids"]) == 2
    everybody = {hit["id"] for hit in told("search", "--limit", "10")["hits"]}
    (third,) = everybody - set(case["report_ids"])
    return case["report_ids"], third


def test_a_case_is_opened_split_with_a_note_and_put_together_again(
    run: Run, told: Callable[..., Any], letters: tuple[list[str], str]
) -> None:
    (first, second), third = letters
    shown = run("case", "show", second).output
    for words in (
        "柳林村",
        "周大成",
        "9.6万元 (96,000 yuan) ×2",
        "同村 · same village",
        "相近案件 · Similar cases",
        third,
    ):
        assert words in shown
    acted = told("case", "split", first, second, "--note-from", "-", given="不是一回事\n")
    assert acted["changed"][-1] == {"report": second, "before": first, "after": None}
    run("work", "--until-empty")
    assert told("cases")["cases"] == []
    assert "不是一回事" in run("case", "show", first).output
    assert f"撤回 took back: {acted['decision']}" in run("case", "undo").output
    with pytest.raises(BadInput, match="taken back before"):
        run("case", "undo")
    run("work", "--until-empty")
    assert [case["report_ids"] for case in told("cases")["cases"]] == [[first, second]]


def test_two_cases_are_merged_and_a_report_moved_out_again(
    run: Run, told: Callable[..., Any], letters: tuple[list[str], str]
) -> None:
    (first, second), third = letters
    assert "→" in run("case", "merge", third, first).output
    run("work", "--until-empty")
    assert [case["report_ids"] for case in told("cases")["cases"]] == [[first, second, third]]
    assert told("case", "show", third)["decisions"][0]["may_undo"] is True
    run("case", "split", first, third)
    run("case", "move", second, third)
    run("work", "--until-empty")
    assert [case["report_ids"] for case in told("cases")["cases"]] == [[second, third]]


def test_a_command_on_a_case_that_a_colleague_changed_since_the_last_look_is_refused(
    run: Run, told: Callable[..., Any], letters: tuple[list[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, second), third = letters
    number = str(told("case", "show", first)["as_of"])
    colleague = run("token", "new", "--role", "investigator").stdout.strip()
    with monkeypatch.context() as patched:
        patched.setenv("TRIAGE_TOKEN", colleague)
        get_settings.cache_clear()
        assert told("case", "merge", third, first, "--as-of", number)["as_of"] >= int(number)
    get_settings.cache_clear()
    for words in ((), ("--as-of", number)):
        with pytest.raises(Changed, match="look at the case again"):
            run("case", "split", first, second, *words)
    run("work", "--until-empty")
    assert f"--as-of {told('case', 'show', first)['as_of']}" in run("case", "show", first).output
    run("case", "split", first, second)
    run("work", "--until-empty")
    assert [case["report_ids"] for case in told("cases")["cases"]] == [[first, third]]


def test_a_note_that_cannot_be_read_and_a_verdict_that_is_none_are_named(
    run: Run, letters: tuple[list[str], str]
) -> None:
    (first, second), _ = letters
    for words, field in (
        (("case", "judge", first, second, "maybe"), "verdict"),
        (("case", "judge", first, second, "same", "--note-from", "/nowhere/note"), "note-from"),
        (("case", "undo"), "decision"),
    ):
        with pytest.raises(BadInput) as caught:
            run(*words)
        assert caught.value.field == field
