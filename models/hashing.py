"""Keys of substrings, for a whole batch at once.

A polynomial hash over the concatenated code points gives every substring its 64-bit key from two prefix sums, so
that no n-gram is ever cut out as a Python string.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Positions = NDArray[np.int64]

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_MASK = (1 << 64) - 1
_STIR_ONE = np.uint64(0xBF58476D1CE4E5B9)
_STIR_TWO = np.uint64(0x94D049BB133111EB)
_DIGIT_ZERO = np.uint32(ord("0"))


def stir(keys: Keys, salt: int) -> Keys:
    """Spread keys evenly over all 64 bits (the finaliser of SplitMix64); ``salt`` keeps kinds of keys apart."""
    mixed = keys + np.uint64((salt * _BASE) & _MASK)
    mixed ^= mixed >> np.uint64(30)
    mixed *= _STIR_ONE
    mixed ^= mixed >> np.uint64(27)
    mixed *= _STIR_TWO
    mixed ^= mixed >> np.uint64(31)
    return mixed


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text, digits made alike: numbers are facts of a case and not of a category."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint32)
    points[(points - _DIGIT_ZERO) < 10] = _DIGIT_ZERO
    return points


@lru_cache(maxsize=1)
def _wordly() -> NDArray[np.bool_]:
    return np.fromiter((chr(point).isalnum() for point in range(0x10000)), dtype=np.bool_, count=0x10000)


def is_wordly(points: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which code points are letters, characters or digits; all beyond the basic plane count as such."""
    return np.asarray(_wordly()[np.minimum(points, 0xFFFF)] | (points > 0xFFFF), dtype=np.bool_)


class _Powers:
    """Powers of the base and of its inverse modulo 2⁶⁴, grown when a longer batch comes."""

    def __init__(self) -> None:
        self.up = np.ones(1, dtype=np.uint64)
        self.down = np.ones(1, dtype=np.uint64)

    def upto(self, count: int) -> tuple[Keys, Keys]:
        up, down = self.up, self.down
        if len(up) < count or len(down) < count:
            size = 1 << (count - 1).bit_length()
            up, down = (self._series(base, size) for base in (_BASE, _INVERSE))
            self.up, self.down = up, down
        return up[:count], down[:count]

    @staticmethod
    def _series(base: int, size: int) -> Keys:
        factors = np.full(size, base, dtype=np.uint64)
        factors[0] = 1
        return np.multiply.accumulate(factors)


_POWERS = _Powers()


class Substrings:
    """Keys of any substrings of a batch's joined text."""

    def __init__(self, points: NDArray[np.uint32]) -> None:
        up, self._down = _POWERS.upto(len(points) + 1)
        self._sums = np.zeros(len(points) + 1, dtype=np.uint64)
        np.cumsum(stir(points.astype(np.uint64), 1) * up[:-1], out=self._sums[1:])

    def ngrams(self, order: int) -> Keys:
        """Keys of all substrings of ``order`` characters, by their start."""
        keys = (self._sums[order:] - self._sums[:-order]) * self._down[: len(self._sums) - order]
        return stir(keys, order)

    def between(self, starts: Positions, ends: Positions, salt: int) -> Keys:
        """Keys of the substrings from ``starts`` to ``ends``."""
        return stir(self.plain(starts, ends), salt)

    def plain(self, starts: Positions, ends: Positions) -> Keys:
        """The same keys for whoever multiplies them before taking their high bits: three times as fast."""
        return (self._sums.take(ends) - self._sums.take(starts)) * self._down.take(starts)
