"""Deciding by what was learned which spans name persons, places and things. In: drafts and a `SpanModel`; out: their entities.

The rules propose and what was learned decides: a candidate that clears the border of its kind is taken, the surest first, unless
it shares characters with one that was taken.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.divisions import Divisions, PlaceMatch, is_county
from models.hashing import Keys, Positions
from models.spans import SpanModel
from triage.assess import candidates
from triage.assess.county_codes import held_in, township_county
from triage.assess.drafts import Draft, Proposal
from triage.assess.formed_names import is_formed
from triage.assess.joined import KINDS, NUMBERS, Joined
from triage.assess.mentions import Mention, Told
from triage.assess.parties import parties_of
from triage.assess.proposals import WEIGHED
from triage.assess.roles import Part, roles_of
from triage.assess.traits import OPENS, of_mentions, of_persons, of_places, of_things
from triage.model import Entity, EntityKind, Rank, Role

PERSON_BORDER, PLACE_BORDER = -0.25, -0.45
"""Margins from which a candidate is a name; on voices held out these borders gave the best F1."""
THING_BORDERS = {EntityKind.ORGANISATION: -0.35, EntityKind.POSITION: -0.25, EntityKind.PROGRAMME: -0.2}
"""The same for bodies, posts and programmes; 0 for sums and times."""
_BEFORE_ITS_PLACE = 4.0
"""What a body that begins with a place has before others in the order in which candidates are taken: it holds the place."""
_SURE = (EntityKind.CONTACT, EntityKind.POSITION)
_FIGURES = (EntityKind.AMOUNT, EntityKind.PERIOD)
_BORDERS = np.zeros(len(KINDS) + 1)
_BORDERS[[KINDS[kind] for kind in THING_BORDERS]] = list(THING_BORDERS.values())
Spans = list[tuple[int, int]]


def choose(drafts: Sequence[Draft], model: SpanModel) -> list[tuple[Entity, ...]]:
    """The entities of each draft, in order."""
    joined = Joined(drafts)
    chosen = _chosen(joined, drafts, model)
    mentions = [_mentions(draft, one.persons) for draft, one in zip(drafts, chosen, strict=True)]
    parts = assigned(joined, drafts, mentions, model)
    return [_entities(*all_of) for all_of in zip(drafts, chosen, mentions, parts, strict=True)]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Spans of persons and of places of a draft, and all else that was taken; none overlap, offsets count in the draft's text."""

    persons: Spans = field(default_factory=list)
    places: Spans = field(default_factory=list)
    things: list[Entity] = field(default_factory=list)


def _chosen(joined: Joined, drafts: Sequence[Draft], model: SpanModel) -> list[_Chosen]:
    """Candidates that clear their border, the surest first, unless they share characters with one that was taken."""
    out, taken = [_Chosen() for _ in drafts], bytearray(len(joined.points))
    things = _weigh_things(joined, drafts, model)
    for base, draft, one in zip(joined.bases.tolist(), drafts, out, strict=True):
        for entity in draft.found:
            sure = entity.kind in _SURE or (entity.kind in _FIGURES and entity.start in draft.figured)
            if sure or (things is None and entity.kind in WEIGHED):
                one.things.append(entity)
                taken[base + entity.start : base + entity.end] = b"\1" * (entity.end - entity.start)
        for start, end in _formed(draft):
            one.persons.append((start, end))
            taken[base + start : base + end] = b"\1" * (end - start)
    who, where = candidates.persons(joined), candidates.places(joined)
    weighed = [
        (*who, model.persons.margins(of_persons(joined, *who))[:, 0] - PERSON_BORDER),
        (*where, model.places.margins(of_places(joined, *where))[:, 0] - PLACE_BORDER),
    ]
    if things is not None:
        weighed.append((things.starts, things.ends, things.margins))
    first = np.zeros(0, np.bool_) if things is None else things.holding
    persons, places = len(who[0]), len(who[0]) + len(where[0])
    for number, start, end in _surest(weighed, first):
        if taken.find(1, start, end) >= 0:
            continue
        taken[start:end] = b"\1" * (end - start)
        one, base = out[joined.owner[start]], int(joined.bases[joined.owner[start]])
        if number < persons:
            one.persons.append((start - base, end - base))
        elif number < places:
            one.places.append((start - base, end - base))
        elif things is not None:
            thing = things.entities[number - places]
            told = thing.entity(drafts[joined.owner[start]].text) if isinstance(thing, Proposal) else thing
            one.things.append(told)
    return out


