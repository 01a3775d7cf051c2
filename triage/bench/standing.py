"""Fills PostgreSQL and Elasticsearch with reports as if they had been brought in; a process that ``province`` starts.

Filled is every row that a report without identity and reviews leaves (see ``standing_rows``), with the audit lines of intake and
reading, and its document in the index: the pair agrees, and ``triage reconcile`` finds no drift. A report has one
priority, also where its case came later, and the chain over the audit log is not drawn. Rows go by COPY in chunks, while
a thread writes the index as a rebuild does; link keys follow, sorted. At the end stand what a server does in quiet hours:
VACUUM, ANALYZE, a checkpoint (on a server that somebody named its user needs the right to it), and the merges of the index. Memory grows by the ids that a rebuild remembers.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Full, Queue
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
import psycopg
from sqlalchemy import text

from triage.bench.filling import id_of
from triage.bench.generator import Generator
from triage.bench.processes import peak_megabytes, processor_seconds
from triage.bench.readings import kept
from triage.bench.sorting import Pairs, Sorter
from triage.bench.standing_rows import Affairs, Chunk, Maker
from triage.bench.world import World
from triage.errors import BadSetup, Corrupt
from triage.model import Assessment, StaffRole
from triage.pipeline import desk_of, open_index
from triage.policy import load_policy
from triage.search import IndexDocument, SearchIndex, Terms
from triage.search.elastic import ElasticIndex
from triage.search.elastic.generations import Place
from triage.search.terms import TextTerms
from triage.settings import Settings, get_settings
from triage.store import WORKER, AuditEntry, Store
from triage.store.audit import entry_rows, read_entry
from triage.store.database import Database
from triage.store.setup import prepare
from triage.store.tables import audit
from triage.store.together import write_together
from triage.text.segment import default_segmenter
from triage.text.terms import TermKeyer

_CHUNK = 2000
_BODIES = 5000
_AHEAD = 2
_NAMED = 256
_OBJECTS = 100_000
_LOOK_SECONDS = 0.5
_MERGE_SECONDS = 900.0
_FIELD = np.dtype([("fields", ">i2"), ("bytes", ">i4"), ("number", ">i8"), ("bytes_too", ">i4"), ("seq", ">i8")])
"""A row of ``link_keys`` as binary COPY takes it."""
_HEAD, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


@dataclass(frozen=True, slots=True)
class _Remembering(Terms):
    """Takes each text, and each group of names, apart once."""

    texts: dict[str, TextTerms] = field(default_factory=dict)
    groups: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def of(self, text: str) -> TextTerms:
        """As ever, of each text once."""
        if text not in self.texts:
            self.texts[text] = Terms.of(self, text)
        return self.texts[text]

    def names(self, names: Iterable[str]) -> tuple[str, ...]:
        """As ever, of each group once."""
        group = tuple(names)
        if group not in self.groups:
            self.groups[group] = Terms.names(self, group)
        return self.groups[group]


def fill(
    settings: Settings,
    world: World,
    readings: Sequence[Assessment],
    count: int,
    scratch: Path,
    pids: Sequence[int] = (),
) -> dict[str, float]:
    """Fills an empty database and an empty index with the first ``count`` reports of a world.

    Args:
        settings: name both servers.
        world: what linking knows of each report.
        readings: of authored reports.
        count: how many reports.
        scratch: a folder for sorting.
        pids: processes of the servers, as far as they are known.

    Returns:
        Seconds of each step (``planned``, ``rows``, ``keys``, ``tidied`` with ``_wall``, ``_cpu``, ``_servers``); bytes of both at rest.

    Raises:
        BadSetup: the settings name an embedded database or index.
    """
    _demand_servers(settings)
    clock = _Clock(pids)
    with Store.open(settings, migrate=True) as store, closing(Database(settings)) as database:
        terms = _Remembering(TermKeyer(store.subkey("terms")), default_segmenter())
        with closing(open_index(settings, store, terms)) as index:
            maker = _maker(settings, store, database, world, readings, count)
            clock.note("planned")
            _write(maker, count, database, index, sorter := Sorter(scratch))
            clock.note("rows")
            for pairs in sorter.parts():
                _write_keys(database, pairs)
            clock.note("keys")
            _come_to_rest(database, index)
            clock.note("tidied")
            sizes = {"database_bytes": _bytes_of(database), "index_bytes": _told(index, "store")["size_in_bytes"]}
    return clock.spent | sizes


def _demand_servers(settings: Settings) -> None:
    if settings.sqlite or settings.elasticsearch_url is None:
        raise BadSetup("Standing reports are filled into PostgreSQL and Elasticsearch; the settings name others.")


def _maker(
    settings: Settings, store: Store, database: Database, world: World, readings: Sequence[Assessment], count: int
) -> Maker:
    affairs, bodies = Affairs(world, count), list(Generator().reports(min(count, _BODIES)))
    vault = prepare(database, settings, migrate=False)
    policy, desk = load_policy(settings.data_dir), desk_of(settings)
    return Maker(vault, world, affairs, readings, bodies, desk, store.offices(), policy)


def _write(maker: Maker, count: int, database: Database, index: SearchIndex, sorter: Sorter) -> None:
    """Rows and documents, chunk by chunk, in both servers at once; link keys into the sorter."""
    with _seldom_collected(), _Feed(index, count) as feed, _Writer(database) as writer:
        for start in range(0, count, _CHUNK):
            numbers = range(start, min(start + _CHUNK, count))
            chunk = maker.make(numbers)
            writer.add(chunk, numbers)
            feed.add(chunk.documents)
            sorter.add(chunk.pairs(numbers))


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Rows and documents hold no circles: to look for some among all that stands takes a tenth of the time."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class _Clock:
    """Notes what each step took: wall time, processor time of ours and that of the servers."""

    def __init__(self, pids: Sequence[int]) -> None:
        self.spent: dict[str, float] = {}
        self._pids = pids
        self._last = self._told()

    def note(self, step: str) -> None:
        """A step is done."""
        now = self._told()
        for kind, before, after in zip(("wall", "cpu", "servers"), self._last, now, strict=True):
            self.spent[f"{step}_{kind}"] = after - before
        self._last = now

    def _told(self) -> tuple[float, float, float]:
        return time.perf_counter(), time.process_time(), processor_seconds(self._pids)


class _Writer:
    """Writes chunks by COPY, each in a transaction, while the next one is made."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, "rows")
        self._written: Future[None] | None = None

    def add(self, chunk: Chunk, numbers: range) -> None:
        """Hands a chunk on as soon as the one before is written."""
        self._wait()
        self._written = self._thread.submit(self._write, chunk, numbers)

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._wait()
        finally:
            self._thread.shutdown()

    def _wait(self) -> None:
        if self._written is not None:
            self._written.result()

    def _write(self, chunk: Chunk, numbers: range) -> None:
        entries = []
        for start in range(numbers.start, numbers.stop, _NAMED):
            ids = tuple(map(id_of, range(start, min(start + _NAMED, numbers.stop))))
            entries.append(AuditEntry("bench", StaffRole.INTAKE.value, "receive", ids, "intake"))
            entries.append(read_entry(WORKER, "assess", ids))
        with self._database.write() as connection:
            write_together(connection, [*chunk.rows.items(), (audit, entry_rows(entries))])


