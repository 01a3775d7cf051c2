"""Facts for linking, sealed beside each report; link keys of the first kind meet nobody any more and go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From near-identical text to facts."""
    op.create_table(
        "link_facts",
        sa.Column("report_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_link_facts")),
    )
    op.execute("DELETE FROM link_keys")
