"""Taking reports in, and reading one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.bodies import json_of, read_json
from api.deps import Service, Serving, Staff, sender, service_of
from api.direct import DirectRoute
from api.ids import Id
from api.openapi import json_body
from api.schemas.problems import problems
from api.schemas.reports import EXAMPLES, UNMASK_EXAMPLES, ReportIn, ReportOut, Taken, UnmaskIn, report_out
from api.taking import prepared, taken
from triage.model import Access, Channel
from triage.store import ReadRow

if TYPE_CHECKING:
    from triage.shown import Shown

router = APIRouter(prefix="/v1/reports")
intake = APIRouter(prefix="/v1/reports", route_class=DirectRoute)


@intake.post(
    "",
    status_code=202,
    response_model=Taken,
    tags=["reporters"],
    summary="提交举报 · Send a report",
    description="Written and flushed before it answers. The receipt is shown this once. "
    "With an `Idempotency-Key` a repeat within 30 days gets the same answer.",
    responses=problems(401, 409, 413, 415, 422, 429, 503),
    openapi_extra=json_body("ReportIn", EXAMPLES, once=True),
)
async def take_report(request: Request) -> Response:
    """Takes a report in."""
    namespace = await sender(request)
    given = await read_json(request, ReportIn)
    key = request.headers.get("idempotency-key")
    service = service_of(request)
    return await taken(service, prepared(service, given.fields(), Channel.API, key, namespace))


@router.get(
    "/{report_id}",
    tags=["staff"],
    summary="读一份举报 · Read a report",
    description="With what was understood, why, and its risk now. Who wrote it is covered (`masked`), character for character. "
    "The reading is noted in the audit log.",
    responses=problems(401, 403, 404),
)
def read_report(report_id: Id, access: Staff, service: Serving) -> ReportOut:
    """One report as staff see it."""
    from triage.shown import shown

    return _told(service.store.row(report_id, access), access, service, shown)


@router.post(
    "/{report_id}/unmasked",
    tags=["staff"],
    summary="显示原文 · See a report as it came",
    description="The same answer with nothing covered. Each look is an act (`unmasked`) in the audit log, with its reason, "
    "written before the answer; nothing is remembered of it. For reviewers, investigators and supervisors.",
    responses=problems(401, 403, 404, 413, 415, 422),
    openapi_extra=json_body("UnmaskIn", UNMASK_EXAMPLES),
)
def unmask(
    report_id: Id, access: Staff, given: Annotated[UnmaskIn, Depends(json_of(UnmaskIn))], service: Serving
) -> ReportOut:
    """One report as it came."""
    from triage.shown import as_it_came

    return _told(service.store.unmasking.row(report_id, access, given.reason), access, service, as_it_came)


def _told(row: ReadRow, access: Access, service: Service, show: Callable[[ReadRow], Shown]) -> ReportOut:
    """A report as it is held now, shown covered or as it came, and what was spoken of it."""
    from triage.policy import load_policy
    from triage.review import as_held

    told = show(as_held(row, load_policy(service.settings.data_dir)))
    return report_out(told, service.store.dialogue.spoken(row.report.id, access))
