"""Workers that share a queue, lanes that keep one sender's flood from the others, and JSON that PostgreSQL can group by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = (
    ("assessments", "categories"),
    ("routes", "reasons"),
    ("judgements", "features"),
    ("referrals", "reasons"),
    ("staff", "places"),
    ("jobs", "arguments"),
    ("reviews", "categories"),
    ("reviews", "lowered"),
)


def upgrade() -> None:
    """Two tables more; whatever waits already is in the first lane."""
    op.create_table(
        "workers",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("host", _text(64), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_table(
        "claims",
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("worker_id", _text(26), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_worker_id"), "claims", ["worker_id"])
    op.add_column("reports", sa.Column("lane", sa.SmallInteger(), nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "postgresql":
        waits = sa.text("stage = 'received'")
        op.create_index("ix_reports_lane", "reports", ["lane", "seq"], postgresql_where=waits)
        op.create_index("ix_outbox_report_id", "outbox", ["report_id"])
        for table, column in _JSON:
            op.alter_column(table, column, type_=JSONB(), postgresql_using=f"{column}::jsonb")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
