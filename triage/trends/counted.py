"""Counts of a month and of those before it, with what may not be shown hidden: everything that a document tells of numbers.

Sums over places are hidden as wholes (see ``safety``), so that the documents of a province and of a county in it, this
month's and the next ones', hide the same cells. What is counted by channel, kind, risk and the like is told of the
office's whole area alone: told of each place in it, the columns would give one another away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from statistics import median_low

from corpora.divisions import Divisions
from triage.errors import BadInput
from triage.model import Access
from triage.store import Store
from triage.store.closed import demand_whole_place
from triage.store.monthly import COUNTY, TOWNSHIP, Key, MonthCells, SeriesCells
from triage.text.dates import SHANGHAI
from triage.trends.document import Hidden, Missing, Number, Text, Value
from triage.trends.safety import ROOT, Safe, Tree, safe, safe_part, safe_parts, tree_of
from triage.trends.series import Gathering, Series
from triage.trends.spikes import LEAST_PAST, MOST_PAST
from triage.trends.told import SafeMonth, ToldMonth, told_before, told_bytes

LINE_MONTHS = 12
_BEFORE_US = Text("当时尚无数据", "no data yet")
_NOT_TOLD = Text("已结账的月报未列", "not told in the closed report")
_STEPS = (2, 4, COUNTY, TOWNSHIP)


@dataclass(frozen=True, slots=True)
class Counted:
    """All counts that a document needs.

    ``access`` is narrowed to the office's own area; ``whole`` tells that the place is all of this area. ``first`` is the month in
    which intake began, ``settled`` those that closed reports told of. ``series`` are the plain counts of up to 37 months:
    for expectations, never to be shown.
    """

    access: Access
    place: str
    month: str
    threshold: int
    first: str
    settled: frozenset[str]
    whole: bool
    safe: Mapping[str, SafeMonth]
    series: Series
    cells: Mapping[str, MonthCells]

    @property
    def before(self) -> str:
        """The month before."""
        return shifted(self.month, -1)

    @property
    def year_before(self) -> str:
        """The same month of the year before."""
        return shifted(self.month, -12)

    @property
    def line(self) -> tuple[str, ...]:
        """The twelve months that end with this one."""
        return tuple(shifted(self.month, back) for back in range(1 - LINE_MONTHS, 1))

    def value(self, month: str, node: str, category: str | None = None) -> Value:
        """The count of a place in a month, of all reports or of a category, as it may be shown."""
        if not self.known(month):
            return Missing(_BEFORE_US)
        of = self.safe[month]
        if not of.total.tree.counts:
            return Number(0)
        if category is not None and category not in of.category:
            return Hidden()
        shown = (of.total if category is None else of.category[category]).value(node)
        return Hidden() if shown is None else Number(shown)

    def known(self, month: str) -> bool:
        """Whether there is anything to tell of a month: intake had begun, or a closed report told of it."""
        return month >= self.first or month in self.settled

    def number(self, month: str, node: str, category: str | None = None) -> int | None:
        """As ``value``, for sentences; None where it is hidden or cannot be had."""
        found = self.value(month, node, category)
        return int(found.value) if isinstance(found, Number) else None

    def kept(self) -> bytes:
        """What is kept with the report when its month is closed, so that later ones tell the same of its months."""
        return told_bytes(self.place, self.safe, self.cells if self.whole else {})

    def parts(self, month: str, name: str, known: Iterable[str]) -> Mapping[str, Value]:
        """The office's whole area by one property; each part as it may be shown, the known ones without reports too."""
        if not self.known(month) or month not in self.cells:
            return {part: Missing(_NOT_TOLD if self.known(month) else _BEFORE_US) for part in known}
        plain: Counter[str] = Counter(dict.fromkeys(map(str, known), 0))
        for (_, value), number in self.cells[month].by.get(name, {}).items():
            plain[value] += number
        total = sum(self.cells[month].total.values())
        if not self.safe[month].total.tree.counts:
            return {value: Number(0) for value in plain}
        if self.safe[month].total.value(ROOT) is None:
            return {value: Hidden() for value in plain}
        if name == "programme":
            return {value: self._alone(number, total) for value, number in plain.items()}
        found = safe_parts(plain, self.threshold)
        shown = {value: found.value(value) for value in plain}
        if ROOT in found.hidden:
            return {value: Hidden() for value in plain}
        return {value: Hidden() if number is None else Number(number) for value, number in shown.items()}

    def _alone(self, number: int, total: int) -> Value:
        """A count that others overlap with: neither it nor what is missing to the total may be small."""
        few = total - number in range(1, self.threshold)
        return Hidden() if number < self.threshold or few else Number(number)


