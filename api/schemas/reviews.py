"""A person's decision on what the machine read, as it comes in and as staff read it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import Moment
from triage.model import Assessment, Review, Ruling, StaffRole
from triage.store.seen import Seen


class ReviewIn(BaseModel):
    """A decision. A correction tells categories (all that hold), refer and urgent; the others take no labels.

    ``assessment_id`` and ``review_id`` say what was looked at: the report's ``assessment_id``, and ``review.id`` where it
    bore a review. Where either is given and another reading, or somebody else's decision, stands now, the answer is 409.
    """

    # A label under another name would be lost without a word.
    model_config = ConfigDict(extra="forbid")

    decision: Ruling = Field(description="确认、更正或否定 · confirm, correct or reject the reading")
    categories: list[str] | None = Field(None, description="全部类别代码 · all category codes that hold")
    refer: bool | None = Field(None, description="是否建议移送 · whether investigators should get it")
    urgent: bool | None = Field(None, description="是否紧急 · whether somebody or something is in danger")
    note: str | None = Field(None, description="备注，加密保存 · a note, kept sealed")
    assessment_id: str | None = Field(None, description="所见机器读法 · the reading that was looked at")
    review_id: str | None = Field(None, description="所见复核 · the decision that stood then; none if left out")

    def seen(self) -> Seen | None:
        """What was looked at; None where nothing is said of it."""
        if self.assessment_id is None and self.review_id is None:
            return None
        return Seen(self.assessment_id, self.review_id)


class LabelsOut(BaseModel):
    """Categories and flags of a reading."""

    categories: list[str]
    refer: bool
    urgent: bool


class ReviewOut(BaseModel):
    """A decision as it stands, made of the reading ``assessment_id``. ``machine`` is what the model had read, where it is told.

    ``lowered`` names what the decision lowered: refer, urgent, level. ``share`` is the probability with which the report
    was drawn into the review set, null for one that somebody chose.
    """

    id: str
    report_id: str
    assessment_id: str
    decision: Ruling
    categories: list[str]
    refer: bool | None
    urgent: bool | None
    lowered: list[str]
    stratum: str
    share: float | None
    reader: str
    model: str
    by: str
    role: StaffRole
    made_at: Moment
    note: str | None
    machine: LabelsOut | None = None


class ReviewsOut(BaseModel):
    """Every decision on a report, the newest first; that one holds."""

    reviews: list[ReviewOut]


def review_out(review: Review, machine: Assessment | None = None) -> ReviewOut:
    """A decision, beside the reading that it was made of where that is given."""
    read = None
    if machine is not None:
        read = LabelsOut(categories=list(machine.categories), refer=machine.refer, urgent=machine.urgent)
    return ReviewOut(
        id=review.id,
        report_id=review.report_id,
        assessment_id=review.assessment_id,
        decision=review.decision,
        categories=list(review.categories),
        refer=review.refer,
        urgent=review.urgent,
        lowered=list(review.lowered),
        stratum=review.stratum,
        share=review.share,
        reader=review.reader,
        model=review.model,
        by=review.by,
        role=review.role,
        made_at=review.made_at,
        note=review.note,
        machine=read,
    )


EXAMPLES: dict[str, Any] = {
    "zh": {
        "summary": "确认",
        "value": {"decision": "confirm", "assessment_id": "01J00000000000000000000000"},
    },
    "zh-correct": {
        "summary": "更正",
        "value": {
            "decision": "correct",
            "categories": ["embezzlement", "bribery"],
            "refer": True,
            "urgent": False,
            "note": "打点费是向本人索要的",
            "assessment_id": "01J00000000000000000000000",
            "review_id": "01J00000000000000000000001",
        },
    },
    "en": {
        "summary": "Reject",
        "value": {"decision": "reject", "note": "An enclosure was read as the letter."},
    },
}
