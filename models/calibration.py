"""Calibration: from a logit to a probability that holds what it says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def sigmoid(values: Floats) -> Floats:
    """The logistic function, safe at both ends."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)), dtype=np.float64)


def platt(logits: Floats, truth: Flags, rounds: int = 50) -> tuple[float, float]:
    """Slope and offset of ``sigmoid(slope · logit + offset)`` that fit out-of-fold logits.

    Newton's method on Platt's smoothed targets (Lin, Lin and Weng 2007), with a small pull of the slope so that a
    perfectly parted label stays finite. The slope is never negative: a label that learned nothing gets its base rate.
    """
    positives, negatives = int(truth.sum()), int((~truth).sum())
    target = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    slope, offset = 1.0, float(np.log((positives + 1) / (negatives + 1)))
    for _ in range(rounds):
        p = sigmoid(slope * logits + offset)
        miss, spread = p - target, np.maximum(p * (1 - p), 1e-9)
        gradient = np.array([(miss * logits).sum() + 0.01 * slope, miss.sum()])
        cross = (spread * logits).sum()
        hessian = np.array([[(spread * logits * logits).sum() + 0.01, cross], [cross, spread.sum() + 1e-9]])
        step = np.linalg.solve(hessian, gradient)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        slope, offset = slope - float(step[0]), offset - float(step[1])
        if float(np.abs(step).max()) < 1e-8:
            break
    if slope <= 0:
        return 0.0, float(np.log((positives + 1) / (negatives + 1)))
    return slope, offset
