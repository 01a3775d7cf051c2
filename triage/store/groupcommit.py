"""Group commit: many senders, one writer, one flush for all that came together.

On a server the writers of several processes do the same side by side.

Measured for the design: 3 to 4 times one commit per request on a fast disk, 9 times on a slow one; many threads that
each commit on SQLite had a 99th percentile of two seconds.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

from sqlalchemy.exc import IntegrityError, StatementError

from triage.errors import Busy, IdempotencyConflict
from triage.store.records import Accepted, Arrival

MOST_WAITING = 10_000


class Waits(Protocol):
    """Somebody who waits for the answer to an arrival: a ``Future``, or whatever else takes one in the writer's thread."""

    def set_running_or_notify_cancel(self) -> bool:
        """Whether somebody still waits."""
        ...

    def set_result(self, accepted: Accepted, /) -> None:
        """The report is written and flushed."""
        ...

    def set_exception(self, error: BaseException, /) -> None:
        """It is not written."""
        ...


_Entry = tuple[Arrival, Waits]


class Receives(Protocol):
    """What the writer needs of a store."""

    def receive(self, arrivals: Sequence[Arrival]) -> list[Accepted | IdempotencyConflict]:
        """Writes a batch in one transaction."""
        ...


class GroupCommit:
    """Gathers arrivals for at most ``max_wait_ms`` and writes them in batches of at most ``max_batch``."""

    def __init__(self, store: Receives, max_batch: int = 256, max_wait_ms: float = 2.0) -> None:
        """Starts the writer thread."""
        self._store = store
        self._max_batch = max_batch
        self._max_wait = max_wait_ms / 1000
        self._waiting: deque[_Entry] = deque()
        # The writer wakes when so many wait: to wake it for each would take the processor from those who send
        self._wanted = 1
        self._lately = max_batch
        self._come = threading.Condition(threading.Lock())
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    def submit(self, arrival: Arrival) -> Future[Accepted]:
        """The answer once the report is written and flushed.

        The future raises ``IdempotencyConflict``, or whatever kept the batch from being written.

        Raises:
            Busy: too many wait already, or the process is ending.
        """
        future: Future[Accepted] = Future()
        self.hand_in(arrival, future)
        return future

    def hand_in(self, arrival: Arrival, waits: Waits) -> None:
        """The same, for one who takes the answer in the writer's thread.

        Raises:
            Busy: as above.
        """
        with self._come:
            if self._closed:
                raise Busy("The service is stopping; send the report again in a moment.")
            if len(self._waiting) >= MOST_WAITING:
                raise Busy("More reports come in than can be written; send the report again in a moment.")
            self._waiting.append((arrival, waits))
            if len(self._waiting) >= self._wanted:
                self._come.notify()

    def close(self) -> None:
        """Writes what waits and ends the writer; later submissions are refused."""
        with self._come:
            self._closed = True
            self._come.notify()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._gather():
            self._write(batch)

    def _gather(self) -> list[_Entry]:
        """The next batch; an empty one when all is written and no more may come.

        Waits only for as many as came lately: senders who were answered together send again together, and where none
        comes beside the first, waiting for others would delay the one for nothing.
        """
        with self._come:
            self._wait_for(1, None)
            self._wait_for(min(self._lately, self._max_batch), self._max_wait)
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._max_batch))]
            self._lately = len(batch)
            return batch

    def _wait_for(self, number: int, seconds: float | None) -> None:
        # Not a queue's own time-out: that of Python 3.11's SimpleQueue waits for ever where it is a millionth of a second
        self._wanted = number
        self._come.wait_for(lambda: len(self._waiting) >= number or self._closed, seconds)

    def _write(self, batch: list[_Entry]) -> None:
        # A sender who has gone away before the write is not written for; one who goes later was accepted.
        waiting = [(arrival, future) for arrival, future in batch if future.set_running_or_notify_cancel()]
        try:
            answers = self._store.receive([arrival for arrival, _ in waiting])
        except (IntegrityError, StatementError, ValueError) as error:
            if len(waiting) == 1:
                waiting[0][1].set_exception(error)
            else:
                self._write_apart(waiting)
        except BaseException as error:  # noqa: BLE001 every sender must hear of it, and the writer must live on
            for _, future in waiting:
                future.set_exception(error)
        else:
            for (_, future), answer in zip(waiting, answers, strict=True):
                _answer(future, answer)

    def _write_apart(self, waiting: list[_Entry]) -> None:
        """One report that cannot be written must not take the others of its batch with it."""
        for arrival, future in waiting:
            try:
                _answer(future, self._store.receive([arrival])[0])
            except BaseException as error:  # noqa: BLE001 as above
                future.set_exception(error)


def _answer(future: Waits, answer: Accepted | IdempotencyConflict) -> None:
    if isinstance(answer, IdempotencyConflict):
        future.set_exception(answer)
    else:
        future.set_result(answer)
