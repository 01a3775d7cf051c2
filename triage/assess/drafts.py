"""What the rules make of one Chinese text, before it is decided which names are ones."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.divisions import PlaceMatch
from triage.assess.mentions import Mention
from triage.assess.places import PlaceSpan
from triage.assess.words import Words
from triage.model import Entity


@dataclass(frozen=True, slots=True)
class Draft:
    """A text with its words and what was found in it, persons apart.

    ``found`` holds all entities but persons, ``mentions`` the persons, which overlap with none of them. ``places``
    holds all places by the rules, ``divisions`` the names of divisions. ``proposed`` holds what only a model may accept, ``estates`` where
    the name of a housing estate may end, ``greetings`` where somebody is greeted, who is no person of the matter.
    """

    text: str
    words: Words
    found: tuple[Entity, ...]
    mentions: tuple[Mention, ...]
    places: tuple[PlaceSpan, ...]
    divisions: tuple[PlaceMatch, ...]
    proposed: tuple[Entity, ...] = ()
    estates: tuple[int, ...] = ()
    greetings: tuple[tuple[int, int], ...] = ()
