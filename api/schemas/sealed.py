"""Stubs of sealed reports: where each has to go, why, and how long there is for it."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from api.schemas.moments import Moment
from triage.model import Way
from triage.referral.clocks import ClockState


class SealedOut(BaseModel):
    """All that is shown of a sealed report. ``left`` counts in ``unit`` and is negative where it is overdue.

    One ``at_once`` tells of danger or retaliation and is overdue from its receipt.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    received_at: Moment
    way: Way
    division: str
    office_id: str | None
    office: str | None
    reason: str
    state: ClockState
    due: date
    left: int | None
    unit: str
    passed_up_at: Moment | None
    packets: int
    at_once: bool


class SealedListOut(BaseModel):
    """What has to go up, the most pressing first, and then what went, the newest first."""

    sealed: list[SealedOut]
