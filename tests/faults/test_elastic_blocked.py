"""Elasticsearch closes its indices to writes, as over the flood mark of a disk: nothing is lost, it is named, and it drains."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from typer.testing import CliRunner

from tests.elastic_cluster import Indices
from tests.journeys.feeding import PETITION, routed, worker
from tests.waiting import until
from triage.cli.app import app
from triage.indexing import reconcile
from triage.model import Access, StaffRole
from triage.operation import Observer
from triage.pipeline import Pipeline
from triage.search import Order, SearchRequest
from triage.search.elastic import ElasticIndex
from triage.search.elastic.generations import Place
from triage.servers.elastic import LocalElastic
from triage.store import Store

pytestmark = pytest.mark.fault
READER = Access("reader", StaffRole.INVESTIGATOR, ("",))
MARKS = "cluster.routing.allocation.disk"


@pytest.fixture
def made(store: Store) -> Iterator[Pipeline]:
    with closing(worker(store).index) as index:
        yield worker(store, index)


def blocked(client: Elasticsearch, made: Pipeline, on: bool | None) -> None:
    assert isinstance(made.index, ElasticIndex)
    at = made.index.generations.by_place()[Place.READ]
    client.indices.put_settings(index=at, settings={"index.blocks.read_only_allow_delete": on})


def doctor() -> dict[str, Any]:
    """What the doctor says of the index."""
    told = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)["findings"]
    (line,) = [line for line in told if line["part"] == "index"]
    return dict(line)


def found(made: Pipeline) -> int:
    return len(made.index.ordered(SearchRequest(limit=200), READER, Order.TIME, None, 200).seqs)


def nothing_is_written_and_nothing_lost(made: Pipeline, store: Store, held: int) -> list[str]:
    """What happens while it takes no writes; the reports that came in meanwhile."""
    waiting = [routed(store, PETITION) for _ in range(3)]
    assert made.feed() == 0
    assert store.asides.awaited(waiting) == set(waiting)
    assert found(made) == held, "what was there is found"
    assert store.stuck(READER) == [], "no report is to blame"
    observer = Observer(store.settings, store, lambda: made.index)
    (index,) = [part for part in observer.ready() if part.part == "index"]
    assert (index.code, index.figures) == ("blocked", {"reports": held})
    told = doctor()
    assert (told["well"], told["code"], told["runbook"]) == (False, "blocked", "docs/runbook.md#index-blocked")
    assert "disk" in told["en_do"]
    return waiting


def everything_is_written_once(made: Pipeline, store: Store, held: int) -> None:
    until(lambda: made.feed() == 0 and store.waiting() == 0)
    assert found(made) == held
    assert reconcile(store, made.index).total == 0
    assert doctor()["code"] == "there"


def test_a_blocked_index_is_named_and_drained_once_it_is_open(
    made: Pipeline, store: Store, elasticsearch: Indices
) -> None:
    routed(store, PETITION)
    until(lambda: bool(made.feed()))
    with elasticsearch.client() as client:
        blocked(client, made, on=True)
        try:
            waiting = nothing_is_written_and_nothing_lost(made, store, 1)
        finally:
            blocked(client, made, on=None)
    everything_is_written_once(made, store, 1 + len(waiting))


@pytest.mark.long
def test_over_the_flood_mark_of_the_disk_it_waits_and_below_it_goes_on_by_itself(
    made: Pipeline, store: Store, elasticsearch: Indices
) -> None:
    if not isinstance(elasticsearch.server, LocalElastic):
        pytest.skip("the marks of a server that somebody named are not ours to change")
    routed(store, PETITION)
    until(lambda: bool(made.feed()))
    marks = {f"{MARKS}.watermark.{mark}": "1000pb" for mark in ("low", "high", "flood_stage")}
    marks |= {f"{MARKS}.threshold_enabled": "true", "cluster.info.update.interval": "10s"}
    with elasticsearch.client() as client:
        client.cluster.put_settings(persistent=marks)
        try:
            until(lambda: not made.index.takes_writes())
            waiting = nothing_is_written_and_nothing_lost(made, store, 1)
            low = {name: "1b" for name in marks if "watermark" in name}
            client.cluster.put_settings(persistent=low)
            until(made.index.takes_writes)
        finally:
            client.cluster.put_settings(persistent=dict.fromkeys(marks))
    everything_is_written_once(made, store, 1 + len(waiting))
