"""Reports that another model has read than the one in use, and what reading them again writes.

A reading is added and none is changed; one that is there already, because somebody went back to an earlier model, is
pointed to again. Proposals to offices stay on the desk where they are unless the new reading is graver, and then the graver
one takes their place at once. On what a person has decided nothing is read again: the decision holds on the reading that it was made of.
A rejection gives a report nothing to hold, so another model reads it; with that the rejection is of the past, and the new reading
is open like any other. A model whose reading was rejected does not read the report a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from triage.model import Level, Ruling, Stage
from triage.store.access import WORKER
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.counted import figures_row
from triage.store.crowds import forget_keys, key_rows
from triage.store.database import Database
from triage.store.figure_tables import figures
from triage.store.ids import new_id
from triage.store.locks import hold_reports
from triage.store.outcomes import (
    Prepared,
    assessment_row,
    point_to,
    prepare,
    priority_row,
    referral_row,
    route_row,
    save_judgements,
    write_sealed,
)
from triage.store.parts import in_parts
from triage.store.reading import Reader
from triage.store.records import About, Assessed, Priority, ReadRow
from triage.store.refer import listed_of
from triage.store.review_tables import reviews
from triage.store.tables import (
    LISTED_REFERRALS,
    assessments,
    link_facts,
    outbox,
    party_keys,
    priorities,
    referrals,
    reports,
    routes,
)
from triage.store.together import write_together
from triage.store.vault import Vault

_READ = (Stage.ASSESSED.value, Stage.INDEXED.value)
_PRIORITY = ("level", "score", "refer", "urgent", "corroboration", "policy", "review_id")
_Rows = dict[str, Any]
_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What tells one reading of a report from another: reader, model and taxonomy."""

    reader: str
    model: str
    taxonomy: str


@dataclass(frozen=True, slots=True)
class ReadBefore:
    """A report as it was read before; ``on_desk``: an office has its proposal before it."""

    row: ReadRow
    on_desk: bool


@dataclass(frozen=True, slots=True)
class Stood:
    """What stands of a report that was read before, as far as it is kept in clear: its reading may not open any more.

    ``refer`` and ``urgent`` are the reading's own, ``level`` is what it gave without its case; ``priority`` is what holds
    now, with its case and a person's decision. ``on_desk``: an office has its proposal before it.
    """

    refer: bool
    urgent: bool
    level: Level
    priority: Priority
    on_desk: bool


@dataclass(frozen=True, slots=True)
class Reread:
    """All that one transaction writes of a report that was read again; ``before`` is the reading that was looked at.

    Without ``link_facts`` keys, facts and judgements stay as they are.
    """

    before: str
    item: Assessed


@dataclass(frozen=True, slots=True)
class ReadBy:
    """How many reports one model has read last, and how many of these stay as they are: a person has decided on them."""

    reader: str
    model: str
    reports: int
    decided: int
    in_use: bool


