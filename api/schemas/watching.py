"""Saved searches, estimates and alerts."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.ids import Id
from api.schemas.moments import Moment
from api.schemas.search import SearchIn, SnippetOut
from triage.errors import BadInput
from triage.model import Channel, Level
from triage.search.estimates import Ground
from triage.search.watching import PAGING


def _without_pages(form: dict[str, Any]) -> None:
    for name in PAGING:
        form["properties"].pop(name, None)


class QuestionIn(SearchIn):
    """A question as `POST /v1/search` takes it, without what belongs to a page of hits."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_without_pages)

    def given(self) -> dict[str, Any]:
        """The fields that were given.

        Raises:
            BadInput: one of them belongs to a page.
        """
        paging = sorted(self.model_fields_set & PAGING)
        if paging:
            raise BadInput(f"question.{paging[0]}", "unknown_field", "A saved search has no pages; leave this out.")
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)


class EstimateIn(BaseModel):
    """A question to be estimated."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionIn


class SavedSearchIn(EstimateIn):
    """A question to be saved under a name."""

    name: str = Field(description="名称 · what you call it, at most 80 characters")


class SnoozeIn(BaseModel):
    """The end of a snooze: one of the two."""

    model_config = ConfigDict(extra="forbid")

    until: str | None = Field(
        None, description="恢复日期 · wakes at 00:00 in Asia/Shanghai of this day, like 2019-11-30"
    )
    days: int | None = Field(None, description="天数 · or after so many days, 1 to 90")


class SeenIn(BaseModel):
    """Alerts to be marked as seen: some by their ids, or those of a page by its newest one."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Id] | None = Field(None, description="提醒编号 · ids of alerts, at most 200")
    up_to: Id | None = Field(None, description="截至 · this alert and the older ones that were shown with it")
    down_to: str | None = Field(None, description="起自 · the oldest alert of the page; without it all older ones too")
    shown_at: AwareDatetime | None = Field(
        None, description="页面时间 · the page's `shown_at`: what was held back then is not marked"
    )


class EstimateOut(BaseModel):
    """Hits by day of receipt in Asia/Shanghai; ``ground`` says whether that is enough to go by, ``told`` all in words."""

    model_config = ConfigDict(from_attributes=True)

    total: int
    a_day: float
    days: int
    since: str | None
    until: str | None
    busiest: str | None
    most: int
    reports: int
    ground: Ground
    by_day: dict[str, int]
    told: str


class SavedSearchOut(BaseModel):
    """A saved search; ``unseen`` counts its alerts not marked as seen, ``trouble`` says why it finds nothing any more."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    question: dict[str, Any]
    made_at: Moment
    snoozed_until: Moment | None
    unseen: int
    trouble: str


class SavedOut(BaseModel):
    """A search just saved, with its estimate."""

    search: SavedSearchOut
    estimate: EstimateOut


class SavedSearchesOut(BaseModel):
    """All saved searches, the oldest first."""

    model_config = ConfigDict(from_attributes=True)

    searches: list[SavedSearchOut]


class SnoozedOut(BaseModel):
    """When a saved search wakes; null: it is awake."""

    id: str
    snoozed_until: Moment | None


class RemovedOut(BaseModel):
    """What was removed, and with how many alerts."""

    removed: str
    alerts: int


class WhyOut(BaseModel):
    """What made an alert fire: strings of the text with their spans (characters of the text), and filters.

    ``still``: the report meets the question as it is now.
    """

    model_config = ConfigDict(from_attributes=True)

    words: list[str]
    spans: list[tuple[int, int]]
    snippet: SnippetOut
    filters: dict[str, Any]
    still: bool


class AlertOut(BaseModel):
    """One report that met a saved search: new, or changed where it was known before."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    search_id: str
    search: str
    event: str
    made_at: Moment
    seen_at: Moment | None
    report_id: str
    received_at: Moment
    channel: Channel
    categories: list[str]
    risk: Level
    place: str
    why: WhyOut


class HeldOut(BaseModel):
    """How many unseen alerts a snoozed search holds back, and until when."""

    model_config = ConfigDict(from_attributes=True)

    search_id: str
    search: str
    alerts: int
    until: Moment


class AlertsOut(BaseModel):
    """A page of alerts, the newest first; ``cursor`` leads to older ones, ``shown_at`` is when the page was made."""

    model_config = ConfigDict(from_attributes=True)

    alerts: list[AlertOut]
    held: list[HeldOut]
    cursor: str | None
    shown_at: Moment


class SeenOut(BaseModel):
    """How many alerts had not been marked before."""

    seen: int


_QUESTION = {"q": '"危房改造" -谢谢', "place": "昭觉县", "risk": "high"}
ESTIMATE_EXAMPLES: dict[str, Any] = {
    "zh": {"summary": "先估计每天几件", "value": {"question": _QUESTION}},
    "en": {"summary": "Filters only", "value": {"question": {"category": "embezzlement", "risk": "grave"}}},
}
SAVE_EXAMPLES: dict[str, Any] = {
    "zh": {"summary": "词语加地区", "value": {"name": "昭觉危房款", "question": _QUESTION}},
    "en": {"summary": "Filters only", "value": {"name": "Grave embezzlement", "question": {"category": "embezzlement", "risk": "grave"}}},
}  # fmt: skip
SNOOZE_EXAMPLES: dict[str, Any] = {
    "zh": {"summary": "暂停七天", "value": {"days": 7}},
    "en": {"summary": "Until a day", "value": {"until": "2019-11-30"}},
}
SEEN_EXAMPLES: dict[str, Any] = {
    "zh": {"summary": "指明提醒", "value": {"ids": ["01J00000000000000000000000"]}},
    "en": {
        "summary": "A page",
        "value": {
            "up_to": "01J00000000000000000000001",
            "down_to": "01J00000000000000000000000",
            "shown_at": "2019-11-30T02:00:00+00:00",
        },
    },
}
