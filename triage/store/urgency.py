"""What a case adds to the urgency of its reports: a priority is added, none is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from triage.model import Access, Level, ReferralState, Ruling
from triage.store.access import WORKER, demand_text, readable
from triage.store.audit import read_entry, write_entries
from triage.store.database import Database
from triage.store.ids import new_id
from triage.store.locks import hold_reports
from triage.store.outcomes import priority_row, referral_row, route_row
from triage.store.parts import in_parts
from triage.store.records import About, Assessed, Priority
from triage.store.refer import listed_of
from triage.store.review_tables import reviews
from triage.store.tables import outbox, priorities, referrals, reports, routes


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


def unproposed(database: Database, report_ids: Sequence[str], access: Access) -> list[str]:
    """Those of the readable reports that are of high risk through their case and not proposed to anybody; opens none.

    Left out are those that a person corrected, who said in so many words whether they are to be referred.
    """
    demand_text(access)
    found: list[str] = []
    statement = (
        select(reports.c.id)
        .join(priorities, priorities.c.id == reports.c.priority_id)
        .outerjoin(reviews, reviews.c.id == reports.c.review_id)
        .where(
            priorities.c.rank >= Level.HIGH.rank,
            priorities.c.corroboration > 0,
            priorities.c.refer.is_(False),
            or_(reviews.c.id.is_(None), reviews.c.decision != Ruling.CORRECT.value),
            readable(access),
        )
    )
    with database.read() as connection:
        for part in in_parts(report_ids):
            found += connection.execute(statement.where(reports.c.id.in_(part))).scalars()
    return found


def save_priorities(
    database: Database, made: Mapping[str, Priority], proposed: Mapping[str, Assessed] | None = None
) -> list[int]:
    """Adds priorities and sends their reports to the index again; the outbox lines that this made.

    ``proposed`` are those of the reports that go to investigators from now on, with route and reading: they get both in
    the same transaction, and what an office has before it stays with it. A proposal that nobody has taken over is raised
    to its report, so that the gravest stand first, and never lowered.

    A report on which a person decided, or that was read anew, meanwhile is passed over: that brought a priority of its
    own, and what its case adds follows on the report's way to the index.
    """
    if not made:
        return []
    now = datetime.now(UTC)
    with database.write() as connection:
        hold_reports(connection, sorted(made))
        rows, pointers, lines = [], [], []
        for row in _unchanged(connection, made):
            name, priority = new_id(), made[row.id]
            rows.append(priority_row(name, row.assessment_id, row.id, priority, now))
            pointers.append({"of": row.id, "to": name, "to_at_once": priority.urgent})
            about = About.CASE if row.level == priority.level.value else About.ANYTHING
            lines.append({"report_id": row.id, "about": about.value})
        if not rows:
            return []
        ids = [pointer["of"] for pointer in pointers]
        connection.execute(insert(priorities), rows)
        held = or_(reports.c.at_once, bindparam("to_at_once"))
        pointed = update(reports).where(reports.c.id == bindparam("of"))
        pointed = pointed.values(priority_id=bindparam("to"), at_once=held)
        connection.execute(pointed, pointers)
        _raise(connection, {one: made[one] for one in ids})
        _propose(connection, [item for one, item in (proposed or {}).items() if one in set(ids)], now)
        seqs = connection.execute(insert(outbox).returning(outbox.c.seq), lines).scalars().all()
        write_entries(connection, [read_entry(WORKER, "corroborate", ids)])
    return list(seqs)


def _unchanged(connection: Connection, made: Mapping[str, Priority]) -> list[Row[*tuple[Any, ...]]]:
    """Reports on whose reading nobody decided, and that nobody read, but whom the priorities to be written know of."""
    current = (
        select(reports.c.id, reports.c.assessment_id, reports.c.review_id, priorities.c.level)
        .outerjoin(priorities, priorities.c.id == reports.c.priority_id)
        .where(reports.c.assessment_id.is_not(None))
    )
    rows = [row for part in in_parts(sorted(made)) for row in connection.execute(current.where(reports.c.id.in_(part)))]
    return [
        row for row in rows if row.review_id == made[row.id].review and made[row.id].reading in ("", row.assessment_id)
    ]


def _raise(connection: Connection, made: Mapping[str, Priority]) -> None:
    listed = listed_of(connection, list(made)).values()
    waiting = [(row, made[row.report_id]) for row in listed if row.state == ReferralState.PROPOSED.value]
    raised = [
        {
            "of": row.id,
            "to_level": now.level.value if now.level.rank > row.rank else row.level,
            "to_rank": max(now.level.rank, row.rank),
            "to_score": max(now.score, row.score),
        }
        for row, now in waiting
        if now.level.rank > row.rank or now.score > row.score
    ]
    if raised:
        lifted = update(referrals).where(referrals.c.id == bindparam("of"))
        values = lifted.values(level=bindparam("to_level"), rank=bindparam("to_rank"), score=bindparam("to_score"))
        connection.execute(values, raised)


def _propose(connection: Connection, items: Sequence[Assessed], now: datetime) -> None:
    if not items:
        return
    listed = listed_of(connection, [item.report_id for item in items])
    connection.execute(insert(routes), [route_row(item, now) for item in items])
    rows = [
        referral_row(item, item.assessment, item.priority, now)
        for item in items
        if item.report_id not in listed and item.assessment is not None and item.priority is not None
    ]
    if rows:
        connection.execute(insert(referrals), rows)
