"""One hit for each case, pages that stay whole while reports arrive, and reports with similar text, on every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.search_backends import EVERYWHERE, Backend, BruteForce, authored, documents
from triage.model import Access, StaffRole
from triage.search import CursorBox, IndexDocument, Order, Page, SearchIndex, SearchRequest
from triage.search.cursors import FIRST_RANKED
from triage.search.nodes import Filter, Not, Part
from triage.search.query import Group
from triage.text.normalise import normalise
from triage.text.segment import default_segmenter

HELD = documents(220)
BRUTE = BruteForce(HELD)
ABOUT = Part(("低保", "危房", "relocation"))


@pytest.fixture
def index(backend: Backend, tmp_path: Path) -> Iterator[SearchIndex]:
    made = backend(tmp_path)
    made.apply(HELD, [])
    yield made
    made.close()


def pages(
    index: SearchIndex, request: SearchRequest, access: Access = EVERYWHERE, first: int = FIRST_RANKED
) -> Iterator[Page]:
    box, cursor = CursorBox(b"c" * 32, first=first), None
    while True:
        page = box.page(index, request, access, cursor)
        yield page
        cursor = page.cursor
        if cursor is None:
            return


def groups_of(seqs: list[int], held: list[IndexDocument]) -> list[str]:
    cases = {document.seq: document.case_id or document.id for document in held}
    return [cases[seq] for seq in seqs]


def sort_key(document: IndexDocument, order: Order) -> tuple[float, ...]:
    if order is Order.TIME:
        return int(document.received_at.timestamp()), document.seq
    if order is Order.AMOUNT:
        return document.amount_fen // 100, document.seq
    return document.level.rank, document.score, document.seq


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("places", [("",), ("51",)])
def test_each_case_has_one_hit_that_tells_how_many_reports_it_stands_for(
    index: SearchIndex, order: Order, places: tuple[str, ...]
) -> None:
    access = Access("tester", StaffRole.INVESTIGATOR, places)
    request = SearchRequest((ABOUT,), order=order, limit=7, group=Group.CASE)
    met = list(BRUTE.matches(request, access))
    told = list(pages(index, request, access))
    seqs = [seq for page in told for seq in page.seqs]
    sizes = {seq: size for page in told for seq, size in page.sizes.items()}
    expected = Counter(document.case_id or document.id for document in met)
    assert Counter(groups_of(seqs, HELD)) == dict.fromkeys(expected, 1)
    assert {groups_of([seq], HELD)[0]: size for seq, size in sizes.items()} == dict(expected)
    assert {(page.total, page.groups) for page in told} == {(len(met), len(expected))}
    if order is not Order.RELEVANCE:
        firsts: dict[str, IndexDocument] = {}
        for document in sorted(met, key=lambda one: sort_key(one, order), reverse=True):
            firsts.setdefault(document.case_id or document.id, document)
        assert seqs == [document.seq for document in firsts.values()]


@pytest.mark.parametrize("group", [None, Group.CASE])
@pytest.mark.parametrize("order", [Order.TIME, Order.AMOUNT])
def test_pages_neither_repeat_nor_drop_while_reports_arrive(
    index: SearchIndex, order: Order, group: Group | None
) -> None:
    request = SearchRequest((ABOUT,), order=order, limit=5, group=group)
    before = {groups_of([seq], HELD)[0] if group else seq for seq in all_of(index, replace(request, group=None))}
    newcomers = documents(320, seed=11)[len(HELD) :]
    seen: list[int] = []
    for number, page in enumerate(pages(index, request)):
        seen += page.seqs
        index.apply(newcomers[number * 6 : number * 6 + 6], [])
    shown = groups_of(seen, [*HELD, *newcomers]) if group else seen
    assert len(shown) == len(set(shown))
    assert before <= set(shown)


@pytest.mark.parametrize("group", [None, Group.CASE])
@pytest.mark.parametrize("order", [Order.RELEVANCE, Order.RISK])
@pytest.mark.parametrize("first", [1, 12, 50])
def test_a_list_whose_end_is_only_ranked_when_somebody_reads_so_far_neither_repeats_nor_drops(
    index: SearchIndex, order: Order, group: Group | None, first: int
) -> None:
    request = SearchRequest((ABOUT,), order=order, limit=5, group=group)
    whole = [seq for page in pages(index, request) for seq in page.seqs]
    parts = [seq for page in pages(index, request, first=first) for seq in page.seqs]
    assert sorted(parts) == sorted(whole)
    assert parts == whole or order is Order.RELEVANCE
    seen: list[int] = []
    newcomers = documents(320, seed=11)[len(HELD) :]
    for number, page in enumerate(pages(index, request, first=first)):
        assert (page.notice, page.order) == (None, order)
        seen += page.seqs
        index.apply(newcomers[number * 6 : number * 6 + 6], [])
    shown = groups_of(seen, [*HELD, *newcomers]) if group else seen
    assert len(shown) == len(set(shown))
    assert set(groups_of(whole, HELD) if group else whole) <= set(shown)


def all_of(index: SearchIndex, request: SearchRequest) -> list[int]:
    return [seq for page in pages(index, replace(request, order=Order.TIME)) for seq in page.seqs]


def test_a_case_of_very_many_reports_is_one_hit_and_hides_nobody(index: SearchIndex) -> None:
    flood = [replace(one, id=f"f{one.seq}", seq=one.seq + 1000, case_id="flood") for one in documents(700, seed=3)]
    index.apply(flood, [])
    request = SearchRequest(
        (Filter("channel", tuple({one.channel.value for one in HELD})),), limit=50, group=Group.CASE
    )
    seen = [seq for page in pages(index, request) for seq in page.seqs]
    shown = groups_of(seen, [*HELD, *flood])
    assert Counter(shown) == dict.fromkeys({*groups_of([one.seq for one in HELD], HELD), "flood"}, 1)


def test_a_report_that_changes_its_case_is_counted_with_the_other_one(index: SearchIndex) -> None:
    moved = next(one for one in HELD if one.case_id == "case-1")
    index.apply([replace(moved, case_id="case-2")], [])
    for case in ("case-1", "case-2"):
        request = SearchRequest((Filter("case", (case,)),), limit=200)
        held = {one.seq for one in HELD if one.case_id == case}
        assert set(all_of(index, request)) == (held - {moved.seq} if case == "case-1" else held | {moved.seq})


def test_similar_reports_are_those_that_share_rare_words_under_the_same_rights(
    backend: Backend, tmp_path: Path
) -> None:
    held = authored(60)
    first = replace(held[0], id="twin", seq=999, text=held[0].text + "请领导查一查。", division="621124")
    index = backend(tmp_path)
    index.apply([*held, first], [])
    words = [word for word in default_segmenter().cut(normalise(held[0].text).text) if len(word) > 1]
    counts, total = index.frequencies(words)
    assert total == 61
    assert all(1 <= counts[word] <= 61 for word in words)
    rare = sorted(set(words), key=lambda word: (counts[word], word))[:20]
    assert set(index.similar(SearchRequest(), EVERYWHERE, rare, 5)[:2]) == {held[0].seq, 999}
    assert 999 not in index.similar(SearchRequest(), Access("x", StaffRole.INVESTIGATOR, ("51",)), rare, 61)
    without = SearchRequest((Not(Filter("place", ("621124",))),))
    assert 999 not in index.similar(without, EVERYWHERE, rare, 61)
    assert index.similar(SearchRequest(), EVERYWHERE, [], 5) == ()
    index.close()
