"""Sealed reports, as stubs, for those who see to it that they go up."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter

from api.deps import Serving, Staff
from api.schemas.problems import problems
from api.schemas.sealed import SealedListOut, SealedOut
from triage.policy import load_policy
from triage.referral import office_above
from triage.referral.sealed import sealed_lines
from triage.reviewing import desk_of

router = APIRouter(prefix="/v1", tags=["staff"])


@router.get(
    "/sealed",
    summary="封存举报 · Reports above the own level, or on its head",
    description="Stubs with their clocks, for custodians; supervisors see those above the own level. Whoever is kept from "
    "reports on somebody sees none. `triage sealed pass-up` passes them up. The reading is noted in the audit log.",
    responses=problems(401, 403),
)
def sealed(access: Staff, service: Serving) -> SealedListOut:
    """What has to go up, and what went."""
    stubs = service.store.way_up.stubs(access)
    clock = load_policy(service.settings.data_dir).clocks.sealed_pass_up
    above = office_above(desk_of(service.settings), service.store.offices())
    lines = sealed_lines(stubs, clock, above, datetime.now(UTC))
    return SealedListOut(sealed=[SealedOut.model_validate(line) for line in lines])
