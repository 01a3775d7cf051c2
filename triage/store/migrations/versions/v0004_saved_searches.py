"""Saved searches, their words sealed, and the alerts that they raise: one for each saved search and report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables more."""
    op.create_table(
        "saved_searches",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("principal", _text(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
    )
    op.create_index(op.f("ix_saved_searches_principal"), "saved_searches", ["principal"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("search_id", _text(26), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("event", _text(64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("search_id", "report_id", name=op.f("uq_alerts_search_id_report_id")),
    )
    op.create_index(op.f("ix_alerts_report_id"), "alerts", ["report_id"], unique=False)


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
