"""What is asked of the messages about reports: those that staff see under their access, and those at a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, or_, select

from triage.errors import NotFound
from triage.model import Access
from triage.store.access import readable
from triage.store.dialogue_rows import NOTHING
from triage.store.tables import OUT, messages, receipts, reports

Rows = Sequence[Row[*tuple[Any, ...]]]
_Some = Select[*tuple[Any, ...]]


def first_of(connection: Connection, report_id: str, access: Access) -> str:
    """The report that messages are about: this one, or the one that it adds to.

    Raises:
        NotFound: this one is unknown, sealed, or not visible to this access.
    """
    told = select(reports.c.id, messages.c.report_id).outerjoin(messages, messages.c.added_id == reports.c.id)
    row = connection.execute(told.where(reports.c.id == report_id, readable(access))).first()
    if row is None:
        raise NotFound("There is no such report.")
    return str(row.report_id or row.id)


def behind(connection: Connection, receipt_hash: str) -> str | None:
    """The id of the report behind a receipt; None for an unknown one."""
    of = select(receipts.c.report_id).where(receipts.c.receipt_hash == receipt_hash)
    found: str | None = connection.execute(of).scalar_one_or_none()
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """Of the messages about a report that an access sees: their number, the newest and when it came, the office's newest."""

    number: int
    newest: str | None
    at: datetime | None
    ours: str | None

    @property
    def seen(self) -> str:
        """What is told back by whoever writes on what they saw."""
        return f"{self.newest}-{self.number}" if self.number else NOTHING


def newest(report_id: str, direction: str, most: int, before: str | None) -> Select[Any]:
    """The newest messages of one side about a report, or those before one, for whoever holds its receipt."""
    mine = (messages.c.report_id == report_id, messages.c.direction == direction)
    found = select(messages).where(*mine).order_by(messages.c.id.desc()).limit(most)
    return found if before is None else found.where(messages.c.id < before)


def _visible(statement: _Some, report_id: str, access: Access) -> _Some:
    """The messages about a report that this access sees: what was added is a report, and may not be readable."""
    beside = messages.outerjoin(reports, reports.c.id == messages.c.added_id)
    seen = or_(messages.c.direction == OUT, readable(access))
    return statement.select_from(beside).where(messages.c.report_id == report_id, seen)


def known_of(connection: Connection, report_id: str, access: Access) -> Known:
    """How many messages about a report this access sees, and which is the newest."""
    ours = func.max(case((messages.c.direction == OUT, messages.c.id)))
    told: _Some = select(func.count(), func.max(messages.c.id), func.max(messages.c.made_at), ours)
    number, newest, at, newest_ours = connection.execute(_visible(told, report_id, access)).one()
    return Known(number, newest, at, newest_ours)


def page(connection: Connection, report_id: str, access: Access, limit: int, before: str | None) -> Rows:
    """The newest messages that this access sees, or those before one, the newest first; one more than the limit if there is."""
    statement = _visible(select(messages), report_id, access).order_by(messages.c.id.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(messages.c.id < before)
    return connection.execute(statement).all()
