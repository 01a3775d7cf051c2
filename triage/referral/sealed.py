"""Sealed reports with their clocks: what has to go up, where to, and how long there is for it.

In go stubs of the store, the period of the policy and the office above; out come lines for people, and counts of those
that press.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from triage.model import Office, Way
from triage.policy import Clock
from triage.referral.clocks import ClockState, read_clock
from triage.store.way_up import SealedStub


@dataclass(frozen=True, slots=True)
class SealedLine:
    """A sealed report as it is listed: its stub, the office above, and its clock.

    ``left`` is in ``unit`` and negative where it is overdue; of one that was passed up nothing is left to do, and it is
    None.
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


def sealed_lines(stubs: Sequence[SealedStub], clock: Clock, above: Office | None, now: datetime) -> list[SealedLine]:
    """What is to be passed up, the most pressing first, and behind it what was, the newest first."""
    lines = [_line(stub, clock, above, now) for stub in stubs]
    waiting = [line for line in lines if line.passed_up_at is None]
    gone = [(line.passed_up_at, line) for line in lines if line.passed_up_at is not None]
    gone.sort(key=lambda told: told[0], reverse=True)
    return sorted(waiting, key=lambda line: (line.due, line.received_at)) + [line for _, line in gone]


def pressing(began: Iterable[datetime], clock: Clock, now: datetime) -> Counter[ClockState]:
    """How many clocks that began at these moments stand in each state."""
    return Counter(read_clock(clock, one, now).state for one in began)


def _line(stub: SealedStub, clock: Clock, above: Office | None, now: datetime) -> SealedLine:
    seen, gone = read_clock(clock, stub.since, now), stub.passed_up_at is not None
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
    )