class Rereading:
    """The part of a store that old readings are made anew through; for the worker."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog, reader: Reader) -> None:
        """Works beside the store whose parts it is given."""
        self._database = database
        self._vault = vault
        self._log = log
        self._reader = reader

    def behind(self, by: MadeBy, first: int, last: int) -> list[tuple[int, int]]:
        """Number and lane of the reports from ``first`` to ``last`` that ``by`` has not read last, the newest first."""
        statement = (
            select(reports.c.seq, reports.c.lane)
            .join(assessments, assessments.c.id == reports.c.assessment_id)
            .where(reports.c.seq.between(first, last), _open_and_undecided(), not_(_made_by(by)), not_(_refused(by)))
            .order_by(reports.c.seq.desc())
        )
        with self._database.read() as connection:
            return [(row.seq, row.lane) for row in connection.execute(statement)]

    def take(self, seqs: Sequence[int], by: MadeBy) -> list[ReadBefore]:
        """Those of the reports that still are to be read again and that open."""
        columns = select(reports.c.seq, _on_desk().label("on_desk"))
        columns = columns.join(assessments, assessments.c.id == reports.c.assessment_id)
        wanted = columns.where(reports.c.seq.in_(seqs), _open_and_undecided(), not_(_made_by(by)), not_(_refused(by)))
        with self._database.read() as connection:
            found = {row.seq: bool(row.on_desk) for row in connection.execute(wanted)}
        rows = self._reader.rows_by_seq(list(found), WORKER, "reassess") if found else []
        return [ReadBefore(row, found[row.report.seq]) for row in rows]

    def stood(self, report_ids: Sequence[str]) -> dict[str, Stood]:
        """For the worker: what stands of those of the reports that were read before; opens none."""
        first = select(func.min(priorities.c.rank)).where(
            priorities.c.report_id == reports.c.id, priorities.c.assessment_id == reports.c.assessment_id
        )
        statement = (
            select(
                reports.c.id,
                assessments.c.refer.label("read_refer"),
                assessments.c.urgent.label("read_urgent"),
                first.correlate(reports).scalar_subquery().label("least"),
                _on_desk().label("on_desk"),
                *(priorities.c[name] for name in _PRIORITY),
            )
            .join(assessments, assessments.c.id == reports.c.assessment_id)
            .join(priorities, priorities.c.id == reports.c.priority_id)
        )
        with self._database.read() as connection:
            rows = [
                row
                for part in in_parts(list(report_ids))
                for row in connection.execute(statement.where(reports.c.id.in_(part)))
            ]
        return {row.id: _stood(row) for row in rows}

    def save(self, made: Sequence[Reread]) -> list[str]:
        """Writes new readings in one transaction; the ids of the reports for which something was written.

        A report that was read, decided on or sealed by somebody else since it was looked at is passed over.
        """
        if not made:
            return []
        by_id = {one.item.report_id: one for one in made}
        ids = sorted(by_id)
        standing = select(
            reports.c.id, reports.c.seq, reports.c.stage, reports.c.assessment_id, reports.c.wrapped_key, reports.c.wrap
        ).where(reports.c.id.in_(ids), _open_and_undecided())
        with self._database.read() as connection:
            found = connection.execute(standing).all()
        prepared = [prepare(self._vault, by_id[row.id].item, row) for row in found]
        now = datetime.now(UTC)
        with self._log.carried() as noted, self._database.write() as connection:
            write_entries(connection, noted)
            hold_reports(connection, ids)
            rows = {row.id: row for row in connection.execute(standing)}
            going = [one for one in prepared if _unchanged(rows.get(one.item.report_id), by_id)]
            sealed = [one for one in going if one.wrapped_anew is not None]
            opened = [one for one in going if one.wrapped_anew is None]
            write_again(connection, opened, now)
            write_sealed(connection, sealed, rows, now)
            for act, some in (("reassess", opened), ("seal", sealed)):
                if some:
                    write_entries(connection, [read_entry(WORKER, act, sorted(one.item.report_id for one in some))])
        return [one.item.report_id for one in going]

    def read_by(self, by: MadeBy | None) -> list[ReadBy]:
        """By whom the open reports were read last, those who read most first; looks at every report."""
        made = (assessments.c.reader, assessments.c.model, assessments.c.taxonomy)
        stays = not_(_undecided()) if by is None else or_(not_(_undecided()), _refused(by))
        decided = func.sum(case((stays, 1), else_=0))
        statement = (
            select(*made, func.count().label("number"), decided.label("decided"))
            .join(reports, reports.c.assessment_id == assessments.c.id)
            .where(reports.c.stage.in_(_READ))
            .group_by(*made)
            .order_by(func.count().desc(), *made)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return [
            ReadBy(
                row.reader, row.model, row.number, int(row.decided), by == MadeBy(row.reader, row.model, row.taxonomy)
            )
            for row in rows
        ]


def _on_desk() -> ColumnElement[bool]:
    return exists().where(referrals.c.report_id == reports.c.id, referrals.c.state.in_(LISTED_REFERRALS))


def _stood(row: _Row) -> Stood:
    held = Priority(Level(row.level), row.score, row.refer, row.urgent, row.corroboration, row.policy, row.review_id)
    return Stood(row.read_refer, row.read_urgent, list(Level)[row.least], held, bool(row.on_desk))


def _open_and_undecided() -> ColumnElement[bool]:
    return and_(reports.c.stage.in_(_READ), _undecided())


def _undecided() -> ColumnElement[bool]:
    """Whether no person's word holds on a report; of a rejected reading none does."""
    rejected = exists().where(reviews.c.id == reports.c.review_id, reviews.c.decision == Ruling.REJECT.value)
    return or_(reports.c.review_id.is_(None), rejected)


