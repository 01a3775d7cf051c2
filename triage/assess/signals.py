"""Words that weigh in risk: danger, evidence, orders from above, and how many people are concerned."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from corpora import lexicons


class Signal(NamedTuple):
    """A word at its place; ``kind`` is danger, evidence, order or people, ``value`` its subkind or a count."""

    kind: str
    value: str
    start: int
    end: int


_PEOPLE = re.compile(
    # begins with one set of characters, to which a search skips
    r"(?P<n>[0-9一二两三四五六七八九十百千几](?:(?<=[0-9])[0-9]{0,5}|(?<![0-9])[一二两三四五六七八九十百千几]{0,6}))"
    r"(?:[多余来]?(?:个|名|位)?(?:户|家人|人|名|口人|村民|群众|贫困户|老人|学生)"
    r"|(?<=[0-9]) (?:poor )?(?:households|families|people|villagers|persons|students))"
)
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "几": 3}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_DENIED = re.compile(r"(?:没有?|未|不曾|从未|并未|别|不会|没人|无人|not|never|no)[^，。,.！!？?；;]{0,3}$")


@lru_cache(maxsize=1)
def _automaton() -> tuple[AhoCorasick, list[tuple[str, str]]]:
    meanings: dict[str, tuple[str, str]] = {}
    for word, kind in lexicons.danger().items():
        meanings[word] = ("danger", kind)
    for word, kind in lexicons.evidence().items():
        meanings.setdefault(word, ("evidence", kind))
    for word in lexicons.orders():
        meanings.setdefault(word, ("order", "order"))
    return AhoCorasick(list(meanings), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA), list(
        meanings.values()
    )


def find_signals(text: str) -> tuple[Signal, ...]:
    """Signals of a normalised text, in order of kind; a danger that is denied in the same breath is left out."""
    automaton, meanings = _automaton()
    found = []
    for number, start, end in automaton.find_matches_as_indexes(text):
        kind, value = meanings[number]
        if kind == "danger" and _DENIED.search(text, max(0, start - 8), start):
            continue
        found.append(Signal(kind, value, start, end))
    for match in _PEOPLE.finditer(text):
        count = _count(match["n"])
        if count:
            found.append(Signal("people", str(count), match.start(), match.end()))
    return tuple(found)


def _count(written: str) -> int:
    if written.isascii():
        return int(written)
    total, digit = 0, 0
    for character in written:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit
