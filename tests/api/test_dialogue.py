"""The dialogue over the network: what the office writes, what the holder of a receipt reads and adds, and who sees it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from api_samples import TEXT, an_assessment
from sqlalchemy import select, update
from starlette.testclient import TestClient

from tests.letters_of_reporters import LETTER, OPEN, SECRETS, reading
from triage.intake import new_code, shown
from triage.model import Access, Level, Route, StaffRole, Way
from triage.store import Assessed, Priority, Store
from triage.store.tables import messages

Bearer = Callable[..., dict[str, str]]
Post = Callable[..., Any]
MORE = "又想起来，会计也在场。"
KEY = {"Idempotency-Key": "0123456789abcdef"}


@pytest.fixture
def staff(bearer: Bearer) -> dict[str, str]:
    return bearer(StaffRole.REVIEWER)


def work(store: Store) -> list[str]:
    """Reads all that waits."""
    done: list[str] = []
    while ids := [report.id for report in store.claim(100)]:
        route = Route(Way.OWN, "513431", None, True, ())
        priority = Priority(Level.HIGH, 6.5, True)
        store.save_assessed([Assessed(one, an_assessment(), route, priority) for one in ids])
        done += ids
    return done


def adds(client: TestClient, receipt: str, text: str = MORE, **headers: str) -> Any:
    return client.post("/v1/messages/new", json={"receipt": receipt, "text": text}, headers=headers)


def reads(client: TestClient, receipt: str) -> list[dict[str, Any]]:
    answer = client.post("/v1/messages", json={"receipt": receipt})
    assert answer.status_code == 200
    told: list[dict[str, Any]] = answer.json()["messages"]
    return told


def test_office_and_reporter_speak_with_each_other(
    client: TestClient, store: Store, post: Post, staff: dict[str, str]
) -> None:
    receipt = post(TEXT).json()["receipt"]
    (report_id,) = work(store)
    path = f"/v1/reports/{report_id}/messages"
    assert client.get(path, headers=staff).json() == {
        "report": report_id, "messages": [], "fetched_on": None, "seen": "0", "count": 0, "cursor": None,
    }  # fmt: skip
    asked = client.post(path, json={"text": "是哪一年的事？", "seen": "0"}, headers=staff)
    assert asked.status_code == 201
    assert client.post("/v1/status", json={"receipt": receipt}).json()["messages"] == 1
    (message,) = reads(client, receipt.lower().replace("-", " "))
    assert (message["from"], message["text"], set(message)) == ("office", "是哪一年的事？", {"from", "at", "text"})
    assert "messages" not in client.post("/v1/status", json={"receipt": receipt}).json()
    answer = adds(client, receipt)
    assert (answer.status_code, set(answer.json())) == (202, {"received_at"})
    assert [(one["from"], one.get("text")) for one in reads(client, receipt)] == [
        ("office", "是哪一年的事？"),
        ("you", None),
    ]
    (added,) = work(store)
    waiting = client.get("/v1/messages/waiting", headers=staff).json()
    assert waiting["more"] is False
    (line,) = waiting["waiting"]
    assert (line["report"], line["count"], line["newest"]) == (report_id, 1, added)
    thread = client.get(f"/v1/reports/{added}/messages", headers=staff).json()
    assert [(one["from"], one["text"], one["report"]) for one in thread["messages"]] == [
        ("office", "是哪一年的事？", None),
        ("reporter", MORE, added),
    ]
    assert thread["fetched_on"] is not None
    late = client.post(path, json={"text": "谢谢。", "seen": "0"}, headers=staff)
    assert (late.status_code, late.json()["code"]) == (409, "changed")
    report = client.get(f"/v1/reports/{added}", headers=staff).json()
    assert (report["adds_to"], report["channel"], report["messages"]["count"]) == (report_id, "web", 2)
    assert client.get(f"/v1/reports/{report_id}", headers=staff).json()["adds_to"] is None


def test_whoever_holds_the_receipt_reads_back_to_the_first_message(
    client: TestClient, store: Store, post: Post
) -> None:
    receipt = post(TEXT).json()["receipt"]
    (report_id,) = work(store)
    said = [f"第{at}问。" for at in range(103)]
    for text in said:
        store.dialogue.send(report_id, text, Access("tester", StaffRole.REVIEWER, ("",)))
    newest = client.post("/v1/messages", json={"receipt": receipt}).json()
    older = client.post("/v1/messages", json={"receipt": receipt, "cursor": newest["cursor"]}).json()
    assert [one["text"] for page in (older, newest) for one in page["messages"]] == said
    assert (newest["more"], older["more"], set(older)) == (True, False, {"messages", "more"})
    wrong = client.post("/v1/messages", json={"receipt": receipt, "cursor": "x"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "cursor")
    unknown = [client.post("/v1/messages", json={"receipt": "0" * 17, **more}) for more in ({}, {"cursor": "x"})]
    assert [answer.status_code for answer in unknown] == [404, 404]
    assert unknown[0].json() == unknown[1].json()


def test_what_a_reporter_adds_is_shown_with_who_wrote_it_covered(
    client: TestClient, store: Store, post: Post, staff: dict[str, str]
) -> None:
    receipt = post(TEXT).json()["receipt"]
    (report_id,) = work(store)
    adds(client, receipt, LETTER)
    (added,) = (report.id for report in store.claim(100))
    read = Assessed(added, reading(), Route(Way.OWN, "513431", None, True, ()), Priority(Level.HIGH, 6.5, True))
    store.save_assessed([read])
    (told,) = client.get(f"/v1/reports/{report_id}/messages", headers=staff).json()["messages"]
    assert told["text"].startswith("我叫●●●●，住柳林村●●●●●，电话●●●●●●●●●●●，")
    assert [one for one in SECRETS if one in told["text"]] == []
    assert [one for one in OPEN if one not in told["text"]] == []


def test_what_is_sent_again_is_taken_once(client: TestClient, store: Store, post: Post) -> None:
    receipt = post(TEXT).json()["receipt"]
    first, again = adds(client, receipt, **KEY), adds(client, receipt, **KEY)
    assert (again.status_code, again.json()) == (202, first.json())
    other = adds(client, receipt, "别的话。", **KEY)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    another = post("另一件事").json()["receipt"]
    assert adds(client, another, **KEY).status_code == 409, "the same words for another report are another addition"
    assert len(work(store)) == 3


WRONG = ["", "7K3M-9QXT-2V5B-HD8RC", "x" * 300, shown(new_code())]


@pytest.mark.parametrize("receipt", WRONG, ids=["empty", "unknown", "too long", "of the right form"])
def test_every_wrong_receipt_gets_the_answer_that_the_status_gives(client: TestClient, receipt: str) -> None:
    told = client.post("/v1/status", json={"receipt": receipt})
    for answer in (client.post("/v1/messages", json={"receipt": receipt}), adds(client, receipt)):
        assert answer.status_code == 404
        assert {**answer.json(), "instance": ""} == {**told.json(), "instance": ""}


@pytest.mark.parametrize(("text", "rule"), [("", "empty"), ("  ", "empty"), ("！！", "no_words"), ("\x00a", "nul")])
def test_what_holds_no_words_is_refused_whatever_the_receipt(
    client: TestClient, post: Post, text: str, rule: str
) -> None:
    for receipt in (post(TEXT).json()["receipt"], WRONG[1]):
        answer = adds(client, receipt, text)
        assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, "text", rule)


@pytest.mark.parametrize("beside", [{"reporter": {"contact": "13800138000"}}, {"联系方式": "13800138000"}])
def test_a_contact_that_comes_with_an_addition_is_told_that_the_text_is_its_place(
    client: TestClient, store: Store, post: Post, beside: dict[str, Any]
) -> None:
    receipt = post(TEXT).json()["receipt"]
    body = {"receipt": receipt, "text": TEXT}
    told = client.post("/v1/messages/new", json={**body, **beside})
    assert (told.status_code, told.json()["field"], told.json()["rule"]) == (422, next(iter(beside)), "unknown_field")
    assert "into the text" in told.json()["detail"]
    assert 'reporter":' not in told.json()["detail"]
    assert store.waiting() == 1
    assert client.post("/v1/messages/new", json={**body, "reporter": None}).status_code == 202


def test_additions_and_looks_count_against_the_limit_on_rate(client: TestClient, post: Post, app: Any) -> None:
    receipt = post(TEXT).json()["receipt"]
    app.state.service.rate._per_hour = 1
    app.state.service.rate._counts.clear()
    assert adds(client, receipt).status_code == 202
    assert adds(client, receipt).status_code == 429
    assert client.post("/v1/messages", json={"receipt": receipt}).status_code == 429


def test_more_than_is_taken_with_one_receipt_in_an_hour_is_told_what_to_do_and_what_was_taken_stays_taken(
    client: TestClient, store: Store, post: Post, app: Any
) -> None:
    app.state.service.settings = app.state.service.settings.model_copy(update={"additions_per_hour": 2})
    receipt, another = post(TEXT).json()["receipt"], post("另一件事").json()["receipt"]
    first = adds(client, receipt, **KEY)
    assert adds(client, receipt).status_code == 202
    refused = adds(client, receipt, "第三句话。")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_added")
    assert 3500 < int(refused.headers["retry-after"]) <= 3601
    assert "60 minutes" in refused.json()["detail"]
    assert "第三句话" not in refused.text
    again = adds(client, receipt, **KEY)
    assert (again.status_code, again.json()) == (202, first.json()), "whoever lost the answer hears that it arrived"
    assert adds(client, another).status_code == 202, "it is a limit of each receipt"
    assert adds(client, shown(new_code())).status_code == 404
    assert len(reads(client, receipt)) == 2
    assert len(work(store)) == 5


def test_what_is_sent_all_at_once_is_no_more_than_what_is_sent_one_by_one(
    client: TestClient, store: Store, post: Post, app: Any
) -> None:
    app.state.service.settings = app.state.service.settings.model_copy(update={"additions_per_hour": 2})
    receipt, another = post(TEXT).json()["receipt"], post("另一件事").json()["receipt"]
    with ThreadPoolExecutor(12) as crowd:
        answers = list(crowd.map(lambda number: adds(client, receipt, f"第{number}句话。").status_code, range(12)))
    assert sorted(answers) == [202] * 2 + [429] * 10
    assert len(reads(client, receipt)) == 2
    assert adds(client, another).status_code == 202
    assert len(app.state.service.adding) == 0, "nothing is kept of whose turn it was"


def test_an_hour_later_more_is_taken(client: TestClient, store: Store, post: Post, app: Any) -> None:
    app.state.service.settings = app.state.service.settings.model_copy(update={"additions_per_hour": 1})
    receipt = post(TEXT).json()["receipt"]
    assert adds(client, receipt).status_code == 202
    assert adds(client, receipt).status_code == 429
    with store._database.write() as connection:
        (at,) = connection.execute(select(messages.c.made_at)).scalars()
        connection.execute(update(messages).values(made_at=at - timedelta(hours=1)))
    assert adds(client, receipt).status_code == 202


def test_a_long_dialogue_is_read_page_by_page(
    client: TestClient, store: Store, post: Post, staff: dict[str, str]
) -> None:
    receipt = post(TEXT).json()["receipt"]
    (report_id,) = work(store)
    path = f"/v1/reports/{report_id}/messages"
    for number in range(5):
        assert adds(client, receipt, f"第{number}句话。").status_code == 202
    work(store)
    newest = client.get(f"{path}?limit=3", headers=staff).json()
    assert [one["text"] for one in newest["messages"]] == ["第2句话。", "第3句话。", "第4句话。"]
    assert newest["count"] == 5
    older = client.get(path, params={"limit": 3, "cursor": newest["cursor"]}, headers=staff).json()
    assert [one["text"] for one in older["messages"]] == ["第0句话。", "第1句话。"]
    assert (older["cursor"], older["seen"]) == (None, newest["seen"])
    wrong = client.get(path, params={"cursor": newest["cursor"] + "A"}, headers=staff)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "cursor")


def test_a_message_never_holds_a_receipt_and_names_nobody_accused_without_a_word(
    client: TestClient, store: Store, post: Post, staff: dict[str, str]
) -> None:
    receipt = post(TEXT).json()["receipt"]
    (report_id,) = work(store)
    path = f"/v1/reports/{report_id}/messages"
    named = "王守田已经处理了。"
    for text, rule in (
        (f"您的回执 {receipt} 已登记", "receipt"),
        (f"您的回执 {shown(new_code()).lower()} 已登记", "receipt"),
        (named, "names_accused"),
        ("守田书记已经处理了。", "names_accused"),
        ("王某田已经处理了。", "names_accused"),
        ("Wang Shoutian has been dealt with.", "names_accused"),
        ("字" * 2001, "too_long"),
        (" \n", "empty"),
    ):
        answer = client.post(path, json={"text": text}, headers=staff)
        assert (answer.status_code, answer.json()["rule"]) == (422, rule)
        assert receipt not in answer.text
        assert "王守田" not in answer.text
    assert client.post(path, json={"text": named, "anyway": True}, headers=staff).status_code == 201
    assert client.post(path, json={"text": receipt, "anyway": True}, headers=staff).status_code == 422
    assert client.post(path, json={"text": "银行卡尾号 1234 5678 的款已退。"}, headers=staff).status_code == 201


@pytest.mark.parametrize(
    ("role", "writes", "looks"),
    [
        (StaffRole.INVESTIGATOR, 201, 200),
        (StaffRole.SUPERVISOR, 201, 200),
        (StaffRole.INTAKE, 403, 200),
        (StaffRole.ANALYST, 403, 403),
        (StaffRole.CUSTODIAN, 403, 403),
        (StaffRole.ADMINISTRATOR, 403, 403),
    ],
)
def test_who_may_write_and_read(
    client: TestClient, store: Store, post: Post, bearer: Bearer, role: StaffRole, writes: int, looks: int
) -> None:
    post(TEXT)
    (report_id,) = work(store)
    path, headers = f"/v1/reports/{report_id}/messages", bearer(role)
    assert client.get(path, headers=headers).status_code == looks
    assert client.get("/v1/messages/waiting", headers=headers).status_code == looks
    assert client.post(path, json={"text": "请问？"}, headers=headers).status_code == writes


def test_who_does_not_see_the_report_learns_not_that_there_are_messages(
    client: TestClient, store: Store, post: Post, bearer: Bearer
) -> None:
    receipt = post(TEXT).json()["receipt"]
    (report_id,) = work(store)
    adds(client, receipt)
    work(store)
    elsewhere = bearer(StaffRole.INVESTIGATOR, "52")
    path = f"/v1/reports/{report_id}/messages"
    for answer in (
        client.get(path, headers=elsewhere),
        client.post(path, json={"text": "请问？"}, headers=elsewhere),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (404, "没有这件举报。 · There is no such report.")
    assert client.get("/v1/messages/waiting", headers=elsewhere).json() == {"waiting": [], "more": False}
