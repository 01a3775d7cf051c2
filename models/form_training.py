"""Learning what texts of another form change: a gate that tells them, and weights that they alone teach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.calibration import platt, sigmoid
from models.forms import FormWeights
from models.linear import UNKNOWN, Targets, fit_column, fit_columns, out_of_fold

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Forms = NDArray[np.int8]
"""Of each text 1 where it is of the other form, 0 where it is not, -1 where nobody said."""

STRENGTH = 0.5
"""C of the gate and of the weights of the other form."""
LEAST_TEXTS = 200
"""So many texts of either form must be there for the forms to be told apart."""
LEAST_TOLD = 150
"""A label that fewer texts of the form bear keeps the weights that all texts taught.

Chosen, like ``STRENGTH``, on the authored reports held out in turn; real messages of a petition board, which the forms are for,
were read alike with 40, 80 and 150.
"""


class Gate(NamedTuple):
    """Slope and offset that make a share of the logit of a gate; learned from gates that had not seen the text."""

    slope: float
    offset: float


def out_of_fold_forms(
    rows: csr_matrix,
    targets: Targets,
    forms: Forms | None,
    plain: Floats,
    folds: Sequence[Positions],
    *,
    counts: Floats | None = None,
    workers: int = 2,
    step: Callable[[], None] | None = None,
) -> tuple[Floats, Gate | None]:
    """First logits of texts held out in turn where ``plain`` ones give way to those of the form, and the gate's scale.

    With too few texts of either form the plain ones stay, and there is no gate.
    """
    if forms is None or not _differ(forms):
        return plain, None
    told = out_of_fold(rows, forms[:, None], folds, STRENGTH, workers=workers, step=step)[:, 0]
    known = forms != UNKNOWN
    gate = Gate(*platt(told[known], forms[known] == 1))
    shares = sigmoid(told * gate.slope + gate.offset)
    turning = _turning(targets, forms)
    columns = _taught(targets, forms, turning)
    said = out_of_fold(rows, columns, folds, STRENGTH, counts=counts, workers=workers, step=step)
    mixed = plain.copy()
    mixed[:, turning] += shares[:, None] * (said - plain[:, turning])
    return mixed, gate


def fit_forms(
    rows: csr_matrix,
    targets: Targets,
    forms: Forms,
    plain: tuple[Floats, Floats],
    gate: Gate,
    *,
    counts: Floats | None = None,
    workers: int = 2,
    step: Callable[[], None] | None = None,
) -> FormWeights:
    """What the form changes of ``plain`` weights (features by labels) and bias, learned from all texts."""
    telling, start = fit_column(rows, forms, STRENGTH)
    if step is not None:
        step()
    turning = _turning(targets, forms)
    columns = _taught(targets, forms, turning)
    weights, bias = fit_columns(rows, columns, STRENGTH, counts=counts, workers=workers, step=step)
    turn, turn_bias = np.zeros(plain[0].shape, np.float32), np.zeros(len(plain[1]))
    turn[:, turning] = weights - plain[0][:, turning]
    turn_bias[turning] = bias - plain[1][turning]
    return FormWeights((telling * gate.slope).astype(np.float32), start * gate.slope + gate.offset, turn, turn_bias)


def steps_of(targets: Targets, forms: Forms | None, folds: int) -> int:
    """How many separators are fitted for the forms, each fold's and the last ones together."""
    if forms is None or not _differ(forms):
        return 0
    return (len(_turning(targets, forms)) + 1) * (folds + 1)


def _differ(forms: Forms) -> bool:
    """Whether there are enough texts of both forms to learn from."""
    return min(int((forms == 1).sum()), int((forms == 0).sum())) >= LEAST_TEXTS


def _taught(targets: Targets, forms: Forms, turning: Positions) -> Targets:
    """What teaches the weights of the form: some columns, untold where a text is not of it."""
    columns = targets[:, turning]  # a copy, being picked
    columns[forms == 0] = UNKNOWN
    return columns


def _turning(targets: Targets, forms: Forms) -> Positions:
    """The columns of labels that texts of the form tell often enough."""
    return np.flatnonzero((targets[forms == 1] == 1).sum(axis=0) >= LEAST_TOLD)
