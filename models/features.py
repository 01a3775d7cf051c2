"""Features of readings: hashed character n-grams, words, word pairs, the head of the text, and marks.

Every occurrence keeps the characters it came from, so that a linear model's arithmetic can be laid back onto the
text. The head is counted a second time because people name their matter in the title or the first clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.clauses import starts_of
from models.cues import Cues, cue_table, named_key
from models.errors import ModelUnsuitable
from models.hashing import Keys, Positions, Substrings, code_points, is_wordly, stir
from models.reading import Reading

BLOCKS = ("characters", "words", "head", "marks")
_CHARACTERS, _WORDS, _HEAD, _MARKS = range(4)
_WORD_SALT, _PAIR_SALT, _HEAD_SALT = 101, 102, 103
_NEWLINE = 10


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """What is counted, and the weight of each block; stored with a model so that reading repeats training.

    ``min_documents`` is the least number of training documents that a feature must stand in. The head is the first
    line where that has at most ``longest_title`` characters, else the first ``head_length`` characters; a block of
    weight 0 is not counted. ``cues`` are words that hint at a code; each counts as a mark of its code. Marks weigh
    little because a block is scaled to length one: with more, a text with one
    mark would be little else than that mark.
    """

    orders: tuple[int, ...] = (1, 2)
    min_documents: int = 5
    longest_title: int = 60
    head_length: int = 40
    characters: float = 1.0
    words: float = 0.8
    head: float = 0.0
    marks: float = 0.1
    cues: Cues = ()

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weights of the blocks in the order of ``BLOCKS``."""
        return np.array([self.characters, self.words, self.head, self.marks])

    def as_dict(self) -> dict[str, Any]:
        """The fields in plain types for a manifest."""
        cues = {code: list(words) for code, words in self.cues}
        return {**asdict(self), "orders": list(self.orders), "cues": cues}

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> FeatureSpec:
        """The spec that ``as_dict`` wrote."""
        cues = tuple((code, tuple(words)) for code, words in fields["cues"].items())
        return cls(**{**fields, "orders": tuple(fields["orders"]), "cues": cues})


@dataclass(frozen=True, slots=True)
class Hits:
    """Every occurrence of a feature in a batch.

    ``document`` counts readings, ``start`` and ``end`` are characters of the joined batch (equal for marks of a
    whole document), ``block`` indexes ``BLOCKS``. ``bounds`` has the joined start of each reading and the end of the
    last, ``word_starts`` the joined starts of all words. ``sentence`` is the sentence (a clause of ``models.clauses``) of each
    character and of the end of the batch, counted through the batch, ``owners`` the reading of each sentence; the first
    sentence of each reading holds no character, but the marks of the whole.
    """

    document: Positions
    start: Positions
    end: Positions
    key: Keys
    block: NDArray[np.int8]
    bounds: Positions
    word_starts: Positions
    sentence: Positions
    owners: Positions


@dataclass(slots=True)
class _Collected:
    """Parts of the arrays of ``Hits`` as they are found."""

    document: list[Positions]
    start: list[Positions]
    end: list[Positions]
    key: list[Keys]
    block: list[NDArray[np.int8]]

    def add(self, document: Positions, start: Positions, end: Positions, key: Keys, block: int) -> None:
        self.document.append(document)
        self.start.append(start)
        self.end.append(end)
        self.key.append(key)
        self.block.append(np.full(len(key), block, np.int8))


def extract(readings: Sequence[Reading], spec: FeatureSpec) -> Hits:
    """All feature occurrences of a batch.

    Raises:
        ModelUnsuitable: a reading's words do not tile its text, or a mark lies outside it.
    """
    points = code_points("".join([reading.text for reading in readings]))
    lengths = np.fromiter((len(reading.text) for reading in readings), np.int64, len(readings))
    bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
    owner = np.repeat(np.arange(len(readings)), lengths)
    word_starts, word_ends = _tiles(readings, lengths)
    substrings = Substrings(points)
    head_ends = _head_ends(points, bounds, spec)
    found = _Collected([], [], [], [], [])
    for order in spec.orders:
        if order <= len(owner):
            starts = np.flatnonzero(owner[order - 1 :] == owner[: len(owner) - order + 1])
            keys = substrings.ngrams(order)[starts]
            found.add(owner[starts], starts, starts + order, keys, _CHARACTERS)
            if order == 2 and spec.head:
                _add_head(found, head_ends)
    if len(word_starts):
        _add_words(found, substrings, word_starts, word_ends, points, owner)
        if spec.head:
            _add_head(found, head_ends)
    for starts, ends, keys in cue_table(spec.cues).find(substrings, owner):
        found.add(owner[starts], starts, ends, keys, _MARKS)
    _add_marks(found, readings, bounds)
    return Hits(
        np.concatenate(found.document),
        np.concatenate(found.start),
        np.concatenate(found.end),
        np.concatenate(found.key),
        np.concatenate(found.block),
        bounds,
        word_starts,
        *_sentences(readings, owner, bounds),
    )


