"""Figures of quality, as pure functions over labelled rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were found rightly, found wrongly and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Share of the found that is right, 0 where nothing was found."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Share of the true that was found, 0 where nothing is true."""
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)

    @property
    def support(self) -> int:
        """How many are true."""
        return self.right + self.missed


def compared(found: AbstractSet[Hashable], true: AbstractSet[Hashable]) -> Tally:
    """The tally of two sets."""
    return Tally(len(found & true), len(found - true), len(true - found))


def label_tallies(found: Sequence[AbstractSet[str]], true: Sequence[AbstractSet[str]]) -> dict[str, Tally]:
    """A tally for every label that was found or true anywhere, by name."""
    tallies: dict[str, Tally] = {}
    for mine, theirs in zip(found, true, strict=True):
        for label in mine | theirs:
            tallies[label] = tallies.get(label, Tally()) + compared(mine & {label}, theirs & {label})
    return dict(sorted(tallies.items()))


def macro_f1(tallies: Mapping[str, Tally]) -> float:
    """Mean F1 over the labels with a support of at least one."""
    scores = [tally.f1 for tally in tallies.values() if tally.support]
    return sum(scores) / max(len(scores), 1)


def micro_f1(tallies: Mapping[str, Tally]) -> float:
    """F1 over all decisions together."""
    return sum(tallies.values(), Tally()).f1


def expected_calibration_error(probabilities: Floats, truth: Flags, bins: int = 15, least: float = 0.05) -> float:
    """Mean distance between probability and frequency in equal-mass bins over the pairs with p ≥ ``least``."""
    shown = probabilities >= least
    p, yes = probabilities[shown], truth[shown]
    if not len(p):
        return 0.0
    order = np.argsort(p, kind="stable")
    gaps = [
        len(part) * abs(float(p[part].mean()) - float(yes[part].mean()))
        for part in np.array_split(order, min(bins, len(order)))
    ]
    return sum(gaps) / len(p)


def average_precision(scores: Floats, truth: Flags) -> float:
    """Mean precision at each true row when rows are ranked by score; ties count against the model."""
    if not truth.any():
        return 0.0
    order = np.lexsort((truth, -scores))
    hits = truth[order]
    return float((np.cumsum(hits)[hits] / (np.flatnonzero(hits) + 1)).mean())


@dataclass(frozen=True, slots=True)
class ClusterFigures:
    """How well found groups agree with true ones: B-cubed (Bagga and Baldwin 1998) and over pairs."""

    bcubed_p: float
    bcubed_r: float
    bcubed_f1: float
    pairwise_p: float
    pairwise_f1: float


def cluster_figures(found: Sequence[Hashable], true: Sequence[Hashable]) -> ClusterFigures:
    """Figures of a grouping: ``found[i]`` and ``true[i]`` name the groups of row ``i``."""
    both = Counter(zip(found, true, strict=True))
    mine, theirs = Counter(found), Counter(true)
    rows = max(len(found), 1)
    precision = sum(size * size / mine[group] for (group, _), size in both.items()) / rows
    recall = sum(size * size / theirs[group] for (_, group), size in both.items()) / rows
    pairs = sum(size * (size - 1) // 2 for size in both.values())
    tally = Tally(
        pairs,
        sum(size * (size - 1) // 2 for size in mine.values()) - pairs,
        sum(size * (size - 1) // 2 for size in theirs.values()) - pairs,
    )
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return ClusterFigures(precision, recall, f1, tally.precision, tally.f1)


def candidate_recall(candidates: Sequence[AbstractSet[int]], true: Sequence[Hashable]) -> float:
    """Share of the true pairs of rows in which one row has the other among its candidates; 1 without such pairs."""
    members: dict[Hashable, list[int]] = {}
    for place, group in enumerate(true):
        members.setdefault(group, []).append(place)
    met = pairs = 0
    for group_rows in members.values():
        for place, row in enumerate(group_rows):
            for other in group_rows[place + 1 :]:
                pairs += 1
                met += other in candidates[row] or row in candidates[other]
    return met / pairs if pairs else 1.0
