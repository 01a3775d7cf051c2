"""What reports cost on the servers of a province: a file brought into PostgreSQL by COPY, worked and indexed in Elasticsearch.

One process of ours, beside a PostgreSQL and an Elasticsearch that are started for it on the same cores (or named in the
environment, and then no process of theirs is seen). Two sizes, each in a database and an index of its own, tell how the
cost of a report grows. Wall time, processor time of ours and that of both servers stand beside each other: on cores
that others use too only processor time compares. What a server does later for an earlier step counts where it falls.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL

from triage.bench.figures import Figure, Outcome
from triage.bench.importing import write_rows
from triage.bench.processes import apart, peak_megabytes, processor_seconds, temporary_folder
from triage.servers import find_postgres
from triage.servers.elastic import Elastic, find_elastic

REPORTS = AGAINST = 10_000
_MOST_GROWTH = 1.3
_MOST_MEGABYTES = 1500
_SECONDS, _SLOWEST = 600, 2
_HERE = "triage.bench.province"
_STEPS = ("assess", "link", "keep", "index")


def measure(*, reports: int = REPORTS, against: int = AGAINST) -> Outcome:
    """Brings ``reports`` generated reports to the index, after ``against`` of them if that is fewer.

    Raises:
        NoServer: one of the two servers cannot be had.
        Unavailable: the process that works failed.
    """
    sizes = [*([against] if against < reports else []), reports]
    with temporary_folder(with_model=True) as folder, ExitStack() as stack:
        (folder / "master.key").write_text(secrets.token_hex(32), "ascii")
        (folder / "master.key").chmod(0o600)
        database = find_postgres(os.environ, durable=True)
        stack.callback(database.close)
        search = find_elastic(os.environ)
        stack.callback(search.close)
        pids = [str(pid) for pid in (getattr(database, "pid", None), getattr(search, "pid", None)) if pid]
        servers = (database.told, search.told)
        told = []
        for size in sizes:
            file = folder.parent / f"reports-{size}.jsonl"
            write_rows(file, size)
            with _places(database.url.set(drivername="postgresql"), search, folder) as settings:
                limit = _SECONDS + size / _SLOWEST
                told.append(apart(_HERE, str(file), *pids, folder=folder, seconds=limit, more=settings))
            file.unlink()
    figures = _figures(told[-1]) + (_growth(told[0], told[-1]) if len(told) > 1 else ())
    notes = (*servers, "one process of ours with one thread; opening model and index is not counted")
    return Outcome("cluster", figures, notes=notes if pids else (*notes, "the servers' processor time is not seen"))


def _figures(told: Mapping[str, float]) -> tuple[Figure, ...]:
    rows = told["taken"]
    whole = told["import_wall"] + told["work_wall"]
    figures = [
        Figure("reports", rows, "reports"),
        Figure("imported_per_s", rows / told["import_wall"], "rows/s"),
        Figure("worked_per_s", rows / told["work_wall"], "reports/s"),
        Figure("end_to_end_per_s", rows / whole, "reports/s"),
        Figure("not_indexed", rows - told["indexed"], "reports", 0),
        Figure("peak_memory", told["peak"], "MB", _MOST_MEGABYTES),
    ]
    for phase in ("import", "work"):
        figures += [
            Figure(f"{phase}_wall", told[f"{phase}_wall"] / rows * 1e3, "ms/report"),
            Figure(f"{phase}_cpu", told[f"{phase}_cpu"] / rows * 1e3, "ms/report"),
            Figure(f"{phase}_servers_cpu", told[f"{phase}_servers"] / rows * 1e3, "ms/report"),
        ]
    for step in _STEPS:
        figures += [
            Figure(f"{step}_wall", told[f"{step}_wall"] / rows * 1e3, "ms/report"),
            Figure(f"{step}_cpu", told[f"{step}_cpu"] / rows * 1e3, "ms/report"),
        ]
    return tuple(figures)


def _growth(small: Mapping[str, float], large: Mapping[str, float]) -> tuple[Figure, ...]:
    """How many times as much a report costs among many as among few."""

    def cost(told: Mapping[str, float], *kinds: str) -> float:
        return sum(told[f"{phase}_{kind}"] for phase in ("import", "work") for kind in kinds) / told["taken"]

    return (
        Figure("against", small["taken"], "reports"),
        Figure("wall_growth", cost(large, "wall") / cost(small, "wall"), "times", _MOST_GROWTH),
        Figure("cpu_growth", cost(large, "cpu", "servers") / cost(small, "cpu", "servers"), "times", _MOST_GROWTH),
    )


@contextmanager
def _places(database: URL, search: Elastic, folder: Path) -> Iterator[dict[str, str]]:
    """The settings of a database and an index of their own, both gone afterwards."""
    from triage.search.elastic import Cluster, address_of
    from triage.search.elastic.generations import Generations

    name = f"triage_bench_{secrets.token_hex(4)}"
    address = database.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield {
                "TRIAGE_DATABASE_URL": database.set(database=name).render_as_string(hide_password=False),
                "TRIAGE_MASTER_KEY_FILE": str(folder / "master.key"),
                "TRIAGE_ELASTICSEARCH_URL": search.url,
                "TRIAGE_ELASTICSEARCH_INDEX": name.replace("_", "-"),
                **({"TRIAGE_ELASTICSEARCH_CA_FILE": str(search.ca_file)} if search.ca_file else {}),
            }
        finally:
            Generations(Cluster(address_of(search.url, None, search.ca_file)), name.replace("_", "-"), "").remove()
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


class _Watch:
    """Adds up wall time and processor time by name."""

    def __init__(self, pids: Sequence[int]) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._pids = pids

    @contextmanager
    def step(self, name: str, _: int = 0) -> Iterator[None]:
        """Counts what the block takes of ours."""
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.spent[f"{name}_wall"] += time.perf_counter() - wall
            self.spent[f"{name}_cpu"] += time.process_time() - cpu

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """The same, and what it takes of the servers."""
        servers = processor_seconds(self._pids)
        with self.step(name):
            yield
        self.spent[f"{name}_servers"] += processor_seconds(self._pids) - servers


def run(file: Path, pids: Sequence[int]) -> dict[str, float]:
    """All that is measured, in this process and on the servers of its settings."""
    from triage.cli.importing import import_file
    from triage.cli.workplace import opened_store
    from triage.model import Stage
    from triage.pipeline import assemble
    from triage.settings import get_settings
    from triage.store import WORKER

    settings, watch = get_settings(), _Watch(pids)
    with opened_store(settings) as store:
        pipeline = assemble(settings, store)
        pipeline.timed = watch.step
        with watch.phase("import"):
            taken = import_file(store, settings, file, source="bench", columns={}).taken
        with watch.phase("work"):
            pipeline.work_until_empty(settings.worker_batch)
        pipeline.index.close()
        counts = store.counts(WORKER)
    indexed = counts.get(Stage.INDEXED, 0) + counts.get(Stage.SEALED, 0)
    return {**watch.spent, "taken": taken, "indexed": indexed, "peak": peak_megabytes()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), [int(pid) for pid in sys.argv[2:]])) + "\n")