def _tiles(readings: Sequence[Reading], lengths: Positions) -> tuple[Positions, Positions]:
    """Joined starts and ends of all words; refuses words that do not add up, as every offset after them is wrong."""
    sizes = np.fromiter(map(len, chain.from_iterable([reading.words for reading in readings])), np.int64)
    ends = np.cumsum(sizes)
    last = np.cumsum(np.fromiter((len(reading.words) for reading in readings), np.int64, len(readings)))
    tiled = np.concatenate((np.zeros(1, np.int64), ends))[last]
    if not np.array_equal(tiled, np.cumsum(lengths)):
        place = int(np.flatnonzero(tiled != np.cumsum(lengths))[0])
        raise ModelUnsuitable(f"The words of reading {place} of the batch do not add up to its text.")
    full = sizes > 0
    return (ends - sizes)[full], ends[full]


def _sentences(readings: Sequence[Reading], owner: Positions, bounds: Positions) -> tuple[Positions, Positions]:
    """``Hits.sentence`` and ``Hits.owners``."""
    first = np.zeros(len(owner), np.bool_)
    starts = [starts_of(reading.text) for reading in readings]
    counts = [len(own) for own in starts]
    places = np.fromiter(chain.from_iterable(starts), np.int64, sum(counts)) + np.repeat(bounds[:-1], counts)
    first[places] = True
    sentence = np.cumsum(first) + owner
    sizes = np.bincount(owner[first], minlength=len(bounds) - 1) + 1
    return np.append(sentence, 0), np.repeat(np.arange(len(sizes)), sizes)


def _head_ends(points: NDArray[np.uint32], bounds: Positions, spec: FeatureSpec) -> Positions:
    """Joined end of each reading's head."""
    breaks = np.append(np.flatnonzero(points == _NEWLINE), np.iinfo(np.int64).max)
    line = breaks[np.searchsorted(breaks, bounds[:-1])]
    titled = (line > bounds[:-1]) & (line - bounds[:-1] <= spec.longest_title) & (line < bounds[1:])
    return np.where(titled, line, np.minimum(bounds[:-1] + spec.head_length, bounds[1:]))


def _add_head(found: _Collected, head_ends: Positions) -> None:
    """Count what was added last once more where it stands in the head."""
    document, start, end, key = found.document[-1], found.start[-1], found.end[-1], found.key[-1]
    inside = np.flatnonzero(end <= head_ends[document])
    found.add(document[inside], start[inside], end[inside], stir(key[inside], _HEAD_SALT), _HEAD)


def _add_words(
    found: _Collected,
    substrings: Substrings,
    starts: Positions,
    ends: Positions,
    points: NDArray[np.uint32],
    owner: Positions,
) -> None:
    """Pairs of words that follow each other with nothing between, and then the words, punctuation left out."""
    wordly = np.flatnonzero(is_wordly(points[starts]))
    starts, ends = starts[wordly], ends[wordly]
    documents = owner[starts]
    keys = substrings.between(starts, ends, _WORD_SALT)
    near = np.flatnonzero((wordly[1:] - wordly[:-1] == 1) & (documents[1:] == documents[:-1]))
    pairs = stir(keys[near] ^ (keys[near + 1] << np.uint64(1)), _PAIR_SALT)
    found.add(documents[near], starts[near], ends[near + 1], pairs, _WORDS)
    found.add(documents, starts, ends, keys, _WORDS)


@lru_cache(maxsize=4096)
def _mark_key(code: str) -> int:
    return named_key(f"mark:{code}")


def _add_marks(found: _Collected, readings: Sequence[Reading], bounds: Positions) -> None:
    marks = list(chain.from_iterable([reading.marks for reading in readings]))
    counts = np.fromiter((len(reading.marks) for reading in readings), np.int64, len(readings))
    holder = np.repeat(np.arange(len(readings)), counts)
    keys = np.array([_mark_key(mark.code) for mark in marks], np.uint64)
    starts = np.array([mark.start for mark in marks], np.int64) + bounds[holder]
    ends = np.array([mark.end for mark in marks], np.int64) + bounds[holder]
    outside = np.flatnonzero((starts < bounds[holder]) | (ends < starts) | (ends > bounds[holder + 1]))
    if len(outside):
        raise ModelUnsuitable(f"A mark of reading {int(holder[outside[0]])} of the batch lies outside its text.")
    found.add(holder, starts, ends, keys, _MARKS)
