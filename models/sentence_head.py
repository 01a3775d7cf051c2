"""A linear head over the features of sentences: a text's part of a logit is what its sentences, pooled, say of a label.

What is called a sentence here and in the features is a clause as ``models.clauses`` cuts them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.linear import UNKNOWN, Targets, one_thread_each
from models.pooling import LARGEST, NOTHING, Effort, Taught, fit_pooled
from models.vocabulary import SentenceVectors, summed

if TYPE_CHECKING:
    from models.rows import Rows

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Positions = NDArray[np.int64]

EFFORT = Effort(steps=40, rate=0.2, pull=1e-5)
"""Chosen on the authored reports: twice the steps gave no more."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """What sentences say: ``parts`` of texts (texts by labels), and ``shares``, sentences by labels.

    A share is that of a sentence in its text's part; the shares of a text add up to less than one.
    ``beside`` is what of each part is not the shares' sum of linear logits.
    """

    parts: Floats
    shares: Floats
    beside: Floats


@dataclass(frozen=True, slots=True)
class SentenceHead:
    """Weights (features by labels) and a bias for each label; ``blend`` is the weight of the whole in a logit.

    A text without a sentence gets zero: what is pooled is ``log(1 + Σ exp(own logit))``.
    """

    weights: Singles
    bias: Floats
    blend: float

    def own(self, vectors: SentenceVectors) -> Floats:
        """Linear logits of sentences, without the bias; sentences by labels."""
        # Small numbers are sorted by their digits, which is several times as fast.
        order = np.argsort(vectors.sentence.astype(np.min_scalar_type(len(vectors.owners))), kind="stable")
        ends = np.cumsum(np.bincount(vectors.sentence, minlength=len(vectors.owners))).tolist()
        return summed(self.weights, vectors.row.take(order), vectors.value.take(order), (0, *ends))

    def pooled(self, vectors: SentenceVectors, texts: int) -> Pooled:
        """What the sentences of a batch of ``texts`` say."""
        own = self.own(vectors)
        firsts = np.searchsorted(vectors.owners, np.arange(texts))
        said = np.exp(np.minimum(own + self.bias, LARGEST))
        said[firsts] = 0.0  # no sentence, but the place of the marks of the whole
        whole = 1.0 + np.add.reduceat(said, firsts, axis=0) if texts else np.ones((0, len(self.bias)))
        shares = said / whole[vectors.owners]
        parts = self.blend * np.log(whole)
        linear = self.blend * np.add.reduceat(shares * own, firsts, axis=0) if texts else parts
        return Pooled(parts, self.blend * shares, parts - linear)


def fit_sentences(
    rows: Rows,
    some: Positions,
    targets: Targets,
    step: Callable[[], None] | None = None,
    taught: Taught | None = None,
) -> SentenceHead:
    """A head of some of the texts, of blend 1; texts without a sentence do not count.

    ``targets`` are those of all texts, and so is what is ``taught`` beside them.
    """
    told = some[rows.counts[some] > 0]
    if not len(told):
        # As where all texts are of one case, and none is left beside those held out: a head that says nothing
        labels = targets.shape[1]
        return SentenceHead(
            np.zeros((rows.sentences.shape[1], labels), np.float32), np.full(labels, -LARGEST, np.float64), 1.0
        )
    parts, counts = rows.sentences_of(told)
    own = None if taught is None else taught.part(told)
    weights, bias = fit_pooled(parts, counts, targets[told] == 1, targets[told] != UNKNOWN, EFFORT, step, own)
    return SentenceHead(weights, bias.astype(np.float64) - float(np.log(NOTHING)), 1.0)


def out_of_fold_sentences(
    rows: Rows,
    targets: Targets,
    folds: Sequence[Positions],
    *,
    workers: int = 2,
    step: Callable[[], None] | None = None,
    taught: Taught | None = None,
) -> Floats:
    """What heads that never saw a fold say of its texts, with a blend of 1; zero for texts of no fold."""
    logits = np.zeros(targets.shape)

    def one(fold: Positions) -> None:
        head = fit_sentences(rows, np.setdiff1d(np.arange(len(targets)), fold), targets, step, taught)
        parts, counts = rows.sentences_of(fold)
        said = np.exp(np.minimum(parts @ head.weights + head.bias, LARGEST))
        owners = np.repeat(np.arange(len(fold)), counts)
        whole = np.zeros((len(fold), targets.shape[1]))
        np.add.at(whole, owners, said)
        logits[fold] = np.log1p(whole)

    with one_thread_each(), ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, folds))
    return logits
