"""The referral queue with what became of its proposals, and what is stuck."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.deps import Service, Serving, Staff
from api.ids import Id
from api.schemas.problems import problems
from api.schemas.referrals import ReferralOut, ReferralsOut, StuckListOut, StuckOut, referral_out
from triage.model import ReferralState
from triage.store import ReferralRow

router = APIRouter(prefix="/v1", tags=["staff"])


@router.get(
    "/referrals",
    summary="移送队列 · Reports proposed to investigators",
    description="The gravest first, with reasons, level of the accused and proposed office: those that are open, or "
    "those that somebody has taken over. What comes or goes between two pages makes no other appear twice or be left out.",
    responses=problems(401, 403, 422),
)
def referrals(
    access: Staff,
    service: Serving,
    limit: Annotated[int, Query(ge=1, le=1000, description="how many")] = 100,
    state: Annotated[
        Literal["proposed", "taken"], Query(description="待办或已承办 · open, or taken over")
    ] = "proposed",
    cursor: Annotated[str | None, Query(description="续页 · goes on where a page ended")] = None,
) -> ReferralsOut:
    """A page of the queue."""
    offices = {office.id: office.name for office in service.store.offices()}
    page = service.store.proposals.page(access, state=ReferralState(state), limit=limit, cursor=cursor)
    lines = [referral_out(row, offices) for row in page.rows]
    return ReferralsOut(referrals=lines, total=page.total, cursor=page.cursor)


@router.post(
    "/referrals/{referral_id}/take",
    summary="承办 · Take a proposal over",
    description="It leaves the open list and stands among those taken over. The id is the proposal's or the report's. "
    "Sent twice it changes nothing more; 409 where somebody else has taken it over.",
    responses=problems(401, 403, 404, 409),
)
def take(referral_id: Id, access: Staff, service: Serving) -> ReferralOut:
    """Takes it over."""
    return _told(service.store.proposals.take(referral_id, access), service)


@router.post(
    "/referrals/{referral_id}/give-back",
    summary="退回 · Give a proposal back",
    description="It is open again; where a person has decided since that the report is not to be referred, it is "
    "withdrawn, and `state` says so. Whoever took it over gives it back, or a supervisor.",
    responses=problems(401, 403, 404, 409),
)
def give_back(referral_id: Id, access: Staff, service: Serving) -> ReferralOut:
    """Gives it back."""
    return _told(service.store.proposals.give_back(referral_id, access), service)


def _told(row: ReferralRow, service: Service) -> ReferralOut:
    return referral_out(row, {office.id: office.name for office in service.store.offices()})


@router.get(
    "/stuck",
    summary="滞留的举报 · Reports that do not get on",
    description="Ids, tries and what failed; never text. `triage retry` sends them again. The reading is noted in the audit log.",
    responses=problems(401, 403),
)
def stuck(access: Staff, service: Serving) -> StuckListOut:
    """What failed and is not through."""
    return StuckListOut(stuck=[StuckOut.model_validate(line) for line in service.store.stuck(access)])