def _refused(by: MadeBy) -> ColumnElement[bool]:
    """Whether somebody rejected what this model had read of a report."""
    return exists().where(
        reviews.c.report_id == reports.c.id,
        reviews.c.decision == Ruling.REJECT.value,
        reviews.c.reader == by.reader,
        reviews.c.model == by.model,
    )


def _made_by(by: MadeBy) -> ColumnElement[bool]:
    return and_(
        assessments.c.reader == by.reader, assessments.c.model == by.model, assessments.c.taxonomy == by.taxonomy
    )


def _unchanged(row: _Row | None, by_id: dict[str, Reread]) -> bool:
    return row is not None and row.assessment_id == by_id[row.id].before


def write_again(connection: Connection, opened: Sequence[Prepared], now: datetime) -> None:
    """Readings, priorities, routes, proposals, and the lines that send the reports to case and index again.

    A proposal stays, and so does every party. Without ``facts`` keys and facts stay as they are.
    """
    if not opened:
        return
    known, same = _known(connection, opened), _same(connection, opened)
    readings: list[_Rows] = []
    counted: list[_Rows] = []
    made: list[_Rows] = []
    pointers: list[_Rows] = []
    for one in opened:
        item, assessment, priority = one.item, one.item.assessment, one.item.priority
        if assessment is None or priority is None or one.sealed is None:
            continue
        first = known.get((item.report_id, MadeBy(assessment.reader, assessment.model, assessment.taxonomy)))
        if first is None:
            first = new_id()
            readings.append(assessment_row(first, item.report_id, assessment, one.sealed, now))
            counted.append(figures_row(first, assessment))
        second = new_id()
        made.append(priority_row(second, first, item.report_id, priority, now))
        pointers.append({"of": item.report_id, "to_a": first, "to_p": second, "to_division": item.route.division})
    for table, rows in (
        (assessments, readings),
        (figures, counted),
        (priorities, made),
        (routes, [route_row(one.item, now) for one in opened]),
    ):
        if rows:
            connection.execute(insert(table), rows)
    _keep_proposals(connection, opened, now)
    _link_anew(connection, [one for one in opened if one.facts is not None], now)
    _add_parties(connection, opened)
    point_to(connection, pointers)
    # What was rejected is the reading before this one; any other decision stands
    rejected = (reports.c.id.in_([one["of"] for one in pointers]), reports.c.review_id.is_not(None), _undecided())
    connection.execute(update(reports).where(*rejected).values(review_id=None))
    told = [(one.item.report_id, About.CASE if one.item.report_id in same else About.ANYTHING) for one in opened]
    connection.execute(insert(outbox), [{"report_id": one, "about": about.value} for one, about in told])


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
        elif before.state == "proposed" and (row["rank"] > before.rank or row["accused_level"] > before.accused_level):
            new.append({**row, **_no_less(row, before)})
            connection.execute(update(referrals).where(referrals.c.id == before.id).values(state="replaced"))
    if new:
        connection.execute(insert(referrals), new)


def _no_less(row: _Rows, before: _Row) -> _Rows:
    """What of a proposal stays as it was when a graver one takes its place: office and age, and what was graver in it."""
    kept: _Rows = {"office_id": before.office_id, "proposed_at": before.proposed_at}
    if before.rank > row["rank"]:
        kept |= {"rank": before.rank, "level": before.level}
    graver = {name: max(row[name], getattr(before, name)) for name in ("score", "accused_level")}
    return kept | graver


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
