"""What people decide on cases, as acts that can be taken back, and when each of them last looked at a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Lines of the ledger learn of which act they are."""
    op.create_table(
        "decisions",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("act", _text(64), nullable=False),
        sa.Column("by", _text(64), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("withdraws_id", _text(26), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_withdraws_id"), "decisions", ["withdraws_id"])
    op.create_index("ix_decisions_by_made_at", "decisions", ["by", "made_at"])
    op.create_table(
        "case_visits",
        sa.Column("principal", _text(64), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("case_id", _text(26), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("principal", "report_id", name=op.f("pk_case_visits")),
    )
    op.create_index("ix_case_visits_principal_case_id", "case_visits", ["principal", "case_id"])
    op.add_column("judgements", sa.Column("decision_id", _text(26), nullable=True))
    op.add_column("judgements", sa.Column("withdraws_id", _text(26), nullable=True))
    op.create_index(op.f("ix_judgements_decision_id"), "judgements", ["decision_id"])
