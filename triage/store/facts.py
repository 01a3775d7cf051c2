"""Reports without what later ones are linked by, and making up for it.

They were assessed before facts were kept; or what was kept does not open (a bad disk, a bad copy, somebody at the database).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select

from triage.logs import get_logger
from triage.model import Access
from triage.store.access import WORKER, demand_text, readable
from triage.store.audit import read_entry, write_entries
from triage.store.crowds import forget_keys, key_rows, listed
from triage.store.database import Database
from triage.store.locks import hold_reports
from triage.store.records import About, Comparable
from triage.store.tables import link_facts, outbox, reports
from triage.store.together import write_together
from triage.store.vault import Vault

log = get_logger(__name__)

_FACTS = link_facts, link_facts.c.report_id == reports.c.id
_NONE = link_facts.c.report_id.is_(None)


def without_facts(database: Database, access: Access, after_seq: int, limit: int) -> list[int]:
    """The numbers of the next readable reports behind ``after_seq`` for which no facts are kept."""
    demand_text(access)
    statement = select(reports.c.seq).join(*_FACTS, isouter=True).where(_NONE, readable(access))
    statement = statement.where(reports.c.seq > after_seq).order_by(reports.c.seq).limit(limit)
    with database.read() as connection:
        return list(connection.execute(statement).scalars())


def lacking_facts(database: Database, report_ids: Sequence[str], access: Access) -> list[int]:
    """The numbers of those of the readable reports for which no facts are kept."""
    demand_text(access)
    wanted = listed(database.sqlite)
    statement = select(reports.c.seq).join(wanted, reports.c.id == wanted.c.value).join(*_FACTS, isouter=True)
    statement = statement.where(_NONE, readable(access)).order_by(reports.c.seq)
    with database.read() as connection:
        return list(connection.execute(statement, {"told": json.dumps(list(dict.fromkeys(report_ids)))}).scalars())


def forget_facts(database: Database, damaged: Mapping[str, bytes]) -> None:
    """Takes away facts that do not open and sends their reports on: on the way to the index they are made anew.

    ``damaged`` is what was found, by report; what somebody has written anew since stays.
    """
    with database.write() as connection:
        hold_reports(connection, sorted(damaged))
        gone = []
        for report_id, blob in sorted(damaged.items()):
            seen = (link_facts.c.report_id == report_id, link_facts.c.sealed == blob)
            if connection.execute(delete(link_facts).where(*seen)).rowcount:
                gone.append(report_id)
        if gone:
            # Nothing in them is new to whoever searches
            connection.execute(insert(outbox), [{"report_id": one, "about": About.CASE.value} for one in gone])
            write_entries(connection, [read_entry(WORKER, "fail", gone, code="facts_corrupt")])
    for report_id in gone:
        log.warning("facts_not_opened", report=report_id)


def save_facts(database: Database, vault: Vault, made: Sequence[Comparable]) -> list[str]:
    """Writes keys and facts in one transaction; the ids of those reports that still lacked them and are not sealed."""
    ids = [one.report_id for one in made]
    lacking = select(reports.c.id, reports.c.seq, reports.c.wrapped_key, reports.c.wrap).join(*_FACTS, isouter=True)
    lacking = lacking.where(_NONE, reports.c.id.in_(ids), readable(WORKER))
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
