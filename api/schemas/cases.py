"""A case as staff read it."""

from __future__ import annotations

from pydantic import BaseModel

from api.schemas.moments import Moment
from triage.cases import told
from triage.model import Case, Judgement, Level, Verdict
from triage.store import ReadRow


class MemberOut(BaseModel):
    """One report of a case."""

    id: str
    received_at: Moment
    categories: list[str]
    risk: Level
    place: str


class LinkOut(BaseModel):
    """One judgement of the ledger: why two reports belong together, or do not.

    ``reasons`` are sentences in Chinese and English with the mentions that agree or conflict, ``codes`` what the ledger
    keeps of them.
    """

    report: str
    other: str
    verdict: Verdict
    probability: float
    by: str
    reasons: list[str]
    codes: list[str]
    joined: bool


class CaseOut(BaseModel):
    """The readable reports of one matter, with the judgements between them. ``reports_total`` counts all of them."""

    id: str
    reports_total: int
    reports: list[MemberOut]
    links: list[LinkOut]


def case_out(case: Case, rows: dict[str, ReadRow], ledger: list[Judgement]) -> CaseOut:
    """A case from its parts."""
    members = set(case.report_ids)
    return CaseOut(
        id=case.id,
        reports_total=len(case.report_ids),
        reports=[
            MemberOut(
                id=row.report.id,
                received_at=row.report.received_at,
                categories=list(row.assessment.categories),
                risk=row.priority.level,
                place=row.report.division,
            )
            for row in rows.values()
        ],
        links=[_link_out(line, rows) for line in ledger if line.report_id in members and line.other_id in members],
    )


def _link_out(line: Judgement, rows: dict[str, ReadRow]) -> LinkOut:
    one, other = (
        rows[report_id].assessment.entities if report_id in rows else ()
        for report_id in (line.report_id, line.other_id)
    )
    return LinkOut(
        report=line.report_id,
        other=line.other_id,
        verdict=line.verdict,
        probability=line.score,
        by=line.by,
        reasons=list(told(line, one, other)),
        codes=list(line.features),
        joined=line.joined,
    )
