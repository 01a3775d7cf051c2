"""From probabilities to labels: a threshold for each label, and which labels stand alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """How labels are chosen.

    ``alone`` flags labels that never stood beside another one in training: of such a label and others that reach
    their thresholds only the side that clears its threshold by more is kept. ``exclusive`` holds for schemes in
    which every text has exactly one label: then the most probable one is chosen, whatever the thresholds.
    """

    thresholds: tuple[float, ...]
    alone: tuple[bool, ...]
    exclusive: bool = False

    def decide(self, probabilities: Floats, times: Floats | None = None) -> Flags:
        """Chosen labels of each row of ``probabilities`` (texts by labels); ``times`` are what each text multiplies thresholds by."""
        chosen: Flags = np.zeros(probabilities.shape, np.bool_)
        if not probabilities.size:
            return chosen
        if self.exclusive:
            chosen[np.arange(len(chosen)), probabilities.argmax(axis=1)] = True
            return chosen
        thresholds = np.array(self.thresholds)
        margin = probabilities - (thresholds if times is None else times[:, None] * thresholds)
        chosen = margin >= 0
        alone = np.array(self.alone)
        if alone.any():
            best_alone = np.where(alone, margin, -np.inf).max(axis=1)
            best_other = np.where(alone, -np.inf, margin).max(axis=1)
            chosen[best_alone < best_other] &= ~alone
            rows = np.flatnonzero((best_alone >= best_other) & (best_alone >= 0))
            chosen[rows] = False
            chosen[rows, np.where(alone, margin, -np.inf)[rows].argmax(axis=1)] = True
        return chosen


def standing_alone(targets: Flags, least: int = 8) -> tuple[bool, ...]:
    """Which labels never stand beside another one, seen at least ``least`` times."""
    lonely = targets.sum(axis=1) == 1
    return tuple(
        bool(column.sum() >= least and lonely[column].all()) and not bool(lonely.all()) for column in targets.T
    )


def best_f1_threshold(probabilities: Floats, truth: Flags) -> float:
    """The threshold of highest F1, in the middle between the two probabilities that it parts."""
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum(truth[order])
    if not len(order) or not hits[-1]:
        return 0.5
    scores = 2 * hits / (np.arange(1, len(order) + 1) + hits[-1])
    ranked = probabilities[order]
    scores[:-1][ranked[:-1] == ranked[1:]] = -1.0
    best = int(np.argmax(scores))
    below = float(ranked[best + 1]) if best + 1 < len(ranked) else float(min(ranked[best], 0.0))
    return (float(ranked[best]) + below) / 2


def recall_threshold(probabilities: Floats, truth: Flags, recall: float) -> float:
    """The highest threshold that finds at least the share ``recall`` of the true ones."""
    found = np.sort(probabilities[truth])
    if not len(found):
        return 0.5
    missed = int(np.floor(len(found) * (1 - recall) + 1e-9))
    return float(np.nextafter(found[missed], 0.0))


def smoothed_thresholds(own: Sequence[float], support: Sequence[int], shared: float, weight: float) -> list[float]:
    """Thresholds of labels with few examples drawn towards the one that all share.

    A label seen ``weight`` times goes half the way.
    """
    return [(mine * seen + shared * weight) / (seen + weight) for mine, seen in zip(own, support, strict=True)]
