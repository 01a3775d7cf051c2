"""The report that a person is asked about next."""

from __future__ import annotations

from pydantic import BaseModel

from api.schemas.reports import ReportOut, report_out
from triage.store import Drawn, ReadRow


class NextOut(BaseModel):
    """A report of the review set. ``stratum`` says why it was drawn, ``share`` with which probability."""

    stratum: str
    share: float
    report: ReportOut


class NextReviewOut(BaseModel):
    """The next report to decide on; null where none waits."""

    next: NextOut | None


def next_out(drawn: Drawn, row: ReadRow) -> NextReviewOut:
    """A drawn report, opened."""
    return NextReviewOut(next=NextOut(stratum=drawn.stratum, share=drawn.share, report=report_out(row)))
