"""Schemes of a month: newly risen terms that several letters share although they are not one case.

* A term has risen where at least ``LEAST_VOICES`` letters that speak for themselves have it, its share before was at most a
  third of its share now, and the chance that so many of all that have it are of this month is small: a binomial tail, with
  the false discovery rate over all terms tested held at ``RATE`` (Benjamini and Hochberg).
* Risen terms come together by agglomeration, the two nearest groups first: how near is the mean share of letters that two
  terms have in common (Jaccard, average linkage), and it stops below ``STOP``.
* A group is a scheme where it has at least ``LEAST_TERMS`` terms without a common word, where at least ``LEAST_VOICES`` letters
  that speak for themselves bear two of these and more, and where such letters, too, are more than the months before let expect.

Not more than ``_MOST_TERMS`` terms are grouped, so that time and memory grow with the letters alone. The order of letters
does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from triage.trends.independent import Letter, voices
from triage.trends.phrases import RARE, Term

LEAST_VOICES, LEAST_TERMS, MOST_TERMS = 3, 3, 6
BEARING = 2
"""How many telling terms make a letter one of the scheme's."""
RATE, SURE, STOP = 0.05, 0.001, 0.2
_MOST_TERMS, _SAME_LETTERS = 200, 0.5
_Voices = Sequence[tuple[Letter, ...]]
_Real = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A group of terms and the letters of the month that bear it.

    ``voices`` are its letters by who speaks for himself; ``before`` and ``first`` tell how many such voices the months
    before had, and the first day of all.
    """

    terms: tuple[Term, ...]
    voices: tuple[tuple[Letter, ...], ...]
    before: int
    first: str
    chance: float

    @property
    def letters(self) -> tuple[Letter, ...]:
        """All its letters of the month."""
        return tuple(letter for group in self.voices for letter in group)


@dataclass(frozen=True, slots=True)
class Found:
    """The schemes, the strongest first, out of so many letters that speak for themselves."""

    schemes: tuple[Scheme, ...]
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class _Risen:
    term: Term
    chance: float


def schemes_of(now: Iterable[Letter], before: Iterable[Letter], most: int) -> Found:
    """The schemes of a month, at most so many.

    Args:
        now: letters of the month.
        before: letters of the months before.
        most: how many are told.
    """
    of_now, of_before = voices(now), voices(before)
    told: list[Scheme] = []
    if of_now and of_before:
        grouped = _grouped(_risen(of_now, of_before), of_now)
        made = [one for group in grouped if (one := _scheme(group, of_now, of_before)) is not None]
        for scheme in sorted(made, key=lambda one: (round(np.log(one.chance), 6), one.terms)):
            if len(told) < most and not any(_mostly_in(scheme, other) for other in told):
                told.append(scheme)
    return Found(tuple(told), len(of_now), len(of_before))


def _risen(now: _Voices, before: _Voices) -> list[_Risen]:
    counts, past = _counts(now), _counts(before)
    tested = sorted(term for term, number in counts.items() if number >= LEAST_VOICES)
    if not tested:
        return []
    many = np.array([counts[term] for term in tested], dtype=float)
    seldom = np.array([past[term] for term in tested], dtype=float)
    chances = _tail(many, seldom, len(now), len(before))
    order = np.argsort(chances, kind="stable")
    passed = np.flatnonzero(chances[order] <= RATE * np.arange(1, len(tested) + 1) / len(tested))
    last = passed[-1] + 1 if len(passed) else 0
    rare = seldom / len(before) <= RARE * many / len(now)
    return [_Risen(tested[at], float(chances[at])) for at in order[:last] if rare[at]][:_MOST_TERMS]


def _counts(groups: _Voices) -> Counter[Term]:
    counts: Counter[Term] = Counter()
    for group in groups:
        counts.update(group[0].terms if len(group) == 1 else {term for letter in group for term in letter.terms})
    return counts


def _tail(many: _Real, seldom: _Real, now: int, before: int) -> _Real:
    """The chance that at least so many of ``many + seldom`` lie in this month, were they spread evenly over all."""
    chances: _Real = np.maximum(betainc(many, seldom + 1, now / (now + before)), 1e-300)
    return chances


def _grouped(risen: Sequence[_Risen], now: _Voices) -> list[list[_Risen]]:
    if not risen:
        return []
    at = {one.term: row for row, one in enumerate(risen)}
    has = np.zeros((len(risen), len(now)), dtype=np.float32)
    for column, group in enumerate(now):
        rows = [at[term] for letter in group for term in letter.terms if term in at]
        has[rows, column] = 1
    both = (has @ has.T).astype(float)
    alone = both.diagonal()
    near = both / (alone[:, None] + alone[None, :] - both)
    np.fill_diagonal(near, -1.0)
    groups: list[list[_Risen]] = [[one] for one in risen]
    while len(groups) > 1:
        first, second = sorted(map(int, np.unravel_index(np.argmax(near.round(9)), near.shape)))
        if near[first, second] < STOP:
            break
        near = _joined(near, first, second, len(groups[first]), len(groups[second]))
        groups[first] += groups.pop(second)
    return groups


def _joined(near: _Real, first: int, second: int, many: int, more: int) -> _Real:
    """Means over the pairs of two groups that are one from now on."""
    row = (many * near[first] + more * near[second]) / (many + more)
    near[first], near[:, first] = row, row
    near[first, first] = -1.0
    return np.delete(np.delete(near, second, 0), second, 1)


def _scheme(group: Sequence[_Risen], now: _Voices, before: _Voices) -> Scheme | None:
    terms = _telling(group)
    if len(terms) < LEAST_TERMS:
        return None
    bearing, past = _bearing(now, terms), _bearing(before, terms)
    many, seldom = len(bearing), len(past)
    if many < LEAST_VOICES or seldom / len(before) > RARE * many / len(now):
        return None
    chance = float(_tail(np.array([many], dtype=float), np.array([seldom], dtype=float), len(now), len(before))[0])
    if chance > SURE:
        return None
    first = min(letter.day for voice in (*bearing, *past) for letter in voice)
    return Scheme(terms, tuple(bearing), seldom, first, chance)


def _telling(group: Sequence[_Risen]) -> tuple[Term, ...]:
    """The strongest terms without a common word; of equally strong ones a word before a pair."""
    told: list[Term] = []
    for one in sorted(group, key=lambda risen: (round(np.log(risen.chance), 6), len(risen.term), risen.term)):
        if len(told) < MOST_TERMS and not any(set(one.term) & set(other) for other in told):
            told.append(one.term)
    return tuple(told)


def _bearing(groups: _Voices, terms: Sequence[Term]) -> list[tuple[Letter, ...]]:
    wanted = frozenset(terms)
    borne = (tuple(one for one in group if len(wanted.intersection(one.terms)) >= BEARING) for group in groups)
    return [group for group in borne if group]


def _mostly_in(scheme: Scheme, other: Scheme) -> bool:
    known = {letter.report for letter in other.letters}
    shared = sum(any(letter.report in known for letter in group) for group in scheme.voices)
    return shared > _SAME_LETTERS * len(scheme.voices)
