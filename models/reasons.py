"""A linear model's arithmetic laid back onto the text.

What an occurrence adds to a logit is shared evenly among its characters; characters are summed to words, and
neighbouring words of the same sign that matter are joined to a span. What the shown spans leave is the rest. To what
an occurrence adds in the document comes what it adds in its sentence, times that sentence's share in the logit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.features import Hits
from models.hashing import Positions
from models.vocabulary import Vectors

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

SHOWN = 8
"""Spans that are shown for one label of one text."""
_LEAST = 0.15
"""A word matters from this share of the weightiest word's weight on."""


class SpanWeight(NamedTuple):
    """What the characters ``start`` to ``end`` of the reading's text add to a logit; a tuple, as texts have dozens."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A logit taken apart: bias + document + the spans' weights + rest.

    ``document`` is what marks of the whole document, the pooling of its sentences and the second look add, ``rest``
    what all characters outside the spans add.
    """

    bias: float
    document: float
    spans: tuple[SpanWeight, ...]
    rest: float

    @property
    def logit(self) -> float:
        """The logit before calibration."""
        return self.bias + self.document + sum(span.weight for span in self.spans) + self.rest


@dataclass(frozen=True, slots=True)
class Weights:
    """What a linear model adds for features.

    ``table`` (labels by features by two or three) holds side by side, so that one look fetches them, what a feature adds in the
    document, what it adds in a sentence, and, where another form of texts has been learned, what comes to the first in a text
    wholly of that form; ``form`` is how far each document is of it. Sentences count by ``shares``
    (sentences of the batch by labels); ``beside`` is what else comes to each document's logits. The second look
    scales all that by ``own`` (an element for each label) and comes with ``added`` (documents by labels).
    """

    table: Singles
    shares: Floats
    beside: Floats
    own: Floats
    added: Floats
    form: Floats


@dataclass(frozen=True, slots=True)
class Laid:
    """Weights of words on one long axis on which each asked pair has its own stretch of characters.

    ``weight[i]`` is the weight of the word of pair ``pair[i]`` at characters ``start[i]`` to ``end[i]`` of its text.
    """

    pair: Positions
    start: Positions
    end: Positions
    weight: Floats
    document: Floats


def explain(
    hits: Hits, vectors: Vectors, weights: Weights, bias: Floats, documents: Positions, labels: Positions
) -> list[Explanation]:
    """One explanation for each asked pair of a document of the batch and a label."""
    if not len(documents):
        return []
    laid = lay(hits, vectors, weights, documents, labels)
    total = np.bincount(laid.pair, weights=laid.weight, minlength=len(documents))
    pairs, starts, ends, sums = _joined(laid)
    shown = np.bincount(pairs, weights=sums, minlength=len(documents))
    edges = np.searchsorted(pairs, np.arange(len(documents) + 1)).tolist()
    spans = list(map(SpanWeight, starts.tolist(), ends.tolist(), sums.tolist()))
    parts = zip(bias[labels].tolist(), laid.document.tolist(), (total - shown).tolist(), edges, edges[1:], strict=False)
    return [Explanation(base, whole, tuple(spans[low:high]), rest) for base, whole, rest, low, high in parts]


def _ranges(begins: Positions, sizes: Positions) -> Positions:
    """The ranges ``begins[i]`` to ``begins[i] + sizes[i]``, one after another."""
    spread: Positions = np.repeat(begins - (np.cumsum(sizes) - sizes), sizes)
    spread += np.arange(len(spread))
    return spread


