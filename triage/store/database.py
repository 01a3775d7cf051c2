"""The engine and the two kinds of transaction: ``read`` sees one moment, ``write`` writes.

SQLite: write-ahead log and synchronous FULL, so that what was acknowledged survives power loss; BEGIN IMMEDIATE for
writers, because a reader that turns writer fails at once when somebody wrote in between, so that there is one writer.

PostgreSQL: readers get REPEATABLE READ and write nothing; writers get READ COMMITTED and take what must not change
under them (see ``locks``). Nothing waits for ever: connecting, a statement, a lock and an idle transaction have an end.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from ipaddress import ip_address
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DBAPIError, InvalidatePoolError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from triage.errors import BadSetup, Busy, Corrupt, TriageError, Unavailable
from triage.settings import Settings

BUSY_SECONDS = 30
# As many as the thread pool of the API has tokens: no route waits for a connection to a file.
POOL = 40
POOL_SECONDS = 10
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 60
LOCK_SECONDS = 15
IDLE_SECONDS = 60
RESTED_SECONDS = 0.1
# Deadlock, serialisation, a lock that was not to be had in time, a statement that took too long
_BUSY_STATES = frozenset({"40P01", "40001", "55P03", "57014"})
# An idle transaction was ended; the server takes no writes, as one that follows another does
_GONE_STATES = frozenset({"25P03", "25006"})
_FULL_STATE = "53100"
# No room for the database or its log; none for what processes share beside it
_FULL_NAMES = frozenset({"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"})
# Connection, resources (a full disk among them), operator's intervention, system
_GONE_CLASSES = frozenset({"08", "53", "57", "58"})
_FORBIDDEN_STATE = "42501"
# Who is not let in is told in words alone, without a state; those of a server in another language are told as any other trouble
_NOT_LET_IN = (
    (
        re.compile(
            r"authentication failed|role \".*\" does not exist|no password supplied|no pg_hba.conf entry|not permitted to log"
        ),
        "The database server does not let this user in: see the user in TRIAGE_DATABASE_URL, and TRIAGE_DATABASE_PASSWORD_FILE.",
    ),
    (
        re.compile(r"database \".*\" does not exist"),
        "The database server has no database of the name in TRIAGE_DATABASE_URL.",
    ),
    (
        re.compile(r"certificate|does not support SSL"),
        "The database server shows no certificate that is trusted: see sslmode and sslrootcert in TRIAGE_DATABASE_URL.",
    ),
    (
        re.compile(r"too many (clients|connections)|connection slots are reserved"),
        "The database server takes no more connections: lower TRIAGE_DATABASE_POOL, or raise its max_connections.",
    ),
)


class Collision(Busy):
    """Two transactions got into each other's way and this one was undone; it may be done again at once."""


