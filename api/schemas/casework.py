"""What people do with cases: the bodies they send, what an act answers, and suggested links."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.ids import Id
from api.schemas.moments import Moment
from triage.casefile import SuggestedLink
from triage.judging import FOLLOWS, Acted
from triage.model import Act, Level
from triage.store import Decision

_AS_OF = (
    "读案件时得到的 as_of · the `as_of` that the case came with; once somebody else has judged its reports since, "
    "the act is refused (409)"
)
_NOTE = "备注，加密保存 · a note, kept sealed; at most 2,000 characters"


class _In(BaseModel):
    """A field under another name would be dropped without a word."""

    model_config = ConfigDict(extra="forbid")


class JudgeIn(_In):
    """A word on a pair of reports; confirms or rejects a suggested link."""

    report: Id = Field(description="举报编号 · a report's id")
    other: Id = Field(description="另一件举报编号 · another report's id")
    verdict: Literal["same", "different", "unsure"] = Field(
        description="same, different or unsure; 不确定不改变他人与模型的判断 · unsure lifts nobody else's word and moves no report"
    )
    note: str | None = Field(None, description=_NOTE)
    as_of: int | None = Field(None, ge=0, description=_AS_OF)


class MergeIn(_In):
    """The case that joins."""

    other: Id = Field(description="另一案件，或其中任一举报 · the other case's id, or that of a report in it")
    note: str | None = Field(None, description=_NOTE)
    as_of: int | None = Field(None, ge=0, description=_AS_OF)


class SplitIn(_In):
    """Reports to take out; several make a case of their own."""

    reports: list[Id] = Field(description="要移出的举报 · ids of reports of this case")
    note: str | None = Field(None, description=_NOTE)
    as_of: int | None = Field(None, ge=0, description=_AS_OF)


class MoveIn(_In):
    """A report of this case, and where it belongs."""

    report: Id = Field(description="举报编号 · a report of this case")
    to: Id = Field(description="目标案件，或其中任一举报 · the case it belongs to, or a report in it")
    note: str | None = Field(None, description=_NOTE)
    as_of: int | None = Field(None, ge=0, description=_AS_OF)


class UndoIn(_In):
    """An act to take back; without an id one's own last one, and sent again it takes back no other."""

    decision: Id | None = Field(
        None, description="处理编号，不填为本人最近一次 · an act's id; left out: your own last one"
    )
    note: str | None = Field(None, description=_NOTE)


class ChangeOut(BaseModel):
    """The case of a report before and after; null: it stands alone."""

    report: str
    before: str | None
    after: str | None


class GroupOut(BaseModel):
    """A case after the act, as far as it is readable."""

    id: str
    reports: list[str]


class ActedOut(BaseModel):
    """What an act changed. Lists and urgency follow on the worker's next step (``follows``).

    ``foreseen`` is false in a case too large to be derived at once: look again once the worker has been there.
    ``as_of`` tells the cases as they are here, for a further act on them. ``withdraws`` is the act that an undo took back.
    """

    decision: str
    act: Act
    changed: list[ChangeOut]
    cases: list[GroupOut]
    foreseen: bool
    as_of: int
    withdraws: str | None
    follows: str = FOLLOWS


class SuggestionOut(BaseModel):
    """A link for a person to confirm or reject; the level is that of the graver report."""

    model_config = ConfigDict(from_attributes=True)

    report: str
    other: str
    probability: float
    level: Level
    score: float
    reasons: list[str]
    codes: list[str]


class SuggestionsOut(BaseModel):
    """Open suggestions, the gravest first; ``as_of`` goes with the word on one of them."""

    suggestions: list[SuggestionOut]
    as_of: int


class DecisionOut(BaseModel):
    """One act of a person on a case; ``may_undo``: this reader may take it back."""

    id: str
    act: Act
    by: str
    made_at: Moment
    note: str | None
    reports: list[str]
    withdraws: str | None
    withdrawn_by: str | None
    may_undo: bool


def acted_out(acted: Acted) -> ActedOut:
    """An act as the API answers it."""
    return ActedOut(
        decision=acted.decision,
        act=acted.act,
        changed=[ChangeOut(report=one.report_id, before=one.before, after=one.after) for one in acted.changed],
        cases=[GroupOut(id=case.id, reports=list(case.report_ids)) for case in acted.cases],
        foreseen=acted.foreseen,
        as_of=acted.as_of,
        withdraws=acted.withdraws,
    )


def suggestions_out(links: tuple[SuggestedLink, ...]) -> list[SuggestionOut]:
    """Suggested links as the API answers them."""
    return [SuggestionOut.model_validate(link) for link in links]


def decision_out(decision: Decision, *, may_undo: bool) -> DecisionOut:
    """A decision as the API answers it."""
    return DecisionOut(
        id=decision.id,
        act=decision.act,
        by=decision.by,
        made_at=decision.made_at,
        note=decision.note,
        reports=list(decision.report_ids),
        withdraws=decision.withdraws,
        withdrawn_by=decision.withdrawn_by,
        may_undo=may_undo,
    )


_ONE, _OTHER = "01JC2V9B3N5QK8Z4M6T1R7W0XA", "01JC2V9B3N5QK8Z4M6T1R7W0XB"
JUDGE: dict[str, Any] = {
    "zh": {"summary": "确认关联", "value": {"report": _ONE, "other": _OTHER, "verdict": "same"}},
    "en": {"summary": "Reject a link", "value": {"report": _ONE, "other": _OTHER, "verdict": "different"}},
}
MERGE: dict[str, Any] = {
    "zh": {"summary": "合并案件", "value": {"other": _OTHER}},
    "en": {"summary": "Merge, with a note", "value": {"other": _OTHER, "note": "The same letter sent twice."}},
}
SPLIT: dict[str, Any] = {
    "zh": {"summary": "移出举报", "value": {"reports": [_OTHER], "note": "同名，不是同一人"}},
    "en": {"summary": "Take two reports out together", "value": {"reports": [_ONE, _OTHER]}},
}
MOVE: dict[str, Any] = {
    "zh": {"summary": "移到另一案件", "value": {"report": _ONE, "to": _OTHER}},
    "en": {
        "summary": "Move, with a note",
        "value": {"report": _ONE, "to": _OTHER, "note": "It names the other village."},
    },
}
UNDO: dict[str, Any] = {
    "zh": {"summary": "撤回本人最近一次处理", "value": {}},
    "en": {"summary": "Take back a named act", "value": {"decision": "01JC2VA0QW3E5R7T9Y1U2I4P6S"}},
}
