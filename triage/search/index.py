"""What every search engine must do. Domain code knows this protocol and never an engine's client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from triage.model import Access
from triage.search.documents import IndexDocument
from triage.search.query import Order, SearchRequest

FACETS = ("category", "place", "month", "risk", "channel")
MOST_RANKED = 10_000
"""Hits by relevance or risk are ranked up to here; behind that the order is time."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page as an engine gives it.

    ``seqs`` are report numbers in order; ``next_key`` is the sort key of the last of them, to go on behind it.
    """

    seqs: tuple[int, ...]
    next_key: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer.

    ``facets`` counts each value under all filters but its own; ``cursor`` leads to the next page, None at the end;
    ``order`` is the order this page really has; ``notice`` is a code where that is not the one asked for.
    """

    total: int
    seqs: tuple[int, ...]
    order: Order
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    cursor: str | None = None
    notice: str | None = None


class SearchIndex(Protocol):
    """An index of reports. Every reading call takes an ``Access`` and adds its clause itself."""

    def apply(self, documents: Sequence[IndexDocument], removed: Sequence[str]) -> None:
        """Writes and removes documents; what is written is durable when this returns, and doing it twice is harmless."""
        ...

    def rebuild(self, documents: Iterable[IndexDocument]) -> int:
        """Puts these documents in the place of all that is there, at once for readers; returns how many they are."""
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

    def ranked(self, request: SearchRequest, access: Access) -> tuple[int, ...]:
        """The first ``MOST_RANKED`` matches by relevance or risk, newest first among equals."""
        ...

    def facets(self, request: SearchRequest, access: Access) -> dict[str, dict[str, int]]:
        """Exact counts for each value of each facet under all the other filters."""
        ...

    def among(self, asked: Sequence[tuple[SearchRequest, Access]], ids: Sequence[str]) -> list[frozenset[str]]:
        """For each question with its reader, in their order, which of the reports of these ids match."""
        ...

    def received(self, request: SearchRequest, access: Access, first: datetime, end: datetime) -> int:
        """How many matches were received from ``first`` on and before ``end``, both whole seconds and aware."""
        ...

    def versions(self) -> Iterator[tuple[str, int]]:
        """Id and version of every document, for reconciling."""
        ...
