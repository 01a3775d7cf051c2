"""The units of the accused, which see nothing of a report: the own office, and the offices that reports go to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from triage.model import Entity, Office, Rank
from triage.referral.bodies import Body, accused_bodies, accused_under
from triage.referral.jurisdiction import Desk, office_digits
from triage.referral.named_offices import DISCIPLINE, OWN
from triage.text.spaced import mention

_SAMPLE, _LEAST_NAME = "(示例)", 5


@dataclass(frozen=True, slots=True)
class Accused:
    """What of the known offices a report accuses.

    ``own``: the own office or its staff; ``above``: those of a commission that stands above it; ``offices``: ids of known
    ones; ``level``: of the office that handles staff of a commission, NONE where none is accused.
    """

    own: bool = False
    above: bool = False
    offices: frozenset[str] = frozenset()
    level: Rank = Rank.NONE


NOBODY = Accused()


def accused_units(
    entities: Sequence[Entity], words: str, division: str, desk: Desk, offices: Sequence[Office]
) -> Accused:
    """The units of those whom a report accuses, as far as they are the own office or one that reports go to.

    Args:
        entities: of the assessment.
        words: normalised words of whoever reports.
        division: the division the report speaks of.
        desk: the own office, a discipline office.
        offices: known offices.
    """
    if not words:
        return NOBODY
    bodies = accused_bodies(entities, words, division, desk.suspects)
    names = _names(tuple((office.id, office.name) for office in offices))
    named = [name for name in names if name in words]
    called = accused_under(named, entities, words, division, desk.suspects) if named else ()
    if not bodies and not called:
        return NOBODY
    places = {entity.code for entity in entities if entity.code} | {division}
    own = any(_is_own(body, desk, places) for body in bodies)
    ids = {office.id for office in offices if any(_is(body, office, division, desk) for body in bodies)}
    ids |= {one for body in called for one in names[body.kind]}
    at_desk = {office.id for office in offices if _sits_at(office, desk)}
    commissions = [body for body in bodies if body.kind == DISCIPLINE]
    above = any(min(_levels(body, desk)) > desk.level for body in commissions)
    told = [max(_levels(body, desk)) for body in commissions]
    told += [office.level for office in offices if office.id in ids and office.kind == DISCIPLINE]
    level = min(max(told) + 1, Rank.NATION) if told else Rank.NONE
    return Accused(own or not at_desk.isdisjoint(ids), above, frozenset(ids), Rank(level))


def accused_at(names: Iterable[str], entities: Sequence[Entity], words: str, division: str, desk: Desk) -> bool:
    """Whether a report accuses a public body that is called by one of these names, or somebody there."""
    return bool(accused_under(names, entities, words, division, desk.suspects))


def _is_own(body: Body, desk: Desk, places: Iterable[str]) -> bool:
    """Whether a body is the own office: spoken to as such, or a commission of its level and place."""
    if body.kind == OWN:
        return True
    if body.kind != DISCIPLINE or desk.level not in _levels(body, desk):
        return False
    if body.code is not None:
        return body.code == desk.division
    return any(place.startswith(desk.division) or desk.division.startswith(place) for place in places)


def _is(body: Body, office: Office, division: str, desk: Desk) -> bool:
    """Whether a body is a known office: of its kind, level and place. A place that is not named is that of the report."""
    if body.kind != office.kind or office.level not in _levels(body, desk):
        return False
    digits = office_digits(office.level)
    return (body.code or division)[:digits] == office.division[:digits]


def _levels(body: Body, desk: Desk) -> frozenset[Rank]:
    """The levels a body may have: one that tells none is the one next door, or the own."""
    return body.levels or frozenset({Rank.COUNTY} | ({desk.level} if desk.level is not Rank.NATION else set()))


def _sits_at(office: Office, desk: Desk) -> bool:
    return office.kind == DISCIPLINE and office.level is desk.level and office.division == desk.division


@lru_cache(maxsize=4)
def _names(offices: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[str, ...]]:
    """The ids of offices by the names that the list gives them, those that are a name (群众举报受理室) and no bare word."""
    found: dict[str, tuple[str, ...]] = {}
    for office_id, told in offices:
        name = mention(told).removesuffix(_SAMPLE)
        if len(name) >= _LEAST_NAME:
            found[name] = (*found.get(name, ()), office_id)
    return found


__all__ = ["NOBODY", "Accused", "accused_at", "accused_units"]
