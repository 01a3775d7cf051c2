"""An assessment as staff read it: the same names as `triage assess` prints."""

from __future__ import annotations

from pydantic import BaseModel

from triage.model import Assessment, Entity, Kind, Language, Level, Point, Reasons
from triage.parties import Party, parties_in
from triage.telling import told


class PointOut(BaseModel):
    """One line of a risk decision, what it means in Chinese and in English, and the passages it rests on."""

    code: str
    told: dict[str, str]
    points: float
    spans: list[tuple[int, int]]


class RiskOut(BaseModel):
    """Risk of the text alone."""

    level: Level
    score: float
    floor: list[PointOut]
    points: list[PointOut]


class PartyOut(BaseModel):
    """A person of the report, all mentions together: role and rank of whoever they are."""

    name: str
    role: str | None
    rank: str
    mentions: list[tuple[int, int]]


class WeightOut(BaseModel):
    """What a passage adds to a logit."""

    start: int
    end: int
    weight: float


class ReasonsOut(BaseModel):
    """bias + document + the spans' weights + rest = the logit before calibration."""

    bias: float
    document: float
    spans: list[WeightOut]
    rest: float


class AssessmentOut(BaseModel):
    """What the readers made of the text."""

    categories: list[str]
    probabilities: dict[str, float]
    refer: bool
    refer_probability: float
    urgent: bool
    urgent_probability: float
    risk: RiskOut
    language: Language
    kind: Kind
    accused_level: str
    entities: dict[str, list[dict[str, str | int | float]]]
    parties: list[PartyOut]
    reasons: dict[str, ReasonsOut]
    reader: str
    model: str


def assessment_out(assessment: Assessment) -> AssessmentOut:
    """An assessment in the form of the contract."""
    entities: dict[str, list[dict[str, str | int | float]]] = {}
    for entity in assessment.entities:
        entities.setdefault(entity.kind.value, []).append(_entity(entity))
    risk = assessment.risk
    return AssessmentOut(
        categories=list(assessment.categories),
        probabilities=dict(assessment.probabilities),
        refer=assessment.refer,
        refer_probability=assessment.refer_probability,
        urgent=assessment.urgent,
        urgent_probability=assessment.urgent_probability,
        risk=RiskOut(level=risk.level, score=risk.score, floor=_points(risk.floor), points=_points(risk.points)),
        language=assessment.language,
        kind=assessment.kind,
        accused_level=assessment.accused_level.name.lower(),
        entities=entities,
        parties=[_party(party) for party in parties_in(assessment.entities)],
        reasons={label: _reasons(reasons) for label, reasons in assessment.reasons.items()},
        reader=assessment.reader,
        model=assessment.model,
    )


def _party(party: Party) -> PartyOut:
    return PartyOut(
        name=party.name,
        role=party.role.value if party.role else None,
        rank=party.rank.name.lower(),
        mentions=[(one.start, one.end) for one in party.mentions],
    )


def _points(points: tuple[Point, ...]) -> list[PointOut]:
    return [
        PointOut(
            code=point.code,
            told=dict(zip(("zh", "en"), told(point.code), strict=True)),
            points=point.points,
            spans=list(point.spans),
        )
        for point in points
    ]


def _reasons(reasons: Reasons) -> ReasonsOut:
    spans = [WeightOut(start=span.start, end=span.end, weight=span.weight) for span in reasons.spans]
    return ReasonsOut(bias=reasons.bias, document=reasons.document, spans=spans, rest=reasons.rest)


def _entity(entity: Entity) -> dict[str, str | int | float]:
    told: dict[str, str | int | float] = {"text": entity.text, "start": entity.start, "end": entity.end}
    if entity.role is not None:
        told["role"] = entity.role.value
    if entity.code is not None:
        told["code"] = entity.code
    if entity.fen is not None:
        told["yuan"] = entity.fen // 100 if entity.fen % 100 == 0 else entity.fen / 100
    if entity.first is not None:
        told["from"] = entity.first
    if entity.last is not None:
        told["to"] = entity.last
    if entity.rank:
        told["rank"] = entity.rank.name.lower()
    return told
