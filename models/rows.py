"""Readings as sparse rows for training: one for each text, and one for each of its sentences."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.features import FeatureSpec, extract
from models.hashing import Positions
from models.pooling import places_of
from models.reading import Reading
from models.vocabulary import SentenceVectors, Vectors, Vocabulary

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Rows:
    """Features of readings: ``texts`` has a row for each, ``sentences`` ``counts[i]`` rows for reading ``i``."""

    vocabulary: Vocabulary
    texts: csr_matrix
    sentences: csr_matrix
    counts: Positions

    def sentences_of(self, some: Positions) -> tuple[csr_matrix, Positions]:
        """The rows of the sentences of some readings, and how many each has."""
        return self.sentences[places_of(self.counts, some)], self.counts[some]


def vectorise(readings: Sequence[Reading], spec: FeatureSpec) -> Rows:
    """The vocabulary of the readings and their sparse rows.

    Raises:
        ModelUnsuitable: the readings have no feature in common.
    """
    from scipy.sparse import vstack

    batches = deque(extract(readings[start : start + _BATCH], spec) for start in range(0, len(readings), _BATCH))
    distinct = []
    for hits in batches:
        order = np.argsort(hits.document, kind="stable")
        edges = np.searchsorted(hits.document[order], np.arange(1, len(hits.bounds) - 1))
        distinct += [np.unique(part) for part in np.split(hits.key[order], edges)]
    vocabulary = Vocabulary.learn(distinct, spec)
    texts, sentences, counts = [], [], []
    while batches:  # what was found in a batch goes when its rows are made: of all batches it would take gigabytes
        hits = batches.popleft()
        part = vocabulary.vectors(hits, spec)
        texts.append(_text_rows(part, len(hits.bounds) - 1, len(vocabulary)))
        sentences.append(_sentence_rows(part.sentences, len(vocabulary)))
        counts.append(np.bincount(part.sentences.owners) - 1)
    return Rows(vocabulary, vstack(texts, "csr"), vstack(sentences, "csr"), np.concatenate(counts))


def _text_rows(part: Vectors, texts: int, width: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    return csr_matrix((part.value, (part.document, part.row)), shape=(texts, width))


def _sentence_rows(part: SentenceVectors, width: int) -> csr_matrix:
    """Rows of a batch's sentences, without the places that hold the marks of a whole text."""
    from scipy.sparse import csr_matrix

    real = np.diff(part.owners, prepend=-1) == 0
    number = np.cumsum(real) - 1
    kept = np.flatnonzero(real[part.sentence])
    at = (number[part.sentence[kept]], part.row[kept])
    return csr_matrix((part.value[kept].astype(np.float32), at), shape=(int(real.sum()), width))
