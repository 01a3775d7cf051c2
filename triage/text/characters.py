"""Something of each character of a text, looked up for all of them at once."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.uint32]

LONG = 48
"""From this length on arrays are faster than walking the characters."""


def points_of(text: str) -> Points:
    """The code points of a text; lone surrogates pass."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


class CharacterTable:
    """A number for each character, asked of ``tell`` when the character is first met; 0 is asked for anew each time.

    The table spans all of Unicode, yet memory is taken only by the pages of characters that were met.
    """

    def __init__(self, tell: Callable[[str], int]) -> None:
        self._tell = tell
        self._told = np.zeros(sys.maxunicode + 1, np.uint32)

    def of(self, points: Points) -> Points:
        """The number of each character."""
        told = self._told.take(points)
        if not told.all():
            for point in set(points[told == 0].tolist()):
                self._told[point] = self._tell(chr(point))
            told = self._told.take(points)
        return told
