"""Saved searches and their alerts; each token sees its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.bodies import json_of
from api.deps import Service, Serving, Staff
from api.ids import Id
from api.openapi import json_body
from api.schemas.problems import problems
from api.schemas.watching import (
    ESTIMATE_EXAMPLES,
    SAVE_EXAMPLES,
    SEEN_EXAMPLES,
    SNOOZE_EXAMPLES,
    AlertsOut,
    EstimateIn,
    EstimateOut,
    RemovedOut,
    SavedOut,
    SavedSearchesOut,
    SavedSearchIn,
    SavedSearchOut,
    SeenIn,
    SeenOut,
    SnoozedOut,
    SnoozeIn,
)
from triage.search.watching import Watches

router = APIRouter(prefix="/v1", tags=["staff"])
_BODY = (401, 403, 413, 415, 422, 503)


@router.post(
    "/searches/estimate",
    summary="估计每天命中 · Estimate hits a day",
    description="A dry run that saves nothing: hits by day over the last 30 days of reports that you may read.",
    responses=problems(*_BODY),
    openapi_extra=json_body("EstimateIn", ESTIMATE_EXAMPLES),
)
def estimate(
    access: Staff, given: Annotated[EstimateIn, Depends(json_of(EstimateIn))], service: Serving
) -> EstimateOut:
    """How often a question would have been met of late."""
    return EstimateOut.model_validate(_watches(service).estimate(given.question.given(), access))


@router.post(
    "/searches",
    status_code=201,
    summary="保存检索 · Save a search",
    description="From now on each report that meets it raises one alert, once and for good. Answers with the estimate.",
    responses=problems(*_BODY),
    openapi_extra=json_body("SavedSearchIn", SAVE_EXAMPLES),
)
def save(access: Staff, given: Annotated[SavedSearchIn, Depends(json_of(SavedSearchIn))], service: Serving) -> SavedOut:
    """Keeps a question."""
    saved, told = _watches(service).save(given.name, given.question.given(), access)
    return SavedOut(search=SavedSearchOut.model_validate(saved), estimate=EstimateOut.model_validate(told))


@router.get("/searches", summary="已存检索 · Saved searches", responses=problems(401, 403))
def searches(access: Staff, service: Serving) -> SavedSearchesOut:
    """Those of this token, with the number of unseen alerts."""
    return SavedSearchesOut(searches=[SavedSearchOut.model_validate(one) for one in _watches(service).mine(access)])


@router.delete(
    "/searches/{search_id}",
    summary="删除已存检索 · Remove a saved search",
    description="Its alerts go with it.",
    responses=problems(401, 403, 404),
)
def remove(search_id: Id, access: Staff, service: Serving) -> RemovedOut:
    """Removes a saved search."""
    return RemovedOut(removed=search_id, alerts=service.store.saved.remove(search_id, access))


@router.post(
    "/searches/{search_id}/snooze",
    summary="暂停提醒 · Snooze a saved search",
    description="Until a day or for a number of days, at most 90. What comes meanwhile is counted and shown afterwards.",
    responses=problems(404, *_BODY),
    openapi_extra=json_body("SnoozeIn", SNOOZE_EXAMPLES),
)
def snooze(
    search_id: Id, access: Staff, given: Annotated[SnoozeIn, Depends(json_of(SnoozeIn))], service: Serving
) -> SnoozedOut:
    """Holds alerts back."""
    end = _watches(service).snooze(search_id, access, until=given.until, days=given.days)
    return SnoozedOut(id=search_id, snoozed_until=end)


@router.delete(
    "/searches/{search_id}/snooze",
    summary="恢复提醒 · End a snooze",
    description="What was held back stands among the alerts at once.",
    responses=problems(401, 403, 404),
)
def wake(search_id: Id, access: Staff, service: Serving) -> SnoozedOut:
    """Ends a snooze."""
    service.store.saved.snooze(search_id, None, access)
    return SnoozedOut(id=search_id, snoozed_until=None)


@router.get(
    "/alerts",
    summary="提醒 · Alerts",
    description="The newest first, with what made them fire in the text as it is shown. Reading marks nothing as seen.",
    responses=problems(401, 403, 422, 503),
)
def alerts(
    access: Staff,
    service: Serving,
    seen_too: Annotated[bool, Query(alias="all", description="含已看 · those marked as seen too")] = False,
    limit: Annotated[int, Query(ge=1, le=200, description="how many")] = 50,
    cursor: Annotated[str | None, Query(description="续页 · goes on where a page ended")] = None,
) -> AlertsOut:
    """A page of alerts."""
    return AlertsOut.model_validate(_watches(service).alerts(access, seen_too=seen_too, limit=limit, cursor=cursor))


@router.post(
    "/alerts/seen",
    summary="标为已看 · Mark alerts as seen",
    responses=problems(404, *_BODY),
    openapi_extra=json_body("SeenIn", SEEN_EXAMPLES),
)
def seen(access: Staff, given: Annotated[SeenIn, Depends(json_of(SeenIn))], service: Serving) -> SeenOut:
    """Marks alerts."""
    watches = _watches(service)
    marked = watches.see(access, given.ids, given.up_to, down_to=given.down_to, shown_at=given.shown_at)
    return SeenOut(seen=marked)


def _watches(service: Service) -> Watches:
    return Watches(service.finder)
