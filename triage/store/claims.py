"""Who holds which report.

Several workers share the queue of a server database. A worker is a row that is seen again every few seconds. What it
holds is its own until it lets go, or until it was not seen for its lease (30 seconds): then any other worker takes its
row and its claims away, and goes on with its reports. Time is the server's, so that the clocks of the machines do not
matter. A worker that only seemed dead may still write what it has made: whatever it writes is written once (see
``saving``), so that nothing comes of it twice.

An embedded database has one worker at a time. What another one has left behind there was lost with it.

A report that a worker was lost over has been tried (see ``tries``).
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import BigInteger, ColumnElement, Connection, cast, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from triage.errors import TriageError
from triage.logs import get_logger
from triage.store.database import Database
from triage.store.ids import new_id
from triage.store.locks import hold_reports, try_turn
from triage.store.parts import in_parts
from triage.store.tables import reports
from triage.store.tries import WORKER_LOST, count_tries
from triage.store.worker_tables import claims, workers

log = get_logger(__name__)

# In each lease a worker says so many times that it is alive
_BEATS = 6
_SECOND = 1_000_000


class Holder:
    """The name under which this process holds reports; unknown to the database until it first claims one."""

    def __init__(self, database: Database, lease: float) -> None:
        """Works on the database, an embedded one of which knows no workers; ``lease`` in seconds."""
        self._database = database
        self._lease = lease
        self.id = new_id()
        self._model = self._trouble = self._hindered = ""
        self.feeding: dict[int, str] = {}
        """The reports behind the lines of the outbox that this worker has in hand."""
        self._guard = threading.Lock()
        self._ending = threading.Event()
        self._beats: threading.Thread | None = None
        self._beaten = 0.0
        self._begun = False

    def others(self, report_id: ColumnElement[str]) -> ColumnElement[bool]:
        """That somebody else holds a report."""
        return exists().where(claims.c.report_id == report_id, claims.c.worker_id != self.id)

    def take(self, connection: Connection, report_ids: Sequence[str]) -> set[str]:
        """Claims reports; those of them that are ours now, or were before."""
        mine: set[str] = set()
        now = datetime.now(UTC)
        if self._database.sqlite:
            for part in in_parts(sorted(set(report_ids))):
                connection.execute(delete(claims).where(claims.c.report_id.in_(part)))
                rows = [{"report_id": one, "worker_id": self.id, "taken_at": now} for one in part]
                connection.execute(claims.insert(), rows)
                mine.update(part)
            return mine
        for part in in_parts(sorted(set(report_ids))):
            rows = [{"report_id": one, "worker_id": self.id, "taken_at": now} for one in part]
            claim = insert(claims).values(rows)
            ours = {"worker_id": claim.excluded.worker_id}
            own = claims.c.worker_id == self.id
            claim = claim.on_conflict_do_update(index_elements=["report_id"], set_=ours, where=own)
            mine.update(connection.execute(claim.returning(claims.c.report_id)).scalars())
        return mine

    def let_go(self, connection: Connection, report_ids: Iterable[str]) -> None:
        """Holds these reports no more; what another worker holds by now stays that worker's."""
        for part in in_parts(sorted(set(report_ids))):
            mine = (claims.c.report_id.in_(part), claims.c.worker_id == self.id)
            connection.execute(delete(claims).where(*mine))

    def begin(self) -> None:
        """Makes this worker known and keeps it so, from the first claim on; on an embedded database it is the only one."""
        with self._guard:
            if self._begun:
                return
            if self._database.sqlite:
                self._take_over()
                self._begun = True
                return
            self._beat()
            self._beats = threading.Thread(target=self._go_on, name="worker-beat", daemon=True)
            self._beats.start()
            self._begun = True

    def tell(self, model: str, trouble: str) -> None:
        """Lets others know which model this worker reads with, and the code of what keeps it from the one in use.

        The embedded database knows of its one worker by this alone.
        """
        self._model, self._trouble = model, trouble
        self._write_told()

    def hinder(self, trouble: str) -> None:
        """Lets others know what of this worker's work fails, such as ``feed:Corrupt``; empty where all of it goes on."""
        self._hindered = trouble
        self._write_told()

    @property
    def _told(self) -> dict[str, str]:
        return {"model": self._model[:64], "trouble": f"{self._trouble} {self._hindered}".rstrip()[:64]}

    def _write_told(self) -> None:
        try:
            with self._database.write() as connection:
                if self._database.sqlite:
                    now = datetime.now(UTC)
                    connection.execute(delete(workers))
                    connection.execute(workers.insert().values(**self._row(), began_at=now, seen_at=now))
                else:
                    connection.execute(update(workers).where(workers.c.id == self.id).values(**self._told))
        except TriageError as error:
            log.warning("worker_not_heard", code=error.code)

    def _row(self) -> dict[str, str | int]:
        return {"id": self.id, "host": socket.gethostname()[:64], "pid": os.getpid(), **self._told}

    def _forget_told(self) -> None:
        if any(self._told.values()):
            try:
                with self._database.write() as connection:
                    connection.execute(delete(workers).where(workers.c.id == self.id))
            except TriageError as error:
                log.warning("worker_not_heard", code=error.code)

    def end(self) -> None:
        """Gives everything back and is no worker any more; a server that does not answer finds out by itself."""
        if self._database.sqlite:
            self._forget_told()
        with self._guard:
            if not self._begun:
                return
            if self._beats is not None:
                self._ending.set()
                self._beats.join()
                self._beats = None
            self._begun = False
        try:
            with self._database.write() as connection:
                connection.execute(delete(claims).where(claims.c.worker_id == self.id))
                connection.execute(delete(workers).where(workers.c.id == self.id))
        except TriageError as error:
            log.warning("claims_not_given_back", seconds=self._lease, code=error.code)

    def _take_over(self) -> None:
        left = claims.c.worker_id != self.id
        with self._database.read() as connection:
            found = connection.execute(select(claims.c.report_id).where(left).limit(1)).first()
        if found is not None:
            with self._database.write() as connection:
                _free(connection, left)

    def _go_on(self) -> None:
        while not self._ending.wait(self._lease / _BEATS):
            try:
                self._beat()
            except TriageError as error:
                log.warning("worker_not_heard", code=error.code)

    def _beat(self) -> None:
        """Says that this worker is alive, and takes away what belongs to those that are not."""
        before, now = self._beaten, time.monotonic()
        with self._database.write() as connection:
            told = {"seen_at": _now(), **self._told}
            seen = connection.execute(update(workers).where(workers.c.id == self.id).values(**told)).rowcount
            if not seen:
                connection.execute(insert(workers).values(**self._row(), began_at=_now(), seen_at=_now()))
        self._beaten = now
        # After a time without the server everybody looks dead: they get a chance to say that they are not
        if now - before < self._lease or not before:
            # By itself: rows that somebody holds for a while must not keep this worker from being seen
            with self._database.write() as connection:
                _bury(connection, self._lease)


