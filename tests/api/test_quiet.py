"""Nothing of what people send or are is logged, whatever goes wrong."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

CANARY = "王守田把三万五千元扣下"


def everything(caplog: pytest.LogCaptureFixture) -> str:
    formatter = logging.Formatter()
    return "\n".join(formatter.format(record) for record in caplog.records)


def test_an_unforeseen_error_is_a_problem_without_the_input_and_is_logged_without_its_message(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError(f"cannot take {CANARY}")

    monkeypatch.setattr("api.routers.reports.prepared", broken)
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/v1/reports", json={"text": CANARY})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert CANARY not in answer.text
    told = everything(caplog)
    assert "RuntimeError" in told
    assert CANARY not in told


def test_ordinary_traffic_logs_no_text_name_address_receipt_or_token(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    token = "triage_" + "y" * 43
    with caplog.at_level(logging.DEBUG):
        answer = client.post(
            "/v1/reports", json={"text": CANARY, "reporter": {"name": "赵桂枝", "contact": "13900000000"}}
        )
        receipt = answer.json()["receipt"]
        client.post("/v1/status", json={"receipt": receipt})
        client.post("/v1/reports", content=CANARY.encode())
        client.post("/v1/search", json={"q": CANARY}, headers={"Authorization": f"Bearer {token}"})
    ours = "\n".join(line for line in everything(caplog).splitlines() if "HTTP Request:" not in line)
    for secret in (CANARY, "赵桂枝", "13900000000", receipt, token, "203.0.113.7"):
        assert secret not in ours


def test_a_store_that_fails_is_a_503_and_never_an_empty_list(
    app: FastAPI, client: TestClient, bearer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from triage.errors import Unavailable

    headers = bearer()

    def broken(*_: Any, **__: Any) -> None:
        raise Unavailable("The database does not answer as it should (OperationalError).")

    monkeypatch.setattr(app.state.service.store.proposals, "page", broken)
    answer = client.get("/v1/referrals", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_an_answer_that_tells_of_a_fault_bears_the_number_that_stands_in_the_log(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("api.routers.reports.prepared", broken)
    answer = client.post("/v1/reports", json={"text": CANARY}, headers={"X-Request-Id": "someone"})
    number = answer.headers["x-request-id"]
    assert len(number) == 16
    assert f"request={number}" in everything(caplog)
    assert "someone" not in everything(caplog)
    assert "x-request-id" not in client.get("/nothing").headers
