"""Words that hint at a category, found by the keys of their characters wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from models.hashing import Keys, Positions, Substrings, code_points

Cues = tuple[tuple[str, tuple[str, ...]], ...]
"""Codes with their words; hashable, so that a table is made once."""

_BITS = 14
_PREFIX = 2
_CUE_SALT = 104


def named_key(name: str) -> int:
    """The key of a feature that has a name of its own."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


class CueTable:
    """Looks up every substring of a batch that is a cue.

    A look into a small table of bits by the first two characters spares nearly all places the exact comparison.
    """

    def __init__(self, cues: Cues) -> None:
        lengths = {min(len(word), _PREFIX) for _, words in cues for word in words if word}
        self._tables = [_PrefixTable(cues, length) for length in sorted(lengths)]

    def find(self, substrings: Substrings, owner: Positions) -> Iterator[tuple[Positions, Positions, Keys]]:
        """Joined starts, ends and feature keys of the cues that lie inside one reading."""
        return (table.find(substrings, owner) for table in self._tables)


class _PrefixTable:
    """The cues that begin with ``length`` characters, sorted by these; all longer than that where it is the longest."""

    def __init__(self, cues: Cues, length: int) -> None:
        self._length = length
        mine = [
            (code, word)
            for code, words in cues
            for word in words
            if len(word) == length or (length == _PREFIX and len(word) > length)
        ]
        whole = [Substrings(code_points(word)) for _, word in mine]
        prefixes = np.array([int(word.ngrams(length)[0]) for word in whole], np.uint64)
        order = np.argsort(prefixes, kind="stable")
        sizes = np.array([len(word) for _, word in mine], np.int64)
        zero = np.zeros(1, np.int64)
        keys = [word.between(zero, zero + size, _CUE_SALT)[0] for word, size in zip(whole, sizes, strict=True)]
        self._prefix = prefixes[order]
        self._size = sizes[order]
        self._key = np.array(keys, np.uint64)[order]
        self._name = np.array([named_key(f"cue:{code}") for code, _ in mine], np.uint64)[order]
        self._maybe = np.zeros(1 << _BITS, np.bool_)
        self._maybe[prefixes >> np.uint64(64 - _BITS)] = True

    def find(self, substrings: Substrings, owner: Positions) -> tuple[Positions, Positions, Keys]:
        """As ``CueTable.find``, for the cues of this table."""
        keys = substrings.ngrams(self._length) if len(owner) >= self._length else np.zeros(0, np.uint64)
        starts = np.flatnonzero(self._maybe[keys >> np.uint64(64 - _BITS)])
        low, high = (np.searchsorted(self._prefix, keys[starts], side) for side in ("left", "right"))
        times = high - low
        begins = np.repeat(starts, times)
        last = np.cumsum(times)
        which = np.arange(len(begins)) + np.repeat(low - (last - times), times)
        ends = begins + self._size[which]
        inside = ends <= len(owner)
        begins, ends, which = begins[inside], ends[inside], which[inside]
        same = (owner[begins] == owner[ends - 1]) & (substrings.between(begins, ends, _CUE_SALT) == self._key[which])
        return begins[same], ends[same], self._name[which[same]]


@lru_cache(maxsize=8)
def cue_table(cues: Cues) -> CueTable:
    """The table of these cues, made once."""
    return CueTable(cues)
