"""Matters in hand: what people decide of them, step by step, and the clocks that run meanwhile.

The log of steps is only added to. The clocks are derived from it and change with it in the same transaction; what a
person does to a clock stands in a log of its own. What colleagues note is sealed under the key of the report.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from corpora.bodies import load_bodies
from triage.errors import BadInput, Changed, NotAllowed, NotFound
from triage.model import Access, ClearingAct, ClockAct, ClockName, MatterState
from triage.store.access import demand_text, readable
from triage.store.audit import read_entry, write_entries
from triage.store.clearing import ClearingWord, demand_clearing, demand_clears
from triage.store.columns import to_micros
from triage.store.handling_tables import clearings, clock_acts, clocks
from triage.store.locks import hold_reports
from triage.store.matter_rows import ClockRow, Matter, cleared_up_to, clock_of, last_steps, seen_of
from triage.store.matters import (
    GOES,
    HANDLES,
    LEADS,
    UNDECIDED,
    Step,
    demand_step,
    named_bodies,
)
from triage.store.notes import demand_note
from triage.store.running_clocks import turn_clearing, turn_clocks
from triage.store.tables import matters, offices, reports
from triage.store.whole_matters import WholeMatters

_Row = Row[*tuple[Any, ...]]
Later = Callable[[ClockName, datetime, datetime, datetime], datetime]
"""Where a clock counts from once it runs on: its name, where it counted from, the two ends of the pause."""


class Handling(WholeMatters):
    """The matters of a store; ``Store.handling`` is the way in. What is not readable is not there."""

    # What is decided

    def decide(
        self, report_id: str, step: Step, access: Access, seen: int, mates: Collection[str] | None = None
    ) -> Matter:
        """Takes a matter a step on.

        Args:
            report_id: whose matter.
            step: what is decided.
            access: who decides.
            seen: the number of the matter as whoever decides has seen it.
            mates: of its case those alone that still belong to it, where people have spoken of it since it was written down.

        Raises:
            NotAllowed: a role that does not decide this.
            NotFound: unknown, or not visible to this access.
            Changed: somebody else has taken it a step on since.
            BadInput: the state does not follow, or what goes with it is missing or out of place.
        """
        demand_text(access)
        with self._database.write() as connection:
            if step.state is MatterState.KEPT_AS_REPEAT:
                _hold_case(connection, report_id, access)
            row = _held(connection, report_id, access)
            last = last_steps(connection, [report_id])[report_id]
            _demand_as_seen(seen, last.seq, cleared_up_to(connection, [report_id]).get(report_id, 0))
            demand_step(step, last.state, access)
            _demand_there(connection, row, step, access, mates)
            now = datetime.now(UTC)
            told = {"note": step.note, "approval": step.approval}
            line = {
                **_step_row(report_id, step.state, access, now),
                "reason": step.reason,
                "target": step.to,
                "note": self._sealed(row, told, f"{report_id} {last.seq}"),
            }
            connection.execute(insert(matters), [line])
            turn_clocks(connection, report_id, step.state, now)
            write_entries(connection, [read_entry(access, "matter step", [report_id], **_audited(step))])
            return self._whole(connection, report_id, access)

    def keep_repeats(self, report_id: str, access: Access, mates: Collection[str] | None = None) -> list[str]:
        """Keeps the other reports of a case with it, those on which nobody has decided yet; their ids. ``mates`` as above.

        Raises:
            NotAllowed: a role that does not decide this.
            NotFound: unknown, or not visible to this access.
            BadInput: the report stands alone, or nobody has it in hand.
        """
        demand_text(access)
        demand_step(Step(MatterState.KEPT_AS_REPEAT), "received", access)
        with self._database.write() as connection:
            _hold_case(connection, report_id, access)
            _held(connection, report_id, access)
            ids = _mates(connection, report_id, access, mates)
            if not ids:
                raise BadInput("report", "no_case", "This report stands alone: there is no case to keep others with.")
            last = last_steps(connection, [report_id, *ids])
            if last[report_id].state not in LEADS:
                raise BadInput(
                    "report", "not_in_hand", "Accept or pass this report first: others are kept with what is in hand."
                )
            kept, now = [one for one in ids if last[one].state in UNDECIDED], datetime.now(UTC)
            for one in kept:
                connection.execute(insert(matters), [_step_row(one, MatterState.KEPT_AS_REPEAT, access, now)])
                turn_clocks(connection, one, MatterState.KEPT_AS_REPEAT, now)
            if kept:
                write_entries(connection, [read_entry(access, "matter step", kept, state="kept_as_repeat")])
        return kept

    def clear(self, report_id: str, word: ClearingWord, access: Access, seen: int) -> Matter:
        """Orders that somebody who was wrongly accused be cleared, says that it was done, or takes the order back.

        No reporter hears of it.

        Args:
            report_id: in whose matter.
            word: what is done, and with what.
            access: who does it.
            seen: the number of the matter as whoever does it has seen it.

        Raises:
            NotAllowed: a role that does not handle matters.
            NotFound: unknown, or not visible to this access.
            Changed: somebody else has taken it a step on since, or done something of this.
            BadInput: it does not follow, or what goes with it is missing or out of place.
        """
        demand_clears(access)
        with self._database.write() as connection:
            row = _held(connection, report_id, access)
            found = self._whole(connection, report_id, access)
            step, before = found.steps[-1].seq, found.clearing.acts[-1].seq if found.clearing else 0
            _demand_as_seen(seen, step, before)
            demand_clearing(word, found.clearing, [one.state for one in found.steps], access)
            now = datetime.now(UTC)
            told = {"whom": word.whom, "approval": word.approval, "note": word.note}
            line = {
                "report_id": report_id,
                "act": word.act.value,
                "form": word.form,
                "step": step,
                "by": access.principal,
                "at": now,
                "note": self._sealed(row, told, f"{report_id} {before}", "clearings"),
            }
            connection.execute(insert(clearings), [line])
            turn_clearing(connection, report_id, now, runs=word.act is ClearingAct.ORDER)
            detail = {"form": word.form.value} if word.form else {}
            write_entries(connection, [read_entry(access, f"clearing {word.act.value}", [report_id], **detail)])
            return self._whole(connection, report_id, access)

    def wind(
        self,
        report_id: str,
        act: ClockAct,
        access: Access,
        note: str,
        later: Later,
        name: ClockName | None = None,
    ) -> Matter:
        """Pauses the clocks of a matter that run, lets them run on, or says that somebody above was told of them.

        Args:
            report_id: whose clocks.
            act: what is done.
            access: who does it.
            note: why; for colleagues, sealed.
            later: where a clock counts from once it runs on.
            name: one clock alone.

        Raises:
            NotAllowed: a role that does not handle matters.
            NotFound: unknown, or not visible to this access.
            BadInput: no such clock runs, or it is paused already, or is not; or there is no note, or too much of it.
        """
        if access.role not in HANDLES:
            raise NotAllowed("This role does not stop or escalate clocks.")
        demand_note(note)
        with self._database.write() as connection:
            row = _held(connection, report_id, access)
            fitting = _fitting(_running(connection, report_id, name), act)
            now = datetime.now(UTC)
            for one in fitting:
                wound = _wound(one, act, now, later)
                connection.execute(update(clocks).where(_runs(report_id, one.name)).values(**wound))
                told = self._sealed(row, {"note": note}, f"{report_id} {one.name} {to_micros(now)}", "clock_acts")
                made = {"report_id": report_id, "name": one.name.value, "act": act.value, "by": access.principal}
                connection.execute(insert(clock_acts), [{**made, "at": now, "note": told}])
            names = " ".join(sorted(one.name for one in fitting))
            write_entries(connection, [read_entry(access, f"clock {act.value}", [report_id], clocks=names)])
            return self._whole(connection, report_id, access)


def _held(connection: Connection, report_id: str, access: Access) -> _Row:
    """A readable report, kept from changing until the transaction ends."""
    hold_reports(connection, [report_id])
    told = (reports.c.id, reports.c.case_id, reports.c.wrapped_key, reports.c.wrap)
    row = connection.execute(select(*told).where(reports.c.id == report_id, readable(access))).first()
    if row is None:
        raise NotFound("There is no such report.")
    return row


def _demand_as_seen(seen: int, step: int, clearing: int) -> None:
    if seen_of(step, clearing) != seen:
        raise Changed("Somebody has decided on this matter meanwhile: look at it again.")


def _runs(report_id: str, name: ClockName | None) -> ColumnElement[bool]:
    """The clocks of a matter that have not ended, or the one of this name."""
    of = and_(clocks.c.report_id == report_id, clocks.c.ended_at.is_(None))
    return of if name is None else and_(of, clocks.c.name == name.value)


def _running(connection: Connection, report_id: str, name: ClockName | None) -> list[ClockRow]:
    return [clock_of(one) for one in connection.execute(select(clocks).where(_runs(report_id, name)))]


def _fitting(running: Sequence[ClockRow], act: ClockAct) -> list[ClockRow]:
    """Those of the clocks that run to which this can be done."""
    if not running:
        raise BadInput("clock", "not_running", "No clock of this matter runs.")
    if act is ClockAct.ESCALATE:
        return list(running)
    fitting = [one for one in running if (one.paused_at is not None) == (act is ClockAct.RESUME)]
    if not fitting and act is ClockAct.PAUSE:
        raise BadInput("clock", "paused", "Its clocks are paused already; resume them first.")
    if not fitting:
        raise BadInput("clock", "not_paused", "None of its clocks is paused.")
    return fitting


def _demand_there(connection: Connection, row: _Row, step: Step, access: Access, mates: Collection[str] | None) -> None:
    """Stops a step that rests on what is not there: a case in hand, an office or body of this code."""
    if step.state is MatterState.KEPT_AS_REPEAT:
        _demand_lead(connection, row, access, mates)
    if step.to is not None and step.state in GOES:
        _demand_known(connection, step.to)


def _mates(connection: Connection, report_id: str, access: Access, among: Collection[str] | None = None) -> list[str]:
    """The other readable reports of its case, in their order; none where a reader meets it as one that stands alone."""
    own = select(reports.c.case_id).where(reports.c.id == report_id)
    case_id = connection.execute(own).scalar()
    if case_id is None:
        return []
    others = select(reports.c.id).where(reports.c.case_id == case_id, reports.c.id != report_id, readable(access))
    found = connection.execute(others.order_by(reports.c.seq)).scalars()
    return [one for one in found if among is None or one in among]


def _hold_case(connection: Connection, report_id: str, access: Access) -> None:
    """Keeps the reports of its case from changing, together and in one order; who they are is to be looked up again:
    whoever held one of them may have moved or sealed it, or kept it with this one.
    """
    hold_reports(connection, sorted({report_id, *_mates(connection, report_id, access)}))


def _demand_lead(connection: Connection, row: _Row, access: Access, among: Collection[str] | None) -> None:
    """Stops a report from being kept with a case of which nobody has any report in hand."""
    mates = _mates(connection, row.id, access, among)
    if not mates:
        raise BadInput("state", "no_case", "This report stands alone: there is no case to keep it with.")
    if not any(one.state in LEADS for one in last_steps(connection, mates).values()):
        raise BadInput("state", "no_lead", "No other report of its case is in hand: accept or pass one of them first.")


def _demand_known(connection: Connection, body: str) -> None:
    known = connection.execute(select(offices.c.id).where(offices.c.id == body)).first()
    if known is None and body not in load_bodies():
        raise BadInput("to", "unknown", f"Give the code of an office, or of a body: {named_bodies(load_bodies())}.")


def _audited(step: Step) -> dict[str, str]:
    """What of a step the audit log tells."""
    told = {"state": step.state.value, "reason": step.reason, "to_accused": step.to if step.insisted else None}
    return {name: str(value) for name, value in told.items() if value is not None}


def _step_row(report_id: str, state: MatterState, access: Access, at: datetime) -> dict[str, Any]:
    return {"report_id": report_id, "state": state.value, "by": access.principal, "at": at}


def _wound(one: ClockRow, act: ClockAct, now: datetime, later: Later) -> dict[str, datetime | None]:
    if act is ClockAct.ESCALATE:
        return {"escalated_at": now}
    if act is ClockAct.PAUSE or one.paused_at is None:
        return {"paused_at": now}
    return {"paused_at": None, "counts_from": later(one.name, one.counts_from, one.paused_at, now)}
