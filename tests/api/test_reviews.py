"""Deciding through the API: what is taken, what is refused and why, and who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from triage.model import Level, Route, StaffRole, Way
from triage.pipeline import rebuild
from triage.reviewing import ReviewSet
from triage.store import WORKER, Assessed, Priority, Store

Bearer = Callable[..., dict[str, str]]
AssessedReports = Callable[..., list[str]]
CORRECTION = {"decision": "correct", "categories": ["bribery"], "refer": True, "urgent": True}


def test_a_correction_is_seen_in_the_report_the_queue_and_the_search(
    app: FastAPI, client: TestClient, store: Store, assessed: AssessedReports, bearer: Bearer
) -> None:
    (report_id,) = assessed()
    answer = client.post(
        f"/v1/reports/{report_id}/reviews", json={**CORRECTION, "note": "原件已核对"}, headers=bearer()
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["categories"], made["refer"], made["urgent"], made["lowered"]) == (["bribery"], True, True, [])
    assert (made["model"], made["note"], made["stratum"], made["share"]) == ("m1", "原件已核对", "chosen", None)
    told = client.get(f"/v1/reports/{report_id}", headers=bearer()).json()
    assert (told["assessment"]["categories"], told["urgent"]) == (["bribery"], True)
    assert told["review"]["machine"] == {"categories": ["embezzlement"], "refer": True, "urgent": False}
    assert "label:bribery" in {point["code"] for point in told["assessment"]["risk"]["points"]}
    assert client.get("/v1/referrals", headers=bearer()).json()["referrals"][0]["categories"] == ["bribery"]
    rebuild(store, app.state.service.finder.index)
    found = client.post("/v1/search", json={"category": "bribery"}, headers=bearer()).json()
    assert [hit["id"] for hit in found["hits"]] == [report_id]


def test_decisions_on_a_report_are_told_newest_first(
    client: TestClient, assessed: AssessedReports, bearer: Bearer
) -> None:
    (report_id,) = assessed()
    for body in ({"decision": "confirm"}, {"decision": "reject"}, CORRECTION):
        assert client.post(f"/v1/reports/{report_id}/reviews", json=body, headers=bearer()).status_code == 201
    told = client.get(f"/v1/reports/{report_id}/reviews", headers=bearer()).json()["reviews"]
    assert [one["decision"] for one in told] == ["correct", "reject", "confirm"]
    assert told[1]["refer"] is None


def read_anew(store: Store, report_id: str) -> None:
    """Another model reads the report, as the worker has it do."""
    reading = replace(store.assessment(report_id, WORKER), model="m2", categories=("bribery",))
    item = Assessed(report_id, reading, Route(Way.OWN, "513431", None, True, ("refer",)), Priority(Level.HIGH, 8, True))
    assert store.save_assessed([item]) == [report_id]


def seen(told: dict[str, Any]) -> dict[str, Any]:
    """What a page gives back that showed this report."""
    return {"assessment_id": told["assessment_id"], "review_id": told["review"] and told["review"]["id"]}


def test_a_reading_that_nobody_looked_at_is_not_confirmed(
    client: TestClient, store: Store, assessed: AssessedReports, bearer: Bearer
) -> None:
    (report_id,) = assessed()
    path, mine = f"/v1/reports/{report_id}", bearer()
    looked_at = seen(client.get(path, headers=mine).json())
    read_anew(store, report_id)
    answer = client.post(f"{path}/reviews", json={"decision": "confirm", **looked_at}, headers=mine)
    assert (answer.status_code, answer.json()["code"]) == (409, "changed")
    assert "read anew since you looked at it" in answer.json()["detail"]
    assert client.get(f"{path}/reviews", headers=mine).json()["reviews"] == []
    again = seen(client.get(path, headers=mine).json())
    made = client.post(f"{path}/reviews", json={"decision": "confirm", **again}, headers=mine)
    assert (made.status_code, made.json()["categories"], made.json()["model"]) == (201, ["bribery"], "m2")


@pytest.mark.parametrize("said", ["confirm", "correct", "reject"])
def test_who_has_an_older_page_open_does_not_supersede_a_colleague_and_is_told_when_they_decided(
    client: TestClient, assessed: AssessedReports, bearer: Bearer, said: str
) -> None:
    (report_id,) = assessed()
    path, hers, his = f"/v1/reports/{report_id}", bearer(), bearer()
    looked_at = seen(client.get(path, headers=his).json())
    first = client.post(f"{path}/reviews", json={**CORRECTION, **looked_at}, headers=hers).json()
    body = {**CORRECTION, "refer": False} if said == "correct" else {"decision": said}
    late = client.post(f"{path}/reviews", json={**body, **looked_at}, headers=his)
    assert late.status_code == 409
    for words in ("Somebody else", first["by"], first["made_at"][:10], first["made_at"][11:16], "correct"):
        assert words in late.json()["detail"]
    told = client.get(path, headers=his).json()
    assert (told["review"]["id"], told["refer"]) == (first["id"], True)
    assert told["review"]["assessment_id"] == told["assessment_id"]
    named = client.post(f"{path}/reviews", json={**body, **seen(told)}, headers=his)
    assert (named.status_code, named.json()["by"] != first["by"]) == (201, True)


def test_a_slip_of_one_s_own_is_mended_without_looking_again(
    client: TestClient, assessed: AssessedReports, bearer: Bearer
) -> None:
    (report_id,) = assessed()
    path, mine = f"/v1/reports/{report_id}", bearer()
    looked_at = seen(client.get(path, headers=mine).json())
    for body in ({"decision": "reject"}, CORRECTION):
        assert client.post(f"{path}/reviews", json={**body, **looked_at}, headers=mine).status_code == 201


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({}, "decision", "missing"),
        ({"decision": "approve"}, "decision", "unknown"),
        ({"decision": "confirm", "labels": []}, "body", "unknown_field"),
        ({**CORRECTION, "categories": ["刘某某"]}, "categories", "unknown"),
        ({**CORRECTION, "categories": []}, "categories", "empty"),
        ({**CORRECTION, "categories": ["service_request", "bribery"]}, "categories", "stands_alone"),
        ({**CORRECTION, "categories": ["irrelevant"]}, "refer", "without_misconduct"),
        ({**CORRECTION, "categories": "bribery"}, "categories", "type"),
        ({"decision": "correct", "categories": ["bribery"]}, "refer", "missing"),
        ({"decision": "reject", "refer": False}, "refer", "only_with_correct"),
    ],
)
def test_a_decision_that_does_not_hold_together_names_field_and_rule(
    client: TestClient, assessed: AssessedReports, bearer: Bearer, body: dict[str, Any], field: str, rule: str
) -> None:
    (report_id,) = assessed()
    answer = client.post(f"/v1/reports/{report_id}/reviews", json=body, headers=bearer())
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, field, rule)
    assert "刘某某" not in answer.text
    assert client.get(f"/v1/reports/{report_id}/reviews", headers=bearer()).json()["reviews"] == []


def test_a_report_outside_my_places_cannot_be_told_from_one_that_is_not_there(
    client: TestClient, assessed: AssessedReports, bearer: Bearer
) -> None:
    (report_id,) = assessed()
    elsewhere = bearer(StaffRole.REVIEWER, "62")
    for name in (report_id, "01J00000000000000000000000"):
        answer = client.post(f"/v1/reports/{name}/reviews", json=CORRECTION, headers=elsewhere)
        assert (answer.status_code, answer.json()["detail"]) == (404, "没有这件举报。 · There is no such report.")
        assert client.get(f"/v1/reports/{name}/reviews", headers=elsewhere).status_code == 404


@pytest.mark.parametrize("role", [StaffRole.INTAKE, StaffRole.ANALYST, StaffRole.AUDITOR, StaffRole.CUSTODIAN])
def test_other_roles_decide_nothing(
    client: TestClient, assessed: AssessedReports, bearer: Bearer, role: StaffRole
) -> None:
    (report_id,) = assessed()
    answer = client.post(f"/v1/reports/{report_id}/reviews", json=CORRECTION, headers=bearer(role))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert client.get("/v1/reviews/next", headers=bearer(role)).status_code == 403


def test_the_next_report_is_asked_about_until_it_is_decided(
    client: TestClient, store: Store, assessed: AssessedReports, bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.review.sampling.STRATA", dict.fromkeys(["few_reviews"], 1.0))
    assert client.get("/v1/reviews/next", headers=bearer()).json() == {"next": None}
    (report_id,) = assessed()
    ReviewSet(store).take_in(store.outbox_batch(9))
    told = client.get("/v1/reviews/next", headers=bearer()).json()["next"]
    assert (told["stratum"], told["share"], told["report"]["id"]) == ("few_reviews", 1.0, report_id)
    assert client.get("/v1/reviews/next", headers=bearer(StaffRole.REVIEWER, "62")).json() == {"next": None}
    made = client.post(f"/v1/reports/{report_id}/reviews", json={"decision": "confirm"}, headers=bearer()).json()
    assert (made["stratum"], made["share"]) == ("few_reviews", 1.0)
    assert client.get("/v1/reviews/next", headers=bearer()).json() == {"next": None}


def test_a_rejected_report_waits_to_be_corrected_and_says_what_is_seen_of_it(
    client: TestClient, assessed: AssessedReports, bearer: Bearer
) -> None:
    (report_id,) = assessed()
    path, mine = f"/v1/reports/{report_id}", bearer()
    made = client.post(f"{path}/reviews", json={"decision": "reject"}, headers=mine).json()
    for query in ("", "?rejected=true"):
        (told,) = client.get(f"/v1/reviews/waiting{query}", headers=mine).json()["waiting"]
        assert (told["id"], told["stratum"], told["review_id"]) == (report_id, "rejected", made["id"])
        assert "text" not in told
    following = client.get("/v1/reviews/next", headers=mine).json()["next"]
    assert (following["stratum"], seen(following["report"])) == (
        "rejected",
        {"assessment_id": told["assessment_id"], "review_id": told["review_id"]},
    )
    assert client.get("/v1/reviews/waiting", headers=bearer(StaffRole.REVIEWER, "62")).json() == {"waiting": []}
    body = {**CORRECTION, "assessment_id": told["assessment_id"], "review_id": told["review_id"]}
    assert client.post(f"{path}/reviews", json=body, headers=bearer()).status_code == 201
    assert client.get("/v1/reviews/waiting?rejected=true", headers=mine).json() == {"waiting": []}
