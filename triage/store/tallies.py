"""How many reports meet a condition, and whether any does."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, select

from triage.store.database import Database
from triage.store.tables import reports


def any_report(database: Database, condition: ColumnElement[bool]) -> bool:
    """Whether a report meets a condition; asked in a transaction of its own."""
    with database.read() as connection:
        return connection.execute(select(reports.c.seq).where(condition).limit(1)).first() is not None


def count_reports(connection: Connection, condition: ColumnElement[bool]) -> int:
    """How many reports meet a condition."""
    return connection.execute(select(func.count()).select_from(reports).where(condition)).scalar_one()
