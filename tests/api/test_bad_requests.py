"""Bad input gets a clear problem that names field and rule and repeats nothing of what was sent."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import bodies
from triage.store import Store

Bearer = Callable[..., dict[str, str]]
Assessed = Callable[..., list[str]]
JSON = {"Content-Type": "application/json"}
CANARY = "王守田扣款"


def raw(**fields: Any) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass")


BAD = [
    ("empty body", b"", 422, "body", "empty"),
    ("only spaces", b"   ", 422, "body", "empty"),
    ("broken JSON", b'{"text": "' + CANARY.encode(), 422, "body", "json"),
    ("two objects", raw(text=CANARY) * 2, 422, "body", "json"),
    ("single quotes", b"{'text': 'x'}", 422, "body", "json"),
    ("a list", b'["' + CANARY.encode() + b'"]', 422, "body", "type"),
    ("a string", b'"' + CANARY.encode() + b'"', 422, "body", "type"),
    ("null", b"null", 422, "body", "type"),
    ("GB18030", f'{{"text": "{CANARY}"}}'.encode("gb18030"), 422, "body", "encoding"),
    ("UTF-16", f'{{"text": "{CANARY}"}}'.encode("utf-16"), 422, "body", "encoding"),
    ("nested too deeply", b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 422, "body", "depth"),
    ("nested text", b'{"text": ' + b"[" * 300 + b"]" * 300 + b"}", 422, "text", "type"),
    ("no text", raw(title=CANARY), 422, "text", "missing"),
    ("text null", raw(text=None), 422, "text", "type"),
    ("text a number", raw(text=42), 422, "text", "type"),
    ("text NaN", b'{"text": NaN}', 422, "text", "type"),
    ("text a list", raw(text=[CANARY]), 422, "text", "type"),
    ("text an object", raw(text={CANARY: 1}), 422, "text", "type"),
    ("text empty", raw(text=""), 422, "text", "empty"),
    ("text of spaces", raw(text=" \n　"), 422, "text", "empty"),
    ("text of emoji", raw(text="😡😡😭"), 422, "text", "no_words"),
    ("text of punctuation", raw(text="……！！？"), 422, "text", "no_words"),
    ("text with NUL", raw(text=CANARY + "\x00"), 422, "text", "nul"),
    ("half a character, escaped", b'{"text": "' + CANARY.encode() + b'\\ud83d"}', 422, "text", "surrogate"),
    ("half a character, raw", raw(text=CANARY + "\ud83d"), 422, "body", "encoding"),
    ("text too long", raw(text="款" * 100_001), 413, "text", "too_long"),
    ("five megabytes", raw(text="款" * 1_700_000), 413, "body", "too_long"),
    ("unknown channel", raw(text=CANARY, channel=CANARY), 422, "channel", "unknown"),
    ("channel a number", raw(text=CANARY, channel=1), 422, "channel", "unknown"),
    ("date in 2099", raw(text=CANARY, received="2099-01-01"), 422, "received", "future"),
    ("date of a dynasty", raw(text=CANARY, received="1644-01-01"), 422, "received", "too_early"),
    ("no date", raw(text=CANARY, received="去年腊月"), 422, "received", "date"),
    ("date a number", raw(text=CANARY, received=20180512), 422, "received", "type"),
    ("title too long", raw(text=CANARY, title="长" * 501), 413, "title", "too_long"),
    ("title a list", raw(text=CANARY, title=[]), 422, "title", "type"),
    ("place with NUL", raw(text=CANARY, place="昭觉\x00"), 422, "place", "nul"),
    ("reporter a string", raw(text=CANARY, reporter="赵桂枝"), 422, "reporter", "type"),
    ("reporter's name a number", raw(text=CANARY, reporter={"name": 7}), 422, "reporter.name", "type"),
    ("contact under another name", raw(text=CANARY, reporter={"赵桂枝": "1"}), 422, "reporter", "unknown_field"),
    ("contact beside the text", raw(text=CANARY, contact="13800138000"), 422, "contact", "unknown_field"),
    ("telephone beside the text", raw(text=CANARY, Phone="13800138000"), 422, "Phone", "unknown_field"),
    ("姓名 beside the text", raw(text=CANARY, 姓名="赵桂枝"), 422, "姓名", "unknown_field"),
    ("contact too long", raw(text=CANARY, reporter={"contact": "1" * 501}), 413, "reporter.contact", "too_long"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "status", "field", "rule"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input_names_field_and_rule_and_repeats_nothing(
    client: TestClient, store: Store, sent: bytes, status: int, field: str, rule: str
) -> None:
    answer = client.post("/v1/reports", content=sent, headers=JSON)
    told = answer.json()
    assert (answer.status_code, told["field"], told["rule"]) == (status, field, rule)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == status
    assert {"type", "title", "detail"} <= told.keys()
    assert CANARY not in answer.text
    assert "赵桂枝" not in answer.text
    assert "13800138000" not in answer.text
    assert store.waiting() == 0


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_body_that_is_no_json_is_refused(client: TestClient, kind: str) -> None:
    answer = client.post("/v1/reports", content=raw(text=CANARY), headers={"Content-Type": kind} if kind else {})
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (415, "Content-Type", "media_type")


def test_a_packed_body_is_refused_by_its_packing(client: TestClient) -> None:
    sent = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = client.post("/v1/reports", content=gzip.compress(b'{"text": "x"}'), headers=sent)
    told = answer.json()
    assert (answer.status_code, told["field"], told["rule"]) == (415, "Content-Encoding", "packed")
    # What says so and is not packed is read all the same
    assert client.post("/v1/reports", content=b'{"text": "x"}', headers=sent).status_code == 202


def test_json_in_another_encoding_is_refused_by_its_name(client: TestClient) -> None:
    answer = client.post("/v1/reports", content=b"{}", headers={"Content-Type": "application/json; charset=gb2312"})
    assert (answer.status_code, answer.json()["rule"]) == (415, "charset")


@pytest.mark.parametrize("kind", ["application/json; charset=UTF-8", "application/JSON", "application/vnd.report+json"])
def test_other_names_of_json_are_taken(client: TestClient, kind: str) -> None:
    assert client.post("/v1/reports", content=raw(text=CANARY), headers={"Content-Type": kind}).status_code == 202


def test_a_byte_order_mark_is_forgiven(client: TestClient) -> None:
    assert client.post("/v1/reports", content=b"\xef\xbb\xbf" + raw(text=CANARY), headers=JSON).status_code == 202


@pytest.mark.parametrize("path", ["/v1/reports", "/v1/transcripts"])
@pytest.mark.parametrize(
    "name",
    [
        "contact",
        "reporter_name",
        "e-mail",
        "phoneNumber",
        "phone_no",
        "caller_phone",
        "联系方式",
        "举报人联系方式",
        "电话号码",
        "来电人",
    ],
)
def test_a_contact_in_the_wrong_place_is_told_the_right_one(
    client: TestClient, store: Store, path: str, name: str
) -> None:
    body = {"text": CANARY} if path == "/v1/reports" else {"turns": [{"speaker": "caller", "text": CANARY}]}
    told = client.post(path, json={**body, name: "13800138000"})
    assert (told.status_code, told.json()["field"], told.json()["rule"]) == (422, name, "unknown_field")
    assert '"reporter": {"name": …, "contact": …}' in told.json()["detail"]
    assert store.waiting() == 0
    assert client.post(path, json={**body, "reporter": {"contact": "13800138000"}}).status_code == 202


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/reports", f'{{"text": "{CANARY}", "text": "以上属实"}}', "text"),
        ("/v1/reports", f'\ufeff{{"text": "{CANARY}", "text": "以上属实"}}', "text"),
        ("/v1/reports", '{"text": "以上属实", "reporter": {"contact": "a"}, "reporter": {"name": "b"}}', "reporter"),
        ("/v1/transcripts", f'{{"content": "来电人：{CANARY}", "content": "来电人：以上属实"}}', "content"),
        ("/v1/messages/new", f'{{"receipt": "x", "text": "{CANARY}", "text": "以上属实"}}', "text"),
    ],
)
def test_a_field_that_stands_there_twice_loses_nothing_without_a_word(
    client: TestClient, path: str, body: str, field: str
) -> None:
    answer = client.post(path, content=body.encode(), headers=JSON)
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, field, "twice")
    assert CANARY not in answer.text


def test_a_word_that_is_also_the_name_of_a_field_stands_there_as_often_as_it_likes(client: TestClient) -> None:
    turns = [{"speaker": "caller", "text": "turns"}, {"speaker": "caller", "text": "text"}]
    assert client.post("/v1/transcripts", json={"turns": turns, "title": "turns"}).status_code == 202
    text = 'He wrote "text": "text", "place" and "title" on it.'
    assert client.post("/v1/reports", json={"text": text, "title": "text", "place": "place"}).status_code == 202


def test_fields_that_nobody_reads_do_not_lose_the_report(client: TestClient) -> None:
    more = {"id": 7, "category": None, "赵桂枝": "13800138000", "source_name_of_form": "x", "nickname": "y"}
    assert client.post("/v1/reports", content=raw(text=CANARY, **more), headers=JSON).status_code == 202
    turns = [{"speaker": "caller", "text": CANARY}]
    assert client.post("/v1/transcripts", json={"turns": turns, **more}).status_code == 202


def test_every_field_of_a_report_is_taken_empty_or_not(client: TestClient) -> None:
    none = {"received": None, "title": None, "place": None, "external_id": None, "reporter": None}
    assert client.post("/v1/reports", json={"text": CANARY, "channel": "web", **none}).status_code == 202
    turns = [{"speaker": "caller", "text": CANARY, "confidence": 0.9}]
    assert client.post("/v1/transcripts", json={"turns": turns, "channel": "hotline", **none}).status_code == 202


def test_a_name_where_no_reporter_is_known_is_not_told_of_one(client: TestClient, bearer: Bearer) -> None:
    told = client.post("/v1/search", json={"q": CANARY, "name": CANARY}, headers=bearer()).json()
    assert (told["field"], told["rule"]) == ("body", "unknown_field")
    assert "reporter" not in told["detail"]


def test_several_broken_fields_are_told_together(client: TestClient) -> None:
    told = client.post("/v1/reports", json={"text": 1, "title": 2}).json()
    assert [one["field"] for one in told["errors"]] == ["text", "title"]


@pytest.mark.parametrize("turn", [b"0", b"{}"])
def test_half_a_million_turns_that_are_none_are_counted_and_not_told_one_by_one(
    client: TestClient, store: Store, turn: bytes
) -> None:
    sent = b'{"turns": [' + b",".join([turn] * (1_000_000 // (len(turn) + 1))) + b"]}"
    answer = client.post("/v1/transcripts", content=sent, headers=JSON)
    told = answer.json()
    assert (answer.status_code, told["field"], told["rule"]) == (413, "turns", "too_many")
    assert "errors" not in told
    assert store.waiting() == 0


def test_broken_turns_among_as_many_as_are_taken_are_told_by_their_numbers(client: TestClient) -> None:
    turns = [{"speaker": "caller", "text": CANARY}] * 4_998 + [{"speaker": CANARY, "text": CANARY}, {}]
    told = client.post("/v1/transcripts", json={"turns": turns}).json()
    named = [one["field"] for one in told["errors"]]
    assert named == ["turns[4998].speaker", "turns[4999].speaker", "turns[4999].text"]


@pytest.mark.parametrize("path", ["/v1/reports", "/v1/transcripts"])
def test_a_hundred_thousand_unknown_fields_are_counted_and_not_told_one_by_one(
    client: TestClient, store: Store, path: str
) -> None:
    unknown = ",".join(f'"{number:x}":0' for number in range(100_000))
    sent = (
        f'{{"text": "{CANARY}", "turns": [{{"speaker": "caller", "text": "x"}}], "reporter": {{{unknown}}}}}'.encode()
    )
    answer = client.post(path, content=sent, headers=JSON)
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, "body", "too_many")
    assert store.waiting() == 0


def test_a_long_body_is_checked_beside_the_loop_that_everybody_waits_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: list[bool] = []

    def noted(body: bytes, model: type[bodies.Body]) -> bodies.Body:
        try:
            asyncio.get_running_loop()
            where.append(True)
        except RuntimeError:
            where.append(False)
        return read(body, model)

    read = bodies._read
    monkeypatch.setattr(bodies, "_read", noted)
    for text in ("村支书" * 10, "村支书" * 30_000):
        assert client.post("/v1/reports", json={"text": text}).status_code == 202
    assert where == [True, False]


def test_a_long_body_without_a_length_is_refused_as_well(client: TestClient, store: Store) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(40):
            yield "款".encode() * 20_000
        yield b'"}'

    answer = client.post("/v1/reports", content=pieces(), headers=JSON)
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (413, "body", "too_long")
    assert store.waiting() == 0


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({"q": "x" * 501}, "q", "too_long"),
        ({"q": '"低保'}, "q", "quote"),
        ({"q": 7}, "q", "type"),
        ({"limit": 0}, "limit", "range"),
        ({"limit": 10_000}, "limit", "range"),
        ({"limit": "many"}, "limit", "type"),
        ({"month": "2019-13"}, "month", "form"),
        ({"risk": "enormous"}, "risk", "unknown"),
        ({"channel": "pigeon"}, "channel", "unknown"),
        ({"sort": "colour"}, "sort", "unknown"),
        ({"place": "无此县县"}, "place", "unknown"),
        ({"cursor": "made up"}, "cursor", None),
    ],
)
def test_a_bad_question_names_field_and_rule(
    client: TestClient, bearer: Callable[..., dict[str, str]], body: dict[str, Any], field: str, rule: str | None
) -> None:
    answer = client.post("/v1/search", json=body, headers=bearer())
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert rule is None or answer.json()["rule"] == rule


def test_an_unknown_address_and_a_wrong_method_are_problems_too(client: TestClient) -> None:
    for answer, status in (
        (client.get("/v1/nothing"), 404),
        (client.get("/v1/reports"), 405),
        (client.get("/static/x"), 404),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/searches", "GET, POST"),
        ("PUT", "/v1/reports/01M8PV3CR6PGGAHQDDP8Q47HQ8/messages", "GET, POST"),
        ("OPTIONS", "/healthz", "GET, HEAD"),
        ("GET", "/v1/reports", "POST"),
        ("POST", "/static/page.css", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_every_one_that_the_address_takes(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/v1/reports/", "/v1/transcripts/", "/v1/status/", "/v1/messages/new/", "/static"])
def test_nobody_is_sent_on_to_another_address_with_what_they_tell(client: TestClient, path: str) -> None:
    # Behind a proxy that ends TLS such an address would begin with http: the report would go out once more, readable
    answer = client.post(path, json={"text": CANARY}, headers={"Host": "evil.example"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "location" not in answer.headers
    assert "evil" not in answer.text


def test_a_number_in_the_address_that_breaks_a_rule_is_named(
    client: TestClient, bearer: Callable[..., dict[str, str]]
) -> None:
    answer = client.get("/v1/referrals?limit=0", headers=bearer())
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, "limit", "range")


HALVES = [
    ("/v1/search", '{"q": "\\ud83d"}', "q"),
    ("/v1/search", '{"like": "\\ud83d"}', "like"),
    ("/v1/searches", '{"name": "\\ud83d", "question": {"q": "a"}}', "name"),
    ("/v1/searches", '{"name": "a", "question": {"q": "\\ud83d"}}', "question.q"),
    ("/v1/alerts/seen", '{"ids": ["a", "\\ud83d"]}', "ids[1]"),
    ("/v1/judgements", '{"report": "{id}", "other": "{other}", "verdict": "same", "note": "\\ud83d"}', "note"),
    ("/v1/cases/{id}/split", '{"reports": ["\\ud83d"]}', "reports[0]"),
    ("/v1/reports/{id}/reviews", '{"decision": "confirm", "note": "\\ud83d"}', "note"),
]


@pytest.mark.parametrize(("path", "body", "field"), HALVES)
def test_half_a_character_is_refused_before_anything_keeps_it(
    client: TestClient, assessed: Assessed, bearer: Bearer, path: str, body: str, field: str
) -> None:
    (first,), (other,) = assessed(CANARY), assessed(CANARY + "!")
    sent = body.replace("{id}", first).replace("{other}", other)
    answer = client.post(path.replace("{id}", first), content=sent, headers={**bearer(), **JSON})
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, field, "surrogate")
