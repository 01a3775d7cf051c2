"""The route of a report: own desk, down, on to another place, or sealed and passed up."""

from __future__ import annotations

from collections.abc import Sequence

from triage.codes import ABOVE_OFFICE, AT_ONCE, AT_ONCE_FLOORS, HEADS_OFFICE, IN_OFFICE, OFFICE_ACCUSED
from triage.model import Assessment, Level, Office, Rank, Route, Way
from triage.referral.conflicts import heads_the_desk
from triage.referral.jurisdiction import Desk, handling_level, office_digits
from triage.referral.named_offices import DEPARTMENT, DISCIPLINE
from triage.referral.units import Accused, accused_units


def route(
    assessment: Assessment, division: str, desk: Desk, offices: Sequence[Office], text: str = "", words: str = ""
) -> Route:
    """Where a report goes and why.

    Sealed and passed up: the accused stands above the own level, or the head of the own office is told of, or that office
    or somebody of its staff is accused (protection.md); such a route tells that, whether it must go at once, and nothing
    else that was read out of the text, for it is kept in clear. Down: the level that handles the accused lies below the own. On: the matter lies outside the own area.
    Otherwise it stays. ``refer`` says whether it is proposed to discipline investigators: the readers say so, or the risk
    is high. An office that is accused itself, or whose staff is, is never proposed.

    Args:
        assessment: what the readers made of the report.
        division: the division it speaks of.
        desk: the own office.
        offices: known offices, from which the proposed one is taken.
        text: normalised, without those who are only greeted or addressed; the head's name is looked for in it.
        words: normalised, of whoever reports; the offices that are accused are looked for in it.
    """
    accused = accused_units(assessment.entities, words, division, desk, offices)
    heads = heads_the_desk(assessment, desk, text, words)
    sealed = {
        HEADS_OFFICE: heads,
        IN_OFFICE: accused.own and not heads,
        ABOVE_OFFICE: assessment.accused_level > desk.level or accused.above,
    }
    if any(sealed.values()):
        codes = {**sealed, AT_ONCE: _presses(assessment)}
        return Route(Way.SEALED_UP, desk.division, None, False, tuple(code for code, holds in codes.items() if holds))
    refer = assessment.refer or assessment.risk.level.rank >= Level.HIGH.rank
    reasons = _reasons(assessment, division, desk)
    level = max(handling_level(assessment.accused_level), accused.level)
    office, passed_over = _proposed(offices, division, level, DISCIPLINE if refer else DEPARTMENT, accused)
    office_id = office.id if office else None
    if passed_over:
        reasons = (*reasons, OFFICE_ACCUSED)
    way, because = _way(division, level, desk)
    return Route(way, division, office_id, refer, (*because, *reasons))


def office_above(desk: Desk, offices: Sequence[Office]) -> Office | None:
    """The discipline office that sealed reports of the own office go up to: the next level's whose area holds the own.

    It follows from the desk alone. Whom a sealed report accuses is kept nowhere; where that is somebody of a level higher
    still, the office above seals it again and passes it on.
    """
    if desk.level is Rank.NATION:
        return None
    return _office(offices, desk.division, Rank(desk.level + 1), DISCIPLINE)


def _way(division: str, level: Rank, desk: Desk) -> tuple[Way, tuple[str, ...]]:
    """Where a report that is not sealed goes from the own desk, and why."""
    if not division.startswith(desk.division):
        return Way.ON, ("other_place",)
    return (Way.DOWN, ("handled_below",)) if level < desk.level else (Way.OWN, ())


def _presses(assessment: Assessment) -> bool:
    """Whether somebody is in danger, or is made to suffer for having reported: protection.md lets neither wait."""
    return assessment.urgent or any(point.code in AT_ONCE_FLOORS for point in assessment.risk.floor)


def _reasons(assessment: Assessment, division: str, desk: Desk) -> tuple[str, ...]:
    told = {
        "refer": assessment.refer,
        "urgent": assessment.urgent,
        f"risk_{assessment.risk.level}": assessment.risk.level.rank >= Level.HIGH.rank,
        "person_reads": assessment.risk.level is Level.PERSON,
        "place_unknown": division == desk.division and not any(entity.code for entity in assessment.entities),
    }
    return tuple(code for code, holds in told.items() if holds)


def _proposed(
    offices: Sequence[Office], division: str, level: Rank, kind: str, accused: Accused
) -> tuple[Office | None, bool]:
    """The office of this kind that nobody accuses, and whether one was passed over.

    Where no department is left, the matter is for those who watch over departments.
    """
    if not accused.offices:
        return _office(offices, division, level, kind), False
    free = [office for office in offices if office.id not in accused.offices]
    barred = [office for office in offices if office.id in accused.offices]
    passed_over = _office(barred, division, Rank.NONE, kind) is not None
    found = _office(free, division, level, kind)
    if found is None and passed_over and kind == DEPARTMENT:
        found = _office(free, division, level, DISCIPLINE)
    return found, passed_over


def _office(offices: Sequence[Office], division: str, level: Rank, kind: str) -> Office | None:
    """The office of this kind whose area holds the division, at the level wanted or the next one above it."""
    fitting = [
        office
        for office in offices
        if office.kind == kind
        and office.level >= level
        and division.startswith(office.division[: office_digits(office.level)])
    ]
    return min(fitting, key=lambda office: (office.level, -len(office.division), office.id), default=None)
