"""Tables of searches that somebody saved and of the alerts that they raised."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, UniqueConstraint

from triage.store.columns import CODE, ID, UtcDateTime, metadata

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("id", ID, primary_key=True),
    Column("principal", CODE, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("snoozed_until", UtcDateTime),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("search_id", ID, nullable=False),
    Column("report_id", ID, nullable=False, index=True),
    Column("event", CODE, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
    UniqueConstraint("search_id", "report_id"),
)
