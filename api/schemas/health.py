"""Whether the service lives and what of it is there."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

Part = Literal["there", "missing", "damaged"]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Readiness(BaseModel):
    """The parts, one by one. Reports are taken as soon as the store is there; the rest catches up."""

    ready: bool = Field(description="all parts are there")
    taking_reports: bool
    store: Part
    model: Part
    index: Part
    worker: Literal["running", "missing"]
