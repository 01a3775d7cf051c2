"""What reports are compared by, new lines of the ledger, and cases as they follow from it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Connection, Select, bindparam, func, insert, or_, select, update

from triage.errors import Corrupt, NotAllowed, NotFound
from triage.model import Access, Case, Judgement, StaffRole, Stage
from triage.store.access import WORKER, demand_text, readable
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.components import readable_ids
from triage.store.crowds import listed
from triage.store.database import Database
from triage.store.facts import forget_facts
from triage.store.locks import hold_reports, take_turn
from triage.store.naming import homes, reads_everything, shown_as
from triage.store.outcomes import forget_empty, save_judgements
from triage.store.parts import in_parts
from triage.store.records import About
from triage.store.tables import cases, link_facts, outbox, reports
from triage.store.vault import Vault

_JUDGES = frozenset({StaffRole.WORKER, StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR})


def facts(
    database: Database, vault: Vault, report_ids: Sequence[str], access: Access, log: ReadLog
) -> dict[str, bytes]:
    """What was kept of readable reports to compare others with, opened; reports without it are left out.

    What does not open is forgotten, to be made anew from the text (see ``facts``). What the worker opens is noted with
    what it makes of it.
    """
    demand_text(access)
    found: dict[str, bytes] = {}
    damaged: dict[str, bytes] = {}
    with database.read() as connection:
        rows = connection.execute(_facts(database.sqlite, access), {"told": json.dumps(list(report_ids))}).all()
    for report_id, wrapped_key, wrap, sealed in rows:
        try:
            data_key = vault.unwrap(wrapped_key, wrap, report_id)
            found[report_id] = vault.open(data_key, sealed, "link_facts", report_id, "sealed")
        except (Corrupt, NotAllowed):
            damaged[report_id] = sealed
    if damaged:
        forget_facts(database, damaged)
    note = log.later if access.role is StaffRole.WORKER else log.note
    note([read_entry(access, "link", found)])
    return found


@lru_cache(maxsize=8)
def _facts(sqlite: bool, access: Access) -> Select[str, bytes, str, bytes]:
    wanted = listed(sqlite)
    columns = select(reports.c.id, reports.c.wrapped_key, reports.c.wrap, link_facts.c.sealed)
    joined = columns.join(wanted, reports.c.id == wanted.c.value)
    return joined.join(link_facts, link_facts.c.report_id == reports.c.id).where(readable(access))


def cases_of(database: Database, report_ids: Sequence[str], access: Access, most: int) -> dict[str, Case]:
    """The case of each readable report that has one, with its newest ``most`` readable members, oldest first."""
    kept = {one: home for one, home in homes(database, report_ids, access).items() if home is not None}
    if not kept:
        return {}
    wanted = sorted(set(kept.values()))
    with database.read() as connection:
        members = connection.execute(_members(database.sqlite, access, most), {"told": json.dumps(wanted)}).all()
        shown = shown_as(connection, wanted, access).names
    found = {name: Case(shown[name], tuple(sorted(ids.split(",")))) for name, ids in members if name in shown and ids}
    return {report_id: found[name] for report_id, name in kept.items() if name in found}


@lru_cache(maxsize=8)
def _members(sqlite: bool, access: Access, most: int) -> Select[str, str]:
    """A row for each case: its name, and its newest readable members in one string."""
    wanted = listed(sqlite)
    newest = (
        select(reports.c.seq, reports.c.id)
        .where(reports.c.case_id == wanted.c.value, readable(access))
        .order_by(reports.c.seq.desc())
        .limit(most)
        .correlate(wanted)
        .subquery()
    )
    together = func.aggregate_strings(newest.c.id, ",")
    return select(wanted.c.value, select(together).scalar_subquery()).select_from(wanted)


def add_judgements(database: Database, made: Sequence[Judgement], access: Access) -> None:
    """Adds lines to the ledger and sends their reports on, so that their cases follow.

    Raises:
        NotAllowed: a role that does not judge.
        NotFound: a report that this access may not read.
    """
    if access.role not in _JUDGES:
        raise NotAllowed("This role does not judge whether reports belong together.")
    ids = {end for line in made for end in (line.report_id, line.other_id)}
    with database.write() as connection:
        hold_reports(connection, sorted(ids))
        if readable_ids(connection, ids, access) != ids:
            raise NotFound("There is no such report.")
        save_judgements(connection, made, datetime.now(UTC))
        # The reports' case is derived anew on their way to the index
        connection.execute(insert(outbox), [{"report_id": one, "about": About.CASE.value} for one in sorted(ids)])
        write_entries(connection, [read_entry(access, "judge", sorted(ids))])


def save_cases(database: Database, derived: Sequence[Case]) -> list[int]:
    """Writes which case each report belongs to now; a report alone needs no case, and what stands already is left.

    Reports that move go to the index again, unless a line that tells of more takes them there; the lines made.
    """
    wanted = {one: case.id if len(case.report_ids) > 1 else None for case in derived for one in case.report_ids}
    return _settle(database, wanted, homeless_only=False)


def add_to_cases(database: Database, found: Sequence[Case]) -> list[int]:
    """Takes reports that belong to no case into one, made if there is none of that name; nobody leaves a case.

    Reports that move go to the index again, unless a line that tells of more takes them there; the lines made.
    """
    return _settle(database, {one: case.id for case in found for one in case.report_ids}, homeless_only=True)


def _settle(database: Database, wanted: dict[str, str | None], *, homeless_only: bool) -> list[int]:
    # Most feeds change no case: looking first spares the others the lock, and ``changed_at`` tells of changes alone.
    with database.read() as connection:
        if not _moves(connection, wanted, homeless_only):
            return []
    now = datetime.now(UTC)
    with database.write() as connection:
        take_turn(connection, "settle")
        hold_reports(connection, list(wanted))
        moves = _moves(connection, wanted, homeless_only)
        if not moves:
            return []
        touched = {name for before, after in moves.values() for name in (before, after) if name is not None}
        named = sorted(touched)
        for part in in_parts(sorted(touched)):
            connection.execute(update(cases).where(cases.c.id.in_(part)).values(changed_at=now))
            touched.difference_update(connection.execute(select(cases.c.id).where(cases.c.id.in_(part))).scalars())
        if touched:
            connection.execute(insert(cases), [{"id": name, "changed_at": now} for name in sorted(touched)])
        # Asked again: on a server, another process may seal a report between the look and this.
        moving = (reports.c.id == bindparam("of"), reports.c.stage != Stage.SEALED.value)
        moved = update(reports).where(*moving).values(case_id=bindparam("to"))
        connection.execute(moved, [{"of": one, "to": after} for one, (_, after) in moves.items()])
        forget_empty(connection, named)
        return _send_on(connection, moves)


def _send_on(connection: Connection, moves: Mapping[str, tuple[str | None, str | None]]) -> list[int]:
    """Sends reports to the index, which holds their case, unless a line that tells of more takes them there anyway."""
    waiting: set[str] = set()
    for part in in_parts(sorted(moves)):
        more = (outbox.c.report_id.in_(part), outbox.c.about == About.ANYTHING.value)
        waiting.update(connection.execute(select(outbox.c.report_id).where(*more)).scalars())
    lines = [
        {"report_id": one, "about": About.MOVED.value, "case_before": before}
        for one, (before, _) in sorted(moves.items())
        if one not in waiting
    ]
    return list(connection.execute(insert(outbox).returning(outbox.c.seq), lines).scalars()) if lines else []


def _moves(
    connection: Connection, wanted: dict[str, str | None], homeless_only: bool
) -> dict[str, tuple[str | None, str | None]]:
    """The case before and after of each report that moves; one that was sealed meanwhile stays outside."""
    found: dict[str, tuple[str | None, str | None]] = {}
    standing = select(reports.c.id, reports.c.case_id).where(readable(WORKER))
    for part in in_parts(list(wanted)):
        for row in connection.execute(standing.where(reports.c.id.in_(part))):
            if row.case_id != wanted[row.id] and not (homeless_only and row.case_id is not None):
                found[row.id] = row.case_id, wanted[row.id]
    return found


def case_of(database: Database, case_id: str, access: Access, log: ReadLog) -> Case:
    """The readable reports of a case, oldest first; the id of any readable one of them names it as well.

    Raises:
        NotFound: no readable report belongs to it, or its name is the id of a report that this access may not read.
    """
    demand_text(access)
    ids: tuple[str, ...] = ()
    shown = case_id
    with database.read() as connection:
        own = connection.execute(select(reports.c.case_id).where(reports.c.id == case_id, readable(access))).first()
        if own is not None or reads_everything(access):
            kept = (own.case_id if own else None) or case_id
            members = or_(reports.c.case_id == kept, reports.c.id == kept)
            statement = select(reports.c.id).where(members, readable(access)).order_by(reports.c.seq)
            ids = tuple(connection.execute(statement).scalars())
            shown = shown_as(connection, [kept], access).name(kept) or case_id
    log.note([read_entry(access, "case", ids)])
    if not ids:
        raise NotFound("There is no such case.")
    return Case(shown, ids)


def largest_cases(database: Database, access: Access, limit: int, log: ReadLog) -> list[Case]:
    """Cases with at least two readable reports, the largest first."""
    demand_text(access)
    size = func.count()
    # Of equals a reader meets the one first whose name comes first, and the name is a report that they may read
    first = reports.c.case_id if reads_everything(access) else func.min(reports.c.id)
    with database.read() as connection:
        largest = (
            select(reports.c.case_id)
            .where(reports.c.case_id.is_not(None), readable(access))
            .group_by(reports.c.case_id)
            .having(size >= 2)
            .order_by(size.desc(), first)
            .limit(limit)
        )
        ids = connection.execute(largest).scalars().all()
        members: defaultdict[str, list[str]] = defaultdict(list)
        statement = select(reports.c.case_id, reports.c.id).where(reports.c.case_id.in_(ids), readable(access))
        for case_id, report_id in connection.execute(statement.order_by(reports.c.seq)):
            members[case_id].append(report_id)
        shown = shown_as(connection, ids, access).names
    found = [Case(shown[case_id], tuple(members[case_id])) for case_id in ids if case_id in shown]
    log.note([read_entry(access, "cases", [case.id for case in found])])
    return found
