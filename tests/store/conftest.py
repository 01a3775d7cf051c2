"""Stores for the tests of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from postgres_databases import Databases
from store_samples import RECEIVED, TEXT, arrival, outcome

from triage import judging
from triage.policy import load_policy
from triage.renewal import Renewal
from triage.settings import Settings
from triage.store import Accepted, Store
from triage.store import components as walking


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test of the store runs on both databases, but for those about the embedded one."""
    if "engine" in metafunc.fixturenames:
        embedded = metafunc.definition.get_closest_marker("embedded") is not None
        metafunc.parametrize("engine", ["sqlite"] if embedded else ["sqlite", "postgresql"], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What people do by chance is long to tell: a server is told two of the stories."""
    items[:] = [item for item in items if not _told_before(getattr(item, "callspec", None))]


def _told_before(case: Any) -> bool:
    return case is not None and case.params.get("engine") == "postgresql" and case.params.get("seed", 0) > 1


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Name of the database engine."""
    name: str = request.param
    return name


@pytest.fixture
def settings(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    if engine == "sqlite":
        yield Settings(data_dir=tmp_path / "data")
        return
    databases: Databases = request.getfixturevalue("postgres")
    with databases.fresh() as name:
        yield databases.settings(tmp_path / "data", name)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.open(settings) as opened:
        yield opened


@pytest.fixture
def take(store: Store) -> Callable[..., str]:
    """Takes a report in and gives its id."""

    def taken(text: str = TEXT, **changes: Any) -> str:
        answer = store.receive([arrival(text, **changes)])[0]
        assert isinstance(answer, Accepted)
        return answer.report_id

    return taken


@pytest.fixture
def route(store: Store, take: Callable[..., str]) -> Callable[..., str]:
    """Takes a report in, assesses and routes it, and gives its id."""

    def routed(text: str = TEXT, **changes: Any) -> str:
        report_id = take(text, received_at=changes.pop("received_at", RECEIVED))
        assert store.save_assessed([outcome(report_id, **changes)]) == [report_id]
        return report_id

    return routed


@pytest.fixture
def renewal(store: Store) -> Renewal:
    return Renewal(store, load_policy(None))


@pytest.fixture
def small_floods(monkeypatch: pytest.MonkeyPatch) -> int:
    """A walk that stops after a few reports, so that a flood takes few."""
    monkeypatch.setattr(walking, "MOST_MEMBERS", 6)
    monkeypatch.setattr(judging, "_MOST_SEEDS", 3)
    return 6
