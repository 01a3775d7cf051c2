"""Counts of the monthly documents, in bounded memory: of a month by every property, of many months by place and category.

Every statement carries the clause of ``counted_once``: sealed reports are never counted, nor those that the reader must not
meet. Cells are not suppressed here. Statements are plain SQL without functions of one engine; what is more is done on
the rows as they come.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, and_, cast, func, select, true

from triage.errors import BadInput
from triage.model import Access
from triage.store.access import counted_once, demand_text, readable
from triage.store.audit import ReadLog, read_entry
from triage.store.counted import backfill
from triage.store.database import Database
from triage.store.figure_tables import figures
from triage.store.lists import month_bounds
from triage.store.naming import shown_as
from triage.store.parts import in_parts
from triage.store.review_tables import reviews
from triage.store.tables import priorities, reports, routes
from triage.store.vault import Vault

TOWNSHIP, COUNTY = 9, 6
_ROWS = 2000
_CATEGORIES = func.coalesce(cast(reviews.c.categories, Text), figures.c.categories)
_Row = Row[*tuple[Any, ...]]
Key = tuple[str, str]
"""Division (at most nine digits, as far as it is known) and value."""


@dataclass(frozen=True, slots=True)
class MonthCells:
    """Counts of one month's reports; every cell stands under the division that the report has, to the township.

    ``by`` holds for each property the reports by (division, value): ``category``, ``channel``, ``kind``,
    ``accused_level``, ``risk``, ``programme``, ``amount``, ``way``. A report counts once under each of its categories and
    programmes. ``labels`` counts reports by (division, set of categories in one string). ``repeats`` are reports whose
    case has an earlier one. ``unread`` are reports of which programmes and amounts are not known yet.
    """

    month: str
    total: Mapping[str, int]
    by: Mapping[str, Mapping[Key, int]]
    labels: Mapping[Key, int]
    repeats: Mapping[str, int]
    unread: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SeriesCells:
    """One of many months: ``total`` by division to the township, ``category`` by (county, category)."""

    month: str
    total: Mapping[str, int]
    category: Mapping[tuple[str, str], int]


class Monthly:
    """The counts of a store; ``Store.monthly`` is the way in."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog) -> None:
        """Counts in the database and notes that it did in the log."""
        self._database = database
        self._vault = vault
        self._log = log

    def fill(self, *, repair: bool = True) -> int:
        """Adds programmes and amounts to rows of readings from before they were kept; how many lacked them."""
        return backfill(self._database, self._vault, repair=repair)

    def month(self, access: Access, month: str) -> MonthCells:
        """All counts of a month (``2019-11``, Asia/Shanghai).

        Raises:
            NotAllowed: a role that sees no figures.
            BadInput: no such month.
        """
        first, last = month_bounds(month)
        statement = _detailed().where(counted_once(access), *_received(first, last))
        told = _Tally()
        homes: defaultdict[str, list[str]] = defaultdict(list)
        with self._database.read() as connection:
            for row in _streamed(connection, statement):
                told.add(row)
                if row.case_id is not None:
                    homes[row.case_id].append(_place(row.division))
            ways = _ways().where(counted_once(access), *_received(first, last))
            told.add_ways(_streamed(connection, ways))
            begun: dict[str, datetime] = {}
            for part in in_parts(sorted(homes)):
                begins = select(reports.c.case_id, func.min(reports.c.received_at).label("begun"))
                begins = begins.where(counted_once(access), reports.c.case_id.in_(part)).group_by(reports.c.case_id)
                begun.update({row.case_id: row.begun for row in connection.execute(begins)})
        self._log.note([read_entry(access, "count", (), month=month, by="all")])
        return told.cells(month, _repeats(homes, begun, first))

    def series(self, access: Access, months: Sequence[str]) -> Iterator[SeriesCells]:
        """Counts of months by place and category, a month at a time, all from one moment of the database.

        Reports whose place reaches no county or township are counted under the code that they have.
        """
        place = func.substr(reports.c.division, 1, TOWNSHIP)
        plain = (
            select(place.label("place"), _CATEGORIES.label("codes"), func.count().label("number"))
            .select_from(reports)
            .join(figures, figures.c.assessment_id == reports.c.assessment_id)
            .outerjoin(reviews, reviews.c.id == reports.c.review_id)
            .where(counted_once(access))
            .group_by(place, _CATEGORIES)
        )
        if months:
            self._log.note([read_entry(access, "count", (), month=f"{months[0]}/{months[-1]}", by="place category")])
        with self._database.read() as connection:
            for month in months:
                total: Counter[str] = Counter()
                category: Counter[tuple[str, str]] = Counter()
                for row in connection.execute(plain.where(*_received(*month_bounds(month)))):
                    total[row.place] += row.number
                    for code in _codes(row.codes):
                        category[row.place[:COUNTY], code] += row.number
                yield SeriesCells(month, total, category)

    def first_month(self, access: Access) -> datetime | None:
        """When the oldest report that may be counted came in; None where there is none."""
        oldest = select(func.min(reports.c.received_at)).where(counted_once(access))
        with self._database.read() as connection:
            found: datetime | None = connection.execute(oldest).scalar()
        return found

    def some(self, access: Access, place: str, months: Sequence[str], most: int) -> list[int]:
        """Numbers (``seq``) of reports of a place from neighbouring months, at most so many, spread evenly over them.

        Raises:
            NotAllowed: a role that sees no figures.
        """
        first, last = month_bounds(months[0])[0], month_bounds(months[-1])[1]
        wanted = (counted_once(access), inside(place), *_received(first, last))
        with self._database.read() as connection:
            number = connection.execute(select(func.count()).select_from(reports).where(*wanted)).scalar_one()
            step = max(1, -(-number // most))
            rows = _streamed(connection, select(reports.c.seq).where(*wanted).order_by(reports.c.seq))
            return [row.seq for row in itertools.islice(rows, 0, None, step)]

    def behind(self, access: Access, month: str, place: str, category: str, most: int = 50) -> list[tuple[str, str]]:
        """Ids of a month's newest reports of a place and category, each with its case (else empty); opens none.

        Raises:
            BadInput: no such month, or a category that is no code.
            NotAllowed: a role that reads no reports.
        """
        demand_text(access)
        if not category.replace("_", "").replace("-", "").isalnum():
            raise BadInput("category", "form", "A category is written by its code.")
        first, last = month_bounds(month)
        statement = (
            select(reports.c.id, reports.c.case_id, _CATEGORIES.label("codes"))
            .join(figures, figures.c.assessment_id == reports.c.assessment_id)
            .outerjoin(reviews, reviews.c.id == reports.c.review_id)
            .where(readable(access), inside(place), *_received(first, last))
            .order_by(reports.c.received_at.desc(), reports.c.seq.desc())
        )
        with self._database.read() as connection:
            rows = _streamed(connection, statement)
            met = [(row.id, row.case_id) for row in rows if category in _codes(row.codes)][:most]
            shown = shown_as(connection, {home for _, home in met if home}, access)
        found = [(report_id, shown.name(home) or "") for report_id, home in met]
        self._log.note([read_entry(access, "list", [report_id for report_id, _ in found], month=month)])
        return found


def inside(place: str) -> ColumnElement[bool]:
    """Reports of a place: a prefix of division codes, empty for everywhere."""
    return and_(reports.c.division >= place, reports.c.division < place + ":") if place else true()


class _Tally:
    """Adds up rows of one month."""

    def __init__(self) -> None:
        self._total: Counter[str] = Counter()
        self._by: defaultdict[str, Counter[Key]] = defaultdict(Counter)
        self._labels: Counter[Key] = Counter()
        self._unread: Counter[str] = Counter()

    def add(self, row: _Row) -> None:
        """Counts a report."""
        place, by = _place(row.division), self._by
        self._total[place] += 1
        self._labels[place, row.codes] += 1
        by["channel"][place, row.channel] += 1
        by["kind"][place, row.kind] += 1
        by["accused_level"][place, str(row.accused_level)] += 1
        by["risk"][place, row.level] += 1
        for code in _codes(row.codes):
            by["category"][place, code] += 1
        if row.programmes is None:
            self._unread[place] += 1
            return
        by["amount"][place, str(row.amount_band)] += 1
        for code in row.programmes.split():
            by["programme"][place, code] += 1

    def add_ways(self, rows: Iterator[_Row]) -> None:
        """Counts where the reports went last; rows of one report come oldest first, one after the other."""
        last: tuple[str, str, str] | None = None
        for row in rows:
            if last is not None and last[0] != row.id:
                self._by["way"][last[1], last[2]] += 1
            last = (row.id, _place(row.division), row.way)
        if last is not None:
            self._by["way"][last[1], last[2]] += 1

    def cells(self, month: str, repeats: Mapping[str, int]) -> MonthCells:
        """What was counted."""
        return MonthCells(month, self._total, dict(self._by), self._labels, repeats, self._unread)


def _detailed() -> Select[Any]:
    return (
        select(
            reports.c.division,
            reports.c.channel,
            reports.c.case_id,
            figures.c.kind,
            figures.c.accused_level,
            figures.c.programmes,
            figures.c.amount_band,
            _CATEGORIES.label("codes"),
            priorities.c.level,
        )
        .join(figures, figures.c.assessment_id == reports.c.assessment_id)
        .join(priorities, priorities.c.id == reports.c.priority_id)
        .outerjoin(reviews, reviews.c.id == reports.c.review_id)
    )


def _ways() -> Select[Any]:
    return (
        select(reports.c.id, reports.c.division, routes.c.way)
        .join(routes, routes.c.report_id == reports.c.id)
        .order_by(reports.c.id, routes.c.made_at, routes.c.id)
    )


def _streamed(connection: Connection, statement: Select[Any]) -> Iterator[_Row]:
    """Rows as they come, a few thousand in memory."""
    yield from connection.execution_options(yield_per=_ROWS).execute(statement)


def _received(first: datetime, last: datetime) -> tuple[ColumnElement[bool], ...]:
    return reports.c.received_at >= first, reports.c.received_at < last


def _repeats(homes: Mapping[str, Sequence[str]], begun: Mapping[str, datetime], first: datetime) -> Counter[str]:
    """Reports by division whose case had one before; of a case that began in the month all but one."""
    found: Counter[str] = Counter()
    for case, places in homes.items():
        found.update(places if begun[case] < first else sorted(places)[1:])
    return found


def _place(division: str) -> str:
    return division[:TOWNSHIP]


@lru_cache(maxsize=65536)
def _codes(stored: str) -> tuple[str, ...]:
    codes: list[str] = json.loads(stored)
    return tuple(dict.fromkeys(codes))
