"""Dear patterns tried only where a cheap sign stands, because a search skips to one set of characters at full speed."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LATIN_WORD = re.compile(r"[A-Za-z](?=[A-Za-z]{2})")


def holds_english(text: str) -> bool:
    """Whether a text holds a word of three Latin letters, without which no English sentence does."""
    return _LATIN_WORD.search(text) is not None


def tried_at(sign: re.Pattern[str], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches of ``pattern`` that begin where ``sign`` does, in order, none inside another."""
    at = 0
    for place in sign.finditer(text):
        if place.start() >= at and (match := pattern.match(text, place.start())) is not None:
            at = match.end()
            yield match


def tried_before(sign: re.Pattern[str], pattern: re.Pattern[str], text: str, reach: int) -> Iterator[re.Match[str]]:
    """Matches of ``pattern`` that begin at most ``reach`` characters before ``sign``, in order, none inside another."""
    at = 0
    for place in sign.finditer(text):
        for start in range(max(at, place.start() - reach), place.start()):
            if (match := pattern.match(text, start)) is not None:
                at = match.end()
                yield match
                break
