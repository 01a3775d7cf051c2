"""Which letters speak for themselves: those of one case, and copies of one text, have one voice between them.

Copies are letters that share at least ``ALIKE`` of their words (Jaccard), whoever, whatever place and whatever sum is filled
in, since names, places and numbers are no words here. They are looked for by MinHash (Broder, 1997) in bands, so that time
and memory grow with the number of letters; within a band each letter is compared with the first alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from triage.trends.phrases import Term

ALIKE = 0.6
_BANDS, _ROWS = 8, 2
_PRIME = np.uint64((1 << 31) - 1)
_FACTORS = (
    np.array([[crc32(f"{part} {row}".encode()) for part in "ab"] for row in range(_BANDS * _ROWS)], dtype=np.uint64)
    % _PRIME
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is known of a letter that was read: ``day`` is that of receipt in Shanghai, ``case`` empty where it has none."""

    report: str
    seq: int
    case: str
    county: str
    day: str
    categories: tuple[str, ...]
    terms: tuple[Term, ...]


def voices(letters: Iterable[Letter]) -> list[tuple[Letter, ...]]:
    """Letters by who speaks for himself, in an order that does not depend on theirs."""
    ordered = sorted(letters, key=lambda letter: letter.report)
    above = list(range(len(ordered)))
    for one, other in (*_same_case(ordered), *_copies(ordered)):
        first, second = sorted((_top(above, one), _top(above, other)))
        above[second] = first
    found: dict[int, list[Letter]] = {}
    for at, letter in enumerate(ordered):
        found.setdefault(_top(above, at), []).append(letter)
    return [tuple(group) for group in found.values()]


def _top(above: list[int], at: int) -> int:
    while above[at] != at:
        above[at] = above[above[at]]
        at = above[at]
    return at


def _same_case(letters: Sequence[Letter]) -> Iterator[tuple[int, int]]:
    first: dict[str, int] = {}
    for at, letter in enumerate(letters):
        if letter.case:
            yield first.setdefault(letter.case, at), at


def _copies(letters: Sequence[Letter]) -> Iterator[tuple[int, int]]:
    words = [frozenset(term[0] for term in letter.terms if len(term) == 1) for letter in letters]
    first: dict[tuple[int, bytes], int] = {}
    for at, mine in enumerate(words):
        if not mine:
            continue
        for band, least in enumerate(_least(mine)):
            other = first.setdefault((band, least.tobytes()), at)
            if other != at and len(mine & words[other]) >= ALIKE * len(mine | words[other]):
                yield other, at


def _least(words: frozenset[str]) -> npt.NDArray[np.uint64]:
    """The least keys of a set of words, a row for each band."""
    plain = np.array([crc32(word.encode()) for word in words], dtype=np.uint64) % _PRIME
    keys = (_FACTORS[:, :1] * plain + _FACTORS[:, 1:]) % _PRIME
    least: npt.NDArray[np.uint64] = keys.min(axis=1).reshape(_BANDS, _ROWS)
    return least
