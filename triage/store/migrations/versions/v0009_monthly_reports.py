"""Monthly reports that are closed, with their revisions and files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From months that are counted anew each time to months that can be closed."""
    op.create_table(
        "monthly_reports",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("month", _text(64), nullable=False),
        sa.Column("place", _text(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("by", _text(64), nullable=False),
        sa.Column("role", _text(64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_reports")),
        sa.UniqueConstraint("month", "place", "revision", name=op.f("uq_monthly_reports_month_place_revision")),
    )
    op.create_table(
        "monthly_files",
        sa.Column("monthly_id", _text(26), nullable=False),
        sa.Column("name", _text(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("monthly_id", "name", name=op.f("pk_monthly_files")),
    )


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
