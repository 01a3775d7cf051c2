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
from triage.text.normalise import normalise

MOST_CHARS = 500
MOST_HITS = 200
_Choice = TypeVar("_Choice", bound=StrEnum)
_PART = re.compile(r'(?P<minus>-)?(?:"(?P<quoted>[^"]*)"|“(?P<curly>[^”]*)”|(?P<bare>[^\s"“]+))')


class Order(StrEnum):
    """The orders in which hits can come; each has a unique key, so that pages neither repeat nor drop."""

    RELEVANCE = "relevance"
    TIME = "time"
    RISK = "risk"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Part:
    """Normalised strings of which one must (or, with ``minus``, none may) occur in the text."""

    forms: tuple[str, ...]
    minus: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A checked question. ``place`` is a prefix of a division code at one of the levels of ``PLACE_LENGTHS``."""

    parts: tuple[Part, ...] = ()
    category: str | None = None
    place: str | None = None
    month: str | None = None
    risk: Level | None = None
    channel: Channel | None = None
    order: Order = Order.TIME
    limit: int = 20

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
    def key(self) -> str:
        """What binds a cursor to its question: everything but the size of a page."""
        return repr((self.parts, sorted(self.filters.items()), self.order))


def parse(
    q: str | None,
    *,
    split: Callable[[str], Sequence[str]],
    synonyms: Callable[[str], Sequence[str]] = lambda _: (),
) -> tuple[Part, ...]:
    """The parts of a query string.

    Words stand side by side and must all occur; ``"a phrase"`` occurs as it stands; ``-word`` may not occur. A bare word
    that the segmenter takes apart must occur in all its words, and each word also by its synonyms; quotes switch
    both off.

    Args:
        q: what the person typed; nothing or spaces ask for everything.
        split: takes a normalised string apart into words.
        synonyms: other names of a word.

    Raises:
        BadInput: too long, or a quotation mark without its partner.
    """
    if not q or not q.strip():
        return ()
    if len(q) > MOST_CHARS:
        raise BadInput("q", "too_long", f"A query has at most {MOST_CHARS} characters.")
    if q.count('"') % 2 or q.count("“") != q.count("”"):
        raise BadInput("q", "quote", "A quotation mark has no partner.")
    return tuple(part for found in _PART.finditer(q) for part in _parts(found, split, synonyms))


def _parts(
    found: re.Match[str], split: Callable[[str], Sequence[str]], synonyms: Callable[[str], Sequence[str]]
) -> list[Part]:
    minus = found["minus"] is not None
    quoted = found["quoted"] if found["quoted"] is not None else found["curly"]
    if quoted is not None:
        return [Part((normalise(quoted).text,), minus, quoted=True)] if quoted else []
    bare = normalise(found["bare"]).text
    if minus:
        return [Part((bare,), minus)]
    return [
        Part(tuple(dict.fromkeys((word, *(normalise(other).text for other in synonyms(word)))))) for word in split(bare)
    ]


@dataclass(frozen=True, slots=True)
class Question:
    """A question in a person's words; every field may be missing. ``place`` is a code or a name."""

    q: str | None = None
    category: str | None = None
    place: str | None = None
    month: str | None = None
    risk: str | None = None
    channel: str | None = None
    sort: str | None = None
    limit: int = 20
    cursor: str | None = None


def checked(asked: Question, parts: tuple[Part, ...], place: str | None) -> SearchRequest:
    """A request from a question whose words are parsed and whose place is resolved.

    Without a wish for an order, hits come by relevance if words are asked for, else by time.

    Raises:
        BadInput: names the field and the rule.
    """
    if place is not None and (not place.isascii() or not place.isdigit() or len(place) not in PLACE_LENGTHS):
        raise BadInput(
            "place", "unknown", "The place must be a division's code of 2, 4, 6, 9 or 12 digits, or its name."
        )
    if asked.month is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", asked.month):
        raise BadInput("month", "form", "The month must be written like 2019-11.")
    if not 1 <= asked.limit <= MOST_HITS:
        raise BadInput("limit", "range", f"A page has 1 to {MOST_HITS} hits.")
    wanted = any(not part.minus for part in parts)
    return SearchRequest(
        parts=parts,
        category=asked.category,
        place=place,
        month=asked.month,
        risk=_choice("risk", Level, asked.risk),
        channel=_choice("channel", Channel, asked.channel),
        order=_choice("sort", Order, asked.sort) or (Order.RELEVANCE if wanted else Order.TIME),
        limit=asked.limit,
    )


def _choice(field: str, choices: type[_Choice], given: str | None) -> _Choice | None:
    if given is None:
        return None
    try:
        return choices(given)
    except ValueError:
        raise BadInput(field, "unknown", f"This must be one of {', '.join(choices)}.") from None
