"""Whether a report begins as one that follows another: it names an earlier letter, tells what came of it, or turns to something else.

A second letter often names neither the man nor the sum of the first; that it is one stands in how it begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from corpora.lexicons import word_set
from triage.cases.compared import Compared

_BEGINNING, _MOST = 120, 3


class Sequel(NamedTuple):
    """How many expressions of each kind the first 120 characters hold, three at most."""

    earlier: int = 0
    outcome: int = 0
    another: int = 0


NO_SEQUEL = Sequel()


def sequel_of(text: str) -> Sequel:
    """What the beginning of a normalised text says."""
    head = text[:_BEGINNING]
    kinds = (word_set("earlier_letter"), word_set("what_came_of_it"), word_set("another_matter"))
    return Sequel(*(min(_MOST, sum(words in head for words in kind)) for kind in kinds))


def compare_sequels(pair: Compared, told: Sequence[tuple[date, Sequel]]) -> None:
    """Sets what the beginnings of two reports say, of the one received later (the first, where the days are the same) and of the other."""
    one, other = told
    later, first = (other[1], one[1]) if one[0] < other[0] else (one[1], other[1])
    for name, sequel in (("later", later), ("first", first)):
        pair.measure(f"{name}_earlier", sequel.earlier)
        pair.measure(f"{name}_outcome", sequel.outcome)
        pair.measure(f"{name}_another", sequel.another)
