"""A reporter is to be answered: an investigator asks who it is, two custodians decide, and it opens, on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.store.store_samples import arrival, outcome
from triage.cli.identity import ACTS, REASONS, STATES
from triage.errors import BadInput, NotAllowed, NotFound
from triage.model import IdentityAct, IdentityReason, IdentityState, Level, Reporter, StaffRole
from triage.policy import load_policy
from triage.settings import get_settings
from triage.store import Store

Run = Callable[..., Any]


def took(store: Store, text: str, level: Level, **changes: Any) -> str:
    (answer,) = store.receive([arrival(text, **changes)])
    report_id: str = answer.report_id  # type: ignore[union-attr]
    store.save_assessed([outcome(report_id, level=level)])
    return report_id


@pytest.fixture
def custodians(store: Store) -> list[str]:
    return [store.new_token(StaffRole.CUSTODIAN) for _ in range(2)]


@pytest.fixture
def under(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command under a token; without one under that of the command line, an investigator's."""

    def go(token: str | None, *words: str, **more: Any) -> Any:
        with monkeypatch.context() as patch:
            if token is not None:
                patch.setenv("TRIAGE_TOKEN", token)
            get_settings.cache_clear()
            result = run(*words, **more)
        get_settings.cache_clear()
        return result

    return go


def told(result: Any) -> Any:
    return json.loads(result.stdout)


def test_every_reason_state_and_act_has_words() -> None:
    assert set(REASONS) == set(IdentityReason)
    assert set(STATES) == set(IdentityState)
    assert set(ACTS) == set(IdentityAct)


def test_whoever_asks_hears_at_once_where_too_few_custodians_could_approve(
    store: Store, under: Run, tmp_path: Path
) -> None:
    why = tmp_path / "why.txt"
    why.write_text("须答复", encoding="utf-8")
    store.new_token(StaffRole.CUSTODIAN)
    for level, warned in ((Level.GRAVE, True), (Level.MEDIUM, False)):
        report_id = took(store, f"支书扣了我的低保{level}", level, reporter=Reporter("李大山", "13800138000"))
        asked = under(None, "identity", "ask", report_id, "--reason", "feedback", "--note-from", str(why)).output
        assert ("Only 1 custodians hold a token and 2 have to approve" in asked) is warned


def test_a_reporter_of_a_grave_matter_is_asked_for_approved_twice_and_answered(
    store: Store, under: Run, custodians: list[str], tmp_path: Path
) -> None:
    report_id = took(store, "支书扣了我的低保", Level.GRAVE, reporter=Reporter("李大山", "13800138000"))
    why = tmp_path / "why.txt"
    why.write_text("须在期限内答复实名举报人", encoding="utf-8")
    first, second = custodians
    asked = under(None, "identity", "ask", report_id, "--reason", "feedback", "--note-from", str(why), "--json")
    request = told(asked)["request"]["id"]
    for words in (
        "须在期限内答复",
        "待保管人员决定 waiting",
        "0/2",
        " UTC  申请 asked  ",
        f"triage identity approve {request}",
    ):
        assert words in under(first, "identity", "show", request).stdout
    assert [line["id"] for line in told(under(first, "identity", "list", "--json"))["requests"]] == [request]
    under(first, "identity", "approve", request)
    assert request not in under(first, "identity", "list").stdout, (
        "of those that wait for this custodian it is none any more"
    )
    assert request in under(second, "identity", "list").stdout
    with pytest.raises(BadInput, match="1 of 2"):
        under(None, "identity", "open", request)
    approved = under(second, "identity", "approve", request, "--note-from", "-", given="同意").stdout
    assert "已批准 approved" in approved
    assert f"triage identity open {request}" in approved
    with pytest.raises(NotAllowed):
        under(second, "identity", "open", request)
    opened = under(None, "identity", "open", request).stdout
    assert "李大山" in opened
    assert "13800138000" in opened
    found = told(under(None, "identity", "open", request, "--json"))["identity"]
    assert found == {"request": request, "report": report_id, "name": "李大山", "contact": "13800138000"}
    shown = under(None, "identity", "show", request).stdout
    assert shown.count("开启 opened") == 2
    assert "李大山" not in shown + under(None, "identity", "list").stdout


