"""Words that hint at a category, found by the keys of their characters wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from models.hashing import Keys, Positions, Substrings, code_points

Cues = tuple[tuple[str, tuple[str, ...]], ...]
"""Codes with their words; hashable, so that a table is made once."""

_BITS = 14


def named_key(name: str) -> int:
    """The key of a feature that has a name of its own."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


class CueTable:
    """Looks up every substring of a batch that is a cue.

    A first look into a small table of bits spares nearly all substrings the exact search.
    """

    def __init__(self, cues: Cues) -> None:
        found: dict[int, tuple[list[int], list[int]]] = {}
        for code, words in cues:
            for word in words:
                keys, codes = found.setdefault(len(word), ([], []))
                keys.append(int(Substrings(code_points(word)).ngrams(len(word))[0]))
                codes.append(named_key(f"cue:{code}"))
        self._orders: list[tuple[int, Keys, Keys, NDArray[np.bool_]]] = []
        for order, (keys, codes) in sorted(found.items()):
            known, names = np.array(keys, np.uint64), np.array(codes, np.uint64)
            place = np.argsort(known, kind="stable")
            maybe = np.zeros(1 << _BITS, np.bool_)
            maybe[known >> np.uint64(64 - _BITS)] = True
            self._orders.append((order, known[place], names[place], maybe))

    def find(self, substrings: Substrings, owner: Positions) -> Iterator[tuple[Positions, int, Keys]]:
        """Joined starts, length and feature keys of the cues inside readings, by their length."""
        for order, known, names, maybe in self._orders:
            if order > len(owner):
                return
            keys = substrings.ngrams(order)
            starts = np.flatnonzero(maybe[keys >> np.uint64(64 - _BITS)])
            starts = starts[owner[starts] == owner[starts + order - 1]]
            low, high = (np.searchsorted(known, keys[starts], side) for side in ("left", "right"))
            times = high - low
            hits = np.repeat(starts, times)
            ends = np.cumsum(times)
            which = np.arange(len(hits)) + np.repeat(low - (ends - times), times)
            yield hits, order, names[which]


@lru_cache(maxsize=8)
def cue_table(cues: Cues) -> CueTable:
    """The table of these cues, made once."""
    return CueTable(cues)
