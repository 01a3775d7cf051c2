"""Writing many rows of one table with one statement.

SQLite's driver lets go of the interpreter at each row of an ``executemany`` and must win it back from the thread that
serves connections, which then waits too: one statement with all the rows does so once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

# SQLite takes 32,766 values in a statement since 3.32 (2020).
_MOST_VALUES = 30_000
_Convert = Callable[[Any], Any]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows that all name the same columns; nothing is written where there are none.

    Raises:
        IntegrityError: a row breaks a rule of the table.
    """
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(insert(table), list(rows))
        return
    names = tuple(rows[0])
    head, marks, converts = _statement(table, names, connection.dialect)
    at_once = _MOST_VALUES // len(names)
    for start in range(0, len(rows), at_once):
        part = rows[start : start + at_once]
        values: list[Any] = []
        for row in part:
            line = [row[name] for name in names]
            for place, convert in converts:
                line[place] = convert(line[place])
            values += line
        connection.exec_driver_sql(head + ",".join([marks] * len(part)), tuple(values))


@lru_cache(maxsize=64)
def _statement(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, str, list[tuple[int, _Convert]]]:
    """The statement up to its values, the marks of one row, and what turns values into the database's by their place."""
    quoted = dialect.identifier_preparer.quote
    columns = ", ".join(quoted(name) for name in names)
    converts: list[tuple[int, _Convert]] = []
    for place, name in enumerate(names):
        convert = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            converts.append((place, convert))
    head = f"INSERT INTO {quoted(table.name)} ({columns}) VALUES "  # noqa: S608  # names of our own tables
    return head, f"({', '.join('?' * len(names))})", converts
