"""What is told beside a state of a matter, and the clocks that run for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NOTICES = """
    INSERT INTO clocks (report_id, name, since, counts_from)
    SELECT r.id, 'acceptance_notice', r.received_at, r.received_at
    FROM identities i JOIN reports r ON r.id = i.report_id
    WHERE r.stage <> 'sealed' AND NOT EXISTS (
        SELECT 1 FROM matters m WHERE m.report_id = r.id AND m.state NOT IN ('received', 'registered', 'screened')
    )
"""
_PASSING = """
    INSERT INTO clocks (report_id, name, since, counts_from)
    SELECT r.id, 'passing_on', r.received_at, r.received_at
    FROM routes t JOIN reports r ON r.id = t.report_id
    WHERE t.way IN ('down', 'on') AND r.stage <> 'sealed'
    AND NOT EXISTS (SELECT 1 FROM routes x WHERE x.report_id = t.report_id AND x.id > t.id)
    AND NOT EXISTS (
        SELECT 1 FROM matters m WHERE m.report_id = r.id AND m.state NOT IN ('received', 'registered', 'screened')
    )
"""
_UNDER_WAY = """
    INSERT INTO clocks (report_id, name, since, counts_from)
    SELECT m.report_id, CASE m.state WHEN 'handed_over' THEN 'disposal_proposal' ELSE 'feedback' END, m.at, m.at
    FROM matters m
    WHERE m.state IN ('handed_over', 'closed', 'concluded')
    AND NOT EXISTS (SELECT 1 FROM matters n WHERE n.report_id = m.report_id AND n.seq > m.seq)
"""


def upgrade() -> None:
    """Clocks of what is there already count from receipt, or from the state that began them.

    Whose names came with a contact is sealed: of reports from before, each that came with either counts as real-name.
    """
    op.add_column("matters", sa.Column("reason", _text(64)))
    op.add_column("matters", sa.Column("target", _text(64)))
    op.add_column("matters", sa.Column("note", sa.LargeBinary()))
    decided = sa.text("state <> 'received'")
    op.create_index("ix_matters_decided", "matters", ["state", "seq"], sqlite_where=decided, postgresql_where=decided)
    op.create_table(
        "clocks",
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("name", _text(64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("counts_from", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", sa.BigInteger()),
        sa.Column("escalated_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("report_id", "name", "since", name=op.f("pk_clocks")),
    )
    runs = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_clocks_running", "clocks", ["name", "counts_from", "report_id"], sqlite_where=runs, postgresql_where=runs
    )
    op.create_table(
        "clock_acts",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("name", _text(64), nullable=False),
        sa.Column("act", _text(64), nullable=False),
        sa.Column("by", _text(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_clock_acts")),
    )
    op.create_index("ix_clock_acts_report_id", "clock_acts", ["report_id"])
    for statement in (_NOTICES, _PASSING, _UNDER_WAY):
        op.execute(statement)


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
