"""Tables of workers that share the queue of a server database: who is at work, and who holds which report.

The embedded database has one worker, which the operating system's lock names: there its row tells only the model that it
reads with, and its claims tell the next one what it was lost over.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from triage.store.columns import CODE, ID, UtcDateTime, metadata

workers = Table(
    "workers",
    metadata,
    Column("id", ID, primary_key=True),
    Column("host", CODE, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("model", CODE, nullable=False, server_default=""),
    Column("trouble", CODE, nullable=False, server_default=""),
)

claims = Table(
    "claims",
    metadata,
    Column("report_id", ID, primary_key=True),
    Column("worker_id", ID, nullable=False, index=True),
    Column("taken_at", UtcDateTime, nullable=False),
)