def _formed(draft: Draft) -> Spans:
    """Persons whose names tell themselves by their form (阿力木江·吐尔逊, 欧阳建国, 扎西平措), or a form by its label: the model
    has seen few."""
    formed = [(one.start, one.end) for one in draft.mentions if is_formed(draft.text[one.start : one.end])]
    return [*draft.fielded, *(span for span in formed if span not in draft.fielded)]


def _surest(
    weighed: Sequence[tuple[Positions, Positions, NDArray[np.float64]]], first: NDArray[np.bool_]
) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of the candidates above 0, the surest first; numbers count through all of them.

    ``first`` says of the last ones which are put before the others.
    """
    starts, ends, margins = (np.concatenate(side) for side in zip(*weighed, strict=True))
    order = margins.copy()
    order[len(order) - len(first) :] += first * _BEFORE_ITS_PLACE
    kept = np.flatnonzero(margins > 0)
    kept = kept[np.argsort(-order[kept], kind="stable")]
    return zip(kept.tolist(), starts[kept].tolist(), ends[kept].tolist(), strict=True)


class _Things(NamedTuple):
    """What may be a post, a body, a programme, a sum or a time, and how far each is on the side of yes.

    ``holding`` says which are bodies that begin with the name of a place.
    """

    starts: Positions
    ends: Positions
    holding: NDArray[np.bool_]
    margins: NDArray[np.float64]
    entities: list[Entity | Proposal]


def _weigh_things(joined: Joined, drafts: Sequence[Draft], model: SpanModel) -> _Things | None:
    """None where the model learned nothing of them: then the rules decide."""
    if model.things is None:
        return None
    starts, ends, kinds, entities = candidates.things(joined, drafts)
    traits = of_things(joined, starts, ends, kinds)
    holding = (kinds == KINDS[EntityKind.ORGANISATION]) & (traits["opens"] == OPENS)
    margins = model.things.margins(traits)[:, 0] - _BORDERS.take(kinds)
    return _Things(starts, ends, np.asarray(holding), margins, entities)


def _mentions(draft: Draft, spans: Spans) -> list[Mention]:
    """Persons as mentions; one that begins where the rules found one was told in the same way."""
    known = {mention.start: mention for mention in draft.mentions}
    made = []
    for start, end in sorted(spans):
        rule = known.get(start)
        made.append(Mention(start, end, rule.told if rule else Told.WORD, rule.rank if rule else Rank.NONE))
    return made


def assigned(
    joined: Joined, drafts: Sequence[Draft], mentions: Sequence[Sequence[Mention]], model: SpanModel
) -> list[list[Part]]:
    """The part of each mention of each draft: what is learned of all mentions of a person together, unless the text says it."""
    by_rules = [roles_of(draft.text, own) for draft, own in zip(drafts, mentions, strict=True)]
    traits, parties = persons_told(joined, drafts, mentions, by_rules)
    if not len(parties) or not model.roles.learned:
        return by_rules
    margins = model.roles.margins(traits)
    summed = np.zeros((int(parties.max()) + 1, margins.shape[1]))
    np.add.at(summed, parties, margins)
    best = iter(summed.argmax(axis=1)[parties].tolist())
    roles = [Role(part) for part in model.parts]
    learned = [[roles[next(best)] for _ in parts] for parts in by_rules]
    return [
        [part if part.settled else part._replace(role=role) for part, role in zip(parts, own, strict=True)]
        for parts, own in zip(by_rules, learned, strict=True)
    ]


def persons_told(
    joined: Joined,
    drafts: Sequence[Draft],
    mentions: Sequence[Sequence[Mention]],
    parts: Sequence[Sequence[Part]],
) -> tuple[dict[str, Keys], Positions]:
    """Traits of all mentions of a batch that tell of their part, and the number of the party of each."""
    bases = joined.bases.tolist()
    starts = np.array([base + m.start for base, own in zip(bases, mentions, strict=True) for m in own], np.int64)
    ends = np.array([base + m.end for base, own in zip(bases, mentions, strict=True) for m in own], np.int64)
    traits = of_mentions(joined, starts, ends)
    for name, values in (
        ("told", [NUMBERS[id(m.told)] for own in mentions for m in own]),
        ("rule_role", [NUMBERS[id(part.role)] for own in parts for part in own]),
        ("sure", [part.sure for own in parts for part in own]),
        ("rank", [part.rank for own in parts for part in own]),
    ):
        traits[name] = np.array(values, np.uint64)
    return traits, np.fromiter(_parties(drafts, mentions), np.int64, len(starts))


def _parties(drafts: Sequence[Draft], mentions: Sequence[Sequence[Mention]]) -> Iterator[int]:
    """Numbers of parties, counted through the batch."""
    first = 0
    for draft, own in zip(drafts, mentions, strict=True):
        yield from (first + party for party in parties_of(draft.text, own))
        first += len(own)


def _entities(draft: Draft, chosen: _Chosen, mentions: Sequence[Mention], parts: Sequence[Part]) -> tuple[Entity, ...]:
    text = draft.text
    found = list(chosen.things)
    counties = Counties(draft) if chosen.places else None
    for start, end in chosen.places:
        code = counties.of(start, end) if counties else None
        found.append(Entity(EntityKind.PLACE, text[start:end], start, end, code=code))
    for mention, part in zip(mentions, parts, strict=True):
        start, end = mention.start, mention.end
        found.append(Entity(EntityKind.PERSON, text[start:end], start, end, part.role, rank=part.rank))
    return tuple(sorted(found, key=lambda entity: entity.start))


class Counties:
    """The counties that places of a draft lie in: what the rules found is looked up by its offset, as there may be thousands."""

    def __init__(self, draft: Draft) -> None:
        self._text, self._places, self._matches = draft.text, draft.places, draft.divisions
        self._place_ends = [place.end for place in draft.places]
        self._numbers = sorted(range(len(draft.divisions)), key=lambda number: draft.divisions[number].start)
        self._match_starts = [draft.divisions[number].start for number in self._numbers]
        codes = {place.code for place in draft.places if place.code}
        self._only = codes.pop() if len(codes) == 1 else None

    def of(self, start: int, end: int) -> str | None:
        """The county's code: of the place of the rules that shares characters with the span, or told by its own name, or
        that of the only county which the report names."""
        for number in range(bisect_right(self._place_ends, start), len(self._places)):
            place = self._places[number]
            if place.start >= end:
                break
            if place.code:
                return place.code
        inside = self._last_within(start, end)
        if inside is not None:
            return inside.code if inside.certain and is_county(inside.code) else None
        return township_county(self._text[start:end], Divisions.load()) or self._only

    def _last_within(self, start: int, end: int) -> PlaceMatch | None:
        """The last division that is named within the span and not only part of a township's name."""
        first, behind = bisect_left(self._match_starts, start), bisect_left(self._match_starts, end)
        for number in sorted(self._numbers[first:behind], reverse=True):
            match = self._matches[number]
            if match.end <= end and held_in(self._text, match, Divisions.load()) is None:
                return match
        return None
