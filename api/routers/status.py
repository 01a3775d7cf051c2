"""What became of a report, for whoever holds its receipt."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.bodies import json_of
from api.deps import Serving, limited
from api.openapi import json_body
from api.schemas.problems import problems
from api.schemas.status import EXAMPLES, StatusIn, StatusOut, status_out
from triage.errors import BadInput, NotFound
from triage.intake import normalised_code, receipt_hash

router = APIRouter(prefix="/v1/status", tags=["reporters"], dependencies=[Depends(limited)])
MOST_CHARS = 64
NO_CODE = "?" * 17


@router.post(
    "",
    summary="查询进展 · Ask what became of a report",
    description="Every wrong receipt gets the same answer after the same work, whatever is wrong with it. A report that is not "
    "in scope is told with `why`, and `where` its reporter may turn.",
    response_model_exclude_none=True,
    responses=problems(404, 413, 415, 422, 429),
    openapi_extra=json_body("StatusIn", EXAMPLES),
)
def tell_status(given: Annotated[StatusIn, Depends(json_of(StatusIn))], service: Serving) -> StatusOut:
    """The state of the report behind a receipt."""
    try:
        code = normalised_code(given.receipt[:MOST_CHARS])
    except BadInput:
        # No receipt can be this; the store is asked all the same, so that the answer takes as long.
        code = NO_CODE
    standing = service.store.status(receipt_hash(service.receipt_key, code))
    if standing is None:
        raise NotFound("No report has this receipt; please compare it once more.")
    return status_out(standing)
