"""Matters in hand: as they are listed, one whole with its log and clocks, and what is decided of one."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import Moment
from triage.handling import Handler
from triage.model import (
    Channel,
    ClearingAct,
    ClearingForm,
    ClearingState,
    ClockAct,
    ClockName,
    Level,
    MatterState,
    NotAccepted,
)
from triage.store.clearing import ClearingWord
from triage.store.matter_rows import Matter, MatterPage, Pressing
from triage.store.matters import Step


class ClockOut(BaseModel):
    """A clock. ``state``: overdue, due_soon, running, paused or ended; ``left`` counts in ``unit``, negative where overdue."""

    name: ClockName
    state: str
    since: Moment
    due: date
    left: int
    unit: str
    paused_at: Moment | None
    escalated_at: Moment | None
    ended_at: Moment | None


class MatterLineOut(BaseModel):
    """A matter as it is listed; ``seen`` is told back with what is decided. ``real_name``: a name and a contact came with it."""

    id: str
    received_at: Moment
    channel: Channel
    place: str
    risk: Level
    real_name: bool
    state: str
    since: Moment
    seen: int
    adds_to: str | None = Field(description="补充自 · the report that it was added to with the receipt")
    clock: ClockOut | None


class MattersOut(BaseModel):
    """A page of matters, one line for each clock that runs, what is due first before the others; ``cursor`` leads on."""

    matters: list[MatterLineOut]
    cursor: str | None


class StepOut(BaseModel):
    """A step in the log of a matter."""

    model_config = ConfigDict(from_attributes=True)

    seq: int
    state: str
    at: Moment
    by: str
    reason: NotAccepted | None
    to: str | None
    note: str | None
    approval: str | None


class ClockActOut(BaseModel):
    """What a person did to a clock."""

    model_config = ConfigDict(from_attributes=True)

    name: ClockName
    act: ClockAct
    at: Moment
    by: str
    note: str | None


class ClearingActOut(BaseModel):
    """What a person did to clear somebody who was accused."""

    model_config = ConfigDict(from_attributes=True)

    act: ClearingAct
    form: ClearingForm | None
    at: Moment
    by: str
    whom: str | None
    approval: str | None
    note: str | None


class ClearingOut(BaseModel):
    """How that stands: an order is suspended, and to be given anew, once the outcome before it is no longer in force."""

    model_config = ConfigDict(from_attributes=True)

    state: ClearingState
    acts: list[ClearingActOut]


class MatterOut(MatterLineOut):
    """One matter whole; ``next`` and ``next_clearing`` are what this reader may decide of it."""

    steps: list[StepOut]
    clocks: list[ClockOut]
    acts: list[ClockActOut]
    next: list[MatterState]
    clearing: ClearingOut | None
    next_clearing: list[ClearingAct]


class ClocksOut(BaseModel):
    """How many clocks run, by name and by how they press."""

    clocks: dict[ClockName, dict[Pressing, int]]


class RepeatsOut(BaseModel):
    """The reports that are kept with their case from now on."""

    kept: list[str]


class StepIn(BaseModel):
    """What is decided of a matter.

    ``seen`` is the matter's number as it was looked at. What is not accepted has a ``reason``, and unless it lacks
    substance a body that its reporter is told ``to`` turn to; what is passed goes ``to`` a body or office. An outcome
    (not accepted, closed, concluded) by anybody but a supervisor names its ``approval``.
    """

    model_config = ConfigDict(extra="forbid")

    state: MatterState = Field(description="决定 · what is decided")
    seen: int = Field(description="所见进展编号 · the number of the matter that was looked at")
    reason: NotAccepted | None = Field(None, description="不予受理的理由 · why it is not accepted")
    to: str | None = Field(None, description="应向其反映的机关，或转往的机关 · the body to turn to, or that it goes to")
    note: str | None = Field(None, description="备注，加密保存 · a note for colleagues, kept sealed")
    approval: str | None = Field(None, description="批准文号，加密保存 · the approval of an outcome, kept sealed")
    anyway: bool = Field(
        False, description="虽被反映仍转往 · let it go to an office or body that the report accuses, or whose people"
    )

    def step(self) -> Step:
        """As the store takes it."""
        return Step(self.state, self.reason, self.to, self.note, self.approval)


class ClearingIn(BaseModel):
    """What is done for somebody who was wrongly accused.

    ``seen`` is the matter's number as it was looked at. An order says ``whom`` it is on, and by anybody but a supervisor by
    which ``approval``; what is done says in which ``form``; whoever takes an order back says why in a ``note``.
    """

    model_config = ConfigDict(extra="forbid")

    act: ClearingAct = Field(description="决定澄清、已澄清或撤回 · order, done or drop")
    seen: int = Field(description="所见进展编号 · the number of the matter that was looked at")
    whom: str | None = Field(
        None, description="被澄清的人，加密保存 · who is to be cleared, in free words, kept sealed"
    )
    form: ClearingForm | None = Field(None, description="澄清方式 · how it was done")
    approval: str | None = Field(None, description="批准文号，加密保存 · the approval of an order, kept sealed")
    note: str | None = Field(None, description="备注，加密保存 · a note for colleagues, kept sealed")

    def word(self) -> ClearingWord:
        """As the store takes it."""
        return ClearingWord(self.act, self.whom, self.form, self.approval, self.note)


class ClockActIn(BaseModel):
    """What is done to the clocks of a matter that run, or to one of them; ``note`` says why, for colleagues."""

    model_config = ConfigDict(extra="forbid")

    act: ClockAct = Field(description="暂停、恢复或督办 · pause, resume or escalate")
    note: str = Field(description="理由，加密保存 · why, kept sealed")
    clock: ClockName | None = Field(None, description="仅此时限 · one clock alone")


STEP: dict[str, Any] = {
    "zh": {"summary": "受理", "value": {"state": "accepted", "seen": 17}},
    "en": {
        "summary": "Not accepted: another body's competence",
        "value": {"state": "not_accepted", "seen": 17, "reason": "other_body", "to": "labour", "approval": "2026-31"},
    },
}
CLEAR: dict[str, Any] = {
    "zh": {
        "summary": "决定澄清",
        "value": {"act": "order", "seen": 17, "whom": "三河村村支书王守田", "approval": "纪发〔2026〕31号"},
    },
    "en": {"summary": "It was done at a meeting", "value": {"act": "done", "seen": 18, "form": "meeting"}},
}
ACT: dict[str, Any] = {
    "zh": {"summary": "暂停", "value": {"act": "pause", "note": "等待法院判决"}},
    "en": {
        "summary": "Escalate",
        "value": {"act": "escalate", "note": "Told the head of the department", "clock": "feedback"},
    },
}


def page_out(page: MatterPage, handler: Handler) -> MattersOut:
    """A page."""
    return MattersOut(matters=[MatterLineOut(**handler.told(line)) for line in page.lines], cursor=page.cursor)


def matter_out(found: Matter, handler: Handler) -> MatterOut:
    """One matter whole."""
    return MatterOut(
        **handler.told(found.line),
        steps=[StepOut.model_validate(row) for row in found.steps],
        clocks=[ClockOut(**handler.told_clock(one)) for one in found.clocks],
        acts=[ClockActOut.model_validate(row) for row in found.acts],
        next=list(found.next),
        clearing=None if found.clearing is None else ClearingOut.model_validate(found.clearing),
        next_clearing=list(found.next_clearing),
    )
