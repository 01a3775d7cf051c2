"""Which characters spans stand on. In: spans of one text, in any order; out: a byte for each character, and what stands apart.

A letter may hold ten thousand posts and as many greetings: nobody can go through all of the one for each of the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class _Spanning(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_Found = TypeVar("_Found", bound=_Spanning)


def covering(spans: Iterable[tuple[int, int]]) -> bytearray:
    """A byte for each character up to the last of ``spans`` (start and end of each), 1 where one of them stands."""
    listed = list(spans)
    covered = bytearray(max((end for _, end in listed), default=0))
    for start, end in listed:
        covered[start:end] = b"\1" * (end - start)
    return covered


def apart(found: Iterable[_Found], spans: Iterable[tuple[int, int]]) -> list[_Found]:
    """Those that share no character with one of ``spans``."""
    covered = covering(spans)
    return [one for one in found if covered.find(1, one.start, one.end) < 0]
