"""The audit log: rows in the act's transaction, reads in batches before the answer, and a keyed chain over both.

Rows are never updated: a sealer chains those that came since into ``audit_seals``, one keyed hash over the one before
and the rows. Whoever alters, removes or slips in a sealed row without the key breaks the chain; whoever cuts off its
end is found by comparing the head with the one written down elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text

from triage.errors import Corrupt
from triage.model import Access
from triage.store.columns import to_micros
from triage.store.database import Database
from triage.store.locks import try_turn
from triage.store.many import insert_rows
from triage.store.records import AuditEntry, AuditState
from triage.store.tables import audit, audit_seals

_START = "0" * 64
_ROWS = 1000
_PATIENCE_SECONDS = 2.0


def read_entry(access: Access, act: str, subjects: Iterable[str] = (), **detail: int | str) -> AuditEntry:
    """The entry for an act under an access."""
    return AuditEntry(access.principal, access.role.value, act, tuple(subjects), access.purpose, detail)


def entry_rows(entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """The rows of entries, as of now."""
    now = datetime.now(UTC)
    return [
        {
            "at": now,
            "principal": entry.principal,
            "role": entry.role,
            "act": entry.act,
            "subjects": " ".join(entry.subjects),
            "purpose": entry.purpose,
            "detail": json.dumps(dict(entry.detail), sort_keys=True) if entry.detail else "",
        }
        for entry in entries
    ]


def write_entries(connection: Connection, entries: Sequence[AuditEntry]) -> None:
    """Writes entries in the transaction of the act itself."""
    insert_rows(connection, audit, entry_rows(entries))


class ReadLog:
    """Writes the entries of reads before they are answered; readers who come together share one flush."""

    def __init__(self, database: Database) -> None:
        """Writes into this database."""
        self._database = database
        self._guard = threading.Lock()
        self._flushing = threading.Lock()
        self._pending: list[AuditEntry] = []
        self._left: list[AuditEntry] = []
        self._noted = 0
        self._written = 0

    def later(self, entries: Sequence[AuditEntry]) -> None:
        """Leaves entries of the worker's own reads for the transaction that keeps what comes of them (see ``carried``).

        The worker answers nobody with what it reads: a flush for each of its reads would tell nothing sooner.
        """
        with self._guard:
            self._left.extend(entries)

    @contextmanager
    def carried(self) -> Iterator[list[AuditEntry]]:
        """What was left for later, for a transaction within the block; it stays left when that fails."""
        with self._guard:
            left, self._left = self._left, []
        try:
            yield left
        except BaseException:
            with self._guard:
                self._left = left + self._left
            raise

    def flush(self) -> None:
        """Writes what was left for later."""
        with self.carried() as left:
            if left:
                with self._database.write() as connection:
                    write_entries(connection, left)

    def note(self, entries: Sequence[AuditEntry]) -> None:
        """Returns when the entries are flushed; the first of several waiting threads writes for all."""
        with self._guard:
            self._pending.extend(entries)
            self._noted += len(entries)
            mine = self._noted
        with self._flushing:
            if self._written >= mine:
                return
            with self._guard:
                batch, self._pending = self._pending, []
            try:
                with self._database.write() as connection:
                    write_entries(connection, batch)
            except BaseException:
                # The others who wait for these rows write them themselves, or fail as well.
                with self._guard:
                    self._pending = batch + self._pending
                raise
            self._written += len(batch)


def seal_rows(database: Database, key: bytes) -> int:
    """Chains what has come since the last seal; how many rows that were. Of several processes one does it at a time."""
    up_to = None if database.sqlite else _settled(database)
    with database.write() as connection:
        total = 0
        if try_turn(connection, "seal"):
            while done := _seal_some(connection, key, up_to):
                total += done
    return total


def _settled(database: Database) -> int:
    """The number behind which all rows of a server database stand: none of a smaller number comes any more.

    Rows get their numbers before they are committed, so that a larger number may be seen before a smaller one. Where
    one is missing, whoever writes into the log at this moment may have it; once they all have ended, nobody has.
    """
    with database.session() as connection:
        after = connection.execute(select(func.coalesce(func.max(audit_seals.c.last), 0))).scalar_one()
        numbered = (
            select(audit.c.seq, func.row_number().over(order_by=audit.c.seq).label("place"))
            .where(audit.c.seq > after)
            .subquery()
        )
        last = connection.execute(select(func.coalesce(func.max(numbered.c.seq), after))).scalar_one()
        whole = select(func.max(numbered.c.seq)).where(numbered.c.seq - numbered.c.place == after)
        without_gap = int(connection.execute(whole).scalar() or after)
        if without_gap >= last:
            return int(last)
        writers = _writers(connection)
        until = time.monotonic() + _PATIENCE_SECONDS
        while writers and time.monotonic() < until:
            time.sleep(0.01)
            writers &= _writers(connection)
    return without_gap if writers else int(last)


def _writers(connection: Connection) -> set[str]:
    """The transactions that have written, or are about to write, into the log."""
    held = text(
        "SELECT virtualtransaction FROM pg_locks WHERE relation = 'audit'::regclass AND mode = 'RowExclusiveLock'"
    )
    return set(connection.execute(held).scalars())


def _seal_some(connection: Connection, key: bytes, up_to: int | None) -> int:
    last = connection.execute(select(audit_seals).order_by(audit_seals.c.seq.desc()).limit(1)).first()
    after, head = (last.last, last.chain) if last else (0, _START)
    new = audit.c.seq > after if up_to is None else audit.c.seq.between(after + 1, up_to)
    found = connection.execute(select(audit).where(new).order_by(audit.c.seq).limit(_ROWS)).all()
    if not found:
        return 0
    seal = {"first": found[0].seq, "last": found[-1].seq, "rows": len(found), "chain": _chain(key, head, found)}
    connection.execute(insert(audit_seals), [seal])
    return len(found)


def verify_rows(database: Database, key: bytes, written_down: str | None = None) -> AuditState:
    """Walks the whole chain.

    Args:
        database: where the log stands.
        key: the vault's subkey ``audit``.
        written_down: a head that was told once before; a log whose end was cut off holds it no more.

    Raises:
        Corrupt: names the first seal that does not fit its rows; or the head that was written down is not in the chain.
    """
    with database.read() as connection:
        head, sealed, end = _START, 0, 0
        met = written_down in (None, _START)
        for seal in connection.execute(select(audit_seals).order_by(audit_seals.c.seq)).all():
            between = audit.c.seq.between(end + 1, seal.last)
            found = connection.execute(select(audit).where(between).order_by(audit.c.seq)).all()
            fits = len(found) == seal.rows and hmac.compare_digest(_chain(key, head, found), seal.chain)
            if not fits:
                raise Corrupt(f"The audit log was altered between rows {seal.first} and {seal.last}.")
            head, sealed, end = seal.chain, sealed + seal.rows, seal.last
            met = met or head == written_down
        waiting = connection.execute(select(func.count()).select_from(audit).where(audit.c.seq > end)).scalar_one()
    if not met:
        raise Corrupt(
            "The audit log does not hold the head that was written down: its end was cut off, or an older copy "
            f"was brought back. It now ends at {head}."
        )
    return AuditState(sealed, waiting, head)


def _chain(key: bytes, head: str, rows: Iterable[Row[*tuple[Any, ...]]]) -> str:
    mac = hmac.new(key, head.encode(), hashlib.sha256)
    for line in _lines(rows):
        mac.update(line)
    return mac.hexdigest()


def _lines(rows: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[bytes]:
    for row in rows:
        seq, at, *rest = row
        # Lengths are written by JSON, so that no value can borrow characters from its neighbour.
        moment = to_micros(at) if isinstance(at, datetime) else at
        yield json.dumps([seq, moment, *rest], ensure_ascii=False).encode() + b"\n"
