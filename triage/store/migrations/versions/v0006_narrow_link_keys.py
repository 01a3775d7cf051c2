"""Link keys as numbers, a quarter of their former size; what a report's keys are stands beside it once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from triage.model import LinkKey
from triage.store.crowds import number_of, packed

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BATCH = 500


def _serial() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """From keys as text with the report's id in every row."""
    op.rename_table("link_keys", "text_keys")
    op.create_table(
        "link_keys",
        sa.Column("number", _serial(), autoincrement=False, nullable=False),
        sa.Column("report_seq", _serial(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", "report_seq", name="pk_link_keys_narrow"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_keys",
        sa.Column("report_seq", _serial(), autoincrement=False, nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report_seq", name=op.f("pk_report_keys")),
    )
    _carry_over(op.get_bind())
    op.drop_table("text_keys")


def _carry_over(connection: sa.Connection) -> None:
    """Keys of ``_BATCH`` reports at a time, in the order of intake."""
    reports = connection.exec_driver_sql("SELECT DISTINCT report_id FROM text_keys ORDER BY report_id").scalars().all()
    wanted = sa.text("SELECT report_seq, kind, value FROM text_keys WHERE report_id IN :ids").bindparams(
        sa.bindparam("ids", expanding=True)
    )
    for start in range(0, len(reports), _BATCH):
        told: dict[int, set[int]] = {}
        for seq, kind, value in connection.execute(wanted, {"ids": reports[start : start + _BATCH]}):
            told.setdefault(seq, set()).add(number_of(LinkKey(kind, value)))
        rows = [{"n": number, "s": seq} for seq, numbers in told.items() for number in numbers]
        lists = [{"s": seq, "p": packed(sorted(numbers))} for seq, numbers in told.items()]
        connection.execute(sa.text("INSERT INTO link_keys (number, report_seq) VALUES (:n, :s)"), rows)
        connection.execute(sa.text("INSERT INTO report_keys (report_seq, numbers) VALUES (:s, :p)"), lists)
