"""Finding reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.bodies import json_of
from api.deps import Serving, Staff
from api.openapi import json_body
from api.schemas.problems import problems
from api.schemas.search import EXAMPLES, AnswerOut, SearchIn
from triage.operation.metrics import timed_search

router = APIRouter(prefix="/v1/search", tags=["staff"])


@router.post(
    "",
    summary="检索 · Find reports",
    description="A body and no address, because names do not belong in addresses. Facets count under all other filters. "
    "A covered name is found, and shown covered.",
    responses=problems(401, 403, 404, 413, 415, 422, 503),
    openapi_extra=json_body("SearchIn", EXAMPLES),
)
def search(access: Staff, given: Annotated[SearchIn, Depends(json_of(SearchIn))], service: Serving) -> AnswerOut:
    """One page of the answer to a question."""
    from triage.search.finding import Question

    question = Question(
        given.q,
        given.category,
        given.place,
        given.month,
        given.risk,
        given.channel,
        given.sort,
        given.limit,
        given.cursor,
        given.group,
        given.like,
        given.other_cases,
    )
    with timed_search():
        answer = service.finder.find(question, access)
    return AnswerOut.model_validate(answer)
