"""Cases: reports of one matter."""

from __future__ import annotations

from fastapi import APIRouter

from api.deps import Serving, Staff
from api.ids import Id
from api.schemas.cases import CaseOut, case_out
from api.schemas.problems import problems
from triage.casefile import MOST_SHOWN, open_case

router = APIRouter(prefix="/v1/cases", tags=["staff"])


@router.get(
    "/{case_id}",
    summary="读一个案件 · Read a case",
    description=f"Its reports (the first {MOST_SHOWN}), what they say together, the judgements that hold them together, "
    "links that wait for a person, what is new since the reader's last look, and similar cases. Who wrote them is covered.",
    responses=problems(401, 403, 404),
)
def read_case(case_id: Id, access: Staff, service: Serving) -> CaseOut:
    """One case as far as it is readable."""
    return case_out(open_case(service.store, case_id, access))
