"""Deciding by what was learned which spans name persons and places. In: drafts and a `SpanModel`; out: their entities.

The rules propose and what was learned decides: a candidate that clears the border is taken, the surest first, unless it
shares characters with one that was taken or with an entity of another kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from corpora.divisions import Divisions
from models.hashing import Keys, Positions
from models.spans import SpanModel
from triage.assess import candidates
from triage.assess.drafts import Draft
from triage.assess.joined import KINDS, NUMBERS, Joined
from triage.assess.mentions import Mention, Told
from triage.assess.parties import parties_of
from triage.assess.places import township_county
from triage.assess.roles import Part, roles_of
from triage.assess.traits import of_mentions, of_persons, of_places
from triage.model import Entity, EntityKind, Rank, Role

PERSON_BORDER, PLACE_BORDER = -0.25, -0.45
"""Margins from which a candidate is a name; on voices held out these borders gave the best F1."""
_DECIDED = [KINDS[EntityKind.PERSON], KINDS[EntityKind.PLACE]]
Spans = list[tuple[int, int]]


def choose(drafts: Sequence[Draft], model: SpanModel) -> list[tuple[Entity, ...]]:
    """The entities of each draft, in order."""
    joined = Joined(drafts)
    persons, places = _names(joined, model)
    mentions = [_mentions(draft, spans) for draft, spans in zip(drafts, persons, strict=True)]
    parts = assigned(joined, drafts, mentions, model)
    return [_entities(*all_of) for all_of in zip(drafts, places, mentions, parts, strict=True)]


def _names(joined: Joined, model: SpanModel) -> tuple[list[Spans], list[Spans]]:
    """Spans of persons and of places for each draft, none overlapping; offsets count in the draft's text."""
    who, where = candidates.persons(joined), candidates.places(joined)
    margins = np.concatenate(
        (
            model.persons.margins(of_persons(joined, *who))[:, 0] - PERSON_BORDER,
            model.places.margins(of_places(joined, *where))[:, 0] - PLACE_BORDER,
        )
    )
    starts, ends = np.concatenate((who[0], where[0])), np.concatenate((who[1], where[1]))
    kept = np.flatnonzero(margins > 0)
    kept = kept[~_barred(joined, starts[kept], ends[kept])]
    kept = kept[np.argsort(-margins[kept], kind="stable")]
    taken = bytearray(len(joined.points))
    persons: list[Spans] = [[] for _ in joined.bases]
    places: list[Spans] = [[] for _ in joined.bases]
    owners = joined.owner[starts[kept]]
    rows = zip(
        starts[kept].tolist(),
        ends[kept].tolist(),
        (kept < len(who[0])).tolist(),
        owners.tolist(),
        joined.bases[owners].tolist(),
        strict=True,
    )
    for start, end, person, owner, base in rows:
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\1" * (end - start)
            (persons if person else places)[owner].append((start - base, end - base))
    return persons, places


def _barred(joined: Joined, starts: Positions, ends: Positions) -> NDArray[np.bool_]:
    """Whether a span shares characters with an entity of another kind."""
    rules = joined.rules
    sure = np.flatnonzero(~np.isin(rules.number, _DECIDED))
    # Span 0 is none: it ends before all others
    latest = sure[np.searchsorted(rules.start[sure], ends) - 1]
    return np.asarray(rules.end[latest] > starts)


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
    """The part of each mention of each draft: what is learned of all mentions of a person together."""
    by_rules = [roles_of(draft.text, own) for draft, own in zip(drafts, mentions, strict=True)]
    traits, parties = persons_told(joined, drafts, mentions, by_rules)
    if not len(parties):
        return by_rules
    margins = model.roles.margins(traits)
    summed = np.zeros((int(parties.max()) + 1, margins.shape[1]))
    np.add.at(summed, parties, margins)
    best = iter(summed.argmax(axis=1)[parties].tolist())
    roles = [Role(part) for part in model.parts]
    return [[part._replace(role=roles[next(best)]) for part in parts] for parts in by_rules]


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


def _entities(draft: Draft, places: Spans, mentions: Sequence[Mention], parts: Sequence[Part]) -> tuple[Entity, ...]:
    text = draft.text
    found = [entity for entity in draft.found if entity.kind is not EntityKind.PLACE]
    for start, end in places:
        found.append(Entity(EntityKind.PLACE, text[start:end], start, end, code=_code(draft, start, end)))
    for mention, part in zip(mentions, parts, strict=True):
        start, end = mention.start, mention.end
        found.append(Entity(EntityKind.PERSON, text[start:end], start, end, part.role, rank=part.rank))
    return tuple(sorted(found, key=lambda entity: entity.start))


def _code(draft: Draft, start: int, end: int) -> str | None:
    """The county's code: of the place of the rules that shares characters with the span, or told by its own name, or
    that of the only county which the report names."""
    for place in draft.places:
        if place.start < end and start < place.end and place.code:
            return place.code
    inside = [match for match in draft.divisions if start <= match.start and match.end <= end]
    if inside:
        return inside[-1].code if inside[-1].certain and len(inside[-1].code) == 6 else None
    counties = {place.code for place in draft.places if place.code}
    return township_county(draft.text[start:end], Divisions.load()) or (counties.pop() if len(counties) == 1 else None)
