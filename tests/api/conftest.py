"""The application on a fresh store, as a test client meets it, and small factories; all people are invented."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from api_samples import TEXT, an_assessment
from fastapi import FastAPI

from api.app import create_app
from triage.model import (
    Case,
    Judgement,
    Level,
    Route,
    StaffRole,
    Verdict,
    Way,
)
from triage.settings import get_settings
from triage.store import Assessed, Priority, Store

with warnings.catch_warnings():
    # The client works with httpx; it only asks for another one.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "data"
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(folder))
    get_settings.cache_clear()
    yield folder
    get_settings.cache_clear()


@pytest.fixture
def app(data_dir: Path) -> FastAPI:
    return create_app()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, client=("203.0.113.7", 50000)) as opened:
        yield opened


@pytest.fixture
def store(app: FastAPI, client: TestClient) -> Store:
    """The store that the application works with."""
    opened: Store = app.state.service.store
    return opened


@pytest.fixture
def bearer(store: Store) -> Callable[..., dict[str, str]]:
    """Makes a token and gives it as a header."""

    def made(role: StaffRole = StaffRole.INVESTIGATOR, *places: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {store.new_token(role, places or ('',))}"}

    return made


@pytest.fixture
def post(client: TestClient) -> Callable[..., Any]:
    """Posts a report and gives the answer."""

    def posted(
        text: object = TEXT, key: str | None = None, headers: dict[str, str] | None = None, **fields: Any
    ) -> Any:
        sent = {**(headers or {}), **({"Idempotency-Key": key} if key else {})}
        return client.post("/v1/reports", json={"text": text, **fields}, headers=sent)

    return posted


@pytest.fixture
def assessed(store: Store, post: Callable[..., Any]) -> Callable[..., list[str]]:
    """Posts reports and gives them the outcome that a worker would; all of one case if there are several."""

    def done(*texts: str, division: str = "513431", way: Way = Way.OWN) -> list[str]:
        for text in texts or (TEXT,):
            assert post(text).status_code == 202
        ids = [report.id for report in store.claim(100)]
        outcomes = []
        for number, report_id in enumerate(ids):
            links = (
                (Judgement(report_id, ids[0], Verdict.SAME, 0.99, "link-1", ("copy", "same_name:0:0"), joined=True),)
                if number
                else ()
            )
            route = Route(way, division, None, True, ("money_taken",))
            outcomes.append(
                Assessed(report_id, an_assessment(), route, Priority(Level.HIGH, 6.5, True), (), links, ("party",))
            )
        assert store.save_assessed(outcomes) == ids
        if len(ids) > 1:
            store.save_cases([Case(ids[0], tuple(ids))])
        return ids

    return done
