"""Matters in hand as people work through them: which press, how each clock stands, and what is decided.

Here the periods of the policy meet the log and the clocks of the store.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from corpora.bodies import load_bodies
from triage.cases import clusters
from triage.errors import BadInput
from triage.model import Access, ClockAct, ClockName, MatterState
from triage.policy import Clock, Clocks, load_policy
from triage.referral.clocks import ClockReading, ClockState, counts_from, overdue_before, read_clock, soon_before
from triage.referral.units import accused_at, accused_units
from triage.referral.words import words_on_offices
from triage.reviewing import desk_of
from triage.store import WORKER, Store
from triage.store.clearing import ClearingWord
from triage.store.matter_rows import Bounds, ClockRow, Matter, MatterLine, MatterPage, Pressing
from triage.store.matters import GOES, Step
from triage.store.standing import by_person

_WORKING_WEEK, _MONTH, _NAMED = 5, 30, 10
_MOST_MATES = 500
_ACCUSED = (
    "The report accuses that office or body, or somebody there, and the accused and their unit see nothing of it. Pass it to one "
    'that stands above; if it must go there, say so (--anyway, "anyway": true).'
)


@dataclass(frozen=True, slots=True)
class Handler:
    """What working through matters needs: the store, the periods in force, and the time."""

    store: Store
    clocks: Clocks
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def of(cls, store: Store) -> Handler:
        """With the policy of the data folder. Raises ``BadSetup``: it is broken."""
        return cls(store, load_policy(store.settings.data_dir).clocks)

    def pressing(
        self,
        access: Access,
        which: Pressing | None = None,
        *,
        escalated: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> MatterPage:
        """As ``store.handling.pressing``, by the periods in force."""
        handling = self.store.handling
        return handling.pressing(access, self._bounds(), which=which, escalated=escalated, limit=limit, cursor=cursor)

    def in_state(self, state: MatterState, access: Access, *, limit: int = 50, cursor: str | None = None) -> MatterPage:
        """As ``store.handling.in_state``."""
        return self.store.handling.in_state(state, access, limit=limit, cursor=cursor)

    def in_danger(self, access: Access, *, limit: int = 50, cursor: str | None = None) -> MatterPage:
        """As ``store.handling.in_danger``."""
        return self.store.handling.in_danger(access, limit=limit, cursor=cursor)

    def numbers(self, access: Access) -> Mapping[ClockName, Mapping[Pressing, int]]:
        """How many clocks of each name stand in which way."""
        return self.store.handling.numbers(access, self._bounds())

    def reading(self, row: ClockRow) -> ClockReading:
        """How a clock stands; one that is paused has left what it had when it was."""
        read = read_clock(self._clock(row.name), row.counts_from, row.paused_at or row.ended_at or self.now)
        return read if row.paused_at is None else ClockReading(ClockState.PAUSED, read.due, read.left)

    def told(self, line: MatterLine) -> dict[str, Any]:
        """A matter as it is listed, by the names that the command line and the API give it."""
        return {
            "id": line.report_id,
            "received_at": line.received_at,
            "channel": line.channel,
            "place": line.division,
            "risk": line.level,
            "real_name": line.real_name,
            "state": line.state,
            "since": line.since,
            "seen": line.seen,
            "adds_to": line.adds_to,
            "clock": None if line.clock is None else self.told_clock(line.clock),
        }

    def told_clock(self, clock: ClockRow) -> dict[str, Any]:
        """A clock and how it stands, by the names that the command line and the API give it."""
        reading = self.reading(clock)
        return {
            "name": clock.name,
            "state": "ended" if clock.ended_at else reading.state.value,
            "since": clock.since,
            "due": reading.due,
            "left": reading.left,
            "unit": self.unit(clock.name),
            "paused_at": clock.paused_at,
            "escalated_at": clock.escalated_at,
            "ended_at": clock.ended_at,
        }

    def unit(self, name: ClockName) -> str:
        """What a clock's days are: working days, or days."""
        return "working_days" if self._clock(name).unit == "working_days" else "days"

    def matter(self, report_id: str, access: Access) -> Matter:
        """As ``store.handling.matter``."""
        return self.store.handling.matter(report_id, access)

    def decide(self, report_id: str, step: Step, access: Access, seen: int | None, *, anyway: bool = False) -> Matter:
        """As ``store.handling.decide``; without ``seen`` on the matter as it stands.

        Args:
            report_id: whose matter.
            step: what is decided.
            access: who decides.
            seen: the number of the matter as whoever decides has seen it.
            anyway: also where it goes to an office or body that the report accuses, or whose people.

        Raises:
            BadInput: also where it is to be passed down to an office that does not stand below the own one.
        """
        if step.state is MatterState.PASSED_DOWN and step.to is not None:
            self._demand_below(step.to)
        at = self.matter(report_id, access).line.seen if seen is None else seen
        if step.to is not None and step.state in GOES and self._accused(report_id, step.to, access):
            if not anyway:
                raise BadInput("to", "accused", _ACCUSED)
            step = replace(step, insisted=True)
        mates = self._mates(report_id) if step.state is MatterState.KEPT_AS_REPEAT else None
        return self.store.handling.decide(report_id, step, access, at, mates)

    def keep_repeats(self, report_id: str, access: Access) -> list[str]:
        """As ``store.handling.keep_repeats``; whoever people have taken out of the case is not kept with it."""
        return self.store.handling.keep_repeats(report_id, access, self._mates(report_id))

    def clear(self, report_id: str, word: ClearingWord, access: Access, seen: int | None) -> Matter:
        """As ``store.handling.clear``; without ``seen`` on the matter as it stands."""
        at = self.matter(report_id, access).line.seen if seen is None else seen
        return self.store.handling.clear(report_id, word, access, at)

    def wind(self, report_id: str, act: ClockAct, access: Access, note: str, name: ClockName | None = None) -> Matter:
        """As ``store.handling.wind``, by the periods in force."""

        def later(of: ClockName, began: datetime, paused: datetime, resumed: datetime) -> datetime:
            return counts_from(self._clock(of), began, paused, resumed)

        return self.store.handling.wind(report_id, act, access, note, later, name)

    def _mates(self, report_id: str) -> frozenset[str] | None:
        """The reports of its case as people have it now, before the worker was there; None where nobody has spoken of it."""
        written = self.store.cases_of([report_id], WORKER, most=_MOST_MATES).get(report_id)
        if written is None:
            return None
        ground = self.store.casework.around([report_id, *written.report_ids], WORKER)
        if not ground.whole or not any(by_person(line) for line in ground.lines):
            return None
        cases = clusters(ground.report_ids, ground.lines)
        return next((frozenset(one.report_ids) for one in cases if report_id in one.report_ids), frozenset())

    def _accused(self, report_id: str, code: str, access: Access) -> bool:
        """Whether a report, or what was added to it, accuses the office or body of this code, or somebody there."""
        rows = self.store.rows([report_id], access).values()
        desk, offices, body = desk_of(self.store.settings), self.store.offices(), load_bodies().get(code)
        for row in itertools.chain(rows, self.store.dialogue.added(report_id, access)):
            words, entities = words_on_offices(row.report), row.assessment.entities
            division = row.report.division
            if code in accused_units(entities, words, division, desk, offices).offices:
                return True
            if body is not None and accused_at(body.called, entities, words, division, desk):
                return True
        return False

    def _demand_below(self, code: str) -> None:
        own = desk_of(self.store.settings)
        below = {office.id: office.name for office in self.store.offices() if office.level < own.level}
        if code not in below:
            some = ", ".join(f"{one} {name}" for one, name in list(below.items())[:_NAMED])
            raise BadInput(
                "to",
                "not_below",
                f"Down is to an office below this one; to any other it is passed on. Below are: {some}",
            )

    def _clock(self, name: ClockName) -> Clock:
        clock: Clock = getattr(self.clocks, name.value)
        return clock

    def _bounds(self) -> dict[ClockName, Bounds]:
        found = {}
        for name in ClockName:
            clock = self._clock(name)
            days = {"working_days": clock.limit * 7 / _WORKING_WEEK, "months": clock.limit * _MONTH}
            length = timedelta(days=days.get(clock.unit, clock.limit))
            found[name] = Bounds(overdue_before(clock, self.now), soon_before(clock, self.now), length)
        return found
