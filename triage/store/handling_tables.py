"""Clocks of matters that are not sealed, as they run, and what people did to them; and what was done to clear somebody."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table

from triage.store.columns import CODE, ID, SERIAL, UtcDateTime, metadata

clocks = Table(
    "clocks",
    metadata,
    Column("report_id", ID, primary_key=True),
    Column("name", CODE, primary_key=True),
    Column("since", UtcDateTime, primary_key=True),
    # Where it counts from: later than its beginning by what it was paused for
    Column("counts_from", UtcDateTime, nullable=False),
    Column("paused_at", UtcDateTime),
    Column("escalated_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
)
_runs = clocks.c.ended_at.is_(None)
Index(
    "ix_clocks_running",
    clocks.c.name,
    clocks.c.counts_from,
    clocks.c.report_id,
    sqlite_where=_runs,
    postgresql_where=_runs,
)

clock_acts = Table(
    "clock_acts",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("report_id", ID, nullable=False, index=True),
    Column("name", CODE, nullable=False),
    Column("act", CODE, nullable=False),
    Column("by", CODE, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("note", LargeBinary),
)

clearings = Table(
    "clearings",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("report_id", ID, nullable=False, index=True),
    Column("act", CODE, nullable=False),
    Column("form", CODE),
    # The newest step of the matter at that moment: an order holds as long as the outcome before it
    Column("step", BigInteger, nullable=False),
    Column("by", CODE, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Who, approval and note
    Column("note", LargeBinary),
)
