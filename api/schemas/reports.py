"""A report as it comes in, the answer to it, and a report as staff read it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from api.errors import MISPLACED, PLACELESS
from api.schemas.assessments import AssessmentOut, assessment_out
from api.schemas.moments import Moment
from api.schemas.reviews import ReviewOut, review_out
from triage.intake.reporters import of_reporter
from triage.jsonl import lacks_of
from triage.model import Channel, ReporterState, Speaker, Stage, UnmaskReason
from triage.shown import Shown
from triage.store.dialogue_rows import NOTHING_SPOKEN, Spoken
from triage.summaries import Lacking


class ReporterIn(BaseModel):
    """Who reports, if they want to say. Kept under a key of its own; name and contact both make a report real-name."""

    # A contact under another name would be lost without a word, so unknown fields are refused here.
    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, description="姓名 · name")
    contact: str | None = Field(None, description="联系方式 · telephone, address or account")


class Reachable(BaseModel):
    """What a reporter sends. Fields that nobody reads lose no report, but a telephone among them would be lost itself."""

    @model_validator(mode="before")
    @classmethod
    def _contact_in_its_place(cls, given: object) -> object:
        for name, value in given.items() if isinstance(given, dict) else ():
            if name not in cls.model_fields and of_reporter(str(name)) and (name != "reporter" or value):
                # The name fits a list and so is nobody's: it may be told back
                kind = MISPLACED if "reporter" in cls.model_fields else PLACELESS
                raise PydanticCustomError(kind, "{field}", {"field": str(name)})
        return given


class ReportIn(Reachable):
    """A report. Only the text is needed."""

    text: str = Field(description="举报内容 · what happened, who, where, when, how much")
    channel: Channel = Field(Channel.API, description="来源渠道 · how the report came in")
    received: str | None = Field(None, description="收到日期 · ISO date or time of receipt; now if left out")
    title: str | None = Field(None, description="标题 · title")
    place: str | None = Field(None, description="地点 · name or division code of the place")
    external_id: str | None = Field(None, description="来文编号 · the sender's own number")
    reporter: ReporterIn | None = None

    def fields(self) -> dict[str, object]:
        """The loosely typed fields that intake checks."""
        reporter = self.reporter
        return {
            "text": self.text,
            "channel": self.channel,
            "received": self.received,
            "title": self.title,
            "place": self.place,
            "external_id": self.external_id,
            "reporter": None if reporter is None else {"name": reporter.name, "contact": reporter.contact},
        }


class Taken(BaseModel):
    """The answer to a report that is written and flushed. The receipt is shown this once."""

    receipt: str = Field(description="回执码 · receipt, 4-4-4-5")
    received_at: Moment
    state: ReporterState


class TurnOut(BaseModel):
    """One turn of a transcript."""

    model_config = ConfigDict(from_attributes=True)

    speaker: Speaker
    label: str
    text: str
    start: float | None
    end: float | None


class SpokenOut(BaseModel):
    """How many messages there are about a report, and when the newest came."""

    count: int
    newest: Moment


class LackOut(BaseModel):
    """What the caller tells and the operator's summary lacks. ``start`` and ``end`` count in ``text``, like ``passage``'s.

    ``code`` says which danger it is; ``zh`` and ``en`` say it in words.
    """

    kind: Lacking
    code: str | None
    told: str
    start: int
    end: int
    passage: str
    passage_start: int
    passage_end: int
    zh: str
    en: str


class ReportOut(BaseModel):
    """A report with all that is known of it now. ``place`` is the division code of its jurisdiction.

    ``assessment_id`` names the reading that is shown; who decides on it gives that back, with ``review.id`` if any.
    ``masked``: places that tell who wrote it, or how they are reached, are covered (●), character for character, so that
    all offsets hold; ``covered`` counts them, also in an answer that shows them.
    """

    id: str
    masked: bool
    covered: int
    received_at: Moment
    channel: Channel
    stage: Stage
    place: str
    title: str | None
    text: str
    turns: list[TurnOut]
    case: str | None
    level: str
    score: float
    case_points: float = Field(
        0.0, description="同一事项另有来件的加分 · points in the score that independent reports of the same matter add"
    )
    refer: bool
    urgent: bool
    assessment_id: str
    assessment: AssessmentOut
    review: ReviewOut | None = None
    adds_to: str | None = Field(None, description="补充自 · the report that it adds to")
    messages: SpokenOut | None = Field(None, description="来往消息 · messages between office and reporter")
    summary_lacks: list[LackOut] = Field(
        [],
        description="工单摘要未见 · what the caller tells and the summary of the work order lacks: for a person to look at",
    )


class UnmaskIn(BaseModel):
    """Why a report is to be shown as it came."""

    model_config = ConfigDict(extra="forbid")

    reason: UnmaskReason = Field(
        description="理由：联系反映人、核实、保护、办理、其他 · why: to contact_reporter, to verify, to protect, to handle it, other"
    )


def report_out(told: Shown, spoken: Spoken = NOTHING_SPOKEN) -> ReportOut:
    """A report as it is shown to staff, and what was spoken of it; keyed hashes of parties stay inside."""
    row = told.row
    report, priority = row.report, row.priority
    return ReportOut(
        id=report.id,
        masked=told.masked,
        covered=told.covered,
        received_at=report.received_at,
        channel=report.channel,
        stage=report.stage,
        place=report.division,
        title=report.title,
        text=report.text,
        turns=[TurnOut.model_validate(turn) for turn in report.turns],
        case=row.case_id,
        level=priority.level.value,
        score=priority.score,
        case_points=row.case_points,
        refer=priority.refer,
        urgent=priority.urgent,
        assessment_id=row.assessment_id,
        assessment=assessment_out(row.assessment),
        review=None if row.review is None else review_out(row.review, row.machine),
        adds_to=report.adds_to,
        messages=None if spoken.newest is None else SpokenOut(count=spoken.count, newest=spoken.newest),
        summary_lacks=[LackOut.model_validate(lack) for lack in lacks_of(told.row.report.text, told.lacks)],
    )


EXAMPLES: dict[str, Any] = {
    "zh": {
        "summary": "匿名举报",
        "value": {
            "text": "三河村支书王守田把发给我家的危房改造款三万五千元扣下一万，说是打点费，不给就不让签字。2018年腊月的事。",
            "channel": "web",
            "place": "昭觉县",
        },
    },
    "zh-real-name": {
        "summary": "实名举报",
        "value": {
            "text": "村会计李秀芬的弟弟开着轿车，还年年领低保，我家真困难反而评不上。",
            "received": "2019-11-05",
            "reporter": {"name": "赵大娘", "contact": "村口小卖部代转"},
        },
    },
    "en": {
        "summary": "A report in English",
        "value": {
            "text": "The head of Sanhe village kept 10,000 yuan of the 35,000 yuan that we were given to repair our house.",
            "place": "513431",
        },
    },
}
UNMASK_EXAMPLES: dict[str, Any] = {
    "zh": {"summary": "联系反映人", "value": {"reason": "contact_reporter"}},
    "en": {"summary": "To verify what is told", "value": {"reason": "verify"}},
}
