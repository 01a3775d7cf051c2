"""How far people and machine agree, estimated for all reports from the drawn ones.

A decision counts with one over the probability with which its report was drawn, so that strata which were drawn more
often weigh no more than they are. Reports that somebody chose to look at are told apart and estimate nothing. The
intervals are Wilson's at 95 %, on the number of equally weighted reports that would tell as much (Kish, 1965).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from triage.model import Ruling
from triage.review.sampling import STRATA, Stratum
from triage.store import Answered, StratumCount

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
    """The figures from decisions and the sizes of the strata."""
    drawn = [one for one in answers if one.review.share]
    told = [one for one in drawn if one.review.decision is not Ruling.REJECT]
    return Agreement(
        refer_recall=_rate(told, lambda one: bool(one.review.refer), lambda one: one.refer),
        refer_precision=_rate(told, lambda one: one.refer, lambda one: bool(one.review.refer)),
        urgent_recall=_rate(told, lambda one: bool(one.review.urgent), lambda one: one.urgent),
        urgent_precision=_rate(told, lambda one: one.urgent, lambda one: bool(one.review.urgent)),
        same_categories=_rate(drawn, lambda _: True, _same_categories),
        decided=len(answers),
        rejected=sum(one.review.decision is Ruling.REJECT for one in answers),
        chosen=len(answers) - len(drawn),
        strata=tuple(_stratum(count, drawn) for count in counts),
    )


def _same_categories(one: Answered) -> bool:
    return one.review.decision is not Ruling.REJECT and set(one.review.categories) == set(one.categories)


def _stratum(count: StratumCount, drawn: Sequence[Answered]) -> StratumFigures:
    own = [one.review for one in drawn if one.review.stratum == count.stratum]
    return StratumFigures(
        count.stratum,
        STRATA.get(Stratum(count.stratum)) if count.stratum in set(Stratum) else None,
        count.reports,
        count.drawn,
        count.decided,
        sum(review.decision is Ruling.CONFIRM for review in own),
    )


def _rate(answers: Iterable[Answered], counts: Callable[[Answered], bool], holds: Callable[[Answered], bool]) -> Rate:
    """The weighted share of those that count for which it holds."""
    weighed = [(1.0 / (one.review.share or 1.0), holds(one)) for one in answers if counts(one)]
    if not weighed:
        return Rate(None, None, None, 0)
    total = sum(weight for weight, _ in weighed)
    share = sum(weight for weight, held in weighed if held) / total
    low, high = interval(share, total**2 / sum(weight**2 for weight, _ in weighed))
    return Rate(round(share, 4), round(low, 4), round(high, 4), len(weighed))


def interval(share: float, rows: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share that was seen in so many rows."""
    if rows <= 0:
        return 0.0, 1.0
    squared = _Z**2 / rows
    middle = (share + squared / 2) / (1 + squared)
    half = _Z * math.sqrt(share * (1 - share) / rows + squared / (4 * rows)) / (1 + squared)
    return max(0.0, middle - half), min(1.0, middle + half)
