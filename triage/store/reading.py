"""Opening routed reports for those who may read them; every statement carries the clause of ``access``.

A row that does not open (a bad disk, a bad copy, somebody at the database) is left out, set aside as dead, where people
see it, and stops no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from triage.errors import Corrupt, NotAllowed, NotFound, TriageError
from triage.model import Access, Level, Stage
from triage.store.access import demand_text, mendable, readable
from triage.store.audit import ReadLog, read_entry
from triage.store.claims import Holder
from triage.store.database import Database
from triage.store.decided import REVIEW_COLUMNS, as_decided, corrections_before, review_in
from triage.store.forms import read_assessment
from triage.store.naming import MetCases, shown_as
from triage.store.parts import in_parts
from triage.store.queue import REPORT_COLUMNS, bury, open_report
from triage.store.records import Priority, ReadRow
from triage.store.review_tables import reviews
from triage.store.tables import assessments, messages, party_keys, priorities, reports
from triage.store.vault import Vault

_Row = Row[*tuple[Any, ...]]


class Reader:
    """Reads reports under an access, and notes every reading before it answers."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog, holder: Holder) -> None:
        """Reads from the database, opens with the vault, notes in the log; what it sets aside is held no more."""
        self._database = database
        self._vault = vault
        self._log = log
        self._holder = holder

    def row(self, report_id: str, access: Access, act: str = "read", **detail: str) -> ReadRow:
        """One report; ``detail`` goes with the act into the log.

        Raises:
            NotFound: unknown, or not visible to this access.
            NotAllowed: a role that reads no reports.
            Corrupt: it does not open; it is set aside, and not found from then on.
        """
        demand_text(access)
        found, damaged = self._opened([_rows(access, reports.c.id == report_id)], access)
        self._log.note([read_entry(access, act, [row.report.id for row in found], **detail)])
        if damaged:
            raise damaged[report_id]
        if not found:
            raise NotFound("There is no such report.")
        return found[0]

    def rows(self, report_ids: Sequence[str], access: Access, act: str = "read") -> dict[str, ReadRow]:
        """Those of the reports that this access may read, by id, in the order asked for."""
        demand_text(access)
        parts = in_parts(list(dict.fromkeys(report_ids)))
        rows, _ = self._opened((_rows(access, reports.c.id.in_(part)) for part in parts), access)
        found = {row.report.id: row for row in rows}
        self._log.note([read_entry(access, act, found)])
        return {report_id: found[report_id] for report_id in report_ids if report_id in found}

    def rows_by_seq(self, seqs: Sequence[int], access: Access, act: str = "search", **detail: str) -> list[ReadRow]:
        """Those of the reports of these numbers that this access may read, in the order asked for."""
        demand_text(access)
        rows, _ = self._opened((_rows(access, reports.c.seq.in_(part)) for part in in_parts(seqs)), access)
        found = {row.report.seq: row for row in rows}
        self._log.note([read_entry(access, act, [row.report.id for row in rows], **detail)])
        return [found[seq] for seq in seqs if seq in found]

    def visible(self, report_ids: Sequence[str], access: Access) -> set[str]:
        """Which of the reports this access may read; opens nothing and notes nothing."""
        demand_text(access)
        seen: set[str] = set()
        with self._database.read() as connection:
            for part in in_parts(list(dict.fromkeys(report_ids))):
                statement = select(reports.c.id).where(readable(access), reports.c.id.in_(part))
                seen.update(connection.execute(statement).scalars())
        return seen

    def after(self, access: Access, seq: int, limit: int, act: str, **detail: str) -> list[ReadRow]:
        """The next readable reports behind ``seq``, in the order of intake; none where no other follows."""
        demand_text(access)
        statement = _rows(access, reports.c.seq > seq).order_by(reports.c.seq).limit(limit)
        found, damaged = self._opened([statement], access)
        # What was set aside stands behind ``seq`` no more: others may follow where none of these opens
        while damaged and not found:
            found, damaged = self._opened([statement], access)
        told = [row.report.id for row in found]
        self._log.note([read_entry(access, act, told, **detail)] if found else [])
        return found

    def stream(self, access: Access, act: str, size: int = 200, **detail: str) -> Iterator[ReadRow]:
        """All readable reports, in the order of intake, a batch at a time."""
        seq = 0
        while found := self.after(access, seq, size, act, **detail):
            yield from found
            seq = found[-1].report.seq

    def gravest(self, access: Access, limit: int) -> list[ReadRow]:
        """The readable reports of highest risk, the gravest first, the older first among equals."""
        demand_text(access)
        order = (priorities.c.rank.desc(), priorities.c.score.desc(), reports.c.seq)
        found, _ = self._opened([_rows(access).order_by(*order).limit(limit)], access)
        self._log.note([read_entry(access, "list", [row.report.id for row in found])])
        return found

    def _opened(
        self, statements: Iterable[Select[Any]], access: Access
    ) -> tuple[list[ReadRow], dict[str, TriageError]]:
        """The rows that open, and of those that do not, which are set aside, the reason by id."""
        found: list[ReadRow] = []
        damaged: dict[str, TriageError] = {}
        with self._database.read() as connection:
            for statement in statements:
                rows = connection.execute(statement).all()
                parties = _parties(connection, [row.id for row in rows])
                cases = {row.case_id for row in rows if row.case_id is not None}
                shown, corrected = shown_as(connection, cases, access), corrections_before(connection, rows)
                for row in rows:
                    try:
                        opened = self._open(row, parties[row.id], shown)
                        found.append(replace(opened, corrected=corrected.get((row.id, row.assessment_id))))
                    except (Corrupt, NotAllowed) as error:
                        damaged[row.id] = error
        for report_id, why in damaged.items():
            bury(self._database, report_id, why.code, self._holder)
        return found, damaged

    def _open(self, row: _Row, parties: Iterable[str], shown: MetCases) -> ReadRow:
        report = open_report(self._vault, row)
        score = shown.score(row.case_id, row.score, row.corroboration)
        figures = (score, row.refer, row.urgent, row.corroboration, row.policy, row.priority_review)
        priority = Priority(Level(row.level), *figures)
        data_key = self._vault.unwrap(row.wrapped_key, row.wrap, row.id)
        machine = read_assessment(self._vault.open(data_key, row.sealed, "assessments", row.id, "sealed"))
        review = review_in(row, self._vault, data_key)
        return ReadRow(
            report,
            as_decided(machine, review),
            priority,
            tuple(sorted(parties)),
            shown.name(row.case_id),
            review,
            machine,
            row.assessment_id,
            case_points=0.0 if row.case_id in shown.cut else row.corroboration,
        )


