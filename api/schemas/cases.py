"""A case as staff read it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from api.schemas.casework import DecisionOut, SuggestionOut, decision_out, suggestions_out
from api.schemas.moments import Moment
from triage.casefile import CaseFile
from triage.cases import told
from triage.cases.nearby import Tie
from triage.model import Channel, Judgement, Level, Role, Verdict


class _Read(BaseModel):
    """Made from a row of the domain."""

    model_config = ConfigDict(from_attributes=True)


class TitleOut(_Read):
    """What a case is about, made of facts on reading: place, the accused, programme or category, sum."""

    zh: str
    en: str


class PassageOut(_Read):
    """Characters of a report's text that agree or conflict with other reports of the case."""

    start: int
    end: int
    code: str
    zh: str
    en: str
    agrees: bool
    others: list[str]


class MemberOut(BaseModel):
    """One report of a case, with the passages that tie it to the others."""

    id: str
    received_at: Moment
    channel: Channel
    categories: list[str]
    risk: Level
    place: str
    passages: list[PassageOut]


class TimeOut(BaseModel):
    """A time that reports tell of (``text``), or the day one came in (``channel``); ISO days or months."""

    first: str
    last: str
    text: str
    channel: Channel | None
    reports: list[str]


class PartyOut(BaseModel):
    """One person over all reports: names and posts as written, the role of most reports, reports for each role."""

    names: list[str]
    posts: list[str]
    role: Role | None
    roles: dict[Role, int]
    reports: list[str]


class PlaceOut(BaseModel):
    """A place as the reports write it, with its division code where known."""

    names: list[str]
    code: str
    reports: list[str]


class SumOut(BaseModel):
    """A sum and the reports that name it."""

    yuan: int | float
    reports: list[str]


class LinkOut(BaseModel):
    """One judgement of the ledger: why two reports belong together, or do not, by whom and when.

    ``reasons`` are sentences in Chinese and English with the mentions that agree or conflict, ``codes`` what the ledger
    keeps of them. ``decision`` names the act it is a part of, ``withdraws`` the act that it takes back.
    """

    report: str
    other: str
    verdict: Verdict
    probability: float
    by: str
    made_at: Moment | None
    reasons: list[str]
    codes: list[str]
    joined: bool
    decision: str | None
    withdraws: str | None
    may_undo: bool


class NearOut(_Read):
    """Another matter that shares an official or a programme, and why it is shown."""

    case: str
    report: str
    place: str
    tie: Tie
    reason: str
    title: TitleOut


class ChangesOut(_Read):
    """What happened since the reader's last look; ``since`` null: this is the first. ``decisions`` are other people's."""

    since: Moment | None
    joined: list[str]
    left: list[str]
    decisions: list[str]


class CaseOut(BaseModel):
    """The readable reports of one matter and what they say together. ``reports_total`` counts all of them.

    ``as_of`` tells this reading: an act that sends it is refused once somebody else has judged these reports.
    """

    id: str
    title: TitleOut
    reports_total: int
    reports: list[MemberOut]
    changes: ChangesOut
    timeline: list[TimeOut]
    parties: list[PartyOut]
    places: list[PlaceOut]
    sums: list[SumOut]
    links: list[LinkOut]
    decisions: list[DecisionOut]
    suggestions: list[SuggestionOut]
    similar: list[NearOut]
    as_of: int


def case_out(found: CaseFile) -> CaseOut:
    """A case from its file."""
    told_together = found.portrait
    return CaseOut(
        id=found.case.id,
        title=TitleOut.model_validate(told_together.title),
        reports_total=len(found.case.report_ids),
        reports=_members(found),
        changes=ChangesOut.model_validate(found.changes),
        timeline=[
            TimeOut(first=one.first, last=one.last, text=one.text, channel=one.channel, reports=list(one.report_ids))
            for one in told_together.timeline
        ],
        parties=[
            PartyOut(
                names=list(one.names),
                posts=list(one.posts),
                role=one.role,
                roles=dict(one.roles),
                reports=list(one.report_ids),
            )
            for one in told_together.parties
        ],
        places=[
            PlaceOut(names=list(one.names), code=one.code, reports=list(one.report_ids)) for one in told_together.places
        ],
        sums=[
            SumOut(yuan=one.fen // 100 if one.fen % 100 == 0 else one.fen / 100, reports=list(one.report_ids))
            for one in told_together.sums
        ],
        links=[_link_out(line, found) for line in found.lines],
        decisions=[decision_out(one, may_undo=one.id in found.undoable) for one in found.decisions],
        suggestions=suggestions_out(found.suggestions),
        similar=[NearOut.model_validate(one) for one in found.near],
        as_of=found.as_of,
    )


def _members(found: CaseFile) -> list[MemberOut]:
    return [
        MemberOut(
            id=row.report.id,
            received_at=row.report.received_at,
            channel=row.report.channel,
            categories=list(row.assessment.categories),
            risk=row.priority.level,
            place=row.report.division,
            passages=[PassageOut.model_validate(one) for one in found.passages.get(row.report.id, ())],
        )
        for row in found.rows.values()
    ]


def _link_out(line: Judgement, found: CaseFile) -> LinkOut:
    one, other = (
        found.rows[report_id].assessment.entities if report_id in found.rows else ()
        for report_id in (line.report_id, line.other_id)
    )
    return LinkOut(
        report=line.report_id,
        other=line.other_id,
        verdict=line.verdict,
        probability=line.score,
        by=line.by,
        made_at=line.made_at,
        reasons=list(told(line, one, other)),
        codes=list(line.features),
        joined=line.joined,
        decision=line.decision or None,
        withdraws=line.withdraws or None,
        may_undo=line.decision in found.undoable,
    )