def count(store: Store, access: Access, month: str, place: str, threshold: int) -> Counted:
    """Counts a month of a place, and those before it that it is compared with.

    What is hidden follows from the counts of the office's whole area, whoever asks: the reports of a place and of what
    holds it, each hidden by itself, would together give away what either hides.

    Raises:
        BadInput: the month is not written like 2019-11, or the place does not lie in the office's area.
        NotAllowed: a role that sees no figures, or a place of others.
    """
    # What is counted is more than the reader may see: only what lies in the reader's places may be asked for
    demand_whole_place(replace(access, excluded_party_keys=()), place)
    area = store.settings.office_division
    if not place.startswith(area):
        raise BadInput("place", "outside", "The report is of the office's own area, or of a place in it.")
    wide = replace(access, place_prefixes=(area,))
    oldest = store.monthly.first_month(wide)
    first = _month_of(oldest) if oldest else month
    months = [at for back in range(-MOST_PAST, 1) if (at := shifted(month, back)) >= first]
    wanted = {shifted(month, back) for back in range(1 - LINE_MONTHS, 1)} | {shifted(month, -12)}
    near = [shifted(month, by) for by in range(-12, 13)]
    told = {at: one for at, one in told_before(store, access, place, month, near).items() if at in wanted}
    made, gathering = {at: one.safe for at, one in told.items()}, Gathering()
    totals: dict[str, int] = {}
    for part in store.monthly.series(wide, months):
        gathering.add(part)
        totals[part.month] = sum(part.total.values())
        if part.month in wanted and part.month not in told:
            made[part.month] = _safe_month(part, threshold)
    if oldest:
        first = begun(totals, threshold) or max(first, shifted(month, 1))
    settled = frozenset(told)
    made = {at: one for at, one in made.items() if at >= first or at in settled}
    whole = place == area
    cells = _cells(store, wide, month, [at for at in months if at >= first or at in settled], told, whole=whole)
    if month not in made:
        made[month] = SafeMonth(Safe(Tree({}, {})), {})
    series = gathering.series().since(first)
    return Counted(_narrowed(access, area), place, month, threshold, first, settled, whole, made, series, cells)


def _cells(
    store: Store, access: Access, month: str, months: Sequence[str], told: Mapping[str, ToldMonth], *, whole: bool
) -> dict[str, MonthCells]:
    """Counts by channel and the like of the month, and of those that it is compared with where they are told."""
    compared = {month, shifted(month, -1), shifted(month, -12)} if whole else {month}
    cells = {
        at: _summed(store.monthly.month(access, at))
        for at in months
        if at in compared and (at == month or at not in told)
    }
    cells.setdefault(month, MonthCells(month, {}, {}, {}, {}, {}))
    for at, one in told.items():
        if at == month and one.cells is not None:
            # A later month was closed before this one: what it told of this one stays
            by = {**cells[at].by, **one.cells.by}
            cells[at] = replace(cells[at], total=one.cells.total, by=by, labels={}, repeats={})
        elif at in compared and one.cells is not None:
            cells[at] = one.cells
    return cells


