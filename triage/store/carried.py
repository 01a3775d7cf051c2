"""What a restore leaves as it stands: who may read, from whom they are kept, and what was locked away from everybody.

A copy knows tokens, recusals and seals as they were when it was made. A token that was revoked or renewed since would hold
again by its old secret, whoever was kept from somebody since would read of them, and a report on the own head would lie open
in his office. So they are carried from the database that is replaced into the copy, if that one can be read and is of
this version and this key.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from triage.errors import Corrupt
from triage.model import Route, Stage, Way
from triage.store.access import WORKER
from triage.store.added import seal_with_added
from triage.store.audit import read_entry, write_entries
from triage.store.database import Database
from triage.store.outcomes import Prepared, prepare
from triage.store.parts import in_parts
from triage.store.records import Assessed
from triage.store.setup import HEAD
from triage.store.tables import recusals, reports, staff
from triage.store.vault import Vault

_Rows = list[tuple[object, ...]]
_SEALED = (
    "SELECT reports.id, routes.division, routes.office_id, routes.reasons FROM reports JOIN routes ON routes.report_id = reports.id"
    " WHERE reports.stage = 'sealed' AND routes.way = 'sealed_up' ORDER BY routes.id"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Tokens and recusals as rows, and by their ids why reports are sealed."""

    tokens: _Rows
    recusals: _Rows
    seals: Mapping[str, Route]


def standing_in(before: Path, fingerprint: str) -> Standing | None:
    """What holds in a database that is to be replaced; None where it cannot be read, or means something else."""
    if not before.is_file():
        return None
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
            seals = {
                name: Route(Way.SEALED_UP, division, office, False, tuple(json.loads(reasons)))
                for name, division, office, reasons in connection.execute(_SEALED)
            }
            return Standing(tokens, kept, seals)
    except (sqlite3.DatabaseError, ValueError):
        return None


def carry_access(standing: Standing, copy: Path) -> None:
    """Gives the copy these tokens and recusals. Tokens that it alone knows stay, with their recusals."""
    with contextlib.closing(sqlite3.connect(copy)) as connection, connection:
        held = [(row[0],) for row in standing.tokens]
        connection.executemany("DELETE FROM recusals WHERE staff_id = ?", held)
        connection.executemany("DELETE FROM staff WHERE id = ?", held)
        for table, rows in ((staff, standing.tokens), (recusals, standing.recusals)):
            names = [column.name for column in table.columns]
            places = ", ".join("?" * len(names))
            connection.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", rows)  # noqa: S608


def carry_seals(standing: Standing, database: Database, vault: Vault) -> None:
    """Seals in the copy what was sealed, with all that was added to it; the log tells of it."""
    columns = (reports.c.id, reports.c.seq, reports.c.stage, reports.c.wrapped_key, reports.c.wrap)
    for part in in_parts(sorted(standing.seals)):
        with database.write() as connection:
            open_ = select(*columns).where(reports.c.id.in_(part), reports.c.stage != Stage.SEALED.value)
            rows = {row.id: row for row in connection.execute(open_)}
            sealed: list[Prepared] = []
            for name, row in rows.items():
                # One that does not open is read by nobody
                with contextlib.suppress(Corrupt):
                    sealed.append(prepare(vault, Assessed(name, None, standing.seals[name]), row))
            seal_with_added(connection, vault, sealed, rows, datetime.now(UTC))
            if sealed:
                those = sorted(entry.item.report_id for entry in sealed)
                write_entries(connection, [read_entry(WORKER, "seal", those, code="sealed_before_restore")])
