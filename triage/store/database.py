"""The engine and the two kinds of transaction: ``read`` sees one moment, ``write`` is the only writer.

SQLite: write-ahead log and synchronous FULL, so that what was acknowledged survives power loss; BEGIN IMMEDIATE for
writers, because a reader that turns writer fails at once when somebody wrote in between.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from triage.errors import BadSetup, Busy, Corrupt, Unavailable
from triage.settings import Settings

BUSY_SECONDS = 30
# As many as the thread pool of the API has tokens: no route waits for a connection.
POOL = 40


class Database:
    """One engine and its transactions."""

    def __init__(self, settings: Settings) -> None:
        """Prepares the engine; connects at the first transaction.

        Raises:
            BadSetup: the address is none, or its driver is missing.
        """
        try:
            url = _with_password(make_url(settings.database), settings)
            self.engine: Engine = create_engine(
                url, hide_parameters=True, pool_size=POOL, max_overflow=8, pool_timeout=30
            )
        except (SQLAlchemyError, ImportError, TypeError, ValueError) as error:
            # The message of the cause may repeat the address, and with it a password.
            raise BadSetup(f"TRIAGE_DATABASE_URL cannot be used ({type(error).__name__}).") from None
        self.sqlite = self.engine.dialect.name == "sqlite"
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)
        self._writer = self.engine.execution_options(triage_writes=True)
        # Threads of one process queue here instead of polling SQLite's file lock.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.sqlite else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; committed and flushed when the block ends, undone when it raises.

        Raises:
            Busy: another process wrote for longer than 30 seconds.
        """
        with self._turn, _plain_errors(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database and writes nothing."""
        with _plain_errors(), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Closes the idle connections."""
        self.engine.dispose()


def _with_password(url: URL, settings: Settings) -> URL:
    """The address with the password of ``TRIAGE_DATABASE_PASSWORD_FILE``, which so stands in no environment.

    Raises:
        BadSetup: the file cannot be read.
    """
    if settings.database_password_file is None:
        return url
    try:
        return url.set(password=settings.database_password_file.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        raise BadSetup("TRIAGE_DATABASE_PASSWORD_FILE cannot be read.") from None


def sqlite_file(settings: Settings) -> Path | None:
    """The file of the embedded database; None for a server database."""
    if not settings.sqlite:
        return None
    name = make_url(settings.database).database
    if not name or name.startswith((":", "file:")):
        raise BadSetup("TRIAGE_DATABASE_URL must name a file: reports in memory would be lost.")
    return Path(name)


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig) or "busy" in str(error.orig):
            raise Busy("The database is busy with another writer; try again.") from None
        raise Unavailable(f"The database does not answer as it should ({type(error.orig).__name__}).") from error
    except DatabaseError as error:
        if type(error) is not DatabaseError:
            raise
        # What SQLite calls malformed, or no database at all.
        raise Corrupt("The database file is damaged; bring a copy back with `triage restore`.") from None


def _prepare(connection: SqliteConnection, _: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "cache_size=-16384",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("triage_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
