"""What a case adds to the urgency of its reports: a priority is added, none is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import bindparam, insert, select, update

from triage.model import Access
from triage.store.access import WORKER, demand_text, readable
from triage.store.audit import read_entry, write_entries
from triage.store.database import Database
from triage.store.ids import new_id
from triage.store.locks import hold_reports
from triage.store.outcomes import priority_row
from triage.store.parts import in_parts
from triage.store.records import Priority
from triage.store.tables import outbox, priorities, reports


def corroborations(database: Database, report_ids: Sequence[str], access: Access) -> dict[str, float]:
    """The points that each readable report has from its case now; opens none."""
    demand_text(access)
    found: dict[str, float] = {}
    statement = select(reports.c.id, priorities.c.corroboration).join(
        priorities, priorities.c.id == reports.c.priority_id
    )
    with database.read() as connection:
        for part in in_parts(report_ids):
            for row in connection.execute(statement.where(reports.c.id.in_(part), readable(access))):
                found[row.id] = row.corroboration
    return found


def save_priorities(database: Database, made: Mapping[str, Priority]) -> list[int]:
    """Adds priorities and sends their reports to the index again; the outbox lines that this made.

    A report on which a person decided meanwhile is passed over: the decision brought a priority of its own, and what
    its case adds follows on the report's way to the index.
    """
    if not made:
        return []
    now = datetime.now(UTC)
    ids = sorted(made)
    current = select(reports.c.id, reports.c.assessment_id, reports.c.review_id)
    with database.write() as connection:
        hold_reports(connection, ids)
        rows, pointers = [], []
        for part in in_parts(ids):
            for row in connection.execute(current.where(reports.c.id.in_(part), reports.c.assessment_id.is_not(None))):
                if row.review_id != made[row.id].review:
                    continue
                name = new_id()
                rows.append(priority_row(name, row.assessment_id, row.id, made[row.id], now))
                pointers.append({"of": row.id, "to": name})
        if not rows:
            return []
        connection.execute(insert(priorities), rows)
        pointed = update(reports).where(reports.c.id == bindparam("of")).values(priority_id=bindparam("to"))
        connection.execute(pointed, pointers)
        lines = [{"report_id": pointer["of"]} for pointer in pointers]
        seqs = connection.execute(insert(outbox).returning(outbox.c.seq), lines).scalars().all()
        write_entries(connection, [read_entry(WORKER, "corroborate", [pointer["of"] for pointer in pointers])])
    return list(seqs)
