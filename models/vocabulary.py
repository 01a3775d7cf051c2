"""The features a model knows, found by key with one probe, and the weighted vectors of a batch.

Weighting is that of scikit-learn's TF-IDF with sublinear counts: ``(1 + ln count) · idf``, each block of a document
scaled to length one and then by the block's weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelUnsuitable
from models.features import FeatureSpec, Hits
from models.hashing import Keys, Positions


@dataclass(frozen=True, slots=True)
class Vectors:
    """Weighted features of a batch: entry ``i`` gives document ``document[i]`` ``value[i]`` of feature ``row[i]``.

    Entries are sorted by document. ``count`` is how often the feature stands in the document. Known occurrence ``j``
    is occurrence ``hit[j]`` of the batch's ``Hits`` and belongs to entry ``entry[j]``.
    """

    document: Positions
    row: Positions
    value: NDArray[np.float64]
    count: Positions
    entry: Positions
    hit: Positions


class Vocabulary:
    """Known keys with their inverse document frequencies.

    ``bits`` sizes the table of slots. Of two keys that want one slot the more frequent one was kept when learning,
    so that learning and reading see exactly the same features.
    """

    def __init__(self, keys: Keys, idf: NDArray[np.float64], bits: int) -> None:
        self.keys = keys
        self.idf = idf
        self.bits = bits
        self._shift = np.uint64(64 - bits)
        slots = (keys >> self._shift).astype(np.int64)
        self._row = np.zeros(1 << bits, np.int32)
        self._key = np.zeros(1 << bits, np.uint64)
        self._row[slots] = np.arange(len(keys), dtype=np.int32)
        self._key[slots] = keys

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def learn(cls, documents: list[Keys], spec: FeatureSpec) -> Vocabulary:
        """The vocabulary of training documents, each given as its distinct keys.

        Raises:
            ModelUnsuitable: no feature stands in enough documents.
        """
        keys, frequency = np.unique(np.concatenate(documents), return_counts=True)
        common = frequency >= min(spec.min_documents, max(1, len(documents) // 4))
        keys, frequency = keys[common], frequency[common]
        if not len(keys):
            raise ModelUnsuitable("The training texts have nothing in common to learn from.")
        bits = max(10, (4 * len(keys)).bit_length())
        slots = keys >> np.uint64(64 - bits)
        order = np.lexsort((-frequency, slots))
        first = np.ones(len(order), np.bool_)
        first[1:] = slots[order][1:] != slots[order][:-1]
        kept = order[first]
        return cls(keys[kept], np.log((1 + len(documents)) / (1 + frequency[kept])) + 1.0, bits)

    def find(self, keys: Keys) -> tuple[Positions, Positions]:
        """Which of ``keys`` are known, and their rows."""
        slots = (keys >> self._shift).astype(np.int64)
        known = np.flatnonzero(self._key[slots] == keys)
        return known, self._row[slots[known]].astype(np.int64)

    def vectors(self, hits: Hits, spec: FeatureSpec) -> Vectors:
        """The weighted features of a batch."""
        known, rows = self.find(hits.key)
        pair = hits.document[known] * len(self) + rows
        order = np.argsort(pair)
        ordered = pair[order]
        first = np.ones(len(ordered), np.bool_)
        first[1:] = ordered[1:] != ordered[:-1]
        begins = np.flatnonzero(first)
        count = np.diff(begins, append=len(ordered))
        document, row = np.divmod(ordered[begins], len(self))
        kinds = len(spec.weights)
        cell = document * kinds + hits.block[known[order[begins]]]
        value = (1.0 + np.log(count)) * self.idf[row]
        squares = np.bincount(cell, weights=value * value, minlength=(len(hits.bounds) - 1) * kinds)
        value *= np.tile(spec.weights, len(hits.bounds) - 1)[cell] / np.sqrt(squares)[cell]
        return Vectors(document, row, value, count, np.cumsum(first) - 1, known[order])
