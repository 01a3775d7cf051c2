"""Fitting what judges spans: squared hinge, averaged stochastic steps, the same for the same spans.

scikit-learn and SciPy are imported inside the functions, because a server that only reads never needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.spans import Scorer, Traits, slots

Answers = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SpanTrainingSpec:
    """How spans are learned; chosen on voices held out in turn.

    ``bits`` sizes the table of weights, ``rate`` is the length of a step, ``rounds`` how often every span is seen.
    """

    bits: int = 18
    rate: float = 0.003
    pull: float = 1e-6
    rounds: int = 10
    seed: int = 0


def fit_scorer(batches: Sequence[tuple[Traits, Answers]], templates: Sequence[str], spec: SpanTrainingSpec) -> Scorer:
    """Weights that part the spans of each answer (spans by answers) from all others."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import SGDClassifier

    wanted = np.concatenate([answers for _, answers in batches])
    chosen = np.concatenate([slots(traits, templates, spec.bits).T for traits, _ in batches])
    starts = np.arange(0, chosen.size + 1, len(templates))
    rows = csr_matrix((np.ones(chosen.size, np.float32), chosen.ravel(), starts), (len(chosen), 1 << spec.bits))
    weights = np.zeros((1 << spec.bits, wanted.shape[1]), np.float32)
    bias = np.full(wanted.shape[1], -1.0)
    for column, answers in enumerate(wanted.T):
        if answers.all() or not answers.any():
            bias[column] = 1.0 if len(answers) and answers.all() else -1.0
            continue
        machine = SGDClassifier(
            loss="squared_hinge",
            alpha=spec.pull,
            learning_rate="constant",
            eta0=spec.rate,
            max_iter=spec.rounds,
            tol=None,
            average=True,
            random_state=spec.seed,
        )
        machine.fit(rows, answers)
        weights[:, column], bias[column] = machine.coef_[0], machine.intercept_[0]
    return Scorer(tuple(templates), weights, bias)
