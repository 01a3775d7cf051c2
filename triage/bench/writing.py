"""How fast the store's writer writes on PostgreSQL, called in process, beside one commit for each insert by bare psycopg.

Both have 32 senders, each with one report on its way. The peer writes one row of the size of a report, nothing else;
the store writes the report sealed, its receipt, state and audit row, and looks for repeats before. On a disk that
flushes at once, as some virtual ones do, one commit more costs nothing and the ratio tells little.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from triage.bench.figures import Figure
from triage.bench.generator import Generator
from triage.intake import Limits, new_code, receipt_hash, submission
from triage.model import Channel
from triage.settings import Settings
from triage.store import Arrival, GroupCommit, Store

SENDERS = 32
# Below this a commit more costs next to nothing, and the ratio measures how much more the store does than its peer
SLOW_FLUSH_MS = 1.0
_FLUSHES = 50


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
    peers: list[float] = []
    with Store.open(Settings(data_dir=folder, database_url=server.store)) as store:
        writer = GroupCommit(store)
        try:
            for _ in range(rounds):
                peers.append(_bare(server.peer, max(map(len, texts)), seconds))
                ours.append(_written(store, writer, texts, seconds))
        finally:
            writer.close()
    ratio = median(one / peer for one, peer in zip(ours, peers, strict=True))
    return (
        Figure("writer_per_s", median(ours), "reports/s"),
        Figure("writer_peer_per_s", median(peers), "commits/s"),
        Figure("writer_to_peer_ratio", ratio, "of its rate", 1.5, at_least=True),
        Figure("flush", _flush_ms(folder), "ms"),
    )


def notes(figures: tuple[Figure, ...]) -> tuple[str, ...]:
    """What to know of the figures."""
    flush = next(figure.value for figure in figures if figure.name == "flush")
    told: tuple[str, ...] = (
        "writer: 32 threads in one process; writer_peer: 32 connections, one INSERT and COMMIT for each report",
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


def _written(store: Store, writer: GroupCommit, texts: list[str], seconds: float) -> float:
    key = store.subkey("receipt")
    limits = Limits()
    ready = [
        Arrival(submission({"text": text}, limits, channel=Channel.API), receipt_hash(key, new_code()))
        for text in texts
    ]

    def send(number: int) -> None:
        arrival = ready[number % len(ready)]
        fresh = Arrival(arrival.submission, receipt_hash(key, new_code()))
        writer.submit(fresh).result(60)

    return _rate([send] * SENDERS, seconds)


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
