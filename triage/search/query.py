"""What is asked of an index: the words, the filters, the order; checked before any engine sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from triage.errors import BadInput
from triage.model import Channel, Level
from triage.search.documents import PLACE_LENGTHS
from triage.search.language import read
from triage.search.nodes import FACETS, Filter, Node, facet_of, filters_in, wanted

MOST_HITS = 200
_Choice = TypeVar("_Choice", bound=StrEnum)


class Order(StrEnum):
    """The orders in which hits can come; each has a unique key, so that pages neither repeat nor drop."""

    RELEVANCE = "relevance"
    TIME = "time"
    RISK = "risk"
    AMOUNT = "amount"


class Group(StrEnum):
    """What hits can be put together by."""

    CASE = "case"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A checked question: ``parts`` and the filters all hold. ``place`` is a prefix of a division code at one of the
    levels of ``PLACE_LENGTHS``; ``group`` asks for one hit of each case.
    """

    parts: tuple[Node, ...] = ()
    category: str | None = None
    place: str | None = None
    month: str | None = None
    risk: Level | None = None
    channel: Channel | None = None
    order: Order = Order.TIME
    limit: int = 20
    group: Group | None = None

    @property
    def filters(self) -> dict[str, str]:
        """The filters in use by name."""
        given = {
            "category": self.category,
            "place": self.place,
            "month": self.month,
            "risk": self.risk,
            "channel": self.channel,
        }
        return {name: str(value) for name, value in given.items() if value is not None}

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All that must hold, the filters among them."""
        return (*(Filter(name, (value,)) for name, value in self.filters.items()), *self.parts)

    def under(self, without: str) -> tuple[Node, ...]:
        """All that must hold but the filters of one facet: those that speak of it alone."""
        return tuple(node for node in self.nodes if facet_of(node) != without)

    @property
    def filtered(self) -> tuple[str, ...]:
        """The facets that have a filter of their own."""
        told = {facet_of(node) for node in self.nodes}
        return tuple(name for name in FACETS if name in told)

    @property
    def place_length(self) -> int:
        """Digits of the places that are counted: as long as the longest that is asked for, else provinces."""
        of_places = [node for node in self.nodes if facet_of(node) == "place"]
        lengths = [len(code) for node in of_places for one in filters_in(node) for code in one.values]
        return max((length for length in lengths if length in PLACE_LENGTHS), default=PLACE_LENGTHS[0])

    @property
    def place_lengths(self) -> tuple[int, ...]:
        """``place_length`` and what is counted instead where there are too many places of it: the levels above."""
        return tuple(length for length in reversed(PLACE_LENGTHS) if length <= self.place_length)

    @property
    def key(self) -> str:
        """What binds a cursor to its question: everything but the size of a page."""
        return repr((self.parts, sorted(self.filters.items()), self.order, self.group))


def parse(
    q: str | None,
    *,
    split: Callable[[str], Sequence[str]],
    synonyms: Callable[[str], Sequence[str]] = lambda _: (),
) -> tuple[Node, ...]:
    """The nodes of a question in the query language; see ``language.read``."""
    return read(q, split=split, synonyms=synonyms).nodes


@dataclass(frozen=True, slots=True)
class Question:
    """A question in a person's words; every field may be missing. ``place`` is a code or a name.

    ``like`` is the id of a report to which others are to be similar; ``other_cases`` leaves out those of its own case.
    """

    q: str | None = None
    category: str | None = None
    place: str | None = None
    month: str | None = None
    risk: str | None = None
    channel: str | None = None
    sort: str | None = None
    limit: int = 20
    cursor: str | None = None
    group: str | None = None
    like: str | None = None
    other_cases: bool = False


def checked(asked: Question, parts: tuple[Node, ...], place: str | None) -> SearchRequest:
    """A request from a question whose words are parsed and whose place is resolved.

    Without a wish for an order, hits come by relevance if words are asked for, else by time.

    Raises:
        BadInput: names the field and the rule.
    """
    if place is not None and (not place.isascii() or not place.isdigit() or len(place) not in PLACE_LENGTHS):
        raise BadInput(
            "place", "unknown", "The place must be a division's code of 2, 4, 6, 9 or 12 digits, or its name."
        )
    if asked.month is not None and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", asked.month):
        raise BadInput("month", "form", "The month must be written like 2019-11.")
    if not 1 <= asked.limit <= MOST_HITS:
        raise BadInput("limit", "range", f"A page has 1 to {MOST_HITS} hits.")
    _check_like(asked)
    words = any(True for _ in wanted(parts))
    return SearchRequest(
        parts=parts,
        category=asked.category,
        place=place,
        month=asked.month,
        risk=_choice("risk", Level, asked.risk),
        channel=_choice("channel", Channel, asked.channel),
        order=_choice("sort", Order, asked.sort) or (Order.RELEVANCE if words else Order.TIME),
        limit=asked.limit,
        group=_choice("group", Group, asked.group),
    )


def _check_like(asked: Question) -> None:
    """Similar reports come by similarity, on one page; what belongs to them asks for nothing elsewhere."""
    if asked.like is None:
        if asked.other_cases:
            raise BadInput(
                "other_cases", "combination", "Only similar reports can leave out a case; name a report in like."
            )
        return
    for name, value in (("sort", asked.sort), ("cursor", asked.cursor), ("group", asked.group)):
        if value is not None:
            raise BadInput(name, "combination", "Similar reports come by similarity, on one page; leave this out.")


def _choice(field: str, choices: type[_Choice], given: str | None) -> _Choice | None:
    if given is None:
        return None
    try:
        return choices(given)
    except ValueError:
        raise BadInput(field, "unknown", f"This must be one of {', '.join(choices)}.") from None
