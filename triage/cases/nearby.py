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
from triage.cases.people import Person, people_of
from triage.model import Entity, LinkKey, Role

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
ALIKE = {
    Tie.OFFICIAL: ("同音姓名", "names that sound alike"),
    Tie.POST: ("同地同职务，姓氏同音", "an official of the same post in the place, with a surname that sounds alike"),
}
"""The same of ties that hold by the sound alone: what reports meet under is a sound, and 陈刚 and 程刚 may be two men."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A key under which others may stand, why, and the name or programme itself (sealed in the store, so never kept).

    ``people`` are the persons of the case who stand under the key.
    """

    key: LinkKey
    tie: Tie
    text: str
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """What a report near a case shares with it, in words; ``by_sound``: not the characters of the name."""

    lead: Lead
    by_sound: bool
    words: str

    @property
    def rank(self) -> tuple[int, bool]:
        """Officials first, and among them those of the same characters."""
        return list(Tie).index(self.lead.tie), self.by_sound


def leads(matters: Sequence[Matter], keyer: LinkKeyer) -> tuple[Lead, ...]:
    """The keys of the accused and of the programmes, each once, officials first."""
    found: dict[LinkKey, Lead] = {}
    for lead in _leads(matters, keyer):
        before = found.get(lead.key)
        found[lead.key] = lead if before is None else replace(before, people=(*before.people, *lead.people))
    order = list(Tie)
    return tuple(sorted(found.values(), key=lambda one: order.index(one.tie)))


def shared(lead: Lead, entities: Sequence[Entity]) -> Shared | None:
    """What a report of these entities shares by a lead under which it stands.

    None: nobody of whom it tells, as where its sender bears the name.
    """
    theirs, same = [], set[str]()
    for one in people_of(entities) if lead.people else ():
        for own in lead.people:
            if lead.tie is Tie.OFFICIAL and one.sound and one.sound == own.sound:
                theirs.append(_called(one))
                same.update({own.name} & {one.name})
            elif lead.tie is Tie.POST and one.surname == own.surname and set(one.titles) & set(own.titles):
                theirs.append(_called(one))
                same.update({_called(own)} if _surname(one) == _surname(own) else ())
    if lead.people and not theirs:
        return None
    if same or not lead.people:
        text = lead.text if lead.text in same or not same else min(same)
        return Shared(lead, by_sound=False, words=f"{' · '.join(TIES[lead.tie])}: {text}")
    names = " / ".join(dict.fromkeys((lead.text, *theirs)))
    return Shared(lead, by_sound=True, words=f"{' · '.join(ALIKE[lead.tie])}: {names}")


def _called(person: Person) -> str:
    return person.name or person.written + "".join(person.titles[:1])


def _surname(person: Person) -> str:
    return person.written or person.name.split(" ")[0]


def _leads(matters: Sequence[Matter], keyer: LinkKeyer) -> Iterator[Lead]:
    known: set[tuple[object, ...]] = set()
    for matter in matters:
        # Rare words and sums are no leads, and would be hashed again for each person
        bare = replace(matter, people=(), programmes=(), sums=(), contacts=(), reporters=(), grams=matter.grams[:0])
        where = tuple((place.code, *place.local) for place in matter.places)
        for person in [one for one in matter.people if one.role == Role.ACCUSED.value][:_MOST]:
            told = (where, person.name, person.written, person.sound, person.surname, person.titles)
            if told not in known:
                known.add(told)
                for key in _keys(replace(bare, people=(person,)), keyer):
                    yield Lead(key, Tie.OFFICIAL if key.kind == "name" else Tie.POST, _called(person), (person,))
        for programme in matter.programmes[:_MOST]:
            if (where, programme) not in known:
                known.add((where, programme))
                for key in _keys(replace(bare, programmes=(programme,)), keyer):
                    yield Lead(key, Tie.SCHEME, programme)


def _keys(matter: Matter, keyer: LinkKeyer) -> list[LinkKey]:
    return [key for key in keyer.keys(matter) if key.kind in _KINDS]
