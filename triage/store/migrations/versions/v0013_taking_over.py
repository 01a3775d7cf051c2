"""Who took a proposal over and when, and the sealed names of those whom staff are kept from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Proposals that stand were taken over by nobody; of earlier recusals the keys alone are known, which hold on."""
    op.add_column("referrals", sa.Column("taken_by", _text(64)))
    op.add_column("referrals", sa.Column("taken_at", sa.BigInteger()))
    taken = sa.text("state = 'taken'")
    op.create_index("ix_referrals_taken", "referrals", ["rank", "score"], sqlite_where=taken, postgresql_where=taken)
    for column in ("sealed", "wrapped_key"):
        op.add_column("recusals", sa.Column(column, sa.LargeBinary()))


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
