"""Limits on size and rate, kept in memory: nothing that tells who sent what is stored anywhere."""

from __future__ import annotations

import hashlib
import ipaddress
import resource
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import count_problem, problem
from triage.errors import Busy, TooLarge, TooMany

HOUR = 3600.0
MOST_SENDERS = 200_000
MOST_DRAINED = 16 * 1024 * 1024
MOST_AT_ONCE = 500


class RateLimit:
    """Counts what each sender sends in an hour, under a hash whose salt is thrown away with the counts every hour."""

    def __init__(self, per_hour: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Allows ``per_hour`` requests; 0 means no limit."""
        self._per_hour = per_hour
        self._clock = clock
        self._guard = threading.Lock()
        self._renew(clock())

    def count(self, address: str) -> None:
        """Counts one request.

        Raises:
            TooMany: the sender has had all of this hour's; says for how many seconds.
        """
        if not self._per_hour:
            return
        now = self._clock()
        with self._guard:
            if now >= self._until or len(self._counts) >= MOST_SENDERS:
                self._renew(now)
            key = hashlib.blake2b(_network(address), key=self._salt, digest_size=8).digest()
            had = self._counts.get(key, 0)
            if had < self._per_hour:
                self._counts[key] = had + 1
                return
        wait = max(1, int(self._until - now) + 1)
        raise TooMany("More came from here in this hour than is taken; please wait, or call the hotline.", wait)

    def _renew(self, now: float) -> None:
        self._salt = secrets.token_bytes(16)
        self._counts: dict[bytes, int] = {}
        self._until = now + HOUR


def _network(address: str) -> bytes:
    """What counts as one sender: an IPv4 address, or the 64 bits of an IPv6 address that one household has."""
    if ":" not in address:
        return address.encode()
    try:
        return ipaddress.IPv6Address(address.partition("%")[0]).packed[:8]
    except ValueError:
        return address.encode()


def most_at_once() -> int:
    """How many requests may be under way: fewer than connections may stand open, so that one more can be answered."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_AT_ONCE if soft == resource.RLIM_INFINITY else max(1, min(MOST_AT_ONCE, soft // 2))


class RequestLimit:
    """Answers 503 at once where ``most`` requests are under way: one that is told so can come again, one that waits cannot."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._under_way >= self._most:
            error = Busy("Too many requests are under way; please try again in a moment.")
            count_problem(scope["path"], error)
            await problem(error, scope)(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1


class BodyLimit:
    """Refuses bodies over ``most`` bytes with 413, whether they tell their length or not."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        told = headers.get(b"content-length", b"0")
        if told.isdigit() and int(told) > self._most:
            if b"expect" not in headers:
                await _drain(receive)
            await self._refuse(scope, receive, send)
            return
        counted = _Counted(self._most, receive, send)
        with suppress(_Over):
            await self._app(scope, counted.receive, counted.send)
        if counted.over and not counted.started:
            await _drain(receive, counted.ended)
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = TooLarge("body", "too_long", f"A request has at most {self._most} bytes.")
        count_problem(scope["path"], error)
        await problem(error, scope)(scope, receive, send)


class _Over(Exception):
    """The body is over the limit."""


class _Counted:
    """Counts the bytes of a body on their way in, and holds back answers to a body that is too long."""

    def __init__(self, most: int, receive: Receive, send: Send) -> None:
        self._left = most
        self._receive = receive
        self._send = send
        self.over = self.started = self.ended = False

    async def receive(self) -> Message:
        """The next piece; raises where it goes over the limit."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self.ended = not message.get("more_body", False)
            if self._left < 0:
                self.over = True
                raise _Over
        return message

    async def send(self, message: Message) -> None:
        """Passes an answer on, unless the body was too long."""
        if not self.over or self.started:
            self.started = True
            await self._send(message)


async def _drain(receive: Receive, ended: bool = False) -> None:
    """Reads on for a while: a sender who is still sending would see a broken connection instead of the answer."""
    left = MOST_DRAINED
    while not ended and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        ended = message["type"] != "http.request" or not message.get("more_body", False)
