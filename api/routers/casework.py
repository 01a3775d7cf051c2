"""What people do with cases: judging links, merging, splitting, moving, taking back; and the links that wait."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.bodies import json_of
from api.deps import Serving, Staff
from api.ids import Id
from api.openapi import json_body
from api.schemas.casework import (
    JUDGE,
    MERGE,
    MOVE,
    SPLIT,
    UNDO,
    ActedOut,
    JudgeIn,
    MergeIn,
    MoveIn,
    SplitIn,
    SuggestionsOut,
    UndoIn,
    acted_out,
    suggestions_out,
)
from api.schemas.problems import problems
from triage.casefile import suggested
from triage.judging import Judging
from triage.model import Verdict

router = APIRouter(prefix="/v1", tags=["staff"])
_PROBLEMS = problems(401, 403, 404, 413, 415, 422)
_STALE = "With `as_of` it is refused once somebody else has judged reports of the case, or reports tied to them, since."
_ON_CASES = problems(401, 403, 404, 409, 413, 415, 422)


@router.get(
    "/suggestions",
    summary="待确认的关联 · Links that wait for a person",
    description="The gravest first, each with its reasons. Confirm or reject one with `POST /v1/judgements`.",
    responses=problems(401, 403, 422),
)
def list_suggestions(
    access: Staff, service: Serving, limit: Annotated[int, Query(ge=1, le=200, description="how many")] = 50
) -> SuggestionsOut:
    """Open suggestions."""
    as_of = service.store.casework.newest()
    found = service.store.casework.suggestions(access, limit)
    return SuggestionsOut(suggestions=suggestions_out(suggested(service.store, found, access)), as_of=as_of)


@router.post(
    "/judgements",
    summary="判断两件举报是否同一事项 · Say whether two reports tell of one matter",
    description="Stands above the model's word. Answers which case each report is in now. With `as_of` it is refused once "
    "somebody else has judged one of the two since.",
    responses=_ON_CASES,
    openapi_extra=json_body("JudgeIn", JUDGE),
)
def judge(access: Staff, given: Annotated[JudgeIn, Depends(json_of(JudgeIn))], service: Serving) -> ActedOut:
    """A word on a pair."""
    judging = Judging(service.store)
    return acted_out(judging.judge(given.report, given.other, Verdict(given.verdict), access, given.note, given.as_of))


@router.post(
    "/judgements/undo",
    summary="撤回 · Take an act back",
    description="One's own last act, or a named one; a supervisor takes back any. The ledger keeps both. Sent again it takes "
    "back nothing more (422, `withdrawn`): an earlier act is taken back by its id.",
    responses=_PROBLEMS,
    openapi_extra=json_body("UndoIn", UNDO),
)
def undo(access: Staff, given: Annotated[UndoIn, Depends(json_of(UndoIn))], service: Serving) -> ActedOut:
    """Takes back; nothing is deleted."""
    return acted_out(Judging(service.store).undo(given.decision, access, given.note))


@router.post(
    "/cases/{case_id}/merge",
    summary="合并案件 · Make one case of two",
    description="What another person keeps apart is not brought together: the answer names that judgement. " + _STALE,
    responses=_ON_CASES,
    openapi_extra=json_body("MergeIn", MERGE),
)
def merge(
    case_id: Id, access: Staff, given: Annotated[MergeIn, Depends(json_of(MergeIn))], service: Serving
) -> ActedOut:
    """Two cases become one."""
    return acted_out(Judging(service.store).merge(case_id, given.other, access, given.note, given.as_of))


@router.post(
    "/cases/{case_id}/split",
    summary="拆分案件 · Take reports out of a case",
    description="Several make a case of their own; the others stay together. " + _STALE,
    responses=_ON_CASES,
    openapi_extra=json_body("SplitIn", SPLIT),
)
def split(
    case_id: Id, access: Staff, given: Annotated[SplitIn, Depends(json_of(SplitIn))], service: Serving
) -> ActedOut:
    """Takes reports out."""
    return acted_out(Judging(service.store).split(case_id, given.reports, access, given.note, given.as_of))


@router.post(
    "/cases/{case_id}/move",
    summary="移动举报 · Move a report to another case",
    description="Out of this case and into the one it belongs to. " + _STALE,
    responses=_ON_CASES,
    openapi_extra=json_body("MoveIn", MOVE),
)
def move(case_id: Id, access: Staff, given: Annotated[MoveIn, Depends(json_of(MoveIn))], service: Serving) -> ActedOut:
    """Moves a report."""
    judging = Judging(service.store)
    return acted_out(judging.move(given.report, given.to, access, given.note, of=case_id, as_of=given.as_of))
