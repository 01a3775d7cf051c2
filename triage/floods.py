"""Cases of floods: components too large to be walked through, of which only what lies near is seen.

In: the part that was seen; out: who leaves, who finds a case and which small cases join a large one. A person's word is
followed at any size: what they keep apart leaves or stays out, what they join comes together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from triage.cases import clusters
from triage.cases.clusters import keeps_apart
from triage.model import Case, Judgement, Verdict
from triage.store import WORKER, Component, Store
from triage.store.standing import by_person, joins, standing

_MANY = 500
"""A case of so many is no longer taken over into another one as a whole."""


@dataclass(slots=True)
class Found:
    """What is to be written down of a flood: reports that leave, reports without a case that get one, cases that join."""

    leaving: list[Case] = field(default_factory=list)
    newcomers: list[Case] = field(default_factory=list)
    merged: list[Case] = field(default_factory=list)


def found_in(store: Store, flood: Component) -> Found:
    """What the part of a flood that was seen changes."""
    holds = standing(flood.lines)
    words = [line for line in holds.values() if line.verdict is Verdict.DIFFERENT and by_person(line)]
    words += flood.apart
    ends = dict.fromkeys([*flood.report_ids, *(end for line in words for end in (line.report_id, line.other_id))])
    cases = dict(store.cases_of(list(ends), WORKER, most=_MANY + 1))
    found = Found()
    for line in words:
        one, other = cases.get(line.report_id), cases.get(line.other_id)
        if one is not None and other is not None and one.id == other.id:
            # The first of the line is the one that was taken out
            found.leaving.append(Case(line.report_id, (line.report_id,)))
            del cases[line.report_id]
    gone = {case.id for case in found.leaving}
    for seen in clusters(flood.report_ids, flood.lines):
        if len(seen.report_ids) > 1:
            stay = Case(seen.id, tuple(one for one in seen.report_ids if one not in gone))
            _take_in(store, stay, cases, list(holds.values()), found)
    return found


def _take_in(store: Store, seen: Case, cases: Mapping[str, Case], holds: Sequence[Judgement], found: Found) -> None:
    """Gives a group that belongs together one case, the largest that it reaches."""
    members = set(seen.report_ids)
    known = {cases[one].id: cases[one] for one in seen.report_ids if one in cases}
    # Of equal ones the oldest, whose name sorts first
    target = min(known, key=lambda name: (-len(known[name].report_ids), name)) if known else seen.id
    newcomers = [(one,) for one in seen.report_ids if one not in cases]
    others = [case for name, case in sorted(known.items()) if name != target and len(case.report_ids) <= _MANY]
    groups = [case.report_ids for case in others if members >= {*case.report_ids}]
    groups += [(one,) for case in others for one in _untied(store, case) if one in members]
    moving = [*newcomers, *dict.fromkeys(groups)]
    barred = _barred(store, moving, target, [line for line in holds if joins(line) and by_person(line)])
    found.newcomers.append(Case(target, tuple(one for (one,) in newcomers if one not in barred)))
    coming = [one for group in dict.fromkeys(groups) if not barred.intersection(group) for one in group]
    if coming:
        found.merged.append(Case(target, (*known[target].report_ids[:1], *coming)))


def _untied(store: Store, case: Case) -> list[str]:
    """Reports that no join ties to anybody of their case any more, as after a person took back what tied them."""
    members = set(case.report_ids)
    lines = standing(store.casework.lines_of(case.report_ids, WORKER)).items()
    tied = {end for pair, line in lines if joins(line) and members >= set(pair) for end in pair}
    return [one for one in case.report_ids if one not in tied]


def _barred(store: Store, moving: Sequence[tuple[str, ...]], target: str, by_people: Sequence[Judgement]) -> set[str]:
    """Those who have a foe in the case, seen or not; what a person joins, a person alone keeps apart."""
    group = {one: place for place, ids in enumerate(moving) for one in ids}
    tied = {
        group[one]
        for line in by_people
        for one, other in ((line.report_id, line.other_id), (line.other_id, line.report_id))
        if one in group and group.get(other) != group[one]
    }
    foes = [
        (one, other)
        for line in standing(store.casework.lines_of(list(group), WORKER)).values()
        if keeps_apart(line)
        for one, other in ((line.report_id, line.other_id), (line.other_id, line.report_id))
        if one in group and (by_person(line) or group[one] not in tied)
    ]
    homes = store.cases_of([other for _, other in foes], WORKER, most=1)
    return {one for one, other in foes if other in homes and homes[other].id == target}


def renamed(store: Store, derived: Sequence[Case]) -> list[Case]:
    """Cases that still bear the name of a report which is now in another one, under the name of a report of theirs."""
    settled = {one for case in derived for one in case.report_ids}
    under = store.casework.members_under([case.id for case in derived])
    again = []
    for ids in under.values():
        left = tuple(one for one in ids if one not in settled)
        if left:
            taken = store.casework.members_under(left[:_MANY])
            name = next((one for one in left if one not in taken), left[0])
            again.append(Case(name, left))
    return again
