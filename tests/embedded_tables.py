"""The tables of an embedded store: written by the migrations once in each process of a run, copied from then on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from triage.store.database import Database
from triage.store.vault import Vault

Upgrade = Callable[..., None]
Statement = tuple[str, tuple[Any, ...]]
_PARTS = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid"


class CopiedTables:
    """Stands where ``triage.store.setup.upgrade`` stands; all but a new embedded database goes the way of the migrations.

    Migrating takes a tenth of a second and copying a hundredth, and a thousand tests begin with it.
    """

    def __init__(self, migrations: Upgrade) -> None:
        self._migrations = migrations
        self._written: list[Statement] = []

    def upgrade(self, database: Database, to: str = "head", vault: Vault | None = None) -> None:
        """Brings a database to a version."""
        if to != "head" or not _new(database):
            self._migrations(database, to, vault)
        elif self._written:
            with database.write() as connection:
                for statement, values in self._written:
                    connection.exec_driver_sql(statement, values)
        else:
            self._migrations(database)
            with database.read() as connection:
                self._written = written(connection)


def written(connection: Connection) -> list[Statement]:
    """Statements with their values that write what stands in an embedded database."""
    statements: list[Statement] = [(made, ()) for made in connection.exec_driver_sql(_PARTS).scalars()]
    for name in connection.exec_driver_sql(_TABLES).scalars().all():
        rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()  # noqa: S608  # a table of ours
        marks = ", ".join("?" * len(rows[0])) if rows else ""
        statements += [(f'INSERT INTO "{name}" VALUES ({marks})', tuple(row)) for row in rows]  # noqa: S608
    return statements


def _new(database: Database) -> bool:
    if not database.sqlite:
        return False
    with database.read() as connection:
        return not connection.exec_driver_sql(_TABLES).scalars().all()
