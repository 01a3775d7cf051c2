"""Three neighbouring characters of which few matters hold either pair, as hashed numbers that carry how rare they are.

Two long letters share some rare pairs of characters by chance. Three in a row they hardly share unless both tell of the
same: the nickname, the make of the machine, what the whole village says of the new road.
"""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from triage.cases.grams import WEIGHTS, Grams, gram

LEVELS = 8
"""The lowest three bits of a run tell its worth in eighths, one less."""
_LEAST = 0.45
"""What each of its pairs must be worth at least."""
_LETTERS = re.compile("[\u3400-\u9fff]{3,}")


def runs_of(text: str) -> Grams:
    """The runs of a normalised text: sorted distinct hashes."""
    told = {number for found in _LETTERS.finditer(text) for number in _within(found[0])}
    return np.array(sorted(told), dtype=np.uint32)


def worths(runs: Grams) -> NDArray[np.float64]:
    """What sharing each run is worth, up to 1."""
    told: NDArray[np.float64] = ((runs & np.uint32(LEVELS - 1)) + 1.0) / LEVELS
    return told


def _within(letters: str) -> set[int]:
    pairs = [gram(letters[at : at + 2]) for at in range(len(letters) - 1)]
    return {
        _run(one, other)
        for one, other in pairwise(pairs)
        if WEIGHTS[one % LEVELS] >= _LEAST and WEIGHTS[other % LEVELS] >= _LEAST
    }


def _run(one: int, other: int) -> int:
    worth = (WEIGHTS[one % LEVELS] + WEIGHTS[other % LEVELS]) / 2
    value = ((one >> 3) * 0x9E3779B1 ^ (other >> 3) * 0x85EBCA77) & 0xFFFFFFFF
    value ^= value >> 15
    return (value * 0x2C1B3C6D & 0xFFFFFFF8) | (round(worth * LEVELS) - 1)
