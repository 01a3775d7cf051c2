"""What lies near a case though it is another matter: the same official elsewhere, the same programme in the county.

In: what linking knows of the reports of a case; out: keyed hashes with the fact behind each, under which other reports
can be asked for. Nothing is joined by this: it shows an investigator where else to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from triage.cases.keys import LinkKeyer
from triage.cases.matter import Matter
from triage.model import LinkKey, Role

_MOST = 12
_KINDS = frozenset({"name", "post", "scheme"})


class Tie(StrEnum):
    """Why a case is near."""

    OFFICIAL = "official"
    POST = "post"
    SCHEME = "scheme"


TIES = {
    Tie.OFFICIAL: ("同一被反映人姓名", "an official of the same name"),
    Tie.POST: ("同地同姓同职务", "an official of the same surname and post in the place"),
    Tie.SCHEME: ("同县同一项目", "the same programme in the county"),
}
"""Each tie in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A key under which others may stand, why, and the name or programme itself (sealed in the store, so never kept)."""

    key: LinkKey
    tie: Tie
    text: str


def leads(matters: Sequence[Matter], keyer: LinkKeyer) -> tuple[Lead, ...]:
    """The keys of the accused and of the programmes, each once, officials first."""
    found: dict[LinkKey, Lead] = {}
    for lead in _leads(matters, keyer):
        found.setdefault(lead.key, lead)
    order = list(Tie)
    return tuple(sorted(found.values(), key=lambda one: order.index(one.tie)))


def _leads(matters: Sequence[Matter], keyer: LinkKeyer) -> Iterator[Lead]:
    known: set[tuple[object, ...]] = set()
    for matter in matters:
        # Rare words and sums are no leads, and would be hashed again for each person
        bare = replace(matter, people=(), programmes=(), sums=(), contacts=(), reporters=(), grams=matter.grams[:0])
        where = tuple((place.code, *place.local) for place in matter.places)
        for person in [one for one in matter.people if one.role == Role.ACCUSED.value][:_MOST]:
            told = (where, person.sound, person.surname, person.titles)
            if told not in known:
                known.add(told)
                text = person.name or person.written + "".join(person.titles[:1])
                for key in _keys(replace(bare, people=(person,)), keyer):
                    yield Lead(key, Tie.OFFICIAL if key.kind == "name" else Tie.POST, text)
        for programme in matter.programmes[:_MOST]:
            if (where, programme) not in known:
                known.add((where, programme))
                for key in _keys(replace(bare, programmes=(programme,)), keyer):
                    yield Lead(key, Tie.SCHEME, programme)


def _keys(matter: Matter, keyer: LinkKeyer) -> list[LinkKey]:
    return [key for key in keyer.keys(matter) if key.kind in _KINDS]
