"""The dialogue: what the office writes to whoever holds a receipt, and what they read and add."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.bodies import json_of, read_json
from api.deps import Serving, Staff, limited, sender, service_of
from api.ids import Id
from api.openapi import json_body
from api.receipted import hash_of, no_such
from api.schemas.messages import (
    ADD,
    MESSAGE,
    READ,
    AddedOut,
    AddIn,
    MessageIn,
    ReceiptIn,
    ThreadOut,
    ToldsOut,
    WaitingOut,
    thread_out,
    told_out,
    waiting_out,
)
from api.schemas.problems import problems
from api.taking import prepared, written
from triage import dialogue
from triage.intake import Limits
from triage.intake.submissions import checked_text
from triage.model import Channel

router = APIRouter(prefix="/v1")


@router.post(
    "/messages",
    tags=["reporters"],
    summary="查看消息 · Read the office's messages",
    description="The office's in full; of what the holder of the receipt wrote the time alone, because a phone may be in other hands. "
    "The newest 100 of each; `more`: there are older ones, 100 of each again, for the `cursor` sent back beside the receipt. "
    "Every wrong receipt gets the same answer after the same work.",
    response_model_exclude_none=True,
    dependencies=[Depends(limited)],
    responses=problems(404, 413, 415, 422, 429),
    openapi_extra=json_body("ReceiptIn", READ),
)
def tell_messages(given: Annotated[ReceiptIn, Depends(json_of(ReceiptIn))], service: Serving) -> ToldsOut:
    """The messages about the report behind a receipt."""
    told = service.store.dialogue.told(hash_of(service, given.receipt), given.cursor)
    if told is None:
        raise no_such()
    return told_out(told)


@router.post(
    "/messages/new",
    status_code=202,
    response_model=AddedOut,
    tags=["reporters"],
    summary="补充或答复 · Add to a report, or answer",
    description="Written and flushed before it answers, as a report that adds to the first one; it has no receipt of its own. "
    "With an `Idempotency-Key` a repeat within 30 days adds nothing. Where more was added with one receipt in an hour than is taken "
    "(429 `too_many_added`), nothing is, and the answer says what to do.",
    responses=problems(401, 404, 409, 413, 415, 422, 429, 503),
    openapi_extra=json_body("AddIn", ADD, once=True),
)
async def add_to_report(request: Request) -> Response:
    """Takes in what is added to the report behind a receipt."""
    namespace = await sender(request)
    given = await read_json(request, AddIn)
    service = service_of(request)
    text = checked_text(given.text, Limits(text_chars=service.settings.max_text_chars))
    first = await run_in_threadpool(service.store.dialogue.behind, hash_of(service, given.receipt))
    if first is None:
        raise no_such()
    key = request.headers.get("idempotency-key")
    ready = prepared(service, {"text": text}, Channel.WEB, key, namespace, adds_to=first)
    most = service.settings.additions_per_hour
    async with service.adding.setdefault(first, asyncio.Lock()):
        await run_in_threadpool(service.store.dialogue.demand_room, first, ready.arrival.key_hash, most)
        accepted = await written(service, ready)
    body = f'{{"received_at": "{accepted.received_at.isoformat()}"}}'
    return Response(body.encode(), 202, media_type="application/json")


@router.get(
    "/messages/waiting",
    tags=["staff"],
    summary="待答复的补充 · What waits for an answer",
    description="Reports to which their reporters have added something that nobody has answered, longest waiting first. "
    "`more`: others stand behind them.",
    responses=problems(401, 403, 422),
)
def waiting(
    access: Staff,
    service: Serving,
    limit: Annotated[int, Query(ge=1, le=200, description="how many")] = 100,
) -> WaitingOut:
    """A list of reports."""
    return waiting_out(service.store.dialogue.waiting(access, limit))


@router.get(
    "/reports/{report_id}/messages",
    tags=["staff"],
    summary="与举报人的来往消息 · Messages about a report",
    description="What the office wrote and what was added, and on which day the office's newest was fetched. Of an added report "
    "those of the first one. The newest, oldest first; `cursor` leads to those before them. The reading is noted.",
    responses=problems(401, 403, 404, 422),
)
def messages(
    report_id: Id,
    access: Staff,
    service: Serving,
    limit: Annotated[int, Query(ge=1, le=100, description="how many")] = 100,
    cursor: Annotated[str | None, Query(max_length=200, description="the cursor of the page before")] = None,
) -> ThreadOut:
    """The messages about one report."""
    return thread_out(dialogue.thread(service.store, report_id, access, limit, cursor))


@router.post(
    "/reports/{report_id}/messages",
    status_code=201,
    tags=["staff"],
    summary="给举报人写消息 · Write to the reporter",
    description="At most 2,000 characters, for whoever holds the receipt. A receipt in it is refused; a name of somebody whom the "
    "report accuses, or who wrote it, is refused unless `anyway`. With `seen` it is refused (409) where something came since.",
    responses=problems(401, 403, 404, 409, 413, 415, 422),
    openapi_extra=json_body("MessageIn", MESSAGE),
)
def write(
    report_id: Id, access: Staff, service: Serving, given: Annotated[MessageIn, Depends(json_of(MessageIn))]
) -> ThreadOut:
    """The newest messages as they are then."""
    thread = dialogue.send(service.store, report_id, given.text, access, given.seen, anyway=given.anyway)
    return thread_out(thread)
