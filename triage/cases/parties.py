"""The people of a case, drawn together over its reports: one party however each report writes the name.

In: opened reports; out: `Party` rows, those accused by most reports first. Reporters are no parties: who signed is not
drawn together with anybody. 王建国 and 王健国 are one, and 王主任 is one of them where only one of that name and post is told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from triage.cases.people import Person, people_of
from triage.model import Entity, EntityKind, Role
from triage.store import ReadRow

_NEAR = 2
_ORDER = (Role.ACCUSED, Role.VICTIM, Role.WITNESS)


@dataclass(frozen=True, slots=True)
class Party:
    """One person: names and posts as written, the commonest first; how many reports give each role; the reports."""

    names: tuple[str, ...]
    posts: tuple[str, ...]
    roles: Mapping[Role, int]
    report_ids: tuple[str, ...]

    @property
    def role(self) -> Role | None:
        """The role that most reports give, the graver among equals."""
        return max(self.roles, key=lambda role: (self.roles[role], -_ORDER.index(role)), default=None)


@dataclass(slots=True)
class _Drawn:
    """A party while it grows."""

    titles: set[str] = field(default_factory=set)
    names: Counter[str] = field(default_factory=Counter)
    posts: Counter[str] = field(default_factory=Counter)
    roles: dict[str, Role] = field(default_factory=dict)
    reports: dict[str, None] = field(default_factory=dict)

    def add(self, row: ReadRow, person: Person) -> None:
        """One report that tells of this person."""
        entities = row.assessment.entities
        mention = entities[person.entity]
        self.titles.update(person.titles)
        self.names[mention.text] += 1
        post = post_beside(entities, mention)
        if post:
            self.posts[post] += 1
        if person.role and person.role != Role.REPORTER.value:
            self.roles[row.report.id] = Role(person.role)
        self.reports.setdefault(row.report.id)

    def party(self) -> Party:
        """The party as it is known in the end."""
        roles = Counter(self.roles.values())
        return Party(_commonest(self.names), _commonest(self.posts), dict(roles), tuple(self.reports))


def parties_of(rows: Iterable[ReadRow]) -> tuple[Party, ...]:
    """Who the reports tell of: the accused first, then by the number of reports."""
    named: dict[str, _Drawn] = {}
    surnames: defaultdict[str, list[_Drawn]] = defaultdict(list)
    titled: list[tuple[ReadRow, Person]] = []
    for row in rows:
        for person in people_of(row.assessment.entities):
            if not person.name:
                titled.append((row, person))
                continue
            drawn = named.get(person.sound)
            if drawn is None:
                drawn = named[person.sound] = _Drawn()
                surnames[person.surname].append(drawn)
            drawn.add(row, person)
    by_title: dict[tuple[str, tuple[str, ...]], _Drawn] = {}
    for row, person in titled:
        drawn = _one_of(surnames[person.surname], row, person)
        (drawn or by_title.setdefault((person.surname, person.titles), _Drawn())).add(row, person)
    found = [drawn.party() for drawn in (*named.values(), *by_title.values())]
    return tuple(sorted(found, key=lambda party: (-party.roles.get(Role.ACCUSED, 0), -len(party.report_ids))))


def post_beside(entities: Sequence[Entity], person: Entity) -> str:
    """The post that stands directly before or after a name; empty where none does."""
    for entity in entities:
        before, after = person.start - entity.end, entity.start - person.end
        if entity.kind is EntityKind.POSITION and (0 <= before <= _NEAR or 0 <= after <= _NEAR):
            return entity.text
    return ""


def _one_of(known: Sequence[_Drawn], row: ReadRow, person: Person) -> _Drawn | None:
    """The one named person whom 王主任 can be: of this surname and post, in the same report before any other."""
    fitting = [drawn for drawn in known if not person.titles or drawn.titles.intersection(person.titles)]
    here = [drawn for drawn in fitting if row.report.id in drawn.reports]
    if len(here) == 1:
        return here[0]
    return fitting[0] if len(fitting) == 1 and not here else None


def _commonest(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(counted, key=lambda text: (-counted[text], -len(text), text)))
