"""Brings answers of the group commit back to the event loop: one wake-up for all that were written together."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future

from triage.store import Accepted

GATHER_SECONDS = 0.0005


class Landing:
    """Waits for futures of another thread.

    ``asyncio.wrap_future`` wakes the loop once for each of them, and each wake-up is a system call in the thread that
    everybody waits for.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._landed: deque[tuple[Future[Accepted], asyncio.Future[Accepted]]] = deque()
        self._called = False

    async def wait(self, future: Future[Accepted]) -> Accepted:
        """The result of the future, or what it raises."""
        here: asyncio.Future[Accepted] = self._loop.create_future()
        future.add_done_callback(lambda done: self._land(done, here))
        return await here

    def _land(self, done: Future[Accepted], here: asyncio.Future[Accepted]) -> None:
        """Runs in the writer's thread."""
        self._landed.append((done, here))
        if not self._called:
            self._called = True
            self._loop.call_soon_threadsafe(self._loop.call_later, GATHER_SECONDS, self._tell)

    def _tell(self) -> None:
        # Lowered before the queue is emptied: whatever lands from here on calls again.
        self._called = False
        while self._landed:
            done, here = self._landed.popleft()
            if here.done():
                continue
            error = done.exception()
            if error is not None:
                here.set_exception(error)
            else:
                here.set_result(done.result())
