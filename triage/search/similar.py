"""How alike two texts are, and what they share: rare words and passages of the same letters.

In: texts and in how many reports each word stands; out: likenesses from 0 to 1 with what a person can check.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triage.text.normalise import normalise
from triage.text.segment import Segmenter

MOST_WORDS = 48
"""So many of a report's rarest words are looked up."""
MOST_COMPARED = 60
"""So many reports are opened and compared."""
MOST_CHARS = 20_000
"""So many characters of a text are compared: sixty of the longest letters would take a minute."""
LEAST = 0.07
"""Reports less alike than this are not similar."""
_PASSAGE = 8
_LATIN_PASSAGE = 24
_MOST_PASSAGES = 3
_MOST_SHARED = 6
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Likeness:
    """``similarity`` from 0 to 1 (1: the same words), the rarest shared words, and shared passages of the other text."""

    similarity: float
    words: tuple[str, ...]
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weigher:
    """Weighs words by how few of ``reports`` hold them; ``counts`` tells in how many each stands."""

    counts: Mapping[str, int]
    reports: int

    def weight(self, word: str) -> float:
        """The logarithm of how few reports hold a word, never below 0."""
        return math.log((1 + self.reports) / (1 + self.counts.get(word, 0))) if self.reports else 0.0

    def rarest(self, words: Iterable[str]) -> list[str]:
        """Words that at least one other report holds, the rarest first, no more than ``MOST_WORDS``."""
        known = [word for word in set(words) if self.counts.get(word, 0) > 1]
        return sorted(known, key=lambda word: (self.counts[word], word))[:MOST_WORDS]

    def likeness(self, mine: frozenset[str], theirs: frozenset[str]) -> float:
        """The cosine of two sets of words by weight."""
        if mine == theirs:
            return 1.0 if mine else 0.0
        shared = sum(self.weight(word) ** 2 for word in mine & theirs)
        whole = math.sqrt(self._square(mine) * self._square(theirs))
        return shared / whole if whole else 0.0

    def _square(self, words: frozenset[str]) -> float:
        return sum(self.weight(word) ** 2 for word in words)


def words_of(text: str, segmenter: Segmenter) -> frozenset[str]:
    """The words of a text as an index holds them, single characters left out."""
    plain = normalise(text[:MOST_CHARS]).text
    return frozenset(word for word in segmenter.cut(plain) if len(word) > 1 and word[0].isalnum())


def compare(one: str, other: str, weigher: Weigher, segmenter: Segmenter) -> Likeness:
    """How alike ``other`` is to ``one``."""
    mine, theirs = words_of(one, segmenter), words_of(other, segmenter)
    passages = shared_passages(one, other)
    plain = normalise("\n".join(passages)).text
    rare = sorted(mine & theirs, key=lambda word: (-weigher.weight(word), word))
    words = tuple(word for word in rare if word not in plain and weigher.weight(word) > 0)
    return Likeness(round(min(1.0, weigher.likeness(mine, theirs)), 3), words[:_MOST_SHARED], passages)


def shared_passages(one: str, other: str) -> tuple[str, ...]:
    """The longest passages of ``other`` that stand in ``one`` letter for letter, as written in ``other``."""
    mine, theirs = normalise(one[:MOST_CHARS]).text, normalise(other[:MOST_CHARS])
    # The first place of each piece of eight characters; a passage is followed from there
    heads = {mine[at : at + _PASSAGE]: at for at in range(len(mine) - _PASSAGE, -1, -1)}
    found: list[tuple[int, int]] = []
    at, text = 0, theirs.text
    while at + _PASSAGE <= len(text):
        start = heads.get(text[at : at + _PASSAGE])
        if start is None:
            at += 1
            continue
        length, most = _PASSAGE, min(_LONGEST_SHOWN, len(text) - at, len(mine) - start)
        while length < most and text[at + length] == mine[start + length]:
            length += 1
        if _counts(text[at : at + length]):
            found.append((at, at + length))
        at += length
    longest = sorted(found, key=lambda span: (span[0] - span[1], span[0]))[:_MOST_PASSAGES]
    spans = (theirs.span(start, end) for start, end in sorted(longest))
    return tuple(other[start:end].strip() for start, end in spans)


def _counts(passage: str) -> bool:
    """Whether a passage is long enough to say something: eight characters, or some words of an alphabet."""
    return not passage.strip().isascii() or len(passage.strip()) >= _LATIN_PASSAGE
