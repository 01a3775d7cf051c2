"""What may be a post, a body, a programme or a sum although the rules do not say so; whoever learned from labels decides.

In: a text with its words, what the lexicons tell of it and what the rules found; out: entities that are only proposed. They may
overlap with each other and with what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from triage.assess.bodies import OF_MANY
from triage.assess.lexicon_pass import Hits
from triage.assess.posts import post_rank
from triage.assess.words import Words
from triage.model import Entity, EntityKind
from triage.text.money import Amount

_ON = frozenset("款金费")
_LONGEST, _MOST = 11, 4
_NO_NAME = re.compile(r"[^\u4e00-\u9fff]")
_LEVELS = frozenset("省市州盟县区旗镇乡村")
WEIGHED = (EntityKind.AMOUNT, EntityKind.PERIOD, EntityKind.PROGRAMME, EntityKind.ORGANISATION)
"""Kinds of which a model decides what of that which the rules found holds; posts are only proposed to it besides."""
TAUGHT = (*WEIGHED, EntityKind.POSITION)
"""Kinds that reports must mark for a model of them to be learned."""


def propose(
    text: str, words: Words, hits: Hits, found: Sequence[Entity], numbers: Iterable[Amount]
) -> tuple[Entity, ...]:
    """Entities that nobody found, each span and kind once."""
    # Members of an enumeration are there once each, and hashing one takes ten times as long as its id
    known = {(id(entity.kind), entity.start, entity.end) for entity in found}
    made: dict[tuple[int, int, int], Entity] = {}
    for entity in (
        *_sums(numbers),
        *_posts(text, hits),
        *_bodies(text, words, hits, found),
        *_programmes(text, words, hits),
    ):
        key = (id(entity.kind), entity.start, entity.end)
        if key not in known:
            made[key] = entity
    return tuple(made.values())


def _sums(numbers: Iterable[Amount]) -> Iterator[Entity]:
    for number in numbers:
        yield Entity(EntityKind.AMOUNT, number.text, number.start, number.end, fen=number.fen)


def _posts(text: str, hits: Hits) -> Iterator[Entity]:
    """Bare titles."""
    for title, start, end in hits.titles:
        yield Entity(EntityKind.POSITION, text[start:end], start, end, rank=post_rank(title))


def _bodies(text: str, words: Words, hits: Hits, found: Sequence[Entity]) -> Iterator[Entity]:
    """Endings that may be a body by themselves or with the level before them, and bodies of the rules from a later word on."""
    bodies = {entity.end: entity.start for entity in found if entity.kind is EntityKind.ORGANISATION}
    for ending, start, end in hits.endings:
        first = bodies.get(end)
        begins = [] if ending in OF_MANY else [start]
        if text[start - 1 : start] in _LEVELS:
            begins.append(start - 1)
        if first is not None:
            begins += [at for at in range(first + 1, start) if at in words.bounds]
        for begin in begins:
            yield Entity(EntityKind.ORGANISATION, text[begin:end], begin, end)


def _programmes(text: str, words: Words, hits: Hits) -> Iterator[Entity]:
    """One to four words with an ending that programmes bear."""
    for _, start, end in hits.schemes:
        if text[end : end + 1] in _ON or text.startswith("的钱", end):
            continue
        begin = start
        for _ in range(_MOST):
            word = words.ending_at(begin)
            if not word or end - begin + len(word) > _LONGEST or _NO_NAME.search(word):
                break
            begin -= len(word)
            yield Entity(EntityKind.PROGRAMME, text[begin:end], begin, end)