def begun(totals: Mapping[str, int], threshold: int) -> str | None:
    """The month in which intake began, of neighbouring months in their order; None where it had not.

    A single old letter begins nothing: half a year without any report parts what was before it from what came after, and
    the first month has as many reports as the threshold, or as the middle one of all months with reports if that has fewer.
    """
    months, start = list(totals), 0
    if len(months) > LEAST_PAST and not any(totals[month] for month in months[-LEAST_PAST:]):
        # An office that has fallen silent is one from which there were reports enough before
        months = months if sum(totals.values()) >= threshold else []
    for at in range(LEAST_PAST, len(months)):
        if totals[months[at]] and not any(totals[one] for one in months[at - LEAST_PAST : at]):
            start = at
    busy = [totals[month] for month in months[start:] if totals[month]]
    least = min(threshold, median_low(busy)) if busy else 0
    return next((month for month in months[start:] if totals[month] >= max(least, 1)), None)


def checked_month(given: str) -> str:
    """The month if it is written like 2019-11.

    Raises:
        BadInput: it is not.
    """
    # Not \d: digits of full width would pass and name no month that is counted
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", given):
        raise BadInput("month", "form", "The month must be written like 2019-11.")
    return given


def shifted(month: str, by: int) -> str:
    """The month so many months later, or earlier.

    Raises:
        BadInput: there is no such month.
    """
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + by, 12)
    if not 1 <= year <= 9999:
        raise BadInput("month", "range", "There is no month so far away.")
    return f"{year:04}-{number + 1:02}"


def steps_of(division: str) -> tuple[str, ...]:
    """The divisions that hold one, from the province down to itself; levels that a municipality lacks are left out."""
    return _steps(division)


@lru_cache(maxsize=65536)
def _steps(division: str) -> tuple[str, ...]:
    known = Divisions.load()
    lengths = [length for length in _STEPS if length < len(division)]
    above = [division[:length] for length in lengths if length != 4 or known.get(division[:length])]
    return (*above, division) if division else ()


def size_of(division: str) -> int:
    """How many divisions lie right inside one, what is not located further among them."""
    if len(division) == COUNTY:
        return len(Divisions.load().townships(division)) + 1
    return _sizes().get(division, 0) + 1


@lru_cache(maxsize=1)
def _sizes() -> Counter[str]:
    found: Counter[str] = Counter()
    for one in Divisions.load():
        above = _steps(one.code)[:-1]
        found[above[-1] if above else ROOT] += 1
    return found


def _safe_month(cells: SeriesCells, threshold: int) -> SafeMonth:
    """A month's places as they may be shown, and no more than that: thousands of places times categories take room."""
    plain = cells.total
    by: dict[str, dict[str, int]] = {}
    for (county, code), number in cells.category.items():
        by.setdefault(code, {})[county] = number
    steps = {place: steps_of(place) for place in plain}
    total = safe(tree_of(plain, steps, size_of, TOWNSHIP), threshold)
    counties = total.cut(COUNTY)
    category = {}
    for code, counts in sorted(by.items()):
        tree = tree_of(counts, {county: steps_of(county) for county in counts}, size_of, COUNTY)
        category[code] = safe_part(counties, tree, threshold).shown()
    return SafeMonth(total.shown(), category)


def _summed(cells: MonthCells) -> MonthCells:
    """The same of the whole area in one: of channels and the like no more is told, and their cells take room."""
    by: dict[str, Counter[Key]] = {}
    for name, counts in cells.by.items():
        told = by.setdefault(name, Counter())
        for (_, value), number in counts.items():
            told[ROOT, value] += number
    labels: Counter[Key] = Counter()
    for (_, codes), number in cells.labels.items():
        labels[ROOT, codes] += number
    return replace(cells, by=by, labels=labels)


def _narrowed(access: Access, place: str) -> Access:
    kept = tuple(prefix if prefix.startswith(place) else place for prefix in access.place_prefixes
                 if prefix.startswith(place) or place.startswith(prefix))  # fmt: skip
    return replace(access, place_prefixes=tuple(dict.fromkeys(kept)))


def _month_of(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m")
