"""Sums that a text tells by the head: 每户收了5000元，一共200户 are a million. In: normalised text and its amounts.

The rate stays what it is as an amount; what it comes to is told apart. Rate and count stand in one sentence, count the same
kind of thing, and hold no third number of that kind between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from triage.text.numerals import NUMERAL, read_number


class _Told(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def fen(self) -> int | None: ...


class Product(NamedTuple):
    """From ``start`` to ``end`` rate and count stand; together they come to ``fen``."""

    start: int
    end: int
    fen: int


# What is counted, by kind: whatever is paid for one of a kind is multiplied by how many of that kind there are
_KINDS = {
    "户": "户",
    "家": "户",
    "人": "人",
    "名": "人",
    "位": "人",
    "口": "人",
    "亩": "亩",
    "头": "头",
    "只": "头",
    "台": "台",
    "套": "套",
}
_THING = "[" + "".join(_KINDS) + "]"
_RATE_BEFORE = re.compile(
    f"[每一按](?:个)?(?P<kind>{_THING})(?:人家|村民|贫困户|农户)?[^0-9，,。；;！!？?\n元块万千百]{{0,10}}$"
)
_RATE_BEHIND = re.compile(f"(?:[钱的])?(?:/|每|一)(?:个)?(?P<kind>{_THING})(?!共)")
_COUNT = re.compile(
    f"(?<![每第0-9.])(?P<number>{NUMERAL})[多余]?(?:个|来)?(?P<kind>{_THING})(?![里长均次])(?!口簿)(?!民币)"
)
_SENTENCE = re.compile("[。！!？?；;\n]")
_REACH = 40
_MOST_HEADS = 100_000
_LEAST_HEADS = 2
_MOST_FEN = 10**17
_ENGLISH = re.compile(
    r"(?:\s|,)*(?:from|for|to|per|by)?\s*(?:each|every|per)(?:\s+one)?\s+(?:of\s+)?(?:the\s+)?(?P<number>\d{1,6})\s+"
    r"(?:households|families|people|villagers|persons|homes)\b",
    re.IGNORECASE,
)


def find_products(text: str, amounts: Iterable[_Told]) -> list[Product]:
    """What rates come to, for each rate the nearest count of its kind in its sentence; in the order of the amounts."""
    found = (_product(text, amount) for amount in amounts if amount.fen)
    return [product for product in found if product is not None]


def _product(text: str, amount: _Told) -> Product | None:
    fen = amount.fen or 0
    english = _ENGLISH.match(text, amount.end)
    if english is not None:
        return _made(fen, int(english["number"]), amount.start, english.end())
    begins, rate_ends, kind = _rate(text, amount)
    if not kind:
        return None
    low, high = _sentence(text, begins, rate_ends)
    behind = next(_counts(text, rate_ends, high, kind), None)
    if behind is not None:
        return _made(fen, behind[0], begins, behind[2])
    before = list(_counts(text, low, begins, kind))
    return _made(fen, before[-1][0], before[-1][1], rate_ends) if before else None


def _rate(text: str, amount: _Told) -> tuple[int, int, str]:
    """Where the rate begins and ends and what it is paid for; no kind where the amount is none."""
    before = _RATE_BEFORE.search(text, max(0, amount.start - 16), amount.start)
    if before is not None:
        return before.start(), amount.end, _KINDS[before["kind"]]
    behind = _RATE_BEHIND.match(text, amount.end)
    if behind is not None:
        return amount.start, behind.end(), _KINDS[behind["kind"]]
    return amount.start, amount.end, ""


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of the sentence around a rate in which its count is looked for."""
    low = max(0, start - _REACH)
    cuts = [cut.end() for cut in _SENTENCE.finditer(text, low, start)]
    stop = _SENTENCE.search(text, end, end + _REACH)
    return (cuts[-1] if cuts else low), (stop.start() if stop else min(len(text), end + _REACH))


def _counts(text: str, start: int, end: int, kind: str) -> Iterator[tuple[int, int, int]]:
    """How many of a kind are told, with where: each count between two offsets."""
    for match in _COUNT.finditer(text, start, end):
        if _KINDS[match["kind"]] == kind and (number := read_number(match["number"])) is not None:
            yield int(number.value), match.start(), match.end()


def _made(fen: int, heads: int, start: int, end: int) -> Product | None:
    if not _LEAST_HEADS <= heads <= _MOST_HEADS or fen * heads >= _MOST_FEN:
        return None
    return Product(start, end, fen * heads)
