"""Stores for the tests of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from store_samples import RECEIVED, TEXT, arrival, outcome

from triage import judging
from triage.policy import load_policy
from triage.renewal import Renewal
from triage.settings import Settings
from triage.store import Accepted, Store
from triage.store import components as walking


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


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
