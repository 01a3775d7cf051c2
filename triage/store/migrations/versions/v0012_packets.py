"""Packets by which sealed reports go up and come in, and a way to find those that have yet to go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Reports that were sealed before begin with none: their clocks have run since receipt all the same."""
    op.create_table(
        "packets",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("direction", _text(64), nullable=False),
        sa.Column("division", _text(12), nullable=False),
        sa.Column("key", _text(64), nullable=False),
        sa.Column("digest", _text(64), nullable=False),
        sa.Column("principal", _text(64), nullable=False),
        sa.Column("role", _text(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packets")),
    )
    op.create_index("ix_packets_report_id", "packets", ["report_id"])
    sealed = sa.text("stage = 'sealed'")
    op.create_index("ix_reports_sealed", "reports", ["seq"], sqlite_where=sealed, postgresql_where=sealed)


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
