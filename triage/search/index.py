"""What every search engine must do. Domain code knows this protocol and never an engine's client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from triage.errors import Corrupt
from triage.model import Access
from triage.search.documents import IndexDocument
from triage.search.prints import Print
from triage.search.query import Order, SearchRequest

MOST_RANKED = 10_000
"""Hits by relevance or risk are ranked up to here; behind that the order is time."""

MOST_VALUES = 60_000
"""Values that a facet counts. Of villages a large province may have more: then the townships are counted."""

_Counts = TypeVar("_Counts")


def at_a_level(request: SearchRequest, count: Callable[[int], _Counts]) -> _Counts:
    """What ``count`` tells of places of the length asked for, or of a shorter one where they are too many (``Corrupt``)."""
    *longer, last = request.place_lengths
    for length in longer:
        with suppress(Corrupt):
            return count(length)
    return count(last)


@dataclass(frozen=True, slots=True)
class Found:
    """One page as an engine gives it.

    ``seqs`` are report numbers in order, ``keys`` their sort keys and ``cases`` their cases, empty for none;
    ``next_key`` is the key of the last of them, to go on behind it, None at the end.
    """

    seqs: tuple[int, ...]
    next_key: int | None
    keys: tuple[int, ...] = ()
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The first match of a case in some order, and how many matches the case has."""

    seq: int
    reports: int


@dataclass(frozen=True, slots=True)
class Groups:
    """How many cases and single reports match, None where they are too many to count, and the highest number of them."""

    number: int | None
    newest: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer.

    ``facets`` counts each value under all filters but its own; ``cursor`` leads to the next page, None at the end;
    ``order`` is the order this page really has; ``notice`` is a code where that is not the one asked for. Grouped by
    case, ``sizes`` tells how many matches each hit stands for and ``groups`` how many cases and single reports match.
    """

    total: int
    seqs: tuple[int, ...]
    order: Order
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    cursor: str | None = None
    notice: str | None = None
    sizes: Mapping[int, int] = field(default_factory=dict)
    groups: int | None = None


class SearchIndex(Protocol):
    """An index of reports. Every reading call takes an ``Access`` and adds its clause itself."""

    def apply(self, documents: Sequence[IndexDocument], removed: Mapping[str, int] | Sequence[str]) -> None:
        """Writes and removes documents; what is written is durable when this returns, and doing it twice is harmless.

        ``removed`` are ids, with the revision of each removal if they come as a mapping.

        Raises:
            Refused: names documents that cannot go in; all others are written.
        """
        ...

    def rebuild(
        self, documents: Iterable[IndexDocument], check: Callable[[SearchIndex], object] = lambda _: None
    ) -> int:
        """Puts these documents in the place of all that is there, at once for readers; returns how many they are.

        ``check`` gets the new index before anybody reads it where that is one of its own; what it raises leaves all as
        it was.

        Raises:
            Refused: names documents that cannot go in; all others are read now.
        """
        ...

    def new(self) -> bool:
        """Whether there is nothing yet that could be read: the store has to fill it."""
        ...

    def answers(self) -> bool:
        """Whether it answers at all, known within about two seconds."""
        ...

    def takes_writes(self) -> bool:
        """Whether an index that answers takes what is written, as far as it tells; one that is closed to it may be read.

        Raises:
            IndexDown: it does not answer.
        """
        ...

    def go_back(self) -> bool:
        """Lets the index before the last rebuild be read again; False where none of them is kept."""
        ...

    def forget(self) -> int:
        """Takes away what is kept of earlier rebuilds; how many indices."""
        ...

    def close(self) -> None:
        """Frees what writing needed; reading goes on, and the next write opens it again."""
        ...

    def count(self, request: SearchRequest, access: Access) -> int:
        """How many reports match."""
        ...

    def ordered(self, request: SearchRequest, access: Access, order: Order, before: int | None, limit: int) -> Found:
        """Matches by time or amount, largest key first, from below the key ``before`` on."""
        ...

    def ranked(self, request: SearchRequest, access: Access, most: int = MOST_RANKED) -> tuple[int, ...]:
        """The first ``most`` matches by relevance or risk, newest first among equals."""
        ...

    def ranked_heads(
        self, request: SearchRequest, access: Access, most: int = MOST_RANKED
    ) -> tuple[tuple[int, str], ...]:
        """Of ``ranked`` the first match of each case alone, with the case; a report without one stands for itself."""
        ...

    def heads(self, request: SearchRequest, access: Access, order: Order, cases: Sequence[str]) -> Mapping[str, Head]:
        """The first match of each of these cases by time or amount; a case without a match is left out."""
        ...

    def groups(self, request: SearchRequest, access: Access) -> Groups:
        """Into how many cases and single reports the matches fall."""
        ...

    def similar(self, request: SearchRequest, access: Access, words: Sequence[str], limit: int) -> tuple[int, ...]:
        """Matches that hold at least one of these segmented words, those that hold most of the rarest first."""
        ...

    def frequencies(self, words: Iterable[str]) -> tuple[Mapping[str, int], int]:
        """In how many reports each of these segmented words stands, and how many reports there are."""
        ...

    def facets(self, request: SearchRequest, access: Access) -> dict[str, dict[str, int]]:
        """Exact counts for each value of each facet under all the other filters; of places, at the level that is asked
        for, or above it where there are more than ``MOST_VALUES`` of it.
        """
        ...

    def counted(self, request: SearchRequest, access: Access) -> tuple[int, dict[str, dict[str, int]]]:
        """``count`` and ``facets`` of one moment, for the price of the latter."""
        ...

    def among(self, asked: Sequence[tuple[SearchRequest, Access]], ids: Sequence[str]) -> list[frozenset[str]]:
        """For each question with its reader, in their order, which of the reports of these ids match."""
        ...

    def received(self, request: SearchRequest, access: Access, first: datetime, end: datetime) -> int:
        """How many matches were received from ``first`` on and before ``end``, both whole seconds and aware."""
        ...

    def versions(self, first: int = 0, end: int | None = None) -> Iterator[tuple[str, int]]:
        """Id and version of every document, or of those with numbers from ``first`` on and before ``end``."""
        ...

    def print_of(self, first: int, end: int | None) -> Print:
        """The print of the documents with numbers from ``first`` on and before ``end``, for reconciling."""
        ...
