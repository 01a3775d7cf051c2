"""How long a ranked list keeps its order for its reader, and who gives way where memory ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.contract.search_backends import documents, embedded
from triage.cli.hits import lines_behind, one_page
from triage.errors import BadInput
from triage.model import Access, StaffRole
from triage.search import CursorBox, Order, SearchIndex, SearchRequest
from triage.search.finding import Answer
from triage.search.frozen import FrozenLists, Ranked

HELD = documents(150)
ONE, OTHER = (Access(name, StaffRole.INVESTIGATOR, ("",)) for name in ("one reader", "another reader"))
BY_RISK = SearchRequest(order=Order.RISK, limit=10)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    made = embedded(tmp_path_factory.mktemp("index"))
    made.apply(HELD, [])
    yield made
    made.close()


def every_page(box: CursorBox, index: SearchIndex, cursor: str | None, seen: tuple[int, ...]) -> list[int]:
    """What the pages from a cursor on add to what was seen, none of them by another order."""
    shown = list(seen)
    while cursor is not None:
        page = box.page(index, BY_RISK, ONE, cursor)
        assert (page.order, page.notice) == (Order.RISK, None)
        shown += page.seqs
        cursor = page.cursor
    return shown


def test_hundreds_of_searches_in_between_cost_a_reader_no_page(index: SearchIndex) -> None:
    box = CursorBox(b"c" * 32)
    first = box.page(index, BY_RISK, ONE, None)
    for limit in range(1, 101):
        for reader in (ONE, OTHER):
            assert box.page(index, SearchRequest(order=Order.RISK, limit=limit), reader, None).cursor
    shown = every_page(box, index, first.cursor, first.seqs)
    assert sorted(shown) == [document.seq for document in HELD]


@pytest.mark.parametrize("closed", ["excluded_cases", "excluded_reports"])
@pytest.mark.parametrize("order", Order)
def test_pages_lead_on_for_a_reader_to_whom_one_more_case_or_report_was_closed_in_between(
    index: SearchIndex, order: Order, closed: str
) -> None:
    box, request = CursorBox(b"c" * 32), SearchRequest(order=order, limit=10)
    kept_from = replace(ONE, excluded_party_keys=("nobody's",))
    first = box.page(index, request, kept_from, None)
    now = replace(kept_from, **{closed: ("01J0000000000000000000000A",)})
    second = box.page(index, request, now, first.cursor)
    assert len({*first.seqs, *second.seqs}) == 20
    with pytest.raises(BadInput, match="belongs to another question"):
        box.page(index, request, replace(now, excluded_party_keys=("another's",)), first.cursor)


def test_where_memory_ends_whoever_asks_most_gives_way_and_nobody_else(index: SearchIndex) -> None:
    box = CursorBox(b"c" * 32, most_bytes=5 * Ranked.of(range(150)).size)
    first = box.page(index, BY_RISK, ONE, None)
    theirs = [box.page(index, BY_RISK, OTHER, None).cursor for _ in range(30)]
    assert len(every_page(box, index, first.cursor, first.seqs)) == len(HELD)
    notices = [box.page(index, BY_RISK, OTHER, cursor).notice for cursor in theirs]
    assert notices == ["list_expired"] * 26 + [None] * 4


def test_lists_that_have_ended_make_room_before_any_other() -> None:
    now = [0.0]
    ranked = Ranked.of(range(1000), ["case"] * 1000)
    lists = FrozenLists(lambda: now[0], 3 * ranked.size)
    old = lists.keep(ranked, "one")
    now[0] = 599.0
    new = [lists.keep(ranked, "other") for _ in range(2)]
    assert lists.kept(old) is ranked
    now[0] = 600.0
    newest = lists.keep(ranked, "other")
    assert lists.kept(old) is None
    assert all(lists.kept(name) is ranked for name in (*new, newest))
    assert lists.kept("nobody's") is None


def test_ten_thousand_hits_take_a_hundred_kilobytes_at_most() -> None:
    assert 80_000 < Ranked.of(range(10_000)).size < 100_000


def answer(sort: Order, cursor: str | None) -> Answer:
    return Answer(30, (), {}, cursor, sort)


@pytest.mark.parametrize("sort", [Order.RELEVANCE, Order.RISK])
def test_the_command_gives_no_cursor_that_leads_nowhere_and_says_so(sort: Order) -> None:
    told = one_page(answer(sort, "sealed"))
    assert (told.total, told.cursor, told.notice) == (30, None, "first_page_only")
    (line,) = lines_behind(answer(sort, "sealed"))
    assert "--sort time" in line


@pytest.mark.parametrize(
    "led",
    [
        answer(Order.TIME, "sealed"),
        answer(Order.AMOUNT, "sealed"),
        answer(Order.RISK, None),
        answer(Order.RELEVANCE, None),
    ],
)
def test_the_command_keeps_cursors_that_lead_on_and_says_nothing_of_a_whole_answer(led: Answer) -> None:
    assert one_page(led) == led
