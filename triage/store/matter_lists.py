"""Lists of matters: those with a clock that runs, those that stand in a state, and numbers alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, exists, func, literal_column, select

from triage.cursors import Cursors, bound_to
from triage.model import Access, ClockName, MatterState
from triage.store.access import demand_text, readable
from triage.store.audit import ReadLog, read_entry
from triage.store.columns import EPOCH, to_micros
from triage.store.database import Database
from triage.store.handling_tables import clocks
from triage.store.matter_rows import (
    Bounds,
    MatterPage,
    Pressing,
    cleared_up_to,
    clock_of,
    last_steps,
    line_of,
    lines_of,
)
from triage.store.matters import AT_REST
from triage.store.running_clocks import behind, running, stands
from triage.store.tables import matters, reports

_LIST, _STATES, _DANGER = b"clocks of matters", b"matters by state", b"matters in danger"
_MICROSECOND = timedelta(microseconds=1)
_Row = Row[*tuple[Any, ...]]
_Met = tuple[int, str, str, _Row]
"""When a clock is due, in microseconds, whose and which it is, and its row."""


class MatterLists:
    """The part of ``Handling`` that only reads. What is not readable is not there."""

    def __init__(self, database: Database, log: ReadLog, key: bytes) -> None:
        """Reads in the database and notes that it did; cursors are sealed under the key."""
        self._database = database
        self._log = log
        self._cursors: Cursors[list[Any]] = Cursors(key, "This cursor leads nowhere; start again without it.")

    def pressing(
        self,
        access: Access,
        bounds: Mapping[ClockName, Bounds],
        *,
        which: Pressing | None = None,
        escalated: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> MatterPage:
        """Matters with a clock that runs, the one that is due first before the others; one line for each clock.

        Raises:
            NotAllowed: a role that reads no text.
            BadInput: the cursor leads nowhere.
        """
        demand_text(access)
        bound = _LIST + f"|{which}|{escalated}|{bound_to(access)}".encode()
        place = None if cursor is None else self._cursors.read(cursor, bound)
        wanted = [running(access)]
        if which is not None:
            wanted.append(stands(which, bounds))
        if escalated:
            wanted.append(clocks.c.escalated_at.is_not(None))
        with self._database.read() as connection:
            met = _due_first(connection, bounds, wanted, place, limit + 1)
            rows = [row for _, _, _, row in met[:limit]]
            last = last_steps(connection, [row.report_id for row in rows])
            cleared = cleared_up_to(connection, list(last))
        self._note(access, rows)
        place = list(met[limit - 1][:3]) if len(met) > limit else None
        lines = tuple(line_of(row, last[row.report_id], clock_of(row), cleared.get(row.report_id, 0)) for row in rows)
        return MatterPage(lines, None if place is None else self._cursors.write(place, bound))

    def in_state(self, state: MatterState, access: Access, *, limit: int = 50, cursor: str | None = None) -> MatterPage:
        """Matters that stand in a state, the one that has stood in it for longest first.

        Raises:
            NotAllowed: a role that reads no text.
            BadInput: the cursor leads nowhere.
        """
        demand_text(access)
        bound = _STATES + f"|{state}|{bound_to(access)}".encode()
        wanted = [matters.c.state == state.value, _is_last(), readable(access)]
        if state is not MatterState.RECEIVED:
            # What the index is of, in so many words: a value that is bound tells the engine nothing of it
            wanted.append(matters.c.state != literal_column("'received'"))
        if cursor is not None:
            wanted.append(matters.c.seq > self._cursors.read(cursor, bound)[0])
        statement = lines_of(matters).where(*wanted).order_by(matters.c.seq).limit(limit + 1)
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
            cleared = cleared_up_to(connection, [row.report_id for row in rows])
        place = [rows[limit - 1].seq] if len(rows) > limit else None
        return self._page(access, rows[:limit], cleared, None if place is None else self._cursors.write(place, bound))

    def in_danger(self, access: Access, *, limit: int = 50, cursor: str | None = None) -> MatterPage:
        """Matters not at rest whose reports tell of danger that is present, or of retaliation, the one that came last first.

        What was decided on referral takes none out: a plea for food is no case for investigators, and is in danger all the same.

        Raises:
            NotAllowed: a role that reads no text.
            BadInput: the cursor leads nowhere.
        """
        demand_text(access)
        bound = _DANGER + f"|{bound_to(access)}".encode()
        wanted = [reports.c.at_once, _is_last(), matters.c.state.not_in(AT_REST), readable(access)]
        if cursor is not None:
            wanted.append(reports.c.seq < self._cursors.read(cursor, bound)[0])
        statement = lines_of(matters, reports.c.seq.label("report_seq"))
        with self._database.read() as connection:
            found = statement.where(*wanted).order_by(reports.c.seq.desc()).limit(limit + 1)
            rows = connection.execute(found).all()
            cleared = cleared_up_to(connection, [row.report_id for row in rows])
        place = [rows[limit - 1].report_seq] if len(rows) > limit else None
        return self._page(access, rows[:limit], cleared, None if place is None else self._cursors.write(place, bound))

    def numbers(self, access: Access, bounds: Mapping[ClockName, Bounds]) -> dict[ClockName, dict[Pressing, int]]:
        """How many clocks of each name stand in which way, of the matters that are readable; 0 is told too.

        Raises:
            NotAllowed: a role that reads no text.
        """
        demand_text(access)
        how = case(*((stands(one, bounds), one.value) for one in Pressing), else_="")
        statement = (
            select(clocks.c.name, how.label("stands"), func.count().label("number"))
            .join(reports, reports.c.id == clocks.c.report_id)
            .where(running(access))
            .group_by(clocks.c.name, how)
        )
        with self._database.read() as connection:
            found = {(row.name, row.stands): row.number for row in connection.execute(statement)}
        self._log.note([read_entry(access, "count", (), by="clocks")])
        return {name: {one: found.get((name.value, one.value), 0) for one in Pressing} for name in ClockName}

    def _page(self, access: Access, rows: Sequence[_Row], cleared: Mapping[str, int], cursor: str | None) -> MatterPage:
        """Matters without their clocks, once it is noted who read them."""
        self._note(access, rows)
        return MatterPage(tuple(line_of(row, row, None, cleared.get(row.report_id, 0)) for row in rows), cursor)

    def _note(self, access: Access, rows: Sequence[_Row]) -> None:
        self._log.note([read_entry(access, "matters", dict.fromkeys(row.report_id for row in rows))])


def _is_last() -> ColumnElement[bool]:
    """That a step is the last of its matter."""
    later = matters.alias("later")
    return ~exists().where(later.c.report_id == matters.c.report_id, later.c.seq > matters.c.seq)


def _due_first(
    connection: Connection,
    bounds: Mapping[ClockName, Bounds],
    wanted: Sequence[ColumnElement[bool]],
    place: Sequence[Any] | None,
    most: int,
) -> list[_Met]:
    """Clocks behind a place, the one that is due first before the others: of each name at most so many.

    Of each name the first come in the order of its index; to sort all names together would read every clock.
    """
    met: list[_Met] = []
    for name, told in bounds.items():
        statement = lines_of(clocks).where(*wanted, clocks.c.name == name.value)
        if place is not None:
            start = EPOCH + place[0] * _MICROSECOND - told.length
            statement = statement.where(behind(name, start, (place[1], place[2])))
        found = statement.order_by(clocks.c.counts_from, clocks.c.report_id).limit(most)
        for row in connection.execute(found):
            met.append((to_micros(row.counts_from + told.length), row.report_id, row.name, row))
    return sorted(met, key=lambda one: one[:3])
