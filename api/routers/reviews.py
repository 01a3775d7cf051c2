"""Deciding on what the machine read, and being asked where it may have missed something."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.bodies import json_of
from api.deps import Serving, Staff
from api.ids import Id
from api.openapi import json_body
from api.schemas.drawn import NextReviewOut, WaitingListOut, next_out, waiting_out
from api.schemas.problems import problems
from api.schemas.reviews import EXAMPLES, ReviewIn, ReviewOut, ReviewsOut, review_out

router = APIRouter(prefix="/v1", tags=["staff"])


@router.get(
    "/reviews/next",
    summary="下一份待复核的举报 · The next report to decide on",
    description="From the review set, which holds more of the reports where the machine may have missed something; "
    "where nobody waits there, one whose reading was rejected and is to be corrected.",
    responses=problems(401, 403),
)
def next_review(access: Staff, service: Serving) -> NextReviewOut:
    """The next drawn report on which nobody decided, else one that was rejected."""
    from triage.shown import shown

    store = service.store
    for drawn in store.reviews.waiting(access, 1):
        return next_out(drawn, shown(store.row(drawn.report_id, access)))
    return NextReviewOut(next=None)


@router.get(
    "/reviews/waiting",
    summary="待复核 · Reports to decide on",
    description="In the order to ask in: those of the review set, then those whose reading was rejected; "
    "with `rejected=true` these alone.",
    responses=problems(401, 403, 422),
)
def waiting(
    access: Staff,
    service: Serving,
    limit: Annotated[int, Query(ge=1, le=200, description="how many")] = 20,
    rejected: Annotated[bool, Query(description="only those whose reading was rejected")] = False,
) -> WaitingListOut:
    """What waits for a decision."""
    reviews = service.store.reviews
    drawn = reviews.rejected(access, limit) if rejected else reviews.waiting(access, limit)
    rows = service.store.rows([one.report_id for one in drawn], access, "list")
    return WaitingListOut(waiting=[waiting_out(one, rows[one.report_id]) for one in drawn if one.report_id in rows])


@router.get(
    "/reports/{report_id}/reviews",
    summary="一份举报的复核记录 · Decisions on a report",
    description="The newest first; that one holds. Decisions are added and never edited.",
    responses=problems(401, 403, 404),
)
def reviews_of(report_id: Id, access: Staff, service: Serving) -> ReviewsOut:
    """Every decision on one report."""
    return ReviewsOut(reviews=[review_out(review) for review in service.store.reviews.history(report_id, access)])


@router.post(
    "/reports/{report_id}/reviews",
    status_code=201,
    summary="复核一份举报 · Decide on a reading",
    description="What a person decides holds from then on, and outranks every model: search, queue and figures follow. "
    "Say with `assessment_id` and `review_id` what was looked at: a decision on what has changed since is refused (409).",
    responses=problems(401, 403, 404, 409, 413, 415, 422),
    openapi_extra=json_body("ReviewIn", EXAMPLES),
)
def review(
    report_id: Id, access: Staff, given: Annotated[ReviewIn, Depends(json_of(ReviewIn))], service: Serving
) -> ReviewOut:
    """Confirms, corrects or rejects what the machine read."""
    from triage.review import Said
    from triage.reviewing import open_panel

    categories = None if given.categories is None else tuple(given.categories)
    said = Said(given.decision, categories, given.refer, given.urgent, given.note, given.seen())
    return review_out(open_panel(service.settings, service.store).review(report_id, said, access))
