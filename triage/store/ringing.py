"""Ringing the bell that workers wait at, beside whoever has something to tell: nobody waits until it has rung.

To tell takes a transaction, and each one on a server that flushes costs as long as writing a report. A report is
acknowledged when it is written; that somebody hears of it a moment later, or at the next look, costs nobody anything.
"""

from __future__ import annotations

import queue
import threading

from sqlalchemy import func, select

from triage.errors import TriageError
from triage.logs import get_logger
from triage.store.database import Database

log = get_logger(__name__)
CHANNEL = "triage_work"
_TOGETHER_SECONDS = 0.02


class Ringer:
    """A thread that rings once for all who asked within a fiftieth of a second; it starts with the first."""

    def __init__(self, database: Database) -> None:
        """Rings on this database; on the embedded one there is nobody to hear."""
        self._database = database
        # True: somebody asked; False: the end
        self._asked: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Returns at once; whoever waits hears of it in a moment, or finds out at the next look."""
        if self._database.sqlite or self._ended.is_set():
            return
        if self._asked.empty():
            self._asked.put(True)
        if self._thread is None:
            with self._guard:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="ringer", daemon=True)
                    self._thread.start()

    def end(self) -> None:
        """Rings for the last time if it was asked to, and stops."""
        self._ended.set()
        self._asked.put(False)
        with self._guard:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        going = True
        while going:
            asked = {self._asked.get()}
            while not self._asked.empty():
                asked.add(self._asked.get())
            going = False not in asked
            if True in asked:
                self._tell()
            if going:
                self._ended.wait(_TOGETHER_SECONDS)

    def _tell(self) -> None:
        try:
            # Apart from the transaction that wrote: telling within it would make every commit wait for every other
            with self._database.session() as connection:
                # No flush for it: a bell that is lost with the server's memory was to wake nobody
                unflushed = func.set_config("synchronous_commit", "off", True)
                connection.execute(select(unflushed, func.pg_notify(CHANNEL, "")))
        except TriageError as error:
            log.warning("bell_not_rung", code=error.code)
