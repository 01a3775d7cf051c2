"""Who is told of in a report, each once: 王建国, 王书记 and 老王 are one party, with the surest of their parts.

In: the entities of an assessment; out: parties in order of their first mention. Made when somebody reads, from what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from triage.model import Entity, EntityKind, Rank, Role
from triage.text.called import is_short, known_as

_ROLES = (Role.ACCUSED, Role.VICTIM, Role.WITNESS, Role.REPORTER)


@dataclass(frozen=True, slots=True)
class Party:
    """A person of a report under the fullest name, with the gravest role and the highest rank of all ``mentions``."""

    name: str
    role: Role | None
    rank: Rank
    mentions: tuple[Entity, ...]


def parties_in(entities: Iterable[Entity]) -> list[Party]:
    """The persons among entities, mentions of one person together; a surname alone belongs to its only full name."""
    people = sorted((one for one in entities if one.kind is EntityKind.PERSON), key=lambda one: one.start)
    names = [one.text for one in people]
    groups: dict[str, list[Entity]] = {}
    for one, name in zip(people, known_as(names, [is_short(name) for name in names]), strict=True):
        groups.setdefault(name, []).append(one)
    return [_party(name, mentions) for name, mentions in groups.items()]


def _party(name: str, mentions: list[Entity]) -> Party:
    roles = {one.role for one in mentions}
    role = next((role for role in _ROLES if role in roles), None)
    return Party(name, role, max(one.rank for one in mentions), tuple(mentions))
