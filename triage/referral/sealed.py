"""Sealed reports with their clocks: what has to go up, where to, and how long there is for it.

In go stubs of the store, the period of the policy and the office above; out come lines for people, and counts of those
that press.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from triage.model import Office, Way
from triage.policy import Clock
from triage.referral.clocks import ClockReading, ClockState, read_clock
from triage.store.way_up import SealedStub


@dataclass(frozen=True, slots=True)
class SealedLine:
    """A sealed report as it is listed: its stub, the office above, and its clock.

    ``left`` is in ``unit`` and negative where it is overdue; of one that was passed up nothing is left to do, and it is
    None. One that goes ``at_once`` is overdue from the day on which its clock began.
    """

    id: str
    received_at: datetime
    way: Way
    division: str
    office_id: str | None
    office: str | None
    reason: str
    state: ClockState
    due: date
    left: int | None
    unit: str
    passed_up_at: datetime | None
    packets: int
    at_once: bool = False


def sealed_lines(stubs: Sequence[SealedStub], clock: Clock, above: Office | None, now: datetime) -> list[SealedLine]:
    """What is to be passed up, what goes at once before all else, and behind it what was, the newest first."""
    lines = [_line(stub, clock, above, now) for stub in stubs]
    waiting = [line for line in lines if line.passed_up_at is None]
    gone = [(line.passed_up_at, line) for line in lines if line.passed_up_at is not None]
    gone.sort(key=lambda told: told[0], reverse=True)
    return sorted(waiting, key=lambda line: (not line.at_once, line.due, line.received_at)) + [line for _, line in gone]


def pressing(began: Iterable[tuple[datetime, bool]], clock: Clock, now: datetime) -> Counter[ClockState]:
    """How many clocks stand in each state, of those that began at these moments and for which there is time or none."""
    return Counter(_read(clock, since, now, at_once=at_once).state for since, at_once in began)


def _read(clock: Clock, since: datetime, now: datetime, *, at_once: bool) -> ClockReading:
    """A clock; where something must happen at once it is overdue from its beginning."""
    if not at_once:
        return read_clock(clock, since, now)
    none = read_clock(replace(clock, limit=0, due_soon=0), since, now)
    return ClockReading(ClockState.OVERDUE, none.due, min(none.left, -1))


def _line(stub: SealedStub, clock: Clock, above: Office | None, now: datetime) -> SealedLine:
    seen, gone = _read(clock, stub.since, now, at_once=stub.at_once), stub.passed_up_at is not None
    return SealedLine(
        id=stub.report_id,
        received_at=stub.received_at,
        way=stub.way,
        division=stub.division,
        office_id=stub.office_id or (above.id if above else None),
        office=above.name if above else None,
        reason=stub.reason,
        state=ClockState.PASSED_UP if gone else seen.state,
        due=seen.due,
        left=None if gone else seen.left,
        unit="working_days" if clock.unit == "working_days" else "days",
        passed_up_at=stub.passed_up_at,
        packets=stub.packets,
        at_once=stub.at_once,
    )
