"""What a restore leaves as it stands: who may read, and from whom they are kept.

A copy knows tokens and recusals as they were when it was made. A token that was revoked or renewed since would hold again
by its old secret, and whoever was kept from somebody since would read of them. So both are carried from the
database that is replaced into the copy, if that one can be read and is of this version and this key.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from triage.store.setup import HEAD
from triage.store.tables import recusals, staff

_Rows = list[tuple[object, ...]]


def carry_access(before: Path, copy: Path, fingerprint: str) -> bool:
    """Gives the copy the tokens and recusals of the database that it is to replace; whether it could be.

    Tokens that the copy alone knows stay, with their recusals. Nobody may use either file meanwhile.
    """
    if not before.is_file() or (found := _read(before, fingerprint)) is None:
        return False
    tokens, kept = found
    with contextlib.closing(sqlite3.connect(copy)) as connection, connection:
        held = [(row[0],) for row in tokens]
        connection.executemany("DELETE FROM recusals WHERE staff_id = ?", held)
        connection.executemany("DELETE FROM staff WHERE id = ?", held)
        for table, rows in ((staff, tokens), (recusals, kept)):
            names = [column.name for column in table.columns]
            places = ", ".join("?" * len(names))
            connection.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", rows)  # noqa: S608
    return True


def _read(before: Path, fingerprint: str) -> tuple[_Rows, _Rows] | None:
    """The rows of both tables; None where they cannot be read, or mean something else."""
    try:
        with contextlib.closing(sqlite3.connect(before)) as connection:
            told = connection.execute("SELECT value FROM store_facts WHERE name = 'key_fingerprint'").fetchone()
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if told != (fingerprint,) or version != (HEAD,):
                return None
            tokens, kept = (
                connection.execute(f"SELECT {', '.join(table.c.keys())} FROM {table.name}").fetchall()  # noqa: S608
                for table in (staff, recusals)
            )
            return tokens, kept
    except sqlite3.DatabaseError:
        return None
