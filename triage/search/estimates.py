"""How many reports a day a question would have met of late, told before anybody saves it.

The days are calendar days in Asia/Shanghai by the time of receipt: the last 30 that have data under the reader's
access, back from the newest report that they may read, or fewer where the reports do not reach back so far. Old letters
that were imported count on the day on which they were received.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from triage.model import Access
from triage.search.index import SearchIndex
from triage.search.query import SearchRequest
from triage.text.dates import SHANGHAI

MOST_DAYS = 30
LEAST_DAYS = 7
"""A week: fewer days hold no weekend, or nothing else."""
LEAST_REPORTS = 30


class Ground(StrEnum):
    """What an estimate rests on: ENOUGH, or why it tells too little."""

    ENOUGH = "enough"
    NO_REPORTS = "no_reports"
    FEW_DAYS = "few_days"
    FEW_REPORTS = "few_reports"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hits of a question over some days.

    ``total`` hits, ``a_day`` on the average of the ``days`` from ``since`` to ``until`` (ISO dates, None without any
    report), ``busiest`` the day with the most hits and ``most`` their number; ``by_day`` the days that had any.
    ``reports`` is how many reports the reader may see of those days, ``ground`` whether that is enough to go by,
    ``told`` all of it in a sentence, Chinese and English.
    """

    total: int
    a_day: float
    days: int
    since: str | None
    until: str | None
    busiest: str | None
    most: int
    reports: int
    ground: Ground
    by_day: Mapping[str, int] = field(default_factory=dict)
    told: str = ""


_NOTHING = Estimate(0, 0.0, 0, None, None, None, 0, 0, Ground.NO_REPORTS)


def estimate(
    index: SearchIndex, request: SearchRequest, access: Access, span: tuple[datetime, datetime] | None
) -> Estimate:
    """Counts the hits of each day; ``span`` is when the first and the last readable report were received.

    One count for each day and one for all reports, each under the access.
    """
    found = _counted(index, request, access, span) if span else _NOTHING
    return replace(found, told=in_words(found))


def _counted(index: SearchIndex, request: SearchRequest, access: Access, span: tuple[datetime, datetime]) -> Estimate:
    first, last = (moment.astimezone(SHANGHAI).date() for moment in span)
    since = max(first, last - timedelta(days=MOST_DAYS - 1))
    days = [since + timedelta(days=number) for number in range((last - since).days + 1)]
    counts = {day.isoformat(): index.received(request, access, _dawn(day), _dawn(day, 1)) for day in days}
    reports = index.received(SearchRequest(), access, _dawn(since), _dawn(last, 1))
    total = sum(counts.values())
    # The later of two equal days tells more of what is to come.
    busiest = max(counts, key=lambda day: (counts[day], day)) if total else None
    return Estimate(
        total=total,
        a_day=round(total / len(days), 2),
        days=len(days),
        since=since.isoformat(),
        until=last.isoformat(),
        busiest=busiest,
        most=counts[busiest] if busiest else 0,
        reports=reports,
        ground=_ground(len(days), reports),
        by_day={day: count for day, count in counts.items() if count},
    )


def in_words(found: Estimate) -> str:
    """An estimate in a sentence, Chinese and English."""
    if found.ground is Ground.NO_REPORTS:
        return "还没有可读的举报，无法估计。 · There are no reports to go by yet."
    rate = f"{found.a_day:g}" if found.a_day >= 0.1 or not found.total else "<0.1"
    zh = f"{found.since} 至 {found.until} 的 {found.days} 天内命中 {found.total} 件，平均每天 {rate} 件"
    en = f"{found.total} hits in the {found.days} days from {found.since} to {found.until}, {rate} a day"
    if found.busiest:
        zh += f"，最多的一天 {found.busiest} 有 {found.most} 件"
        en += f", most on {found.busiest}: {found.most}"
    if found.ground is Ground.ENOUGH:
        return f"{zh}。 · {en}."
    little = f"{found.days} 天、{found.reports} 件举报"
    few = f"{found.days} days and {found.reports} reports"
    return f"{zh}；只有 {little}，不足以估计。 · {en}; {few} are too little to tell."


def _ground(days: int, reports: int) -> Ground:
    if days < LEAST_DAYS:
        return Ground.FEW_DAYS
    return Ground.FEW_REPORTS if reports < LEAST_REPORTS else Ground.ENOUGH


def _dawn(day: date, later: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=later), time(), SHANGHAI).astimezone(UTC)
