"""Moving a store to another database: every row as it is, sealed fields sealed, compared at the end.

A table goes over in ranges of its key. Each range is compared by a hash of its rows first, and written anew in one
transaction where it differs: a move that broke off goes on where it stopped when it is run again, and what was
altered on the other side meanwhile is mended. While it runs nobody else writes the source or opens it; in the transaction
that read it the source says that it was moved, and refuses to be used: no report can be taken in between and lost.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import (
    BigInteger,
    Connection,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    type_coerce,
)

from triage.errors import BadSetup, Busy, Corrupt, WrongKey
from triage.settings import Settings
from triage.store.audit import write_entries
from triage.store.columns import EPOCH, metadata, to_micros
from triage.store.database import Database, sqlite_file
from triage.store.keys import read_key
from triage.store.locks import take_lock, take_turn
from triage.store.partitions import make_room
from triage.store.records import AuditEntry
from triage.store.row_ranges import Key, between, hash_of, key_of, own_rows, print_of, rows_between
from triage.store.setup import HEAD, MOVED, MOVING, fingerprint, upgrade, version
from triage.store.tables import audit, store_facts
from triage.store.vault import Vault

RANGE = 2000
_HOUR = timedelta(hours=1)
# Who is at work on the source is nobody's business on the other side
_LEFT_OUT = frozenset({"workers", "claims"})


@dataclass(frozen=True, slots=True)
class Moved:
    """A table on both sides: how many rows, their hash (SHA-256 over the rows in the order of their keys), how many
    had to be written this time.
    """

    table: str
    rows: int
    sha256: str
    written: int


def move(
    source: Settings, target: Settings, on_progress: Callable[[int], None] = lambda _: None, *, size: int = RANGE
) -> list[Moved]:
    """Makes the target hold what the source holds, row for row; ``on_progress`` hears of each range's rows.

    Raises:
        BadSetup: one of them is of another version, or the target holds another store.
        WrongKey: the master key in use is not the one of the source.
        Busy: somebody uses the source.
        Corrupt: source and target differ at the end.
    """
    one, other = Database(source), Database(target)
    try:
        _check_source(one, source)
        _prepare_target(one, other, target)
        with take_lock(source.data_dir / "setup.lock", wait=60), _kept_still(one, source) as reading:
            _make_room(reading, other)
            written = {table.name: _carry(reading, other, table, size, on_progress) for table in _tables()}
            _carry_counters(reading, other)
            moved = _compared(reading, other, written, size)
            _say(reading, MOVED)
        with other.write() as connection:
            _say(connection, None)
            write_entries(connection, [AuditEntry("command line", "", "store moved")])
        return moved
    finally:
        one.close()
        other.close()


def rows_in(settings: Settings) -> int:
    """How many rows a move has to look at. Raises ``BadSetup`` where there is no store."""
    _demand_file(settings)
    database = Database(settings)
    try:
        with database.read() as connection:
            return sum(connection.execute(select(func.count()).select_from(one)).scalar_one() for one in _tables())
    finally:
        database.close()


def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in _LEFT_OUT]


def _demand_file(settings: Settings) -> None:
    # Connecting would make an empty one
    file = sqlite_file(settings)
    if file is not None and not file.is_file():
        raise BadSetup("There is no database to move.")


def _check_source(one: Database, settings: Settings) -> None:
    _demand_file(settings)
    if version(one) != HEAD:
        raise BadSetup("The database to be moved has another version than this program; run `triage migrate` first.")
    if not settings.key_path.is_file():
        raise WrongKey("The master key file is missing; a move needs it in its place.")
    with one.read() as connection:
        if fingerprint(connection) != Vault(read_key(settings.key_path)).fingerprint():
            raise WrongKey("The master key is not the one that the database to be moved was written with.")


def _prepare_target(one: Database, other: Database, settings: Settings) -> None:
    """Tables where there are none; another store than the source's own is left alone."""
    file = sqlite_file(settings)
    if file is not None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=True)
    found = version(other)
    if found != HEAD:
        if found is not None:
            _demand_left_behind(one, other, found)
        # Marks that a vault would tell come with the rows
        upgrade(other)
    with one.read() as here, other.read() as there:
        if here.engine.url == there.engine.url:
            raise BadSetup("Source and target are one database.")
        mine, theirs = fingerprint(here), fingerprint(there)
        facts = _facts(there)
        lives = there.execute(select(audit.c.seq).limit(1)).first() is not None
        if MOVED in _facts(here) and MOVING not in facts:
            raise BadSetup(
                "The store was moved out of this database already, and lives where it went: move it on from there."
            )
        # What begins here, was broken off here, or was moved away from here may be written; nothing else
        if theirs not in {None, mine} or (lives and not facts & {MOVING, MOVED}):
            raise BadSetup("The target holds another store already.")
    with other.write() as connection:
        _say(connection, MOVING)


def _demand_left_behind(one: Database, other: Database, found: str) -> None:
    """Of another version may only be what an older program began to move, or moved away: `triage migrate` refuses both."""
    with one.read() as here, other.read() as there:
        ours = fingerprint(there) in {None, fingerprint(here)} and _facts(there) & {MOVING, MOVED}
    if found > HEAD or not ours:
        raise BadSetup("The target has another version than this program; run `triage migrate` on it first.")


