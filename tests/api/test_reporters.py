"""What a reporter meets: sending, the receipt, asking what became of it, sending twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from api_samples import TEXT
from starlette.testclient import TestClient

from triage.model import StaffRole
from triage.store import Store

Post = Callable[..., Any]
KEY = "a-key-of-a-phone-0001"


def test_a_report_gets_a_receipt_in_four_groups(post: Post) -> None:
    answer = post()
    assert answer.status_code == 202
    told = answer.json()
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}-[0-9A-HJKMNP-TV-Z]{5}", told["receipt"])
    assert told["state"] == "received"
    assert told.keys() == {"receipt", "received_at", "state"}


def test_the_receipt_tells_what_became_of_the_report(client: TestClient, post: Post) -> None:
    receipt = post().json()["receipt"]
    for written in (receipt, receipt.lower(), receipt.replace("-", " "), f" {receipt} ".replace("0", "O")):
        answer = client.post("/v1/status", json={"receipt": written})
        assert answer.status_code == 200
        assert answer.json().keys() == {"state", "since"}
        assert answer.json()["state"] == "received"


def test_a_receipt_copied_with_its_label_and_a_full_stop_is_found(client: TestClient, post: Post) -> None:
    receipt = post().json()["receipt"]
    for written in (
        f"回执码：{receipt}。",
        "receipt code " + receipt.replace("-", "\u2011"),
        f"回执码 Code\n{receipt}",
    ):
        assert client.post("/v1/status", json={"receipt": written}).status_code == 200, written


def test_every_wrong_receipt_gets_the_same_answer(client: TestClient, post: Post) -> None:
    receipt = post().json()["receipt"]
    other = "2" if receipt[-1] != "2" else "3"
    wrong = ["0000-0000-0000-00000", receipt[:-1] + other, "", "???", "1" * 5000, "中文", "\x00", "ABCD-EFGH"]
    answers = [client.post("/v1/status", json={"receipt": code}) for code in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_a_repeat_with_the_same_key_gets_the_same_answer_and_adds_nothing(post: Post, store: Store) -> None:
    first, second = post(key=KEY), post(key=KEY)
    assert first.json() == second.json()
    assert second.status_code == 202
    assert store.waiting() == 1


def test_two_reports_without_a_key_get_two_receipts(post: Post, store: Store) -> None:
    assert post().json()["receipt"] != post().json()["receipt"]
    assert store.waiting() == 2


def test_the_same_key_with_another_body_is_a_conflict(post: Post, store: Store) -> None:
    post(key=KEY)
    for change in (
        {"text": TEXT + "又及"},
        {"title": "再说"},
        {"received": "2019-11-05"},
        {"reporter": {"name": "赵大娘"}},
    ):
        answer = post(**{"text": TEXT, "key": KEY, **change})
        assert (answer.status_code, answer.json()["field"]) == (409, "Idempotency-Key")
    assert store.waiting() == 1


def test_the_key_of_one_sender_is_not_that_of_another(
    post: Post, bearer: Callable[..., dict[str, str]], store: Store
) -> None:
    anonymous, office = post(key=KEY), post(key=KEY, headers=bearer(StaffRole.INTAKE))
    assert anonymous.json()["receipt"] != office.json()["receipt"]
    assert store.waiting() == 2


@pytest.mark.parametrize("key", ["short", "x" * 256])
def test_a_key_too_short_or_too_long_is_refused(post: Post, key: str) -> None:
    answer = post(key=key)
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, "Idempotency-Key", "length")


def test_a_report_keeps_all_that_was_told(
    client: TestClient, post: Post, store: Store, assessed: Callable[..., list[str]], bearer: Callable[..., Any]
) -> None:
    assert (
        post(channel="letter", received="2018-05-12", title="危房款", place="昭觉县", external_id="信-7").status_code
        == 202
    )
    report_id = assessed()[0]
    told = client.get(f"/v1/reports/{report_id}", headers=bearer()).json()
    assert (told["channel"], told["title"]) == ("letter", "危房款")
    assert told["received_at"].startswith("2018-05-12")


def test_name_and_contact_go_to_the_vault_and_no_staff_answer_shows_them(
    client: TestClient, post: Post, store: Store, assessed: Callable[..., list[str]], bearer: Callable[..., Any]
) -> None:
    assert post(reporter={"name": "赵桂枝", "contact": "13900000000"}).status_code == 202
    for report_id in assessed():
        shown = client.get(f"/v1/reports/{report_id}", headers=bearer()).text
        assert "赵桂枝" not in shown
        assert "13900000000" not in shown


@pytest.mark.parametrize(
    "body",
    [
        {"turns": [{"speaker": "agent", "text": "请讲。"}, {"speaker": "caller", "text": "低保被亲戚占了。"}]},
        {"content": "坐席：请讲。\n来电人：低保被亲戚占了。", "format": "plain"},
        {"content": "A: How can I help?\nB: The village head keeps our subsidy.", "format": "plain"},
        {"content": "1\n00:00:00,000 --> 00:00:02,000\n坐席：请讲。\n\n2\n00:00:02,000 --> 00:00:05,000\n来电人：低保被占了。\n", "format": "srt"},
        {"content": "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Agent>Please.\n\n00:02.000 --> 00:05.000\n<v Caller>He keeps it.\n", "format": "vtt"},
    ],
)  # fmt: skip
def test_a_transcript_gets_a_receipt_too(client: TestClient, body: dict[str, Any], store: Store) -> None:
    answer = client.post("/v1/transcripts", json=body)
    assert answer.status_code == 202, answer.text
    report = store.claim(1)[0]
    assert report.channel.value == "hotline"
    assert report.text == "".join(f"{turn.label}：{turn.text}\n" for turn in report.turns)


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({}, "turns", "missing"),
        ({"turns": [], "content": "A: x\nB: y"}, "content", "either"),
        ({"content": "没有说话人的一段话。"}, "content", "no_speakers"),
        ({"content": "坐席：有人吗？"}, "turns", "no_caller"),
        ({"content": "A: x", "format": "docx"}, "format", "unknown"),
        ({"turns": [{"speaker": "judge", "text": "x"}]}, "turns[0].speaker", "unknown"),
        ({"turns": [{"speaker": "caller"}]}, "turns[0].text", "missing"),
        ({"turns": [{"speaker": "caller", "text": "x", "start": 9, "end": 1}]}, "turns[0].end", "order"),
        ({"turns": "坐席：请讲"}, "turns", "type"),
    ],
)
def test_a_transcript_that_cannot_be_read_is_refused_with_field_and_rule(
    client: TestClient, body: dict[str, Any], field: str, rule: str
) -> None:
    answer = client.post("/v1/transcripts", json=body)
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, field, rule)
