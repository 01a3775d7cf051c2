"""Saved searches and alerts through the API: what their owner sees, and what is wrong with bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api_samples import TEXT
from fastapi import FastAPI
from starlette.testclient import TestClient

from triage.model import Case, StaffRole, Way
from triage.pipeline import rebuild
from triage.search.estimates import SHANGHAI
from triage.search.watching import Watcher
from triage.store import Store

CANARY = "王守田"
QUESTION = {"q": CANARY, "place": "昭觉县", "risk": "high"}
ID = "01J00000000000000000000000"
Bearer = Callable[..., dict[str, str]]
Arrive = Callable[..., list[str]]


@pytest.fixture
def arrive(app: FastAPI, store: Store, assessed: Callable[..., list[str]]) -> Arrive:
    """Reports come in, are indexed and looked at by the worker; their ids."""

    def done(*texts: str, **where: Any) -> list[str]:
        ids = assessed(*texts, **where)
        finder = app.state.service.finder
        rebuild(store, finder.index)
        Watcher(finder).look(ids)
        return ids

    return done


@pytest.fixture
def save(client: TestClient) -> Callable[..., Any]:
    def saved(headers: dict[str, str], name: str = "危房款", **question: str) -> Any:
        answer = client.post("/v1/searches", json={"name": name, "question": question or QUESTION}, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return saved


def alerts(client: TestClient, headers: dict[str, str], query: str = "") -> Any:
    return client.get("/v1/alerts" + query, headers=headers).json()


def told_alerts(client: TestClient, headers: dict[str, str]) -> Any:
    """A page without the moment at which it was made."""
    page = alerts(client, headers)
    assert datetime.fromisoformat(page.pop("shown_at")).tzinfo is not None
    return page


def test_an_alert_says_which_words_and_filters_made_it_fire(
    client: TestClient, bearer: Bearer, save: Callable[..., Any], arrive: Arrive
) -> None:
    headers = bearer()
    made = save(headers)["search"]
    (report_id,) = arrive()
    (alert,) = alerts(client, headers)["alerts"]
    assert (alert["report_id"], alert["search_id"], alert["search"]) == (report_id, made["id"], "危房款")
    assert (alert["event"], alert["risk"], alert["place"], alert["seen_at"]) == ("new", "high", "513431", None)
    why = alert["why"]
    assert (why["words"], why["filters"], why["still"]) == ([CANARY], {"place": "昭觉县", "risk": "high"}, True)
    assert [TEXT[start:end] for start, end in why["spans"]] == [CANARY]
    assert [why["snippet"]["text"][start:end] for start, end in why["snippet"]["spans"]] == [CANARY]


def test_a_saved_search_stands_in_the_list_of_its_token_alone(
    client: TestClient, bearer: Bearer, save: Callable[..., Any], arrive: Arrive
) -> None:
    headers, other = bearer(), bearer()
    made = save(headers)["search"]
    arrive()
    (listed,) = client.get("/v1/searches", headers=headers).json()["searches"]
    assert listed == {**made, "unseen": 1}
    assert listed["question"] == QUESTION
    assert client.get("/v1/searches", headers=other).json() == {"searches": []}
    assert told_alerts(client, other) == {"alerts": [], "held": [], "cursor": None}
    for method, path in (("POST", "/snooze"), ("DELETE", "/snooze"), ("DELETE", "")):
        body = {"days": 3} if method == "POST" else None
        answer = client.request(method, f"/v1/searches/{made['id']}{path}", json=body, headers=other)
        absent = client.request(method, f"/v1/searches/{ID}{path}", json=body, headers=other)
        assert answer.status_code == absent.status_code == 404
        assert answer.content == absent.content


def test_reports_of_another_place_and_sealed_ones_alert_nobody_here(
    client: TestClient, bearer: Bearer, save: Callable[..., Any], arrive: Arrive
) -> None:
    headers = bearer(StaffRole.INVESTIGATOR, "62")
    save(headers, q=CANARY)
    arrive(division="513431")
    arrive(way=Way.SEALED_UP, division="621124")
    assert alerts(client, headers)["alerts"] == []
    arrive(division="621124")
    assert len(alerts(client, headers)["alerts"]) == 1


def test_an_estimate_saves_nothing_and_says_when_there_is_too_little_to_tell(
    client: TestClient, bearer: Bearer, arrive: Arrive
) -> None:
    headers = bearer()
    arrive()
    told = client.post("/v1/searches/estimate", json={"question": QUESTION}, headers=headers).json()
    today = datetime.now(UTC).astimezone(SHANGHAI).date().isoformat()
    assert (told["total"], told["a_day"], told["days"], told["reports"]) == (1, 1.0, 1, 1)
    assert (told["busiest"], told["most"], told["by_day"]) == (today, 1, {today: 1})
    assert told["ground"] == "few_days"
    assert "too little to tell" in told["told"]
    assert client.get("/v1/searches", headers=headers).json() == {"searches": []}
    elsewhere = bearer(StaffRole.INVESTIGATOR, "52")
    hidden = client.post("/v1/searches/estimate", json={"question": QUESTION}, headers=elsewhere).json()
    assert (hidden["total"], hidden["ground"]) == (0, "no_reports")


def test_a_snooze_holds_alerts_back_as_a_count_until_it_ends(
    client: TestClient, bearer: Bearer, save: Callable[..., Any], arrive: Arrive
) -> None:
    headers = bearer()
    made = save(headers)["search"]
    told = client.post(f"/v1/searches/{made['id']}/snooze", json={"days": 7}, headers=headers).json()
    wakes = datetime.fromisoformat(told["snoozed_until"]).astimezone(SHANGHAI)
    assert (wakes.hour, wakes.minute) == (0, 0)
    assert wakes.date() == datetime.now(UTC).astimezone(SHANGHAI).date() + timedelta(days=7)
    arrive()
    page = alerts(client, headers)
    assert page["alerts"] == []
    assert page["held"] == [
        {"search_id": made["id"], "search": "危房款", "alerts": 1, "until": told["snoozed_until"]},
    ]
    woken = client.delete(f"/v1/searches/{made['id']}/snooze", headers=headers)
    assert woken.json() == {"id": made["id"], "snoozed_until": None}
    page = alerts(client, headers)
    assert (len(page["alerts"]), page["held"]) == (1, [])


def test_reading_marks_nothing_and_what_is_marked_leaves_the_list(
    client: TestClient, bearer: Bearer, save: Callable[..., Any], arrive: Arrive
) -> None:
    headers = bearer()
    save(headers)
    arrive(TEXT, TEXT + "！", TEXT + "？")
    newest, middle, oldest = (one["id"] for one in alerts(client, headers)["alerts"])
    assert [one["id"] for one in alerts(client, headers)["alerts"]] == [newest, middle, oldest]

    def mark(**body: Any) -> Any:
        return client.post("/v1/alerts/seen", json=body, headers=headers)

    assert mark(ids=[newest]).json() == {"seen": 1}
    assert mark(up_to=middle).json() == {"seen": 2}
    assert mark(up_to=middle).json() == {"seen": 0}
    assert alerts(client, headers)["alerts"] == []
    assert all(one["seen_at"] for one in alerts(client, headers, "?all=true")["alerts"])
    assert mark(ids=[ID]).status_code == mark(up_to=ID).status_code == 404


def test_a_page_is_marked_as_it_was_shown_and_what_woke_since_stays(
    client: TestClient, bearer: Bearer, save: Callable[..., Any], arrive: Arrive
) -> None:
    headers = bearer()
    asleep = save(headers, "睡着", q=CANARY)["search"]["id"]
    client.post(f"/v1/searches/{asleep}/snooze", json={"days": 1}, headers=headers)
    save(headers)
    arrive(TEXT, TEXT + "！")
    page = alerts(client, headers)
    client.delete(f"/v1/searches/{asleep}/snooze", headers=headers)
    newest, oldest = page["alerts"][0]["id"], page["alerts"][-1]["id"]
    body = {"up_to": newest, "down_to": oldest, "shown_at": page["shown_at"]}
    assert client.post("/v1/alerts/seen", json=body, headers=headers).json() == {"seen": 2}
    assert [one["search_id"] for one in alerts(client, headers)["alerts"]] == [asleep, asleep]


def test_pages_of_alerts_go_on_where_they_ended(
    client: TestClient, bearer: Bearer, save: Callable[..., Any], arrive: Arrive
) -> None:
    headers = bearer()
    save(headers)
    ids = arrive(*(f"{TEXT}{number}" for number in range(5)))
    first = alerts(client, headers, "?limit=3")
    arrive(TEXT + "又一封")
    second = alerts(client, headers, f"?limit=3&cursor={first['cursor']}")
    assert [one["report_id"] for one in first["alerts"] + second["alerts"]] == ids[::-1]
    assert second["cursor"] is None


def test_a_removed_search_takes_its_alerts_along(
    client: TestClient, bearer: Bearer, save: Callable[..., Any], arrive: Arrive
) -> None:
    headers = bearer()
    made = save(headers)["search"]
    arrive()
    gone = client.delete(f"/v1/searches/{made['id']}", headers=headers)
    assert gone.json() == {"removed": made["id"], "alerts": 1}
    assert told_alerts(client, headers) == {"alerts": [], "held": [], "cursor": None}
    assert client.delete(f"/v1/searches/{made['id']}", headers=headers).status_code == 404


@pytest.mark.parametrize("role", [role for role in StaffRole if not role.reads_text])
def test_roles_that_read_no_text_are_told_so(client: TestClient, bearer: Bearer, role: StaffRole) -> None:
    headers = bearer(role)
    asked = {"name": "n", "question": QUESTION}
    for method, path, body in (
        ("POST", "/v1/searches", asked),
        ("POST", "/v1/searches/estimate", {"question": QUESTION}),
        ("GET", "/v1/searches", None),
        ("GET", "/v1/alerts", None),
        ("POST", "/v1/alerts/seen", {"up_to": ID}),
        ("POST", f"/v1/searches/{ID}/snooze", {"days": 1}),
        ("DELETE", f"/v1/searches/{ID}", None),
    ):
        answer = client.request(method, path, json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), path


def question(**fields: Any) -> dict[str, Any]:
    return {"name": "n", "question": fields}


BAD: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("no name", "/v1/searches", {"question": QUESTION}, "name", "missing"),
    ("name null", "/v1/searches", {"name": None, "question": QUESTION}, "name", "type"),
    ("name of spaces", "/v1/searches", {"name": " 　\n", "question": QUESTION}, "name", "empty"),
    ("name too long", "/v1/searches", {"name": CANARY * 30, "question": QUESTION}, "name", "too_long"),
    ("no question", "/v1/searches", {"name": "n"}, "question", "missing"),
    ("question a string", "/v1/searches", {"name": "n", "question": CANARY}, "question", "type"),
    ("question empty", "/v1/searches", question(), "question", "empty"),
    ("question of spaces", "/v1/searches", question(q=" "), "question", "empty"),
    ("only an order", "/v1/searches", question(sort="risk"), "question", "empty"),
    ("a page", "/v1/searches", question(q=CANARY, limit=5), "question.limit", "unknown_field"),
    ("a cursor", "/v1/searches", question(q=CANARY, cursor="x"), "question.cursor", "unknown_field"),
    ("unknown field", "/v1/searches", question(query=CANARY), "question", "unknown_field"),
    ("open quotation", "/v1/searches", question(q=f'"{CANARY}'), "question.q", "quote"),
    ("a case that is nobody's", "/v1/searches", question(q=f"case:{ID}"), "question.q", "unknown"),
    ("a lone minus", "/v1/searches", question(q=f"{CANARY} -"), "question.q", "sign"),
    ("unknown category", "/v1/searches", question(category=CANARY), "question.category", "unknown"),
    ("unknown place", "/v1/searches", question(place=CANARY), "question.place", "unknown"),
    ("month in words", "/v1/searches", question(month="五月"), "question.month", "form"),
    ("unknown risk", "/v1/searches/estimate", {"question": {"risk": CANARY}}, "question.risk", "unknown"),
    ("a name", "/v1/searches/estimate", {"name": CANARY, "question": QUESTION}, "body", "unknown_field"),
    ("no end", f"/v1/searches/{ID}/snooze", {}, "until", "either"),
    ("two ends", f"/v1/searches/{ID}/snooze", {"days": 3, "until": "2030-01-01"}, "until", "either"),
    ("too long", f"/v1/searches/{ID}/snooze", {"days": 91}, "days", "range"),
    ("half a day", f"/v1/searches/{ID}/snooze", {"days": 0.5}, "days", "type"),
    ("a day gone by", f"/v1/searches/{ID}/snooze", {"until": "2019-11-30"}, "until", "range"),
    ("no date", f"/v1/searches/{ID}/snooze", {"until": CANARY}, "until", "form"),
    ("nothing seen", "/v1/alerts/seen", {}, "ids", "either"),
    ("no ids", "/v1/alerts/seen", {"ids": []}, "ids", "either"),
    ("both", "/v1/alerts/seen", {"ids": [ID], "up_to": ID}, "ids", "either"),
    ("too many", "/v1/alerts/seen", {"ids": [ID] * 201}, "ids", "too_many"),
    ("ids a string", "/v1/alerts/seen", {"ids": ID}, "ids", "type"),
    ("a page without its newest", "/v1/alerts/seen", {"ids": [ID], "down_to": ID}, "up_to", "missing"),
    ("an oldest that is none", "/v1/alerts/seen", {"up_to": ID, "down_to": CANARY}, "down_to", "form"),
]


@pytest.mark.parametrize(("path", "body", "field", "rule"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_bad_input_is_named_by_field_and_rule_and_never_repeated(
    client: TestClient, bearer: Bearer, path: str, body: dict[str, Any], field: str, rule: str
) -> None:
    headers = bearer()
    answer = client.post(path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, field, rule), answer.text
    assert CANARY not in answer.text
    assert client.get("/v1/searches", headers=headers).json() == {"searches": []}


@pytest.mark.parametrize(
    ("query", "field", "rule"),
    [("?limit=0", "limit", "range"), ("?limit=201", "limit", "range"), ("?cursor=x", "cursor", "unknown")],
)
def test_a_slip_in_the_address_of_alerts_is_named(
    client: TestClient, bearer: Bearer, query: str, field: str, rule: str
) -> None:
    answer = client.get("/v1/alerts" + query, headers=bearer())
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, field, rule)


def test_the_description_shows_a_question_without_pages(app: FastAPI) -> None:
    forms = app.openapi()["components"]["schemas"]
    assert {"q", "category", "place", "month", "risk", "channel"} <= forms["QuestionIn"]["properties"].keys()
    assert not {"limit", "cursor"} & forms["QuestionIn"]["properties"].keys()
    assert {"limit", "cursor"} <= forms["SearchIn"]["properties"].keys()


def test_an_alert_on_an_accused_who_sounds_alike_shows_the_name_as_the_report_writes_it(
    client: TestClient, bearer: Bearer, save: Callable[..., Any], arrive: Arrive
) -> None:
    headers = bearer()
    save(headers, q="被举报人:王首田 金额:>1万")
    arrive()
    (alert,) = alerts(client, headers)["alerts"]
    assert (alert["why"]["words"], alert["why"]["still"]) == ([CANARY], True)
    for name, value in (("like", ID), ("group", "case")):
        question = {"q": CANARY, name: value}
        answer = client.post("/v1/searches", json={"name": "x", "question": question}, headers=headers)
        assert (answer.status_code, answer.json()["field"]) == (422, f"question.{name}")


def test_a_saved_search_for_the_case_of_a_report_that_stands_alone_hears_of_the_second(
    app: FastAPI, client: TestClient, store: Store, bearer: Bearer, save: Callable[..., Any], arrive: Arrive
) -> None:
    headers = bearer()
    (first,) = arrive()
    save(headers, q=f"案件:{first}")
    (second,) = arrive(TEXT + "请查。")
    assert alerts(client, headers)["alerts"] == []
    store.save_cases([Case(first, (first, second))])
    arrive("谢谢扶贫队，路修好了。")
    Watcher(app.state.service.finder).look([first, second])
    assert {alert["report_id"] for alert in alerts(client, headers)["alerts"]} == {first, second}
