"""The door of the service: how many connections stand open, and how long a peer may take over its part.

uvicorn itself closes a connection that is idle after an answer, and nothing else: half a request, or an answer that nobody
fetches, would be waited for without an end, and a few hundred of them take every descriptor of the process. Here a
peer has so long for its part, and where too many stand in the door those that have said least make room.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Iterable
from enum import IntEnum

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from triage.logs import get_logger

log = get_logger(__name__)
MOST_CONNECTIONS = 1000
AT_ONCE = 16
"""Connections taken in one go. Several goes pass before the first of them is looked at, out of the descriptors that
``most_connections`` leaves over."""
SAID_SECONDS = 60.0
_LATE = b"The request did not come to its end in time; please send it again."


class Phase(IntEnum):
    """What a connection waits for; those that come first make room first."""

    HEAD = 0
    FETCH = 1
    BODY = 2
    WORK = 3


PATIENCE: dict[Phase, float] = {Phase.HEAD: 15.0, Phase.BODY: 120.0, Phase.FETCH: 120.0}
"""Seconds that a peer has for the head of a request, for its body (1 MB at 9 kB/s), and to fetch the answer. Our own
work has no limit here."""


def most_connections() -> int:
    """How many may stand open: three quarters of the descriptors, because database, index and logs need some too."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, soft * 3 // 4)


class Connection(H11Protocol):
    """A connection that knows since when it waits for what; times are the event loop's, in seconds."""

    _marked: tuple[object, Phase] = (None, Phase.HEAD)
    since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Lets a peer in; where too many stand in the door, others go."""
        super().connection_made(transport)
        self.since = self.loop.time()
        most = most_connections()
        if len(self.connections) > most:
            others = [one for one in self.connections if isinstance(one, Connection) and one is not self]
            CUT.add(make_room(others, self.loop.time(), 1 + most // 16))

    def waits(self, now: float) -> tuple[Phase, float]:
        """What it waits for, and for how long already."""
        marked = (self.cycle, self._phase())
        if marked != self._marked:
            # Another request, or another part of this one
            self._marked, self.since = marked, now
        return marked[1], now - self.since

    def cut(self) -> None:
        """Ends it; a request that has come in part is told so if no answer has begun."""
        self.connections.discard(self)
        half = self.conn.their_state is h11.SEND_BODY or bool(self.conn.trailing_data[0])
        unanswered = self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE)
        if not half or not unanswered or self.transport.get_write_buffer_size():
            self.transport.abort()
            return
        if self.cycle is not None:
            # The application is told that the sender is gone, and must not answer a second time
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        try:
            self._tell(_LATE)
        except h11.LocalProtocolError:
            # HEAD, whose answers have no words
            self.transport.abort()
        else:
            self.transport.close()

    def _phase(self) -> Phase:
        answered = self.cycle is None or self.cycle.response_complete
        if self.transport.get_write_buffer_size() and (answered or self.flow.write_paused):
            return Phase.FETCH
        if self.conn.their_state is h11.SEND_BODY:
            return Phase.BODY
        return Phase.HEAD if answered else Phase.WORK

    def _tell(self, sentence: bytes) -> None:
        headers = [
            ("content-type", "text/plain; charset=utf-8"),
            ("content-length", str(len(sentence))),
            ("connection", "close"),
        ]
        events = (
            h11.Response(status_code=408, headers=headers, reason=b"Request Timeout"),
            h11.Data(sentence),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")


def end_late(connections: Iterable[object], now: float) -> int:
    """Ends the connections whose peers have used up their time; returns how many."""
    ended = 0
    for one in list(connections):
        if isinstance(one, Connection):
            phase, seconds = one.waits(now)
            if seconds > PATIENCE.get(phase, seconds):
                one.cut()
                ended += 1
    return ended


def make_room(connections: Iterable[Connection], now: float, number: int) -> int:
    """Ends up to ``number`` connections, first those that wait longest for a head, never one that we work for.

    A peer who means it sends head and body at once, so that those who hold places go before it.
    """
    waiting = [(one.waits(now), one) for one in connections]
    waiting = [(wait, one) for wait, one in waiting if wait[0] is not Phase.WORK]
    waiting.sort(key=lambda found: (found[0][0], -found[0][1]))
    for _, one in waiting[:number]:
        one.cut()
    return min(number, len(waiting))


class _Cut:
    """Counts what was ended, for one line a minute: a line for each would be a flood of its own."""

    def __init__(self) -> None:
        self._count = 0
        self._said = -SAID_SECONDS

    def add(self, number: int) -> None:
        """Counts so many more."""
        self._count += number

    def say(self) -> None:
        """Writes the line if there is something to say and the last one is a minute old."""
        if self._count and time.monotonic() - self._said >= SAID_SECONDS:
            log.warning("connections_cut", count=self._count)
            self._count, self._said = 0, time.monotonic()


CUT = _Cut()
