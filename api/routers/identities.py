"""Who a reporter is: asked for with a reason, decided on by custodians, opened by whoever asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.bodies import json_of
from api.deps import Serving, Staff
from api.ids import Id
from api.openapi import json_body
from api.schemas.identities import (
    ASK,
    DECIDE,
    AskIn,
    DecideIn,
    IdentityOut,
    RequestOut,
    RequestsOut,
    identity_out,
    line_out,
    request_out,
)
from api.schemas.problems import problems
from triage.custody import CustodyDesk
from triage.model import IdentityAct

router = APIRouter(prefix="/v1/identities/requests", tags=["staff"])


@router.post(
    "",
    status_code=201,
    summary="申请开启举报人身份 · Ask who a reporter is",
    description="For investigators and supervisors who may read the report. Custodians see its id, risk, reason and note, and "
    "nothing of the text. A report that came without name and contact is told at once (422).",
    responses=problems(401, 403, 404, 413, 415, 422),
    openapi_extra=json_body("AskIn", ASK),
)
def ask(access: Staff, given: Annotated[AskIn, Depends(json_of(AskIn))], service: Serving) -> RequestOut:
    """Asks."""
    desk = CustodyDesk.of(service.store)
    return request_out(desk.ask(given.report, given.reason, given.note, access), desk)


@router.get(
    "",
    summary="身份申请 · Requests for who a reporter is",
    description="For custodians those that wait for them, the oldest first, with `all` also those that do not; for investigators "
    "and supervisors their own. `more`: others stand behind them. The reading is noted in the audit log.",
    responses=problems(401, 403, 422),
)
def requests(
    access: Staff,
    service: Serving,
    everything: Annotated[bool, Query(alias="all", description="for custodians: also what does not wait")] = False,
    limit: Annotated[int, Query(ge=1, le=500, description="how many")] = 50,
) -> RequestsOut:
    """Lists them."""
    desk = CustodyDesk.of(service.store)
    page = desk.requests(access, everything=everything, limit=limit)
    return RequestsOut(requests=[line_out(line, desk) for line in page.lines], more=page.more)


@router.get(
    "/{request_id}",
    summary="一件身份申请 · One request",
    description="With why it was made and who decided on it; for custodians and for whoever made it.",
    responses=problems(401, 403, 404),
)
def request(request_id: Id, access: Staff, service: Serving) -> RequestOut:
    """One request whole."""
    desk = CustodyDesk.of(service.store)
    return request_out(desk.request(request_id, access), desk)


@router.post(
    "/{request_id}/decisions",
    status_code=201,
    summary="批准或拒绝 · Approve or refuse",
    description="For custodians, each once. Of high risk, urgent or unread reports two have to approve; one refusal ends a request.",
    responses=problems(401, 403, 404, 413, 415, 422),
    openapi_extra=json_body("DecideIn", DECIDE),
)
def decide(
    request_id: Id, access: Staff, given: Annotated[DecideIn, Depends(json_of(DecideIn))], service: Serving
) -> RequestOut:
    """Decides."""
    desk = CustodyDesk.of(service.store)
    return request_out(desk.decide(request_id, IdentityAct(given.decision), access, given.note), desk)


@router.post(
    "/{request_id}/withdraw",
    summary="撤回 · Take a request back",
    description="For whoever made it.",
    responses=problems(401, 403, 404, 422),
)
def withdraw(request_id: Id, access: Staff, service: Serving) -> RequestOut:
    """Takes it back."""
    desk = CustodyDesk.of(service.store)
    return request_out(desk.withdraw(request_id, access), desk)


@router.post(
    "/{request_id}/open",
    summary="开启身份 · Name and contact",
    description="For whoever asked, once custodians have approved it and for some days. Each opening is written into the audit "
    "log before it is answered, and nothing of the answer is kept anywhere.",
    responses=problems(401, 403, 404, 422),
)
def opened(request_id: Id, access: Staff, service: Serving) -> IdentityOut:
    """Opens it."""
    return identity_out(CustodyDesk.of(service.store).open(request_id, access))
