"""Tables of the monthly reports that were closed: every revision with the files that were made of it, never changed."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, Table, UniqueConstraint

from triage.store.columns import CODE, ID, UtcDateTime, metadata

monthly_reports = Table(
    "monthly_reports",
    metadata,
    Column("id", ID, primary_key=True),
    Column("month", CODE, nullable=False),
    Column("place", CODE, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("by", CODE, nullable=False),
    Column("role", CODE, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("month", "place", "revision"),
)

monthly_files = Table(
    "monthly_files",
    metadata,
    Column("monthly_id", ID, nullable=False),
    Column("name", CODE, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("monthly_id", "name"),
)
