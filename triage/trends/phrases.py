"""Which words and pairs of words a month's letters have that those of the months before had seldom.

Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn, "Fightin' Words", 2008): the prior of a term is
its share in both sets of letters, worth a tenth of them, and the difference is told in standard deviations. A case counts
once, so that a letter sent a hundred times makes no phrase.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

LEAST_SCORE = 3.0
_PRIOR_SHARE = 0.1
RARE = 1 / 3
"""A term is new where its share before was at most this part of its share now."""
Term = tuple[str, ...]


@dataclass(slots=True)
class Letters:
    """Terms of letters by the number of cases that have them."""

    terms: Counter[Term] = field(default_factory=Counter)
    cases: int = 0
    _seen: dict[str, set[Term]] = field(default_factory=dict)

    def add(self, case: str, terms: Iterable[Term]) -> None:
        """Takes up a letter of a case: its terms."""
        found = set(terms)
        before = self._seen.get(case)
        if before is None:
            self.cases += 1
        new = found if before is None else found - before
        self.terms.update(new)
        self._seen[case] = new if before is None else before | new


@dataclass(frozen=True, slots=True)
class Phrase:
    """A term of ``now`` cases of this month and ``before`` cases of the months before, and its score."""

    words: Term
    now: int
    before: int
    score: float


def new_phrases(now: Letters, before: Letters, support: int, most: int) -> list[Phrase]:
    """The terms that stand out, the strongest first; a word that stands in a stronger pair is told with that alone.

    Args:
        now: the letters of the month.
        before: those of the months before.
        support: the least number of cases.
        most: how many are told.
    """
    sizes = sum(now.terms.values()), sum(before.terms.values())
    if not all(sizes):
        return []
    found = [
        Phrase(words, number, before.terms[words], _score(number, before.terms[words], *sizes))
        for words, number in now.terms.items()
        if number >= support and before.terms[words] / before.cases <= RARE * number / now.cases
    ]
    told: list[Phrase] = []
    for one in sorted(found, key=lambda phrase: (-round(phrase.score, 6), -len(phrase.words), phrase.words)):
        if one.score < LEAST_SCORE or len(told) == most:
            break
        if not any(set(one.words) & set(other.words) for other in told):
            told.append(one)
    return told


def _score(now: int, before: int, size_now: int, size_before: int) -> float:
    prior = _PRIOR_SHARE * (now + before)
    whole = _PRIOR_SHARE * (size_now + size_before)
    odds = [
        math.log((number + prior) / (size + whole - number - prior))
        for number, size in ((now, size_now), (before, size_before))
    ]
    return (odds[0] - odds[1]) / math.sqrt(1 / (now + prior) + 1 / (before + prior))


def terms_of(runs: Iterable[tuple[str, ...]]) -> Iterator[Term]:
    """The words, and the pairs of them, of a letter's runs of neighbouring words."""
    for run in runs:
        yield from ((word,) for word in run)
        yield from pairwise(run)
