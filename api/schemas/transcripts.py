"""A transcript of a call as it comes in."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.schemas.reports import Reachable, ReporterIn
from triage.errors import TooLarge
from triage.intake import Limits
from triage.model import Channel, Speaker

_MOST_TURNS = Limits().turns


class TurnIn(BaseModel):
    """One turn; times in seconds from the beginning of the call."""

    model_config = ConfigDict(allow_inf_nan=False)

    speaker: Speaker = Field(description="说话人 · who speaks; only the caller's words are assessed")
    text: str
    start: float | None = None
    end: float | None = None


class TranscriptIn(Reachable):
    """A transcript, as ``turns`` or as the ``content`` of a file."""

    turns: list[TurnIn] | None = Field(None, description="逐轮对话 · turns")
    content: str | None = Field(
        None, description="转写全文 · a transcript with labels such as 坐席：, 来电人：, A:, Caller:"
    )
    format: Literal["plain", "srt", "vtt"] = Field("plain", description="格式 · format of the content")
    summary: str | None = Field(
        None,
        description="工单摘要 · what the operator wrote of the call; kept apart from the turns, and compared with them",
    )
    channel: Channel = Channel.HOTLINE
    received: str | None = None
    title: str | None = None
    place: str | None = None
    external_id: str | None = None
    reporter: ReporterIn | None = None

    @field_validator("turns", mode="before")
    @classmethod
    def _not_too_many(cls, given: object) -> object:
        # Counted before they are looked at: half a million turns that are none would be half a million faults
        if isinstance(given, list) and len(given) > _MOST_TURNS:
            raise TooLarge("turns", "too_many", f"The transcript has more than {_MOST_TURNS} turns.")
        return given

    def fields(self) -> dict[str, object]:
        """The loosely typed fields that intake checks."""
        fields = self.model_dump(exclude={"turns", "content"})
        if self.turns is not None:
            fields["turns"] = [turn.model_dump() for turn in self.turns]
        if self.content is not None:
            fields["content"] = self.content
        return fields


EXAMPLES: dict[str, Any] = {
    "zh-turns": {
        "summary": "逐轮对话",
        "value": {
            "turns": [
                {"speaker": "agent", "text": "您好，这里是监督举报热线，请讲。", "start": 0, "end": 3.5},
                {
                    "speaker": "caller",
                    "text": "我要反映村里的低保，支书的亲戚有车有房也在领。",
                    "start": 3.5,
                    "end": 11,
                },
            ]
        },
    },
    "zh-summary": {
        "summary": "带工单摘要",
        "value": {
            "content": "坐席：您好，请讲。\n来电人：三河村支书王建国扣了我家一万块危房款，还说再告就打断我的腿。",
            "summary": "来电人反映三河村危房改造款一万元发放问题。",
        },
    },
    "zh-plain": {
        "summary": "带说话人标签的全文",
        "value": {
            "content": "坐席：您好，请讲。\n来电人：乡里的扶贫款三万五千元一直没有发到我们手里。",
            "format": "plain",
        },
    },
    "en": {
        "summary": "Labelled lines in English",
        "value": {
            "content": "Agent: How can I help?\nCaller: The village head takes 200 yuan from every family for the subsidy.",
            "format": "plain",
        },
    },
}
