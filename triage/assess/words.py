"""The words of one text as the entity finders need them: where each begins and ends, looked up by offset."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from corpora import lexicons

# Made once: most of the time that a map of the words takes is spent on its numbers
_NUMBERS = tuple(range(4096))


class Words:
    """Words that tile a text; ``bounds`` holds the number of the word that ends at each offset.

    An offset is in ``bounds`` where a word begins or ends; before the first word stands number -1.
    """

    __slots__ = ("bounds", "texts")

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        numbers = _NUMBERS if len(texts) <= len(_NUMBERS) else range(len(texts))
        self.bounds = dict(zip(accumulate(map(len, texts)), numbers, strict=False))
        self.bounds[0] = -1

    def ending_at(self, end: int) -> str:
        """The word that ends at an offset; empty where none does."""
        at = self.bounds.get(end, -1)
        return self.texts[at] if at >= 0 else ""

    def starting_at(self, start: int) -> str:
        """The word that begins at an offset; empty where none does."""
        at = self.bounds.get(start)
        return self.texts[at + 1] if at is not None and at + 1 < len(self.texts) else ""


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """Words that are no part of a name: the dictionary's and the domain's own."""
    return lexicons.everyday() | frozenset(lexicons.segment_words())
