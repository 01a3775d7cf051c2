"""Whose business a report is: the division it speaks of, and the level of office that handles an official's rank.

Officials are handled by the commission of the level that appoints them (2020 work rules, chapter on handling by
level): village and township posts by the county, county posts by the prefecture, and so on up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from triage.codes import LEVEL_OF_DIGITS
from triage.model import Entity, EntityKind, Rank

COUNTY_DIGITS = 6
_DIGITS = {Rank.NATION: 0, **{level: digits for digits, level in LEVEL_OF_DIGITS.items()}}


Suspects = Callable[[str, int, int], bool]
"""Whether an office is accused where a normalised text names it; called with the text, first and last character of the name."""


def nobody_suspected(_text: str, _start: int, _end: int) -> bool:
    """Where nothing was learned: only who is known by name to work there is."""
    return False


@dataclass(frozen=True, slots=True)
class Desk:
    """The own office: its division code (empty for a national desk), its level, the name of its head if told, and what says
    whether an office is accused, be it the own or one that it would send reports to.
    """

    division: str
    level: Rank
    head: str | None = None
    suspects: Suspects = field(default=nobody_suspected, compare=False, repr=False)


def handling_level(accused: Rank) -> Rank:
    """The level of the office that handles an official of this rank; an unknown rank goes to the county."""
    return Rank.COUNTY if accused < Rank.COUNTY else Rank(min(accused + 1, Rank.NATION))


def office_digits(level: Rank) -> int:
    """How many digits of a division code name the area of an office of this level."""
    return _DIGITS.get(level, COUNTY_DIGITS)


def division_of(entities: Iterable[Entity], told: str | None, desk: Desk) -> str:
    """The division a report speaks of.

    What the sender or a channel told stands first, made more exact by a place within it that the text names; unless it
    only repeats what the own desk knows (the province of a county's desk). Else the place named most often in the text,
    the more exact one among equals, the first among those; else the own desk's division, so that a report without any
    place is still somebody's.

    Args:
        entities: of the assessment.
        told: division code resolved from the submission's place, if any.
        desk: the own office.
    """
    named = [entity.code for entity in entities if entity.kind is EntityKind.PLACE and entity.code]
    if told and (told == desk.division or not desk.division.startswith(told)):
        named = [code for code in named if code.startswith(told)] or [told]
    if not named:
        return desk.division
    # A county counts for its townships too, so a letter that names one county in three ways is about that county.
    county = Counter(code[:COUNTY_DIGITS] for code in named if len(code) >= COUNTY_DIGITS)
    if not county:
        return max(named, key=len)
    best = max(county.values())
    first = next(code[:COUNTY_DIGITS] for code in named if county.get(code[:COUNTY_DIGITS]) == best)
    return max((code for code in named if code.startswith(first)), key=len)
