"""A question to search, and a page of its answer."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import Moment
from triage.model import Channel, Level
from triage.search.query import Order


class SearchIn(BaseModel):
    """A question; every field may be missing, and names belong here and never into an address."""

    # A filter under another name would be dropped without a word, and everything shown as its answer.
    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, description='检索式 · words, "phrases", -not, OR, field:value')
    category: str | None = Field(None, description="类别代码 · a category's code")
    place: str | None = Field(None, description="地区 · a division's code or name")
    month: str | None = Field(None, description="月份 · month of receipt, like 2019-11")
    risk: str | None = Field(None, description="风险 · low, person, medium, high or grave")
    channel: str | None = Field(None, description="渠道 · web, api, hotline, letter, visit, chat or transfer")
    sort: str | None = Field(None, description="排序 · relevance, time, risk or amount")
    limit: int = Field(20, description="每页条数 · hits on a page, 1 to 200")
    cursor: str | None = Field(None, description="续页 · goes on where a page ended")
    group: str | None = Field(None, description="按案件归并 · case: one hit for each case")
    like: str | None = Field(None, description="相似举报 · id of a report to which others are similar")
    other_cases: bool = Field(False, description="不含同案 · similar reports of other cases alone")


class SnippetOut(BaseModel):
    """A passage and the spans in it to highlight, as character offsets of the passage."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    spans: list[tuple[int, int]]


class HitOut(BaseModel):
    """One report of an answer; grouped, ``reports`` tells for how many it stands. ``similarity`` goes from 0 to 1."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    received_at: Moment
    channel: Channel
    categories: list[str]
    risk: Level
    place: str
    snippet: SnippetOut
    case: str | None
    reports: int
    similarity: float | None
    shared: list[str]


class AnswerOut(BaseModel):
    """A page of hits; ``sort`` is the order it has, ``notice`` a code where that is not the one asked for."""

    model_config = ConfigDict(from_attributes=True)

    total: int
    hits: list[HitOut]
    facets: dict[str, dict[str, int]]
    cursor: str | None
    sort: Order
    notice: str | None
    also_searched_for: dict[str, list[str]]
    groups: int | None


EXAMPLES: dict[str, Any] = {
    "zh": {
        "summary": "检索式",
        "value": {"q": '低保 "优亲厚友" 被举报人:王守田 金额:>1万 -谢谢', "place": "昭觉县", "sort": "risk"},
    },
    "en": {
        "summary": "Filters, one hit for each case",
        "value": {"category": "embezzlement", "month": "2019-11", "group": "case", "limit": 50},
    },
}
