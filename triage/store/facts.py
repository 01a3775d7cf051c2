"""Reports that were assessed without what later ones are linked by, as before facts were kept, and making up for it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select

from triage.model import Access
from triage.store.access import WORKER, demand_text, readable
from triage.store.audit import read_entry, write_entries
from triage.store.crowds import forget_keys, key_rows
from triage.store.database import Database
from triage.store.locks import hold_reports
from triage.store.records import Comparable
from triage.store.tables import link_facts, reports
from triage.store.together import write_together
from triage.store.vault import Vault


def without_facts(database: Database, access: Access, after_seq: int, limit: int) -> list[int]:
    """The numbers of the next readable reports behind ``after_seq`` for which no facts are kept."""
    demand_text(access)
    statement = (
        select(reports.c.seq)
        .outerjoin(link_facts, link_facts.c.report_id == reports.c.id)
        .where(link_facts.c.report_id.is_(None), reports.c.seq > after_seq, readable(access))
        .order_by(reports.c.seq)
        .limit(limit)
    )
    with database.read() as connection:
        return list(connection.execute(statement).scalars())


def save_facts(database: Database, vault: Vault, made: Sequence[Comparable]) -> list[str]:
    """Writes keys and facts in one transaction; the ids of those reports that still lacked them and are not sealed."""
    ids = [one.report_id for one in made]
    lacking = (
        select(reports.c.id, reports.c.seq, reports.c.wrapped_key, reports.c.wrap)
        .outerjoin(link_facts, link_facts.c.report_id == reports.c.id)
        .where(link_facts.c.report_id.is_(None), reports.c.id.in_(ids), readable(WORKER))
    )
    with database.write() as connection:
        hold_reports(connection, ids)
        rows = {row.id: row for row in connection.execute(lacking)}
        written = [one for one in made if one.report_id in rows]
        if not written:
            return []
        facts = []
        for one in written:
            row = rows[one.report_id]
            data_key = vault.unwrap(row.wrapped_key, row.wrap, row.id)
            sealed = vault.seal(data_key, one.facts, "link_facts", row.id, "sealed")
            facts.append({"report_id": row.id, "sealed": sealed})
        forget_keys(connection, [row.seq for row in rows.values()])
        connection.execute(insert(link_facts), facts)
        write_together(connection, key_rows([(rows[one.report_id].seq, one.keys) for one in written]))
        write_entries(connection, [read_entry(WORKER, "link", [one.report_id for one in written])])
    return [one.report_id for one in written]
