"""Pairs of neighbouring characters of a text, and its words in Latin letters, as hashed numbers that carry how rare each is.

Two people who tell of one matter in their own words share few words that others use, and some that hardly anybody else
does: the hamlet, the nickname, the make of the machine. Such words are in no dictionary and are cut differently each
time; pairs of characters do not depend on cutting. A letter in English names the same hamlet as a word of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpora.lexicons import character_pairs, english_words

Grams = NDArray[np.uint32]
"""Sorted distinct hashes; the lowest three bits hold the rank, 0 (in hardly any matter) to 5 (everywhere), 6 for a pair
as rare as 0 that only a word of grammar or number makes so (了马, 在礼)."""

CHANCE = 6
SUBJECT = 3
"""Ranks from 1 to this one are the words of a subject: some but not most reports use them."""
WEIGHTS = (1.0, 0.7, 0.45, 0.2, 0.05, 0.0, 0.3, 0.0)
"""What sharing a pair of each rank is worth: about the logarithm of how few matters hold it."""
_GRAMMAR = frozenset(
    "的了是在我你他她它们这那不也都就还有没个一二三四五六七八九十百千万几两多少和跟与把被给说讲话要会能去来到上下里"
    "外么啥什怎吗呢吧啊呀得着过又才可很再最年月日号天前后时为对从向以所之其叫问看想做吃打拿"
)
_RANK = 7
_RUN = re.compile("[\u3400-\u9fff]+|[a-z]{4,}")


@lru_cache(maxsize=1 << 16)
def gram(piece: str) -> int:
    """The number of one pair of characters or one word in Latin letters."""
    value = 0x811C9DC5
    for byte in piece.encode("utf-8", "surrogatepass"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    value ^= value >> 15
    value = (value * 0x2C1B3C6D) & 0xFFFFFFFF
    rank = english_words().get(piece, 0) if piece.isascii() else character_pairs().get(piece)
    if rank is None:
        rank = 0 if _GRAMMAR.isdisjoint(piece) else CHANCE
    return (value & 0xFFFFFFF8) | rank


def pieces(text: str) -> Iterable[str]:
    """The pairs of Chinese characters of a normalised text, and its words of four Latin letters or more."""
    for found in _RUN.finditer(text):
        run = found[0]
        if run.isascii():
            yield run
        else:
            yield from (run[at : at + 2] for at in range(len(run) - 1))


def grams_of(text: str) -> tuple[Grams, int]:
    """The grams of a normalised text, and how many of them are words in Latin letters."""
    told = set(pieces(text))
    latin = {gram(piece) for piece in told if piece.isascii()}
    return np.array(sorted(latin | {gram(piece) for piece in told if not piece.isascii()}), dtype=np.uint32), len(latin)


def ranks(grams: Grams) -> NDArray[np.intp]:
    """The rank of each gram."""
    return (grams & np.uint32(_RANK)).astype(np.intp)
