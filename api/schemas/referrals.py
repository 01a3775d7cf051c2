"""Lines of the referral queue and of the list of what is stuck."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from api.schemas.moments import Moment
from triage.model import Level, Ruling, Stage
from triage.store import ReferralRow


class ReferralOut(BaseModel):
    """A report proposed to investigators: why, the level of the accused, the office it would go to.

    ``decision`` is what a person said of the reading; ``taken_by`` is the token of whoever took the proposal over.
    """

    id: str
    report_id: str
    received_at: Moment
    proposed_at: Moment
    state: str
    level: Level
    score: float
    urgent: bool
    accused_level: str
    categories: list[str]
    place: str
    office_id: str | None
    office: str | None
    reasons: list[str]
    decision: Ruling | None
    taken_by: str | None
    taken_at: Moment | None


class ReferralsOut(BaseModel):
    """A page of the queue, the gravest first; ``total`` of all pages, ``cursor`` leads to the next one."""

    referrals: list[ReferralOut]
    total: int
    cursor: str | None


class StuckOut(BaseModel):
    """A report that does not get on; never its text. ``code`` says what failed."""

    model_config = ConfigDict(from_attributes=True)

    report_id: str
    stage: Stage
    tries: int
    code: str
    received_at: Moment
    not_before: Moment


class StuckListOut(BaseModel):
    """Reports that failed and are not through, the oldest first."""

    stuck: list[StuckOut]


def referral_out(row: ReferralRow, offices: dict[str, str]) -> ReferralOut:
    """A line of the queue with the office by name."""
    referral = row.referral
    return ReferralOut(
        id=referral.id,
        report_id=referral.report_id,
        received_at=row.received_at,
        proposed_at=referral.proposed_at,
        state=referral.state,
        level=referral.level,
        score=referral.score,
        urgent=row.urgent,
        accused_level=referral.accused_level.name.lower(),
        categories=list(row.categories),
        place=row.division,
        office_id=referral.office_id,
        office=offices.get(referral.office_id or ""),
        reasons=list(referral.reasons),
        decision=row.decision,
        taken_by=referral.taken_by,
        taken_at=referral.taken_at,
    )
