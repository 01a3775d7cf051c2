"""Which reports tell of danger or retaliation, beside each report, so that their list need not look at all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.store.danger import mark_opened, mark_told

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Reports read before are told by what stands in clear, then by opening the grave ones: a floor stands sealed."""
    op.add_column("reports", sa.Column("at_once", sa.Boolean(), nullable=False, server_default=sa.false()))
    on_sqlite, on_server = sa.text("at_once = 1"), sa.text("at_once")
    op.create_index("ix_reports_at_once", "reports", ["seq"], sqlite_where=on_sqlite, postgresql_where=on_server)
    mark_told(op.get_bind())
    if (vault := context.config.attributes.get("vault")) is not None:
        mark_opened(op.get_bind(), vault)
