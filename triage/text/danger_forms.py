"""Ways of telling of danger that are made of parts: (把|将)(我|他)(关|锁) in ``corpora/lexicons/danger_forms.tsv``.

Written out they would be some hundred thousand phrases. So one automaton looks for the rarest run of parts of each form,
and only where it stands are the parts before and behind it tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from corpora import lexicons

_PARTS = re.compile(r"\(([^()]*)\)|([^()]+)")
_MOST_ANCHORS, _LONGEST_RUN = 120, 3
# How often a character of its kind stands in a text, roughly
_HAN, _LETTER, _MARK = 0.01, 0.2, 0.3
_Part = tuple[str, ...]


class Told(NamedTuple):
    """A form at its place, and which kind of danger it tells of."""

    kind: str
    start: int
    end: int


class _Form(NamedTuple):
    """What stands before and behind a form's anchor; ``reach`` is how long the part before can be."""

    kind: str
    before: re.Pattern[str]
    behind: re.Pattern[str]
    reach: int


def find_forms(text: str) -> Iterator[Told]:
    """Forms in a normalised text, in the order of their anchors; some may overlap."""
    automaton, forms = _automaton()
    for number, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
        for form in forms[number]:
            behind = form.behind.match(text, end)
            if behind and (before := form.before.search(text, max(0, start - form.reach), start)):
                yield Told(form.kind, before.start(), behind.end())


def parts_of(form: str) -> list[_Part]:
    """The parts of a form, each with what may stand there."""
    return [tuple(one[1].split("|")) if one[1] is not None else (one[2],) for one in _PARTS.finditer(form)]


@lru_cache(maxsize=1)
def _automaton() -> tuple[AhoCorasick, list[list[_Form]]]:
    anchors: dict[str, list[_Form]] = {}
    for written, kind in lexicons.danger_forms().items():
        parts = parts_of(written)
        first, last = _rarest(parts)
        reach = sum(max(map(len, part)) for part in parts[:first])
        form = _Form(kind, re.compile(_pattern(parts[:first]) + r"\Z"), re.compile(_pattern(parts[last:])), reach)
        for anchor in _phrases(parts[first:last]):
            anchors.setdefault(anchor, []).append(form)
    # As a DFA it takes 49 MB for 6, and is hardly quicker
    words = AhoCorasick(list(anchors), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)
    return words, list(anchors.values())


def _rarest(parts: list[_Part]) -> tuple[int, int]:
    """The run of parts that is likely to be met least often: from which part to which."""
    runs = [
        (sum(map(_often, phrases)), first, last)
        for first in range(len(parts))
        for last in range(first + 1, min(len(parts), first + _LONGEST_RUN) + 1)
        if len(phrases := _phrases(parts[first:last])) <= _MOST_ANCHORS
    ]
    _, first, last = min(runs)
    return first, last


def _often(phrase: str) -> float:
    return prod(_HAN if one > "\u4dff" and one < "\ua000" else _LETTER if one.isalpha() else _MARK for one in phrase)


def _phrases(parts: list[_Part]) -> set[str]:
    return {"".join(phrase) for phrase in product(*parts)}


def _pattern(parts: list[_Part]) -> str:
    """A pattern of parts in which the longest of what may stand there is tried first."""
    return "".join(f"(?:{'|'.join(map(re.escape, sorted(part, key=len, reverse=True)))})" for part in parts)
