"""Requests for who a reporter is: as they are made, listed, decided on, and what is opened."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.ids import Id
from api.schemas.moments import Moment
from triage.custody import CustodyDesk, told_identity
from triage.model import IdentityAct, IdentityReason, IdentityState, Level
from triage.store.custody_rows import Identity, IdentityRequest, RequestLine


class RequestLineOut(BaseModel):
    """A request as it is listed. ``answer_by``: the last day on which custodians may decide; ``opens_until``: until when
    whoever asked may open it.
    """

    id: str
    report: str
    risk: Level
    urgent: bool
    reason: IdentityReason
    by: str
    asked_at: Moment
    state: IdentityState
    approvals: int
    needed: int
    answer_by: date | None
    opens_until: Moment | None
    opened: int
    look_twice: bool = Field(
        description="有补充件已密封，仅保管人员可见 · something added to it lies sealed; told to custodians alone"
    )


class RequestsOut(BaseModel):
    """Requests: of custodians those that wait for them, the oldest first; of others their own, the newest first.

    ``more``: others stand behind them; ask with a larger ``limit``.
    """

    requests: list[RequestLineOut]
    more: bool


class RequestActOut(BaseModel):
    """What somebody did with a request."""

    act: IdentityAct
    by: str
    at: Moment
    note: str | None


class RequestOut(RequestLineOut):
    """A request whole; ``note`` says why it was made."""

    note: str
    acts: list[RequestActOut]


class IdentityOut(BaseModel):
    """What a reporter told of themselves."""

    request: str
    report: str
    name: str | None
    contact: str | None


class AskIn(BaseModel):
    """Who asks for the reporter of a report, and why; custodians read the note and nothing of the report's text."""

    model_config = ConfigDict(extra="forbid")

    report: Id = Field(description="举报编号 · the report's id")
    reason: IdentityReason = Field(description="理由 · why")
    note: str = Field(description="说明，加密保存 · what custodians need to know, kept sealed")


class DecideIn(BaseModel):
    """What a custodian decides; a refusal says why."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["approve", "refuse"] = Field(description="批准或拒绝 · approve or refuse")
    note: str | None = Field(None, description="说明，加密保存 · a note, kept sealed")


ASK: dict[str, Any] = {
    "zh": {
        "summary": "反馈",
        "value": {"report": "01HZY3M7Q8W9E2R4T6Y8V0J1K3", "reason": "feedback", "note": "须在期限内答复实名举报人"},
    },
    "en": {
        "summary": "A question",
        "value": {
            "report": "01HZY3M7Q8W9E2R4T6Y8V0J1K3",
            "reason": "question",
            "note": "Which of two villages of one name is meant?",
        },
    },
}
DECIDE: dict[str, Any] = {
    "zh": {"summary": "批准", "value": {"decision": "approve"}},
    "en": {"summary": "Refuse", "value": {"decision": "refuse", "note": "Ask at the receipt first."}},
}


def line_out(line: RequestLine, desk: CustodyDesk) -> RequestLineOut:
    """A request as it is listed."""
    return RequestLineOut(**desk.told(line))


def request_out(found: IdentityRequest, desk: CustodyDesk) -> RequestOut:
    """A request whole."""
    return RequestOut(**desk.told_whole(found))


def identity_out(found: Identity) -> IdentityOut:
    """What was opened."""
    return IdentityOut(**told_identity(found))
