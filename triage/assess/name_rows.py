"""Names in a row: 王伟、李国华、王德海三家. In: normalised text and its words; out: starts and ends of all names of such rows.

Each must fill its place between two signs, and one of them at least be made of what most names are made of.
"""

from __future__ import annotations

import re

from triage.assess.mentions import STRONG, WEAK
from triage.assess.name_ends import OFTEN, name_end
from triage.assess.words import Words, everyday

_REST = re.compile("(?:、[\u4e00-\u9fff]{2,3})+")
_USUAL = 3
"""Characters of most names."""


def names_in_rows(text: str, words: Words) -> list[tuple[int, int]]:
    """The names of all rows in which two or more stand."""
    out: list[tuple[int, int]] = []
    for rest in _REST.finditer(text):
        spans = _row_of(text, rest.start(), rest.end(), words)
        usual = any(end - start == _USUAL and OFTEN.issuperset(text[start + 1 : end]) for start, end in spans)
        if len(spans) > 1 and usual:
            out += spans
    return out


def _row_of(text: str, first: int, end: int, words: Words) -> list[tuple[int, int]]:
    """The names before the sign at ``first`` and from there to ``end``; none where one in the middle is no name."""
    begins = (at for at in (first - 3, first - 2, first - 4) if at in words.bounds)
    spans = [(at, first) for at in begins if _fills(text, at, first, words)][:1]
    at = first + 1
    while spans and at < end:
        behind = text.find("、", at, end)
        last = behind if behind >= 0 else name_end(text, at, words) or at
        if not _fills(text, at, last, words):
            return spans if behind < 0 else []
        spans.append((at, last))
        at = last + 1 if behind >= 0 else end
    return spans


def _fills(text: str, start: int, end: int, words: Words) -> bool:
    if start < 0 or text[start : start + 1] not in STRONG or text[start] in WEAK or text[start:end] in everyday():
        return False
    return name_end(text, start, words) == end
