"""How far matters have come, by the append-only log of their states: steps reached, and the days between them;
and what was done to clear who was wrongly accused."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, distinct, func, insert, select

from triage.errors import BadInput, NotAllowed
from triage.model import Access, ClearingAct, ClockName, StaffRole
from triage.store.access import counted_once, readable
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.database import Database
from triage.store.handling_tables import clearings, clocks
from triage.store.locks import hold_reports
from triage.store.matter_rows import ClockRow, clock_of
from triage.store.matters import STATES
from triage.store.monthly import inside
from triage.store.parts import in_parts
from triage.store.running_clocks import turn_clocks
from triage.store.tables import matters, reports

STEPS: Mapping[str, frozenset[str]] = {
    "accepted": frozenset({"accepted", "kept_as_repeat"}),
    "referred": frozenset({"passed_down", "passed_up", "passed_on", "handed_over"}),
    "verified": frozenset({"interview", "verification"}),
    "concluded": frozenset({"concluded", "closed"}),
}
"""The steps after receipt, and the states of protection.md that mean them."""
ACKNOWLEDGED = frozenset({"accepted", "kept_as_repeat", "not_accepted"}) | STEPS["referred"]
_SUPERVISES = frozenset({StaffRole.SUPERVISOR, StaffRole.INVESTIGATOR, StaffRole.WORKER})
_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Span:
    """One matter between two moments of its log; ``division`` is its place."""

    division: str
    start: datetime
    end: datetime


class Funnel:
    """The log of states of a store; ``Store.funnel`` is the way in."""

    def __init__(self, database: Database, log: ReadLog) -> None:
        """Reads in the database and notes that it did in the log."""
        self._database = database
        self._log = log

    def reached(
        self, access: Access, place: str, received: tuple[datetime, datetime], until: datetime
    ) -> dict[str, int]:
        """How many of the reports received between two moments had reached each step before ``until``.

        A step that no matter has ever reached is left out: its log may not be kept at all. One that others have reached
        alone is zero.
        """
        step = case(*((matters.c.state.in_(sorted(states)), name) for name, states in STEPS.items()), else_="")
        statement = (
            select(step.label("step"), func.count(distinct(matters.c.report_id)).label("number"))
            .select_from(reports)
            .join(matters, matters.c.report_id == reports.c.id)
            .where(counted_once(access), inside(place), _between(reports.c.received_at, received), matters.c.at < until)
            .group_by(step)
        )
        with self._database.read() as connection:
            found = {row.step: row.number for row in connection.execute(statement)}
        self._log.note([read_entry(access, "count", (), by="steps")])
        return {
            name: found.get(name, 0) for name in STEPS if name in found or self.kept(access, place, STEPS[name], until)
        }

    def kept(self, access: Access, place: str, states: Collection[str], until: datetime) -> bool:
        """Whether any matter had been in one of the states before a moment, so that the log of them is kept."""
        statement = select(matters.c.report_id).join(reports, reports.c.id == matters.c.report_id)
        ever = (counted_once(access), inside(place), matters.c.state.in_(sorted(states)), matters.c.at < until)
        with self._database.read() as connection:
            return connection.execute(statement.where(*ever).limit(1)).first() is not None

    def received(self, access: Access, place: str, received: tuple[datetime, datetime]) -> int:
        """How many reports received between two moments ``reached`` speaks of."""
        within = (counted_once(access), inside(place), _between(reports.c.received_at, received))
        with self._database.read() as connection:
            number: int = connection.execute(select(func.count()).select_from(reports).where(*within)).scalar_one()
        return number

    def verified(self, access: Access, place: str, within: tuple[datetime, datetime], most: int) -> list[int]:
        """Numbers (``seq``) of the newest reports whose matter was being verified between two moments."""
        reached = select(matters.c.report_id).where(
            matters.c.state.in_(sorted(STEPS["verified"])), _between(matters.c.at, within)
        )
        statement = select(reports.c.seq).where(counted_once(access), inside(place), reports.c.id.in_(reached))
        with self._database.read() as connection:
            return list(connection.execute(statement.order_by(reports.c.seq.desc()).limit(most)).scalars())

    def spans(
        self, access: Access, place: str, ends: Collection[str], within: tuple[datetime, datetime],
        starts: Collection[str] | None = None,
    ) -> Iterator[Span]:  # fmt: skip
        """Matters that first reached one of the states ``ends`` within the time given, a few at a time.

        A span begins at receipt, or where ``starts`` are given at the first of these states; matters that never were in
        one of them have none.
        """
        came = select(matters.c.report_id).where(matters.c.state.in_(sorted(ends)), _between(matters.c.at, within))
        ended = func.min(matters.c.at)
        first = (
            select(matters.c.report_id, ended.label("at"))
            .where(matters.c.state.in_(sorted(ends)), matters.c.report_id.in_(came))
            .group_by(matters.c.report_id)
            .having(_between(ended, within))
            .subquery()
        )
        begun = (
            select(matters.c.report_id, func.min(matters.c.at).label("at"))
            .where(matters.c.state.in_(sorted(starts or ())), matters.c.report_id.in_(came))
            .group_by(matters.c.report_id)
            .subquery()
        )
        statement = select(reports.c.division, reports.c.received_at.label("start"), first.c.at.label("end"))
        if starts is not None:
            statement = select(reports.c.division, begun.c.at.label("start"), first.c.at.label("end"))
        statement = statement.select_from(reports).join(first, first.c.report_id == reports.c.id)
        if starts is not None:
            statement = statement.join(begun, begun.c.report_id == reports.c.id)
        with self._database.read() as connection:
            found = statement.where(counted_once(access), inside(place)).order_by(reports.c.seq)
            rows = connection.execution_options(yield_per=_ROWS).execute(found)
            for row in rows:
                yield Span(row.division, row.start, row.end)

    def clearing(
        self, access: Access, place: str, until: datetime
    ) -> tuple[list[tuple[ClearingAct, datetime]], list[ClockRow]]:
        """What was done before a moment to clear somebody who was accused, in its order, and the clocks of such orders.

        Raises:
            NotAllowed: a role that sees no figures.
        """
        done = select(clearings.c.act, clearings.c.at).join(reports, reports.c.id == clearings.c.report_id)
        done = done.where(counted_once(access), inside(place), clearings.c.at < until).order_by(clearings.c.seq)
        begun = select(clocks).join(reports, reports.c.id == clocks.c.report_id)
        its = (clocks.c.name == ClockName.CLEARING.value, clocks.c.since < until)
        begun = begun.where(counted_once(access), inside(place), *its).order_by(clocks.c.since, clocks.c.report_id)
        with self._database.read() as connection:
            acts = [(ClearingAct(row.act), row.at) for row in connection.execute(done)]
            found = [clock_of(row) for row in connection.execute(begun)]
        self._log.note([read_entry(access, "count", (), by="clearings")])
        return acts, found

    def bring(self, steps: Sequence[tuple[str, str, datetime]], by: str, access: Access) -> int:
        """Adds steps of matters that were kept elsewhere before: report id, state, when; how many were added.

        Steps of reports that this access may not read are passed over; those of one matter come in their order. Nothing that
        stands in the log is changed.

        Raises:
            BadInput: an unknown state.
            NotAllowed: a role that does not keep the log.
        """
        if access.role not in _SUPERVISES:
            raise NotAllowed("This role does not keep the log of matters.")
        unknown = sorted({state for _, state, _ in steps} - STATES)
        if unknown:
            raise BadInput("state", "unknown", f"The state must be one of {', '.join(sorted(STATES))}.")
        with self._database.write() as connection:
            known: set[str] = set()
            for part in in_parts(sorted({report_id for report_id, _, _ in steps})):
                seen = select(reports.c.id).where(reports.c.id.in_(part), readable(access))
                known.update(connection.execute(seen).scalars())
            hold_reports(connection, sorted(known))
            mine = [step for step in steps if step[0] in known]
            if mine:
                rows = [{"report_id": report_id, "state": state, "by": by, "at": at} for report_id, state, at in mine]
                connection.execute(insert(matters), rows)
                for report_id, state, at in mine:
                    turn_clocks(connection, report_id, state, at)
                write_entries(connection, [read_entry(access, "bring steps", sorted(known), steps=len(mine))])
        return len(mine)


def _between(column: ColumnElement[datetime], within: tuple[datetime, datetime]) -> ColumnElement[bool]:
    return (column >= within[0]) & (column < within[1])
