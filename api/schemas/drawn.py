"""The report that a person is asked about next, and those that wait behind it."""

from __future__ import annotations

from pydantic import BaseModel

from api.schemas.moments import Moment
from api.schemas.reports import ReportOut, report_out
from triage.model import Level
from triage.shown import Shown
from triage.store import Drawn, ReadRow


class NextOut(BaseModel):
    """A report to decide on. ``stratum`` says why it was drawn, ``share`` with which probability.

    After the drawn ones come those whose reading was rejected (``rejected``, share 1), to be corrected.
    """

    stratum: str
    share: float
    report: ReportOut


class NextReviewOut(BaseModel):
    """The next report to decide on; null where none waits."""

    next: NextOut | None


class WaitingOut(BaseModel):
    """A report that waits for a decision; ``assessment_id`` and ``review_id`` are what is seen of it now."""

    id: str
    stratum: str
    share: float
    received_at: Moment
    level: Level
    categories: list[str]
    refer_probability: float
    assessment_id: str
    review_id: str | None


class WaitingListOut(BaseModel):
    """What waits for a decision, in the order to ask in."""

    waiting: list[WaitingOut]


def waiting_out(drawn: Drawn, row: ReadRow) -> WaitingOut:
    """A report that waits, without its text."""
    return WaitingOut(
        id=drawn.report_id,
        stratum=drawn.stratum,
        share=drawn.share,
        received_at=row.report.received_at,
        level=row.priority.level,
        categories=list(row.assessment.categories),
        refer_probability=row.assessment.refer_probability,
        assessment_id=row.assessment_id,
        review_id=None if row.review is None else row.review.id,
    )


def next_out(drawn: Drawn, told: Shown) -> NextReviewOut:
    """A drawn report, opened."""
    return NextReviewOut(next=NextOut(stratum=drawn.stratum, share=drawn.share, report=report_out(told)))
