"""Who a reporter is, over the network: asked for, decided on by custodians, opened by whoever asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from api_samples import TEXT
from starlette.testclient import TestClient

from triage.model import StaffRole, Way
from triage.store import Store

Bearer = Callable[..., dict[str, str]]
Assessed = Callable[..., list[str]]
Post = Callable[..., Any]
PATH = "/v1/identities/requests"
NAME, CONTACT = "李大山", "13800138000"


@pytest.fixture
def named(post: Post, assessed: Assessed) -> str:
    """A report of high level that somebody sent with name and contact; its id."""
    assert post(TEXT, reporter={"name": NAME, "contact": CONTACT}).status_code == 202
    return assessed("另一封信")[0]


def ask(client: TestClient, report_id: str, headers: dict[str, str], **changes: Any) -> Any:
    given = {"report": report_id, "reason": "feedback", "note": "须答复实名举报人", **changes}
    return client.post(PATH, json=given, headers=headers)


def decide(client: TestClient, request: str, headers: dict[str, str], decision: str = "approve", **more: Any) -> Any:
    return client.post(f"{PATH}/{request}/decisions", json={"decision": decision, **more}, headers=headers)


def test_two_custodians_let_whoever_asked_open_name_and_contact(client: TestClient, named: str, bearer: Bearer) -> None:
    asker, first, second = bearer(), bearer(StaffRole.CUSTODIAN), bearer(StaffRole.CUSTODIAN)
    made = ask(client, named, asker)
    assert made.status_code == 201
    request = made.json()["id"]
    assert (made.json()["state"], made.json()["needed"], made.json()["approvals"]) == ("waiting", 2, 0)
    (line,) = client.get(PATH, headers=first).json()["requests"]
    assert (line["id"], line["report"], line["risk"], line["reason"]) == (request, named, "high", "feedback")
    assert TEXT not in client.get(f"{PATH}/{request}", headers=first).text
    assert decide(client, request, first).status_code == 201
    early = client.post(f"{PATH}/{request}/open", headers=asker)
    assert (early.status_code, early.json()["rule"]) == (422, "not_approved")
    assert decide(client, request, first).json()["rule"] == "decided"
    approved = decide(client, request, second).json()
    assert (approved["state"], approved["answer_by"], len(approved["acts"])) == ("approved", None, 2)
    opened = client.post(f"{PATH}/{request}/open", headers=asker)
    assert opened.json() == {"request": request, "report": named, "name": NAME, "contact": CONTACT}
    assert opened.headers["cache-control"] == "no-store"
    (own,) = client.get(PATH, headers=asker).json()["requests"]
    assert (own["opened"], own["state"]) == (1, "approved")
    assert client.get(PATH, headers=first).json()["requests"] == []
    assert len(client.get(f"{PATH}?all=true", headers=first).json()["requests"]) == 1


def test_a_list_that_ends_before_the_last_request_says_that_there_are_more(
    client: TestClient, named: str, bearer: Bearer
) -> None:
    custodian = bearer(StaffRole.CUSTODIAN)
    for asker in (bearer(), bearer()):
        assert ask(client, named, asker).status_code == 201
    for limit, more in ((1, True), (2, False)):
        told = client.get(f"{PATH}?limit={limit}", headers=custodian).json()
        assert (len(told["requests"]), told["more"]) == (limit, more)


def test_a_refusal_says_why_and_a_request_can_be_taken_back(client: TestClient, named: str, bearer: Bearer) -> None:
    asker, custodian = bearer(), bearer(StaffRole.CUSTODIAN)
    request = ask(client, named, asker).json()["id"]
    assert decide(client, request, custodian, "refuse").json()["field"] == "note"
    told = decide(client, request, custodian, "refuse", note="可凭回执答复").json()
    assert (told["state"], told["acts"][0]["note"]) == ("refused", "可凭回执答复")
    second = ask(client, named, asker).json()["id"]
    assert client.post(f"{PATH}/{second}/withdraw", headers=asker).json()["state"] == "withdrawn"
    late = client.post(f"{PATH}/{second}/open", headers=asker)
    assert (late.status_code, late.json()["rule"]) == (422, "withdrawn")


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"reason": "curiosity"}, "reason", None),
        ({"note": ""}, "note", "missing"),
        ({"note": "长" * 2001}, "note", "too_long"),
        ({"why": "x"}, "body", "unknown_field"),
    ],
)
def test_a_request_that_breaks_a_rule_is_told_by_its_field(
    client: TestClient, named: str, bearer: Bearer, changes: dict[str, str], field: str, rule: str | None
) -> None:
    answer = ask(client, named, bearer(), **changes)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert rule is None or answer.json()["rule"] == rule


def test_a_report_without_a_name_is_told_at_once(client: TestClient, assessed: Assessed, bearer: Bearer) -> None:
    answer = ask(client, assessed()[0], bearer())
    assert (answer.status_code, answer.json()["rule"]) == (422, "without_name")


def test_what_is_not_to_be_seen_looks_like_what_is_not_there(
    client: TestClient, store: Store, post: Post, assessed: Assessed, named: str, bearer: Bearer
) -> None:
    asker, elsewhere, other = bearer(), bearer(StaffRole.INVESTIGATOR, "52"), bearer()
    custodian = bearer(StaffRole.CUSTODIAN, "52")
    request = ask(client, named, asker).json()["id"]
    post("县委书记收了钱", reporter={"name": NAME, "contact": CONTACT})
    sealed = assessed("省长也收了", way=Way.SEALED_UP)[0]
    absent = ask(client, "0" * 26, asker)
    for answer in (ask(client, named, elsewhere), ask(client, sealed, asker)):
        assert (answer.status_code, answer.content) == (404, absent.content)
    nobodys = client.get(f"{PATH}/{'0' * 26}", headers=asker)
    assert nobodys.status_code == 404
    for headers in (elsewhere, other, custodian):
        assert client.get(f"{PATH}/{request}", headers=headers).content == nobodys.content
    for headers in (elsewhere, other):
        assert client.post(f"{PATH}/{request}/open", headers=headers).content == nobodys.content
    assert decide(client, request, custodian).content == nobodys.content


@pytest.mark.parametrize("role", [role for role in StaffRole if role not in {StaffRole.WORKER, StaffRole.CUSTODIAN}])
def test_each_role_does_what_is_its_own(client: TestClient, named: str, bearer: Bearer, role: StaffRole) -> None:
    asks = role in {StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR}
    headers = bearer(role)
    assert ask(client, named, headers).status_code == (201 if asks else 403)
    assert client.get(PATH, headers=headers).status_code == (200 if asks else 403)
    request = ask(client, named, bearer()).json()["id"]
    assert decide(client, request, headers).status_code == 403
    assert client.post(f"{PATH}/{request}/open", headers=headers).status_code == (404 if asks else 403)
    assert client.post(f"{PATH}/{request}/open").status_code == 401


def test_a_revoked_token_opens_nothing(client: TestClient, store: Store, named: str, bearer: Bearer) -> None:
    asker = bearer()
    token = store.staff.listed()[-1].id
    request = ask(client, named, asker).json()["id"]
    for _ in range(2):
        decide(client, request, bearer(StaffRole.CUSTODIAN))
    store.revoke_token(token)
    assert client.post(f"{PATH}/{request}/open", headers=asker).status_code == 401


def test_no_log_line_and_no_other_answer_holds_name_or_contact(
    client: TestClient, named: str, bearer: Bearer, caplog: pytest.LogCaptureFixture
) -> None:
    asker, custodians = bearer(), [bearer(StaffRole.CUSTODIAN) for _ in range(2)]
    answers: list[str] = []
    with caplog.at_level(logging.DEBUG):
        request = ask(client, named, asker).json()["id"]
        answers += [decide(client, request, headers).text for headers in custodians]
        opened = client.post(f"{PATH}/{request}/open", headers=asker)
        answers += [client.get(f"{PATH}/{request}", headers=headers).text for headers in (asker, *custodians)]
        answers += [client.get(f"/v1/reports/{named}", headers=asker).text]
        answers += [client.get(f"/v1/matters/{named}", headers=asker).text]
    assert NAME in opened.text
    formatter = logging.Formatter()
    told = "\n".join([*answers, *map(formatter.format, caplog.records)])
    assert NAME not in told
    assert CONTACT not in told
