"""Fitting what tells whether an office is accused where a text names it; scikit-learn is imported to train, not to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.accusations import BITS, AccusationModel, Mention, Singles, Slots, features
from models.calibration import platt, sigmoid
from models.linear import one_thread_each

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOLDS = 5
STRENGTH = 1.0
"""C of the logistic regression; 0.3 and 1 rank alike."""
WEAK = 0.3
"""What a mention counts of which nobody said that it is accused, beside one that somebody marked."""
MOST_WRONG = 0.02
"""The share of mentions in everyday reports, accused of nothing, that may be taken for accused.

Rather closed than open: such a report goes up and is read there; one too few is read by a colleague of the accused.
"""

LEAST_CHANCE = 0.25
"""What is less likely than that is taken for no accusation, however little everyday reports would lose by it."""


class Example(NamedTuple):
    """A mention with its mark; ``group`` is who wrote it, ``everyday`` tells that nobody marked the text for this."""

    mention: Mention
    accused: bool
    group: str
    everyday: bool = False


def train_accusations(examples: Sequence[Example], about: Mapping[str, Any] | None = None) -> AccusationModel:
    """A model of marked mentions, everyday ones among them; calibrated, and its threshold chosen, on groups held out in turn.

    What is found among the marked letters at that threshold stands in ``about``: ``recall``, ``precision``, and ``sealed_wrongly``,
    the share of everyday mentions that are taken though nobody accused is.
    """
    rows, shared = _rows([features(one.mention) for one in examples])
    truth = np.array([one.accused for one in examples])
    everyday = np.array([one.everyday for one in examples])
    counts = np.where(everyday & ~truth, WEAK, 1.0)
    folds = np.unique([one.group for one in examples], return_inverse=True)[1] % FOLDS
    logits = np.zeros(len(examples))
    with one_thread_each():
        for fold in range(FOLDS):
            held = folds == fold
            weights, bias = _fit(rows[~held], truth[~held], counts[~held])
            logits[held] = rows[held] @ weights + bias
        weights, bias = _fit(rows, truth, counts)
    slope, offset = platt(logits, truth)
    chances = sigmoid(logits * slope + offset)
    wrong = np.sort(chances[everyday & ~truth])[::-1]
    # Just above the first that would be one too many
    threshold = max(LEAST_CHANCE, float(np.nextafter(wrong[int(MOST_WRONG * len(wrong))], 1.0)))
    figures = _figures(chances >= threshold, truth, everyday)
    whole = np.zeros(1 << BITS, np.float32)
    whole[shared] = weights
    return AccusationModel(whole, bias, slope, offset, threshold, {**(about or {}), **figures})


def _rows(told: Sequence[tuple[Slots, Singles]]) -> tuple[csr_matrix, Slots]:
    """A row for each mention, and which slots its columns are: what stands in one text alone teaches nothing of others."""
    from scipy.sparse import csr_matrix

    starts = np.concatenate([[0], np.cumsum([len(slots) for slots, _ in told])])
    chosen = np.concatenate([slots for slots, _ in told])
    rows = csr_matrix((np.concatenate([values for _, values in told]), chosen, starts), (len(told), 1 << BITS))
    shared = np.flatnonzero(np.bincount(chosen, minlength=1 << BITS) > 1)
    return rows[:, shared], shared


def _fit(rows: csr_matrix, truth: Flags, counts: Floats) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression

    machine = LogisticRegression(C=STRENGTH, solver="liblinear").fit(rows, truth, counts)
    return np.asarray(machine.coef_[0], np.float64), float(machine.intercept_[0])


def _figures(taken: Flags, truth: Flags, everyday: Flags) -> dict[str, float]:
    marked = ~everyday
    return {
        "marked": int(marked.sum()),
        "recall": round(float(taken[marked & truth].mean()), 3),
        "precision": round(float(truth[marked & taken].mean()), 3),
        "everyday": int(everyday.sum()),
        "sealed_wrongly": round(float(taken[everyday & ~truth].mean()), 3),
    }
