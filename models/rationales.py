"""Passages that people marked as telling a label, laid onto the clauses of texts.

What a text is labelled with says little of which of its clauses says it; a learner that is shown the passage as well
(annotator rationales, Zaidan, Eisner and Piatko 2007) needs far fewer texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.clauses import clause_starts
from models.linear import UNKNOWN, Targets

Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]

_LEAST_SHARED = 8
"""Characters that a clause shares with a passage, if it is to tell what that tells; fewer do where either is shorter."""


@dataclass(frozen=True, slots=True)
class Rationales:
    """Passages of texts.

    ``marked`` has an element for each text: whether somebody marked in it all that tells its labels. ``columns`` are the
    labels (and flags) for which passages are marked at all. ``passages`` has a row for each: text, column, start and end in
    characters.
    """

    marked: Flags
    columns: Positions
    passages: Positions

    def part(self, some: Positions) -> Rationales:
        """Those of some of the texts, which are numbered anew."""
        place = np.full(len(self.marked), -1)
        place[some] = np.arange(len(some))
        kept = self.passages[place[self.passages[:, 0]] >= 0]
        kept[:, 0] = place[kept[:, 0]]
        return Rationales(self.marked[some], self.columns, kept)

    def of_clauses(self, texts: Sequence[str], labels: int) -> tuple[Targets, Positions]:
        """What each clause of the texts tells (clauses by ``labels``), and how many clauses each text has.

        1 where a clause shares a passage, 0 where it shares none, -1 where nobody marked.
        """
        starts = [np.array(clause_starts(text) if text else (), np.int64) for text in texts]
        counts = np.array([len(own) for own in starts], np.int64)
        firsts = np.cumsum(counts) - counts
        told = np.full((int(counts.sum()), labels), UNKNOWN, np.int8)
        told[np.ix_(np.repeat(self.marked, counts), self.columns)] = 0
        for text, column, start, end in self.passages.tolist():
            own = starts[text]
            ends = np.append(own[1:], len(texts[text]))
            shared = np.minimum(ends, end) - np.maximum(own, start)
            enough = shared >= np.minimum(np.minimum(ends - own, end - start), _LEAST_SHARED)
            told[firsts[text] + np.flatnonzero(enough & (shared > 0)), column] = 1
        return told, counts
