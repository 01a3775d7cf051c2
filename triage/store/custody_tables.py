"""Requests for who a reporter is, and what was done with each; both are only added to."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, SmallInteger, Table

from triage.store.columns import CODE, ID, SERIAL, UtcDateTime, metadata

identity_requests = Table(
    "identity_requests",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report_id", ID, nullable=False, index=True),
    Column("by", CODE, nullable=False, index=True),
    Column("reason", CODE, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False, index=True),
)

identity_acts = Table(
    "identity_acts",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("request_id", ID, nullable=False, index=True),
    Column("act", CODE, nullable=False),
    Column("by", CODE, nullable=False),
    # How many approvals the report needed at that moment
    Column("needed", SmallInteger, nullable=False),
    Column("note", LargeBinary),
    Column("at", UtcDateTime, nullable=False),
)
_once = identity_acts.c.act != "open"
# Two custodians are two: nobody's second word on a request is kept, whatever the program does
Index(
    "ix_identity_acts_once",
    identity_acts.c.request_id,
    identity_acts.c.by,
    unique=True,
    sqlite_where=_once,
    postgresql_where=_once,
)
