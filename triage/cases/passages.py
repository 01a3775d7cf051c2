"""Where the reports of a case agree and where they conflict, as passages of the texts as received.

In: the judgements between reports and the opened reports; out: `Passage` rows, spans by characters of each text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from triage.cases.compared import Reason
from triage.cases.telling import CONFLICTS, words_of
from triage.model import Entity, EntityKind, Judgement
from triage.store import ReadRow
from triage.store.standing import by_person
from triage.text.spaced import mention

# Of these the ledger keeps no numbers of entities: they are found again as what both texts tell alike
_KINDS = {
    "same_programme": EntityKind.PROGRAMME,
    "contact": EntityKind.CONTACT,
    "same_date": EntityKind.PERIOD,
    "same_year": EntityKind.PERIOD,
}
_MOST = 40
"""Passages shown of one report: beyond, everything would be marked and nothing seen."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters ``start`` to ``end`` of a report that agree or conflict with other reports of its case."""

    report_id: str
    start: int
    end: int
    code: str
    zh: str
    en: str
    agrees: bool
    others: tuple[str, ...]


def passages(lines: Iterable[Judgement], rows: Mapping[str, ReadRow]) -> dict[str, tuple[Passage, ...]]:
    """The passages of each report, in the order of its text; what only people have said rests on no passage."""
    others: defaultdict[tuple[str, int, int, str], dict[str, None]] = defaultdict(dict)
    for line in lines:
        ends = line.report_id, line.other_id
        if by_person(line) or not rows.keys() >= set(ends):
            continue
        one, other = (rows[end].assessment.entities for end in ends)
        for reason in map(Reason.read, line.features):
            for mine, yours in _mentions(reason, one, other):
                if mine is not None:
                    others[ends[0], mine.start, mine.end, reason.code].setdefault(ends[1])
                if yours is not None:
                    others[ends[1], yours.start, yours.end, reason.code].setdefault(ends[0])
    found: defaultdict[str, list[Passage]] = defaultdict(list)
    for (report_id, start, end, code), met in others.items():
        words = words_of(code)
        if words is not None:
            found[report_id].append(Passage(report_id, start, end, code, *words, code not in CONFLICTS, tuple(met)))
    return {name: tuple(_most_told(some)) for name, some in found.items()}


def _mentions(
    reason: Reason, one: Sequence[Entity], other: Sequence[Entity]
) -> Iterator[tuple[Entity | None, Entity | None]]:
    if reason.one >= 0 or reason.other >= 0:
        yield _at(one, reason.one), _at(other, reason.other)
    elif reason.code in _KINDS:
        kind = _KINDS[reason.code]
        there = {_alike(entity): entity for entity in other if entity.kind is kind}
        for entity in one:
            if entity.kind is kind and _alike(entity) in there:
                yield entity, there[_alike(entity)]


def _at(entities: Sequence[Entity], place: int) -> Entity | None:
    """None too for a number that a later reading does not have any more."""
    return entities[place] if 0 <= place < len(entities) else None


def _alike(entity: Entity) -> tuple[str, ...]:
    if entity.kind is EntityKind.PERIOD and entity.first:
        return entity.first, entity.last or entity.first
    return (mention(entity.text),)


def _most_told(found: Sequence[Passage]) -> list[Passage]:
    best = sorted(found, key=lambda one: (one.agrees, -len(one.others)))[:_MOST]
    return sorted(best, key=lambda one: (one.start, one.end, one.code))