def lay(hits: Hits, vectors: Vectors, weights: Weights, documents: Positions, labels: Positions) -> Laid:
    """What each word of each asked text adds."""
    count = len(documents)
    begin, end = hits.start.take(vectors.hit), hits.end.take(vectors.hit)
    edges = np.searchsorted(vectors.document.take(vectors.entry), np.arange(len(hits.bounds)))
    sizes = edges[documents + 1] - edges[documents]
    known = _ranges(edges[documents], sizes)
    asked = np.repeat(np.arange(count), sizes)
    added = _added(vectors, weights, np.maximum(end - begin, 1), known, np.repeat(labels, sizes), documents.take(asked))
    whole = np.flatnonzero((begin == end).take(known))
    own = weights.own.take(labels)
    document = np.bincount(asked[whole], weights=added[whole], minlength=count) + weights.beside[documents, labels]
    document = document * own + weights.added[documents, labels]
    lengths = (hits.bounds[documents + 1] - hits.bounds[documents]) + 1
    origin = np.cumsum(lengths) - lengths
    shift = np.repeat(origin - hits.bounds[documents], sizes)
    # A mark of a whole document is added and taken away at the same place.
    slope = np.bincount(begin.take(known) + shift, weights=added, minlength=int(lengths.sum()))
    slope -= np.bincount(end.take(known) + shift, weights=added, minlength=int(lengths.sum()))
    word_edges = np.searchsorted(hits.word_starts, hits.bounds)
    words = word_edges[documents + 1] - word_edges[documents]
    chosen = _ranges(word_edges[documents], words)
    holder = np.repeat(np.arange(count), words)
    starts = hits.word_starts.take(chosen)
    places = starts + np.repeat(origin - hits.bounds[documents], words)
    weight = np.add.reduceat(np.cumsum(slope), places) * own.take(holder) if len(places) else np.zeros(0)
    stop = np.append(hits.word_starts, hits.bounds[-1]).take(chosen + 1)
    base = np.repeat(hits.bounds[documents], words)
    return Laid(holder, starts - base, stop - base, weight, document)


def _added(
    vectors: Vectors, weights: Weights, lengths: Positions, known: Positions, labels: Positions, documents: Positions
) -> Floats:
    """What each of the ``known`` occurrences adds, by character, to the logit of the label beside it.

    ``take`` along flat arrays, which costs two thirds of what brackets do: this is the hottest path of reading.
    """
    by_sentence, (_, features, kinds) = vectors.sentences, weights.table.shape
    cell = vectors.row.take(vectors.entry).take(known) + labels * features
    share = (vectors.value / vectors.count).take(vectors.entry) / lengths
    own = (by_sentence.value / by_sentence.count).take(by_sentence.entry) / lengths
    said = by_sentence.sentence.take(by_sentence.entry).take(known) + labels * len(weights.shares)
    told = weights.table.reshape(-1, kinds).take(cell, axis=0)
    words = told[:, 0].astype(np.float64)
    if kinds > 2:
        words += told[:, 2] * weights.form.take(documents)
    added: Floats = words * share.take(known)
    added += weights.shares.T.ravel().take(said) * own.take(known) * told[:, 1]
    return added


def _joined(laid: Laid) -> tuple[Positions, Positions, Positions, Floats]:
    """Pair, start, end and weight of the shown spans, by pair and place."""
    if not len(laid.pair):
        return laid.pair, laid.start, laid.end, laid.weight
    size = np.abs(laid.weight)
    firsts = np.flatnonzero(np.diff(laid.pair, prepend=-1))
    largest = np.repeat(np.maximum.reduceat(size, firsts), np.diff(firsts, append=len(size)))
    sign = np.where(size >= _LEAST * largest, np.sign(laid.weight), 0).astype(np.int64)
    begins = np.flatnonzero((np.diff(sign, prepend=9) != 0) | (np.diff(laid.pair, prepend=-1) != 0))
    lasts = np.append(begins[1:], len(sign)) - 1
    sums = np.add.reduceat(laid.weight, begins)
    matter = np.flatnonzero(sign[begins])
    order = matter[np.lexsort((-np.abs(sums[matter]), laid.pair[begins[matter]]))]
    pairs = laid.pair[begins[order]]
    place = np.arange(len(order)) - np.searchsorted(pairs, pairs)
    kept = np.sort(order[place < SHOWN])
    return laid.pair[begins[kept]], laid.start[begins[kept]], laid.end[lasts[kept]], sums[kept]
