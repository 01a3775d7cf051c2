"""Writing an index anew while it is read and written: killed at any step it goes on or cleans up, and every search is right."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.search_backends import EVERYWHERE, TERMS, documents
from tests.elastic_cluster import Indices
from triage.errors import Refused
from triage.search import IndexDocument, SearchIndex, SearchRequest
from triage.search.elastic import ElasticIndex
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
        asking.join()
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
