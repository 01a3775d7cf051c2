"""What the rules make of one Chinese text, before it is decided which names are ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from corpora.divisions import PlaceMatch
from triage.assess.mentions import Mention
from triage.assess.places import PlaceSpan
from triage.assess.words import Words
from triage.model import Entity, EntityKind, Rank


class Proposal(NamedTuple):
    """What may be an entity at ``start`` to ``end``; a tuple, as a text has dozens, nearly all of them for nothing."""

    kind: EntityKind
    start: int
    end: int
    rank: Rank = Rank.NONE
    fen: int | None = None

    def entity(self, text: str) -> Entity:
        """The entity that it is in ``text``."""
        return Entity(self.kind, text[self.start : self.end], self.start, self.end, fen=self.fen, rank=self.rank)


@dataclass(frozen=True, slots=True)
class Draft:
    """A text with its words and what was found in it, persons apart.

    ``found`` holds all entities but persons, ``mentions`` the persons, which overlap with none of them. ``places``
    holds all places by the rules, ``divisions`` the names of divisions. ``proposed`` holds what only a model may accept, ``estates`` where
    the name of a housing estate may end, ``greetings`` where somebody is greeted, who is no person of the matter, ``fielded`` the
    persons of whom a form's label tells, ``figured`` where the sums and times begin of which one tells.
    """

    text: str
    words: Words
    found: tuple[Entity, ...]
    mentions: tuple[Mention, ...]
    places: tuple[PlaceSpan, ...]
    divisions: tuple[PlaceMatch, ...]
    proposed: tuple[Proposal, ...]
    estates: tuple[int, ...]
    greetings: tuple[tuple[int, int], ...]
    fielded: tuple[tuple[int, int], ...] = ()
    figured: frozenset[int] = frozenset()
