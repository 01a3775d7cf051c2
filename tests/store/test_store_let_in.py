"""Whoever cannot use a server learns which setting to look at, not that it does not answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from postgres_databases import Databases
from psycopg import sql
from sqlalchemy.engine import make_url
from store_samples import arrival

from triage.errors import Unavailable
from triage.settings import Settings
from triage.store import Store
from triage.store.database import Database


@contextmanager
def answering(state: str, words: str) -> Iterator[int]:
    """The port of somebody who has no TLS, and turns everybody away in these words."""
    parts = b"".join(
        b"%c%s\0" % (kind, told.encode()) for kind, told in ((b"S", "FATAL"), (b"C", state), (b"M", words))
    )
    refusal = b"E" + (len(parts) + 5).to_bytes(4) + parts + b"\0"

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                with line:
                    asked = line.recv(1000)
                    line.sendall(b"N" if asked[4:8] == (80877103).to_bytes(4) else refusal)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        # Closing alone wakes nobody who waits
        listening.shutdown(socket.SHUT_RDWR)


def told(address: str, folder: Path) -> str:
    database = Database(Settings(data_dir=folder, database_url=address))
    with pytest.raises(Unavailable) as met, database.read():
        pass
    database.close()
    return met.value.sentence


@pytest.mark.parametrize(
    ("state", "words", "sentence"),
    [
        ("28P01", 'password authentication failed for user "triage"', "does not let this user in"),
        ("28000", 'no pg_hba.conf entry for host "10.0.0.1", user "triage"', "does not let this user in"),
        ("3D000", 'database "triage" does not exist', "has no database of the name"),
        ("53300", "sorry, too many clients already", "takes no more connections"),
        ("53300", "remaining connection slots are reserved for roles with SUPERUSER", "takes no more connections"),
        ("57P03", "the database system is starting up", "does not answer"),
    ],
)
def test_a_server_that_turns_us_away_is_told_by_the_setting_to_look_at(
    state: str, words: str, sentence: str, tmp_path: Path
) -> None:
    with answering(state, words) as port:
        met = told(f"postgresql://triage@127.0.0.1:{port}/triage?sslmode=disable", tmp_path)
    assert sentence in met
    assert "10.0.0.1" not in met


def test_a_server_without_tls_is_told_as_that(tmp_path: Path) -> None:
    with answering("0", "") as port:
        met = told(f"postgresql://triage@127.0.0.1:{port}/triage?sslmode=require", tmp_path)
    assert "no certificate that is trusted" in met


def test_nobody_there_is_told_as_before(tmp_path: Path) -> None:
    assert "does not answer" in told("postgresql://triage@127.0.0.1:1/triage", tmp_path)


def test_a_user_who_may_only_read_writes_nothing_and_is_told_why(postgres: Databases, tmp_path: Path) -> None:
    with postgres.fresh() as name:
        settings = postgres.settings(tmp_path / "data", name)
        Store.open(settings).close()
        url = make_url(settings.database)
        looker = sql.Identifier(f"looker_{name}")
        with psycopg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        ) as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(looker))
            try:
                connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(looker))
                address = url.set(username=f"looker_{name}").render_as_string(hide_password=False)
                looking = settings.model_copy(update={"database_url": address})
                with Store.open(looking) as store, pytest.raises(Unavailable, match="lacks rights"):
                    store.receive([arrival()])
            finally:
                connection.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(looker))