def _facts(connection: Connection) -> set[str]:
    return set(connection.execute(select(store_facts.c.name)).scalars())


def _make_room(reading: Connection, other: Database) -> None:
    """Every month of the audit log gets its part before its rows come."""
    if other.sqlite:
        return
    hours = reading.execute(select(type_coerce(audit.c.at, BigInteger) // to_micros(EPOCH + _HOUR)).distinct())
    with other.write() as connection:
        make_room(connection, (EPOCH + _HOUR * number for number in hours.scalars()))


def _say(connection: Connection, fact: str | None) -> None:
    """Where a store stands on its way: on the way into this database, moved out of it, or, for None, at home in it."""
    connection.execute(delete(store_facts).where(store_facts.c.name.in_((MOVED, MOVING))))
    if fact is not None:
        connection.execute(insert(store_facts), [{"name": fact, "value": "yes"}])


@contextmanager
def _kept_still(one: Database, settings: Settings) -> Iterator[Connection]:
    """A transaction on the source in which nobody else writes it."""
    file = sqlite_file(settings)
    if file is not None:
        # Our own connections are somebody's too
        one.close()
        with contextlib.closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as alone:
            try:
                alone.execute("PRAGMA locking_mode=EXCLUSIVE").fetchone()
                alone.execute("BEGIN EXCLUSIVE")
                alone.execute("COMMIT")
            except sqlite3.OperationalError:
                raise _in_use() from None
    with one.write() as connection:
        if file is None:
            # Whoever opens the store on another machine waits for its turn at that, and then finds it moved
            take_turn(connection, "setup")
            others = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            mine = " AND application_name = 'triage' AND backend_type = 'client backend'"
            if connection.execute(text(others + mine)).scalar_one() > one.engine.pool.checkedin():  # type: ignore[attr-defined]
                raise _in_use()
            _take_time(connection)
            names = ", ".join(f'"{table.name}"' for table in _tables())
            connection.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))
        yield connection


def _take_time(connection: Connection) -> None:
    """Lets a server's transaction last as long as the other side takes, up to its end."""
    for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(text(f"SET LOCAL {name} = 0"))


def _in_use() -> Busy:
    return Busy("Another process uses the database; stop `triage serve` and `triage work` and try again.")


def _carry(reading: Connection, other: Database, table: Table, size: int, on_progress: Callable[[int], None]) -> int:
    """Brings a table over, range by range; how many rows had to be written."""
    written = 0
    last: Key | None = None
    while True:
        rows = rows_between(reading, table, last, None, size)
        # The last range has no end: what the target has behind it does not belong there
        end = key_of(table, rows[-1]) if len(rows) == size else None
        with other.write() as connection:
            theirs = rows_between(connection, table, last, end, None)
            if hash_of(rows) != hash_of(theirs):
                connection.execute(delete(table).where(between(table, last, end), own_rows(table)))
                if rows:
                    connection.execute(insert(table), [dict(row._mapping) for row in rows])
                written += len(rows)
        on_progress(len(rows))
        if end is None:
            return written
        last = end


def _compared(reading: Connection, other: Database, written: Mapping[str, int], size: int) -> list[Moved]:
    """Every table on both sides once more, read from its beginning."""
    found = []
    with other.read() as there:
        if not other.sqlite:
            _take_time(there)
        for table in _tables():
            mine, theirs = print_of(reading, table, size), print_of(there, table, size)
            if mine != theirs:
                raise Corrupt(f"The table {table.name} differs after the move; run it again.")
            found.append(Moved(table.name, *mine, written[table.name]))
    return found


def _carry_counters(reading: Connection, other: Database) -> None:
    """Numbers go on where they were: one that was given and taken away again must not be given to something else."""
    counters = _counters(reading)
    with other.write() as connection:
        for table, number in counters.items():
            if not other.sqlite:
                sequence = text("SELECT setval(pg_get_serial_sequence(:table, 'seq'), :number)")
                connection.execute(sequence, {"table": table, "number": number})
            elif metadata.tables[table].dialect_options["sqlite"]["autoincrement"]:
                connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table})
                told = {"table": table, "number": number}
                connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :number)"), told)


def _counters(reading: Connection) -> dict[str, int]:
    """The last number given in each table that numbers its rows, and gave one."""
    found: dict[str, int] = {}
    for table in _tables():
        if "seq" not in table.c or not table.c.seq.primary_key:
            continue
        last = reading.execute(select(func.coalesce(func.max(table.c.seq), 0))).scalar_one()
        if reading.dialect.name == "sqlite":
            given = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
            last = max(last, reading.execute(given, {"table": table.name}).scalar() or 0)
        else:
            name = reading.execute(text("SELECT pg_get_serial_sequence(:t, 'seq')"), {"t": table.name}).scalar_one()
            # The name comes from the server's own catalogue
            number, called = reading.execute(text(f"SELECT last_value, is_called FROM {name}")).one()  # noqa: S608
            last = max(last, number if called else 0)
        if last:
            found[table.name] = int(last)
    return found
