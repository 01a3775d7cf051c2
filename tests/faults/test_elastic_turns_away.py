"""Calls that Elasticsearch turns away for a moment are made again, others are not, and nothing is written twice or lost."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.search_backends import EVERYWHERE, TERMS, documents
from tests.elastic_cluster import Indices
from tests.faults.between import DROPPED, Proxy, proxy
from tests.journeys.feeding import PETITION, routed, worker
from tests.waiting import until
from triage.errors import IndexDown
from triage.indexing import Rest, reconcile
from triage.search import SearchRequest
from triage.search.elastic import Cluster, ElasticIndex, address_of
from triage.settings import Settings
from triage.store import Store

HELD = documents(20)
ALL = SearchRequest()


@pytest.fixture
def between(elasticsearch: Indices) -> Iterator[Proxy]:
    with proxy(elasticsearch.server.url, elasticsearch.server.ca_file) as made:
        yield made


@pytest.fixture
def index(between: Proxy, elasticsearch: Indices, tmp_path: Path) -> Iterator[ElasticIndex]:
    elasticsearch.make(tmp_path, TERMS).apply(HELD, [])
    made = ElasticIndex(Cluster(address_of(between.url)), TERMS, elasticsearch.name(tmp_path))
    assert made.count(ALL, EVERYWHERE) == len(HELD)
    between.calls = 0
    yield made
    made.close()


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_search_that_is_turned_away_is_made_again_until_it_is_answered(
    index: ElasticIndex, between: Proxy, status: int
) -> None:
    between.planned = [status] * 4
    assert index.count(ALL, EVERYWHERE) == len(HELD)
    assert between.calls == 5


@pytest.mark.parametrize("planned", [500, 504, 403, DROPPED])
def test_what_another_try_would_not_change_is_told_at_once(index: ElasticIndex, between: Proxy, planned: int) -> None:
    between.planned = [planned] * 9
    with pytest.raises(IndexDown):
        index.count(ALL, EVERYWHERE)
    assert between.calls == 1


def test_a_storm_that_does_not_end_is_an_error_and_no_empty_answer(index: ElasticIndex, between: Proxy) -> None:
    between.planned = [429] * 99
    with pytest.raises(IndexDown, match="429"):
        index.among([(ALL, EVERYWHERE)], [HELD[0].id])
    assert between.calls == 5


def test_writes_that_are_turned_away_stand_there_once_in_the_end(index: ElasticIndex, between: Proxy) -> None:
    more = documents(40)
    # One answer tells where the indices are, the next is of the write
    between.planned = [429, 503, 429]
    index.apply(more, [])
    assert dict(index.versions()) == {document.id: document.version for document in more}
    between.planned = [DROPPED]
    with pytest.raises(IndexDown):
        index.apply(more[:3], [])
    index.apply(more[:3], ["r00009"])
    assert index.count(ALL, EVERYWHERE) == len(more) - 1


def test_a_storm_of_refusals_and_dropped_connections_while_the_worker_feeds_leaves_no_drift(
    between: Proxy, elasticsearch: Indices, tmp_path: Path
) -> None:
    chance = random.Random(429)
    with Store.open(Settings(data_dir=tmp_path / "data")) as store:
        made = worker(store, ElasticIndex(Cluster(address_of(between.url)), TERMS, elasticsearch.name(tmp_path)))
        made._rest = Rest(clock=lambda: 30 * time.monotonic())
        first = [routed(store, f"{PETITION}第{number}封") for number in range(40)]
        while made.feed():
            pass
        between.planned = chance.choices([429, 503, DROPPED, None], (2, 2, 1, 3), k=30)
        late = [routed(store, f"{PETITION}又{number}封") for number in range(40)]
        store.asides.send_again(first[::2])
        until = time.monotonic() + 60
        while store.asides.awaited([*first, *late]):
            made.feed(8)
            assert time.monotonic() < until, "the outbox is not drained"
        assert len(between.planned) < 30, "the storm has met the feed"
        between.planned = []
        assert reconcile(store, made.index, repair=False).total == 0
        assert sorted(each for each, _ in made.index.versions()) == sorted([*first, *late])
        assert store.waiting() == 0
        made.index.close()


def test_a_search_that_is_answered_late_is_answered_and_one_that_takes_too_long_is_told(
    between: Proxy, index: ElasticIndex, elasticsearch: Indices, tmp_path: Path
) -> None:
    between.late = 0.6
    assert index.count(ALL, EVERYWHERE) == len(HELD)
    hasty = ElasticIndex(Cluster(address_of(between.url), read_seconds=0.2), TERMS, elasticsearch.name(tmp_path))
    with pytest.raises(IndexDown):
        hasty.count(ALL, EVERYWHERE)
    hasty.close()


def test_writes_whose_answers_come_too_late_are_made_again_and_stand_there_once(
    between: Proxy, elasticsearch: Indices, tmp_path: Path
) -> None:
    with Store.open(Settings(data_dir=tmp_path / "data")) as store:
        cluster = Cluster(address_of(between.url), read_seconds=5, write_seconds=1)
        made = worker(store, ElasticIndex(cluster, TERMS, elasticsearch.name(tmp_path)))
        made._rest = Rest(clock=lambda: 30 * time.monotonic())
        first = routed(store, f"{PETITION}第一封")
        until(lambda: made.feed() or not store.asides.awaited([first]), "the index answers")
        between.late = 1.6
        ids = [routed(store, f"{PETITION}又{number}封") for number in range(10)]
        assert made.feed() == 0, "it took effect, and nobody heard of it"
        assert store.asides.awaited(ids)
        between.late = 0.0

        def drained() -> bool:
            made.feed()
            return not store.asides.awaited(ids)

        until(drained, "the outbox is drained")
        assert sorted(each for each, _ in made.index.versions()) == sorted([first, *ids])
        assert reconcile(store, made.index, repair=False).total == 0
        made.index.close()
