"""What may be a post, a body, a programme or a sum although the rules do not say so; whoever learned from labels decides.

In: a text with its words, what the lexicons tell of it and what the rules found; out: entities that are only proposed. They may
overlap with each other and with what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from triage.assess.lexicon_pass import Hits
from triage.assess.posts import post_rank
from triage.assess.words import Words
from triage.model import Entity, EntityKind
from triage.text.money import Amount

_ENDINGS = re.compile(
    "(?:补贴|补助|奖补|保险|贷款|改造|扶持|资助|救助|补偿|津贴|扶贫|兜底|搬迁|补植|整治|工程|项目|计划|贷)(?!款|金|费|的钱)"
)
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
    known = {(entity.kind, entity.start, entity.end) for entity in found}
    made: dict[tuple[EntityKind, int, int], Entity] = {}
    for entity in (*_sums(numbers), *_posts(text, hits), *_bodies(text, words, hits, found), *_programmes(text, words)):
        key = (entity.kind, entity.start, entity.end)
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
    """Endings of bodies alone and with the level before them, and bodies that the rules found from a later word on."""
    bodies = {entity.end: entity.start for entity in found if entity.kind is EntityKind.ORGANISATION}
    for _, start, end in hits.endings:
        begins = {start}
        if text[start - 1 : start] in _LEVELS:
            begins.add(start - 1)
        if (first := bodies.get(end)) is not None:
            begins.update(at for at in range(first + 1, start) if at in words.bounds)
        for begin in sorted(begins):
            yield Entity(EntityKind.ORGANISATION, text[begin:end], begin, end)


def _programmes(text: str, words: Words) -> Iterator[Entity]:
    """One to four words with an ending that money for the poor bears."""
    for match in _ENDINGS.finditer(text):
        end, begin = match.end(), match.start()
        for _ in range(_MOST):
            word = words.ending_at(begin)
            if not word or match.end() - begin + len(word) > _LONGEST or _NO_NAME.search(word):
                break
            begin -= len(word)
            yield Entity(EntityKind.PROGRAMME, text[begin:end], begin, end)
