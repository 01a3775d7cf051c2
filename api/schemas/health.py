"""Whether the service lives and what of it is there."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from triage.operation import PartState

Part = Literal["there", "missing", "damaged"]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class PartOut(BaseModel):
    """One part and the state it is in, with what to do where it is not well."""

    part: str = Field(examples=["worker"])
    code: str = Field(examples=["missing"])
    well: bool
    zh: str
    en: str
    zh_do: str = Field(description="怎么办 · what to do, in Chinese; empty where nothing is to be done")
    en_do: str
    runbook: str = Field(examples=["docs/runbook.md#worker-missing"])

    @classmethod
    def of(cls, state: PartState) -> PartOut:
        """A part as everybody may see it: without figures."""
        meaning = state.meaning
        return cls(
            part=state.part,
            code=state.code,
            well=state.well,
            zh=meaning.zh,
            en=meaning.en,
            zh_do=meaning.zh_do,
            en_do=meaning.en_do,
            runbook=state.runbook,
        )


class Readiness(BaseModel):
    """The parts, one by one. Reports are taken as soon as the store is there; the rest catches up."""

    ready: bool = Field(description="all parts are well")
    taking_reports: bool
    store: Part
    model: Part
    index: Part
    worker: Literal["running", "missing"]
    failing: list[str] = Field(description="没有就绪的部分 · the parts that are not well", examples=[["worker"]])
    parts: list[PartOut]
