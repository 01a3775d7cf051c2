"""Problem details as the description of the API shows them (RFC 9457)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class ProblemField(BaseModel):
    """One more field that breaks a rule."""

    field: str
    rule: str
    detail: str


class Problem(BaseModel):
    """What went wrong and what to do; never a word of the input."""

    type: str = Field(examples=["/problems#bad_input"])
    title: str = Field(examples=["输入有误 · Bad input"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["正文是空的。 · The text is empty."])
    code: str = Field(examples=["bad_input"])
    field: str | None = Field(None, description="出错的字段 · the field that breaks a rule", examples=["text"])
    rule: str | None = Field(None, description="违反的规则 · stable code of the rule", examples=["empty"])
    errors: list[ProblemField] | None = None


_TOLD = {
    401: "需要有效凭证 · no token, or one that does not hold",
    403: "没有权限 · the role does not allow this",
    404: "没有找到 · unknown or not visible: the two look alike",
    409: "同一幂等键内容不同，或内容已有变化 · the same key came with another body, or it has changed meanwhile",
    413: "内容过大 · too large",
    415: "格式不支持 · no JSON",
    422: "输入有误 · a field breaks a rule",
    429: "请求过多 · too many requests in this hour",
    503: "暂不可用 · a part does not answer; try again",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that are problems, for its description."""
    form = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _TOLD[status], "content": form} for status in statuses}
