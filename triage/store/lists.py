"""Lists and figures: counts for the monthly documents, offices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, func, insert, select

from triage.errors import BadInput
from triage.model import Access, Office, Rank
from triage.store.access import counted_once
from triage.store.audit import ReadLog, read_entry
from triage.store.database import Database
from triage.store.decided import HOLDING_CATEGORIES
from triage.store.locks import take_turn
from triage.store.review_tables import reviews
from triage.store.tables import assessments, offices, priorities, reports
from triage.text.dates import SHANGHAI

# By name of a dimension: its column. A county is the first six digits of the division.
DIMENSIONS: dict[str, ColumnElement[object]] = {
    "channel": reports.c.channel,
    "category": HOLDING_CATEGORIES,
    "county": func.substr(reports.c.division, 1, 6),
    "kind": assessments.c.kind,
    "language": assessments.c.language,
    "accused_level": assessments.c.accused_level,
    "level": priorities.c.level,
    "refer": priorities.c.refer,
}


def count_by(
    database: Database, access: Access, month: str, dimensions: Sequence[str], log: ReadLog
) -> dict[tuple[str, ...], int]:
    """How many routed reports of a month (``YYYY-MM``, Asia/Shanghai) fall into each cell; sealed ones into none.

    A report counts once under each of its categories. Cells are not suppressed here.

    Raises:
        NotAllowed: a role that sees no figures.
        BadInput: no such month or dimension.
    """
    first, last = month_bounds(month)
    for name in dimensions:
        if name not in DIMENSIONS:
            raise BadInput("dimension", "unknown", f"The dimension must be one of {', '.join(DIMENSIONS)}.")
    columns = [DIMENSIONS[name].label(f"d{number}") for number, name in enumerate(dimensions)]
    statement = (
        select(*columns, func.count().label("number"))
        .select_from(reports)
        .join(assessments, assessments.c.id == reports.c.assessment_id)
        .join(priorities, priorities.c.id == reports.c.priority_id)
        .outerjoin(reviews, reviews.c.id == reports.c.review_id)
        .where(counted_once(access), reports.c.received_at >= first, reports.c.received_at < last)
        .group_by(*columns)
    )
    cells: Counter[tuple[str, ...]] = Counter()
    with database.read() as connection:
        for *values, number in connection.execute(statement):
            for cell in _cells(values):
                cells[cell] += number
    log.note([read_entry(access, "count", (), month=month, by=" ".join(dimensions))])
    return dict(sorted(cells.items()))


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The first moment of a month in Shanghai and of the one after it, in UTC.

    Raises:
        BadInput: not written like 2019-11.
    """
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=SHANGHAI)
        after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        return first.astimezone(UTC), after.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("month", "form", "The month must be written like 2019-11.") from None


def save_offices(database: Database, given: Sequence[Office]) -> None:
    """Puts these offices in place of those with the same ids."""
    if not given:
        return
    rows = [
        {
            "id": office.id,
            "name": office.name,
            "division": office.division,
            "level": int(office.level),
            "kind": office.kind,
            "head": office.head,
        }
        for office in given
    ]
    with database.write() as connection:
        take_turn(connection, "offices")
        connection.execute(delete(offices).where(offices.c.id.in_([office.id for office in given])))
        connection.execute(insert(offices), rows)


def all_offices(database: Database) -> tuple[Office, ...]:
    """Every office, by id."""
    with database.read() as connection:
        rows = connection.execute(select(offices).order_by(offices.c.id)).all()
    return tuple(Office(row.id, row.name, row.division, Rank(row.level), row.kind, row.head) for row in rows)


def _cells(values: Sequence[object]) -> list[tuple[str, ...]]:
    cells: list[tuple[str, ...]] = [()]
    for value in values:
        parts = [str(part) for part in value] if isinstance(value, list) else [_shown(value)]
        cells = [(*cell, part) for cell in cells for part in parts]
    return cells


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
