"""Bringing a server's database to this version while others are at it: who has to wait is told for whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_databases import Databases
from store_samples import set_version, without_danger

from triage.errors import Busy
from triage.settings import Settings
from triage.store import Store, database
from triage.store.backup import migrate
from triage.store.database import Database
from triage.store.locks import turn
from triage.store.setup import HEAD, version


@pytest.fixture
def held(postgres: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Settings, Database]]:
    """A store of the version before, and a connection of somebody else to it."""
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    with postgres.fresh() as name:
        settings = postgres.settings(tmp_path / "data", name)
        Store.open(settings).close()
        other = Database(settings)
        with other.write() as connection:
            without_danger(connection)
            set_version(connection, "0017")
        yield settings, other
        other.close()


def test_a_second_migration_is_told_that_the_first_is_not_done(held: tuple[Settings, Database]) -> None:
    settings, other = held
    with turn(other, "setup"):
        for act in (migrate, Store.open):
            with pytest.raises(Busy, match="making or migrating"):
                act(settings)
    migrate(settings)
    assert version(other) == HEAD


def test_a_migration_of_a_database_in_use_says_what_to_stop_and_leaves_it_as_it_was(
    held: tuple[Settings, Database],
) -> None:
    settings, other = held
    with other.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM reports")
        with pytest.raises(Busy, match="stop API and workers"):
            migrate(settings)
    assert version(other) == "0017"
    migrate(settings)
    assert version(other) == HEAD
