"""The database server stops, is killed and comes back: nothing acknowledged is lost, nothing is half-written."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from postgres_databases import do_without
from sqlalchemy import func, select

from api.app import create_app
from tests.waiting import until
from triage.errors import Unavailable
from triage.servers import LocalPostgres, NoServer, local_binaries
from triage.settings import get_settings
from triage.store import Store
from triage.store.tables import audit, matters, receipts, reports

with warnings.catch_warnings():
    # The client works with httpx; it only asks for another one.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

pytestmark = pytest.mark.fault
TEXT = "三河村村支书王守田把发给贫困户的三万五千元救助款扣下了，去问他他就骂人。"


@pytest.fixture(scope="module")
def server() -> Iterator[LocalPostgres]:
    """A server of our own that may be stopped, and that flushes what it acknowledges."""
    binaries = local_binaries()
    if binaries is None:
        do_without(NoServer("No PostgreSQL that could be stopped here: the program `initdb` is missing."))
    else:
        started = LocalPostgres(binaries)
        yield started
        started.close()


@pytest.fixture
def app(server: LocalPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    (tmp_path / "master.key").write_text("5a" * 32, "ascii")
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRIAGE_DATABASE_URL", server.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TRIAGE_RATE_PER_HOUR", "0")
    get_settings.cache_clear()
    yield create_app()
    get_settings.cache_clear()
    if not server.running:
        server.start()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as opened:
        yield opened


def post(client: TestClient, key: str, text: str = TEXT) -> Any:
    return client.post("/v1/reports", json={"text": text}, headers={"Idempotency-Key": key})


def figures(store: Store) -> list[int]:
    """How many rows each table of intake has: they are written together or not at all."""
    with store._database.read() as connection:
        wanted = [select(func.count()).select_from(table) for table in (reports, receipts, matters)]
        taken_in = select(func.coalesce(func.sum(func.length(audit.c.subjects) + 1), 0) / 27)
        wanted.append(taken_in.where(audit.c.act == "receive"))
        return [int(connection.execute(one).scalar_one()) for one in wanted]


def test_a_stopped_server_is_told_as_503_and_the_same_key_goes_on_when_it_is_back(
    client: TestClient, app: FastAPI, server: LocalPostgres
) -> None:
    store: Store = app.state.service.store
    had = figures(store)[0]
    first = post(client, "key-before-the-stop")
    assert first.status_code == 202
    server.stop()
    for _ in range(3):
        answer = post(client, "key-during-the-stop")
        assert answer.status_code == 503
        assert answer.json()["code"] == "unavailable"
        assert int(answer.headers["Retry-After"]) > 0
    assert client.post("/v1/status", json={"receipt": first.json()["receipt"]}).status_code == 503
    with pytest.raises(Unavailable):
        store.claim(5)
    server.start()
    assert client.post("/v1/status", json={"receipt": first.json()["receipt"]}).json()["state"] == "received"
    assert post(client, "key-during-the-stop").status_code == 202
    assert post(client, "key-before-the-stop").json() == first.json()
    assert figures(store) == [had + 2] * 4


def test_a_server_killed_under_load_has_all_that_was_acknowledged_and_no_half_report(
    client: TestClient, app: FastAPI, server: LocalPostgres
) -> None:
    def killed(part: int) -> None:
        server.kill()
        time.sleep(0.2)
        server.start()

    under_load(client, app, killed, parts=(1, 2, 3))


@pytest.mark.long
def test_a_server_that_is_away_for_a_minute_costs_nobody_more_than_trying_again(
    client: TestClient, app: FastAPI, server: LocalPostgres
) -> None:
    def stopped(part: int) -> None:
        server.stop()
        time.sleep(60)
        server.start()

    under_load(client, app, stopped, parts=(1,))


def under_load(client: TestClient, app: FastAPI, strike: Callable[[int], None], parts: Sequence[int]) -> None:
    """Four people post, each again until it is acknowledged, and are struck each time a hundred more are."""
    store: Store = app.state.service.store
    had = figures(store)[0]
    told: dict[str, str] = {}
    troubled = [0]
    wanted = [f"key-of-a-sender-{number:05d}" for number in range(400)]
    shares = [wanted[number::4] for number in range(4)]

    def send(share: list[str]) -> None:
        for key in share:
            while (answer := post(client, key, f"{TEXT}{key}")).status_code != 202:
                assert answer.status_code == 503
                assert int(answer.headers["Retry-After"]) > 0
                troubled[0] += 1
                time.sleep(0.02)
            told[key] = answer.json()["receipt"]

    senders = [threading.Thread(target=send, args=(share,)) for share in shares]
    for sender in senders:
        sender.start()
    for part in parts:
        until(lambda part=part: len(told) >= 100 * part)
        strike(part)
    for sender in senders:
        sender.join(60)
    assert troubled[0] > 0, "nobody noticed that the server was gone"
    assert sorted(told) == wanted
    assert len(set(told.values())) == 400
    assert figures(store) == [had + 400] * 4
    assert all(client.post("/v1/status", json={"receipt": told[key]}).status_code == 200 for key in wanted[::40])