class _BrokenOff(Exception):  # a mark, and no error of anybody's
    """The fill ended before all was written."""


class _Feed:
    """Hands documents to a thread that writes the index with them, as a rebuild does; it waits where that is slower."""

    def __init__(self, index: SearchIndex, count: int) -> None:
        self._index, self._count = index, count
        self._waiting: Queue[list[IndexDocument] | _BrokenOff | None] = Queue(_AHEAD)
        self._thread = ThreadPoolExecutor(1, "index")
        self._written = self._thread.submit(index.rebuild, self._documents())

    def add(self, documents: list[IndexDocument] | _BrokenOff | None) -> None:
        """Hands documents on; None: that was all."""
        while not self._written.done():
            try:
                self._waiting.put(documents, timeout=_LOOK_SECONDS)
            except Full:
                continue
            return
        if self._written.exception() is not None:
            self._written.result()

    def __enter__(self) -> _Feed:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is not None:
                # What broke it off is told already
                with suppress(Exception):
                    self.add(_BrokenOff())
                    self._written.result()
                return
            self.add(None)
            total = self._written.result()
        finally:
            self._thread.shutdown()
        if total != self._count:
            raise Corrupt(f"The index took {total} of {self._count} reports.")

    def _documents(self) -> Iterator[IndexDocument]:
        while (documents := self._waiting.get()) is not None:
            if isinstance(documents, _BrokenOff):
                # An index of some of the reports must not take the place of the one before
                raise documents
            yield from documents


def _write_keys(database: Database, pairs: Pairs) -> None:
    made = np.empty(len(pairs), dtype=_FIELD)
    made["fields"], made["bytes"], made["bytes_too"] = 2, 8, 8
    made["number"], made["seq"] = pairs["number"], pairs["seq"]
    with database.write() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        with (
            driver.cursor() as cursor,
            cursor.copy("COPY link_keys (number, report_seq) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            for data in (_HEAD, made.tobytes(), _END):
                copy.write(data)


def _come_to_rest(database: Database, index: SearchIndex) -> None:
    """Numbers go on behind those given, and what servers do in quiet hours is done."""
    behind = "SELECT setval(pg_get_serial_sequence('reports', 'seq'), max(seq)) FROM reports"
    with database.session() as connection:
        for statement in (
            "SET statement_timeout = 0",
            behind,
            "VACUUM (ANALYZE)",
            "CHECKPOINT",
            "RESET statement_timeout",
        ):
            connection.execute(text(statement))
    _await_merges(index)


def _bytes_of(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _await_merges(index: SearchIndex) -> None:
    """Else what the index still owes for the fill would count as the cost of new reports."""
    until = time.monotonic() + _MERGE_SECONDS
    while _told(index, "merge")["current"] and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)


def _told(index: SearchIndex, what: str) -> dict[str, int]:
    """What a cluster tells of the index that is read."""
    if not isinstance(index, ElasticIndex):
        raise TypeError("Standing reports go into an index on a cluster.")
    generations = index.generations
    alias = generations.alias(Place.READ)
    answer = generations.cluster.call(lambda client: client.indices.stats(index=alias, metric=what).body)
    return dict(answer["_all"]["primaries"]["merges" if what == "merge" else what])


def run(folder: Path, count: int, total: int, pids: Sequence[int]) -> dict[str, float]:
    """Fills what the settings name with ``count`` reports of a world of ``total`` kept in a folder."""
    world, readings = kept(folder, total)
    with TemporaryDirectory(prefix="triage-bench-", dir=folder) as scratch:
        spent = fill(get_settings(), world, readings, count, Path(scratch), pids)
    return spent | {"peak": peak_megabytes()}


if __name__ == "__main__":
    _count, _total, *_pids = map(int, sys.argv[2:])
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), _count, _total, _pids)) + "\n")
