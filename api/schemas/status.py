"""The question what became of a report, and the answer."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import Moment
from triage.model import ReporterState


class StatusIn(BaseModel):
    """A question by receipt; hyphens, spaces, case and the slips O for 0 and I or L for 1 are forgiven."""

    receipt: str = Field(description="回执码 · receipt")


class StatusOut(BaseModel):
    """All that a reporter learns."""

    model_config = ConfigDict(from_attributes=True)

    state: ReporterState
    since: Moment


EXAMPLES: dict[str, Any] = {
    "zh": {"summary": "查询进展", "value": {"receipt": "7K3M-9QXT-2V5B-HD8RC"}},
    "en": {"summary": "As it was read out", "value": {"receipt": "7k3m 9qxt 2v5b hd8rc"}},
}
