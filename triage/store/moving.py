"""Moving a store to another database: every row as it is, sealed fields sealed, compared at the end.

A table goes over in ranges of its key. Each range is compared by a hash of its rows first, and written anew in one
transaction where it differs: a move that broke off goes on where it stopped when it is run again, and what was
altered on the other side meanwhile is mended. While it runs nobody else writes the source or opens it; in the transaction
that read it the source says that it was moved, and refuses to be used: no report can be taken in between and lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    true,
    tuple_,
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
from triage.store.setup import HEAD, MOVED, MOVING, fingerprint, upgrade, version
from triage.store.tables import audit, store_facts
from triage.store.vault import Vault

RANGE = 2000
_HOUR = timedelta(hours=1)
# Who is at work on the source is nobody's business on the other side
_LEFT_OUT = frozenset({"workers", "claims"})
_Key = tuple[Any, ...]


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
    last: _Key | None = None
    while True:
        rows = _range(reading, table, last, None, size)
        # The last range has no end: what the target has behind it does not belong there
        end = _key(table, rows[-1]) if len(rows) == size else None
        with other.write() as connection:
            theirs = _range(connection, table, last, end, None)
            if _hashed(rows) != _hashed(theirs):
                connection.execute(delete(table).where(_between(table, last, end), _own(table)))
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
            mine, theirs = _print(reading, table, size), _print(there, table, size)
            if mine != theirs:
                raise Corrupt(f"The table {table.name} differs after the move; run it again.")
            found.append(Moved(table.name, *mine, written[table.name]))
    return found


def _print(connection: Connection, table: Table, size: int) -> tuple[int, str]:
    """Number and hash of all rows."""
    count, digest = 0, hashlib.sha256()
    last: _Key | None = None
    while rows := _range(connection, table, last, None, size):
        for row in rows:
            digest.update(_line(row))
        count += len(rows)
        last = _key(table, rows[-1])
    return count, digest.hexdigest()


def _range(
    connection: Connection, table: Table, after: _Key | None, end: _Key | None, limit: int | None
) -> Sequence[Row[*tuple[Any, ...]]]:
    statement = select(table).where(_between(table, after, end), _own(table)).order_by(*table.primary_key)
    return connection.execute(statement.limit(limit)).all()


def _own(table: Table) -> ColumnElement[bool]:
    """What belongs to the store, and not to the move itself."""
    return store_facts.c.name.not_in((MOVED, MOVING)) if table is store_facts else true()


def _between(table: Table, after: _Key | None, end: _Key | None) -> ColumnElement[bool]:
    columns = list(table.primary_key)
    key = tuple_(*columns)
    parts: list[ColumnElement[bool]] = [true()]
    # With the type of the column: a number would be taken for one of 32 bits
    if after is not None:
        parts.append(key > tuple_(*(literal(value, column.type) for value, column in zip(after, columns, strict=True))))
    if end is not None:
        parts.append(key <= tuple_(*(literal(value, column.type) for value, column in zip(end, columns, strict=True))))
    return and_(*parts)


def _key(table: Table, row: Row[*tuple[Any, ...]]) -> _Key:
    return tuple(row._mapping[column] for column in table.primary_key)


def _hashed(rows: Sequence[Row[*tuple[Any, ...]]]) -> bytes:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_line(row))
    return digest.digest()


def _line(row: Row[*tuple[Any, ...]]) -> bytes:
    return json.dumps(list(row), default=_plain, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return to_micros(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(type(value).__name__)


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
