"""The dialogue with reporters: which report a message brought, who wrote one, and the day on which the newest was fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has written a message before."""
    op.add_column("messages", sa.Column("added_id", _text(26)))
    op.add_column("messages", sa.Column("by", _text(64)))
    op.create_index("ix_messages_added", "messages", ["added_id"], unique=True)
    op.create_table(
        "fetches",
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("message_id", _text(26), nullable=False),
        sa.Column("day", _text(64), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_fetches")),
    )


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
