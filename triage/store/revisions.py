"""Numbers of the outbox after a restore: above all that any life of the store has given.

The search index keeps with each report the number of the line that it was told by, and takes nothing older. A backup
ends before the index does; were the numbers to go on from there, the index would pass over every change that comes
afterwards, a seal among them, and nobody would hear of it.
"""

from __future__ import annotations

import sqlite3
import time

from sqlalchemy import Connection, text

_FORGET = "DELETE FROM sqlite_sequence WHERE name = 'outbox'"
_BEGIN = "INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', :number)"
_GIVEN = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'"
_SEQUENCE = (
    "SELECT setval(pg_get_serial_sequence('outbox', 'seq'),"
    " greatest(:number, (SELECT coalesce(max(seq), 0) FROM outbox)))"
)


def go_ahead(connection: Connection) -> None:
    """Lets lines that are written from now on have higher numbers than any before, in this database or a lost one."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_SEQUENCE), {"number": _milliseconds()})
        return
    number = max(_milliseconds(), connection.execute(text(_GIVEN)).scalar_one())
    connection.execute(text(_FORGET))
    connection.execute(text(_BEGIN), {"number": number})


def go_ahead_in_file(connection: sqlite3.Connection) -> None:
    """As ``go_ahead``, in the file of an embedded store that nobody has opened yet."""
    number = max(_milliseconds(), connection.execute(_GIVEN).fetchone()[0])
    connection.execute(_FORGET)
    connection.execute(_BEGIN, {"number": number})
    connection.commit()


def _milliseconds() -> int:
    # No store writes a thousand lines a second from its first day on
    return time.time_ns() // 1_000_000
