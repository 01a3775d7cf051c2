"""What the processes of one installation need to work side by side: turns, what one of them does alone, and a bell.

On the embedded database one process works, and all of this is simply granted.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from typing import cast

from triage.errors import TriageError
from triage.logs import get_logger
from triage.store.claims import Holder, at_work, told_by
from triage.store.database import CONNECT_SECONDS, Database
from triage.store.locks import only_one, turn
from triage.store.ringing import CHANNEL, Ringer

log = get_logger(__name__)
_AGAIN_SECONDS = 5.0


class Crew:
    """The part of a store that workers meet in."""

    def __init__(self, database: Database, lease: float) -> None:
        """Works on the database of the store; a worker not seen for ``lease`` seconds is taken for dead."""
        self._database = database
        self._lease = lease
        self.holder = Holder(database, lease)
        self._ringer = Ringer(database)

    @property
    def shared(self) -> bool:
        """Whether several processes may work on this store at once."""
        return not self._database.sqlite

    def turn(self, name: str) -> AbstractContextManager[None]:
        """Waits for its turn at something that workers do one after the other. Raises ``Busy``."""
        return turn(self._database, name)

    def only_one(self, name: str) -> AbstractContextManager[bool]:
        """Whether this process alone does something while the block runs; the others are told False at once."""
        return only_one(self._database, name)

    def at_work(self) -> int:
        """How many workers have been seen of late; 0 on the embedded database, where a lock tells of the one."""
        return 0 if self._database.sqlite else at_work(self._database, self._lease)

    def models(self) -> list[tuple[str, str]]:
        """Of each worker the model that it reads with, and the code of what keeps it from the one in use; often empty."""
        return [(model, trouble) for model, trouble, _ in told_by(self._database, self._lease)]

    def hindered(self) -> list[str]:
        """Of each worker part of whose work fails what that is: the kind of work and the error, such as ``feed:Corrupt``."""
        return [hindered for _, _, hindered in told_by(self._database, self._lease) if hindered]

    def ring(self) -> None:
        """Tells waiting workers that there is something to do; they find out by themselves if they do not hear it."""
        self._ringer.ring()

    def end(self) -> None:
        """Rings for the last time if it is to, and gives back what this process holds."""
        self._ringer.end()
        self.holder.end()

    def bell(self) -> Bell:
        """What a worker waits at; to be closed."""
        return Bell(self._database)


class Bell:
    """Wakes a waiting worker when somebody rings, or when it is to end."""

    def __init__(self, database: Database) -> None:
        """Listens from now on, on a connection of its own."""
        self._database = database
        self._rung = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        if not database.sqlite:
            self._thread = threading.Thread(target=self._listen, name="bell", daemon=True)
            self._thread.start()

    def ring(self) -> None:
        """Wakes the one who waits here, from a thread or a signal of this process."""
        self._rung.set()

    def wait(self, seconds: float) -> bool:
        """Returns when somebody has rung since the last time, or after ``seconds``; whether somebody has."""
        rung = self._rung.wait(seconds)
        self._rung.clear()
        return rung

    def close(self) -> None:
        """Stops listening."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                self._hear()
            except TriageError as error:
                log.warning("bell_not_heard", code=error.code)
                self._closed.wait(_AGAIN_SECONDS)

    def _hear(self) -> None:
        from psycopg import Connection, OperationalError

        with self._database.session() as connection:
            connection.exec_driver_sql(f"LISTEN {CHANNEL}")
            driver = cast("Connection[object]", connection.connection.driver_connection)
            # What came while nobody listened was not heard
            self._rung.set()
            try:
                while not self._closed.is_set():
                    for _ in driver.notifies(timeout=0.5, stop_after=1):
                        self._rung.set()
            except OperationalError:
                connection.invalidate()
                log.warning("bell_not_heard")
                self._closed.wait(min(_AGAIN_SECONDS, CONNECT_SECONDS))
            else:
                connection.exec_driver_sql(f"UNLISTEN {CHANNEL}")
