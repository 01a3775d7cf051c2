"""Names of places that a board has put into letters (A市B3区, D7县). In: normalised text; out: where they stand.

A petition board that shows messages to everybody hides places so. Such a code tells no county, but it is a name: what follows it is
a township or a village of it, and no word of it reaches into the words around.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CODE = "[a-z]{1,2}\\d{0,2} ?[市县区州]"
_MASKED = re.compile(f"[a-z](?<![a-z0-9].)(?:(?<=[a-z])[a-z]?\\d{{0,2}} ?[市县区州])(?:{_CODE})*")
_PROVINCE = re.compile("[\u4e00-\u9fff]{2}省$")


def find_masked(text: str) -> list[tuple[int, int]]:
    """Start and end of each code, neighbours as one (a市b3区), in order."""
    return [found.span() for found in _MASKED.finditer(text)]


def with_province(text: str, start: int) -> int:
    """Where the province begins that stands right before a code; ``start`` where none does."""
    province = _PROVINCE.search(text, max(0, start - 3), start)
    return province.start() if province else start


def cut_around(text: str, cut: Callable[[str], list[str]]) -> list[str]:
    """The words of a text, of which none reaches over the border of a code; joined they give the text again."""
    masked = find_masked(text)
    if not masked:
        return cut(text)
    words: list[str] = []
    at = 0
    for start, end in masked:
        if at < start:
            words += cut(text[at:start])
        words.append(text[start:end])
        at = end
    return words + cut(text[at:]) if at < len(text) else words
