"""Matters in hand over the network, and what the holder of a receipt sees of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api_samples import TEXT
from starlette.testclient import TestClient

from triage.model import StaffRole, Way

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
