"""Brings answers of the group commit back to the event loop: one wake-up for all that were written together."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

from triage.store import Accepted, Arrival, GroupCommit

GATHER_SECONDS = 0.0005
_Here = asyncio.Future[Accepted]


class Landing:
    """Waits for answers of another thread.

    ``asyncio.wrap_future`` wakes the loop once for each of them, and each wake-up is a system call in the thread that
    everybody waits for; and a future between threads costs locks that nobody needs where a whole batch is answered.
    """

    def __init__(self, intake: GroupCommit) -> None:
        """Hands in to this writer."""
        self._intake = intake
        self._loop = asyncio.get_running_loop()
        self._landed: deque[tuple[_Here, Accepted | BaseException]] = deque()
        self._called = False

    async def written(self, arrival: Arrival) -> Accepted:
        """The answer once the report is written and flushed, or what the writer raises.

        Raises:
            Busy: too many wait already, or the process is ending.
        """
        here: _Here = self._loop.create_future()
        self._intake.hand_in(arrival, _Seat(self, here))
        return await here

    def land(self, here: _Here, answer: Accepted | BaseException) -> None:
        """Runs in the writer's thread."""
        self._landed.append((here, answer))
        if not self._called:
            self._called = True
            # A loop that has ended has nobody left who waits, and the writer has others to write for
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._loop.call_later, GATHER_SECONDS, self._tell)

    def _tell(self) -> None:
        # Lowered before the queue is emptied: whatever lands from here on calls again.
        self._called = False
        while self._landed:
            here, answer = self._landed.popleft()
            if here.done():
                continue
            if isinstance(answer, BaseException):
                here.set_exception(answer)
            else:
                here.set_result(answer)


class _Seat:
    """Where the writer leaves the answer to one arrival."""

    __slots__ = ("_here", "_landing")

    def __init__(self, landing: Landing, here: _Here) -> None:
        self._landing = landing
        self._here = here

    def set_running_or_notify_cancel(self) -> bool:
        """Whether somebody still waits."""
        return not self._here.cancelled()

    def set_result(self, accepted: Accepted) -> None:
        """The report is written."""
        self._landing.land(self._here, accepted)

    def set_exception(self, error: BaseException) -> None:
        """It is not."""
        self._landing.land(self._here, error)
