"""Training the link estimator: weights by scikit-learn, calibrated on pairs held out by matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.calibration import platt, sigmoid
from models.errors import ModelUnsuitable
from models.link import LinkModel, columns, expanded
from models.metrics import average_precision

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

STRENGTH = 0.06
FOLDS = 5
LEAST_POSITIVES = 10


def train_link(
    values: Floats,
    same: Flags,
    groups: NDArray[np.int64],
    features: Sequence[str],
    crossed: Sequence[str],
    about: Mapping[str, Any] | None = None,
) -> LinkModel:
    """A calibrated model of pairs.

    Args:
        values: a row for each pair, a column for each of ``features``.
        same: whether the pair tells of one matter.
        groups: the matters of the two reports of each pair; a pair is held out with either of them.
        features: names of the columns.
        crossed: features whose products with each other count too.
        about: what the manifest is to tell.

    Raises:
        ModelUnsuitable: fewer than ten pairs of one matter, or none of two.
    """
    if same.sum() < LEAST_POSITIVES or same.all():
        raise ModelUnsuitable("Links are learned from at least ten pairs of one matter and some of two.")
    wide = expanded(values, columns(features, crossed))
    mean, scale = wide.mean(axis=0), wide.std(axis=0)
    scale[scale < 1e-9] = 1.0
    parts = (wide - mean) / scale
    logits = _held_out(parts, same, groups)
    slope, offset = platt(logits, same)
    weights, bias = _fit(parts, same)
    told = {
        "pairs": len(same),
        "same": int(same.sum()),
        "average_precision": round(average_precision(sigmoid(logits * slope + offset), same), 4),
    }
    return LinkModel(
        tuple(features), tuple(crossed), mean, scale, weights, bias, slope, offset, {**(about or {}), **told}
    )


def _held_out(parts: Floats, same: Flags, groups: NDArray[np.int64]) -> Floats:
    """Logits of pairs by models that saw neither of their matters."""
    logits = np.zeros(len(same))
    for fold in range(FOLDS):
        held, rest = groups[:, 1] % FOLDS == fold, (groups % FOLDS != fold).all(axis=1)
        if held.any() and same[rest].any():
            weights, bias = _fit(parts[rest], same[rest])
            logits[held] = parts[held] @ weights + bias
    return logits


def _fit(parts: Floats, same: Flags) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression

    machine = LogisticRegression(C=STRENGTH, solver="newton-cholesky", max_iter=3000)
    machine.fit(parts, same)
    return np.asarray(machine.coef_[0], dtype=np.float64), float(machine.intercept_[0])
