"""Taking transcripts of calls in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.bodies import read_json
from api.deps import sender, service_of
from api.openapi import json_body
from api.schemas.problems import problems
from api.schemas.reports import Taken
from api.schemas.transcripts import EXAMPLES, TranscriptIn
from api.taking import prepared, taken
from triage.errors import BadInput
from triage.model import Channel

router = APIRouter(prefix="/v1/transcripts", tags=["reporters"])


@router.post(
    "",
    status_code=202,
    response_model=Taken,
    summary="提交通话转写 · Send a transcript",
    description="As turns, or as the text of a file (labelled lines, SRT, WebVTT). Only the caller's words are assessed.",
    responses=problems(401, 409, 413, 415, 422, 429, 503),
    openapi_extra=json_body("TranscriptIn", EXAMPLES, once=True),
)
async def take_transcript(request: Request) -> Response:
    """Takes a transcript in."""
    namespace = await sender(request)
    given = await read_json(request, TranscriptIn)
    if given.turns is None and given.content is None:
        raise BadInput("turns", "missing", "A transcript needs turns, or content with its format.")
    if given.turns is not None and given.content is not None:
        raise BadInput("content", "either", "Send turns or content, not both: only one can be the transcript.")
    service = service_of(request)
    key = request.headers.get("idempotency-key")
    # A long transcript takes a while to take apart; others must not wait for it.
    arrival = await run_in_threadpool(prepared, service, given.fields(), Channel.HOTLINE, key, namespace)
    return await taken(service, arrival)
