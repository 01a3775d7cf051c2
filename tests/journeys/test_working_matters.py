"""A matter worked through on the command line, from its receipt to the answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.store.store_samples import arrival, outcome
from triage.cli.clearing import Form
from triage.cli.matter_telling import CLEARING, CLEARING_ACTS, CLOCKS, FORMS
from triage.cli.matter_telling import STATES as WORDS
from triage.errors import BadInput, Changed, NotFound
from triage.model import ClearingAct, ClearingForm, ClearingState, ClockName, MatterState, Reporter
from triage.store import Store
from triage.store.matters import STATES

Run = Callable[..., Any]


def took(store: Store, text: str, **changes: Any) -> str:
    (answer,) = store.receive([arrival(text, **changes)])
    report_id = answer.report_id  # type: ignore[union-attr]
    store.save_assessed([outcome(report_id)])
    return report_id


def told(run: Run, *words: str, **more: Any) -> Any:
    return json.loads(run(*words, "--json", **more).stdout)


def test_every_state_and_clock_has_words() -> None:
    assert STATES == set(MatterState) == set(WORDS)
    assert set(CLOCKS) == set(ClockName)
    assert (set(CLEARING), set(CLEARING_ACTS), set(FORMS)) == (set(ClearingState), set(ClearingAct), set(ClearingForm))


def test_a_matter_is_worked_through_and_each_step_shows(store: Store, run: Run, tmp_path: Path) -> None:
    report_id = took(store, "支书扣了我的低保", reporter=Reporter("李大山", "13800138000"))
    assert "受理告知" in run("matter", "list").stdout
    (line,) = told(run, "matter", "list", "--clock", "overdue")["matters"]
    assert (line["id"], line["clock"]["state"], line["real_name"]) == (report_id, "overdue", True)
    note = tmp_path / "note.txt"
    note.write_text("与镇里核对过名单", encoding="utf-8")
    run("matter", "escalate", report_id, "--note-from", "-", given="已报县纪委分管领导")
    run("matter", "step", "accepted", report_id, "--note-from", str(note))
    run("matter", "step", "handed_over", report_id)
    run("matter", "step", "verification", report_id)
    with pytest.raises(BadInput, match="approval"):
        run("matter", "step", "concluded", report_id)
    run("matter", "step", "concluded", report_id, "--approval", "纪发〔2019〕4号")
    shown = run("matter", "show", report_id).stdout
    for words in (
        "已办结 concluded",
        "与镇里核对过名单",
        "纪发〔2019〕4号",
        "已报县纪委分管领导",
        "反馈 feedback: 计时中 running",
    ):
        assert words in shown
    assert [row["state"] for row in told(run, "matter", "show", report_id)["matter"]["steps"]] == [
        "received", "accepted", "handed_over", "verification", "concluded",
    ]  # fmt: skip
    assert told(run, "matter", "clocks")["clocks"]["feedback"]["running"] == 1
    assert [line["id"] for line in told(run, "matter", "list", "--state", "concluded")["matters"]] == [report_id]
    run("matter", "step", "feedback", report_id)
    assert told(run, "matter", "list")["matters"] == []


def test_of_several_reports_each_that_may_go_on_goes_on(store: Store, run: Run) -> None:
    first, second = took(store, "一封信"), took(store, "两封信")
    run("matter", "step", "accepted", second)
    lines = told(run, "matter", "step", "registered", first, second, "0" * 26, fails=True)["matters"]
    assert [line.get("rule") for line in lines] == [None, "does_not_follow", "not_found"]
    assert lines[0]["state"] == "registered"
    with pytest.raises(NotFound):
        run("matter", "step", "accepted", "0" * 26)


def test_words_that_are_none_of_the_known_ones_are_told_with_those_that_are(store: Store, run: Run) -> None:
    report_id = took(store, "一封信")
    for words in (("finished", report_id), ("not_accepted", report_id, "--reason", "boring")):
        with pytest.raises(BadInput, match="must be one of"):
            run("matter", "step", *words)
    with pytest.raises(BadInput, match="must be one of"):
        run("matter", "list", "--state", "finished")
    with pytest.raises(BadInput, match="one report"):
        run("matter", "step", "accepted", report_id, report_id + "X", "--seen", "1")


def test_repeats_pauses_and_the_end_of_a_pause(store: Store, run: Run) -> None:
    from triage.model import Case

    first = took(store, "支书扣了低保", reporter=Reporter("李大山", "13800138000"))
    second = took(store, "支书扣了低保，我也是")
    store.save_cases([Case(first, (first, second))])
    assert "已暂停 paused" in run("matter", "pause", first, "--note-from", "-", given="等待鉴定").stdout
    assert "恢复 runs on" in run("matter", "resume", first, "--note-from", "-", given="鉴定已出").stdout
    with pytest.raises(BadInput, match="Accept or pass"):
        run("matter", "repeats", first)
    run("matter", "step", "accepted", first)
    assert told(run, "matter", "repeats", first)["kept"] == [second]


def test_a_note_that_cannot_be_read_is_told(store: Store, run: Run, tmp_path: Path) -> None:
    report_id = took(store, "一封信")
    (tmp_path / "gbk.txt").write_bytes("与镇里核对".encode("gbk"))
    for file in ("gbk.txt", "nowhere.txt"):
        with pytest.raises(BadInput, match="note-from"):
            run("matter", "step", "accepted", report_id, "--note-from", str(tmp_path / file))


def test_the_forms_that_may_be_typed_are_those_that_there_are() -> None:
    assert [one.value for one in Form] == [one.value for one in ClearingForm]


def test_somebody_wrongly_accused_is_cleared_on_the_command_line(store: Store, run: Run, tmp_path: Path) -> None:
    report_id = took(store, "支书扣了我的低保", reporter=Reporter("李大山", "13800138000"))
    (whom := tmp_path / "whom.txt").write_text("三河村村支书王守田", encoding="utf-8")
    order = ("matter", "clear", "order", report_id, "--whom-from", str(whom))
    run("matter", "step", "accepted", report_id)
    with pytest.raises(BadInput, match="closed or concluded"):
        run(*order, "--approval", "31")
    run("matter", "step", "handed_over", report_id)
    assert "triage message send" not in run("matter", "show", report_id).stdout
    run("matter", "step", "closed", report_id, "--approval", "30")
    shown = run("matter", "show", report_id).stdout
    for words in (f"triage message send {report_id}", f"triage identity ask {report_id}"):
        assert words in shown
    assert "order 决定澄清" in shown.splitlines()[-2]
    with pytest.raises(BadInput, match="approval"):
        run(*order)
    seen = told(run, "matter", "show", report_id)["matter"]["seen"]
    shown = run(*order, "--approval", "纪发〔2019〕31号", "--seen", str(seen)).stdout
    for words in (
        "澄清正名 clearing: 待澄清 ordered",
        "三河村村支书王守田",
        "纪发〔2019〕31号",
        "done 已澄清, drop 撤回",
    ):
        assert words in shown
    with pytest.raises(Changed):
        run("matter", "clear", "done", report_id, "--form", "meeting", "--seen", str(seen))
    run("matter", "step", "feedback", report_id)
    assert "澄清正名" in run("matter", "list").stdout
    (line,) = told(run, "matter", "list", "--clock", "running")["matters"]
    assert (line["id"], line["clock"]["name"], line["clock"]["unit"]) == (report_id, "clearing", "days")
    assert told(run, "matter", "clocks")["clocks"]["clearing"]["running"] == 1
    why = ("--note-from", "-")
    run("matter", "pause", report_id, *why, "--clock", "clearing", given="本人住院")
    with pytest.raises(BadInput, match="must be one of"):
        run("matter", "resume", report_id, *why, "--clock", "nonsense", given="本人出院")
    run("matter", "resume", report_id, *why, "--clock", "clearing", given="本人出院")
    done = run("matter", "clear", "done", report_id, "--form", "meeting", *why, given="村民大会上说明").stdout
    for words in ("澄清正名 clearing: 已澄清 done", "会议 at a meeting  村民大会上说明", "已结束 ended"):
        assert words in done
    assert told(run, "matter", "list")["matters"] == []


def test_an_order_is_taken_back_or_suspended_and_shown_as_such(store: Store, run: Run) -> None:
    report_id = took(store, "支书扣了我的低保")
    for words in (("accepted",), ("handed_over",), ("closed", "--approval", "30")):
        run("matter", "step", words[0], report_id, *words[1:])
    order = ("matter", "clear", "order", report_id, "--whom-from", "-", "--approval", "31")
    run(*order, given="王守田")
    told_of = told(run, "matter", "clear", "drop", report_id, "--note-from", "-", given="证据有变")["matter"]
    assert (told_of["clearing"]["state"], told_of["clearing"]["acts"][1]["note"]) == ("dropped", "证据有变")
    run(*order, given="王守田")
    assert "已中止" in run("matter", "step", "reopened", report_id).stdout + run("matter", "show", report_id).stdout
    with pytest.raises(BadInput, match="suspended"):
        run("matter", "clear", "done", report_id, "--form", "in_person")


def test_a_matter_goes_to_whom_it_accuses_only_with_anyway(store: Store, run: Run) -> None:
    report_id = took(store, "派出所民警收了支书的钱，不立案。")
    with pytest.raises(BadInput, match="accuses"):
        run("matter", "step", "passed_on", report_id, "--to", "police")
    run("matter", "step", "passed_on", report_id, "--to", "police", "--anyway")
    assert told(run, "matter", "show", report_id)["matter"]["steps"][-1]["to"] == "police"
