"""What the people of two reports say of whether they tell of one matter."""

from __future__ import annotations

from functools import lru_cache

from triage.cases.compared import Compared
from triage.cases.grams import gram
from triage.cases.matter import Matter
from triage.cases.people import Person, covered_alike
from triage.model import Role

_NAMES = {5: "same_name", 4: "same_sound", 3: "covered_name", 2: "same_post", 1: "same_surname"}
_LEAST_SOUND = 3
_TITLE_STARTS = "书支主镇乡会站所局副队校组文村"


def compare_people(pair: Compared, one: Matter, other: Matter) -> None:
    """Sets the features of people, the best agreement first."""
    met = max(
        ((_likeness(mine, theirs), mine, theirs) for mine in one.people for theirs in other.people),
        key=lambda found: found[0],
        default=None,
    )
    if met is not None and met[0]:
        pair.tell(_NAMES[met[0]], met[1].entity, met[2].entity)
    _in_text(pair, "name_in_text", _named_in(one, other), _named_in(other, one))
    if met is None or not met[0]:
        _in_text(pair, "surname_in_text", _titled_in(one, other), _titled_in(other, one))
    mine, theirs = _accused(one), _accused(other)
    if mine and theirs:
        pair.measure("people_shared", min(_share(mine, theirs), _share(theirs, mine)))
        _other_accused(pair, one, other, mine, theirs)
        _other_official(pair, mine, theirs)


def _likeness(mine: Person, theirs: Person) -> int:
    """5: the same full name, 4: one that sounds alike, 3: the same where neither is covered (苟某全), 2: surname and post agree, 1: the surname of a title form."""
    if mine.name and theirs.name:
        if mine.name == theirs.name:
            return 5
        if mine.sound == theirs.sound and len(mine.sound) >= _LEAST_SOUND:
            return 4
        return 3 if covered_alike(mine.name, theirs.name) else 0
    if not mine.surname or mine.surname != theirs.surname:
        return 0
    return 2 if set(mine.titles) & set(theirs.titles) else 1


def _in_text(pair: Compared, code: str, one: int, other: int) -> None:
    if one >= 0 or other >= 0:
        pair.tell(code, one, other)


def _named_in(one: Matter, other: Matter) -> int:
    """The entity of a person whose full name the text of ``other`` holds unmarked; -1 for none."""
    marked = {person.name for person in other.people}
    for person in one.people:
        if len(person.name) > 2 and person.name not in marked and other.named_in(one.holds[person.name]):
            return person.entity
    return -1


def _titled_in(one: Matter, other: Matter) -> int:
    """The entity of an official whose surname the text of ``other`` joins with a title (段副书记) that nobody marked."""
    for person in one.people:
        if person.written and person.titles and not other.held.isdisjoint(_titled(person.written[-1])):
            return person.entity
    return -1


@lru_cache(maxsize=1024)
def _titled(surname: str) -> tuple[int, ...]:
    return tuple(gram(surname + start) for start in _TITLE_STARTS)


def _accused(matter: Matter) -> list[Person]:
    return [person for person in matter.people if person.role == Role.ACCUSED.value]


def _share(mine: list[Person], theirs: list[Person]) -> float:
    """Which share of the mentions of accused people is of people that the other report knows too."""
    known = sum(person.mentions for person in mine if any(_likeness(person, other) for other in theirs))
    return known / sum(person.mentions for person in mine)


def _other_accused(pair: Compared, one: Matter, other: Matter, mine: list[Person], theirs: list[Person]) -> None:
    """Accused on both sides by full name, and none of them shared: another man; of the same surname still more so."""
    first, second = [p for p in mine if p.name], [p for p in theirs if p.name]
    if not first or not second:
        return
    pair.measure("accused_both", 1.0)
    known = {p.sound for p in one.people if p.name} & {p.sound for p in other.people if p.name}
    if known or pair.any_of(("name_in_text", "covered_name")):
        return
    pair.tell("other_accused", first[0].entity, second[0].entity)
    for a in first:
        for b in second:
            if a.surname and a.surname == b.surname:
                pair.tell("other_given_name", a.entity, b.entity)
                return


def _other_official(pair: Compared, mine: list[Person], theirs: list[Person]) -> None:
    """The same post under different surnames, none of them shared: 王书记 here, 李书记 there."""
    apart = None
    for a in mine:
        for b in theirs:
            if a.surname and b.surname and set(a.titles) & set(b.titles):
                if a.surname == b.surname:
                    return
                apart = apart or (a.entity, b.entity)
    if apart:
        pair.tell("other_official", *apart)
