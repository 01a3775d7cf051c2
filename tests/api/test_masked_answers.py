"""No staff route tells who wrote a report, except the one that shows it as it came, which stands in the log."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from tests.letters_of_reporters import LETTER, OPEN, SECRETS, TITLE, reading
from triage.model import Case, Judgement, Level, Route, StaffRole, Verdict, Way
from triage.pipeline import rebuild
from triage.search.watching import Watcher
from triage.store import WORKER, Assessed, Priority, Store
from triage.store.tables import audit

Bearer = Callable[..., dict[str, str]]
WHOLE = f"{TITLE}\n{LETTER}"
"""The letter as it is stored, with its title."""
OTHER = LETTER + "\n附：同村另有三户。"
TURNS = [{"speaker": "agent", "text": "您贵姓？"}, {"speaker": "caller", "text": LETTER.replace("\n", " ")}]
NOTHING = "01J00000000000000000000000"


@pytest.fixture
def letters(app: FastAPI, client: TestClient, store: Store) -> list[str]:
    """Two letters and a call of one person: read, of one case, indexed, drawn for review, alerted, with a link that waits."""
    for body in ({"text": LETTER, "title": TITLE}, {"text": OTHER}):
        assert client.post("/v1/reports", json=body).status_code == 202
    assert client.post("/v1/transcripts", json={"turns": TURNS}).status_code == 202
    reports = store.claim(10)
    ids = [report.id for report in reports]
    features = ("same_sender:0:0", "same_name:1:1", "contact", "same_date", "same_programme", "same_village:5:5")
    line = Judgement(ids[1], ids[0], Verdict.SAME, 0.99, "link-1", features, joined=True)
    route = Route(Way.OWN, "513431", None, True, ("money_taken",))
    high = Priority(Level.HIGH, 6.5, True)
    store.save_assessed(
        [
            Assessed(one.id, reading(one.text), route, high, (), (line,) if one.id == ids[1] else (), ("party",))
            for one in reports
        ]
    )
    store.save_cases([Case(ids[0], (ids[0], ids[1]))])
    unsure = Judgement(ids[2], ids[0], Verdict.UNSURE, 0.4, "link-1", ("same_sender:0:0", "same_name:1:1"))
    store.save_judgements([unsure], WORKER)
    finder = app.state.service.finder
    rebuild(store, finder.index)
    return ids


def requests(client: TestClient, headers: dict[str, str], ids: list[str]) -> dict[tuple[str, str], Any]:
    """The answers of every staff route, by method and path as the description of the interface has it; some of several."""
    one, other, third = ids

    def ask(method: str, path: str, body: Any = None) -> Any:
        return client.request(method, path, headers=headers, json=body)

    search = ask("POST", "/v1/searches", {"name": "危房", "question": {"q": "危房改造"}})
    return {
        ("POST", "/v1/searches"): [search],
        ("POST", "/v1/search"): [
            ask("POST", "/v1/search", question)
            for question in ({"q": SECRETS[0]}, {"q": SECRETS[2]}, {"q": "青禾"}, {"q": "王守田", "group": "case"}, {"like": one}, {})
        ],
        ("GET", "/v1/reports/{id}"): [ask("GET", f"/v1/reports/{name}") for name in ids],
        ("GET", "/v1/cases/{id}"): [ask("GET", f"/v1/cases/{name}") for name in ids],
        ("GET", "/v1/referrals"): [ask("GET", "/v1/referrals")],
        ("GET", "/v1/stuck"): [ask("GET", "/v1/stuck")],
        ("GET", "/v1/sealed"): [ask("GET", "/v1/sealed")],
        ("GET", "/v1/suggestions"): [ask("GET", "/v1/suggestions")],
        ("GET", "/v1/searches"): [ask("GET", "/v1/searches")],
        ("POST", "/v1/searches/estimate"): [ask("POST", "/v1/searches/estimate", {"question": {"q": "危房改造"}})],
        ("POST", "/v1/searches/{id}/snooze"): [ask("POST", f"/v1/searches/{NOTHING}/snooze", {"days": 2})],
        ("DELETE", "/v1/searches/{id}/snooze"): [ask("DELETE", f"/v1/searches/{NOTHING}/snooze")],
        ("DELETE", "/v1/searches/{id}"): [ask("DELETE", f"/v1/searches/{NOTHING}")],
        ("GET", "/v1/alerts"): [ask("GET", "/v1/alerts")],
        ("POST", "/v1/alerts/seen"): [ask("POST", "/v1/alerts/seen", {"ids": []})],
        ("GET", "/v1/matters"): [ask("GET", "/v1/matters?state=received")],
        ("GET", "/v1/matters/clocks"): [ask("GET", "/v1/matters/clocks")],
        ("GET", "/v1/matters/{id}"): [ask("GET", f"/v1/matters/{one}")],
        ("POST", "/v1/matters/{id}/steps"): [ask("POST", f"/v1/matters/{one}/steps", {"state": "accepted", "seen": 0})],
        ("POST", "/v1/matters/{id}/repeats"): [ask("POST", f"/v1/matters/{one}/repeats", {})],
        ("POST", "/v1/matters/{id}/clocks"): [ask("POST", f"/v1/matters/{one}/clocks", {"act": "pause", "note": "x"})],
        ("POST", "/v1/matters/{id}/clearing"): [ask("POST", f"/v1/matters/{one}/clearing", {"act": "order", "seen": 0, "whom": "王守田"})],
        ("POST", "/v1/referrals/{id}/take"): [ask("POST", f"/v1/referrals/{one}/take")],
        ("POST", "/v1/referrals/{id}/give-back"): [ask("POST", f"/v1/referrals/{one}/give-back")],
        ("GET", "/v1/reviews/next"): [ask("GET", "/v1/reviews/next")],
        ("GET", "/v1/reviews/waiting"): [ask("GET", "/v1/reviews/waiting")],
        ("GET", "/v1/reports/{id}/reviews"): [ask("GET", f"/v1/reports/{one}/reviews")],
        ("POST", "/v1/reports/{id}/reviews"): [ask("POST", f"/v1/reports/{one}/reviews", {"decision": "confirm"})],
        ("POST", "/v1/judgements"): [ask("POST", "/v1/judgements", {"report": third, "other": one, "verdict": "same"})],
        ("POST", "/v1/judgements/undo"): [ask("POST", "/v1/judgements/undo", {})],
        ("POST", "/v1/cases/{id}/split"): [ask("POST", f"/v1/cases/{one}/split", {"reports": [other]})],
        ("POST", "/v1/cases/{id}/merge"): [ask("POST", f"/v1/cases/{one}/merge", {"other": other})],
        ("POST", "/v1/cases/{id}/move"): [ask("POST", f"/v1/cases/{one}/move", {"report": third, "to": one})],
        ("GET", "/v1/messages/waiting"): [ask("GET", "/v1/messages/waiting")],
        ("GET", "/v1/reports/{id}/messages"): [ask("GET", f"/v1/reports/{name}/messages") for name in ids],
        ("POST", "/v1/reports/{id}/messages"): [ask("POST", f"/v1/reports/{one}/messages", {"text": "请问是哪一年？"})],
        ("POST", "/v1/identities/requests"): [ask("POST", "/v1/identities/requests", {"report": one, "reason": "feedback", "note": "x"})],
        ("GET", "/v1/identities/requests"): [ask("GET", "/v1/identities/requests")],
        ("GET", "/v1/identities/requests/{id}"): [ask("GET", f"/v1/identities/requests/{NOTHING}")],
        ("POST", "/v1/identities/requests/{id}/decisions"): [ask("POST", f"/v1/identities/requests/{NOTHING}/decisions", {"decision": "approve"})],
        ("POST", "/v1/identities/requests/{id}/withdraw"): [ask("POST", f"/v1/identities/requests/{NOTHING}/withdraw")],
        ("POST", "/v1/identities/requests/{id}/open"): [ask("POST", f"/v1/identities/requests/{NOTHING}/open")],
        ("GET", "/v1/trends"): [ask("GET", "/v1/trends?month=2026-11")],
        ("GET", "/v1/trends/schema"): [ask("GET", "/v1/trends/schema")],
        ("GET", "/v1/trends/{month}.{form}"): [ask("GET", f"/v1/trends/2026-11.{form}") for form in ("html", "json")],
        ("POST", "/v1/reports/{id}/unmasked"): [ask("POST", f"/v1/reports/{one}/unmasked", {"reason": "no reason"})],
    }  # fmt: skip


@pytest.mark.parametrize("role", [StaffRole.SUPERVISOR, StaffRole.REVIEWER])
def test_no_staff_route_tells_who_wrote_a_report_or_how_they_are_reached(
    app: FastAPI, client: TestClient, store: Store, letters: list[str], bearer: Bearer, role: StaffRole
) -> None:
    headers = bearer(role)
    saved = client.post("/v1/searches", json={"name": "全部", "question": {"q": "欧阳青禾"}}, headers=headers)
    assert saved.status_code == 201
    Watcher(app.state.service.finder).look(letters)
    alerts = client.get("/v1/alerts", headers=headers)
    assert len(alerts.json()["alerts"]) == 3
    assert secrets_in(alerts.text) == []
    client.delete(f"/v1/searches/{saved.json()['search']['id']}", headers=headers)
    answers = requests(client, headers, letters)
    staff = {
        (method.upper(), re.sub(r"\{(report|case|search|referral|request)_id\}", "{id}", path))
        for path, methods in app.openapi()["paths"].items()
        for method, told in methods.items()
        if told.get("security")
    }
    assert set(answers) == staff, "a new staff route needs its request in this test"
    for route, given in answers.items():
        for answer in given:
            assert answer.status_code < 500, route
            assert secrets_in(answer.text) == [], (route, answer.text)
    assert all(answer.status_code == 200 for answer in answers["GET", "/v1/cases/{id}"])
    assert [answer.json()["total"] for answer in answers["POST", "/v1/search"][:3]] == [3, 3, 3], (
        "ids never change by it"
    )


def secrets_in(text: str) -> list[str]:
    if text[:1] in ("{", "["):
        answer = json.loads(text)
        # What the asker asked for themselves is told back
        answer.pop("also_searched_for", None)
        text = json.dumps(answer, ensure_ascii=False)
    return [one for one in SECRETS if one in text]


def test_a_report_is_covered_character_for_character_and_what_is_told_stays(
    client: TestClient, letters: list[str], bearer: Bearer
) -> None:
    told = client.get(f"/v1/reports/{letters[0]}", headers=bearer()).json()
    assert (told["masked"], told["title"]) == (True, "●●●●反映危房款")
    assert told["covered"] == len(re.findall("●+", told["text"])) + len(re.findall("●+", told["title"]))
    assert len(told["text"]) == len(WHOLE)
    assert [one for one in OPEN if one not in told["text"]] == []
    for entity in (one for some in told["assessment"]["entities"].values() for one in some):
        assert told["text"][entity["start"] : entity["end"]] == entity["text"]
    accused = next(one for one in told["assessment"]["parties"] if one["role"] == "accused")
    assert accused["name"] == "王守田"


def test_the_turns_of_a_call_are_covered_as_its_text_is(client: TestClient, letters: list[str], bearer: Bearer) -> None:
    told = client.get(f"/v1/reports/{letters[2]}", headers=bearer()).json()
    assert "".join(f"{turn['label']}：{turn['text']}\n" for turn in told["turns"]) == told["text"]
    assert told["turns"][0]["text"] == "您贵姓？"
    assert told["turns"][1]["text"].startswith("我叫●●●●，住柳林村●●●●●，电话●●●●●●●●●●●")


def test_a_search_for_a_covered_name_finds_the_report_and_shows_it_covered(
    client: TestClient, letters: list[str], bearer: Bearer
) -> None:
    found = client.post("/v1/search", json={"q": "欧阳青禾"}, headers=bearer()).json()
    assert {hit["id"] for hit in found["hits"]} == set(letters)
    snippet = next(hit["snippet"] for hit in found["hits"] if hit["id"] == letters[0])
    start, end = snippet["spans"][0]
    assert snippet["text"][start:end] == "●●●●"


def test_seeing_a_report_as_it_came_is_an_act_in_the_log_each_time(
    client: TestClient, store: Store, letters: list[str], bearer: Bearer
) -> None:
    headers = bearer(StaffRole.INVESTIGATOR)
    for reason in ("contact_reporter", "verify"):
        told = client.post(f"/v1/reports/{letters[0]}/unmasked", json={"reason": reason}, headers=headers).json()
        assert (told["masked"], told["text"], told["title"]) == (False, WHOLE, TITLE)
        assert told["covered"] > 5
    assert client.get(f"/v1/reports/{letters[0]}", headers=headers).json()["masked"] is True
    with store._database.read() as connection:
        rows = connection.execute(select(audit).where(audit.c.act == "unmasked").order_by(audit.c.seq)).all()
    assert [(row.role, row.subjects, json.loads(row.detail)) for row in rows] == [
        ("investigator", letters[0], {"reason": "contact_reporter"}),
        ("investigator", letters[0], {"reason": "verify"}),
    ]
    assert store.verify_audit().waiting >= 2


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.WORKER])
def test_only_those_who_decide_on_a_report_see_it_as_it_came(
    client: TestClient, letters: list[str], bearer: Bearer, role: StaffRole
) -> None:
    answer = client.post(f"/v1/reports/{letters[0]}/unmasked", json={"reason": "verify"}, headers=bearer(role))
    may = role in (StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR)
    assert answer.status_code == (200 if may else 403)
    assert may is (secrets_in(answer.text) != [])


def test_whoever_may_not_see_a_report_does_not_learn_by_unmasking_that_it_exists(
    client: TestClient, letters: list[str], bearer: Bearer
) -> None:
    elsewhere = bearer(StaffRole.SUPERVISOR, "11")
    kept, unknown = (
        client.post(f"/v1/reports/{one}/unmasked", json={"reason": "verify"}, headers=elsewhere)
        for one in (letters[0], NOTHING)
    )
    assert (kept.status_code, kept.json()) == (unknown.status_code, unknown.json())
    assert kept.status_code == 404


@pytest.mark.parametrize("body", [{}, {"reason": "curious"}, {"reason": "verify", "note": "x"}])
def test_a_look_without_a_known_reason_is_refused_and_names_the_field(
    client: TestClient, letters: list[str], bearer: Bearer, body: dict[str, str]
) -> None:
    answer = client.post(f"/v1/reports/{letters[0]}/unmasked", json=body, headers=bearer())
    assert answer.status_code == 422
    assert secrets_in(answer.text) == []