def test_a_list_that_ends_before_the_last_request_says_how_to_see_more(
    store: Store, under: Run, custodians: list[str]
) -> None:
    for text in ("一封信", "另一封信"):
        report_id = took(store, text, Level.LOW, reporter=Reporter("李大山", None))
        under(None, "identity", "ask", report_id, "--reason", "question", "--note-from", "-", given="问村名")
    for token in (None, custodians[0]):
        assert "还有更多 · More: ask for a larger --limit" in under(token, "identity", "list", "--limit", "1").stdout
        cut = told(under(token, "identity", "list", "--limit", "1", "--json"))
        assert (len(cut["requests"]), cut["more"]) == (1, True)
        assert "--limit" not in under(token, "identity", "list", "--limit", "2").stdout
        assert told(under(token, "identity", "list", "--json"))["more"] is False


def test_a_request_is_refused_withdrawn_and_told_where_there_is_no_name(
    store: Store, under: Run, custodians: list[str]
) -> None:
    report_id = took(store, "一封信", Level.LOW, reporter=Reporter("李大山", None))
    asking = ("identity", "ask", report_id, "--reason", "question", "--note-from", "-", "--json")
    request = told(under(None, *asking, given="问村名"))["request"]["id"]
    refused = under(custodians[0], "identity", "refuse", request, "--note-from", "-", given="请凭回执询问").stdout
    assert "已拒绝 refused" in refused
    assert "请凭回执询问" in refused
    request = told(under(None, *asking, given="再问一次"))["request"]["id"]
    assert "已撤回 withdrawn" in under(None, "identity", "withdraw", request).stdout
    request = told(under(None, *asking, given="三问"))["request"]["id"]
    under(custodians[1], "identity", "approve", request)
    assert "联系方式 contact: —" in under(None, "identity", "open", request).stdout
    with pytest.raises(BadInput, match="without a name"):
        under(
            None, "identity", "ask", took(store, "无名", Level.LOW), "--reason", "other", "--note-from", "-", given="x"
        )
    with pytest.raises(BadInput, match="must be one of"):
        under(None, "identity", "ask", report_id, "--reason", "curious", "--note-from", "-", given="x")
    with pytest.raises(NotFound):
        under(None, "identity", "open", "0" * 26)


def test_the_doctor_tells_of_requests_that_wait_and_of_nothing_in_them(store: Store, under: Run) -> None:
    report_id = took(store, "一封信", Level.LOW, reporter=Reporter("李大山", "13800138000"))
    under(None, "identity", "ask", report_id, "--reason", "question", "--note-from", "-", given="问村名")
    found = {line["part"]: line for line in told(under(None, "doctor", "--json", ends=1))["findings"]}
    assert (found["identity"]["code"], found["identity"]["sentence"]) == ("none", "1 wait, 0 lapse soon")
    (get_settings().data_dir / "policy.toml").write_text("[custody.answer]\ndue_soon = 5\n", encoding="utf-8")
    load_policy.cache_clear()
    shown = under(None, "doctor", ends=1).stdout
    assert "1 wait, 1 lapse soon" in shown
    assert "docs/runbook.md#identity-due-soon" in shown
    assert report_id not in shown
    load_policy.cache_clear()


def test_search_knows_no_reporter_before_and_after_somebody_was_told(
    run: Run, under: Run, data_dir: Path, tmp_path: Path
) -> None:
    letters = tmp_path / "letters.jsonl"
    line = {"id": "1", "text": "支书扣了我的低保", "reporter": {"name": "李大山", "contact": "13800138000"}}
    letters.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    run("import", str(letters))
    (report,) = told(run("search", "低保", "--json"))["hits"]
    asked = ("identity", "ask", report["id"], "--reason", "verification", "--note-from", "-", "--json")
    request = told(run(*asked, given="有人冒名"))["request"]["id"]
    for _ in range(2):
        custodian = run("token", "new", "--role", "custodian").stdout.strip()
        if told(run("identity", "show", request, "--json"))["request"]["state"] == "waiting":
            under(custodian, "identity", "approve", request)
    assert "李大山" in run("identity", "open", request).stdout
    for word in ("李大山", "13800138000"):
        assert told(run("search", word, "--json"))["total"] == 0
    assert "李大山" not in run("export").stdout
