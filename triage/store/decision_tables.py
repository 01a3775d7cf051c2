"""Tables of what people decide on cases and when they looked at one; a decision is never changed, a visit is."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table

from triage.store.columns import CODE, ID, UtcDateTime, metadata

decisions = Table(
    "decisions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("act", CODE, nullable=False),
    Column("by", CODE, nullable=False),
    Column("report_id", ID, nullable=False),
    Column("note", LargeBinary),
    Column("withdraws_id", ID, index=True),
    Column("made_at", UtcDateTime, nullable=False),
)
Index("ix_decisions_by_made_at", decisions.c.by, decisions.c.made_at)

case_visits = Table(
    "case_visits",
    metadata,
    Column("principal", CODE, primary_key=True),
    Column("report_id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
Index("ix_case_visits_principal_case_id", case_visits.c.principal, case_visits.c.case_id)
