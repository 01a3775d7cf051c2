"""The tables. In clear stand only codes, numbers, dates, stages and ids; whatever repeats a report is a sealed blob.

Append-only are assessments, reviews, priorities, routes, matters, judgements, audit and its seals. ``reports`` is the only row
that changes: its stage, its place in the queue, and pointers to what holds now.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from triage.store.columns import CODE, DIVISION, HASH, ID, JSON, SERIAL, UtcDateTime, metadata

store_facts = Table(
    "store_facts", metadata, Column("name", CODE, primary_key=True), Column("value", Text, nullable=False)
)

reports = Table(
    "reports",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("id", ID, nullable=False),
    Column("stage", CODE, nullable=False),
    Column("channel", CODE, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("division", DIVISION, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("wrap", CODE, nullable=False),
    Column("origin", HASH),
    Column("tries", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("trouble", CODE, nullable=False),
    Column("assessment_id", ID),
    Column("priority_id", ID),
    Column("case_id", ID),
    Column("review_id", ID),
    Column("lane", SmallInteger, nullable=False, server_default="0"),
    Column("at_once", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("id"),
    UniqueConstraint("origin"),
    sqlite_autoincrement=True,
)
_waits = reports.c.stage == "received"
Index("ix_reports_queue", reports.c.seq, sqlite_where=_waits, postgresql_where=_waits)
Index("ix_reports_lane", reports.c.lane, reports.c.seq, sqlite_where=_waits, postgresql_where=_waits)
_sealed = reports.c.stage == "sealed"
Index("ix_reports_sealed", reports.c.seq, sqlite_where=_sealed, postgresql_where=_sealed)
_troubled = reports.c.tries > 0
Index("ix_reports_troubled", reports.c.seq, sqlite_where=_troubled, postgresql_where=_troubled)
Index("ix_reports_received_at", reports.c.received_at)
_in_case = reports.c.case_id.is_not(None)
Index("ix_reports_case", reports.c.case_id, sqlite_where=_in_case, postgresql_where=_in_case)

Index("ix_reports_at_once", reports.c.seq, sqlite_where=reports.c.at_once, postgresql_where=reports.c.at_once)

receipts = Table(
    "receipts",
    metadata,
    Column("receipt_hash", HASH, primary_key=True),
    Column("report_id", ID, nullable=False),
    Column("key_hash", HASH),
    Column("body_hash", HASH),
    Column("expires_at", UtcDateTime),
    UniqueConstraint("key_hash"),
)

identities = Table(
    "identities",
    metadata,
    Column("report_id", ID, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
)

matters = Table(
    "matters",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("report_id", ID, nullable=False, index=True),
    Column("state", CODE, nullable=False),
    Column("by", CODE, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("reason", CODE),
    Column("target", CODE),
    Column("note", LargeBinary),
)
_decided = matters.c.state != "received"
Index("ix_matters_decided", matters.c.state, matters.c.seq, sqlite_where=_decided, postgresql_where=_decided)

assessments = Table(
    "assessments",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report_id", ID, nullable=False),
    Column("reader", CODE, nullable=False),
    Column("model", CODE, nullable=False),
    Column("taxonomy", CODE, nullable=False),
    Column("policy", CODE, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("language", CODE, nullable=False),
    Column("accused_level", Integer, nullable=False),
    Column("refer", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("report_id", "reader", "model", "taxonomy"),
)

priorities = Table(
    "priorities",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report_id", ID, nullable=False, index=True),
    Column("assessment_id", ID, nullable=False),
    Column("level", CODE, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("refer", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("corroboration", Float, nullable=False),
    Column("policy", CODE, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("review_id", ID),
)
Index("ix_priorities_rank_score", priorities.c.rank, priorities.c.score)

routes = Table(
    "routes",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report_id", ID, nullable=False, index=True),
    Column("way", CODE, nullable=False),
    Column("division", DIVISION, nullable=False),
    Column("office_id", CODE),
    Column("refer", Boolean, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

link_keys = Table(
    "link_keys",
    metadata,
    Column("number", SERIAL, primary_key=True, autoincrement=False),
    Column("report_seq", SERIAL, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

report_keys = Table(
    "report_keys",
    metadata,
    Column("report_seq", SERIAL, primary_key=True, autoincrement=False),
    Column("numbers", LargeBinary, nullable=False),
)

link_facts = Table(
    "link_facts",
    metadata,
    Column("report_id", ID, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

party_keys = Table(
    "party_keys",
    metadata,
    Column("value", HASH, primary_key=True),
    Column("report_id", ID, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

judgements = Table(
    "judgements",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("report_id", ID, nullable=False, index=True),
    Column("other_id", ID, nullable=False, index=True),
    Column("verdict", CODE, nullable=False),
    Column("score", Float, nullable=False),
    Column("by", CODE, nullable=False),
    Column("features", JSON, nullable=False),
    Column("joined", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("decision_id", ID, index=True),
    Column("withdraws_id", ID),
)

cases = Table(
    "cases",
    metadata,
    Column("id", ID, primary_key=True),
    Column("changed_at", UtcDateTime, nullable=False),
)

referrals = Table(
    "referrals",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report_id", ID, nullable=False, index=True),
    Column("office_id", CODE),
    Column("level", CODE, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("accused_level", Integer, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("state", CODE, nullable=False),
    Column("taken_by", CODE),
    Column("taken_at", UtcDateTime),
)
LISTED_REFERRALS = ("proposed", "taken")
"""The states of a proposal that an office has before it or somebody has taken over: no other is made beside it."""
_open, _taken = referrals.c.state == "proposed", referrals.c.state == "taken"
Index("ix_referrals_open", referrals.c.rank, referrals.c.score, sqlite_where=_open, postgresql_where=_open)
Index("ix_referrals_taken", referrals.c.rank, referrals.c.score, sqlite_where=_taken, postgresql_where=_taken)

offices = Table(
    "offices",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("name", Text, nullable=False),
    Column("division", DIVISION, nullable=False),
    Column("level", Integer, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("head", HASH),
)

staff = Table(
    "staff",
    metadata,
    Column("id", ID, primary_key=True),
    Column("token_hash", HASH, nullable=False),
    Column("role", CODE, nullable=False),
    Column("places", JSON, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("token_hash"),
)

recusals = Table(
    "recusals",
    metadata,
    Column("staff_id", ID, primary_key=True),
    Column("party_key", HASH, primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary),
    Column("wrapped_key", LargeBinary),
)

messages = Table(
    "messages",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report_id", ID, nullable=False, index=True),
    Column("direction", CODE, nullable=False),
    # Empty where the reporter wrote: what was said is the report that was added
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("added_id", ID),
    Column("by", CODE),
)
Index("ix_messages_added", messages.c.added_id, unique=True)
IN, OUT = "in", "out"
"""Directions of a message: from the reporter, and from the office."""

fetches = Table(
    "fetches",
    metadata,
    Column("report_id", ID, primary_key=True),
    Column("message_id", ID, nullable=False),
    Column("day", CODE, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("principal", CODE, nullable=False),
    Column("role", CODE, nullable=False),
    Column("act", CODE, nullable=False),
    Column("subjects", Text, nullable=False),
    Column("purpose", CODE, nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("first", SERIAL, nullable=False),
    Column("last", SERIAL, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("chain", HASH, nullable=False),
    UniqueConstraint("first"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("report_id", ID, nullable=False),
    Column("about", CODE, nullable=False, server_default=""),
    Column("case_before", ID),
    sqlite_autoincrement=True,
)
Index("ix_outbox_report_id", outbox.c.report_id).ddl_if(dialect="postgresql")

jobs = Table(
    "jobs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("state", CODE, nullable=False, index=True),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
