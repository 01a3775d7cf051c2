"""Words that tell of a person beside them, found in one pass. In: normalised text; out: `Cue` rows in order.

A title stands behind a surname (王|书记), an introduction before a name (户主|…, 小舅子|…); a word may be both (老师).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

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
def _words() -> tuple[AhoCorasick, tuple[tuple[str, int], ...]]:
    words = tuple((word, sum(_BITS[kind] for kind in kinds)) for word, kinds in lexicons.person_cues().items())
    patterns = [word for word, _ in words]
    return AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA), words


def find_cues(text: str) -> list[Cue]:
    """All cues in order, none overlapping another."""
    automaton, words = _words()
    out = []
    for index, start, end in automaton.find_matches_as_indexes(text):
        word, tells = words[index]
        out.append(Cue(word, start, end, tells))
    return out
