"""Words that tell of a person beside them. In: words of the list with their offsets; out: `Cue` rows in order.

A title stands behind a surname (王|书记), an introduction before a name (户主|…, 小舅子|…); a word may be both (老师).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from corpora import lexicons

TITLE, SELF, NAMES, MARK = 1, 2, 4, 8
_BITS = {"title": TITLE, "self": SELF, "names": NAMES, "mark": MARK}


class Cue(NamedTuple):
    """A word at ``start`` to ``end``; ``tells`` holds the bits TITLE, SELF, NAMES, MARK of what it may be."""

    word: str
    start: int
    end: int
    tells: int


@lru_cache(maxsize=1)
def cue_bits() -> dict[str, int]:
    """What each word of the list may be, as the bits of ``Cue.tells``."""
    return {word: sum(_BITS[kind] for kind in kinds) for word, kinds in lexicons.person_cues().items()}


def cues_of(words: Sequence[tuple[str, int, int]]) -> list[Cue]:
    """What each word of the list tells, in their order."""
    tells = cue_bits()
    return [Cue(word, start, end, tells[word]) for word, start, end in words]
