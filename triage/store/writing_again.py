"""What another reading of a report is written as, whether a new model made it or the report came back into the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, insert, or_, select, update

from triage.model import Ruling
from triage.store.added import follow_first
from triage.store.counted import figures_row
from triage.store.crowds import forget_keys, key_rows
from triage.store.danger import read_as_danger
from triage.store.figure_tables import figures
from triage.store.ids import new_id
from triage.store.outcomes import (
    Prepared,
    assessment_row,
    point_to,
    priority_row,
    referral_row,
    route_row,
    save_judgements,
)
from triage.store.parts import in_parts
from triage.store.records import About
from triage.store.refer import is_graver, listed_of, no_less
from triage.store.review_tables import reviews
from triage.store.running_clocks import follow_routes
from triage.store.tables import assessments, link_facts, outbox, party_keys, priorities, referrals, reports, routes
from triage.store.together import write_together

_Rows = dict[str, Any]
_RAISED = ("sealed", "refer", "urgent", "policy")


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What tells one reading of a report from another: reader, model and taxonomy."""

    reader: str
    model: str
    taxonomy: str


def undecided() -> ColumnElement[bool]:
    """Whether no person's word holds on a report; of a rejected reading none does."""
    rejected = exists().where(reviews.c.id == reports.c.review_id, reviews.c.decision == Ruling.REJECT.value)
    return or_(reports.c.review_id.is_(None), rejected)


def write_again(connection: Connection, opened: Sequence[Prepared], now: datetime) -> None:
    """Readings, priorities, routes, and the lines that send reports on. Proposals and parties stay; so do facts without new ones."""
    if not opened:
        return
    known, same = _known(connection, opened), _same(connection, opened)
    standing = _standing(connection, opened)
    readings: list[_Rows] = []
    counted: list[_Rows] = []
    made: list[_Rows] = []
    pointers: list[_Rows] = []
    raised: list[_Rows] = []
    for one in opened:
        item, assessment, priority = one.item, one.item.assessment, one.item.priority
        if assessment is None or priority is None or one.sealed is None:
            continue
        first = known.get((item.report_id, MadeBy(assessment.reader, assessment.model, assessment.taxonomy)))
        if first is None:
            first = new_id()
            readings.append(assessment_row(first, item.report_id, assessment, one.sealed, now))
            counted.append(figures_row(first, assessment))
        elif first not in standing:
            again = assessment_row(first, item.report_id, assessment, one.sealed, now)
            raised.append({"of": first} | {f"to_{name}": again[name] for name in _RAISED})
        second = new_id()
        made.append(priority_row(second, first, item.report_id, priority, now))
        pointers.append(
            {"of": item.report_id, "to_a": first, "to_p": second, "to_division": item.route.division}
            | {"to_at_once": read_as_danger(assessment, priority)}
        )
    routes_made = [route_row(one.item, now) for one in opened]
    for table, rows in ((assessments, readings), (figures, counted), (priorities, made), (routes, routes_made)):
        if rows:
            connection.execute(insert(table), rows)
    _raise_earlier(connection, raised)
    _keep_proposals(connection, opened, now)
    _link_anew(connection, [one for one in opened if one.facts is not None], now)
    _add_parties(connection, opened)
    _stand_on(connection, pointers)
    follow_routes(connection, {one.item.report_id: one.item.route.way for one in opened}, now)
    _send_on(connection, opened, same)


def _send_on(connection: Connection, opened: Sequence[Prepared], same: set[str]) -> None:
    """Lines that send reports on; of those in ``same``, in which nothing is new, only their case is derived anew."""
    told = [(one.item.report_id, About.CASE if one.item.report_id in same else About.ANYTHING) for one in opened]
    connection.execute(insert(outbox), [{"report_id": one, "about": about.value} for one, about in told])


def _standing(connection: Connection, opened: Sequence[Prepared]) -> set[str]:
    """The readings on which these reports stand."""
    ids = [one.item.report_id for one in opened]
    return set(connection.execute(select(reports.c.assessment_id).where(reports.c.id.in_(ids))).scalars())


def _raise_earlier(connection: Connection, raised: Sequence[_Rows]) -> None:
    """Readings that reports go back to hold what was found since as well: what follows for the report later rests on them."""
    if raised:
        values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in _RAISED}
        connection.execute(update(assessments).where(assessments.c.id == bindparam("of")).values(values), list(raised))


