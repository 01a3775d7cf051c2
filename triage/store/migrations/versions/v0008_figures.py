"""What is counted of a reading in a narrow row beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From counting over the readings themselves; programmes and amounts, which are sealed, are added by the worker."""
    op.create_table(
        "figures",
        sa.Column("assessment_id", _text(26), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("kind", _text(64), nullable=False),
        sa.Column("accused_level", sa.Integer(), nullable=False),
        sa.Column("programmes", sa.Text()),
        sa.Column("amount_band", sa.Integer()),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_figures")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO figures (assessment_id, categories, kind, accused_level)"
        " SELECT id, CAST(categories AS TEXT), kind, accused_level FROM assessments ORDER BY id"
    )
    op.create_index("ix_matters_at", "matters", ["at"])


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
