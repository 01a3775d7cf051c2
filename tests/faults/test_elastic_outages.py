"""Elasticsearch killed, halted or turning calls away: reports go on coming in, search says so, and nothing is lost or double."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.app import create_app
from tests.contract.search_backends import EVERYWHERE, TERMS, documents
from tests.elastic_cluster import Indices
from tests.journeys.feeding import PETITION, routed, worker
from tests.waiting import until
from triage.errors import IndexDown
from triage.indexing import reconcile
from triage.model import StaffRole
from triage.pipeline import Pipeline
from triage.search import Order, SearchRequest
from triage.search.elastic import Cluster, ElasticIndex, address_of
from triage.servers.elastic import LocalElastic
from triage.store import Store

with warnings.catch_warnings():
    # The client works with httpx; it only asks for another one.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

pytestmark = pytest.mark.fault
ALL = SearchRequest(limit=200)


@pytest.fixture
def server(elasticsearch: Indices) -> Iterator[LocalElastic]:
    local = elasticsearch.server
    if not isinstance(local, LocalElastic):
        pytest.skip("a server that somebody named is not ours to kill")
    yield local
    local.resume()
    if not local.runs:
        local.start()


def impatient(elasticsearch: Indices, store: Store, folder: Path) -> Pipeline:
    """A worker that waits a second for an answer, not half a minute."""
    address = address_of(elasticsearch.server.url, None, elasticsearch.server.ca_file)
    cluster = Cluster(address, read_seconds=1, write_seconds=1)
    return worker(store, ElasticIndex(cluster, TERMS, elasticsearch.name(folder)))


def drained(made: Pipeline, store: Store, *ids: str) -> None:
    def done() -> bool:
        made.feed()
        return not store.asides.awaited(ids)

    until(done, "the outbox is drained")


def test_while_it_is_dead_reports_come_in_and_are_referred_and_search_says_that_it_is_away(
    server: LocalElastic, elasticsearch: Indices, store: Store, tmp_path: Path
) -> None:
    made = worker(store)
    first = routed(store, PETITION)
    drained(made, store, first)
    headers = {"Authorization": f"Bearer {store.new_token(StaffRole.INVESTIGATOR, ('',))}"}
    with TestClient(create_app(), client=("203.0.113.7", 50000)) as client:

        def search() -> tuple[int, dict[str, object]]:
            answer = client.post("/v1/search", json={"q": "危房"}, headers=headers)
            return answer.status_code, answer.json()

        assert [hit["id"] for hit in search()[1]["hits"]] == [first]  # type: ignore[attr-defined]
        server.kill()
        status, told = search()
        assert (status, told["code"]) == (503, "unavailable")
        assert "hits" not in told
        assert client.post("/v1/reports", json={"text": PETITION}).status_code == 202
        second = routed(store, PETITION)
        assert made.feed() == 0
        referrals = client.get("/v1/referrals", headers=headers)
        assert referrals.status_code == 200
        assert second in referrals.text
        assert client.get(f"/v1/reports/{second}", headers=headers).status_code == 200
        assert store.asides.awaited([first, second]) == {second}
        server.start()
        drained(made, store, second)
        assert {hit["id"] for hit in search()[1]["hits"]} == {first, second}  # type: ignore[attr-defined]
    assert reconcile(store, made.index).total == 0


@pytest.mark.long
def test_a_minute_without_it_costs_search_alone_and_the_outbox_is_drained_afterwards(
    server: LocalElastic, elasticsearch: Indices, store: Store, tmp_path: Path
) -> None:
    made = worker(store)
    ids = [routed(store, PETITION)]
    drained(made, store, *ids)
    headers = {"Authorization": f"Bearer {store.new_token(StaffRole.INVESTIGATOR, ('',))}"}
    with TestClient(create_app(), client=("203.0.113.7", 50000)) as client:
        server.stop()
        began = time.monotonic()
        while time.monotonic() - began < 60:
            assert client.post("/v1/reports", json={"text": PETITION}).status_code == 202
            ids.append(routed(store, PETITION))
            made.feed()
            assert client.get("/v1/referrals", headers=headers).status_code == 200
            told = client.post("/v1/search", json={"q": "危房"}, headers=headers)
            assert (told.status_code, "hits" in told.json()) == (503, False)
            time.sleep(1)
        server.start()
        drained(made, store, *ids)
        assert client.post("/v1/search", json={"q": "危房"}, headers=headers).json()["total"] == len(ids)
    assert reconcile(store, made.index).total == 0


def test_while_it_is_halted_the_worker_waits_briefly_and_drains_the_outbox_afterwards(
    server: LocalElastic, elasticsearch: Indices, store: Store, tmp_path: Path
) -> None:
    made = impatient(elasticsearch, store, tmp_path)
    before = routed(store, PETITION)
    drained(made, store, before)
    server.halt()
    waiting = [routed(store, PETITION) for _ in range(5)]
    began = time.monotonic()
    for _ in range(30):
        assert made.feed() == 0
    assert time.monotonic() - began < 10, "it does not wait for an answer thirty times"
    with pytest.raises(IndexDown):
        made.index.count(ALL, EVERYWHERE)
    server.resume()
    drained(made, store, *waiting)
    assert dict(made.index.versions()).keys() == {before, *waiting}
    assert reconcile(store, made.index).total == 0


def test_what_it_acknowledged_before_it_was_killed_is_there_afterwards(
    server: LocalElastic, elasticsearch: Indices, tmp_path: Path
) -> None:
    index = elasticsearch.make(tmp_path, TERMS)
    held = documents(400)
    acknowledged: list[str] = []

    def feed() -> None:
        for at in range(0, len(held), 5):
            try:
                index.apply(held[at : at + 5], [])
            except IndexDown:
                return
            acknowledged.extend(document.id for document in held[at : at + 5])

    feeding = threading.Thread(target=feed)
    feeding.start()
    until(lambda: len(acknowledged) >= 50)
    server.kill()
    feeding.join(60)
    assert 50 <= len(acknowledged) < len(held)
    server.start()
    until(lambda: _reads(lambda: index.count(ALL, EVERYWHERE)), seconds=30)
    assert set(acknowledged) <= dict(index.versions()).keys()
    index.apply(held, [])
    assert dict(index.versions()) == {document.id: document.version for document in held}
    assert len(index.ordered(ALL, EVERYWHERE, Order.TIME, None, 200).seqs) == 200


def _reads(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except IndexDown:
        return False
    return True
