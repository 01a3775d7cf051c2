"""The question what became of a report, and the answer."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.schemas.moments import Moment
from corpora.bodies import load_bodies
from triage.model import NotAccepted, ReporterState
from triage.store import Standing


class StatusIn(BaseModel):
    """A question by receipt; hyphens, spaces, case and the slips O for 0 and I or L for 1 are forgiven."""

    receipt: str = Field(description="回执码 · receipt")


class WhereOut(BaseModel):
    """A body that a reporter may turn to, in both languages."""

    zh: str
    en: str


class StatusOut(BaseModel):
    """All that a reporter learns. Of a report that is not in scope also ``why``, and ``where`` to turn to."""

    state: ReporterState
    since: Moment
    why: NotAccepted | None = None
    where: WhereOut | None = None
    messages: int | None = Field(None, description="未读取的消息数 · messages of the office that were not fetched yet")


def status_out(standing: Standing) -> StatusOut:
    """What is told; a body that this version does not know is not."""
    body = load_bodies().get(standing.where or "")
    where = None if body is None else WhereOut(zh=body.zh, en=body.en)
    told = {"state": standing.state, "since": standing.since, "why": standing.reason, "where": where}
    return StatusOut(**told, messages=standing.messages or None)


EXAMPLES: dict[str, Any] = {
    "zh": {"summary": "查询进展", "value": {"receipt": "7K3M-9QXT-2V5B-HD8RC"}},
    "en": {"summary": "As it was read out", "value": {"receipt": "7k3m 9qxt 2v5b hd8rc"}},
}
