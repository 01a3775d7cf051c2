"""What became of sealed reports: packets that were made for the office above, and packets that came from below."""

from __future__ import annotations

from sqlalchemy import Column, Table

from triage.store.columns import CODE, DIVISION, HASH, ID, UtcDateTime, metadata

packets = Table(
    "packets",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report_id", ID, nullable=False, index=True),
    Column("direction", CODE, nullable=False),
    Column("division", DIVISION, nullable=False),
    Column("key", CODE, nullable=False),
    Column("digest", HASH, nullable=False),
    Column("principal", CODE, nullable=False),
    Column("role", CODE, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
