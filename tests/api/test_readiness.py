"""Readiness names the part that fails and what to do, and only a missing database turns senders away."""

from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from triage.errors import Unavailable
from triage.operation.ends import MANY, note_end
from triage.operation.parts import MEANINGS
from triage.store import Store, take_worker_lock
from triage.store.figures import StoreFigures, figures_of


@pytest.fixture(autouse=True)
def looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.operation.observer.READY_SECONDS", 0.0)


def failing(client: TestClient) -> dict[str, dict[str, Any]]:
    """The parts that are told as not well, by name."""
    told = client.get("/readyz").json()
    found = {part["part"]: part for part in told["parts"] if not part["well"]}
    assert sorted(found) == sorted(told["failing"])
    assert told["ready"] is (not found)
    for part in found.values():
        meaning = MEANINGS[part["part"]][part["code"]]
        assert (part["zh_do"], part["en_do"]) == (meaning.zh_do, meaning.en_do)
        assert part["runbook"] == f"docs/runbook.md#{part['part']}-{part['code']}"
    return found


def test_life_is_told_without_looking_at_anything(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.operation.Observer.ready", lambda _: 1 / 0)
    assert client.get("/healthz").json() == {"status": "alive"}


def test_whoever_asks_in_a_loop_makes_the_database_no_work(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def looked(store: Store) -> StoreFigures:
        looks.append(store)
        return figures_of(store)

    monkeypatch.setattr("triage.operation.observer.READY_SECONDS", 3600.0)
    monkeypatch.setattr("triage.operation.observer.figures_of", looked)
    told = [client.get("/readyz").json() for _ in range(20)]
    assert len(looks) == 1
    assert all(one == told[0] for one in told)


def test_a_new_installation_takes_reports_and_names_what_it_lacks(client: TestClient) -> None:
    told = client.get("/readyz")
    assert told.status_code == 200
    assert told.json()["taking_reports"] is True
    assert [told.json()[name] for name in ("store", "model", "worker")] == ["there", "missing", "missing"]
    lacking = failing(client)
    # Search is opened beside the start, and may or may not be there yet
    assert set(lacking) - {"index"} == {"model", "worker"}
    assert (lacking["model"]["code"], lacking["worker"]["code"]) == ("missing", "missing")


def test_a_model_of_another_version_is_no_damaged_one(client: TestClient, data_dir: Path) -> None:
    folder = data_dir / "models" / "versions" / "linear-0"
    folder.mkdir(parents=True)
    (data_dir / "models" / "current.json").write_text('{"trail": ["linear-0"]}', encoding="utf-8")
    (folder / "manifest.json").write_text('{"form": 0, "seal": ""}', encoding="utf-8")
    assert failing(client)["model"]["code"] == "outdated"
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    assert failing(client)["model"]["code"] == "damaged"


def test_a_database_that_does_not_answer_is_a_503_that_names_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: Store) -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr("triage.operation.observer.figures_of", silent)
    told = client.get("/readyz")
    assert (told.status_code, told.json()["taking_reports"], told.json()["store"]) == (503, False, "damaged")
    assert failing(client)["database"]["code"] == "unavailable"


def test_a_worker_that_runs_is_not_told_as_missing(client: TestClient, data_dir: Path) -> None:
    with take_worker_lock(data_dir):
        assert "worker" not in failing(client)
    assert failing(client)["worker"]["code"] == "missing"


def test_a_worker_that_is_started_again_and_again_is_not_told_as_well(client: TestClient, data_dir: Path) -> None:
    with take_worker_lock(data_dir):
        for _ in range(MANY):
            assert "worker" not in failing(client)
            note_end(data_dir)
        assert failing(client)["worker"]["code"] == "ending"
        assert client.get("/readyz").json()["taking_reports"] is True


def test_a_worker_under_which_reports_grow_old_is_stalled(
    client: TestClient, data_dir: Path, post: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post().status_code == 202
    monkeypatch.setattr("triage.operation.observer.STALLED_SECONDS", 0)
    with take_worker_lock(data_dir):
        assert failing(client)["worker"]["code"] == "stalled"


def test_a_disk_that_is_nearly_full_is_named(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12 - 10**8, 10**8))
    assert failing(client)["disk"]["code"] == "low"


def test_an_index_that_does_not_answer_and_one_that_differs_are_named(
    app: FastAPI, client: TestClient, assessed: Callable[..., list[str]], store: Store
) -> None:
    from triage.pipeline import document_of

    service = app.state.service
    ids = assessed("村支书把我家危房改造款扣了三千块", "会计虚报人数领走补助款")
    finder = service.finder
    documents = [document_of(item.row) for item in store.outbox_batch(10) if item.row is not None]
    finder.index.apply(documents, [])
    # The worker is between writing the index and taking the lines out: that is no drift
    assert "drift" not in failing(client)
    store.outbox_done([item.seq for item in store.outbox_batch(10)])
    service.observer._drift = None
    assert not {"drift", "index"} & failing(client).keys()
    finder.index.apply([], ids[:1])
    assert "drift" not in failing(client), "it is looked at once a minute"
    service.observer._drift = None
    assert failing(client)["drift"]["code"] == "some"

    class Gone:
        def answers(self) -> bool:
            return True

        def count(self, *_: Any) -> int:
            raise Unavailable("The index does not answer.")

    service._finder = type("Finder", (), {"index": Gone()})()
    assert failing(client)["index"]["code"] == "unreachable"


def test_readiness_tells_no_numbers_to_whoever_asks(client: TestClient, post: Callable[..., Any]) -> None:
    for _ in range(3):
        post()
    assert not any(character.isdigit() for character in client.get("/readyz").text)
