"""How far people and machine agree, estimated for all reports from the drawn ones.

The drawn reports of a part of the reports (a stratum, and in it what the machine says of refer and urgent) stand for all
reports of that part: each decision counts with the number of reports over the number of decided ones (post-stratified; Holt
and Smith, 1979). So neither strata that were drawn more often nor what people decide first, such as proposals to
investigators, weigh more than they are. A part without a decision is stood for by the others of its stratum of which the
machine says the same, and these by those of other strata. Where nothing is decided of what the machine would refer, or of
what it would not, nothing is told of all reports. Within a part decisions are taken to be as good as drawn. Reports that were
not drawn, which somebody chose to look at, are told apart and estimate nothing. The intervals are Wilson's at 95 %, on the
number of equally weighted reports that would tell as much (Kish, 1965).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from triage.model import Ruling
from triage.review.sampling import STRATA, Stratum
from triage.store import Answered, StratumCount

_Part = tuple[str, bool, bool]
"""A stratum, and what the machine says of refer and of urgent in it."""
_REFER, _URGENT = 1, 2
_Z = 1.959964
FEW_ROWS = 30
"""Below this number of reports a share says little."""


@dataclass(frozen=True, slots=True)
class Rate:
    """An estimated share with its interval; ``rows`` reports tell it. All are None where no report does."""

    share: float | None
    low: float | None
    high: float | None
    rows: int

    @property
    def is_weak(self) -> bool:
        """Whether too few reports tell it to rely on."""
        return self.rows < FEW_ROWS


@dataclass(frozen=True, slots=True)
class StratumFigures:
    """One stratum: its reports, how many were drawn and decided, and of these how many readings were confirmed."""

    stratum: str
    share: float | None
    reports: int
    drawn: int
    decided: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Figures of agreement; the rates are estimates for all reports, and ``chosen`` decisions are in none of them."""

    refer_recall: Rate
    refer_precision: Rate
    urgent_recall: Rate
    urgent_precision: Rate
    same_categories: Rate
    decided: int
    rejected: int
    chosen: int
    strata: tuple[StratumFigures, ...]


def agreement(answers: Sequence[Answered], counts: Iterable[StratumCount]) -> Agreement:
    """The figures from decisions and the sizes of the strata; where no size is told, a decision stands for one over its share."""
    counts = list(counts)
    drawn = [one for one in answers if one.review.share]
    told = [one for one in drawn if one.review.decision is not Ruling.REJECT]
    by_refer, by_urgent = _Weights(drawn, counts, _REFER), _Weights(drawn, counts, _URGENT)
    return Agreement(
        refer_recall=by_refer.rate(told, lambda one: bool(one.review.refer), lambda one: one.refer),
        refer_precision=by_refer.rate(told, lambda one: one.refer, lambda one: bool(one.review.refer), within=True),
        urgent_recall=by_urgent.rate(told, lambda one: bool(one.review.urgent), lambda one: one.urgent),
        urgent_precision=by_urgent.rate(told, lambda one: one.urgent, lambda one: bool(one.review.urgent), within=True),
        same_categories=by_refer.rate(drawn, lambda _: True, _same_categories),
        decided=len(answers),
        rejected=sum(one.review.decision is Ruling.REJECT for one in answers),
        chosen=len(answers) - len(drawn),
        strata=tuple(_strata(counts, drawn)),
    )


def _same_categories(one: Answered) -> bool:
    return one.review.decision is not Ruling.REJECT and set(one.review.categories) == set(one.categories)


def _strata(counts: Sequence[StratumCount], drawn: Sequence[Answered]) -> Iterator[StratumFigures]:
    """The strata, their parts taken together."""
    for name in dict.fromkeys(count.stratum for count in counts):
        parts = [count for count in counts if count.stratum == name]
        own = [one.review for one in drawn if one.review.stratum == name]
        yield StratumFigures(
            name,
            STRATA.get(Stratum(name)) if name in set(Stratum) else None,
            sum(part.reports for part in parts),
            sum(part.drawn for part in parts),
            sum(part.decided for part in parts),
            sum(review.decision is Ruling.CONFIRM for review in own),
        )


class _Weights:
    """For how many reports each decided one stands; ``flag`` is the place in a part of what the machine says and is asked about."""

    def __init__(self, drawn: Sequence[Answered], counts: Sequence[StratumCount], flag: int) -> None:
        sizes = Counter[_Part]()
        for count in counts:
            if count.refer is not None and count.urgent is not None:
                sizes[count.stratum, count.refer, count.urgent] += count.reports
        decided = Counter(_part(one) for one in drawn)
        self._weights = {part: sizes[part] / number for part, number in decided.items() if sizes[part]}
        self._stand_in(sizes, decided, lambda part: (part[0], part[flag]))
        self._stand_in(sizes, decided, lambda part: part[flag])
        self._all_told = {part[flag] for part in sizes if sizes[part]} <= {part[flag] for part in self._weights}

    def _stand_in(self, sizes: Counter[_Part], decided: Counter[_Part], alike: Callable[[_Part], Hashable]) -> None:
        """Raises the weights until the decided parts stand for those that are alike too."""
        whole = Counter[Hashable]()
        for part, number in sizes.items():
            whole[alike(part)] += number
        told: defaultdict[Hashable, float] = defaultdict(float)
        for part, weight in self._weights.items():
            told[alike(part)] += weight * decided[part]
        for part in self._weights:
            self._weights[part] *= whole[alike(part)] / told[alike(part)]

    def rate(
        self,
        answers: Iterable[Answered],
        counts: Callable[[Answered], bool],
        holds: Callable[[Answered], bool],
        *,
        within: bool = False,
    ) -> Rate:
        """The weighted share of those that count for which it holds; ``within`` what the machine says, or of all reports."""
        weighed = [(self._weight(one), holds(one)) for one in answers if counts(one)]
        if not weighed or not (within or self._all_told):
            return Rate(None, None, None, 0)
        total = sum(weight for weight, _ in weighed)
        share = sum(weight for weight, held in weighed if held) / total
        low, high = interval(share, total**2 / sum(weight**2 for weight, _ in weighed))
        return Rate(round(share, 4), round(low, 4), round(high, 4), len(weighed))

    def _weight(self, one: Answered) -> float:
        return self._weights.get(_part(one), 1.0 / (one.review.share or 1.0))


def _part(one: Answered) -> _Part:
    return one.review.stratum, one.refer, one.urgent


def interval(share: float, rows: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share that was seen in so many rows."""
    if rows <= 0:
        return 0.0, 1.0
    squared = _Z**2 / rows
    middle = (share + squared / 2) / (1 + squared)
    half = _Z * math.sqrt(share * (1 - share) / rows + squared / (4 * rows)) / (1 + squared)
    return max(0.0, middle - half), min(1.0, middle + half)
