"""Requests for who a reporter is, as they stand: the statements that read them, and whose approvals count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, or_, select

from triage.model import Access, IdentityAct, IdentityReason, IdentityState, Level, StaffRole, Stage
from triage.store.access import ROUTED, entrusted
from triage.store.custody_rows import TWICE, ActRow, RequestLine, Terms, approvals_needed, standing_of
from triage.store.custody_tables import identity_acts, identity_requests
from triage.store.parts import in_parts
from triage.store.tables import messages, priorities, reports
from triage.store.tokens import access_in

DECISIONS = frozenset({IdentityAct.APPROVE, IdentityAct.REFUSE})
"""What custodians do with a request."""
_Row = Row[*tuple[Any, ...]]


def joined() -> Select[Any]:
    """Requests, with what is told of their reports; to be narrowed by a clause over ``reports``."""
    held = (reports.c.wrapped_key, reports.c.wrap, priorities.c.level, priorities.c.urgent)
    told = (*held, _grave_added(), _grave_by_case(), _sealed_added())
    return (
        select(identity_requests, *told)
        .join(reports, reports.c.id == identity_requests.c.report_id)
        .join(priorities, priorities.c.id == reports.c.priority_id)
    )


def _grave_added() -> ColumnElement[bool]:
    """Whether what was added to a report is graver than that may be: its reporter is the same person, in the same danger."""
    added, its, told = reports.alias("added"), priorities.alias("its"), messages.alias("told")
    beside = select(told.c.id).select_from(
        told.join(added, added.c.id == told.c.added_id).join(its, its.c.id == added.c.priority_id)
    )
    grave = or_(its.c.urgent, its.c.level.in_([level.value for level in TWICE]))
    return (
        beside.where(told.c.report_id == reports.c.id, added.c.stage.in_(ROUTED), grave).exists().label("grave_added")
    )


def _grave_by_case() -> ColumnElement[bool]:
    """Whether its case once gave the same reading a level that asks for two: who takes a case apart needs no fewer for that."""
    before = priorities.alias("before")
    same = and_(
        before.c.report_id == reports.c.id,
        before.c.assessment_id == priorities.c.assessment_id,
        before.c.review_id.is_not_distinct_from(priorities.c.review_id),
        before.c.corroboration > priorities.c.corroboration,
    )
    grave = before.c.level.in_([level.value for level in TWICE])
    return exists().where(same, grave).correlate(reports, priorities).label("grave_by_case")


def _sealed_added() -> ColumnElement[bool]:
    """Whether something added to a report lies sealed, though this one does not: it may accuse whoever asks who wrote it."""
    added, told = reports.alias("added"), messages.alias("told")
    beside = select(told.c.id).select_from(told.join(added, added.c.id == told.c.added_id))
    away = (told.c.report_id == reports.c.id, added.c.stage == Stage.SEALED.value)
    return beside.where(*away).exists().label("sealed_added")


def seen_by(line: RequestLine, access: Access) -> RequestLine:
    """A request as this access sees it: that something lies sealed beside its report is for custodians alone."""
    return line if access.role is StaffRole.CUSTODIAN else replace(line, look_twice=False)


def waiting_lines(connection: Connection, terms: Terms, clause: ColumnElement[bool]) -> list[RequestLine]:
    """The requests that wait for a custodian, the oldest first."""
    ended = (IdentityAct.REFUSE.value, IdentityAct.WITHDRAW.value)
    over = exists().where(identity_acts.c.request_id == identity_requests.c.id, identity_acts.c.act.in_(ended))
    wanted = (identity_requests.c.asked_at >= terms.asked_from, ~over, clause)
    rows = connection.execute(joined().where(*wanted).order_by(identity_requests.c.id)).all()
    return [one for one in lines_of(connection, rows, terms) if one.standing.state is IdentityState.WAITING]


def lines_of(connection: Connection, rows: Sequence[_Row], terms: Terms) -> list[RequestLine]:
    """Requests as they stand."""
    acts: defaultdict[str, list[ActRow]] = defaultdict(list)
    for part in in_parts([row.id for row in rows]):
        done = select(identity_acts).where(identity_acts.c.request_id.in_(part)).order_by(identity_acts.c.seq)
        for one in connection.execute(done):
            acts[one.request_id].append(act_of(one))
    counted = _counted(connection, rows, acts)
    return [
        RequestLine(
            row.id,
            row.report_id,
            Level(row.level),
            row.urgent,
            IdentityReason(row.reason),
            row.by,
            row.asked_at,
            standing_of(row.asked_at, acts[row.id], needed_now(row), counted[row.report_id], terms),
            tuple(one.by for one in acts[row.id] if one.act in DECISIONS),
            sum(one.act is IdentityAct.OPEN for one in acts[row.id]),
            bool(row.sealed_added),
        )
        for row in rows
    ]


def _counted(
    connection: Connection, rows: Sequence[_Row], acts: defaultdict[str, list[ActRow]]
) -> defaultdict[str, set[str]]:
    """By report the custodians whose approval counts: not one whose token was revoked, or who is kept from it by now."""
    of: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for one in acts[row.id]:
            if one.act is IdentityAct.APPROVE:
                of[one.by].add(row.report_id)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for principal, ids in of.items():
        access = access_in(connection, principal, "identity", ended_too=True)
        if access is not None:
            for part in in_parts(sorted(ids)):
                seen = select(reports.c.id).where(reports.c.id.in_(part), entrusted(access))
                for report_id in connection.execute(seen).scalars():
                    found[report_id].add(principal)
    return found


def needed_now(row: _Row) -> int:
    """How many approvals the report of a request needs now."""
    twice = bool(row.urgent) or bool(row.grave_added) or bool(row.grave_by_case)
    return approvals_needed(Level(row.level), urgent=twice)


def act_of(row: _Row, note: str | None = None) -> ActRow:
    """An act from its row, with its note where that was opened."""
    return ActRow(IdentityAct(row.act), row.by, row.at, row.needed, note)
