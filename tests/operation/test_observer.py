"""What is seen of an installation on real servers: workers by their beat, an index that is not there."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from postgres_databases import Databases

from triage.operation import Observer
from triage.settings import Settings
from triage.store import Store
from triage.store.figures import figures_of


def test_workers_of_a_server_are_known_from_their_first_beat_to_their_end(postgres: Databases, tmp_path: Path) -> None:
    with postgres.fresh() as name:
        settings = postgres.settings(tmp_path / "data", name)
        with Store.open(settings) as store, Store.open(settings) as other:
            observer = Observer(settings, other, lambda: None)
            assert observer.worker(figures_of(other)).code == "missing"
            store.crew.holder.begin()
            assert observer.workers() == 1
            assert observer.worker(figures_of(other)).code == "running"
            store.crew.holder.end()
            assert observer.workers() == 0


def test_whoever_asks_while_somebody_compares_is_told_what_was_seen_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = count(0.0, 1_000.0)
    held, go = threading.Event(), threading.Event()
    settings = Settings(data_dir=tmp_path)
    with Store.open(settings) as store, ThreadPoolExecutor(1) as pool:
        observer = Observer(settings, store, lambda: None, lambda: next(moments))
        monkeypatch.setattr(observer, "_differs", lambda: 7)
        assert observer.drift_amount() == 7
        before = observer.ready()

        def slow() -> int:
            held.set()
            assert go.wait(30)
            return 8

        monkeypatch.setattr(observer, "_differs", slow)
        looking = pool.submit(observer.ready)
        assert held.wait(30)
        assert observer.ready() == before
        assert observer.drift_amount() == 7
        go.set()
        assert next(part for part in looking.result() if part.part == "drift").figures == {"reports": 8}
