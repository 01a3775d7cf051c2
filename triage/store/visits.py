"""When a reader last looked at a case: what tells them what is new. The one record here that is overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from triage.model import Access, Case
from triage.store.access import demand_text, readable
from triage.store.components import readable_ids
from triage.store.database import Database
from triage.store.decision_tables import case_visits
from triage.store.locks import take_turn
from triage.store.naming import shown_as
from triage.store.parts import in_parts
from triage.store.records import Visit
from triage.store.tables import reports

MOST_MARKED = 1000


def visit(database: Database, case: Case, access: Access, at: datetime) -> Visit:
    """What this reader saw of a case at the last look, and notes that they look at it ``at`` this moment.

    A case may have got another name since, by an older report that joined: it is known again by the reports that were
    seen in it, of which the newest 1,000 are marked. Of those that left, the ones still readable are told, once.
    """
    demand_text(access)
    members = case.report_ids[-MOST_MARKED:]
    with database.write() as connection:
        take_turn(connection, f"visits/{access.principal}")
        before, name = _before(connection, case.id, members, access)
        own = case_visits.c.principal == access.principal
        for part in in_parts(members):
            connection.execute(delete(case_visits).where(own, case_visits.c.report_id.in_(part)))
        rows = [{"principal": access.principal, "report_id": one, "case_id": case.id, "seen_at": at} for one in members]
        connection.execute(insert(case_visits), rows)
        _leave(connection, sorted(set(before.report_ids) - set(case.report_ids)), name, access)
    return before


def last_looks(database: Database, report_ids: Sequence[str], access: Access) -> Mapping[datetime, Sequence[str]]:
    """Those of the newest 1,000 of these reports that this reader has seen in a case, by when that was last."""
    own = case_visits.c.principal == access.principal
    found: defaultdict[datetime, list[str]] = defaultdict(list)
    with database.read() as connection:
        for part in in_parts(report_ids[-MOST_MARKED:]):
            seen = select(case_visits.c.seen_at, case_visits.c.report_id)
            for at, report_id in connection.execute(seen.where(own, case_visits.c.report_id.in_(part))):
                found[at].append(report_id)
    return found


def _leave(connection: Connection, gone: Sequence[str], name: str, access: Access) -> None:
    """Whoever left is news once: their marks go over to the case that they are in now, as old as they are.

    What is new there since that look is still to be told. In a case that the reader knows by other reports those who left
    are new themselves, and bear no mark.
    """
    own = case_visits.c.principal == access.principal
    for (kept, home), ids in _homes(connection, gone, access).items():
        # As when a part that was split off is opened first: the case that was remembered goes on with these
        if home == name:
            continue
        other = (reports.c.case_id == kept, case_visits.c.case_id != name)
        known = select(reports.c.id).join(case_visits, case_visits.c.report_id == reports.c.id).where(own, *other)
        is_known = kept is not None and connection.execute(known.limit(1)).first() is not None
        for part in in_parts(ids):
            these = (own, case_visits.c.report_id.in_(part))
            if is_known:
                connection.execute(delete(case_visits).where(*these))
            else:
                connection.execute(update(case_visits).where(*these).values(case_id=home))


def _homes(
    connection: Connection, report_ids: Sequence[str], access: Access
) -> Mapping[tuple[str | None, str], list[str]]:
    """Readable reports by the case that they are in, under the id that it is kept under and the one that the reader meets."""
    kept: dict[str, str | None] = {}
    for part in in_parts(report_ids):
        rows = select(reports.c.id, reports.c.case_id).where(reports.c.id.in_(part), readable(access))
        kept.update((row.id, row.case_id) for row in connection.execute(rows))
    shown = shown_as(connection, {one for one in kept.values() if one is not None}, access)
    found: defaultdict[tuple[str | None, str], list[str]] = defaultdict(list)
    for one, home in kept.items():
        found[home, shown.name(home) or one].append(one)
    return found


def _before(connection: Connection, case_id: str, members: Sequence[str], access: Access) -> tuple[Visit, str]:
    """The last look, and the name that the case bore then."""
    own = case_visits.c.principal == access.principal
    seen: dict[str, datetime] = {}
    for part in in_parts(members):
        rows = select(case_visits.c.seen_at, case_visits.c.case_id).where(own, case_visits.c.report_id.in_(part))
        for row in connection.execute(rows):
            seen[row.case_id] = max(seen.get(row.case_id, row.seen_at), row.seen_at)
    if not seen:
        return Visit(None, ()), case_id
    # A report that was looked at alone meanwhile is no look at the case
    name = case_id if case_id in seen else max(seen, key=lambda one: (seen[one], one))
    ids = set(connection.execute(select(case_visits.c.report_id).where(own, case_visits.c.case_id == name)).scalars())
    marked = tuple(sorted(readable_ids(connection, ids, access)))
    return Visit(seen[name], marked, len(ids) >= MOST_MARKED), name
