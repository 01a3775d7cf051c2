"""A short print of many documents, by which an index and the store are compared before anything is read one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_BITS = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Print:
    """How many documents there are, and the sum of the lower 32 bits of their versions.

    Versions are hashes of all that an index is told of a report, so that two ranges with one print differ by a chance
    of 1 in 4 billion.
    """

    count: int
    sum: int

    def __add__(self, other: Print) -> Print:
        """The print of the documents of both."""
        return Print(self.count + other.count, self.sum + other.sum)


def print_of(versions: Iterable[int]) -> Print:
    """The print of documents of these versions."""
    count = total = 0
    for version in versions:
        count, total = count + 1, total + (version & _BITS)
    return Print(count, total)
