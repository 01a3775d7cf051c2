"""What the tests find in a store that was copied is what the migrations write."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from tests.embedded_tables import CopiedTables, Statement, written
from triage.settings import Settings
from triage.store.database import Database
from triage.store.setup import HEAD, upgrade
from triage.store.tables import reports


def test_a_copied_store_is_in_every_statement_what_the_migrations_write(tmp_path: Path) -> None:
    ran: list[str] = []

    def migrations(database: Database, to: str = "head") -> None:
        ran.append(to)
        upgrade(database, to)

    tables = CopiedTables(migrations)
    first, copied = (_made(tmp_path / name, tables) for name in ("first", "copied"))
    assert copied == first
    assert any(reports.name in statement for statement, _ in copied)
    assert ('INSERT INTO "alembic_version" VALUES (?)', (HEAD,)) in copied
    assert ran == ["head"]


def test_a_store_that_is_not_new_or_not_to_be_at_the_head_goes_the_way_of_the_migrations(tmp_path: Path) -> None:
    asked: list[str] = []
    tables = CopiedTables(lambda _, to, __: asked.append(to))
    database = _database(tmp_path)
    tables.upgrade(database, "0005")
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
    tables.upgrade(database)
    assert asked == ["0005", "head"]
    with database.read() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    database.close()


def _database(folder: Path) -> Database:
    folder.mkdir(exist_ok=True)
    return Database(Settings(data_dir=folder))


def _made(folder: Path, tables: CopiedTables) -> list[Statement]:
    database = _database(folder)
    tables.upgrade(database)
    with database.read() as connection:
        statements = written(connection)
    database.close()
    return statements
