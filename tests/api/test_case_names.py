"""No route shows the id of a report that its reader may not read as the name of a case, and none is opened by it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from api_samples import TEXT, an_assessment
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.store.store_samples import arrival
from triage.model import Judgement, Level, Route, StaffRole, Verdict, Way
from triage.pipeline import rebuild
from triage.policy import load_policy
from triage.renewal import Renewal
from triage.store import WORKER, Accepted, Assessed, Priority, Store

Bearer = Callable[..., dict[str, str]]
Arrive = Callable[..., list[str]]
ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
NOBODY = "01J00000000000000000000000"


@pytest.fixture
def work(app: FastAPI, store: Store) -> Callable[[], None]:
    """The worker's next steps: cases, what they add to urgency, and the index."""

    def done() -> None:
        renewal = Renewal(store, load_policy(None))
        while items := store.outbox_batch(100):
            renewal.renew(items)
            store.outbox_done([item.seq for item in items])
        rebuild(store, app.state.service.finder.index)

    return done


@pytest.fixture
def arrive(store: Store, work: Callable[[], None]) -> Arrive:
    """Reports of these places come in; ``joined`` are pairs of their numbers that tell of one matter, the later first."""

    def done(
        *divisions: str, joined: list[tuple[int, int]] | None = None, party: dict[int, str] | None = None
    ) -> list[str]:
        answers = store.receive([arrival(TEXT) for _ in divisions])
        ids = [one.report_id for one in answers if isinstance(one, Accepted)]
        pairs = [(at, 0) for at in range(1, len(ids))] if joined is None else joined
        lines = [Judgement(ids[a], ids[b], Verdict.SAME, 0.9, "link-1", (), joined=True) for a, b in pairs]
        store.save_assessed(
            [
                Assessed(
                    one,
                    an_assessment(),
                    Route(Way.OWN, division, None, True, ("money_taken",)),
                    Priority(Level.HIGH, 6.5, True),
                    (),
                    tuple(line for line in lines if line.report_id == one),
                    tuple(key for at, key in (party or {}).items() if at == number),
                )
                for number, (one, division) in enumerate(zip(ids, divisions, strict=True))
            ]
        )
        work()
        return ids

    return done


def test_a_reader_of_one_place_meets_the_case_by_their_own_first_report(
    client: TestClient, arrive: Arrive, bearer: Bearer
) -> None:
    hidden, first, second = arrive("520100", "513431", "513431")
    headers, everywhere = bearer(StaffRole.INVESTIGATOR, "51"), bearer()
    assert client.get(f"/v1/reports/{second}", headers=headers).json()["case"] == first
    for name in (first, second):
        opened = client.get(f"/v1/cases/{name}", headers=headers).json()
        assert (opened["id"], opened["reports_total"]) == (first, 2)
    for sent in ({}, {"q": f"case:{first}"}, {"group": "case"}, {"like": first}, {"sort": "risk", "limit": 1}):
        hits = client.post("/v1/search", json=sent, headers=headers).json()["hits"]
        assert {hit["case"] for hit in hits} == {first}
    assert client.get(f"/v1/reports/{second}", headers=everywhere).json()["case"] == hidden
    assert client.get(f"/v1/cases/{second}", headers=everywhere).json()["id"] == hidden


def test_the_id_of_a_hidden_report_opens_nothing_and_looks_like_nobodys(
    client: TestClient, arrive: Arrive, bearer: Bearer
) -> None:
    hidden, first, second = arrive("520100", "513431", "513431")
    headers = bearer(StaffRole.INVESTIGATOR, "51")
    for method, path, body in (
        ("GET", "/v1/reports/{id}", None),
        ("GET", "/v1/cases/{id}", None),
        ("POST", "/v1/search", {"q": "case:{id}"}),
        ("POST", "/v1/search", {"q": "TEXT -案件:{id}"}),
        ("POST", "/v1/search", {"like": "{id}"}),
        ("POST", "/v1/searches", {"name": "theirs", "question": {"q": "case:{id}"}}),
        ("POST", "/v1/searches/estimate", {"q": "case:{id}"}),
        ("POST", "/v1/judgements", {"report": first, "other": "{id}", "verdict": "same"}),
        ("POST", "/v1/cases/{id}/merge", {"other": first}),
        ("POST", f"/v1/cases/{first}/merge", {"other": "{id}"}),
        ("POST", "/v1/cases/{id}/split", {"reports": [second]}),
        ("POST", f"/v1/cases/{first}/split", {"reports": ["{id}"]}),
        ("POST", "/v1/cases/{id}/move", {"report": first, "to": second}),
        ("POST", f"/v1/cases/{first}/move", {"report": first, "to": "{id}"}),
    ):
        told, absent = (
            client.request(
                method,
                path.replace("{id}", one),
                json=None if body is None else json.loads(json.dumps(body).replace("{id}", one)),
                headers=headers,
            )
            for one in (hidden, NOBODY)
        )
        assert (told.status_code, told.content) == (absent.status_code, absent.content), path
        assert told.status_code in (404, 422), (path, told.text)


