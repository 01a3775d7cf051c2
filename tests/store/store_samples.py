"""Small factories for the tests of the store; all people and villages are invented."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, text, update

from triage.model import (
    Access,
    Assessment,
    Channel,
    Entity,
    EntityKind,
    Kind,
    Language,
    Level,
    LinkKey,
    Point,
    Rank,
    Reasons,
    Risk,
    Role,
    Route,
    StaffRole,
    Submission,
    Way,
    Weight,
)
from triage.store import Arrival, Assessed, Priority, Store
from triage.store.tables import assessments, identities, link_facts, reports

TEXT = "三河村村支书王守田把发给贫困户的三万五千元救助款扣下了。"
RECEIVED = datetime(2019, 11, 5, 2, 0, tzinfo=UTC)


def arrival(text: str = TEXT, **changes: Any) -> Arrival:
    """An arrival without idempotency key; ``key`` gives it one, ``body`` another body hash."""
    key, body = changes.pop("key", None), changes.pop("body", "b" * 64)
    receipt = changes.pop("receipt", None) or (_hashed(f"{key}-{body}") if key else secrets.token_hex(16))
    fields: dict[str, Any] = {"channel": Channel.API, "received_at": RECEIVED, **changes}
    return Arrival(Submission(text, **fields), receipt, key, body if key else None)


def _hashed(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()


def assessment(**changes: Any) -> Assessment:
    """An assessment that repeats a name and a sum of the text."""
    fields: dict[str, Any] = {
        "categories": ("embezzlement", "opaque_funds"),
        "probabilities": {"embezzlement": 0.91, "opaque_funds": 0.6},
        "refer": True,
        "refer_probability": 0.97,
        "urgent": False,
        "urgent_probability": 0.04,
        "risk": Risk(Level.HIGH, 6.5, (Point("money_taken", 3.0, ((15, 19),)),), (Point("severity", 3.5),)),
        "language": Language.ZH,
        "kind": Kind.ACCUSATION,
        "accused_level": Rank.VILLAGE,
        "entities": (
            Entity(EntityKind.PERSON, "王守田", 6, 9, role=Role.ACCUSED),
            Entity(EntityKind.AMOUNT, "三万五千元", 15, 20, fen=3_500_000),
        ),
        "reasons": {"refer": Reasons(-1.0, 0.25, (Weight(0, 6, 1.5),), 0.125)},
        "reader": "linear/1",
        "model": "m1",
        "taxonomy": "t1",
        "policy": "p1",
    }
    return Assessment(**{**fields, **changes})


def outcome(report_id: str, **changes: Any) -> Assessed:
    """An open, referred outcome in 513431; ``way``, ``division``, ``level``, ``score`` change what their names say."""
    way, division = changes.pop("way", Way.OWN), changes.pop("division", "513431")
    level, score = changes.pop("level", Level.HIGH), changes.pop("score", 6.5)
    route = Route(way, division, None, changes.pop("refer", True), ("money_taken",))
    fields: dict[str, Any] = {
        "assessment": assessment(),
        "priority": Priority(level, score, True),
        "link_keys": (LinkKey("near", f"band-{report_id}"),),
    }
    return Assessed(report_id, route=route, **{**fields, **changes})


def staff(*places: str, role: StaffRole = StaffRole.INVESTIGATOR, excluded: tuple[str, ...] = ()) -> Access:
    """The access of a member of staff."""
    return Access("somebody", role, places or ("",), excluded)


def with_text_keys(connection: Connection, version: str) -> None:
    """Turns the tables of link keys back into those of an earlier version; later tables are not there."""
    for table in ("link_keys", "report_keys"):
        connection.exec_driver_sql(f"DROP TABLE {table}")
    without_figures(connection)
    connection.exec_driver_sql(
        "CREATE TABLE link_keys (value VARCHAR(64) NOT NULL, kind VARCHAR(64) NOT NULL, report_seq INTEGER NOT NULL, "
        "report_id VARCHAR(26) NOT NULL, CONSTRAINT pk_link_keys PRIMARY KEY (value, kind, report_seq))"
        + (" WITHOUT ROWID" if connection.dialect.name == "sqlite" else "")
    )
    connection.exec_driver_sql("CREATE INDEX ix_link_keys_report_id ON link_keys (report_id)")
    # From here on the tables of workers are made by the migrations
    for table in ("workers", "claims"):
        connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql("DROP INDEX IF EXISTS ix_reports_lane")
    connection.exec_driver_sql("DROP INDEX IF EXISTS ix_outbox_report_id")
    connection.exec_driver_sql("ALTER TABLE reports DROP COLUMN lane")
    set_version(connection, version)


def set_version(connection: Connection, version: str) -> None:
    """Says that the tables are of another version."""
    connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def without_figures(connection: Connection) -> None:
    """Takes away what the version that counts readings in rows of their own, and later ones, have added."""
    without_months(connection)
    for table in ("figures", "monthly_files", "monthly_reports"):
        connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql("DROP INDEX ix_matters_at")


def without_months(connection: Connection) -> None:
    """Turns the audit log of a server back into one table, and takes away what came with its months and later."""
    without_packets(connection)
    for column in ("about", "case_before"):
        connection.exec_driver_sql(f"ALTER TABLE outbox DROP COLUMN {column}")
    for column in ("model", "trouble"):
        connection.exec_driver_sql(f"ALTER TABLE workers DROP COLUMN {column}")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP INDEX ix_reports_lane")
        return
    for statement in (
        "ALTER TABLE audit RENAME TO audit_parted",
        "CREATE TABLE audit (LIKE audit_parted INCLUDING DEFAULTS)",
        "ALTER SEQUENCE audit_seq_seq OWNED BY audit.seq",
        "INSERT INTO audit SELECT * FROM audit_parted",
        "DROP TABLE audit_parted",
        "ALTER TABLE audit ADD CONSTRAINT pk_audit PRIMARY KEY (seq)",
    ):
        connection.exec_driver_sql(statement)


def without_packets(connection: Connection) -> None:
    """Takes away what came with packets, and later."""
    without_taking(connection)
    connection.exec_driver_sql("DROP TABLE packets")
    connection.exec_driver_sql("DROP INDEX ix_reports_sealed")


def without_taking(connection: Connection) -> None:
    """Takes away what the version that takes proposals over, and later ones, have added."""
    without_handling(connection)
    connection.exec_driver_sql("DROP INDEX ix_referrals_taken")
    for table, column in (
        ("referrals", "taken_by"),
        ("referrals", "taken_at"),
        ("recusals", "sealed"),
        ("recusals", "wrapped_key"),
    ):
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")


def without_handling(connection: Connection) -> None:
    """Takes away what the version that decides on matters, and later ones, have added."""
    without_dialogue(connection)
    connection.exec_driver_sql("DROP INDEX ix_matters_decided")
    for table in ("clocks", "clock_acts"):
        connection.exec_driver_sql(f"DROP TABLE {table}")
    for column in ("reason", "target", "note"):
        connection.exec_driver_sql(f"ALTER TABLE matters DROP COLUMN {column}")


def without_dialogue(connection: Connection) -> None:
    """Takes away what the version with a dialogue with reporters has added, and later ones."""
    without_custody(connection)
    connection.exec_driver_sql("DROP TABLE fetches")
    connection.exec_driver_sql("DROP INDEX ix_messages_added")
    for column in ("added_id", "by"):
        connection.exec_driver_sql(f'ALTER TABLE messages DROP COLUMN "{column}"')


def without_custody(connection: Connection) -> None:
    """Takes away what the version that lets reporters' identities be asked for, and later ones, have added."""
    without_clearing(connection)
    for table in ("identity_requests", "identity_acts"):
        connection.exec_driver_sql(f"DROP TABLE {table}")


def without_clearing(connection: Connection) -> None:
    """Takes away what the version that clears the wrongly accused has added, and later ones."""
    without_danger(connection)
    connection.exec_driver_sql("DROP TABLE clearings")


def without_danger(connection: Connection) -> None:
    """Takes away what the version with a list of danger of its own has added."""
    connection.exec_driver_sql("DROP INDEX ix_reports_at_once")
    connection.exec_driver_sql("ALTER TABLE reports DROP COLUMN at_once")


def flip(store: Store, report_id: str, table: str = "assessments") -> None:
    """Changes one byte of what is sealed of a report."""
    column, of = {
        "identities": (identities.c.sealed, identities.c.report_id),
        "assessments": (assessments.c.sealed, assessments.c.report_id),
        "link_facts": (link_facts.c.sealed, link_facts.c.report_id),
        "reports": (reports.c.body, reports.c.id),
    }[table]
    with store._database.write() as connection:
        blob = bytearray(connection.execute(select(column).where(of == report_id)).scalar_one())
        blob[-1] ^= 1
        connection.execute(update(column.table).where(of == report_id).values({column.name: bytes(blob)}))
