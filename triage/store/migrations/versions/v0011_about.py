"""What a line of the outbox is about, so that nobody is told of a report in which nothing is new."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lines that wait already may be about anything, as they were."""
    op.add_column("outbox", sa.Column("about", _text(64), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("case_before", _text(26)))


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
