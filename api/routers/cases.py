"""Cases: reports of one matter."""

from __future__ import annotations

from fastapi import APIRouter

from api.deps import Serving, Staff
from api.schemas.cases import CaseOut, case_out
from api.schemas.problems import problems

router = APIRouter(prefix="/v1/cases", tags=["staff"])
MOST_SHOWN = 200


@router.get(
    "/{case_id}",
    summary="读一个案件 · Read a case",
    description=f"Its reports (the first {MOST_SHOWN}) and the judgements that hold them together.",
    responses=problems(401, 403, 404),
)
def read_case(case_id: str, access: Staff, service: Serving) -> CaseOut:
    """One case as far as it is readable."""
    case = service.store.case(case_id, access)
    rows = service.store.rows(case.report_ids[:MOST_SHOWN], access)
    return case_out(case, rows, service.store.ledger(case.report_ids[:MOST_SHOWN], access))
