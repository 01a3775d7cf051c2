"""Files of SQLite as they lie there: whether one is whole, what it says of itself, and its log."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from triage.errors import Busy, Corrupt

_HEAD_BYTES, _VERSIONS = 100, slice(18, 20)
"""The head of a file, and in it how it is written and read: 2 and 2 with a log (https://www.sqlite.org/fileformat.html, 1.3)."""


def is_database(path: Path) -> bool:
    """Whether a file begins as those of SQLite do."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def is_logged(path: Path) -> bool:
    """Whether what is written to a database goes into a log beside it first."""
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)[_VERSIONS] == b"\x02\x02"


def demand_whole(connection: sqlite3.Connection) -> None:
    """Lets SQLite look through a database.

    Raises:
        Corrupt: it is damaged.
    """
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError:
        found = None
    if found != ("ok",):
        raise Corrupt("The copy does not pass the check of the database: it is damaged.")


def facts_in(connection: sqlite3.Connection) -> dict[str, str]:
    """What a store says of itself, by name."""
    return dict(connection.execute("SELECT name, value FROM store_facts").fetchall())


def fold_log(target: Path) -> None:
    """Takes the log into the file.

    Raises:
        Busy: somebody else uses the database.
    """
    with contextlib.closing(sqlite3.connect(target, timeout=1, isolation_level=None)) as connection:
        try:
            # Exclusive: nobody else reads or writes; and the log is folded into the file before it moves.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            raise Busy("Another process uses the database; stop `triage serve` and try again.") from None
        except sqlite3.DatabaseError:
            # A damaged database is the very reason to restore one.
            pass
