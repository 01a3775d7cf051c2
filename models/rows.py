"""Readings as sparse rows for training: one for each text, and one for each of its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.features import FeatureSpec, extract
from models.hashing import Positions
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
        places, counts = self.places_of(some)
        return self.sentences[places], counts

    def places_of(self, some: Positions) -> tuple[Positions, Positions]:
        """Where the sentences of some readings stand among all, and how many each has."""
        firsts = np.cumsum(self.counts) - self.counts
        counts = self.counts[some]
        within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(firsts[some], counts) + within, counts


def vectorise(readings: Sequence[Reading], spec: FeatureSpec) -> Rows:
    """The vocabulary of the readings and their sparse rows.

    Raises:
        ModelUnsuitable: the readings have no feature in common.
    """
    batches = [extract(readings[start : start + _BATCH], spec) for start in range(0, len(readings), _BATCH)]
    distinct = []
    for hits in batches:
        order = np.argsort(hits.document, kind="stable")
        edges = np.searchsorted(hits.document[order], np.arange(1, len(hits.bounds) - 1))
        distinct += [np.unique(part) for part in np.split(hits.key[order], edges)]
    vocabulary = Vocabulary.learn(distinct, spec)
    parts = [vocabulary.vectors(hits, spec) for hits in batches]
    sentences, counts = _sentence_rows([part.sentences for part in parts], len(vocabulary))
    return Rows(vocabulary, _text_rows(parts, len(readings), len(vocabulary)), sentences, counts)


def _text_rows(parts: Sequence[Vectors], texts: int, width: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    document = np.concatenate([part.document + place * _BATCH for place, part in enumerate(parts)])
    row = np.concatenate([part.row for part in parts])
    value = np.concatenate([part.value for part in parts])
    return csr_matrix((value, (document, row)), shape=(texts, width))


def _sentence_rows(parts: Sequence[SentenceVectors], width: int) -> tuple[csr_matrix, Positions]:
    """Rows of all sentences, without the places that hold the marks of a whole text; and how many each text has."""
    from scipy.sparse import csr_matrix

    rows, columns, values, counts = [], [], [], []
    done = 0
    for part in parts:
        real = np.diff(part.owners, prepend=-1) == 0
        number = np.cumsum(real) - 1 + done
        kept = np.flatnonzero(real[part.sentence])
        rows.append(number[part.sentence[kept]])
        columns.append(part.row[kept])
        values.append(part.value[kept].astype(np.float32))
        counts.append(np.bincount(part.owners) - 1)
        done += int(real.sum())
    at = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(values), at), shape=(done, width)), np.concatenate(counts)
