"""What reporters add to their reports: a report of its own that goes where the first one goes.

It waits in the queue until the first one is decided on. Where that one is sealed it is sealed too, whatever its own
text says, now or later; it lies in the place of the first one, and whoever may not see that one does not see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from triage.codes import ABOVE_OFFICE, AT_ONCE, AT_ONCE_FLOORS, OWN_REASONS
from triage.errors import Corrupt, NotAllowed
from triage.logs import get_logger
from triage.model import Assessment, Route, Stage, Way
from triage.store.access import ROUTED, WORKER
from triage.store.audit import read_entry, write_entries
from triage.store.forms import read_assessment
from triage.store.locks import hold_reports
from triage.store.outcomes import Prepared, prepare, write_sealed
from triage.store.parts import in_parts
from triage.store.records import About, Assessed
from triage.store.tables import assessments, messages, outbox, priorities, reports, routes
from triage.store.vault import Vault

log = get_logger(__name__)
_Row = Row[*tuple[Any, ...]]
_REASONS = (*OWN_REASONS, ABOVE_OFFICE, AT_ONCE)
# How one is taken to be sealed whose route is not there
_UP = Route(Way.SEALED_UP, "", None, False, ())
_UNDECIDED = (Stage.RECEIVED.value, Stage.DEAD.value)


@dataclass(frozen=True, slots=True)
class First:
    """The report that another one adds to, as it stands: ``sealed`` is the route by which it is locked away, if it is.

    ``undecided``: nobody has read it yet, or nobody could.
    """

    report_id: str
    division: str
    undecided: bool = False
    sealed: Route | None = None


def waits_for_first() -> ColumnElement[bool]:
    """Whether a report adds to one that waits itself or cannot be read: what becomes of that one is decided first."""
    first, told = reports.alias("first"), messages.alias("told")
    beside = select(told.c.id).select_from(told.join(first, first.c.id == told.c.report_id))
    return beside.where(told.c.added_id == reports.c.id, first.c.stage.in_(_UNDECIDED)).exists()


def firsts(connection: Connection, report_ids: Sequence[str]) -> dict[str, First]:
    """For those of the reports that add to another one that other one."""
    columns = (messages.c.added_id, reports.c.id, reports.c.stage, reports.c.division, reports.c.assessment_id)
    told = select(*columns).join(reports, reports.c.id == messages.c.report_id)
    rows = [
        row
        for part in in_parts(list(report_ids))
        for row in connection.execute(told.where(messages.c.added_id.in_(part)))
    ]
    away = _sealed_routes(connection, [row.id for row in rows if row.stage == Stage.SEALED.value])
    return {
        row.added_id: First(
            row.id,
            row.division,
            row.assessment_id is None and row.stage in _UNDECIDED,
            away.get(row.id, _UP) if row.stage == Stage.SEALED.value else None,
        )
        for row in rows
    }


def as_first(item: Assessed, first: First | None) -> Assessed:
    """An outcome as it holds where the report adds to another one: sealed with it, or in its place."""
    if first is None:
        return item
    if first.sealed is not None:
        at_once = AT_ONCE in item.route.reasons or (item.assessment is not None and presses(item.assessment))
        return Assessed(item.report_id, None, with_reasons(first.sealed, item.route, at_once=at_once))
    if item.route.way is Way.SEALED_UP or item.route.division == first.division:
        return item
    return replace(item, route=replace(item.route, division=first.division))


def with_reasons(sealed: Route, own: Route | None = None, *, at_once: bool = False) -> Route:
    """The route by which a first report was sealed, with the reasons of what was added to it beside its own."""
    more = own.reasons if own is not None and own.way is Way.SEALED_UP else ()
    codes = dict.fromkeys((*sealed.reasons, *more, *((AT_ONCE,) if at_once else ())))
    others = [code for code in codes if code not in _REASONS]
    return replace(sealed, reasons=(*others, *(code for code in _REASONS if code in codes)))


def presses(assessment: Assessment) -> bool:
    """Whether somebody is in danger, or is made to suffer for having reported: protection.md lets neither wait."""
    return assessment.urgent or any(point.code in AT_ONCE_FLOORS for point in assessment.risk.floor)


def hold_with_first(connection: Connection, report_ids: Sequence[str], told: Mapping[str, First]) -> None:
    """Keeps reports, and those that they add to, from changing until the transaction ends."""
    hold_reports(connection, [*report_ids, *(first.report_id for first in told.values())])


def once_held(
    connection: Connection,
    vault: Vault,
    going: Sequence[Prepared],
    told: Mapping[str, First],
    rows: Mapping[str, _Row],
) -> list[Prepared]:
    """Outcomes once their rows are held: made anew where the first report has changed, left out where it waits again."""
    if not told:
        return list(going)
    now = firsts(connection, list(told))
    found = []
    for entry in going:
        name = entry.item.report_id
        first = now.get(name)
        if first is not None and first.undecided:
            continue
        changed = first != told.get(name)
        found.append(prepare(vault, as_first(entry.item, first), rows[name]) if changed else entry)
    return found


def seal_with_added(
    connection: Connection, vault: Vault, sealed: Sequence[Prepared], rows: Mapping[str, _Row], now: datetime
) -> None:
    """As ``write_sealed``, with all that was added to these reports and was read, or could not be.

    What still waits to be read is read first, because it may have to go up at once; then it is sealed as well.
    """
    if not sealed:
        return
    routes_of = {entry.item.report_id: entry.item.route for entry in sealed}
    of = select(messages.c.added_id).where(messages.c.added_id.is_not(None))
    told = [
        one
        for part in in_parts(list(routes_of))
        for one in connection.execute(of.where(messages.c.report_id.in_(part))).scalars()
    ]
    added = [one for one in told if one not in routes_of]
    hold_reports(connection, added)
    theirs = {row.id: row for part in in_parts(added) for row in connection.execute(_open_rows(part))}
    more = [_sealed_with(vault, row, routes_of[row.first_id]) for row in theirs.values()]
    write_sealed(connection, [*sealed, *more], {**rows, **theirs}, now)
    if more:
        write_entries(connection, [read_entry(WORKER, "seal", sorted(theirs), code="adds_to_sealed")])


def follow_first(connection: Connection, report_ids: Sequence[str]) -> None:
    """Brings what was added to reports to where these lie now; the index hears of it, and of whom they name.

    So is what was added that is itself among them: its first report may have moved since its own place was told.
    """
    those = list(report_ids)
    first = reports.alias("first")
    told = (
        select(reports.c.id, reports.c.division, first.c.division.label("place"))
        .join(messages, messages.c.added_id == reports.c.id)
        .join(first, first.c.id == messages.c.report_id)
        .where(or_(messages.c.report_id.in_(those), messages.c.added_id.in_(those)), reports.c.stage.in_(ROUTED))
        .order_by(reports.c.seq)
    )
    rows = connection.execute(told).all()
    for row in rows:
        if row.division != row.place:
            connection.execute(update(reports).where(reports.c.id == row.id).values(division=row.place))
    if rows:
        connection.execute(insert(outbox), [{"report_id": row.id, "about": About.CASE.value} for row in rows])


def _sealed_routes(connection: Connection, report_ids: Sequence[str]) -> dict[str, Route]:
    found: dict[str, Route] = {}
    for part in in_parts(list(report_ids)):
        of = (routes.c.report_id.in_(part), routes.c.way == Way.SEALED_UP.value)
        for row in connection.execute(select(routes).where(*of).order_by(routes.c.id)):
            found[row.report_id] = Route(Way.SEALED_UP, row.division, None, False, tuple(row.reasons))
    return found


def _open_rows(report_ids: Sequence[str]) -> Any:  # noqa: ANN401  # a select of a dozen columns
    columns = (reports.c.id, reports.c.seq, reports.c.stage, reports.c.wrapped_key, reports.c.wrap)
    told = (messages.c.report_id.label("first_id"), assessments.c.sealed, priorities.c.urgent)
    return (
        select(*columns, *told)
        .join(messages, messages.c.added_id == reports.c.id)
        .outerjoin(assessments, assessments.c.id == reports.c.assessment_id)
        .outerjoin(priorities, priorities.c.id == reports.c.priority_id)
        .where(reports.c.id.in_(report_ids), or_(reports.c.stage.in_(ROUTED), reports.c.stage == Stage.DEAD.value))
    )


def _sealed_with(vault: Vault, row: _Row, way: Route) -> Prepared:
    """A report that is sealed because the one that it adds to is; one that does not open is locked away as it lies."""
    at_once = bool(row.urgent)
    try:
        at_once = at_once or (row.sealed is not None and presses(_reading(vault, row)))
    except (Corrupt, NotAllowed) as error:
        log.warning("report_not_opened", report=row.id, code=error.code)
    item = Assessed(row.id, None, with_reasons(way, at_once=at_once))
    try:
        return prepare(vault, item, row)
    except (Corrupt, NotAllowed):
        return Prepared(item, row.seq, row.wrapped_key, None)


def _reading(vault: Vault, row: _Row) -> Assessment:
    key = vault.unwrap(row.wrapped_key, row.wrap, row.id)
    return read_assessment(vault.open(key, row.sealed, "assessments", row.id, "sealed"))
