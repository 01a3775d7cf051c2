"""The audit log of a server by months, lanes on the embedded database too, and the model that each worker reads with."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Months are those of the offices, which keep no summer time
_OFFICES = timezone(timedelta(hours=8))
_AHEAD = 2
_NUMBERS = "audit_seq_seq"


def upgrade() -> None:
    """Every row of the log moves into the part of its month; on the embedded database it stays one table."""
    for name in ("model", "trouble"):
        op.add_column("workers", sa.Column(name, _text(64), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        _part_audit()
    else:
        op.create_index("ix_reports_lane", "reports", ["lane", "seq"], sqlite_where=sa.text("stage = 'received'"))


def _part_audit() -> None:
    op.execute("ALTER TABLE audit RENAME TO audit_whole")
    op.execute("ALTER TABLE audit_whole DROP CONSTRAINT pk_audit")
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), nullable=False, server_default=sa.text(f"nextval('{_NUMBERS}')")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("principal", _text(64), nullable=False),
        sa.Column("role", _text(64), nullable=False),
        sa.Column("act", _text(64), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("purpose", _text(64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        # What a row is parted by belongs to its key; numbers are given by one sequence and so are each there once
        sa.PrimaryKeyConstraint("seq", "at", name=op.f("pk_audit")),
        postgresql_partition_by="RANGE (at)",
    )
    op.execute(f"ALTER SEQUENCE {_NUMBERS} OWNED BY audit.seq")
    op.execute("CREATE TABLE audit_other PARTITION OF audit DEFAULT")
    this = datetime.now(_OFFICES).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = {_later(this, ahead) for ahead in range(_AHEAD + 1)} | _written_in()
    for month in sorted(months):
        begin, end = _micros(month), _micros(_later(month, 1))
        op.execute(f"CREATE TABLE audit_{month:%Y_%m} PARTITION OF audit FOR VALUES FROM ({begin}) TO ({end})")
    columns = "seq, at, principal, role, act, subjects, purpose, detail"
    # No name comes from outside
    op.execute(f"INSERT INTO audit ({columns}) SELECT {columns} FROM audit_whole")  # noqa: S608
    op.execute("DROP TABLE audit_whole")


def _written_in() -> set[datetime]:
    """The months of the rows that are there."""
    told = "to_char(to_timestamp(at / 1000000) AT TIME ZONE INTERVAL '+08:00', 'YYYY-MM')"
    rows = op.get_bind().execute(sa.text(f"SELECT DISTINCT {told} FROM audit_whole")).scalars()  # noqa: S608  # our own
    return {datetime.strptime(row, "%Y-%m").replace(tzinfo=_OFFICES) for row in rows}


def _later(month: datetime, months: int) -> datetime:
    whole = month.year * 12 + month.month - 1 + months
    return month.replace(year=whole // 12, month=whole % 12 + 1)


def _micros(month: datetime) -> int:
    return int(month.timestamp()) * 1_000_000


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
