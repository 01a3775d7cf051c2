"""Fitting what says a label of a text if any of its parts does.

A text's logit is the log of a sum of exponentials over the own logits of its parts (multiple-instance learning in
the form of Ramon and De Raedt 2000), so one sentence in a long letter counts. A constant term stands for no part at
all, and keeps the logit finite. Where people told which parts say a label, each part learns its own answer instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.linear import UNKNOWN, Targets

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Flags = NDArray[np.bool_]
Positions = NDArray[np.int64]

NOTHING = float(np.exp(-7.0))
"""The constant term."""
LARGEST = 30.0
"""Own logits are cut here, so that their exponentials stay numbers."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What is known beside the labels of texts: ``counts``, how much each text counts, and what its parts say.

    ``told`` (parts by labels) is 1 where a part says a label, 0 where it does not, -1 where that is not known: there the
    label of the text is what teaches. ``parts`` tells how many parts each text has.
    """

    told: Targets
    parts: Positions
    counts: Floats

    def part(self, texts: Positions) -> Taught:
        """What is known of some of the texts and of their parts."""
        return Taught(self.told[places_of(self.parts, texts)], self.parts[texts], self.counts[texts])


def places_of(counts: Positions, some: Positions) -> Positions:
    """Where the parts of some texts stand among those of all texts, of which text ``i`` has ``counts[i]``."""
    firsts, own = (np.cumsum(counts) - counts)[some], counts[some]
    places: Positions = np.arange(int(own.sum())) + np.repeat(firsts - (np.cumsum(own) - own), own)
    return places


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to fit: ``steps`` of Adam at a ``rate``, against a ``pull`` of the weights towards zero."""

    steps: int
    rate: float
    pull: float


def fit_pooled(
    parts: Singles | csr_matrix,
    counts: Positions,
    truth: Flags,
    known: Flags,
    effort: Effort,
    step: Callable[[], None] | None = None,
    taught: Taught | None = None,
) -> tuple[Singles, Singles]:
    """Weights (features by labels) and biases; labels that a text does not tell (``known`` is false) do not count.

    Args:
        parts: features of all parts, text by text.
        counts: how many parts each text has, one at least.
        truth: texts by labels.
        known: texts by labels.
        effort: how long to fit.
        step: called after every step of the fit.
        taught: what else is known; None where texts count alike and nobody told what their parts say.
    """
    turned = parts.T if isinstance(parts, np.ndarray) else parts.T.tocsr()
    holder = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    weights = np.zeros((parts.shape[1], truth.shape[1]), np.float32)
    bias = _first_bias(truth, known, parts.shape[0], taught)
    asked, each, said = _asked(known, holder, starts, taught)
    fit = _Adam((weights, bias), effort.rate)
    for _ in range(effort.steps):
        own = np.exp(np.minimum(parts @ weights + bias, LARGEST))
        pooled = np.float32(NOTHING) + np.add.reduceat(own, starts, axis=0)
        miss = asked * (pooled / (1 + pooled) - truth)  # the sigmoid of the log of what is pooled
        slope = own * (miss / pooled)[holder]
        if each is not None:
            slope += each * (own / (1 + own) - said)
        fit.step((turned @ slope + np.float32(effort.pull) * weights, slope.sum(axis=0)))
        if step is not None:
            step()
    return weights, bias


def _first_bias(truth: Flags, known: Flags, parts: int, taught: Taught | None) -> Singles:
    """Where the biases begin: at the share of the parts that say a label, as far as that is told, else at that of the texts."""
    share = ((truth & known).sum(axis=0) + 0.5) / (known.sum(axis=0) + 1.0)
    bias: Floats = np.log(share / (1 - share)) - np.log(parts / max(len(truth), 1))
    if taught is not None:
        told = (taught.told != UNKNOWN).sum(axis=0)
        share = ((taught.told == 1).sum(axis=0) + 0.5) / (told + 1.0)
        bias = np.where(told > 0, np.log(share / (1 - share)), bias)
    return bias.astype(np.float32)


def _asked(
    known: Flags, holder: Positions, starts: Positions, taught: Taught | None
) -> tuple[Singles, Singles | None, Singles | None]:
    """How much each label of a text counts, how much each of a part, and what parts say; of a text whose parts are told only these count."""
    asked = (known / max(len(known), 1)).astype(np.float32)
    if taught is None:
        return asked, None, None
    asked *= (taught.counts / taught.counts.mean()).astype(np.float32)[:, None]
    each = np.where(taught.told == UNKNOWN, np.float32(0), asked[holder])
    asked = np.where(taught.told[starts] == UNKNOWN, asked, np.float32(0))
    return asked, each, (taught.told == 1).astype(np.float32)


class _Adam:
    """Steps of Adam (Kingma and Ba 2015) on arrays in place."""

    def __init__(self, arrays: tuple[Singles, ...], rate: float) -> None:
        self._arrays = arrays
        self._rate = rate
        self._mean = [np.zeros_like(array) for array in arrays]
        self._square = [np.zeros_like(array) for array in arrays]
        self._done = 0

    def step(self, slopes: tuple[Singles, ...]) -> None:
        """One step down the slopes."""
        self._done += 1
        faded = [np.float32(1 - keep**self._done) for keep in (0.9, 0.999)]
        for place, slope in enumerate(slopes):
            self._mean[place] += np.float32(0.1) * (slope - self._mean[place])
            self._square[place] += np.float32(0.001) * (slope * slope - self._square[place])
            width = np.sqrt(self._square[place] / faded[1]) + np.float32(1e-8)
            np.subtract(
                self._arrays[place],
                np.float32(self._rate) * (self._mean[place] / faded[0]) / width,
                self._arrays[place],
            )
