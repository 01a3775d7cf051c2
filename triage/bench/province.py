"""What reports cost on the servers of a province: a file brought into PostgreSQL by COPY, worked and indexed in Elasticsearch.

One process of ours, beside a PostgreSQL and an Elasticsearch that are started for it on the same cores (or named in the
environment, and then no process of theirs is seen). Two sizes, each in a database and an index of its own, tell how the
cost of a report grows. Wall time, processor time of ours and that of both servers stand beside each other: on cores
that others use too only processor time compares. What a server does later for an earlier step counts where it falls.

To bring a million reports in takes hours. Instead both servers can be filled first with reports that are made as if each had come
all the way (see ``standing``); then new ones that tell of the same affairs (see ``newcomers``) come in beside them, the real way,
and as many of them in an empty database and an empty index tell how their cost grows.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import URL

from triage.bench.figures import Figure, Outcome
from triage.bench.importing import write_rows
from triage.bench.newcomers import write_newcomers
from triage.bench.processes import apart, peak_megabytes, processor_seconds, temporary_folder
from triage.bench.world import World
from triage.model import Stage
from triage.servers import Postgres, find_postgres
from triage.servers.elastic import Elastic, find_elastic
from triage.store import WORKER, Store

REPORTS = AGAINST = 10_000
_MOST_GROWTH = 1.3
_MOST_MEGABYTES = 1500
_SECONDS, _SLOWEST, _SLOWEST_FILL = 600, 2, 100
_WARM = 200
_HERE = "triage.bench.province"
_STEPS = ("assess", "link", "keep", "index")


def measure(*, reports: int = REPORTS, against: int = AGAINST, standing: int = 0) -> Outcome:
    """Brings ``reports`` generated reports to the index, after ``against`` of them if that is fewer.

    With ``standing`` ones that are filled in before, the cost is compared with that of ``against`` of the same reports (of all,
    if they are fewer) where nothing stands.

    Raises:
        NoServer: one of the two servers cannot be had.
        Unavailable: the process that fills or works failed.
    """
    few, filled = min(against, reports), dict[str, float]()
    with temporary_folder(with_model=True) as folder, ExitStack() as stack:
        database, search = stack.enter_context(servers(folder))
        pids = [str(pid) for pid in (getattr(database, "pid", None), getattr(search, "pid", None)) if pid]
        notes: tuple[str, ...] = (database.told, search.told)
        notes += ("one process of ours with one thread; opening model and index is not counted",)
        stage = _Stage(folder, database.url.set(drivername="postgresql"), search, pids)
        if standing:
            stage.prepare(standing, standing + reports)
        if standing or few < reports:
            # A server is slow at first: neither of the two is to pay for that
            stage.take(min(few, _WARM))
        if standing:
            filled, many = stage.beside(standing, reports)
            small: Mapping[str, float] | None = stage.take(few)
        else:
            small = stage.take(few) if few < reports else None
            many = stage.take(reports)
    figures = _figures(many) + (_growth(small, many) if small else ()) + _filled(standing, filled)
    if standing:
        notes += (
            f"{standing:,} reports were filled in before and not brought in; growth: against where nothing stood",
        )
    return Outcome("cluster", figures, notes=notes if pids else (*notes, "the servers' processor time is not seen"))


@dataclass
class _Stage:
    """Two servers, and what comes to them: generated reports, or those of a world once it is prepared."""

    folder: Path
    database: URL
    search: Elastic
    pids: Sequence[str]
    _world: World | None = None
    _first: int = 0
    _total: int = 0

    def prepare(self, first: int, total: int) -> None:
        """From now on reports come from a world of so many, beginning with the number ``first``."""
        from triage.bench import readings

        keep_readings(self.folder)
        self._world, _ = readings.kept(self.folder.parent, total)
        self._first, self._total = first, total

    def take(self, reports: int) -> dict[str, float]:
        """Brings reports into an empty database and an empty index."""
        with places(self.database, self.search, self.folder) as settings:
            return self._take(reports, settings)

    def beside(self, standing: int, reports: int) -> tuple[dict[str, float], dict[str, float]]:
        """Fills a database and an index, and brings reports in; what is told of either."""
        with places(self.database, self.search, self.folder) as settings:
            filled = fill(self.folder, standing, self._total, settings, self.pids)
            return filled, self._take(reports, settings)

    def _take(self, reports: int, settings: Mapping[str, str]) -> dict[str, float]:
        file = self.folder.parent / f"reports-{reports}.jsonl"
        if self._world is None:
            write_rows(file, reports)
        else:
            write_newcomers(file, self._world, self._first, reports)
        limit = _SECONDS + reports / _SLOWEST
        told = apart(_HERE, str(file), *self.pids, folder=self.folder, seconds=limit, more=settings)
        file.unlink()
        return told


def _filled(standing: int, told: Mapping[str, float]) -> tuple[Figure, ...]:
    """How standing reports were filled in; nothing where there are none."""
    if not standing:
        return ()
    cost = [
        Figure(f"filled_{kind}", (told[f"rows_{kind}"] + told[f"keys_{kind}"]) / standing * 1e3, "ms/report")
        for kind in ("wall", "cpu", "servers")
    ]
    return (
        Figure("standing", standing, "reports"),
        Figure("filled_per_s", standing / (told["rows_wall"] + told["keys_wall"]), "reports/s"),
        *cost,
        Figure("planned", told["planned_wall"], "s"),
        Figure("tidied", told["tidied_wall"], "s"),
        Figure("filler_peak_memory", told["peak"], "MB"),
        Figure("standing_database", told["database_bytes"] / 1e6, "MB"),
        Figure("standing_index", told["index_bytes"] / 1e6, "MB"),
    )


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

    def of(told: Mapping[str, float], step: str) -> float:
        return told[f"{step}_cpu"] / told["taken"]

    servers = cost(small, "servers")
    return (
        Figure("against", small["taken"], "reports"),
        Figure("wall_growth", cost(large, "wall") / cost(small, "wall"), "times", _MOST_GROWTH),
        Figure("cpu_growth", cost(large, "cpu", "servers") / cost(small, "cpu", "servers"), "times", _MOST_GROWTH),
        *([Figure("servers_cpu_growth", cost(large, "servers") / servers, "times")] if servers else []),
        *(Figure(f"{step}_cpu_growth", of(large, step) / of(small, step), "times") for step in _STEPS),
    )


@contextmanager
def servers(folder: Path) -> Iterator[tuple[Postgres, Elastic]]:
    """Both servers for as long as the block lasts, and a key for what is sealed there in a data folder.

    Raises:
        NoServer: one of the two cannot be had.
    """
    key = folder / "master.key"
    key.write_text(secrets.token_hex(32), "ascii")
    key.chmod(0o600)
    with closing(find_postgres(os.environ, durable=True)) as database, closing(find_elastic(os.environ)) as search:
        yield database, search


@contextmanager
def places(database: URL, search: Elastic, folder: Path) -> Iterator[dict[str, str]]:
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


def keep_readings(folder: Path) -> None:
    """Reads authored reports, and keeps what was understood beside a data folder for whoever fills standing ones in."""
    from triage.bench import readings

    readings.keep(folder.parent, *readings.read_authored(readings.AUTHORED))


def fill(
    folder: Path, standing: int, total: int, settings: Mapping[str, str], pids: Sequence[str] = ()
) -> dict[str, float]:
    """Fills an empty database and an empty index, in a process apart; what ``standing.fill`` tells of it.

    Args:
        folder: a data folder, with readings kept beside it.
        standing: how many reports.
        total: how many the world has that they come from.
        settings: name the database and the index.
        pids: processes of the servers, as far as they are known.

    Raises:
        Unavailable: it failed, or took much too long.
    """
    limit = _SECONDS + standing / _SLOWEST_FILL
    arguments = (str(folder.parent), str(standing), str(total), *pids)
    return apart("triage.bench.standing", *arguments, folder=folder, seconds=limit, more=settings)


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
    from triage.pipeline import assemble
    from triage.settings import get_settings

    settings, watch = get_settings(), _Watch(pids)
    with opened_store(settings) as store:
        pipeline = assemble(settings, store)
        pipeline.timed = watch.step
        before = _through(store)
        with watch.phase("import"):
            taken = import_file(store, settings, file, source="bench", columns={}).taken
        with watch.phase("work"):
            pipeline.work_until_empty(settings.worker_batch)
        pipeline.index.close()
        indexed = _through(store) - before
    return {**watch.spent, "taken": taken, "indexed": indexed, "peak": peak_megabytes()}


def _through(store: Store) -> int:
    """Reports that have come all the way."""
    counts = store.counts(WORKER)
    return counts[Stage.INDEXED] + counts[Stage.SEALED]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), [int(pid) for pid in sys.argv[2:]])) + "\n")
