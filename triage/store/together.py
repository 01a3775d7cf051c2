"""Rows of several tables that reach a server together: in one statement where they are few, by COPY where they are many.

A driver's ``executemany`` sends a message for each row, and the client spends more on that than the server on the row.
One statement takes all rows as arrays and costs one round trip; its text tells what is the same in all rows and not how many
they are, so that a server seldom plans it twice where rows are alike. COPY streams, so that many rows need no more memory than they take themselves.
On the embedded database there are no ways to save: each table gets a statement of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Column, ColumnElement, Connection, Dialect, Table, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

from triage.store.many import insert_rows

Part = tuple[Table, Sequence[Mapping[str, Any]]]
"""A table and rows for it, all with the same columns."""

MOST_AS_ARRAYS = 256
"""Rows of a table that go in one statement; more go by COPY. Measured: as fast as each other from about here."""
_DIALECT: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy declares it without types
_TYPES = {
    "VARCHAR": "text",
    "TEXT": "text",
    "BIGINT": "int8",
    "INTEGER": "int4",
    "SMALLINT": "int2",
    "BYTEA": "bytea",
    "BOOLEAN": "bool",
    "FLOAT": "float8",
    "DOUBLE": "float8",
    "JSONB": "jsonb",
}


def write_together(connection: Connection, parts: Sequence[Part]) -> None:
    """Writes the rows of all parts in the transaction at hand, those of a table numbered in their order.

    Raises:
        DBAPIError: as SQLAlchemy raises it for a statement of its own.
    """
    told = [(table, rows) for table, rows in parts if rows]
    if not told:
        return
    if connection.dialect.name != "postgresql":
        for table, rows in told:
            insert_rows(connection, table, rows)
    elif max(len(rows) for _, rows in told) <= MOST_AS_ARRAYS:
        _as_arrays(connection, told)
    else:
        _by_copy(connection, told)


def among(column: Column[Any], name: str, *, server: bool) -> ColumnElement[bool]:
    """That a column has one of the values bound under a name; to a server the same words however many they are."""
    if server:
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    return column.in_(bindparam(name, expanding=True))


def _as_arrays(connection: Connection, parts: Sequence[Part]) -> None:
    shape: list[_Shape] = []
    given: list[Any] = []
    for table, rows in parts:
        columns = tuple(rows[0])
        forms = _forms(table, columns)
        values = [list(column) for column in zip(*(_values(forms, row) for row in rows), strict=True)]
        # What is the same in all rows goes once; the first column alone says how many rows there are
        same = tuple(at > 0 and column.count(column[0]) == len(column) for at, column in enumerate(values))
        shape.append((table, columns, same))
        given += [column[0] for column, once in zip(values, same, strict=True) if once]
        given += [column for column, once in zip(values, same, strict=True) if not once]
    with _driver(connection) as driver:
        driver.execute(_statement(tuple(shape)), given)


def _by_copy(connection: Connection, parts: Sequence[Part]) -> None:
    with _driver(connection) as driver, driver.cursor() as cursor:
        for table, rows in parts:
            columns = tuple(rows[0])
            forms = _forms(table, columns)
            with cursor.copy(_copy(table, columns)) as copy:
                copy.set_types([_type(table, name) for name in columns])
                for row in rows:
                    copy.write_row(_values(forms, row))


_Forms = tuple[tuple[str, Callable[[Any], Any] | None], ...]


@lru_cache(maxsize=64)
def _forms(table: Table, columns: tuple[str, ...]) -> _Forms:
    """What brings a value of each column into the form that the server takes; None: it has that form."""
    return tuple((name, table.c[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT)) for name in columns)


def _values(forms: _Forms, row: Mapping[str, Any]) -> list[Any]:
    return [row[name] if formed is None else formed(row[name]) for name, formed in forms]


_Shape = tuple[Table, tuple[str, ...], tuple[bool, ...]]
"""A table, its columns, and which of them hold the same in all rows."""


@lru_cache(maxsize=64)
def _statement(shape: tuple[_Shape, ...]) -> bytes:
    """One INSERT for each table over arrays; all but the last stand in front of it and run with it."""
    inserts = [_insert(*each) for each in shape]
    named = [
        sql.SQL("{} AS ({})").format(sql.Identifier(f"part_{number}"), one) for number, one in enumerate(inserts[:-1])
    ]
    ahead = sql.SQL("WITH {} ").format(sql.SQL(", ").join(named)) if named else sql.SQL("")
    return (ahead + inserts[-1]).as_bytes(None)


def _insert(table: Table, columns: tuple[str, ...], same: tuple[bool, ...]) -> sql.Composed:
    types = {name: sql.SQL(cast(Any, _type(table, name))) for name in columns}
    kept = dict(zip(columns, same, strict=True))
    told = [sql.SQL("%b::{}").format(types[name]) if kept[name] else sql.Identifier(name) for name in columns]
    many = [name for name in columns if not kept[name]]
    arrays = [sql.SQL("%b::{}[]").format(types[name]) for name in many]
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS given ({})").format(
        sql.Identifier(table.name),
        _names(columns),
        sql.SQL(", ").join(told),
        sql.SQL(", ").join(arrays),
        _names(tuple(many)),
    )


@lru_cache(maxsize=64)
def _copy(table: Table, columns: tuple[str, ...]) -> bytes:
    told = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT BINARY)")
    return told.format(sql.Identifier(table.name), _names(columns)).as_bytes(None)


def _names(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


@lru_cache(maxsize=256)
def _type(table: Table, name: str) -> str:
    """The server's name of a column's type, as the binary form of a value depends on it."""
    told = table.c[name].type.compile(_DIALECT)
    return _TYPES[told.split("(")[0].split(" ")[0]]


@contextmanager
def _driver(connection: Connection) -> Iterator[psycopg.Connection[Any]]:
    """The driver's own connection, in the transaction at hand; its errors come as those of SQLAlchemy."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        yield driver
    except psycopg.Error as error:
        lost = bool(driver.closed)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            None,
            None,
            error,
            psycopg.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=connection.dialect,
        ) from error
