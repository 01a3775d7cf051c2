"""What became of a report, for whoever holds its receipt."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.bodies import json_of
from api.deps import Serving, limited
from api.openapi import json_body
from api.receipted import hash_of, no_such
from api.schemas.problems import problems
from api.schemas.status import EXAMPLES, StatusIn, StatusOut, status_out

router = APIRouter(prefix="/v1/status", tags=["reporters"], dependencies=[Depends(limited)])


@router.post(
    "",
    summary="查询进展 · Ask what became of a report",
    description="Every wrong receipt gets the same answer after the same work, whatever is wrong with it. A report that is not "
    "in scope is told with `why`, and `where` its reporter may turn. `messages` is how many messages of the office were not fetched yet.",
    response_model_exclude_none=True,
    responses=problems(404, 413, 415, 422, 429),
    openapi_extra=json_body("StatusIn", EXAMPLES),
)
def tell_status(given: Annotated[StatusIn, Depends(json_of(StatusIn))], service: Serving) -> StatusOut:
    """The state of the report behind a receipt."""
    standing = service.store.status(hash_of(service, given.receipt))
    if standing is None:
        raise no_such()
    return status_out(standing)
