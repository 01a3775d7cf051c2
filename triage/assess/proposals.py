"""What may be a post, a body, a programme or a sum although the rules do not say so; whoever learned from labels decides.

In: a text with its words, what the lexicons tell of it and what the rules found; out: spans that are only proposed. They may
overlap with each other and with what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from corpora import lexicons
from triage.assess.bodies import OF_MANY
from triage.assess.covering import apart
from triage.assess.drafts import Proposal
from triage.assess.hamlets import NOT, RARELY
from triage.assess.lexicon_pass import Hits
from triage.assess.places import PlaceSpan
from triage.assess.posts import post_rank
from triage.assess.words import Words
from triage.model import Entity, EntityKind
from triage.text.money import Amount

_ON = frozenset("款金费")
_LONGEST, _MOST = 11, 4
_LONGEST_BODY, _MOST_BODY = 14, 6
_LONGEST_POST, _MOST_POST = 8, 3
_NO_NAME = re.compile(r"[^\u4e00-\u9fff]")
_LEVELS = frozenset("省市州盟县区旗镇乡村")
# What bodies and posts hold of NOT besides what places do: 青年|办, 户政, 信件, 条管, 人社. 今 is in none: 至今|县扶贫办
_IN_BODIES = (set(RARELY) - set("今")) | set("年户件条人")
# What parts the name of a body or a post from what stands before it
_PARTING = re.compile(f"[^\u4e00-\u9fff]|[{''.join(sorted(set(NOT) - _IN_BODIES))}]")
WEIGHED = (EntityKind.AMOUNT, EntityKind.PERIOD, EntityKind.PROGRAMME, EntityKind.ORGANISATION)
"""Kinds of which a model decides what of that which the rules found holds; posts are only proposed to it besides."""
TAUGHT = (*WEIGHED, EntityKind.POSITION)
"""Kinds that reports must mark for a model of them to be learned."""


def propose(
    text: str,
    words: Words,
    hits: Hits,
    found: Sequence[Entity],
    numbers: Iterable[Amount],
    places: Sequence[PlaceSpan],
    greetings: Sequence[tuple[int, int]],
) -> tuple[Proposal, ...]:
    """Spans that nobody found, each span and kind once; no posts that share a character with ``greetings``."""
    # Members of an enumeration are there once each, and hashing one takes ten times as long as its id
    known = {(id(entity.kind), entity.start, entity.end) for entity in found}
    made: dict[tuple[int, int, int], Proposal] = {}
    placed = {place.end: place.start for place in places}
    for entity in (
        *_sums(numbers),
        *apart(_posts(text, words, hits, placed), greetings),
        *_bodies(text, words, hits, found, placed),
        *_programmes(text, words, hits),
    ):
        key = (id(entity.kind), entity.start, entity.end)
        if key not in known:
            made[key] = entity
    return tuple(made.values())


def _sums(numbers: Iterable[Amount]) -> Iterator[Proposal]:
    for number in numbers:
        yield Proposal(EntityKind.AMOUNT, number.start, number.end, fen=number.fen)


def _posts(text: str, words: Words, hits: Hits, places: Mapping[int, int]) -> Iterator[Proposal]:
    """Titles, bare and with the words before them."""
    for title, start, end in (*hits.titles, *hits.more_titles):
        rank = post_rank(title)
        yield Proposal(EntityKind.POSITION, start, end, rank)
        for begin in _before(text, words, start, places, _LONGEST_POST, _MOST_POST):
            yield Proposal(EntityKind.POSITION, begin, end, rank)


def _bodies(
    text: str, words: Words, hits: Hits, found: Sequence[Entity], places: Mapping[int, int]
) -> Iterator[Proposal]:
    """Endings that may be a body by themselves or with the words before them, and bodies of the rules from a later word on."""
    bodies = {entity.end: entity.start for entity in found if entity.kind is EntityKind.ORGANISATION}
    for ending, start, end in hits.more_endings:
        first = bodies.get(end)
        begins = [] if ending in OF_MANY and len(ending) < 3 and ending[-1] not in "委办" else [start]
        if text[start - 1 : start] in _LEVELS and (start - 1 in words.bounds or start not in words.bounds):
            begins.append(start - 1)
        begins += _before(text, words, start, places, _LONGEST_BODY, _MOST_BODY)
        if first is not None:
            begins += [at for at in range(first + 1, start) if at in words.bounds]
        for begin in begins:
            yield Proposal(EntityKind.ORGANISATION, begin, end)


def _before(text: str, words: Words, start: int, places: Mapping[int, int], longest: int, most: int) -> Iterator[int]:
    """Where a name may begin whose ending begins at ``start``: at the words before it, and at a place that they follow."""
    begin = start
    for begin in _back(text, words, start, longest, most, _PARTING):
        yield begin
        if begin in places:
            break
    place = places.get(begin)
    if place is not None:
        yield place


def _back(text: str, words: Words, start: int, longest: int, most: int, parting: re.Pattern[str]) -> Iterator[int]:
    """Where the words before ``start`` begin: ``most`` of them, ``longest`` characters, as far as none holds what parts."""
    begin = start
    for _ in range(most):
        first = _word_start(words, begin)
        if first == begin or start - first > longest or parting.search(text, first, begin):
            return
        begin = first
        yield begin


def _word_start(words: Words, end: int) -> int:
    """Where the word begins that ends at ``end`` or reaches over it (兴旺集|团); ``end`` where none is near."""
    word = words.ending_at(end)
    if word:
        return end - len(word)
    return next((at for at in range(end - 1, end - 5, -1) if at in words.bounds), end)


def _programmes(text: str, words: Words, hits: Hits) -> Iterator[Proposal]:
    """One to four words with an ending that programmes bear, and programmes that a longer one begins with."""
    for programme, start, _ in hits.programmes:
        for length in range(2, len(programme)):
            if programme[:length] in _known_programmes():
                yield Proposal(EntityKind.PROGRAMME, start, start + length)
    for _, start, end in hits.schemes:
        if text[end : end + 1] in _ON or text.startswith("的钱", end):
            continue
        for begin in _back(text, words, start, _LONGEST - (end - start), _MOST, _NO_NAME):
            yield Proposal(EntityKind.PROGRAMME, begin, end)


@lru_cache(maxsize=1)
def _known_programmes() -> frozenset[str]:
    return frozenset(lexicons.programmes())
