"""The features a model knows, found by key with one probe, and the weighted vectors of a batch.

Weighting is that of scikit-learn's TF-IDF with sublinear counts: ``(1 + ln count) · idf``, each block of a document
scaled to length one and then by the block's weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelUnsuitable
from models.features import FeatureSpec, Hits
from models.hashing import Keys, Positions

Blocks = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class SentenceVectors:
    """The same features counted and weighted sentence by sentence: entry ``i`` belongs to ``sentence[i]``.

    Entries are in the order of documents and, in these, of features.
    Marks of a whole document have the value 0: no sentence says them. ``entry[j]`` is that of known occurrence ``j``,
    ``owners`` the document of each sentence, as in ``Hits``.
    """

    sentence: Positions
    row: Positions
    value: NDArray[np.float64]
    count: Positions
    entry: Positions
    owners: Positions


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
    sentences: SentenceVectors

    def product(self, weights: NDArray[Any], count: int) -> NDArray[np.float64]:
        """What the features of each of ``count`` documents add up to, by ``weights`` (features by labels); documents by labels."""
        edges = np.searchsorted(self.document, np.arange(count + 1)).tolist()
        return summed(weights, self.row, self.value, edges)


def summed(
    weights: NDArray[Any], row: Positions, value: NDArray[np.float64], edges: Sequence[int]
) -> NDArray[np.float64]:
    """What the features between each edge and the next add up to, by ``weights`` (features by labels); stretches by labels.

    One by one: their weights stay in the processor's cache, and a product of whole batches would round a text otherwise in
    company than alone.
    """
    result = np.empty((len(edges) - 1, weights.shape[1]))
    for place, (low, high) in enumerate(pairwise(edges)):
        np.dot(value[low:high], weights.take(row[low:high], axis=0), out=result[place])
    return result


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
        known = np.flatnonzero(self._key.take(slots) == keys)
        return known, self._row.take(slots.take(known)).astype(np.int64)

    def vectors(self, hits: Hits, spec: FeatureSpec) -> Vectors:
        """The weighted features of a batch, document by document and sentence by sentence."""
        known, rows = self.find(hits.key)
        start, document = hits.start.take(known), hits.document.take(known)
        wholes = np.searchsorted(hits.owners, np.arange(len(hits.bounds)))
        # The sentence before a document's first character is the one for its marks as a whole.
        sentence: Positions = np.where(hits.end.take(known) > start, hits.sentence.take(start), wholes.take(document))
        longest = int(np.diff(wholes).max(initial=1))
        # One order serves both: by document and feature, and within these by sentence.
        order, begins, entry = _runs((document * len(self) + rows) * longest + (sentence - wholes.take(document)))
        chosen = order.take(begins)
        firsts, row = known.take(chosen), rows.take(chosen)
        sentence, document = sentence.take(chosen), document.take(chosen)
        count, block = np.diff(begins, append=len(order)), hits.block.take(firsts)
        value = self._weighted(row, count, sentence, block, len(hits.owners), spec)
        value[hits.end[firsts] == hits.start[firsts]] = 0.0
        by_sentence = SentenceVectors(sentence, row, value, count, entry, hits.owners)
        first = np.ones(len(row), np.bool_)
        first[1:] = (row[1:] != row[:-1]) | (document[1:] != document[:-1])
        begins, whole = np.flatnonzero(first), np.cumsum(first) - 1
        count = np.add.reduceat(count, begins) if len(begins) else count
        row, document = row.take(begins), document.take(begins)
        value = self._weighted(row, count, document, block.take(begins), len(hits.bounds) - 1, spec)
        return Vectors(document, row, value, count, whole.take(entry), known.take(order), by_sentence)

    def _weighted(
        self, row: Positions, count: Positions, holder: Positions, block: Blocks, holders: int, spec: FeatureSpec
    ) -> NDArray[np.float64]:
        """Values of features in documents or sentences; each block of a holder has its weight as length."""
        kinds = len(spec.weights)
        cell = holder * kinds + block
        value = (1.0 + np.log(count)) * self.idf.take(row)
        squares = np.bincount(cell, weights=value * value, minlength=holders * kinds)
        # A block without features is never asked for; the floor spares the division by zero.
        scale = np.tile(spec.weights, holders) / np.sqrt(np.maximum(squares, 1e-300))
        weighted: NDArray[np.float64] = value * scale.take(cell)
        return weighted


def _runs(keys: Positions) -> tuple[Positions, Positions, Positions]:
    """The order that sorts the keys, where in it each distinct key begins, and the run of each place in it."""
    bits = max(len(keys), 1).bit_length()
    if len(keys) and int(keys.max()) < 1 << (63 - bits):
        # Sorting numbers that carry their place is ten times as fast as sorting places.
        packed = np.sort((keys << bits) | np.arange(len(keys)))
        order, ordered = packed & ((1 << bits) - 1), packed >> bits
    else:
        order = np.argsort(keys, kind="stable")
        ordered = keys.take(order)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return order, np.flatnonzero(first), np.cumsum(first) - 1
