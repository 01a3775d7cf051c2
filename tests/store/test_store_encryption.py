"""A server on another machine is spoken to by verified TLS, unless the address says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from triage.settings import Settings
from triage.store.database import Database


class _Dialled(Exception):
    """Stops before a connection is made."""


def _asked(address: str, folder: Path) -> str | None:
    """The ``sslmode`` that the driver would be given for an address."""
    database = Database(Settings(data_dir=folder, database_url=address))
    told: dict[str, Any] = {}

    @event.listens_for(database.engine, "do_connect")
    def dialled(_dialect: object, _record: object, _args: object, options: dict[str, Any]) -> None:
        told.update(options)
        raise _Dialled

    with pytest.raises(_Dialled), database.read():
        pass
    database.close()
    return told.get("sslmode")


@pytest.fixture(autouse=True)
def no_word_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)


@pytest.mark.parametrize("host", ["database", "10.1.2.3", "db.example", "[fd00::7]"])
def test_a_server_elsewhere_must_show_a_certificate_for_its_name(host: str, tmp_path: Path) -> None:
    assert _asked(f"postgresql+psycopg://triage@{host}:5432/triage", tmp_path) == "verify-full"


@pytest.mark.parametrize("place", ["localhost", "127.0.0.1:5433", "[::1]", ""])
def test_a_server_on_this_machine_needs_none(place: str, tmp_path: Path) -> None:
    assert _asked(f"postgresql+psycopg://triage@{place}/triage", tmp_path) is None


def test_a_socket_is_on_this_machine_and_one_far_host_of_several_is_enough_for_tls(tmp_path: Path) -> None:
    assert _asked("postgresql+psycopg://triage@/triage?host=/var/run/postgresql", tmp_path) is None
    assert _asked("postgresql+psycopg://triage@/triage?host=localhost:5432&host=127.0.0.2:5433", tmp_path) is None
    two = "postgresql+psycopg://triage@/triage?host=localhost:5432&host=database:5432"
    assert _asked(two, tmp_path) == "verify-full"


def test_what_the_address_or_the_environment_says_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _asked("postgresql+psycopg://triage@database/triage?sslmode=disable", tmp_path) == "disable"
    monkeypatch.setenv("PGSSLMODE", "require")
    assert _asked("postgresql+psycopg://triage@database/triage", tmp_path) is None
