"""People's decisions on what a machine read, and the set of reports that they are asked about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From readings that nobody answers to readings that people confirm, correct or reject."""
    op.create_table(
        "reviews",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("id", _text(26), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("assessment_id", _text(26), nullable=False),
        sa.Column("reader", _text(64), nullable=False),
        sa.Column("model", _text(64), nullable=False),
        sa.Column("decision", _text(64), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("refer", sa.Boolean()),
        sa.Column("urgent", sa.Boolean()),
        sa.Column("lowered", sa.JSON(), nullable=False),
        sa.Column("stratum", _text(64), nullable=False),
        sa.Column("share", sa.Float()),
        sa.Column("by", _text(64), nullable=False),
        sa.Column("role", _text(64), nullable=False),
        sa.Column("note", sa.LargeBinary()),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("id", name=op.f("uq_reviews_id")),
    )
    op.create_index(op.f("ix_reviews_report_id"), "reviews", ["report_id"])
    op.create_table(
        "review_pool",
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("assessment_id", _text(26), nullable=False),
        sa.Column("stratum", _text(64), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("place", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_review_pool")),
    )
    drawn = sa.text("place < 1.0")
    op.create_index("ix_review_pool_drawn", "review_pool", ["place"], sqlite_where=drawn, postgresql_where=drawn)
    op.add_column("reports", sa.Column("review_id", _text(26)))
    op.add_column("priorities", sa.Column("review_id", _text(26)))
    # Reports that were read before go through the later steps once more, where it is drawn who is asked about them.
    op.execute(
        "INSERT INTO outbox (report_id) SELECT id FROM reports WHERE stage IN ('assessed', 'indexed') ORDER BY seq"
    )


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
