"""Clearing the wrongly accused: what may be done when, by whom and with what, and how it stands. Pure: no database is asked here.

One task for each report. No reading labels a report: the word is that somebody is cleared, and a person with the needed
approval gives it. It rests on an outcome (closed, concluded) and ends with it. Source: protection.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triage.errors import BadInput, NotAllowed
from triage.model import Access, ClearingAct, ClearingForm, ClearingState, StaffRole
from triage.store.matter_rows import Clearing, ClearingRow, StepRow
from triage.store.matters import CLEARS, HANDLES, MOST_APPROVAL, UNCHANGED
from triage.store.notes import demand_note

MOST_WHOM = 500
_WITH = {
    ClearingAct.ORDER: frozenset({"whom", "approval", "note"}),
    ClearingAct.DONE: frozenset({"form", "note"}),
    ClearingAct.DROP: frozenset({"note"}),
}
_STANDS = {
    ClearingAct.ORDER: ClearingState.ORDERED,
    ClearingAct.DONE: ClearingState.DONE,
    ClearingAct.DROP: ClearingState.DROPPED,
}


@dataclass(frozen=True, slots=True)
class ClearingWord:
    """What a person does: ``whom`` says in free words who is to be cleared, ``form`` is how it was done, ``note`` for
    colleagues. Who, approval and note are kept sealed.
    """

    act: ClearingAct
    whom: str | None = None
    form: ClearingForm | None = None
    approval: str | None = None
    note: str | None = None


def in_force(states: Sequence[str]) -> bool:
    """Whether an outcome that follows upon looking into it (closed, concluded) holds, after all these states in their order."""
    before = [state for state in states if state not in UNCHANGED]
    return bool(before) and before[-1] in CLEARS


def clearing_of(acts: Sequence[ClearingRow], steps: Sequence[StepRow]) -> Clearing | None:
    """How the clearing of a matter stands; None where nobody has ordered one."""
    if not acts:
        return None
    last = acts[-1]
    since = [step.state for step in steps if step.seq > last.step]
    over = last.act is ClearingAct.ORDER and any(state not in CLEARS | UNCHANGED for state in since)
    return Clearing(ClearingState.SUSPENDED if over else _STANDS[last.act], tuple(acts))


def next_acts(clearing: Clearing | None, states: Sequence[str], access: Access) -> tuple[ClearingAct, ...]:
    """What this reader may do for whoever was accused in a matter."""
    if access.role not in HANDLES:
        return ()
    if clearing is not None and clearing.state is ClearingState.ORDERED:
        return (ClearingAct.DONE, ClearingAct.DROP)
    return (ClearingAct.ORDER,) if in_force(states) else ()


def demand_clears(access: Access) -> None:
    """Stops whoever does not handle matters. Raises ``NotAllowed``."""
    if access.role not in HANDLES:
        raise NotAllowed(f"This is decided by: {', '.join(sorted(HANDLES))}.")


def demand_clearing(word: ClearingWord, clearing: Clearing | None, states: Sequence[str], access: Access) -> None:
    """Stops what may not be done of a matter as it stands, or not without more.

    Raises:
        BadInput: it does not follow, or what goes with it is missing, too long or out of place.
    """
    if word.act not in next_acts(clearing, states, access):
        raise BadInput("act", *_why_not(word.act, clearing))
    _demand_words(word)
    if word.act is ClearingAct.ORDER and access.role is not StaffRole.SUPERVISOR and not _said(word.approval):
        raise BadInput("approval", "missing", "Say by which approval this is ordered; a supervisor needs none.")


def _why_not(act: ClearingAct, clearing: Clearing | None) -> tuple[str, str]:
    state = None if clearing is None else clearing.state
    if act is not ClearingAct.ORDER:
        again = ": what was ordered is suspended with its outcome" if state is ClearingState.SUSPENDED else ""
        return "not_ordered", f"Nobody is to be cleared here{again}."
    if state is ClearingState.ORDERED:
        return "ordered", "It is ordered already; say that it is done, or take the order back."
    return "no_outcome", "Somebody is cleared after the matter was closed or concluded, and while that holds."


def _demand_words(word: ClearingWord) -> None:
    for name, told, most in (
        ("whom", word.whom, MOST_WHOM),
        ("form", word.form, None),
        ("approval", word.approval, MOST_APPROVAL),
        ("note", word.note, None),
    ):
        if told is not None and name not in _WITH[word.act]:
            raise BadInput(name, "out_of_place", f"This does not go with {word.act.value}.")
        if told is not None and most is not None and len(told) > most:
            raise BadInput(name, "too_long", f"At most {most} characters.")
    if word.act is ClearingAct.ORDER and not _said(word.whom):
        raise BadInput("whom", "missing", f"Say who is to be cleared, in 1 to {MOST_WHOM} characters.")
    if word.act is ClearingAct.DONE and word.form is None:
        raise BadInput("form", "missing", f"Say how it was done: {', '.join(ClearingForm)}.")
    demand_note(word.note, needed=word.act is ClearingAct.DROP)


def _said(told: str | None) -> bool:
    return bool((told or "").strip())
