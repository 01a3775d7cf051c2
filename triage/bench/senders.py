"""Many senders at once, in a process of their own: keep-alive connections that post the next report when one is answered.

Run as ``python -m triage.bench.senders PORT CONNECTIONS MOST SECONDS NAME``; prints one JSON object. Requests are made
before the clock starts, so that the senders cost the machine little while they measure.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from triage.bench.figures import quantile
from triage.bench.generator import Generator

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass
class Load:
    """What is to be sent, and what came of it so far. ``took`` holds seconds from sending to the whole answer."""

    requests: list[bytes]
    until: float
    sent: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    def take(self) -> bytes | None:
        """The next request; None when all are sent or time is up."""
        if self.sent >= len(self.requests) or time.perf_counter() >= self.until:
            return None
        self.sent += 1
        return self.requests[self.sent - 1]


class Sender(asyncio.Protocol):
    """One connection."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._got = b""
        self._began = 0.0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way out."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def post(self) -> None:
        """Sends the next report, or closes."""
        request = self._load.take()
        if request is None:
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Notes an answer once it is whole."""
        self._got += data
        head = self._got.find(b"\r\n\r\n")
        if head < 0:
            return
        told = _LENGTH.search(self._got, 0, head + 2)
        if told is None or len(self._got) < head + 4 + int(told[1]):
            return
        self._load.took.append(time.perf_counter() - self._began)
        self._load.answers[int(self._got[9:12])] += 1
        self._got = b""
        self.post()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Tells that this connection is done."""
        if not self.ended.done():
            self.ended.set_result(None)


def requests(count: int, name: str) -> list[bytes]:
    """Posts of invented reports, each with an idempotency key of its own that begins with ``name``."""
    made = []
    for report in Generator().reports(count):
        fields = {"text": report.text, "channel": report.channel.value, "place": report.division}
        body = json.dumps(fields, ensure_ascii=False).encode()
        head = (
            "POST /v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {name}-{report.number:016d}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def send(port: int, connections: int, posts: list[bytes], seconds: float) -> dict[str, float]:
    """Sends over all connections at once until all is sent or the time is up, and says how it went."""
    loop = asyncio.get_running_loop()
    load = Load(posts, float("inf"))
    opened = [await loop.create_connection(lambda: Sender(load), "127.0.0.1", port) for _ in range(connections)]
    senders = [sender for _, sender in opened]
    began = time.perf_counter()
    load.until = began + seconds
    for sender in senders:
        sender.post()
    await asyncio.wait([sender.ended for sender in senders], timeout=seconds + 30)
    took = time.perf_counter() - began
    accepted = load.answers[202]
    return {
        "accepted": accepted,
        "refused": sum(load.answers.values()) - accepted,
        "unanswered": load.sent - sum(load.answers.values()),
        "per_s": accepted / took,
        "p50": quantile(load.took or [0.0], 0.50),
        "p99": quantile(load.took or [0.0], 0.99),
    }


def main(given: list[str]) -> None:
    """The process: sends, then prints what came of it."""
    port, connections, most = (int(value) for value in given[:3])
    told = asyncio.run(send(port, connections, requests(most, given[4]), float(given[3])))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