class Database:
    """One engine and its transactions."""

    def __init__(self, settings: Settings) -> None:
        """Prepares the engine; connects at the first transaction.

        Raises:
            BadSetup: the address is none, or its driver is missing.
        """
        try:
            url = make_url(settings.database)
            self.sqlite = url.get_backend_name() == "sqlite"
            if not self.sqlite:
                url = _with_password(url, settings)
            options = {"pool_size": POOL, "max_overflow": 8, "pool_timeout": BUSY_SECONDS}
            self.engine: Engine = create_engine(
                url, hide_parameters=True, **(options if self.sqlite else _server_options(url, settings.database_pool))
            )
        except (SQLAlchemyError, ImportError, TypeError, ValueError) as error:
            # The message of the cause may repeat the address, and with it a password.
            raise BadSetup(
                f"TRIAGE_DATABASE_URL cannot be used ({type(error).__name__}); it must be like postgresql://user@host/name, or unset."
            ) from None
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)
        else:
            _look_at_rested(self.engine)
        self._writer, self._reader = self._kinds()
        # Threads of one process queue here instead of polling SQLite's file lock.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.sqlite else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; committed and flushed when the block ends, undone when it raises.

        Raises:
            Busy: on SQLite another process wrote for longer than 30 seconds; on a server a lock or a connection was
                not to be had in time.
            Unavailable: the server does not answer.
        """
        with self._turn, self._plain_errors(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database and writes nothing.

        Raises:
            Busy, Unavailable: as above.
        """
        with self._plain_errors(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection to a server whose statements stand alone: for locks that outlive a transaction, and for words to others."""
        alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        with self._plain_errors(), alone.connect() as connection:
            yield connection

    def close(self) -> None:
        """Closes the idle connections."""
        self.engine.dispose()

    def _kinds(self) -> tuple[Engine, Engine]:
        if self.sqlite:
            return self.engine.execution_options(triage_writes=True), self.engine
        reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return self.engine.execution_options(isolation_level="READ COMMITTED"), reading

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except NoConnection:
            raise Busy("All connections to the database are in use; try again.") from None
        except DBAPIError as error:
            told = _embedded_trouble(error) if self.sqlite else _server_trouble(error)
            if told is None:
                if not self.sqlite:
                    _hush(error)
                raise
            raise told from (None if isinstance(told, Busy) else error)


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


def _server_options(url: URL, pool: int) -> dict[str, Any]:
    """How a server is spoken to: few connections, each looked at before it is used, and an end to every waiting."""
    told = url.query.get("options", "")
    limits = {
        "statement_timeout": STATEMENT_SECONDS * 1000,
        "lock_timeout": LOCK_SECONDS * 1000,
        "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
        # Statements are short and many: compiling one costs more than running it
        "jit": "off",
    }
    options = [f"-c {name}={value}" for name, value in limits.items()]
    return {
        "pool_size": pool,
        "max_overflow": 0,
        "pool_timeout": POOL_SECONDS,
        "pool_recycle": 1800,
        "pool_use_lifo": True,
        "connect_args": {
            "application_name": "triage",
            **_encryption(url),
            "connect_timeout": CONNECT_SECONDS,
            "keepalives_idle": 30,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
            # What the address says of options comes last and so holds
            "options": " ".join([*options, *([told] if isinstance(told, str) else told)]).strip(),
        },
    }


def _look_at_rested(engine: Engine) -> None:
    """Asks a connection that has rested whether it still lives, before it is used; where not, all that rest are made anew.

    One that was used a moment ago is not asked: between two batches of a writer the question costs a tenth of the write.
    """

    def laid_down(_: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    def taken_up(connection: DBAPIConnection, record: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
        since = record.info.get("rests_since")
        if since is None or time.monotonic() - since < RESTED_SECONDS:
            return
        try:
            lives = engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            lives = False
        if not lives:
            raise InvalidatePoolError

    event.listen(engine, "checkin", laid_down)
    event.listen(engine, "checkout", taken_up)


def _encryption(url: URL) -> dict[str, str]:
    """Verified TLS to a server on another machine, unless the address or ``PGSSLMODE`` says otherwise.

    The driver's own default encrypts where the server offers it and trusts any certificate.
    """
    if "sslmode" in url.query or "PGSSLMODE" in os.environ:
        return {}
    told = [url.query.get("host", ()), url.query.get("hostaddr", ())]
    hosts = [host for part in told for host in ((part,) if isinstance(part, str) else part)] or [url.host or ""]
    return {} if all(_here(host) for host in hosts) else {"sslmode": "verify-full"}


def _here(host: str) -> bool:
    """Whether a host is this machine: a socket's folder, or the loopback."""
    if host == "" or host.startswith(("/", "@")):
        return True
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _embedded_trouble(error: DBAPIError) -> TriageError | None:
    if isinstance(error, OperationalError):
        if "locked" in str(error.orig) or "busy" in str(error.orig):
            return Busy("The database is busy with another writer; try again.")
        if getattr(error.orig, "sqlite_errorname", "") in _FULL_NAMES:
            return _full()
        return Unavailable(f"The database does not answer as it should ({type(error.orig).__name__}).")
    # What SQLite calls malformed, or no database at all.
    if type(error) is DatabaseError:
        return Corrupt("The database file is damaged; bring a copy back with `triage restore`.")
    return None


def _server_trouble(error: DBAPIError) -> TriageError | None:
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in _BUSY_STATES:
        return Collision("The database is busy with others who write the same rows; try again.")
    if state == _FULL_STATE:
        return _full()
    if state == _FORBIDDEN_STATE:
        return Unavailable("The user of TRIAGE_DATABASE_URL lacks rights on its tables; make it their owner.")
    lost = error.connection_invalidated or (isinstance(error, OperationalError) and not state)
    if lost or state in _GONE_STATES or state[:2] in _GONE_CLASSES:
        words = "" if state else str(error.orig)
        for wording, sentence in _NOT_LET_IN:
            if wording.search(words):
                return Unavailable(sentence)
        return Unavailable(f"The database server does not answer ({type(error.orig).__name__}); try again in a moment.")
    return None


def _full() -> Unavailable:
    return Unavailable("The disk of the database is full; once there is room, try again.")


def _hush(error: DBAPIError) -> None:
    """Leaves of a server's error what and where: its words repeat the row that it refused."""
    where = getattr(error.orig, "diag", None)
    named = [getattr(where, name, None) for name in ("sqlstate", "table_name", "column_name", "constraint_name")]
    told = " ".join([type(error.orig).__name__, *(str(name) for name in named if name)])
    error.args = (told,)
    if error.orig is not None:
        error.orig.args = (told,)


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
