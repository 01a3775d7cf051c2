"""Matters in hand over the network, and what the holder of a receipt sees of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api_samples import TEXT, an_assessment
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.limits import RateLimit
from triage.model import Level, Route, StaffRole, Way
from triage.store import Assessed as Outcome
from triage.store import Priority, Store

PRIORITY = Priority(Level.HIGH, 6.5, True)
Bearer = Callable[..., dict[str, str]]
Assessed = Callable[..., list[str]]
Post = Callable[..., Any]


@pytest.fixture
def staff(bearer: Bearer) -> dict[str, str]:
    return bearer(StaffRole.INVESTIGATOR)


def status(client: TestClient, receipt: str) -> dict[str, Any]:
    answer = client.post("/v1/status", json={"receipt": receipt})
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_a_report_is_decided_on_and_its_reporter_hears_where_to_turn(
    client: TestClient, post: Post, assessed: Assessed, staff: dict[str, str]
) -> None:
    receipt = post(TEXT).json()["receipt"]
    report_id = assessed("另一封信")[0]
    matter = client.get(f"/v1/matters/{report_id}", headers=staff).json()
    assert (matter["state"], matter["clock"], matter["next"][0]) == ("received", None, "registered")
    told = {
        "state": "not_accepted",
        "seen": matter["seen"],
        "reason": "courts",
        "to": "land_arbitration",
        "approval": "31",
    }
    answer = client.post(f"/v1/matters/{report_id}/steps", json=told, headers=staff)
    assert answer.status_code == 201
    assert answer.json()["steps"][-1] | {"at": "", "by": "", "seq": 0} == {
        "seq": 0, "state": "not_accepted", "at": "", "by": "", "reason": "courts", "to": "land_arbitration", "note": None,
        "approval": "31",
    }  # fmt: skip
    told = status(client, receipt)
    assert set(told) == {"state", "since", "why", "where"}
    assert (told["state"], told["why"], told["where"]["zh"]) == ("not_in_scope", "courts", "农村土地承包仲裁委员会")


def test_a_status_without_more_to_tell_has_two_fields_alone(client: TestClient, post: Post) -> None:
    told = status(client, post(TEXT).json()["receipt"])
    assert set(told) == {"state", "since"}


def test_what_is_decided_on_an_older_look_is_refused(
    client: TestClient, assessed: Assessed, staff: dict[str, str]
) -> None:
    (report_id,) = assessed()
    seen = client.get(f"/v1/matters/{report_id}", headers=staff).json()["seen"]
    path = f"/v1/matters/{report_id}/steps"
    assert client.post(path, json={"state": "screened", "seen": seen}, headers=staff).status_code == 201
    late = client.post(path, json={"state": "accepted", "seen": seen}, headers=staff)
    assert (late.status_code, late.json()["code"]) == (409, "changed")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "accepted"}, "seen"),
        ({"state": "nonsense", "seen": 1}, "state"),
        ({"state": "accepted", "seen": 1, "why": "x"}, "body"),
        ({"state": "archived", "seen": None}, "seen"),
    ],
)
def test_a_step_that_breaks_a_rule_is_told_by_its_field(
    client: TestClient, assessed: Assessed, staff: dict[str, str], body: dict[str, Any], field: str
) -> None:
    (report_id,) = assessed()
    answer = client.post(f"/v1/matters/{report_id}/steps", json=body, headers=staff)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_lists_show_clocks_that_run_and_matters_in_a_state(
    client: TestClient, post: Post, assessed: Assessed, staff: dict[str, str]
) -> None:
    assert post("支书扣了低保", reporter={"name": "李大山", "contact": "13800138000"}).status_code == 202
    named, elsewhere = assessed("转来的信", way=Way.ON)
    lines = client.get("/v1/matters", headers=staff).json()["matters"]
    assert {(line["id"], line["clock"]["name"], line["real_name"]) for line in lines} == {
        (named, "acceptance_notice", True),
        (named, "passing_on", True),
        (elsewhere, "passing_on", False),
    }
    numbers = client.get("/v1/matters/clocks", headers=staff).json()["clocks"]
    assert numbers["passing_on"] == {"overdue": 0, "due_soon": 0, "running": 2, "paused": 0}
    assert client.get("/v1/matters?clock=overdue", headers=staff).json()["matters"] == []
    first = client.get("/v1/matters?state=received&limit=1", headers=staff).json()
    rest = client.get("/v1/matters", params={"state": "received", "cursor": first["cursor"]}, headers=staff).json()
    assert [line["id"] for line in (*first["matters"], *rest["matters"])] == [named, elsewhere]
    both = client.get("/v1/matters?state=received&clock=overdue", headers=staff)
    assert (both.status_code, both.json()["rule"]) == (422, "both")


def test_clocks_are_paused_and_escalated_and_the_reporter_hears_nothing_of_it(
    client: TestClient, post: Post, assessed: Assessed, staff: dict[str, str]
) -> None:
    receipt = post("支书扣了低保", reporter={"name": "李大山", "contact": "13800138000"}).json()["receipt"]
    report_id = assessed("另一封")[0]
    before = status(client, receipt)
    path = f"/v1/matters/{report_id}/clocks"
    paused = client.post(path, json={"act": "pause", "note": "等待鉴定"}, headers=staff).json()
    assert (paused["clock"]["state"], paused["acts"][0]["note"]) == ("paused", "等待鉴定")
    assert client.post(path, json={"act": "escalate", "note": "已报"}, headers=staff).status_code == 200
    assert client.post(path, json={"act": "resume", "note": ""}, headers=staff).json()["field"] == "note"
    assert status(client, receipt) == before
    assert [line["id"] for line in client.get("/v1/matters?escalated=true", headers=staff).json()["matters"]] == [
        report_id
    ]


def test_repeats_are_kept_with_their_case(client: TestClient, assessed: Assessed, staff: dict[str, str]) -> None:
    first, second = assessed("一封", "又一封")
    refused = client.post(f"/v1/matters/{first}/repeats", headers=staff)
    assert (refused.status_code, refused.json()["rule"]) == (422, "not_in_hand")
    seen = client.get(f"/v1/matters/{first}", headers=staff).json()["seen"]
    client.post(f"/v1/matters/{first}/steps", json={"state": "accepted", "seen": seen}, headers=staff)
    assert client.post(f"/v1/matters/{first}/repeats", headers=staff).json() == {"kept": [second]}
    assert client.get(f"/v1/matters/{second}", headers=staff).json()["state"] == "kept_as_repeat"


@pytest.mark.parametrize("role", [StaffRole.ANALYST, StaffRole.AUDITOR, StaffRole.CUSTODIAN, StaffRole.ADMINISTRATOR])
def test_who_reads_no_text_sees_no_matter(
    client: TestClient, bearer: Bearer, assessed: Assessed, role: StaffRole
) -> None:
    (report_id,) = assessed()
    for path in ("/v1/matters", "/v1/matters?state=received", "/v1/matters/clocks", f"/v1/matters/{report_id}"):
        assert client.get(path, headers=bearer(role)).status_code == 403
    assert client.get("/v1/matters").status_code == 401


def concluded(client: TestClient, report_id: str, staff: dict[str, str]) -> int:
    """Takes a matter to its conclusion; its number."""
    seen = client.get(f"/v1/matters/{report_id}", headers=staff).json()["seen"]
    for state in ("accepted", "handed_over", "verification", "concluded"):
        told = {"state": state, "seen": seen, "approval": "2026-31"}
        seen = client.post(f"/v1/matters/{report_id}/steps", json=told, headers=staff).json()["seen"]
    return int(seen)


def test_somebody_is_cleared_over_the_network_and_the_holder_of_the_receipt_hears_nothing(
    client: TestClient, post: Post, assessed: Assessed, staff: dict[str, str]
) -> None:
    receipt = post(TEXT).json()["receipt"]
    report_id, path = assessed("另一封")[0], "/v1/matters/{}/clearing"
    seen = concluded(client, report_id, staff)
    before = client.post("/v1/status", json={"receipt": receipt}).content
    matter = client.get(f"/v1/matters/{report_id}", headers=staff).json()
    assert (matter["clearing"], matter["next_clearing"]) == (None, ["order"])
    given = {"act": "order", "seen": seen, "whom": "王守田", "approval": "纪发4号"}
    ordered = client.post(path.format(report_id), json=given, headers=staff)
    assert ordered.status_code == 201
    told = ordered.json()
    (act,) = told["clearing"]["acts"]
    assert (told["clearing"]["state"], act["whom"], act["approval"]) == ("ordered", "王守田", "纪发4号")
    assert (told["clock"]["name"], told["state"]) == ("clearing", "concluded")
    late = client.post(path.format(report_id), json={"act": "done", "seen": seen, "form": "meeting"}, headers=staff)
    assert (late.status_code, late.json()["code"]) == (409, "changed")
    assert client.post("/v1/status", json={"receipt": receipt}).content == before
    done = client.post(
        path.format(report_id), json={"act": "done", "seen": told["seen"], "form": "meeting"}, headers=staff
    ).json()
    assert (done["clearing"]["state"], done["clock"]) == ("done", None)
    assert client.post("/v1/status", json={"receipt": receipt}).content == before
    assert client.get(f"/v1/matters/{report_id}", headers=staff).json() == done


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({"act": "order", "whom": "王守田", "approval": "4"}, "seen", "missing"),
        ({"act": "clear", "seen": 1}, "act", "unknown"),
        ({"act": "order", "seen": 0, "whom": "王守田"}, "approval", "missing"),
        ({"act": "order", "seen": 0, "approval": "4"}, "whom", "missing"),
        ({"act": "done", "seen": 0, "form": "meeting"}, "act", "not_ordered"),
        ({"act": "done", "seen": 0, "form": "song"}, "form", "unknown"),
    ],
)
def test_a_clearing_that_breaks_a_rule_is_told_by_its_field(
    client: TestClient, assessed: Assessed, staff: dict[str, str], body: dict[str, Any], field: str, rule: str
) -> None:
    (report_id,) = assessed()
    seen = concluded(client, report_id, staff)
    body |= {"seen": seen} if body.get("seen") == 0 else {}
    answer = client.post(f"/v1/matters/{report_id}/clearing", json=body, headers=staff)
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, field, rule)


def test_whoever_may_not_see_a_report_hears_of_its_clearing_what_they_hear_of_none(
    client: TestClient, assessed: Assessed, staff: dict[str, str], bearer: Bearer
) -> None:
    (report_id,) = assessed(division="513431")
    seen = concluded(client, report_id, staff)
    given = {"act": "order", "seen": seen, "whom": "王守田", "approval": "4"}
    for headers in (bearer(StaffRole.SUPERVISOR, "52"), bearer(StaffRole.INVESTIGATOR, "52")):
        hidden = client.post(f"/v1/matters/{report_id}/clearing", json=given, headers=headers)
        absent = client.post(f"/v1/matters/{'0' * 26}/clearing", json=given, headers=headers)
        assert (hidden.status_code, hidden.content) == (404, absent.content)
    for role in (StaffRole.INTAKE, StaffRole.REVIEWER, StaffRole.ANALYST, StaffRole.CUSTODIAN):
        assert client.post(f"/v1/matters/{report_id}/clearing", json=given, headers=bearer(role)).status_code == 403


_STEPS = ("accepted", "handed_over", "closed", "concluded", "feedback", "archived", "reopened")
_ACTS = {
    "order": {"act": "order", "whom": "王守田"},
    "done": {"act": "done", "form": "in_person"},
    "drop": {"act": "drop", "note": "证据有变"},
}


@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(st.sampled_from([*_STEPS, *_ACTS, *_ACTS]), max_size=10))
def test_whatever_is_done_to_clear_somebody_a_status_is_byte_for_byte_what_it_is_without_that(
    app: FastAPI, client: TestClient, store: Store, post: Post, assessed: Assessed, bearer: Bearer, acts: list[str]
) -> None:
    app.state.service.rate = RateLimit(0)
    receipt = post().json()["receipt"]
    report_id, headers = assessed("另一封")[0], bearer(StaffRole.SUPERVISOR)
    for act in ("accepted", "handed_over", "closed", *acts):
        before = client.post("/v1/status", json={"receipt": receipt})
        seen = client.get(f"/v1/matters/{report_id}", headers=headers).json()["seen"]
        if act in _STEPS:
            told = {"state": act, "seen": seen}
            assert client.post(f"/v1/matters/{report_id}/steps", json=told, headers=headers).status_code in (201, 422)
            continue
        answer = client.post(f"/v1/matters/{report_id}/clearing", json=_ACTS[act] | {"seen": seen}, headers=headers)
        assert answer.status_code in (201, 422)
        after = client.post("/v1/status", json={"receipt": receipt})
        assert (after.status_code, after.content) == (200, before.content)


def test_what_is_in_danger_is_asked_for_alone(client: TestClient, assessed: Assessed, staff: dict[str, str]) -> None:
    assessed()
    answer = client.get("/v1/matters?danger=true", headers=staff)
    assert (answer.status_code, answer.json()) == (200, {"matters": [], "cursor": None})
    for beside in ("state=received", "clock=overdue", "escalated=true"):
        refused = client.get(f"/v1/matters?danger=true&{beside}", headers=staff)
        assert (refused.status_code, refused.json()["field"]) == (422, "danger")
    assert client.get("/v1/matters?danger=true").status_code == 401


def test_a_matter_goes_to_whom_it_accuses_only_where_somebody_says_anyway(
    client: TestClient, assessed: Assessed, staff: dict[str, str]
) -> None:
    (report_id,) = assessed("派出所民警收了支书的钱，不立案。")
    seen = client.get(f"/v1/matters/{report_id}", headers=staff).json()["seen"]
    told = {"state": "passed_on", "to": "police", "seen": seen}
    refused = client.post(f"/v1/matters/{report_id}/steps", json=told, headers=staff)
    assert refused.status_code == 422
    assert "accused" in refused.text
    assert "民警" not in refused.text
    assert client.get(f"/v1/matters/{report_id}", headers=staff).json()["state"] == "received"
    done = client.post(f"/v1/matters/{report_id}/steps", json={**told, "anyway": True}, headers=staff)
    assert (done.status_code, done.json()["state"]) == (201, "passed_on")


def test_what_was_added_with_the_receipt_counts_among_what_accuses(
    client: TestClient, post: Post, assessed: Assessed, store: Store, staff: dict[str, str]
) -> None:
    receipt = post(TEXT).json()["receipt"]
    first = next(report.id for report in store.claim(1))
    store.save_assessed([Outcome(first, an_assessment(), Route(Way.OWN, "513431", None, True, ()), PRIORITY)])
    told = {"receipt": receipt, "text": "派出所民警收了支书的钱，不立案。"}
    assert client.post("/v1/messages/new", json=told, headers={"Idempotency-Key": "k" * 16}).status_code == 202
    (added,) = (report.id for report in store.claim(9))
    store.save_assessed([Outcome(added, an_assessment(), Route(Way.OWN, "513431", None, True, ()), PRIORITY)])
    seen = client.get(f"/v1/matters/{first}", headers=staff).json()["seen"]
    step = {"state": "passed_on", "to": "police", "seen": seen}
    assert client.post(f"/v1/matters/{first}/steps", json=step, headers=staff).status_code == 422
    elsewhere = client.post(f"/v1/matters/{first}/steps", json={**step, "to": "petitions"}, headers=staff)
    assert elsewhere.status_code == 201
