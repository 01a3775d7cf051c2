"""A linear head over clause vectors that asks of each label whether any clause says it.

Clauses are pooled as in ``models.pooling``; leaving one out changes the logit by an amount that can be stated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pooling import LARGEST, NOTHING, Effort, Taught, fit_pooled

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Positions = NDArray[np.int64]

_EFFORT = Effort(steps=60, rate=0.03, pull=0.006)
"""Few steps of Adam and a strong pull towards zero: more of the one or less of the other learned the texts by heart."""
_LENGTH = 8.0
"""Root mean square length that training vectors are scaled to, to suit the rate of the steps."""


@dataclass(frozen=True, slots=True)
class ClauseHead:
    """Weights (dimensions by labels) and a bias for each label, over vectors whose ``centre`` is taken away."""

    weights: Floats
    bias: Floats
    centre: Floats

    def clause_logits(self, vectors: NDArray[np.float32]) -> Floats:
        """Own logits of clauses, clauses by labels."""
        own = (vectors.astype(np.float64) - self.centre) @ self.weights + self.bias
        return np.asarray(np.minimum(own, LARGEST), dtype=np.float64)

    def logits(self, vectors: NDArray[np.float32], counts: Positions) -> Floats:
        """Logits of texts, texts by labels; ``counts[i]`` clauses of ``vectors`` belong to text ``i``, one at least."""
        own = np.exp(self.clause_logits(vectors))
        pooled = np.add.reduceat(own, np.cumsum(counts) - counts, axis=0) if len(counts) else own
        return np.asarray(np.log(NOTHING + pooled), dtype=np.float64)

    def without_each(self, vectors: NDArray[np.float32]) -> Floats:
        """What each clause of one text adds, clauses by labels: the logit less what it is with the clause left out."""
        own = np.exp(self.clause_logits(vectors))
        whole = NOTHING + own.sum(axis=0)
        # The others are summed anew: taken away from the whole, a clause that is nearly all of it would leave noise.
        others = np.stack([NOTHING + np.delete(own, place, axis=0).sum(axis=0) for place in range(len(own))])
        return np.asarray(np.log(whole) - np.log(others), dtype=np.float64)


def fit_head(
    vectors: NDArray[np.float32], counts: Positions, truth: Flags, known: Flags, taught: Taught | None = None
) -> ClauseHead:
    """A head of labelled texts, as ``fit_pooled`` fits it, over vectors of all clauses, text by text."""
    centre = vectors.mean(axis=0, dtype=np.float64)
    moved = (vectors - centre).astype(np.float32)
    scale = _LENGTH / max(float(np.sqrt((moved * moved).sum(axis=1).mean())), 1e-9)
    moved *= np.float32(scale)
    weights, bias = fit_pooled(moved, counts, truth, known, _EFFORT, taught=taught)
    return ClauseHead(weights.astype(np.float64) * scale, bias.astype(np.float64), centre)
