"""Stubs of sealed reports over the network: for custodians, and for nobody who could be the one accused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api_samples import TEXT
from starlette.testclient import TestClient

from triage.codes import ABOVE_OFFICE, HEADS_OFFICE
from triage.model import Route, StaffRole, Way
from triage.referral import keys_of_name
from triage.settings import get_settings
from triage.store import Assessed, Store
from triage.text.terms import TermKeyer

Bearer = Callable[..., dict[str, str]]
HEAD = "何有田"


@pytest.fixture(autouse=True)
def county(monkeypatch: pytest.MonkeyPatch, data_dir: object) -> None:
    monkeypatch.setenv("TRIAGE_OFFICE_DIVISION", "513431")
    monkeypatch.setenv("TRIAGE_OFFICE_LEVEL", "3")
    get_settings.cache_clear()


@pytest.fixture
def sealed(store: Store, post: Callable[..., Any]) -> Callable[[str], str]:
    """Posts a report that is sealed for a reason, and gives its id."""

    def done(reason: str) -> str:
        assert post(f"{TEXT} {reason}", place="昭觉县城北乡").status_code == 202
        (report,) = store.claim(10)
        store.save_assessed([Assessed(report.id, None, Route(Way.SEALED_UP, "513431", None, False, (reason,)))])
        return report.id

    return done


def listed(client: TestClient, headers: dict[str, str]) -> list[str]:
    answer = client.get("/v1/sealed", headers=headers)
    assert answer.status_code == 200
    return [line["id"] for line in answer.json()["sealed"]]


def test_a_custodian_sees_a_stub_and_no_word_of_the_report(
    client: TestClient, bearer: Bearer, sealed: Callable[[str], str]
) -> None:
    report_id = sealed(HEADS_OFFICE)
    answer = client.get("/v1/sealed", headers=bearer(StaffRole.CUSTODIAN))
    (line,) = answer.json()["sealed"]
    assert set(line) == {
        "id", "received_at", "way", "division", "office_id", "office", "reason", "state", "due", "left", "unit",
        "passed_up_at", "packets", "at_once",
    }  # fmt: skip
    assert (line["id"], line["state"], line["left"], line["division"]) == (report_id, "running", 5, "513431")
    assert "城北" not in answer.text
    assert TEXT[:4] not in answer.text


@pytest.mark.parametrize(
    "role",
    [role for role in StaffRole if role not in {StaffRole.CUSTODIAN, StaffRole.SUPERVISOR, StaffRole.WORKER}],
    ids=str,
)
def test_other_roles_get_the_same_answer_whether_there_is_one_or_not(
    client: TestClient, bearer: Bearer, sealed: Callable[[str], str], role: StaffRole
) -> None:
    headers = bearer(role)
    before = client.get("/v1/sealed", headers=headers)
    sealed(ABOVE_OFFICE)
    after = client.get("/v1/sealed", headers=headers)
    assert before.status_code == after.status_code == 403
    assert before.json() == after.json()


def test_a_supervisor_sees_those_above_the_office_alone(
    client: TestClient, bearer: Bearer, sealed: Callable[[str], str]
) -> None:
    above, head = sealed(ABOVE_OFFICE), sealed(HEADS_OFFICE)
    assert listed(client, bearer(StaffRole.SUPERVISOR)) == [above]
    assert listed(client, bearer(StaffRole.CUSTODIAN)) == [above, head]


def test_the_head_sees_none_whatever_token_it_is(
    client: TestClient, store: Store, bearer: Bearer, sealed: Callable[[str], str]
) -> None:
    sealed(HEADS_OFFICE)
    sealed(ABOVE_OFFICE)
    headers = bearer(StaffRole.CUSTODIAN)
    assert len(listed(client, headers)) == 2
    store.staff.recuse(store.staff.listed()[-1].id, keys_of_name(HEAD, TermKeyer(store.subkey("link")).key))
    assert listed(client, headers) == []


def test_whoever_asks_if_the_service_is_ready_learns_of_no_sealed_report(
    client: TestClient, sealed: Callable[[str], str]
) -> None:
    sealed(HEADS_OFFICE)
    assert "sealed" not in client.get("/readyz").text
