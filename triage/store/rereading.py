"""Reports that another model has read than the one in use, and what reading them again writes.

A reading is added. One that is there already, because somebody went back to an earlier model, is pointed to again, and
raised to what another one found since; else the next change of its case would take that away. Proposals to offices stay on the desk where they are unless the new reading is graver, and then the graver
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
    Row,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
)

from triage.model import Level, Ruling, Stage
from triage.store.access import WORKER
from triage.store.added import seal_with_added
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.database import Database
from triage.store.locks import hold_reports
from triage.store.outcomes import prepare
from triage.store.parts import in_parts
from triage.store.reading import Reader
from triage.store.records import Assessed, Priority, ReadRow
from triage.store.review_tables import reviews
from triage.store.tables import (
    LISTED_REFERRALS,
    assessments,
    priorities,
    referrals,
    reports,
)
from triage.store.vault import Vault
from triage.store.writing_again import MadeBy, undecided, write_again

_READ = (Stage.ASSESSED.value, Stage.INDEXED.value)
_PRIORITY = ("level", "score", "refer", "urgent", "corroboration", "policy", "review_id")
_Row = Row[*tuple[Any, ...]]


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
            .where(reports.c.seq.between(first, last), _open_andundecided(), not_(_made_by(by)), not_(_refused(by)))
            .order_by(reports.c.seq.desc())
        )
        with self._database.read() as connection:
            return [(row.seq, row.lane) for row in connection.execute(statement)]

    def take(self, seqs: Sequence[int], by: MadeBy) -> list[ReadBefore]:
        """Those of the reports that still are to be read again and that open."""
        columns = select(reports.c.seq, _on_desk().label("on_desk"))
        columns = columns.join(assessments, assessments.c.id == reports.c.assessment_id)
        wanted = columns.where(reports.c.seq.in_(seqs), _open_andundecided(), not_(_made_by(by)), not_(_refused(by)))
        with self._database.read() as connection:
            found = {row.seq: bool(row.on_desk) for row in connection.execute(wanted)}
        rows = self._reader.rows_by_seq(list(found), WORKER, "reassess") if found else []
        return [ReadBefore(row, found[row.report.seq]) for row in rows]

    def stood(self, report_ids: Sequence[str]) -> dict[str, Stood]:
        """For the worker: what stands of those of the reports that were read before; opens none."""
        other = priorities.alias("other")
        # Where an office went back to this reading, what it gave before another one came tells nothing of it any more
        elsewhere = (other.c.report_id == reports.c.id, other.c.assessment_id != reports.c.assessment_id)
        since = func.coalesce(select(func.max(other.c.id)).where(*elsewhere).correlate(reports).scalar_subquery(), "")
        of = (priorities.c.report_id == reports.c.id, priorities.c.assessment_id == reports.c.assessment_id)
        first = select(func.min(priorities.c.rank)).where(*of, priorities.c.id > since)
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
        ).where(reports.c.id.in_(ids), _open_andundecided())
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
            seal_with_added(connection, self._vault, sealed, rows, now)
            for act, some in (("reassess", opened), ("seal", sealed)):
                if some:
                    write_entries(connection, [read_entry(WORKER, act, sorted(one.item.report_id for one in some))])
        return [one.item.report_id for one in going]

    def read_by(self, by: MadeBy | None) -> list[ReadBy]:
        """By whom the open reports were read last, those who read most first; looks at every report."""
        made = (assessments.c.reader, assessments.c.model, assessments.c.taxonomy)
        stays = not_(undecided()) if by is None else or_(not_(undecided()), _refused(by))
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


def _open_andundecided() -> ColumnElement[bool]:
    return and_(reports.c.stage.in_(_READ), undecided())


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
