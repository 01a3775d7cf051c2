"""A case as an investigator opens it: what its reports say together, what holds them together, what is new, what lies near.

In: the id of a case and an access; out: a `CaseFile`, made on reading and never stored. Looking is noted: the next look
tells what has changed since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from triage.cases import LinkKeyer, from_bytes, told
from triage.cases.nearby import Lead, Shared, Tie, leads, shared
from triage.cases.passages import Passage, passages
from triage.cases.portrait import Portrait, Title, portrait
from triage.judging import may_undo
from triage.model import Access, Case, Judgement, Level
from triage.shown import for_portrait, shown, shown_entities
from triage.store import Decision, ReadRow, Store, Suggestion
from triage.store.standing import PERSON

MOST_SHOWN = 200
"""Reports of a case that are opened; of a flood the oldest."""
_MOST_LED = 50
_MOST_UNDER = 30
_MOST_NEAR = 10
_PREFECTURE = 4


@dataclass(frozen=True, slots=True)
class SuggestedLink:
    """A link for a person to confirm or reject, with the reasons in words; the level is that of the graver report."""

    report: str
    other: str
    probability: float
    level: Level
    score: float
    reasons: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Another matter that shares an official or a programme; ``reason`` says which, in Chinese and English.

    A name of other characters is told to sound alike, and both are shown.
    """

    case: str
    report: str
    place: str
    tie: Tie
    reason: str
    title: Title


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened since this reader's last look; ``since`` None: it is the first one.

    ``decisions`` are acts of other people.
    """

    since: datetime | None
    joined: tuple[str, ...]
    left: tuple[str, ...]
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All of it. ``undoable`` names the decisions that this reader may take back.

    ``rows`` are covered as staff see them. ``as_of`` is the number of the ledger's newest line when the case was read: an act that names it is refused once
    somebody else has judged these reports.
    """

    case: Case
    rows: Mapping[str, ReadRow]
    lines: tuple[Judgement, ...]
    portrait: Portrait
    passages: Mapping[str, tuple[Passage, ...]]
    decisions: tuple[Decision, ...]
    undoable: frozenset[str]
    suggestions: tuple[SuggestedLink, ...]
    near: tuple[Near, ...]
    changes: Changes
    as_of: int


def open_case(store: Store, case_id: str, access: Access) -> CaseFile:
    """A case as far as it is readable; any of its reports names it.

    Raises:
        NotFound: no readable report belongs to it.
        NotAllowed: a role that reads no reports.
    """
    # Both before the case is read: what is said while it is being read was not seen
    at, as_of = datetime.now(UTC), store.casework.newest()
    case = store.case(case_id, access)
    opened = case.report_ids[:MOST_SHOWN]
    rows = store.rows(opened, access)
    members = set(case.report_ids)
    lines = [line for line in store.ledger(opened, access) if line.report_id in members and line.other_id in members]
    decisions = store.casework.decisions_on(opened, access)
    covered = {name: shown(row).row for name, row in rows.items()}
    return CaseFile(
        case,
        covered,
        tuple(lines),
        portrait([for_portrait(row) for row in covered.values()]),
        passages(lines, rows),
        tuple(decisions),
        frozenset(one.id for one in decisions if may_undo(one, access)),
        suggested(store, store.casework.suggestions_on(opened, access), access),
        _near(store, case, rows, access),
        _changes(store, case, decisions, access, at),
        as_of,
    )


def suggested(store: Store, found: Sequence[Suggestion], access: Access) -> tuple[SuggestedLink, ...]:
    """Suggestions with their reasons in words, in the order given."""
    ends = list(dict.fromkeys(end for one in found for end in (one.line.report_id, one.line.other_id)))
    entities = {name: shown_entities(row) for name, row in store.rows(ends, access, act="suggestions").items()}
    return tuple(
        SuggestedLink(
            one.line.report_id,
            one.line.other_id,
            one.line.score,
            one.level,
            one.score,
            told(one.line, entities.get(one.line.report_id, ()), entities.get(one.line.other_id, ())),
            one.line.features,
        )
        for one in found
    )


def _changes(store: Store, case: Case, decisions: Sequence[Decision], access: Access, at: datetime) -> Changes:
    visit = store.casework.visit(case, access, at)
    if visit.seen_at is None:
        return Changes(None, (), (), ())
    seen, members = set(visit.report_ids), set(case.report_ids)
    # Of a large case those older than the oldest that was written down may have been in it as well
    told_from = next((place for place, one in enumerate(case.report_ids) if one in seen), 0) if visit.cut else 0
    return Changes(
        visit.seen_at,
        tuple(one for one in case.report_ids[told_from:] if one not in seen),
        tuple(one for one in visit.report_ids if one not in members),
        tuple(one.id for one in decisions if one.made_at > visit.seen_at and one.by != PERSON + access.principal),
    )


def _near(store: Store, case: Case, rows: Mapping[str, ReadRow], access: Access) -> tuple[Near, ...]:
    """At most ten, an official before a programme; of a namesake only those of the prefecture."""
    facts = store.link_facts(case.report_ids[:_MOST_LED], access)
    matters = [matter for one in facts.items() if (matter := from_bytes(*one)) is not None]
    found = leads(matters, LinkKeyer(store.subkey("link")))
    under = store.candidates([lead.key for lead in found], access, _MOST_UNDER)
    own = set(case.report_ids)
    met: defaultdict[str, list[Lead]] = defaultdict(list)
    for lead in found:
        for one in under.get(lead.key, ()):
            if one not in own:
                met[one].append(lead)
    homes = store.cases_of(list(met), access, most=1)
    first: dict[str, str] = {}
    for one in sorted(met, key=lambda name: (list(Tie).index(met[name][0].tie), name)):
        first.setdefault(homes[one].id if one in homes else one, one)
    around = {row.report.division[:_PREFECTURE] for row in rows.values()}
    near: list[tuple[Shared, Near]] = []
    opened = store.rows(list(first.values())[: 3 * _MOST_NEAR], access, act="near")
    for name, row in ((name, opened[one]) for name, one in first.items() if one in opened):
        covered = shown(row).row
        entities = covered.assessment.entities
        ties = [tied for lead in met[row.report.id] if (tied := shared(lead, entities))]
        if not ties:
            continue
        tied = min(ties, key=lambda one: one.rank)
        place, tie = row.report.division, tied.lead.tie
        if tie is Tie.SCHEME or place[:_PREFECTURE] in around:
            near.append(
                (tied, Near(name, row.report.id, place, tie, tied.words, portrait([for_portrait(covered)]).title))
            )
    near.sort(key=lambda one: one[0].rank)
    return tuple(one for _, one in near[:_MOST_NEAR])
