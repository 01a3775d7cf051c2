"""The tables of reviewing: people's decisions, only ever added to, and the set of reports that they are asked about."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, LargeBinary, Table, UniqueConstraint

from triage.store.columns import CODE, ID, JSON, SERIAL, UtcDateTime, metadata

reviews = Table(
    "reviews",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("id", ID, nullable=False),
    Column("report_id", ID, nullable=False, index=True),
    Column("assessment_id", ID, nullable=False),
    Column("reader", CODE, nullable=False),
    Column("model", CODE, nullable=False),
    Column("decision", CODE, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("refer", Boolean),
    Column("urgent", Boolean),
    Column("lowered", JSON, nullable=False),
    Column("stratum", CODE, nullable=False),
    Column("share", Float),
    Column("by", CODE, nullable=False),
    Column("role", CODE, nullable=False),
    Column("note", LargeBinary),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("id"),
)

review_pool = Table(
    "review_pool",
    metadata,
    Column("report_id", ID, primary_key=True),
    Column("assessment_id", ID, nullable=False),
    Column("stratum", CODE, nullable=False),
    Column("share", Float, nullable=False),
    Column("place", Float, nullable=False),
)
_drawn = review_pool.c.place < 1.0
Index("ix_review_pool_drawn", review_pool.c.place, sqlite_where=_drawn, postgresql_where=_drawn)