def test_a_report_whose_only_companion_is_hidden_is_in_no_case(
    client: TestClient, store: Store, arrive: Arrive, bearer: Bearer
) -> None:
    hidden, lone = arrive("520100", "513431")
    headers, everywhere = bearer(StaffRole.INVESTIGATOR, "51"), bearer()
    report = client.get(f"/v1/reports/{lone}", headers=headers).json()
    assert (report["case"], report["score"]) == (None, report["assessment"]["risk"]["score"])
    (hit,) = client.post("/v1/search", json={"group": "case"}, headers=headers).json()["hits"]
    assert (hit["id"], hit["case"], hit["reports"]) == (lone, None, 1)
    (proposed,) = client.get("/v1/referrals", headers=headers).json()["referrals"]
    assert proposed["score"] == report["score"]
    told = client.get(f"/v1/reports/{lone}", headers=everywhere).json()
    assert (told["case"], told["score"]) == (hidden, 7.5)
    assert store.corroborations([lone], WORKER) == {lone: 1.0}


def test_acts_of_a_reader_of_one_place_are_answered_under_names_that_they_know(
    client: TestClient, arrive: Arrive, bearer: Bearer, work: Callable[[], None]
) -> None:
    hidden, a, b, c = arrive("520100", "513431", "513431", "513431", joined=[(1, 0), (2, 1)])
    headers = bearer(StaffRole.INVESTIGATOR, "51")

    def post(path: str, body: dict[str, Any]) -> Any:
        answer = client.post(path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        assert hidden not in answer.text
        work()
        return answer.json()

    assert post(f"/v1/cases/{a}/merge", {"other": c})["cases"] == [{"id": a, "reports": [a, b, c]}]
    assert post(f"/v1/cases/{a}/split", {"reports": [b]})["changed"] == [{"report": b, "before": a, "after": None}]
    assert client.get(f"/v1/reports/{c}", headers=headers).json()["case"] == a
    assert post(f"/v1/cases/{a}/move", {"report": c, "to": b})["cases"][-1] == {"id": b, "reports": [b, c]}
    assert post("/v1/judgements/undo", {})["cases"] == [{"id": a, "reports": [a, c]}, {"id": b, "reports": [b]}]
    opened = client.get(f"/v1/cases/{c}", headers=headers)
    assert (opened.json()["id"], hidden in opened.text) == (a, False)
    assert client.get(f"/v1/cases/{c}", headers=bearer()).json()["id"] == hidden


_PLACES = ("513431", "513432", "520100", "621124")
_SLOW = settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_SLOW
@given(chance=st.data())
def test_no_answer_holds_the_id_of_a_report_that_its_reader_may_not_read(
    app: FastAPI, client: TestClient, store: Store, arrive: Arrive, bearer: Bearer, chance: st.DataObject
) -> None:
    divisions = chance.draw(st.lists(st.sampled_from(_PLACES), min_size=2, max_size=7))
    older = [(at, chance.draw(st.integers(-1, at - 1))) for at in range(1, len(divisions))]
    party = chance.draw(st.dictionaries(st.integers(0, 6), st.sampled_from(("p1", "p2")), max_size=1))
    arrive(*divisions, joined=[pair for pair in older if pair[1] >= 0], party=party)
    token = store.new_token(
        StaffRole.INVESTIGATOR,
        tuple(chance.draw(st.sets(st.sampled_from(("51", "513431", "52", "62", "")), min_size=1, max_size=2))),
    )
    headers = {"Authorization": f"Bearer {token}"}
    access = store.authenticate(token)
    if chance.draw(st.booleans()):
        store.staff.recuse(access.principal, ["p1"])
        access = store.authenticate(token)
    every = {row.report.id for row in store.export(WORKER)}
    seen = store.visible(sorted(every), access)
    names: set[str] = set()

    def get(path: str) -> None:
        told = client.get(path, headers=headers)
        assert not every.intersection(ID.findall(told.text)) - seen, path
        names.update(ID.findall(told.text) if told.status_code == 200 else ())

    def search(**question: Any) -> None:
        told = client.post("/v1/search", json=question, headers=headers)
        assert not every.intersection(ID.findall(told.text)) - seen, question
        names.update(hit["case"] for hit in told.json().get("hits", ()) if hit["case"])

    for one in sorted(every):
        get(f"/v1/reports/{one}")
        get(f"/v1/cases/{one}")
    for path in ("/v1/suggestions", "/v1/referrals", "/v1/reviews/next", "/v1/alerts", "/v1/trends?month=2019-11"):
        get(path)
    search(limit=200)
    search(limit=200, group="case")
    search(limit=200, group="case", sort="risk")
    search(q="危房", limit=200)
    # Whatever stands as a name opens
    for name in names & every:
        assert client.get(f"/v1/cases/{name}", headers=headers).status_code == 200
        assert client.post("/v1/search", json={"q": f"case:{name}"}, headers=headers).json()["total"] >= 1
