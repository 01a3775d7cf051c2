"""Who is told of in a report, each once: 王建国, 王书记 and 老王 are one party, with the surest of their parts.

In: the entities of an assessment; out: parties in order of their first mention. Made when somebody reads, from what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from corpora.lexicons import person_cues
from triage.model import Entity, EntityKind, Rank, Role
from triage.text.called import FAMILIAR, known_as, surname_of

_ROLES = (Role.ACCUSED, Role.VICTIM, Role.WITNESS, Role.REPORTER)
_MOST_SHORT = 3


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
    for one, name in zip(people, known_as(names, [_is_short(name) for name in names]), strict=True):
        groups.setdefault(name, []).append(one)
    return [_party(name, mentions) for name, mentions in groups.items()]


def _party(name: str, mentions: list[Entity]) -> Party:
    roles = {one.role for one in mentions}
    role = next((role for role in _ROLES if role in roles), None)
    return Party(name, role, max(one.rank for one in mentions), tuple(mentions))


def _is_short(name: str) -> bool:
    """Whether a mention tells no more than a surname: 王书记, 老王, 王某."""
    if name[:1] in FAMILIAR and len(name) <= _MOST_SHORT:
        return True
    rest = name[len(surname_of(name)) :]
    return not rest or rest in _titles() or rest.startswith("某")


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    return frozenset(word for word, kinds in person_cues().items() if "title" in kinds)
