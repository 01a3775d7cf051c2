"""What is seen of an installation on real servers: workers by their beat, an index that is not there."""

from __future__ import annotations

from pathlib import Path

from postgres_databases import Databases

from triage.operation import Observer
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
