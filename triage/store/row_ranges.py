"""Rows of a table in ranges of their keys, and the hash over them, alike on both databases: how a move compares its sides.

What belongs to the move itself, and not to the store, is left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, literal, select, true, tuple_

from triage.store.columns import to_micros
from triage.store.setup import MOVED, MOVING
from triage.store.tables import store_facts

Key = tuple[Any, ...]


def rows_between(
    connection: Connection, table: Table, after: Key | None, end: Key | None, limit: int | None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Rows of a table in the order of their keys: behind one key, up to another and with it."""
    statement = select(table).where(between(table, after, end), own_rows(table)).order_by(*table.primary_key)
    return connection.execute(statement.limit(limit)).all()


def print_of(connection: Connection, table: Table, size: int) -> tuple[int, str]:
    """Number and hash of all rows."""
    count, digest = 0, hashlib.sha256()
    last: Key | None = None
    while rows := rows_between(connection, table, last, None, size):
        for row in rows:
            digest.update(_line(row))
        count += len(rows)
        last = key_of(table, rows[-1])
    return count, digest.hexdigest()


def hash_of(rows: Sequence[Row[*tuple[Any, ...]]]) -> bytes:
    """One hash over rows in their order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_line(row))
    return digest.digest()


def between(table: Table, after: Key | None, end: Key | None) -> ColumnElement[bool]:
    """The keys behind one and up to another, and with it; None is no end."""
    columns = list(table.primary_key)
    key = tuple_(*columns)
    parts: list[ColumnElement[bool]] = [true()]
    # With the type of the column: a number would be taken for one of 32 bits
    if after is not None:
        parts.append(key > tuple_(*(literal(value, column.type) for value, column in zip(after, columns, strict=True))))
    if end is not None:
        parts.append(key <= tuple_(*(literal(value, column.type) for value, column in zip(end, columns, strict=True))))
    return and_(*parts)


def own_rows(table: Table) -> ColumnElement[bool]:
    """What belongs to the store, and not to the move itself."""
    return store_facts.c.name.not_in((MOVED, MOVING)) if table is store_facts else true()


def key_of(table: Table, row: Row[*tuple[Any, ...]]) -> Key:
    """The primary key of a row."""
    return tuple(row._mapping[column] for column in table.primary_key)


def _line(row: Row[*tuple[Any, ...]]) -> bytes:
    return json.dumps(list(row), default=_plain, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return to_micros(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(type(value).__name__)


__all__ = ["Key", "between", "hash_of", "key_of", "own_rows", "print_of", "rows_between"]