def _bury(connection: Connection, lease: float) -> None:
    if not try_turn(connection, "bury"):
        return
    dead = delete(workers).where(workers.c.seen_at < _now() - int(lease * _SECOND)).returning(workers.c.id)
    gone = connection.execute(dead).scalars().all()
    if gone:
        log.warning("workers_gone", count=len(gone))
        _free(connection, claims.c.worker_id.in_(gone))


def _free(connection: Connection, left: ColumnElement[bool]) -> None:
    """Takes claims away that workers have left behind; what they were reading has been tried."""
    ids = sorted(connection.execute(select(claims.c.report_id).where(left)).scalars())
    for part in in_parts(ids):
        hold_reports(connection, list(part))
        count_tries(connection, reports.c.id.in_(part), WORKER_LOST)
    connection.execute(delete(claims).where(left))


def _now() -> ColumnElement[int]:
    """Microseconds since 1970 on the server's clock."""
    return cast(func.extract("epoch", func.clock_timestamp()) * _SECOND, BigInteger)


def told_by(database: Database, lease: float) -> list[tuple[str, str, str]]:
    """What each worker that was seen within its lease tells.

    The model that it reads with, what keeps it from the one in use, and what of its work fails; the two often empty.
    """
    told = select(workers.c.model, workers.c.trouble).order_by(workers.c.id)
    if not database.sqlite:
        told = told.where(workers.c.seen_at >= _now() - int(lease * _SECOND))
    with database.read() as connection:
        rows = connection.execute(told).all()
    troubles = [row.trouble.partition(" ") for row in rows]
    return [(row.model, trouble, hindered) for row, (trouble, _, hindered) in zip(rows, troubles, strict=True)]


def at_work(database: Database, lease: float) -> int:
    """How many workers of a server database were seen within their lease."""
    alive = workers.c.seen_at >= _now() - int(lease * _SECOND)
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(workers).where(alive)).scalar_one()
