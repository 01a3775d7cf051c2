"""How fast the store's writer writes on PostgreSQL, called in process, beside one commit for each insert by bare psycopg.

Both have 32 senders, each with one report on its way. The peer writes one row of the size of a report, nothing else;
the store writes the report sealed, its receipt, state and audit row, and looks for repeats before. On a disk that
flushes at once, as some virtual ones do, one commit more costs nothing and the ratio tells little.

The writer is handed reports as the API does, whose senders are no threads: the next one goes in when the answer comes.
Beside it stand the same senders as 32 threads, which cost more to wake than a report to write.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median

import psycopg

from triage.bench.figures import Figure
from triage.bench.generator import Generator
from triage.intake import Limits, new_code, receipt_hash, submission
from triage.model import Channel
from triage.settings import Settings
from triage.store import Accepted, Arrival, GroupCommit, Store

SENDERS = 32
# Below this a commit more costs next to nothing, and the ratio measures how much more the store does than its peer
SLOW_FLUSH_MS = 1.0
_FLUSHES = 50
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL for a bench: addresses of a database for the store and of one for the peer."""

    told: str
    store: str
    peer: str


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """A server that flushes what it acknowledges, and a master key in the data folder.

    Raises:
        NoServer: none can be had.
    """
    from triage.servers import find_postgres

    (folder / "master.key").write_text(secrets.token_hex(32), "ascii")
    (folder / "master.key").chmod(0o600)
    held = find_postgres(os.environ, durable=True)
    names = [f"triage_bench_{os.getpid()}_{part}" for part in ("store", "peer")]
    try:
        admin = held.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(admin, autocommit=True) as connection:
            for name in names:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())
            store, peer = (
                held.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
                for name in names
            )
            yield Server(held.told, store, peer)
            for name in names:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
    finally:
        held.close()


def figures(folder: Path, server: Server, seconds: float, rounds: int) -> tuple[Figure, ...]:
    """Reports a second of the writer and of the peer, in turns, and the median of their ratios."""
    texts = Generator(11).texts(500)
    ours: list[float] = []
    threads: list[float] = []
    peers: list[float] = []
    with Store.open(Settings(data_dir=folder, database_url=server.store)) as store:
        writer = GroupCommit(store)
        try:
            for _ in range(rounds):
                peers.append(_bare(server.peer, max(map(len, texts)), seconds))
                ours.append(_handed_in(writer, _arrivals(store, texts), seconds))
                threads.append(_by_threads(writer, [_arrivals(store, texts) for _ in range(SENDERS)], seconds))
        finally:
            writer.close()
    return (
        Figure("writer_per_s", median(ours), "reports/s"),
        Figure("writer_peer_per_s", median(peers), "commits/s"),
        Figure("writer_to_peer_ratio", _ratio(ours, peers), "of its rate", 1.5, at_least=True),
        Figure("writer_by_threads_per_s", median(threads), "reports/s"),
        Figure("writer_by_threads_ratio", _ratio(threads, peers), "of its rate"),
        Figure("flush", _flush_ms(folder), "ms"),
    )


def _ratio(ours: list[float], peers: list[float]) -> float:
    return median(one / peer for one, peer in zip(ours, peers, strict=True))


def notes(figures: tuple[Figure, ...]) -> tuple[str, ...]:
    """What to know of the figures."""
    flush = next(figure.value for figure in figures if figure.name == "flush")
    told: tuple[str, ...] = (
        "writer: 32 senders in one process, handed in as the API does; by_threads: the same as 32 threads",
        "writer_peer: 32 threads with a connection each, one INSERT and COMMIT for each report",
    )
    if flush < SLOW_FLUSH_MS:
        told += (
            f"this disk flushes in {flush:.2f} ms: saving commits gains nothing here, writer_to_peer_ratio says little",
        )
    return told


def _flush_ms(folder: Path) -> float:
    """How long the disk takes to have a page, the median of some tries."""
    took: list[float] = []
    with (folder / "flush").open("wb") as file:
        for _ in range(_FLUSHES):
            file.write(bytes(8192))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1e3)
    return median(took)


def _arrivals(store: Store, texts: list[str]) -> Iterator[Arrival]:
    """New reports without end, each with a receipt of its own."""
    key, limits = store.subkey("receipt"), Limits()
    ready = [submission({"text": text}, limits, channel=Channel.API) for text in texts]
    for number in count():
        yield Arrival(ready[number % len(ready)], receipt_hash(key, new_code()))


@dataclass
class _Sender:
    """Hands in the next report when the last one is answered, until time is up."""

    writer: GroupCommit
    arrivals: Iterator[Arrival]
    until: float
    ended: threading.Event = field(default_factory=threading.Event)
    answered: int = 0

    def send(self) -> None:
        """Hands in one."""
        self.writer.hand_in(next(self.arrivals), self)

    def set_running_or_notify_cancel(self) -> bool:
        """Always waits."""
        return True

    def set_result(self, _: Accepted) -> None:
        """One more is written."""
        self.answered += 1
        if time.perf_counter() < self.until:
            self.send()
        else:
            self.ended.set()

    def set_exception(self, _: BaseException) -> None:
        """Sends no more: what was answered until then is what counts."""
        self.ended.set()


def _handed_in(writer: GroupCommit, arrivals: Iterator[Arrival], seconds: float) -> float:
    began = time.perf_counter()
    senders = [_Sender(writer, arrivals, began + seconds) for _ in range(SENDERS)]
    for sender in senders:
        sender.send()
    for sender in senders:
        sender.ended.wait(seconds + _PATIENCE_SECONDS)
    return sum(sender.answered for sender in senders) / (time.perf_counter() - began)


def _by_threads(writer: GroupCommit, arrivals: list[Iterator[Arrival]], seconds: float) -> float:
    def sender(mine: Iterator[Arrival]) -> Callable[[int], None]:
        def send(_: int) -> None:
            writer.submit(next(mine)).result(_PATIENCE_SECONDS)

        return send

    return _rate([sender(mine) for mine in arrivals], seconds)


def _bare(address: str, size: int, seconds: float) -> float:
    body = secrets.token_bytes(size * 3)
    lines = [psycopg.connect(address) for _ in range(SENDERS)]
    try:
        lines[0].execute("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, body bytea NOT NULL)")
        lines[0].commit()

        def sender(line: psycopg.Connection[tuple[object, ...]]) -> Callable[[int], None]:
            def send(_: int) -> None:
                line.execute("INSERT INTO bare (body) VALUES (%s)", (body,))
                line.commit()

            return send

        return _rate([sender(line) for line in lines], seconds)
    finally:
        for line in lines:
            line.close()


def _rate(senders: list[Callable[[int], None]], seconds: float) -> float:
    """Calls a second, each sender in a thread of its own."""
    begin = threading.Barrier(len(senders))

    def go(send: Callable[[int], None]) -> int:
        begin.wait()
        until, number = time.perf_counter() + seconds, 0
        while time.perf_counter() < until:
            send(number)
            number += 1
        return number

    with ThreadPoolExecutor(len(senders)) as pool:
        began = time.perf_counter()
        return sum(pool.map(go, senders)) / (time.perf_counter() - began)
