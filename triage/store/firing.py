"""What the worker asks before it writes alerts: which pairs have theirs, and what happened to a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from triage.model import Stage
from triage.store.parts import in_parts
from triage.store.saved_tables import alerts, saved_searches
from triage.store.tables import assessments, reports


def pairs_with_alert(connection: Connection, report_ids: Sequence[str]) -> set[tuple[str, str]]:
    """Pairs of search and report among these reports that have their alert."""
    had: set[tuple[str, str]] = set()
    for part in in_parts(report_ids):
        pairs = select(alerts.c.search_id, alerts.c.report_id).where(alerts.c.report_id.in_(part))
        had |= {(row.search_id, row.report_id) for row in connection.execute(pairs)}
    return had


def still_saved(connection: Connection, search_ids: Sequence[str]) -> set[str]:
    """Those of the saved searches that are there, held until the transaction ends."""
    found: set[str] = set()
    for part in in_parts(search_ids):
        rows = select(saved_searches.c.id).where(saved_searches.c.id.in_(part)).order_by(saved_searches.c.id)
        found.update(connection.execute(rows.with_for_update()).scalars())
    return found


def events_of(connection: Connection, report_ids: Sequence[str]) -> dict[str, str]:
    """What happened to each report, the oldest first: new on its first way into the index, else changed."""
    readings = select(func.count()).where(assessments.c.report_id == reports.c.id).scalar_subquery()
    found: list[Row[*tuple[Any, ...]]] = []
    for part in in_parts(report_ids):
        columns = (reports.c.seq, reports.c.id, reports.c.stage, readings.label("readings"))
        found += connection.execute(select(*columns).where(reports.c.id.in_(part))).all()
    first = {row.id: row.stage == Stage.ASSESSED.value and row.readings == 1 for row in found}
    return {row.id: "new" if first[row.id] else "changed" for row in sorted(found, key=lambda row: int(row.seq))}
