"""Entities of a report by the labelling guideline. In: text, date received, words; out: `Entity` rows in order.

The finders run from the surest to the least sure; what an earlier one has taken, a later one leaves alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from corpora import lexicons
from triage.assess.bodies import find_bodies
from triage.assess.people import find_people
from triage.assess.places import find_places
from triage.assess.posts import PostMatch, find_posts
from triage.assess.roles import roles_of
from triage.assess.words import Words
from triage.model import Entity, EntityKind
from triage.text.contacts import find_contacts
from triage.text.dates import find_periods
from triage.text.money import find_amounts
from triage.text.segment import default_segmenter


def find_entities(text: str, received: date, words: Sequence[str] | None = None) -> tuple[Entity, ...]:
    """Marks persons, posts, organisations, places, amounts, periods, programmes and contacts.

    Args:
        text: normalised text (or an English one as received); offsets are counted in it.
        received: the day that relative times (去年) are told from.
        words: the segmenter's words, which tile ``text``; cut here if not given.
    """
    told = Words(default_segmenter().cut(text) if words is None else words)
    found: list[Entity] = []
    taken = bytearray(len(text) + 1)

    def add(entity: Entity) -> None:
        if entity.start < entity.end and not any(taken[entity.start : entity.end]):
            taken[entity.start : entity.end] = b"\1" * (entity.end - entity.start)
            found.append(entity)

    places = find_places(text, told)
    inside = {place.end: place.start for place in places}
    for post in find_posts(text):
        # 河湾镇党委书记 is a place and a post
        named = next((end for end in range(post.start + 1, min(post.start + 3, post.end)) if end in inside), post.start)
        start = named if inside.get(named, post.start) < post.start else post.start
        add(Entity(EntityKind.POSITION, text[start : post.end], start, post.end, rank=post.rank))
    for start, end in find_bodies(text, told, places):
        add(Entity(EntityKind.ORGANISATION, text[start:end], start, end))
    for place in places:
        add(Entity(EntityKind.PLACE, text[place.start : place.end], place.start, place.end, code=place.code))
    for start, end in _programmes(text):
        add(Entity(EntityKind.PROGRAMME, text[start:end], start, end))
    for contact in find_contacts(text):
        add(Entity(EntityKind.CONTACT, text[contact.start : contact.end], contact.start, contact.end))
    for amount in find_amounts(text):
        add(Entity(EntityKind.AMOUNT, text[amount.start : amount.end], amount.start, amount.end, fen=amount.fen))
    for period in find_periods(text, received):
        span = text[period.start : period.end]
        add(Entity(EntityKind.PERIOD, span, period.start, period.end, first=period.first, last=period.last))
    posts = [PostMatch(e.start, e.end, e.rank) for e in found if e.kind is EntityKind.POSITION]
    mentions = find_people(text, told, posts, taken)
    for mention, role in zip(mentions, roles_of(text, mentions), strict=True):
        span = text[mention.start : mention.end]
        add(Entity(EntityKind.PERSON, span, mention.start, mention.end, role=role, rank=mention.rank))
    return tuple(sorted(found, key=lambda entity: entity.start))


@lru_cache(maxsize=1)
def _programme_words() -> AhoCorasick:
    return AhoCorasick(lexicons.programmes(), matchkind=MatchKind.LeftmostLongest)


def _programmes(text: str) -> list[tuple[int, int]]:
    return [(start, end) for _, start, end in _programme_words().find_matches_as_indexes(text)]
