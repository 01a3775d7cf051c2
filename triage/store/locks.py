"""Locks of the operating system: they fall with the process that holds them, however it ends.

Beside them the advisory locks of a database server, which fall with the connection that holds them. The embedded
database needs none: there one process writes at a time, and one is the worker.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, func, select

from triage.errors import Busy
from triage.store.database import Database
from triage.store.parts import in_parts
from triage.store.tables import reports


class FileLock:
    """A lock that this process holds until ``release``."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    def release(self) -> None:
        """Gives the lock back; a second call does nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def take_lock(path: Path, *, wait: float = 0.0) -> FileLock:
    """Takes the lock on a file, waiting at most ``wait`` seconds.

    Raises:
        Busy: another process holds it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(handle)
                raise Busy(f"Another process holds {path.name}; let it finish and try again.") from None
            time.sleep(0.02)
        else:
            return FileLock(handle)


def take_worker_lock(data_dir: Path) -> FileLock:
    """The lock of the one worker, who alone writes the search index.

    Raises:
        Busy: a worker runs already.
    """
    return take_lock(data_dir / "worker.lock")


def number_of(name: str) -> int:
    """The number by which a server knows the lock of a name."""
    return int.from_bytes(blake2b(f"triage/{name}".encode(), digest_size=8).digest(), signed=True)


def take_turn(connection: Connection, *names: str) -> None:
    """Holds the locks of these names until the transaction ends; taken in one order, so that nobody waits in a ring."""
    if connection.dialect.name == "postgresql":
        for number in sorted(map(number_of, names)):
            connection.execute(select(func.pg_advisory_xact_lock(number)))


def try_turn(connection: Connection, name: str) -> bool:
    """As ``take_turn`` for one name, but False at once where somebody else holds it."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(select(func.pg_try_advisory_xact_lock(number_of(name)))).scalar_one())


def hold_reports(connection: Connection, report_ids: list[str]) -> None:
    """Keeps the rows of these reports from changing until the transaction ends.

    What is looked up afterwards is what holds: on a server somebody may have written between a look and a write.
    """
    if connection.dialect.name == "postgresql":
        for part in in_parts(sorted(set(report_ids))):
            rows = select(reports.c.seq).where(reports.c.id.in_(part)).order_by(reports.c.id)
            connection.execute(rows.with_for_update()).all()


@contextmanager
def turn(database: Database, name: str) -> Iterator[None]:
    """Holds the lock of a name over several transactions, waiting for it.

    Raises:
        Busy: it was not to be had in time.
    """
    if database.sqlite:
        yield
        return
    with database.session() as connection:
        connection.execute(select(func.pg_advisory_lock(number_of(name))))
        try:
            yield
        finally:
            _let_go(connection, name)


@contextmanager
def only_one(database: Database, name: str) -> Iterator[bool]:
    """Whether this process alone has the lock of a name while the block runs; nobody waits."""
    if database.sqlite:
        yield True
        return
    with database.session() as connection:
        mine = bool(connection.execute(select(func.pg_try_advisory_lock(number_of(name)))).scalar_one())
        try:
            yield mine
        finally:
            if mine:
                _let_go(connection, name)


def _let_go(connection: Connection, name: str) -> None:
    # A connection that is lost has lost its locks
    if not connection.invalidated and not connection.closed:
        connection.execute(select(func.pg_advisory_unlock(number_of(name))))
