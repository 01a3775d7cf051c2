"""Sealed reports, as stubs, for those who see to it that they go up."""

from __future__ import annotations

from fastapi import APIRouter

from api.deps import Serving, Staff
from api.schemas.problems import problems
from api.schemas.sealed import SealedListOut, SealedOut
from triage.operation.pressing import sealed_now

router = APIRouter(prefix="/v1", tags=["staff"])


@router.get(
    "/sealed",
    summary="封存举报 · Reports above the own level, or on its head",
    description="Stubs with their clocks, for custodians; supervisors see those above the own level. Whoever is kept from "
    "reports on somebody sees none. A custodian passes them up by `triage sealed pass-up`. The reading is noted in the audit log.",
    responses=problems(401, 403),
)
def sealed(access: Staff, service: Serving) -> SealedListOut:
    """What has to go up, and what went."""
    lines, _ = sealed_now(service.store, access)
    return SealedListOut(sealed=[SealedOut.model_validate(line) for line in lines])
