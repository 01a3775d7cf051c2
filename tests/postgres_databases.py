"""A PostgreSQL for a whole run of the tests, and on it a database of its own for every test."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from triage.servers import NoServer, Postgres, find_postgres
from triage.settings import Settings
from triage.store import Store

REQUIRE = "TRIAGE_REQUIRE_SERVICES"

# The version and every column: a test that changes them gets a database that nobody uses after it.
_SHAPE = """
SELECT (SELECT string_agg(version_num, ' ') FROM alembic_version),
       md5(string_agg(concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull), ',' ORDER BY attrelid, attnum))
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped AND attnum > 0
"""
_EMPTY = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
  PERFORM setval(oid::regclass, 1, false) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
END $$
"""


def do_without(error: NoServer) -> None:
    """Skips a test that needs a server, or fails it where every service has to be there."""
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(f"{error.sentence} ({REQUIRE}=1 wants it.)")
    pytest.skip(error.sentence)


class Databases:
    """Makes databases by copying one in which the migrations have run, with a master key that is made once."""

    def __init__(self, server: Postgres, folder: Path) -> None:
        self.server = server
        self._numbers = itertools.count()
        self._prefix = f"triage_test_{os.getpid()}"
        self._admin = psycopg.connect(self.plain_address("postgres"), autocommit=True)
        self._template = f"{self._prefix}_template"
        self.key_file = folder / "master.key"
        self.key_file.write_text("5a" * 32 + "\n", "ascii")
        self.key_file.chmod(0o600)
        self._do("CREATE DATABASE {}", self._template)
        Store.open(self.settings(folder / "template", self._template)).close()
        with psycopg.connect(self.plain_address(self._template)) as connection:
            self._shape = connection.execute(_SHAPE).fetchone()
            self._facts = connection.execute("SELECT name, value FROM store_facts").fetchall()
        self._spare: list[str] = []

    def settings(self, data_dir: Path, name: str) -> Settings:
        """Settings on a database, with the master key in the data folder."""
        data_dir.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.key_file, data_dir / "master.key")
        return Settings(data_dir=data_dir, database_url=self.address(name))

    def address(self, name: str) -> str:
        """Address of a database."""
        return self.server.url.set(database=name).render_as_string(hide_password=False)

    def plain_address(self, name: str) -> str:
        """Address of a database for psycopg itself."""
        return self.server.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    @contextmanager
    def fresh(self, *, empty: bool = False) -> Iterator[str]:
        """The name of a database of one's own: with its tables, or ``empty``.

        Making one takes a quarter of a second and emptying one a hundredth: what is left as it was is used again.
        """
        name = self._spare.pop() if self._spare and not empty else self._made(empty)
        try:
            yield name
        finally:
            if not empty and self._emptied(name):
                self._spare.append(name)
            else:
                self._do("DROP DATABASE {} WITH (FORCE)", name)

    def close(self) -> None:
        """Leaves nothing behind on a server that goes on running."""
        for name in (*self._spare, self._template):
            self._do("DROP DATABASE {} WITH (FORCE)", name)
        self._admin.close()

    def _made(self, empty: bool) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        if empty:
            self._do("CREATE DATABASE {}", name)
        else:
            self._do("CREATE DATABASE {} TEMPLATE {}", name, self._template)
        return name

    def _emptied(self, name: str) -> bool:
        """Whether a database could be brought back to what the template is."""
        self._admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        with psycopg.connect(self.plain_address(name), autocommit=True) as connection:
            if connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            connection.execute(_EMPTY)
            with connection.cursor() as cursor:
                cursor.executemany("INSERT INTO store_facts (name, value) VALUES (%s, %s)", self._facts)
        return True

    def _do(self, statement: str, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def started(folder: Path) -> Iterator[Databases]:
    """The server of this run, told on the terminal."""
    try:
        server = find_postgres(os.environ)
    except NoServer as error:
        do_without(error)
        raise
    sys.__stderr__ and sys.__stderr__.write(f"\n{server.told}\n")
    try:
        databases = Databases(server, folder)
        yield databases
        databases.close()
    finally:
        server.close()