def _rows(access: Access, *conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            *REPORT_COLUMNS,
            reports.c.case_id,
            reports.c.assessment_id,
            assessments.c.sealed,
            priorities.c.level,
            priorities.c.score,
            priorities.c.refer,
            priorities.c.urgent,
            priorities.c.corroboration,
            priorities.c.policy,
            priorities.c.review_id.label("priority_review"),
            *REVIEW_COLUMNS,
        )
        .join(assessments, assessments.c.id == reports.c.assessment_id)
        .join(priorities, priorities.c.id == reports.c.priority_id)
        .outerjoin(reviews, reviews.c.id == reports.c.review_id)
        .where(readable(access), *conditions)
    )


def _parties(connection: Connection, ids: Sequence[str]) -> defaultdict[str, set[str]]:
    """Whom each report names; what was added to another one counts as naming whom that one names."""
    parties: defaultdict[str, set[str]] = defaultdict(set)
    for part in in_parts(ids):
        own = select(party_keys.c.report_id, party_keys.c.value).where(party_keys.c.report_id.in_(part))
        first = select(messages.c.added_id, party_keys.c.value).join(
            party_keys, party_keys.c.report_id == messages.c.report_id
        )
        for statement in (own, first.where(messages.c.added_id.in_(part))):
            for report_id, value in connection.execute(statement):
                parties[report_id].add(value)
    return parties


def stage_counts(database: Database, access: Access) -> dict[Stage, int]:
    """How many reports stand at each stage, for those who look after the system.

    Raises:
        NotAllowed: a role that does not look after the system.
    """
    statement = select(reports.c.stage, func.count()).where(mendable(access)).group_by(reports.c.stage)
    with database.read() as connection:
        rows = connection.execute(statement).all()
    counts = {Stage(stage): number for stage, number in rows}
    return {stage: counts.get(stage, 0) for stage in Stage}
