"""Passages that people marked as telling a label, laid onto the clauses of texts.

What a text is labelled with says little of which of its clauses says it; a learner that is shown the passage as well
(annotator rationales, Zaidan, Eisner and Piatko 2007) needs far fewer texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.clauses import starts_of
from models.linear import UNKNOWN, Targets

Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]

_LEAST_SHARED = 8
"""A clause tells what a passage tells if they share so many characters, or all of the shorter of the two."""


@dataclass(frozen=True, slots=True)
class Rationales:
    """Passages of texts.

    ``marked`` (texts by labels and flags) is true where somebody marked all that tells the label in the text, or said that nothing
    does. ``passages`` has a row for each: text, column, start and end in characters.
    """

    marked: Flags
    passages: Positions

    def part(self, some: Positions) -> Rationales:
        """Those of some of the texts, which are numbered anew."""
        place = np.full(len(self.marked), -1)
        place[some] = np.arange(len(some))
        kept = self.passages[place[self.passages[:, 0]] >= 0]
        kept[:, 0] = place[kept[:, 0]]
        return Rationales(self.marked[some], kept)

    def of_clauses(self, texts: Sequence[str]) -> tuple[Targets, Positions]:
        """What the clauses of all texts tell, clauses by labels, and how many clauses each text has; an empty one has none.

        1 where a clause shares enough of a passage, 0 where no passage, -1 where nobody marked the label in the text. A passage
        that no clause shares enough of is told by the one that shares most.
        """
        starts = [np.array(starts_of(text), np.int64) for text in texts]
        counts = np.array([len(own) for own in starts], np.int64)
        firsts = np.cumsum(counts) - counts
        told = np.where(np.repeat(self.marked, counts, axis=0), 0, UNKNOWN).astype(np.int8)
        for text, column, start, end in self.passages.tolist():
            own = starts[text]
            ends = np.append(own[1:], len(texts[text]))
            shared = np.minimum(ends, end) - np.maximum(own, start)
            enough = shared >= np.minimum(np.minimum(ends - own, end - start), _LEAST_SHARED)
            telling = np.flatnonzero(enough & (shared > 0))
            told[firsts[text] + (telling if len(telling) else shared.argmax()), column] = 1
        return told, counts
