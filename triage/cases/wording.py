"""How alike reports are in their words: one report beside many at once, by arithmetic over all their grams together.

In: matters; out: a `Wording` for each pair. Names count elsewhere: the village that both name is a fact of its own, what
counts here is what they say about it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from triage.cases.grams import SUBJECT, WEIGHTS, Grams, ranks
from triage.cases.matter import Matter
from triage.cases.runs import worths

_RANKS = len(WEIGHTS)
_WORTHS = np.array(WEIGHTS)
_Mask = NDArray[np.bool_]
_Number = TypeVar("_Number", np.uint32, np.int64)


@dataclass(frozen=True, slots=True)
class Wording:
    """What the grams of two reports are worth, without those of names: of both together, of one, of the other.

    ``topic`` tells how alike they are in the words of their subject (those that some but not most reports use), 0 to 1.
    ``runs`` is the worth of the rare runs of both, ``run_share`` which share that is of the poorer one's; None where one of
    them was read before runs were kept.
    """

    both: float
    mine: float
    theirs: float
    topic: float
    runs: float | None = None
    run_share: float = 0.0


def beside(one: Matter, others: Sequence[Matter]) -> list[Wording]:
    """The wording of a report and each of the others."""
    told = np.concatenate([other.grams for other in others]) if others else np.empty(0, dtype=np.uint32)
    of = np.repeat(np.arange(len(others)), [len(other.grams) for other in others])
    own = _among(one.grams, np.array(sorted(one.named), dtype=np.uint32))
    mine = _counts(ranks(one.grams)[~own], np.zeros(len(one.grams) - int(own.sum()), dtype=np.intp), 1)
    held, rank = _among(told, one.grams), ranks(told)
    theirs = ~_named(told, of, [other.named for other in others])
    both = theirs & held & ~_among(told, np.array(sorted(one.named), dtype=np.uint32))
    size = _subject(_counts(ranks(one.grams), np.zeros(len(one.grams), dtype=np.intp), 1))[0]
    sizes = _subject(_counts(rank, of, len(others)))
    shared = _subject(_counts(rank[held], of[held], len(others)))
    topics = [met / math.sqrt(size * whole) if met else 0.0 for met, whole in zip(shared, sizes, strict=True)]
    weights = _worth(_counts(rank[both], of[both], len(others))), _worth(_counts(rank[theirs], of[theirs], len(others)))
    return [
        Wording(together, _worth(mine)[0], whole, topic, *runs)
        for together, whole, topic, runs in zip(*weights, topics, _runs(one, others), strict=True)
    ]


def _runs(one: Matter, others: Sequence[Matter]) -> list[tuple[float | None, float]]:
    """``runs`` and ``run_share`` of a report beside each of the others; of names they tell nothing."""
    own = one.runs
    if own is None:
        return [(None, 0.0)] * len(others)
    told = np.concatenate([own[:0], *(other.runs for other in others if other.runs is not None)])
    sizes = [0 if other.runs is None else len(other.runs) for other in others]
    of = np.repeat(np.arange(len(others)), sizes)
    named = _among(told, np.array(sorted(one.named_runs), dtype=np.uint32))
    named |= _named(told, of, [other.named_runs for other in others])
    met = _among(told, own) & ~named
    shared = np.bincount(of[met], worths(told[met]), len(others)).tolist()
    wholes = np.bincount(of, worths(told), len(others)).tolist()
    mine = float(worths(own).sum())
    return [
        (None, 0.0) if other.runs is None else (both, both / (min(mine, whole) + 1))
        for other, both, whole in zip(others, shared, wholes, strict=True)
    ]


def _among(numbers: NDArray[_Number], known: NDArray[_Number]) -> _Mask:
    """Which of the numbers are among the known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(numbers), dtype=bool)
    places = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    found: _Mask = known[places] == numbers
    return found


def _named(told: Grams, of: NDArray[np.intp], known: Sequence[frozenset[int]]) -> _Mask:
    """Which numbers are among those ``known`` of the names of the report that tells them."""
    # They are sorted within each report, so that they are sorted with the report's place in front
    names = [place << 32 | number for place, numbers in enumerate(known) for number in numbers]
    return _among(of.astype(np.int64) << 32 | told.astype(np.int64), np.array(sorted(names), dtype=np.int64))


def _counts(rank: NDArray[np.intp], of: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """How many grams of each rank each report has: a row for each report."""
    return np.bincount(of * _RANKS + rank, minlength=count * _RANKS).reshape(count, _RANKS)


def _worth(counts: NDArray[np.intp]) -> list[float]:
    found: list[float] = (counts * _WORTHS).sum(axis=1).tolist()
    return found


def _subject(counts: NDArray[np.intp]) -> list[int]:
    found: list[int] = counts[:, 1 : SUBJECT + 1].sum(axis=1).tolist()
    return found
