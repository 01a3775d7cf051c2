"""Everything that the first version keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From an empty database."""
    for make in (
        _facts_and_receipts,
        _reports,
        _matters,
        _assessments,
        _priorities,
        _links,
        _cases,
        _offices_and_staff,
        _dialogue_and_jobs,
        _logs,
    ):
        make()


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _serial() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment() -> sa.types.TypeEngine[int]:
    return sa.BigInteger()


def _facts_and_receipts() -> None:
    op.create_table(
        "store_facts",
        sa.Column("name", _text(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_store_facts")),
    )
    op.create_table(
        "receipts",
        sa.Column("receipt_hash", _text(64), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("key_hash", _text(64), nullable=True),
        sa.Column("body_hash", _text(64), nullable=True),
        sa.Column("expires_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("receipt_hash", name=op.f("pk_receipts")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_receipts_key_hash")),
    )
    op.create_table(
        "identities",
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_identities")),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("seq", _serial(), autoincrement=True, nullable=False),
        sa.Column("id", _text(26), nullable=False),
        sa.Column("stage", _text(64), nullable=False),
        sa.Column("channel", _text(64), nullable=False),
        sa.Column("received_at", _moment(), nullable=False),
        sa.Column("arrived_at", _moment(), nullable=False),
        sa.Column("division", _text(12), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrap", _text(64), nullable=False),
        sa.Column("origin", _text(64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", _moment(), nullable=False),
        sa.Column("trouble", _text(64), nullable=False),
        sa.Column("assessment_id", _text(26), nullable=True),
        sa.Column("priority_id", _text(26), nullable=True),
        sa.Column("case_id", _text(26), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_reports")),
        sa.UniqueConstraint("id", name=op.f("uq_reports_id")),
        sa.UniqueConstraint("origin", name=op.f("uq_reports_origin")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_reports_case",
        "reports",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("case_id IS NOT NULL"),
        postgresql_where=sa.text("case_id IS NOT NULL"),
    )
    op.create_index(
        "ix_reports_queue",
        "reports",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("stage = 'received'"),
        postgresql_where=sa.text("stage = 'received'"),
    )
    op.create_index("ix_reports_received_at", "reports", ["received_at"], unique=False)
    op.create_index(
        "ix_reports_troubled",
        "reports",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("tries > 0"),
        postgresql_where=sa.text("tries > 0"),
    )


def _matters() -> None:
    op.create_table(
        "matters",
        sa.Column("seq", _serial(), autoincrement=True, nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("state", _text(64), nullable=False),
        sa.Column("by", _text(64), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_matters")),
    )
    op.create_index(op.f("ix_matters_report_id"), "matters", ["report_id"], unique=False)
    op.create_table(
        "routes",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("way", _text(64), nullable=False),
        sa.Column("division", _text(12), nullable=False),
        sa.Column("office_id", _text(64), nullable=True),
        sa.Column("refer", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routes")),
    )
    op.create_index(op.f("ix_routes_report_id"), "routes", ["report_id"], unique=False)


def _assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("reader", _text(64), nullable=False),
        sa.Column("model", _text(64), nullable=False),
        sa.Column("taxonomy", _text(64), nullable=False),
        sa.Column("policy", _text(64), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("kind", _text(64), nullable=False),
        sa.Column("language", _text(64), nullable=False),
        sa.Column("accused_level", sa.Integer(), nullable=False),
        sa.Column("refer", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint(
            "report_id", "reader", "model", "taxonomy", name=op.f("uq_assessments_report_id_reader_model_taxonomy")
        ),
    )


def _priorities() -> None:
    op.create_table(
        "priorities",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("assessment_id", _text(26), nullable=False),
        sa.Column("level", _text(64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("refer", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("corroboration", sa.Float(), nullable=False),
        sa.Column("policy", _text(64), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priorities")),
    )
    op.create_index("ix_priorities_rank_score", "priorities", ["rank", "score"], unique=False)
    op.create_index(op.f("ix_priorities_report_id"), "priorities", ["report_id"], unique=False)


def _links() -> None:
    op.create_table(
        "link_keys",
        sa.Column("value", _text(64), nullable=False),
        sa.Column("kind", _text(64), nullable=False),
        sa.Column("report_seq", _serial(), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.PrimaryKeyConstraint("value", "kind", "report_seq", name=op.f("pk_link_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_link_keys_report_id"), "link_keys", ["report_id"], unique=False)
    op.create_table(
        "party_keys",
        sa.Column("value", _text(64), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.PrimaryKeyConstraint("value", "report_id", name=op.f("pk_party_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_party_keys_report_id"), "party_keys", ["report_id"], unique=False)
    op.create_table(
        "judgements",
        sa.Column("seq", _serial(), autoincrement=True, nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("other_id", _text(26), nullable=False),
        sa.Column("verdict", _text(64), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("by", _text(64), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_judgements")),
    )
    op.create_index(op.f("ix_judgements_other_id"), "judgements", ["other_id"], unique=False)
    op.create_index(op.f("ix_judgements_report_id"), "judgements", ["report_id"], unique=False)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("changed_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_table(
        "referrals",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("office_id", _text(64), nullable=True),
        sa.Column("level", _text(64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("accused_level", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("proposed_at", _moment(), nullable=False),
        sa.Column("state", _text(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index(
        "ix_referrals_open",
        "referrals",
        ["rank", "score"],
        unique=False,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_index(op.f("ix_referrals_report_id"), "referrals", ["report_id"], unique=False)


def _offices_and_staff() -> None:
    op.create_table(
        "offices",
        sa.Column("id", _text(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("division", _text(12), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", _text(64), nullable=False),
        sa.Column("head", _text(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
    )
    op.create_table(
        "staff",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("token_hash", _text(64), nullable=False),
        sa.Column("role", _text(64), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.Column("revoked_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_token_hash")),
    )


def _dialogue_and_jobs() -> None:
    op.create_table(
        "recusals",
        sa.Column("staff_id", _text(26), nullable=False),
        sa.Column("party_key", _text(64), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "party_key", name=op.f("pk_recusals")),
    )
    op.create_table(
        "messages",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.Column("direction", _text(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_report_id"), "messages", ["report_id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", _text(26), nullable=False),
        sa.Column("kind", _text(64), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", _text(64), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("changed_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"], unique=False)


def _logs() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", _serial(), autoincrement=True, nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("principal", _text(64), nullable=False),
        sa.Column("role", _text(64), nullable=False),
        sa.Column("act", _text(64), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("purpose", _text(64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_seals",
        sa.Column("seq", _serial(), autoincrement=True, nullable=False),
        sa.Column("first", _serial(), nullable=False),
        sa.Column("last", _serial(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("chain", _text(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("first", name=op.f("uq_audit_seals_first")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        sa.Column("seq", _serial(), autoincrement=True, nullable=False),
        sa.Column("report_id", _text(26), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
