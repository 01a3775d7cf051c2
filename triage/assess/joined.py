"""The drafts of a batch as arrays: characters, words and what the rules found, laid end to end.

Offsets count in the joined text, in which ``GAP`` line breaks stand before, between and after the texts, so that a
look to the left or right never reaches into another report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.lexicons import compound_surnames, surnames
from models.hashing import Positions, Substrings, code_points
from triage.assess.drafts import Draft
from triage.assess.hamlets import HAMLET, NOT, RARELY
from triage.assess.mentions import Told
from triage.assess.name_ends import NEVER
from triage.model import EntityKind, Role
from triage.text.called import FAMILIAR as BEFORE_SURNAMES
from triage.text.transcribed import TRANSCRIBED

GAP = 8
PLANE = 0x10000
# What a character may be
SURNAME, CHINESE, NEVER_GIVEN, FOREIGN, SETTLEMENT, HAMLET_END, NO_PLACE, DIVISION = (1 << bit for bit in range(8))
DOUBLE, FAMILIAR, SOME = (1 << bit for bit in range(8, 11))
KINDS = {kind: number for number, kind in enumerate(EntityKind, 1)}
# Members of an enumeration are there once each, and looking one up by its own hash takes ten times as long
NUMBERS = {id(member): number for kinds in (EntityKind, Told, Role) for number, member in enumerate(kinds, 1)}
# 杨再勇, 张随意: what was learned may accept them
_GIVEN_NOW_AND_THEN = "再随"


@lru_cache(maxsize=1)
def _character_table() -> NDArray[np.uint16]:
    table = np.zeros(PLANE, np.uint16)
    table[0x4E00:0xA000] = CHINESE
    for characters, bit in (
        (surnames() | {name[0] for name in compound_surnames()}, SURNAME),
        (NEVER - set(_GIVEN_NOW_AND_THEN), NEVER_GIVEN),
        (TRANSCRIBED, FOREIGN),
        ("村镇乡屯寨组区道县市旗州木查场盟点省", SETTLEMENT),
        (HAMLET + "港路园", HAMLET_END),
        (set(NOT) - set(RARELY), NO_PLACE),
        ("省市县区州旗盟", DIVISION),
        ({name[0] for name in compound_surnames()}, DOUBLE),
        (BEFORE_SURNAMES, FAMILIAR),
        ("某", SOME),
    ):
        for character in characters:
            table[ord(character)] |= bit
    return table


class Spans(NamedTuple):
    """Spans of the joined text in order, with a number for each that says what it is."""

    start: Positions
    end: Positions
    number: Positions

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int]]) -> Spans:
        """Spans of rows of start, end and number, put in order."""
        flat = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 3)
        flat = flat[np.argsort(flat[:, 0], kind="stable")]
        return cls(flat[:, 0], flat[:, 1], flat[:, 2])


class Cover:
    """Which of the spans covers a character, of two the one that begins later; span 0 is none and stands nowhere."""

    def __init__(self, spans: Spans, length: int) -> None:
        zero = np.zeros(1, np.int64)
        self.start = np.concatenate((zero - 1, spans.start))
        self.end = np.concatenate((zero - 1, spans.end))
        self.number = np.concatenate((zero, spans.number))
        count = len(spans.start)
        edges = np.empty(2 * count + 2, np.int64)
        edges[0], edges[-1] = 0, length + 1
        edges[1:-1:2] = spans.start
        edges[2:-1:2] = np.minimum(spans.end, np.append(spans.start[1:], length))
        numbers = np.zeros(2 * count + 1, np.int64)
        numbers[1::2] = np.arange(1, count + 1)
        self.at: Positions = np.repeat(numbers, np.diff(edges))


class Joined:
    """Arrays over the characters of a batch of drafts.

    ``bounds`` is true where a word begins or ends, ``before`` and ``after`` are the nearest such offsets up to and from
    each offset, ``inner`` counts them. ``rules`` covers what the rules found, numbered by ``KINDS``; ``told`` says of each
    of these how a person was told, 0 of others; ``divisions`` covers names of divisions, numbered by their level;
    ``estates`` are offsets at which the name of a housing estate may end, ``greeted`` is true where somebody is greeted.
    """

    def __init__(self, drafts: Sequence[Draft]) -> None:
        gap = "\n" * GAP
        self.text = gap + gap.join([draft.text for draft in drafts]) + gap
        self.points = code_points(self.text)
        self.flags = _character_table().take(np.minimum(self.points, PLANE - 1))
        self.substrings = Substrings(self.points)
        lengths = np.fromiter([len(draft.text) for draft in drafts], np.int64, len(drafts))
        self.bases: Positions = GAP + np.cumsum(lengths + GAP) - lengths - GAP
        self.owner = np.concatenate(
            (np.zeros(GAP, np.int64), np.repeat(np.arange(len(drafts)), lengths + GAP), np.zeros(1, np.int64))
        )
        self._lay_words(drafts)
        self._lay_rules(drafts)
        self.greeted: NDArray[np.bool_] = np.zeros(len(self.points) + 1, np.bool_)
        for base, draft in zip(self.bases.tolist(), drafts, strict=True):
            for start, end in draft.greetings:
                self.greeted[base + start : base + end] = True
        self.estates: Positions = np.array(
            [base + end for base, draft in zip(self.bases.tolist(), drafts, strict=True) for end in draft.estates],
            np.int64,
        )

    def _lay_words(self, drafts: Sequence[Draft]) -> None:
        size = len(self.points) + 1
        counts = np.fromiter([len(draft.words.bounds) for draft in drafts], np.int64, len(drafts))
        offsets = np.fromiter(chain.from_iterable([draft.words.bounds for draft in drafts]), np.int64, counts.sum())
        self.bounds: NDArray[np.bool_] = np.zeros(size, np.bool_)
        self.bounds[offsets + np.repeat(self.bases, counts)] = True
        # Each line break of a gap is a word of its own, so that steps from word to word stay within it
        self.bounds[(np.append(self.bases, size - 1)[:, None] - np.arange(GAP + 1)).ravel()] = True
        borders = np.flatnonzero(self.bounds)
        self.before: Positions = np.repeat(borders, np.diff(borders, append=size))
        self.after: Positions = np.repeat(borders, np.diff(borders, prepend=-1))
        self.inner: Positions = np.cumsum(self.bounds)

    def _lay_rules(self, drafts: Sequence[Draft]) -> None:
        bases = self.bases.tolist()
        size = len(self.points)
        person = KINDS[EntityKind.PERSON]
        found = [
            (base + entity.start, base + entity.end, NUMBERS[id(entity.kind)])
            for base, draft in zip(bases, drafts, strict=True)
            for entity in draft.found
        ]
        named = [
            (base + mention.start, base + mention.end, person + 16 * NUMBERS[id(mention.told)])
            for base, draft in zip(bases, drafts, strict=True)
            for mention in draft.mentions
        ]
        self.rules = Cover(Spans.of(found + named), size)
        self.told: Positions = self.rules.number >> 4
        self.rules.number &= 15
        self.divisions = Cover(
            Spans.of(
                (base + match.start, base + match.end, len(match.code) // 2 + (0 if match.certain else 4))
                for base, draft in zip(bases, drafts, strict=True)
                for match in draft.divisions
            ),
            size,
        )

    def found(self, kind: EntityKind) -> tuple[Positions, Positions]:
        """Starts and ends of what the rules found of a kind."""
        these = np.flatnonzero(self.rules.number == KINDS[kind])
        return self.rules.start[these], self.rules.end[these]
