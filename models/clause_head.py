"""A linear head over clause vectors that asks of each label whether any clause says it.

A label's logit is the log of a sum of exponentials over the clauses' own logits (multiple-instance learning in the
form of Ramon and De Raedt 2000), so one sentence in a long letter counts. A constant term stands for no clause at
all: it keeps the logit finite, and leaving a clause out changes it by an amount that can be stated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Positions = NDArray[np.int64]

_NOTHING = float(np.exp(-7.0))
_STEPS, _RATE, _PULL = 60, 0.03, 0.006
"""Few steps of Adam and a strong pull towards zero: more of the one or less of the other learned the texts by heart."""
_LENGTH = 8.0
"""Root mean square length that training vectors are scaled to, to suit the rate of the steps."""
_LARGEST = 30.0


@dataclass(frozen=True, slots=True)
class ClauseHead:
    """Weights (dimensions by labels) and a bias for each label, over vectors whose ``centre`` is taken away."""

    weights: Floats
    bias: Floats
    centre: Floats

    def clause_logits(self, vectors: NDArray[np.float32]) -> Floats:
        """Own logits of clauses, clauses by labels."""
        own = (vectors.astype(np.float64) - self.centre) @ self.weights + self.bias
        return np.asarray(np.minimum(own, _LARGEST), dtype=np.float64)

    def logits(self, vectors: NDArray[np.float32], counts: Positions) -> Floats:
        """Logits of texts, texts by labels; ``counts[i]`` clauses of ``vectors`` belong to text ``i``, one at least."""
        own = np.exp(self.clause_logits(vectors))
        pooled = np.add.reduceat(own, np.cumsum(counts) - counts, axis=0) if len(counts) else own
        return np.asarray(np.log(_NOTHING + pooled), dtype=np.float64)

    def without_each(self, vectors: NDArray[np.float32]) -> Floats:
        """What each clause of one text adds, clauses by labels: the logit less what it is with the clause left out."""
        own = np.exp(self.clause_logits(vectors))
        whole = _NOTHING + own.sum(axis=0)
        # The others are summed anew: taken away from the whole, a clause that is nearly all of it would leave noise.
        others = np.stack([_NOTHING + np.delete(own, place, axis=0).sum(axis=0) for place in range(len(own))])
        return np.asarray(np.log(whole) - np.log(others), dtype=np.float64)


def fit_head(
    vectors: NDArray[np.float32], counts: Positions, truth: Flags, known: Flags, step: Callable[[], None] | None = None
) -> ClauseHead:
    """A head of labelled texts; labels that a text does not tell (``known`` is false) do not count.

    Args:
        vectors: of all clauses, text by text.
        counts: how many clauses each text has.
        truth: texts by labels.
        known: texts by labels.
        step: called after every step of the fit.
    """
    centre = vectors.mean(axis=0, dtype=np.float64)
    moved = (vectors - centre).astype(np.float32)
    scale = _LENGTH / max(float(np.sqrt((moved * moved).sum(axis=1).mean())), 1e-9)
    moved *= np.float32(scale)
    holder = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    share = ((truth & known).sum(axis=0) + 0.5) / (known.sum(axis=0) + 1.0)
    weights = np.zeros((vectors.shape[1], truth.shape[1]), np.float32)
    bias = (np.log(share / (1 - share)) - np.log(len(vectors) / len(counts))).astype(np.float32)
    asked = (known / max(len(counts), 1)).astype(np.float32)
    fit = _Adam((weights, bias))
    for _ in range(_STEPS):
        own = np.exp(np.minimum(moved @ weights + bias, _LARGEST))
        pooled = np.float32(_NOTHING) + np.add.reduceat(own, starts, axis=0)
        miss = asked * (pooled / (1 + pooled) - truth)  # the sigmoid of the log of what is pooled
        slope = own * (miss / pooled)[holder]
        fit.step((moved.T @ slope + np.float32(_PULL) * weights, slope.sum(axis=0)))
        if step is not None:
            step()
    return ClauseHead(weights.astype(np.float64) * scale, bias.astype(np.float64), centre)


class _Adam:
    """Steps of Adam (Kingma and Ba 2015) on arrays in place."""

    def __init__(self, arrays: tuple[NDArray[np.float32], ...]) -> None:
        self._arrays = arrays
        self._mean = [np.zeros_like(array) for array in arrays]
        self._square = [np.zeros_like(array) for array in arrays]
        self._done = 0

    def step(self, slopes: tuple[NDArray[np.float32], ...]) -> None:
        """One step down the slopes."""
        self._done += 1
        faded = [np.float32(1 - keep**self._done) for keep in (0.9, 0.999)]
        for place, slope in enumerate(slopes):
            self._mean[place] += np.float32(0.1) * (slope - self._mean[place])
            self._square[place] += np.float32(0.001) * (slope * slope - self._square[place])
            width = np.sqrt(self._square[place] / faded[1]) + np.float32(1e-8)
            np.subtract(
                self._arrays[place], np.float32(_RATE) * (self._mean[place] / faded[0]) / width, self._arrays[place]
            )
