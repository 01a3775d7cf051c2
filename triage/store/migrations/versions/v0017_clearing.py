"""Clearing the wrongly accused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table; nothing that is there changes."""
    op.create_table(
        "clearings",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("act", _text(64), nullable=False),
        sa.Column("form", _text(64)),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("by", _text(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_clearings")),
    )
    op.create_index("ix_clearings_report_id", "clearings", ["report_id"])


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
