"""Small matters to judge; all people and villages are invented."""

from __future__ import annotations

from datetime import date

from triage.cases import Matter
from triage.model import Entity, EntityKind, Role

DAY = date(2018, 5, 12)


def marked(text: str, kind: EntityKind, mention: str, **changes: object) -> Entity:
    start = max(text.find(mention), 0)
    return Entity(kind, mention, start, start + len(mention), **changes)  # type: ignore[arg-type]


def accused(text: str, name: str) -> Entity:
    return marked(text, EntityKind.PERSON, name, role=Role.ACCUSED)


def place(text: str, name: str, code: str | None = None) -> Entity:
    return marked(text, EntityKind.PLACE, name, code=code)


def matter(report_id: str, text: str, *entities: Entity, day: date = DAY) -> Matter:
    return Matter.of(report_id, text, sorted(entities, key=lambda entity: entity.start), day)
