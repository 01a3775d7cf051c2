"""Training the link estimator: trees by scikit-learn, calibrated on pairs held out by matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.calibration import platt, sigmoid
from models.errors import ModelUnsuitable
from models.linear import one_thread_each
from models.link import LinkModel
from models.metrics import average_precision
from models.trees import Trees, fitted

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOLDS = 5
TREES = 400
LEAST_POSITIVES = 10
_LEAST, _SMALL, _WORKERS = 30, 200, 2


def train_link(
    values: Floats,
    same: Flags,
    groups: NDArray[np.int64],
    features: Sequence[str],
    about: Mapping[str, Any] | None = None,
    counts: Floats | None = None,
) -> LinkModel:
    """A calibrated model of pairs.

    Args:
        values: a row for each pair, a column for each of ``features``.
        same: whether the pair tells of one matter.
        groups: the matters of the two reports of each pair; a pair is held out with either of them.
        features: names of the columns.
        about: what the manifest is to tell.
        counts: how many pairs each pair counts for while the trees grow; one where left out.

    Raises:
        ModelUnsuitable: fewer than ten pairs of one matter, or none of two.
    """
    if same.sum() < LEAST_POSITIVES or same.all():
        raise ModelUnsuitable("Links are learned from at least ten pairs of one matter and some of two.")
    logits, trees = _fitted(values, same, groups, np.ones(len(same)) if counts is None else counts)
    slope, offset = platt(logits, same)
    told = {
        "pairs": len(same),
        "same": int(same.sum()),
        "average_precision": round(average_precision(sigmoid(logits * slope + offset), same), 4),
    }
    return LinkModel(tuple(features), trees, slope, offset, {**(about or {}), **told})


def _fitted(values: Floats, same: Flags, groups: NDArray[np.int64], counts: Floats) -> tuple[Floats, Trees]:
    """Logits of pairs by trees that saw neither of their matters, and the trees that saw all."""
    logits, parts = np.zeros(len(same)), []
    for fold in range(FOLDS):
        held, rest = groups[:, 1] % FOLDS == fold, (groups % FOLDS != fold).all(axis=1)
        if held.any() and same[rest].any():
            parts.append((held, rest))
    # Two fits beside each other, each in one thread: threads of one fit that wait for each other burn what others need
    with one_thread_each(), ThreadPoolExecutor(_WORKERS) as pool:
        whole = pool.submit(_fit, values, same, counts)
        for (held, _), trees in zip(
            parts, pool.map(lambda part: _fit(values[part[1]], same[part[1]], counts[part[1]]), parts), strict=True
        ):
            logits[held] = trees.logits(values[held])
        return logits, whole.result()


def _fit(values: Floats, same: Flags, counts: Floats) -> Trees:
    """Many trees that each may ask of few features; a leaf of few pairs would know them by heart."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    machine = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=0.05,
        max_depth=6,
        max_leaf_nodes=24,
        min_samples_leaf=max(2, min(_LEAST, len(same) // _SMALL)),
        l2_regularization=5.0,
        max_features=0.3,
        early_stopping=False,
        random_state=0,
    )
    return fitted(machine, values, same, counts)
