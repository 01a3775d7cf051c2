"""Fitting: one linear separator for each label over sparse rows, and honest logits for calibrating it.

scikit-learn and SciPy are imported inside the functions, because a server that only reads never needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Targets = NDArray[np.int8]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""

UNKNOWN = -1
"""Target of a label that a row does not tell; such rows are left out of that label's fit."""


def quiet(_what: str, _done: int, _all: int) -> None:
    """Progress where nobody asked to be told."""


def fit_column(
    rows: csr_matrix, targets: Targets, strength: float, counts: Floats | None = None
) -> tuple[Floats, float]:
    """Weights and bias of one label by a squared-hinge separator (scikit-learn's LinearSVC).

    A label that is always or never told gets no weights, and a bias of its side. ``counts`` says how much each row
    counts; without it all count once.
    """
    from sklearn.svm import LinearSVC

    known = np.flatnonzero(targets != UNKNOWN)
    told = targets[known]
    if not len(told) or told.min() == told.max():
        return np.zeros(rows.shape[1]), 1.0 if len(told) and told[0] else -1.0
    # The primal solver draws no lots: the dual one shares a generator between threads and would differ run by run.
    machine = LinearSVC(C=strength, dual=False, tol=5e-2)
    machine.fit(rows[known], told, None if counts is None else counts[known])
    return np.asarray(machine.coef_[0], dtype=np.float64), float(machine.intercept_[0])


def fit_columns(
    rows: csr_matrix,
    targets: Targets,
    strength: float,
    *,
    counts: Floats | None = None,
    workers: int = 2,
    step: Callable[[], None] | None = None,
) -> tuple[Floats, Floats]:
    """Weights (features by labels) and biases of all labels, ``workers`` at a time."""

    def one(column: int) -> tuple[Floats, float]:
        fitted = fit_column(rows, targets[:, column], strength, counts)
        if step is not None:
            step()
        return fitted

    with one_thread_each(), ThreadPoolExecutor(workers) as pool:
        fitted = list(pool.map(one, range(targets.shape[1])))
    weights = np.stack([weights for weights, _ in fitted], axis=1) if fitted else np.zeros((rows.shape[1], 0))
    return weights, np.array([bias for _, bias in fitted])


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Short vectors: threads of the algebra library below our own would only wait for each other."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        yield


def out_of_fold(
    rows: csr_matrix,
    targets: Targets,
    folds: Sequence[NDArray[np.int64]],
    strength: float,
    *,
    counts: Floats | None = None,
    workers: int = 2,
    step: Callable[[], None] | None = None,
) -> Floats:
    """Logits of every row by separators that never saw its fold (nor, with grouped folds, its voice or case)."""
    logits = np.zeros(targets.shape)
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(targets)), fold)
        own = None if counts is None else counts[rest]
        weights, bias = fit_columns(rows[rest], targets[rest], strength, counts=own, workers=workers, step=step)
        logits[fold] = rows[fold] @ weights + bias
    return logits