def _stand_on(connection: Connection, pointers: Sequence[_Rows]) -> None:
    """Reports stand on these readings now, in these places, and what was added to them goes along."""
    point_to(connection, pointers)
    moved = [one["of"] for one in pointers]
    _forget_rejections(connection, moved)
    follow_first(connection, moved)


def _forget_rejections(connection: Connection, report_ids: Sequence[str]) -> None:
    """What was rejected is the reading before this one; any other decision stands."""
    rejected = (reports.c.id.in_(report_ids), reports.c.review_id.is_not(None), undecided())
    connection.execute(update(reports).where(*rejected).values(review_id=None))


def _same(connection: Connection, opened: Sequence[Prepared]) -> set[str]:
    """The reports in which another reading has found nothing new: whoever saved a search need not hear of them."""
    flags = (priorities.c.level, priorities.c.refer, priorities.c.urgent)
    before = (
        select(reports.c.id, reports.c.division, assessments.c.categories, *flags)
        .join(assessments, assessments.c.id == reports.c.assessment_id)
        .join(priorities, priorities.c.id == reports.c.priority_id)
        # Of a reading that was rejected nothing held: what another finds is new
        .where(reports.c.id.in_([one.item.report_id for one in opened]), reports.c.review_id.is_(None))
    )
    held = {row.id: row for row in connection.execute(before)}
    return {
        item.report_id
        for item in (one.item for one in opened if one.facts is None)
        if (row := held.get(item.report_id)) is not None
        and item.assessment is not None
        and item.priority is not None
        and set(row.categories) == set(item.assessment.categories)
        and (row.level, row.refer, row.urgent) == (item.priority.level.value, item.priority.refer, item.priority.urgent)
        and row.division == item.route.division
    }


def _known(connection: Connection, opened: Sequence[Prepared]) -> dict[tuple[str, MadeBy], str]:
    ids = [one.item.report_id for one in opened]
    columns = (
        assessments.c.id,
        assessments.c.report_id,
        assessments.c.reader,
        assessments.c.model,
        assessments.c.taxonomy,
    )
    rows = connection.execute(select(*columns).where(assessments.c.report_id.in_(ids)))
    return {(row.report_id, MadeBy(row.reader, row.model, row.taxonomy)): row.id for row in rows}


def _keep_proposals(connection: Connection, opened: Sequence[Prepared], now: datetime) -> None:
    """A proposal stays as the office has it; a graver reading brings a graver one in its place, as old as the one before.

    One that somebody has taken over stays as it was taken.
    """
    ids = [one.item.report_id for one in opened]
    held = listed_of(connection, ids)
    new: list[_Rows] = []
    for one in opened:
        item, before = one.item, held.get(one.item.report_id)
        if not item.route.refer or item.assessment is None or item.priority is None:
            continue
        row = referral_row(item, item.assessment, item.priority, now)
        if before is None:
            new.append(row)
        elif before.state == "proposed" and is_graver(row, before):
            new.append({**row, **no_less(row, before), "proposed_at": before.proposed_at})
            connection.execute(update(referrals).where(referrals.c.id == before.id).values(state="replaced"))
    if new:
        connection.execute(insert(referrals), new)


def _link_anew(connection: Connection, changed: Sequence[Prepared], now: datetime) -> None:
    """Keys, facts and judgements of reports in which other mentions were found than before."""
    if not changed:
        return
    forget_keys(connection, [one.seq for one in changed])
    write_together(connection, key_rows((one.seq, one.item.link_keys) for one in changed))
    connection.execute(delete(link_facts).where(link_facts.c.report_id.in_([one.item.report_id for one in changed])))
    connection.execute(insert(link_facts), [{"report_id": one.item.report_id, "sealed": one.facts} for one in changed])
    save_judgements(connection, [line for one in changed for line in one.item.judgements], now)


def _add_parties(connection: Connection, opened: Sequence[Prepared]) -> None:
    """Parties are added and none is taken away: whoever was kept from a report because of one stays so."""
    wanted = {(key, one.item.report_id) for one in opened for key in one.item.party_keys}
    ids = [one.item.report_id for one in opened]
    there: set[tuple[str, str]] = set()
    for part in in_parts(ids):
        rows = connection.execute(select(party_keys).where(party_keys.c.report_id.in_(part)))
        there.update((row.value, row.report_id) for row in rows)
    if wanted - there:
        rows_ = [{"value": key, "report_id": report_id} for key, report_id in sorted(wanted - there)]
        connection.execute(insert(party_keys), rows_)
