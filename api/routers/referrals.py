"""The referral queue, and what is stuck."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Serving, Staff
from api.schemas.problems import problems
from api.schemas.referrals import ReferralsOut, StuckListOut, StuckOut, referral_out

router = APIRouter(prefix="/v1", tags=["staff"])


@router.get(
    "/referrals",
    summary="移送队列 · Reports proposed to investigators",
    description="The gravest first, with reasons, level of the accused and proposed office.",
    responses=problems(401, 403, 422),
)
def referrals(
    access: Staff, service: Serving, limit: Annotated[int, Query(ge=1, le=1000, description="how many")] = 100
) -> ReferralsOut:
    """The queue."""
    offices = {office.id: office.name for office in service.store.offices()}
    rows = service.store.referrals(access, limit=limit)
    return ReferralsOut(referrals=[referral_out(row, offices) for row in rows])


@router.get(
    "/stuck",
    summary="滞留的举报 · Reports that do not get on",
    description="Ids, tries and what failed; never text. `triage retry` sends them again. The reading is noted in the audit log.",
    responses=problems(401, 403),
)
def stuck(access: Staff, service: Serving) -> StuckListOut:
    """What failed and is not through."""
    return StuckListOut(stuck=[StuckOut.model_validate(line) for line in service.store.stuck(access)])
