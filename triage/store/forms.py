"""The bytes that get sealed: compact JSON of a report's body and of an assessment, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from triage.model import (
    Assessment,
    Entity,
    EntityKind,
    Kind,
    Language,
    Level,
    Point,
    Rank,
    Reasons,
    Reporter,
    Risk,
    Role,
    Speaker,
    Submission,
    Turn,
    Weight,
)

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def body_bytes(submission: Submission) -> bytes:
    """All of a submission that repeats what was said: text, title, place, the sender's id and the turns; and what it adds to."""
    body: dict[str, Any] = {"text": submission.text}
    if submission.title:
        body["title"] = submission.title
    if submission.place:
        body["place"] = submission.place
    if submission.external_id:
        body["external_id"] = submission.external_id
    if submission.turns:
        body["turns"] = [[turn.speaker.value, turn.label, turn.text, turn.start, turn.end] for turn in submission.turns]
    if submission.adds_to:
        body["adds_to"] = submission.adds_to
    return _write(body).encode()


def read_body(data: bytes) -> tuple[str, str | None, str | None, tuple[Turn, ...], str | None]:
    """Text, title, place and turns of a body, and the id of the report that it adds to."""
    body = json.loads(data)
    turns = tuple(Turn(Speaker(who), text, label, start, end) for who, label, text, start, end in body.get("turns", ()))
    return body["text"], body.get("title"), body.get("place"), turns, body.get("adds_to")


def reporter_bytes(reporter: Reporter) -> bytes:
    """Name and contact of a reporter."""
    return _write({"name": reporter.name, "contact": reporter.contact}).encode()


def assessment_bytes(assessment: Assessment) -> bytes:
    """The whole of an assessment, in lists where the order says what is what."""
    return _write(
        {
            "categories": assessment.categories,
            "probabilities": {label: round(float(value), 6) for label, value in assessment.probabilities.items()},
            "refer": [bool(assessment.refer), float(assessment.refer_probability)],
            "urgent": [bool(assessment.urgent), float(assessment.urgent_probability)],
            "risk": [
                assessment.risk.level.value,
                float(assessment.risk.score),
                _points(assessment.risk.floor),
                _points(assessment.risk.points),
            ],
            "language": assessment.language.value,
            "kind": assessment.kind.value,
            "accused_level": int(assessment.accused_level),
            "entities": [_entity(entity) for entity in assessment.entities],
            "reasons": {label: _reasons(reasons) for label, reasons in assessment.reasons.items()},
            "made_by": [assessment.reader, assessment.model, assessment.taxonomy, assessment.policy],
        }
    ).encode()


def read_assessment(data: bytes) -> Assessment:
    """An assessment as it was."""
    form = json.loads(data)
    level, score, floor, points = form["risk"]
    reader, model, taxonomy, policy = form["made_by"]
    return Assessment(
        categories=tuple(form["categories"]),
        probabilities=form["probabilities"],
        refer=form["refer"][0],
        refer_probability=form["refer"][1],
        urgent=form["urgent"][0],
        urgent_probability=form["urgent"][1],
        risk=Risk(Level(level), score, _read_points(floor), _read_points(points)),
        language=Language(form["language"]),
        kind=Kind(form["kind"]),
        accused_level=Rank(form["accused_level"]),
        entities=tuple(_read_entity(entity) for entity in form["entities"]),
        reasons={label: _read_reasons(reasons) for label, reasons in form["reasons"].items()},
        reader=reader,
        model=model,
        taxonomy=taxonomy,
        policy=policy,
    )


def _points(points: Sequence[Point]) -> list[Any]:
    return [[point.code, float(point.points), [[int(a), int(b)] for a, b in point.spans]] for point in points]


def _read_points(points: Sequence[Any]) -> tuple[Point, ...]:
    return tuple(Point(code, value, tuple((start, end) for start, end in spans)) for code, value, spans in points)


def _reasons(reasons: Reasons) -> list[Any]:
    spans = [[int(span.start), int(span.end), float(span.weight)] for span in reasons.spans]
    return [float(reasons.bias), float(reasons.document), spans, float(reasons.rest)]


def _read_reasons(form: Sequence[Any]) -> Reasons:
    bias, document, spans, rest = form
    return Reasons(bias, document, tuple(Weight(*span) for span in spans), rest)


def _entity(entity: Entity) -> list[Any]:
    role = None if entity.role is None else entity.role.value
    return [
        entity.kind.value, entity.text, int(entity.start), int(entity.end), role,
        entity.code, entity.fen, entity.first, entity.last, int(entity.rank),
    ]  # fmt: skip


def _read_entity(form: Sequence[Any]) -> Entity:
    kind, text, start, end, role, code, fen, first, last, rank = form
    role = None if role is None else Role(role)
    return Entity(EntityKind(kind), text, start, end, role, code, fen, first, last, Rank(rank))
