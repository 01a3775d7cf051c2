"""Pages and the encrypted cursors that lead from one to the next.

By time and by amount a cursor holds the last sort key, so pages neither repeat nor drop while reports arrive, and there
is no limit on depth. By relevance and risk the first 1,000 hits are frozen for ten minutes, and up to 10,000 as soon as
somebody reads so far; when the list is at its end or gone, paging goes on by time from the newest report and the page says so. Grouped by case, pages by time and by
amount are made of the reports that were there at the first page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from hashlib import sha256

from triage.cursors import Cursors, bound_to
from triage.model import Access
from triage.search.frozen import MOST_BYTES, FrozenLists, Ranked
from triage.search.groups import Heads, heads_behind, sizes_of, up_to
from triage.search.index import MOST_RANKED, Groups, Page, SearchIndex
from triage.search.query import Order, SearchRequest

_RANKED = (Order.RELEVANCE, Order.RISK)
FIRST_RANKED = 1_000
"""Hits that are ranked for a first page: ten times as many would take an engine longer than all else that it is asked."""


_MOST_BESIDE = 32
_beside = ThreadPoolExecutor(_MOST_BESIDE, "counting")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks what of which index; ``bound`` ties a cursor to it. Its matches are counted beside finding the first."""

    index: SearchIndex
    request: SearchRequest
    access: Access
    bound: bytes
    counted: Future[tuple[int, dict[str, dict[str, int]]]]

    @property
    def total(self) -> int:
        """How many reports match, once they are counted."""
        return self.counted.result()[0]

    @property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """The facets, once they are counted."""
        return self.counted.result()[1]

    def all_within(self, most: int) -> bool:
        """Whether a list of the first ``most`` hits holds all that a reader gets to see of it."""
        return most == MOST_RANKED or self.total <= most


@dataclass
class CursorBox:
    """Seals cursors and keeps frozen lists; one for each process, safe for threads. ``key`` has 32 bytes,
    ``most_bytes`` bounds the lists together, ``first`` is how many hits are ranked before anybody reads so far.
    """

    key: bytes
    clock: Callable[[], float] = time.monotonic
    most_bytes: int = MOST_BYTES
    first: int = FIRST_RANKED
    _lists: FrozenLists = field(init=False)
    _cursors: Cursors[dict[str, int | str]] = field(init=False)

    def __post_init__(self) -> None:
        """Makes room for the lists."""
        self._lists = FrozenLists(self.clock, self.most_bytes)
        self._cursors = Cursors(self.key, "This cursor belongs to another question; start again without it.")

    def page(self, index: SearchIndex, request: SearchRequest, access: Access, cursor: str | None) -> Page:
        """One page of the answer to a request.

        Raises:
            BadInput: the cursor is none of ours, or belongs to another question or reader.
        """
        bound = sha256(f"{request.key}|{bound_to(access)}".encode()).digest()
        place = self._cursors.read(cursor, bound) if cursor else {}
        asked = _Asked(index, request, access, bound, _beside.submit(index.counted, request, access))
        groups = index.groups(request, access) if request.group else Groups(None, 0)
        page = self._filled(asked, place, groups)
        return replace(page, total=asked.total, facets=asked.facets, groups=groups.number)

    def _filled(self, asked: _Asked, place: dict[str, int | str], groups: Groups) -> Page:
        """A page with its hits and its cursor; nothing is counted on it."""
        page = Page(0, (), asked.request.order)
        if page.order in _RANKED and "time" not in place:
            return self._ranked_page(asked, page, place, groups.newest)
        order = Order.TIME if "time" in place else page.order
        before = place.get("time", place.get("key"))
        name, notice = ("time", "continues_by_time") if "time" in place else ("key", None)
        newest = int(place.get("seq", groups.newest))
        start = before if isinstance(before, int) and before >= 0 else None
        return self._keyed_page(asked, replace(page, order=order, notice=notice), name, start, newest)

    def _keyed_page(self, asked: _Asked, page: Page, name: str, before: int | None, newest: int) -> Page:
        """Fills a page by the key of its order; grouped, over reports up to the number ``newest`` alone."""
        index, request, access = asked.index, asked.request, asked.access
        if request.group:
            heads = heads_behind(index, up_to(request, newest), access, page.order, before)
        else:
            found = index.ordered(request, access, page.order, before, request.limit)
            heads = Heads(found.seqs, {}, found.next_key)
        following = None
        if heads.next_key is not None:
            following = self._cursors.write({name: heads.next_key, "seq": newest}, asked.bound)
        return replace(page, seqs=heads.seqs, sizes=heads.sizes, cursor=following)

    def _ranked_page(self, asked: _Asked, page: Page, place: dict[str, int | str], newest: int) -> Page:
        """Fills a page out of a frozen list."""
        index, request, access = asked.index, asked.request, asked.access
        name, at = str(place.get("list", "")), int(place.get("at", 0))
        ranked = self._lists.kept(name) if name else _ranked(asked, self.first)
        if ranked is None:
            return self._keyed_page(asked, replace(page, order=Order.TIME, notice="list_expired"), "time", None, newest)
        if at + request.limit >= len(ranked.seqs) and not ranked.whole:
            ranked, name = ranked.followed_by(_ranked(asked, MOST_RANKED)), ""
        shown = tuple(ranked.seqs[at : at + request.limit])
        following = None
        if at + request.limit < len(ranked.seqs):
            name = name or self._lists.keep(ranked, access.principal)
            following = self._cursors.write({"list": name, "at": at + request.limit}, asked.bound)
        elif asked.total > MOST_RANKED:
            following = self._cursors.write({"time": -1, "seq": newest}, asked.bound)
        of_cases = dict(zip(shown, ranked.cases[at:], strict=False))
        return replace(page, seqs=shown, sizes=sizes_of(index, request, access, of_cases), cursor=following)


def _ranked(asked: _Asked, most: int) -> Ranked:
    """The first ``most`` of all hits."""
    index, request, access = asked.index, asked.request, asked.access
    if request.group:
        heads = index.ranked_heads(request, access, most)
        return Ranked.of((seq for seq, _ in heads), (case for _, case in heads), whole=asked.all_within(most))
    seqs = index.ranked(request, access, most)
    return Ranked.of(seqs, whole=asked.all_within(most))
