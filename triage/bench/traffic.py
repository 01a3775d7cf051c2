"""People who go on as before: some post reports and some search, each at a steady pace, while something else happens.

A pace is kept by the clock and not by the answers (an open loop): whoever waits for an answer delays nobody else, as long as hands
are free. Each hand is a thread with a connection of its own to a service on this machine.
"""

from __future__ import annotations

import http.client
import itertools
import json
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from triage.bench.generator import Generator

_ANSWERED = 1.0
"""Seconds that answers may take on average before hands are missing. With more hands than that each would rest so long
that a service hangs up."""
_PATIENCE = 60.0
_SEED = 815
_Next = TypeVar("_Next")
_JSON = {"Content-Type": "application/json"}


@dataclass
class Told:
    """What came of one kind of request: how many by status (0: no answer), how long each answer took in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    short: int = 0
    """Searches that counted fewer reports than the same question had found before."""
    late: float = 0.0
    """The most seconds by which a request began behind its time, for want of a free hand."""


@dataclass
class Traffic:
    """Requests to a service on ``port``: ``posting`` reports and ``searching`` questions a second."""

    port: int
    token: str
    posting: float
    searching: float
    questions: Sequence[Mapping[str, Any]]
    seed: int = _SEED
    posts: Told = field(default_factory=Told)
    searches: Told = field(default_factory=Told)
    receipts: set[str] = field(default_factory=set)
    _ends: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _most: dict[int, int] = field(default_factory=dict)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Requests come as long as the block lasts; on leaving each that has begun is answered. Once for each object."""
        bodies = self._reports()
        asked = itertools.cycle(enumerate(self.questions))
        hands = [
            *self._hands(self.posting, self.posts, lambda line: self._post(line, bodies)),
            *self._hands(self.searching, self.searches, lambda line: self._search(line, *self._next(asked))),
        ]
        for hand in hands:
            hand.start()
        try:
            yield
        finally:
            self._ends.set()
            for hand in hands:
                hand.join(2 * _PATIENCE)

    def _hands(
        self, pace: float, told: Told, act: Callable[[http.client.HTTPConnection], int]
    ) -> list[threading.Thread]:
        """Threads that share the moments at which something is due."""
        began, moments = time.monotonic(), itertools.count()

        def work() -> None:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
            while not self._ends.is_set():
                due = began + self._next(moments) / pace
                if self._ends.wait(max(0.0, due - time.monotonic())):
                    break
                start = time.monotonic()
                try:
                    status = act(line)
                except (OSError, http.client.HTTPException, ValueError, KeyError):
                    # No answer, or none that says what it has to
                    status = 0
                    line.close()
                with self._lock:
                    told.statuses[status] += 1
                    told.took.append(time.monotonic() - start)
                    told.late = max(told.late, start - due)
            line.close()

        return [threading.Thread(target=work, daemon=True) for _ in range(math.ceil(pace * _ANSWERED))]

    def _next(self, waiting: Iterator[_Next]) -> _Next:
        with self._lock:
            return next(waiting)

    def _reports(self) -> Iterator[dict[str, str]]:
        """Reports without an end, each text another one."""
        for seed in itertools.count(self.seed):
            for report in Generator(seed).reports(10_000):
                yield {"text": report.text, "channel": report.channel.value, "place": report.division}

    def _post(self, line: http.client.HTTPConnection, bodies: Iterator[dict[str, str]]) -> int:
        body = self._next(bodies)
        line.request("POST", "/v1/reports", json.dumps(body).encode(), _JSON)
        status, said = _answer(line)
        if status == http.client.ACCEPTED:
            receipt = str(json.loads(said)["receipt"])
            with self._lock:
                self.receipts.add(receipt)
        return status

    def _search(self, line: http.client.HTTPConnection, number: int, question: Mapping[str, Any]) -> int:
        head = {**_JSON, "Authorization": f"Bearer {self.token}"}
        before = self._most.get(number, 0)
        line.request("POST", "/v1/search", json.dumps(question).encode(), head)
        status, said = _answer(line)
        if status == http.client.OK:
            total = int(json.loads(said)["total"])
            with self._lock:
                # Reports only come: whoever asks later finds no fewer
                self.searches.short += total < before
                self._most[number] = max(before, self._most.get(number, 0), total)
        return status


def _answer(line: http.client.HTTPConnection) -> tuple[int, bytes]:
    answer = line.getresponse()
    return answer.status, answer.read()
