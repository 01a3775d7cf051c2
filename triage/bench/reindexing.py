"""Writing the index anew while reports arrive and people search: what either of them sees of it, and what is missing afterwards.

A service and a worker on a PostgreSQL and an Elasticsearch that are started for it on the same cores, filled before (see
``standing``); the worker and what writes the index let people go first (``nice``) and all of ours the servers, as on a
machine where all of this runs together. Before anything else runs, each kind of question is asked by ours and by the bare client. Then reports are posted and questions asked at a steady pace
over HTTP (see ``traffic``), first alone and then beside ``triage reindex``. At the end, when every report has come all the way or
nobody waits for that any longer, each that has is looked for in the index, and each receipt in the store.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from triage.bench.cluster import clients, compared
from triage.bench.figures import Figure, Outcome, quantile
from triage.bench.generator import Generator
from triage.bench.processes import (
    environment,
    running,
    serving,
    stepping_back,
    temporary_folder,
    wait_until_answers,
)
from triage.bench.province import fill, keep_readings, places, servers
from triage.bench.traffic import Told, Traffic
from triage.errors import Unavailable
from triage.intake.receipts import receipt_hash
from triage.model import StaffRole, Stage
from triage.pipeline import open_index
from triage.search import Terms
from triage.search.elastic import ElasticIndex
from triage.servers.elastic import Elastic
from triage.servers.processes import free_port
from triage.settings import Settings
from triage.store import WORKER, Store
from triage.store.database import Database
from triage.store.tables import reports
from triage.text.segment import default_segmenter
from triage.text.terms import TermKeyer

REPORTS, POSTING, SEARCHING, ALONE = 10_000, 50.0, 20.0, 30.0
_SECONDS, _SLOWEST = 600.0, 50
_POLL_SECONDS = 1.0
_ROUNDS = 50
_NICE = "15"
_BEFORE, _BESIDE = 1_000_000, 2_000_000
_RANKS = (500, 2500, 6000)
_FILTERS = (("bribery", "513431", None), ("embezzlement", "51", "2018-11"))


def measure(
    *,
    standing: int = REPORTS,
    posting: float = POSTING,
    searching: float = SEARCHING,
    alone: float = ALONE,
    draining: float | None = None,
) -> Outcome:
    """Fills ``standing`` reports in and writes their index anew beside ``posting`` reports and ``searching`` questions a second.

    For ``alone`` seconds before they come without it, to compare with; ``draining`` seconds at most are waited afterwards for what
    has arrived to be read, by default until it is.

    Raises:
        NoServer: one of the two servers cannot be had.
        Unavailable: a process of ours failed, or took much too long.
    """
    with temporary_folder(with_model=True) as folder, stepping_back(), ExitStack() as stack:
        database, search = stack.enter_context(servers(folder))
        told = stack.enter_context(places(database.url.set(drivername="postgresql"), search, folder))
        keep_readings(folder)
        fill(folder, standing, standing, told)
        with Store.open(_settings(folder, told)) as store:
            figures = _at_rest(search, told, store)
            figures += _under_way(folder, told, store, standing, (posting, searching), alone, draining)
        notes = (database.told, search.told, f"{posting:g} reports and {searching:g} questions a second, over HTTP")
    return Outcome("reindex", figures, notes=notes)


def _settings(folder: Path, told: Mapping[str, str]) -> Settings:
    authority = told.get("TRIAGE_ELASTICSEARCH_CA_FILE")
    return Settings(
        data_dir=folder,
        database_url=told["TRIAGE_DATABASE_URL"],
        master_key_file=Path(told["TRIAGE_MASTER_KEY_FILE"]),
        elasticsearch_url=SecretStr(told["TRIAGE_ELASTICSEARCH_URL"]),
        elasticsearch_ca_file=Path(authority) if authority else None,
        elasticsearch_index=told["TRIAGE_ELASTICSEARCH_INDEX"],
    )


def _at_rest(server: Elastic, told: Mapping[str, str], store: Store) -> tuple[Figure, ...]:
    """What questions take where nothing else runs, beside the bare client."""
    terms = Terms(TermKeyer(store.subkey("terms")), default_segmenter())
    with clients(server) as (cluster, bare):
        index = ElasticIndex(cluster, terms, told["TRIAGE_ELASTICSEARCH_INDEX"])
        return tuple(compared(index, cluster, bare, Generator(), _ROUNDS))


def _under_way(
    folder: Path,
    told: Mapping[str, str],
    store: Store,
    standing: int,
    paces: tuple[float, float],
    seconds: float,
    draining: float | None,
) -> tuple[Figure, ...]:
    """What is measured, with service and workers started for it."""
    port, token = free_port(), store.new_token(StaffRole.INVESTIGATOR)
    command = [sys.executable, "-P", "-m", "triage.cli"]
    with ExitStack() as stack:
        service = stack.enter_context(serving(folder, port, "--no-worker", more=told))
        crew = ["nice", "-n", _NICE, *command, "work"]
        stack.enter_context(running(crew, environment(folder, told)))
        wait_until_answers(port, "/readyz", service)
        alone, beside = (Traffic(port, token, *paces, _questions(), seed) for seed in (_BEFORE, _BESIDE))
        with alone.flowing():
            time.sleep(seconds)
        began = time.perf_counter()
        with beside.flowing():
            _reindex(folder, told, standing)
            took = time.perf_counter() - began
        drained = _drained(store, len(alone.receipts | beside.receipts), draining)
    return (
        Figure("standing", standing, "reports"),
        Figure("reindexed", took, "s"),
        Figure("standing_per_s", standing / took, "reports/s"),
        *_figures("posted", beside.posts, alone.posts, 202, took),
        *_figures("searched", beside.searches, alone.searches, 200, took),
        Figure("searches_that_found_less", beside.searches.short, "searches", 0),
        Figure("waited_afterwards", drained, "s"),
        *_missing(_settings(folder, told), store, alone.receipts | beside.receipts),
    )


def _missing(settings: Settings, store: Store, receipts: AbstractSet[str]) -> tuple[Figure, ...]:
    """What is in the store of all that was acknowledged, and in the index of all that has been read."""
    kept, waiting, held = _ids(settings, store)
    key = store.subkey("receipt")
    lost = sum(store.status(receipt_hash(key, receipt.replace("-", ""))) is None for receipt in receipts)
    return (
        Figure("still_to_be_read", len(waiting), "reports"),
        Figure("acknowledged_but_not_kept", lost, "reports", 0),
        Figure("missing_in_index", len(kept - waiting - held), "reports", 0),
        Figure("surplus_in_index", len(held - kept), "reports", 0),
    )


def _figures(name: str, beside: Told, alone: Told, good: int, took: float) -> tuple[Figure, ...]:
    """How one kind of request fared beside the writing, and how long its answers took before."""
    return (
        Figure(f"{name}_per_s", beside.statuses[good] / took, "requests/s"),
        Figure(f"{name}_failed", sum(beside.statuses.values()) - beside.statuses[good], "requests", 0),
        Figure(f"{name}_p50", quantile(beside.took or [0.0], 0.5) * 1e3, "ms"),
        Figure(f"{name}_p95", quantile(beside.took or [0.0], 0.95) * 1e3, "ms"),
        Figure(f"{name}_p95_alone", quantile(alone.took or [0.0], 0.95) * 1e3, "ms"),
        Figure(f"{name}_late", beside.late, "s"),
    )


def _questions() -> list[dict[str, Any]]:
    generator = Generator()
    words = [{"q": word, "sort": "relevance"} for word in generator.words(_RANKS)]
    phrases = [{"q": f'"{text[5:13]}"', "sort": "relevance"} for text in generator.texts(3)]
    filters = [
        {"category": category, "place": place, **({"month": month} if month else {})}
        for category, place, month in _FILTERS
    ]
    return [*words, *phrases, *filters]


def _reindex(folder: Path, told: Mapping[str, str], standing: int) -> None:
    """`triage reindex`, as somebody types it who lets people go first."""
    command = ["nice", "-n", _NICE, sys.executable, "-P", "-m", "triage.cli", "reindex"]
    limit = _SECONDS + standing / _SLOWEST
    try:
        ended = subprocess.run(  # noqa: S603  # our own program
            command, env=environment(folder, told), stdout=subprocess.DEVNULL, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"The index was not written after {limit:.0f} s.") from None
    if ended.returncode:
        raise Unavailable(f"`triage reindex` ended with {ended.returncode}.")


def _drained(store: Store, arrived: int, draining: float | None) -> float:
    """Waits until every report has come all the way and nothing waits for the index, or for ``draining`` seconds; seconds."""
    began = time.perf_counter()
    limit = _SECONDS + arrived / _SLOWEST * 10
    while store.waiting() or _under_way_still(store):
        waited = time.perf_counter() - began
        if draining is not None and waited > draining:
            break
        if waited > limit:
            raise Unavailable(f"Reports still wait after {limit:.0f} s.")
        time.sleep(_POLL_SECONDS)
    return time.perf_counter() - began


def _under_way_still(store: Store) -> int:
    counts = store.counts(WORKER)
    return sum(number for stage, number in counts.items() if stage not in (Stage.INDEXED, Stage.SEALED))


def _ids(settings: Settings, store: Store) -> tuple[set[str], set[str], set[str]]:
    """The ids of all reports that the store keeps for search, of those still on their way, and of those that the index holds."""
    with closing(Database(settings)) as database, database.read() as connection:
        stages = dict(
            connection.execute(select(reports.c.id, reports.c.stage).where(reports.c.stage != Stage.SEALED)).all()
        )
    waiting = {each for each, stage in stages.items() if stage != Stage.INDEXED}
    with closing(open_index(settings, store)) as index:
        return set(stages), waiting, {each for each, _ in index.versions()}
