"""The months of the audit log on a server: each is a table of its own, a part of ``audit``.

Rows go where their time says; the chain over them goes by their numbers and knows nothing of months. The table of a month
that is over never changes again, for whoever copies, vacuums or moves it to another disk. Months are those of the offices (UTC+8). Parts are made before their month begins; a row whose month has none, as
a clock that jumps may write it, stands in ``audit_other``, so that no act ever fails for it, and moves when the part is made.

An embedded database has one table.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import Connection, text

from triage.errors import TriageError
from triage.logs import get_logger
from triage.store.columns import to_micros
from triage.store.database import Database
from triage.store.locks import try_turn

log = get_logger(__name__)

AHEAD = 2
"""So many months after this one have their part."""
_LOOK_SECONDS = 3600.0
# Whoever reads the whole log keeps the part for the rest from us; others must not queue behind us for long
_LOCK_SECONDS = 2
_OFFICES = timezone(timedelta(hours=8))
_COLUMNS = "seq, at, principal, role, act, subjects, purpose, detail"


class AuditMonths:
    """Makes the parts of coming months in time; for the worker."""

    def __init__(self, database: Database) -> None:
        """Looks at nothing yet."""
        self._database = database
        self._looked: float | None = None

    def tick(self) -> None:
        """Looks once an hour; what cannot be made now is tried again an hour later, long before it is needed."""
        now = time.monotonic()
        if self._database.sqlite or (self._looked is not None and now < self._looked + _LOOK_SECONDS):
            return
        self._looked = now
        try:
            self.keep_ahead(datetime.now(UTC))
        except TriageError as error:
            log.warning("audit_months_not_made", code=error.code)

    def keep_ahead(self, moment: datetime) -> list[str]:
        """Makes the parts of a moment's month and of those that come; the tables that were made.

        Raises:
            Busy, Unavailable: the log is being read as a whole, or the server does not answer.
        """
        if self._database.sqlite:
            return []
        month = _month_of(moment)
        with self._database.write() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
            return _make(connection, [_later(month, ahead) for ahead in range(AHEAD + 1)])


def make_room(connection: Connection, moments: Iterable[datetime]) -> None:
    """On a server, makes the parts for rows of these moments that are about to be brought in."""
    if connection.dialect.name == "postgresql":
        _make(connection, sorted({_month_of(moment) for moment in moments}))


def _make(connection: Connection, months: list[datetime]) -> list[str]:
    """The parts that were missing. Another process that makes some at this moment makes these too."""
    of = "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'audit'::regclass"
    there = set(connection.execute(text(of)).scalars())
    missing = {name: month for month in months if (name := f"audit_{month:%Y_%m}") not in there}
    if not missing or not try_turn(connection, "audit months"):
        return []
    # First of all: a row that goes to the rest between the look and the new part would belong to both
    rest = "audit" if any(_in_use(connection, month) for month in missing.values()) else "audit_other"
    connection.execute(text(f"LOCK TABLE {rest} IN ACCESS EXCLUSIVE MODE"))
    there = set(connection.execute(text(of)).scalars())
    made = [name for name in missing if name not in there]
    for name in made:
        begin, end = _bounds(missing[name])
        connection.execute(text(f"CREATE TABLE {name} (LIKE audit INCLUDING DEFAULTS)"))
        moved = f"DELETE FROM audit_other WHERE at >= {begin} AND at < {end} RETURNING {_COLUMNS}"  # noqa: S608  # ours
        into = f"INSERT INTO {name} ({_COLUMNS}) SELECT {_COLUMNS} FROM moved"  # noqa: S608
        connection.execute(text(f"WITH moved AS ({moved}) {into}"))
        # Joined, and not made as a part at once: that would keep every writer of the log out meanwhile
        connection.execute(text(f"ALTER TABLE audit ATTACH PARTITION {name} FOR VALUES FROM ({begin}) TO ({end})"))
    return made


def _in_use(connection: Connection, month: datetime) -> bool:
    """Whether rows of a month without a part are being written: who is about to write one must wait for the part.

    Else PostgreSQL would have found the rest for it before, and refuse it there afterwards.
    """
    begin, end = _bounds(month)
    some = f"SELECT EXISTS (SELECT FROM audit_other WHERE at >= {begin} AND at < {end})"  # noqa: S608  # numbers
    return month <= datetime.now(UTC) + timedelta(days=1) or bool(connection.execute(text(some)).scalar_one())


def _bounds(month: datetime) -> tuple[int, int]:
    return to_micros(month), to_micros(_later(month, 1))


def _month_of(moment: datetime) -> datetime:
    return moment.astimezone(_OFFICES).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _later(month: datetime, months: int) -> datetime:
    whole = month.year * 12 + month.month - 1 + months
    return month.replace(year=whole // 12, month=whole % 12 + 1)
