"""States of a matter: which may follow which, who decides it, which clocks run in it, and what its reporter is told.

The states, and what is told of them outside, are those of protection.md (2020 work rules for handling accusations, 2019
supervision rules). Pure: no database is asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpora.bodies import load_bodies
from triage.errors import BadInput, NotAllowed
from triage.model import Access, ClockName, MatterState, NotAccepted, ReporterState, StaffRole
from triage.store.notes import demand_note

_TOLD: Mapping[str, ReporterState] = {
    "received": ReporterState.RECEIVED,
    "registered": ReporterState.RECEIVED,
    "screened": ReporterState.RECEIVED,
    "accepted": ReporterState.ACCEPTED,
    "kept_as_repeat": ReporterState.ACCEPTED,
    # Passing on or down is told as acceptance: where a report went may tell whom it reaches.
    "passed_down": ReporterState.ACCEPTED,
    "passed_on": ReporterState.ACCEPTED,
    # Sealed reports alone go up, and no act accepts one: acceptance would tell whoever holds a receipt that it was not.
    "passed_up": ReporterState.RECEIVED,
    "not_accepted": ReporterState.NOT_IN_SCOPE,
    "handed_over": ReporterState.IN_PROGRESS,
    "interview": ReporterState.IN_PROGRESS,
    "verification": ReporterState.IN_PROGRESS,
    "held": ReporterState.IN_PROGRESS,
    "case_filed": ReporterState.IN_PROGRESS,
    "reopened": ReporterState.IN_PROGRESS,
    "closed": ReporterState.CONCLUDED,
    "concluded": ReporterState.CONCLUDED,
    "feedback": ReporterState.ANSWERED,
    "archived": ReporterState.ANSWERED,
}
STATES = frozenset(_TOLD)
"""Every state that a matter can be in."""
UNDECIDED = ("received", "registered", "screened")
"""States of a matter on which nobody has decided yet."""
_DECIDED = ("accepted", "not_accepted", "passed_down", "passed_on", "kept_as_repeat")
_DISPOSED = ("interview", "verification", "held", "closed")
_FOLLOW: Mapping[str, tuple[str, ...]] = {
    "received": ("registered", "screened", *_DECIDED),
    "registered": ("screened", *_DECIDED),
    "screened": _DECIDED,
    "accepted": ("handed_over", "passed_down", "passed_on", "kept_as_repeat", "not_accepted"),
    "not_accepted": ("feedback", "archived", "reopened"),
    # It comes back, or the body that has it says how it ended
    "passed_down": ("accepted", "concluded"),
    "passed_on": ("accepted", "concluded"),
    "kept_as_repeat": ("accepted", "not_accepted", "concluded"),
    # Handed to the wrong department, or what belongs elsewhere: it is handed over again, or goes back to where it was
    "handed_over": ("accepted", "handed_over", *_DISPOSED),
    "interview": ("interview", "verification", "held", "closed", "case_filed", "concluded"),
    "verification": ("interview", "verification", "held", "closed", "case_filed", "concluded"),
    "held": ("interview", "verification", "closed"),
    "case_filed": ("concluded",),
    "closed": ("feedback", "archived", "reopened"),
    "concluded": ("feedback", "archived", "reopened"),
    "feedback": ("archived", "reopened"),
    "archived": ("reopened",),
    # What an objection does not change is concluded again
    "reopened": (*_DECIDED, "handed_over", *_DISPOSED, "case_filed", "concluded"),
}
_REGISTERS = frozenset({StaffRole.INTAKE, StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR})
_SCREENS = _REGISTERS - {StaffRole.INTAKE}
HANDLES = _SCREENS - {StaffRole.REVIEWER}
"""Roles that decide whatever can be decided; the outcomes with an approval, unless a supervisor decides."""
_SCREENED_BY = ("screened", "accepted", "passed_down", "passed_on", "kept_as_repeat")
UNCHANGED = frozenset({"feedback", "archived"})
"""States that leave the outcome before them as it is."""
CLEARS = frozenset({"closed", "concluded"})
"""Outcomes after which somebody may be cleared: it was looked into what they were accused of."""
OUTCOMES = frozenset({"not_accepted", "closed", "concluded"})
"""States that end a matter for its reporter: only a person with the needed approval records them."""
AT_REST = OUTCOMES | UNCHANGED
"""States in which nobody here has anything more to do but to answer."""
_RUNS: Mapping[ClockName, frozenset[str]] = {
    ClockName.ACCEPTANCE_NOTICE: frozenset({*UNDECIDED, "reopened"}),
    ClockName.PASSING_ON: frozenset({*UNDECIDED, "reopened"}),
    ClockName.DISPOSAL_PROPOSAL: frozenset({"handed_over"}),
    ClockName.FEEDBACK: CLEARS,
    # Started by an order, which no step is
    ClockName.CLEARING: CLEARS | UNCHANGED,
}
LEADS = STATES - {*UNDECIDED, "not_accepted", "kept_as_repeat", "passed_up"}
"""States of a matter with which the other reports of its case may be kept: somebody has it, or had it, in hand."""
_STARTS: Mapping[str, ClockName] = {
    "handed_over": ClockName.DISPOSAL_PROPOSAL,
    "closed": ClockName.FEEDBACK,
    "concluded": ClockName.FEEDBACK,
}
GOES = (MatterState.PASSED_DOWN, MatterState.PASSED_ON, MatterState.HANDED_OVER)
"""States that may say to whom a matter goes; the first two must."""
_CODE = re.compile(r"[\w.-]{1,64}")
MOST_APPROVAL = 100


@dataclass(frozen=True, slots=True)
class Step:
    """What a person decides of a matter.

    ``reason`` is why it is not accepted; ``to`` the code of the body that its reporter is told to turn to, or of the
    office that it is passed to; ``approval`` names the written approval of an outcome. ``note`` and ``approval`` are
    for colleagues and are kept sealed; of all this a reporter learns the reason and the body of a report that is not accepted.
    ``insisted``: it goes to whom the report accuses all the same; the audit log tells that.
    """

    state: MatterState
    reason: NotAccepted | None = None
    to: str | None = None
    note: str | None = None
    approval: str | None = None
    insisted: bool = False


def reporter_state(states: Sequence[str]) -> ReporterState:
    """What the reporter sees of a matter whose states are given in the order in which they were decided.

    A matter without any state, or in one that this version does not know, is shown as received: too little is said
    rather than too much. That a report went up changes nothing: only sealed ones do, and one may be sealed at any time. What was
    not accepted stays so, answered or not: whoever looks again still reads where to turn. Source: the outer states of protection.md.
    """
    told = [state for state in states if state != "passed_up"]
    before = [state for state in told if state not in UNCHANGED]
    if not told:
        return ReporterState.RECEIVED
    if told[-1] in UNCHANGED and before and before[-1] == "not_accepted":
        return ReporterState.NOT_IN_SCOPE
    return _TOLD.get(told[-1], ReporterState.RECEIVED)


def next_states(state: str, access: Access) -> tuple[MatterState, ...]:
    """What this reader may decide of a matter in a state; nothing where this version does not know it."""
    return tuple(MatterState(one) for one in _FOLLOW.get(state, ()) if access.role in _deciding(one))


def demand_step(step: Step, before: str, access: Access) -> None:
    """Stops what may not be decided of a matter in the state ``before``, or not by this role, or not without more.

    Raises:
        NotAllowed: the role does not decide this.
        BadInput: the state does not follow, or what goes with it is missing, too long or out of place.
    """
    deciding = _deciding(step.state)
    if access.role not in deciding:
        raise NotAllowed(f"This is decided by: {', '.join(sorted(deciding))}.")
    if step.state not in _FOLLOW.get(before, ()):
        may = ", ".join(_FOLLOW.get(before, ())) or "nothing"
        raise BadInput("state", "does_not_follow", f"After {before} may come: {may}.")
    _demand_reason(step)
    if step.state in OUTCOMES and not (step.approval or "").strip() and access.role is not StaffRole.SUPERVISOR:
        raise BadInput("approval", "missing", "Say by which approval this is decided; a supervisor needs none.")
    demand_note(step.note, needed=False)
    if len(step.approval or "") > MOST_APPROVAL:
        raise BadInput("approval", "too_long", f"At most {MOST_APPROVAL} characters.")


def ended_by(state: str) -> tuple[ClockName, ...]:
    """The clocks that do not run in a state and end with it."""
    return tuple(name for name, states in _RUNS.items() if state not in states)


def started_by(state: str) -> ClockName | None:
    """The clock that a state starts."""
    return _STARTS.get(state)


def _deciding(state: str) -> frozenset[StaffRole]:
    if state == "registered":
        return _REGISTERS
    return _SCREENS if state in _SCREENED_BY else HANDLES


def _demand_reason(step: Step) -> None:
    """What is told beside a state: why a report is not accepted and where its reporter may turn, or where one went."""
    if step.state is MatterState.NOT_ACCEPTED:
        if step.reason is None:
            raise BadInput("reason", "missing", f"Say why: {', '.join(NotAccepted)}.")
        fitting = [code for code, body in load_bodies().items() if body.reason == step.reason]
        if fitting and step.to not in fitting:
            raise BadInput("to", "unknown", f"Say where the reporter may turn: {named_bodies(fitting)}.")
        if not fitting and step.to is not None:
            raise BadInput("to", "out_of_place", "There is no body for a report without substance.")
        return
    if step.reason is not None:
        raise BadInput("reason", "out_of_place", "Only what is not accepted has a reason.")
    if step.to is not None and step.state not in GOES:
        raise BadInput("to", "out_of_place", "Only what is not accepted, passed or handed over goes to somebody.")
    if step.to is not None and not _CODE.fullmatch(step.to):
        raise BadInput("to", "unknown", "The code of an office or body has letters, digits, dots, - and _.")
    if step.to is None and step.state in (MatterState.PASSED_DOWN, MatterState.PASSED_ON):
        raise BadInput("to", "missing", f"Say where it goes: the code of an office, or {named_bodies(load_bodies())}.")


def named_bodies(codes: Iterable[str]) -> str:
    """Codes of public bodies with their names, for whoever has to choose one."""
    known = load_bodies()
    return ", ".join(f"{code} {known[code].zh}" for code in codes)
