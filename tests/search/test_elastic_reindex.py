"""Writing an index anew while it is read and written: killed at any step it goes on or cleans up, and every search is right."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.search_backends import EVERYWHERE, TERMS, documents
from tests.elastic_cluster import Indices
from triage.errors import Busy, IndexDown, Refused, Unavailable
from triage.search import IndexDocument, SearchIndex, SearchRequest
from triage.search.elastic import ElasticIndex
from triage.search.elastic import index as elastic_index
from triage.search.elastic.generations import FORMAT, Generations, Place

HELD = documents(60)
ALL = SearchRequest()


class Killed(BaseException):
    """As SIGKILL: nobody handles it."""


@pytest.fixture
def index(elasticsearch: Indices, tmp_path: Path) -> ElasticIndex:
    made = elasticsearch.make(tmp_path, TERMS)
    made.apply(HELD, [])
    return made


def places(index: ElasticIndex) -> list[Place | None]:
    return [one.place for one in index.generations.all()]


def versions(index: SearchIndex) -> dict[str, int]:
    return dict(index.versions())


def expected(*held: IndexDocument) -> dict[str, int]:
    return {document.id: document.version for document in held}


def killed_while_making_the_next(index: ElasticIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = Generations.begin

    def go(self: Generations) -> bool:
        begin(self)
        raise Killed

    monkeypatch.setattr(Generations, "begin", go)
    index.rebuild(iter(HELD))


def killed_while_filling(index: ElasticIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def some() -> Iterator[IndexDocument]:
        # A report that is gone from the store when the writing goes on
        yield replace(HELD[0], id="gone", seq=999)
        yield from HELD * 10
        raise Killed

    index.rebuild(some())


def killed_while_checking(index: ElasticIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_: SearchIndex) -> None:
        raise Killed

    index.rebuild(iter(HELD), check)


def killed_before_the_swap(index: ElasticIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def swap(_: Generations) -> None:
        raise Killed

    monkeypatch.setattr(Generations, "swap", swap)
    index.rebuild(iter(HELD))


def killed_behind_the_swap(index: ElasticIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    swap = Generations.swap

    def go(self: Generations) -> None:
        swap(self)
        raise Killed

    monkeypatch.setattr(Generations, "swap", go)
    index.rebuild(iter(HELD))


@pytest.mark.parametrize(
    "step",
    [
        killed_while_making_the_next,
        killed_while_filling,
        killed_while_checking,
        killed_before_the_swap,
        killed_behind_the_swap,
    ],
)
def test_killed_at_any_step_it_is_read_as_before_and_the_next_call_brings_it_to_an_end(
    index: ElasticIndex, step: Callable[[ElasticIndex, pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched, pytest.raises(Killed):
        step(index, patched)
    assert versions(index) == expected(*HELD)
    changed = replace(HELD[5], version=77, revision=5)
    index.apply([changed], {HELD[6].id: 6})
    now = [changed if one.id == changed.id else one for one in HELD if one.id != HELD[6].id]
    assert versions(index) == expected(*now)
    assert index.rebuild(iter(now)) == len(now)
    assert versions(index) == expected(*now)
    assert places(index) == [Place.OLD, Place.READ]


@pytest.mark.parametrize("trouble", [Busy("All connections are in use."), Unavailable("The server does not answer.")])
def test_a_database_that_is_busy_for_a_moment_costs_no_draft(index: ElasticIndex, trouble: Exception) -> None:
    def some() -> Iterator[IndexDocument]:
        yield from HELD[:20]
        raise trouble

    with pytest.raises(type(trouble)):
        index.rebuild(some())
    assert Place.NEXT in places(index)
    assert index.rebuild(iter(HELD)) == len(HELD), "the next call goes on with it"
    assert versions(index) == expected(*HELD)


def test_a_kept_index_that_is_gone_keeps_nothing_from_the_one_that_is_read(
    index: ElasticIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.rebuild(iter(HELD))
    kept = next(one.index for one in index.generations.all() if one.place is Place.OLD)
    sent = elastic_index.write

    def write(cluster: Any, actions: Any, *several: int) -> dict[str, str]:
        made = list(actions)
        if any(one["_index"] in (kept, index.generations.alias(Place.OLD)) for one in made):
            raise IndexDown("Elasticsearch cannot do this now (503, unavailable_shards_exception).")
        return sent(cluster, made, *several)

    monkeypatch.setattr(elastic_index, "write", write)
    index.apply([], {HELD[3].id: 9})
    assert HELD[3].id not in versions(index)
    assert Place.OLD not in places(index), "what misses changes from now on is never gone back to"
    index.apply([replace(HELD[4], version=5, revision=9)], {})
    assert versions(index)[HELD[4].id] == 5


def test_what_fails_otherwise_takes_its_draft_away(index: ElasticIndex) -> None:
    def check(_: SearchIndex) -> None:
        raise ValueError("the new index is not right")

    with pytest.raises(ValueError, match="not right"):
        index.rebuild(iter(HELD[:3]), check)
    assert places(index) == [Place.READ]
    assert versions(index) == expected(*HELD)


def test_what_changes_while_it_is_written_stands_in_the_new_index_too(index: ElasticIndex) -> None:
    changed = replace(HELD[2], version=1234, revision=8)
    arrived = replace(HELD[0], id="new", seq=700, revision=9)

    def slowly() -> Iterator[IndexDocument]:
        for number, document in enumerate(HELD):
            if number == 10:
                index.apply([changed, arrived], {HELD[50].id: 10, HELD[3].id: 11})
            yield document

    index.rebuild(slowly())
    now = [changed if one.id == changed.id else one for one in HELD if one.id not in (HELD[50].id, HELD[3].id)]
    assert versions(index) == expected(*now, arrived)


def test_every_search_meanwhile_is_answered_and_right(index: ElasticIndex, elasticsearch: Indices) -> None:
    counted: list[int] = []
    ends = threading.Event()

    def ask() -> None:
        while not ends.is_set():
            counted.append(index.count(ALL, EVERYWHERE))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(3):
            index.rebuild(iter(HELD))
    finally:
        ends.set()
        asking.join(30)
    assert len(counted) > 3
    assert set(counted) == {len(HELD)}


def test_the_index_before_is_kept_up_to_date_until_it_is_forgotten(index: ElasticIndex) -> None:
    assert not index.go_back()
    index.rebuild(iter(HELD[:40]))
    arrived = replace(HELD[0], id="new", seq=700)
    index.apply([arrived], {HELD[1].id: 4})
    assert index.go_back()
    assert versions(index) == expected(arrived, *(one for one in HELD if one.id != HELD[1].id))
    assert index.go_back()
    assert versions(index) == expected(arrived, *(one for one in HELD[:40] if one.id != HELD[1].id))
    assert index.forget() == 1
    assert places(index) == [Place.READ]
    assert not index.go_back()


@pytest.mark.parametrize("when", ["before it is marked", "before it is refreshed", "before the aliases change"])
@pytest.mark.parametrize("back", [False, True])
def test_what_is_fed_while_an_index_takes_its_place_is_found_there_at_once_and_what_is_removed_is_not(
    index: ElasticIndex, monkeypatch: pytest.MonkeyPatch, when: str, *, back: bool
) -> None:
    if back:
        index.rebuild(iter(HELD))
    worker = ElasticIndex(index._cluster, TERMS, index.generations.name)
    arrived = replace(HELD[0], id="new", seq=700)
    fed: list[bool] = []

    def feed() -> None:
        if not fed:
            fed.append(True)
            worker.apply([arrived], {HELD[1].id: 4})

    ready, change = Generations._to_be_read, Generations._change

    def readied(self: Generations, name: str) -> None:
        if when == "before it is marked":
            feed()
        ready(self, name)

    def changed(self: Generations, actions: Sequence[Mapping[str, Any]]) -> None:
        marks = len(actions) == 1
        if when == "before the aliases change" and not marks:
            feed()
        change(self, actions)
        if when == "before it is refreshed" and marks:
            feed()

    monkeypatch.setattr(Generations, "_to_be_read", readied)
    monkeypatch.setattr(Generations, "_change", changed)
    if back:
        assert index.go_back()
    else:
        index.rebuild(iter(HELD))
    # At once, and by a question that refreshes nothing
    request = SearchRequest(limit=100)
    asked = [each.id for each in (arrived, HELD[1], HELD[2])]
    assert index.among([(request, EVERYWHERE)], asked) == [frozenset({"new", HELD[2].id})]
    assert fed


def test_a_feed_that_asked_before_an_index_was_marked_and_writes_after_its_last_refresh_is_repeated(
    index: ElasticIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    generations = index.generations
    generations.begin()
    worker = ElasticIndex(index._cluster, TERMS, generations.name)
    arrived = replace(HELD[0], id="new", seq=700)
    asked, ready = Generations.written, Generations._to_be_read
    marked: list[bool] = []

    def slow(self: Generations, place: Place) -> dict[Place, tuple[str, bool]]:
        found = asked(self, place)
        if not marked:
            marked.append(True)
            ready(generations, generations.by_place()[Place.NEXT])
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Generations, "written", slow)
        worker.apply([arrived], {})
        # Marked and refreshed above: what is left of the change is the change of aliases
        patched.setattr(Generations, "_to_be_read", lambda *_: None)
        generations.swap()
    assert index.among([(SearchRequest(limit=100), EVERYWHERE)], ["new"]) == [frozenset({"new"})]


def test_an_index_that_is_read_shows_by_itself_what_is_written_and_bears_no_mark(
    index: ElasticIndex, elasticsearch: Indices
) -> None:
    index.rebuild(iter(HELD))
    (read,) = [one for one in index.generations.all() if one.place is Place.READ]
    assert not read.soon
    with elasticsearch.client() as client:
        told = client.indices.get_settings(index=read.index, flat_settings=True)[read.index]["settings"]
    assert "index.refresh_interval" not in told


def test_what_cannot_go_in_is_told_when_all_others_are_read(index: ElasticIndex) -> None:
    with pytest.raises(Refused) as caught:
        index.rebuild(iter([*HELD[:9], replace(HELD[9], version=2**70)]))
    assert set(caught.value.reasons) == {HELD[9].id}
    assert versions(index) == expected(*HELD[:9])


def test_an_index_of_another_format_is_left_alone_until_it_is_forgotten(
    index: ElasticIndex, elasticsearch: Indices
) -> None:
    name = index.generations.name
    other, left = f"{name}-v{FORMAT + 1}-000001", f"{name}-v{FORMAT}-000000"
    with elasticsearch.client() as client:
        client.indices.create(index=other, aliases={f"{name}-v{FORMAT + 1}": {}})
        client.indices.create(index=left)
    index.rebuild(iter(HELD))
    assert versions(index) == expected(*HELD)
    assert other in [one.index for one in index.generations.all()]
    assert index.forget() == 3
    assert places(index) == [Place.READ]
