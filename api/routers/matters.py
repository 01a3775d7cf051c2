"""Matters in hand: which press, how far one has come, and what is decided of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.bodies import json_of
from api.deps import Serving, Staff
from api.ids import Id
from api.openapi import json_body
from api.schemas.matters import (
    ACT,
    CLEAR,
    STEP,
    ClearingIn,
    ClockActIn,
    ClocksOut,
    MatterOut,
    MattersOut,
    RepeatsOut,
    StepIn,
    matter_out,
    page_out,
)
from api.schemas.problems import problems
from triage.errors import BadInput
from triage.handling import Handler
from triage.model import MatterState
from triage.store.matter_rows import Pressing

router = APIRouter(prefix="/v1/matters", tags=["staff"])
_DECIDING = problems(401, 403, 404, 409, 413, 415, 422)


@router.get(
    "",
    summary="办理中的举报 · Matters in hand",
    description="Those with a clock that runs, due first before others: acceptance notices of real-name reports, passing down "
    "or on, disposal proposals, feedback, clearing the wrongly accused. With `state` those in a state instead, longest in it first; with `danger` those in hand whose reports tell of present "
    "danger or retaliation, newest first. The reading is noted.",
    responses=problems(401, 403, 422),
)
def matters(
    access: Staff,
    service: Serving,
    clock: Annotated[Pressing | None, Query(description="only clocks that press in this way")] = None,
    escalated: Annotated[bool, Query(description="only clocks of which somebody above was told")] = False,
    state: Annotated[MatterState | None, Query(description="matters in this state instead")] = None,
    danger: Annotated[bool, Query(description="what tells of present danger or retaliation instead")] = False,
    limit: Annotated[int, Query(ge=1, le=200, description="how many")] = 50,
    cursor: Annotated[str | None, Query(description="goes on where a page ended")] = None,
) -> MattersOut:
    """A page of matters."""
    handler = Handler.of(service.store)
    if danger:
        if state is not None or clock is not None or escalated:
            raise BadInput("danger", "both", "Ask for what is in danger, or for a state, or for clocks.")
        page = handler.in_danger(access, limit=limit, cursor=cursor)
    elif state is None:
        page = handler.pressing(access, clock, escalated=escalated, limit=limit, cursor=cursor)
    elif clock is not None or escalated:
        raise BadInput("state", "both", "Ask for a state or for clocks, not for both.")
    else:
        page = handler.in_state(state, access, limit=limit, cursor=cursor)
    return page_out(page, handler)


@router.get(
    "/clocks",
    summary="各时限的件数 · How many clocks run",
    description="By name and by how they press, of the matters that the holder of the token may read.",
    responses=problems(401, 403),
)
def clocks(access: Staff, service: Serving) -> ClocksOut:
    """Numbers alone."""
    numbers = Handler.of(service.store).numbers(access)
    return ClocksOut(clocks={name: dict(told) for name, told in numbers.items()})


@router.get(
    "/{report_id}",
    summary="一件举报的办理 · How far a matter has come",
    description="Its steps, its clocks, what was done to clear the wrongly accused, and what may be decided next by the holder "
    "of the token.",
    responses=problems(401, 403, 404),
)
def matter(report_id: Id, access: Staff, service: Serving) -> MatterOut:
    """One matter whole."""
    handler = Handler.of(service.store)
    return matter_out(handler.matter(report_id, access), handler)


@router.post(
    "/{report_id}/steps",
    status_code=201,
    summary="作出决定 · Take a matter a step on",
    description="What is decided is added to the log, moves the clocks, and shows at the receipt what a reporter may see. "
    "What was decided on what no longer stands is refused (409), as is what would go to an office or body that the report "
    "accuses (422), unless `anyway`.",
    responses=_DECIDING,
    openapi_extra=json_body("StepIn", STEP),
)
def step(
    report_id: Id, access: Staff, given: Annotated[StepIn, Depends(json_of(StepIn))], service: Serving
) -> MatterOut:
    """Decides."""
    handler = Handler.of(service.store)
    return matter_out(handler.decide(report_id, given.step(), access, given.seen, anyway=given.anyway), handler)


@router.post(
    "/{report_id}/repeats",
    summary="并案 · Keep the other reports of the case with this one",
    description="Those on which nobody has decided yet; each reporter sees that the report is accepted.",
    responses=problems(401, 403, 404, 422),
)
def repeats(report_id: Id, access: Staff, service: Serving) -> RepeatsOut:
    """Keeps them."""
    return RepeatsOut(kept=Handler.of(service.store).keep_repeats(report_id, access))


@router.post(
    "/{report_id}/clearing",
    status_code=201,
    summary="澄清正名 · Clear the wrongly accused",
    description="After a matter was closed or concluded: an order starts a clock, which ends when it is done or taken back. No "
    "reporter hears of it. What was decided on what no longer stands is refused (409).",
    responses=_DECIDING,
    openapi_extra=json_body("ClearingIn", CLEAR),
)
def clear(
    report_id: Id, access: Staff, given: Annotated[ClearingIn, Depends(json_of(ClearingIn))], service: Serving
) -> MatterOut:
    """Orders it, or says what became of it."""
    handler = Handler.of(service.store)
    return matter_out(handler.clear(report_id, given.word(), access, given.seen), handler)


@router.post(
    "/{report_id}/clocks",
    summary="暂停、恢复或督办时限 · Pause, resume or escalate clocks",
    description="A clock pauses by such a decision alone; no time goes by until it runs on.",
    responses=problems(401, 403, 404, 413, 415, 422),
    openapi_extra=json_body("ClockActIn", ACT),
)
def wind(
    report_id: Id, access: Staff, given: Annotated[ClockActIn, Depends(json_of(ClockActIn))], service: Serving
) -> MatterOut:
    """Acts on clocks."""
    handler = Handler.of(service.store)
    return matter_out(handler.wind(report_id, given.act, access, given.note, given.clock), handler)
