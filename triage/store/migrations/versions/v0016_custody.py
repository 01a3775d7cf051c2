"""Requests for who a reporter is, and what was done with each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables; nothing that is there changes."""
    op.create_table(
        "identity_requests",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("by", _text(64), nullable=False),
        sa.Column("reason", _text(64), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_requests")),
    )
    for column in ("report_id", "by", "asked_at"):
        op.create_index(f"ix_identity_requests_{column}", "identity_requests", [column])
    op.create_table(
        "identity_acts",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("request_id", _text(26), nullable=False),
        sa.Column("act", _text(64), nullable=False),
        sa.Column("by", _text(64), nullable=False),
        sa.Column("needed", sa.SmallInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_identity_acts")),
    )
    op.create_index("ix_identity_acts_request_id", "identity_acts", ["request_id"])
    once = sa.text("act <> 'open'")
    op.create_index(
        "ix_identity_acts_once",
        "identity_acts",
        ["request_id", "by"],
        unique=True,
        sqlite_where=once,
        postgresql_where=once,
    )


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
