"""What a person may decide of a reading, and what follows for the risk.

The rule: a person's labels and flags outrank the model's.

- **Score**: points of labels, ``refer`` and ``urgent`` follow the decision; what the text gives (sums, people, the rank
  of the accused, evidence, danger) stays.
- **Floors**: the rules of the policy are asked again with the decided labels and flags. So a person raises a report
  above what a model saw, and may lift a floor that rested on labels or flags which are not there; no model ever does.
  A rule that rests on the text alone, such as danger to life, is lifted by nobody. Of an order that the text tells only
  those rules know that held before.
- **Rejecting** says that the reading is of no use, not that it is too grave: the categories go, refer, urgent and level
  stay, and a report that was low waits for a person.
- **Only a correction lowers**. Confirming and rejecting speak of the machine's reading; what its case, an earlier reading
  or another person's correction gave the report beyond that (a proposal, urgency, a level) stays with it.

What a decision lowers stands in its row, in ``lowered``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial

from corpora.taxonomy import load_taxonomy
from triage.errors import BadInput, TooLarge
from triage.model import Assessment, EntityKind, Level, Point, Report, Review, Risk, Ruling, Speaker
from triage.policy import Facts, FloorRule, Policy
from triage.review.rereading import EARLIER
from triage.store import Priority, ReadRow
from triage.store.seen import Seen
from triage.text.money_by_heads import find_products
from triage.text.normalise import Normalised, normalise
from triage.text.signals import find_signals
from triage.text.spaced import closed_up

MOST_NOTE = 4000
"""Characters of a note."""
MOST_CATEGORIES = 24
KEPT = "decided_before"
"""The code of a level that a report had when its reading was confirmed or rejected, and that the reading does not give."""


@dataclass(frozen=True, slots=True)
class Said:
    """A decision as it comes in; of a correction everything but the note is needed, of the others nothing else.

    ``seen`` is what the person had before them; None where they do not say.
    """

    decision: Ruling
    categories: tuple[str, ...] | None = None
    refer: bool | None = None
    urgent: bool | None = None
    note: str | None = None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """What was decided; of a rejected reading no category, and None for the flags."""

    decision: Ruling
    categories: tuple[str, ...]
    refer: bool | None
    urgent: bool | None
    note: str | None = None

    @classmethod
    def of(cls, review: Review) -> Labels:
        """What a stored review decided."""
        return cls(review.decision, review.categories, review.refer, review.urgent, review.note)


def checked(said: Said, machine: Assessment) -> Labels:
    """The labels that a decision gives a report.

    Args:
        said: what the person says.
        machine: the reading it is said of; its labels are the known codes, beside those of the scheme.

    Raises:
        BadInput: names the field and the rule that it breaks.
    """
    note = _note(said.note)
    given = {"categories": said.categories, "refer": said.refer, "urgent": said.urgent}
    if said.decision is Ruling.CORRECT:
        for field, value in given.items():
            if value is None:
                raise BadInput(field, "missing", "A correction tells categories, refer and urgent, all three.")
        categories = _categories(said.categories or (), machine.probabilities.keys())
        _fit(categories, bool(said.refer))
        return Labels(said.decision, categories, bool(said.refer), bool(said.urgent), note)
    for field, value in given.items():
        if value is not None:
            raise BadInput(field, "only_with_correct", "Only a correction gives labels; this decision takes none.")
    if said.decision is Ruling.REJECT:
        return Labels(said.decision, (), None, None, note)
    if not machine.categories:
        raise BadInput("decision", "nothing_read", "The model found no category: correct the reading, or reject it.")
    try:
        _fit(machine.categories, machine.refer)
    except BadInput as error:
        sentence = f"The reading breaks a rule itself, so it cannot be right as it is. {error.detail}"
        raise BadInput("decision", error.rule, sentence) from None
    return Labels(said.decision, machine.categories, machine.refer, machine.urgent, note)


def _note(note: str | None) -> str | None:
    if note is None or not note.strip():
        return None
    if len(note) > MOST_NOTE:
        raise TooLarge("note", "too_long", f"A note has at most {MOST_NOTE} characters.")
    return note.strip()


def _categories(given: tuple[str, ...], read: Collection[str]) -> tuple[str, ...]:
    """The codes in the order of the scheme, each once."""
    if not given:
        raise BadInput("categories", "empty", "Every report has a category; service_request or irrelevant if no other.")
    if len(given) > MOST_CATEGORIES:
        raise BadInput("categories", "too_many", f"A report has at most {MOST_CATEGORIES} categories.")
    ours = load_taxonomy().codes
    for code in given:
        if code not in ours and code not in read:
            raise BadInput("categories", "unknown", "There is no category of one of these codes.")
    order = {code: place for place, code in enumerate(ours)}
    return tuple(sorted(set(given), key=lambda code: (order.get(code, len(order)), code)))


def _fit(categories: tuple[str, ...], refer: bool) -> None:
    """Labels that contradict each other, by the labelling rules; codes of an office's own scheme contradict nothing."""
    known = [category for code in categories if (category := load_taxonomy().get(code))]
    if any(not category.misconduct for category in known) and len(categories) > 1:
        raise BadInput(
            "categories", "stands_alone", "service_request and irrelevant stand alone: no other label beside them."
        )
    if refer and len(known) == len(categories) and not any(category.misconduct for category in known):
        raise BadInput("refer", "without_misconduct", "A report without any misconduct label is not referred.")


def holding(machine: Assessment, labels: Labels, policy: Policy, report: Report | None = None) -> Assessment:
    """The reading as it holds after a decision: decided labels and flags, and the risk that follows from them.

    ``report`` is what was read: it tells of orders and dangers that no line of the scorecard names, and what a sum by the
    head (每户三千元，八十户) comes to.
    """
    if labels.refer is None or labels.urgent is None:
        level = Level.PERSON if machine.risk.level is Level.LOW else machine.risk.level
        return replace(machine, categories=(), risk=replace(machine.risk, level=level))
    decided = replace(machine, categories=labels.categories, refer=labels.refer, urgent=labels.urgent)
    if decided == machine:
        return machine
    return replace(decided, risk=_risk(decided, policy, report))


def kept(decided: Assessment, ruling: Ruling, before: Priority, policy: Policy, own: Level = Level.LOW) -> Assessment:
    """A decided reading, no less urgent and no lower than its report was before, unless it was corrected.

    The level that its case gives follows from the case's points, and is not kept when they go.

    Args:
        decided: the reading as the decision alone has it hold.
        ruling: what was decided.
        before: the priority of the report as it stood.
        policy: whose levels a score gives.
        own: the level that held before, whatever its case adds; a case that gives as much hides it in ``before``.
    """
    if ruling is Ruling.CORRECT:
        return decided
    risk, points = decided.risk, before.corroboration
    known = max(risk.level, policy.levels.of(risk.score + points), key=lambda one: one.rank) if points else risk.level
    given = max(before.level if before.level.rank > known.rank else risk.level, own, key=lambda one: one.rank)
    # Whom a report waited for is told by its reading, and no level that somebody gave it
    if given.rank > max(risk.level.rank, Level.PERSON.rank):
        risk = replace(risk, level=given, floor=(*risk.floor, Point(KEPT, 0.0)))
    return replace(decided, urgent=decided.urgent or before.urgent, risk=risk)


def as_held(row: ReadRow, policy: Policy) -> ReadRow:
    """A stored report to be shown: its risk is taken apart as it follows from what was decided."""
    return row if row.review is None else replace(row, assessment=held(row, policy))


def held(row: ReadRow, policy: Policy) -> Assessment:
    """The reading of a stored report as it holds, with the risk that follows from what was decided."""
    if row.review is None or row.machine is None:
        return row.assessment
    labels, own = Labels.of(row.review), Level.LOW
    if row.corrected is not None:
        own = holding(row.machine, Labels.of(row.corrected), policy, row.report).risk.level
    return kept(holding(row.machine, labels, policy, row.report), labels.decision, row.priority, policy, own)


def _risk(decided: Assessment, policy: Policy, report: Report | None) -> Risk:
    points = _points(decided, policy, report)
    score = round(sum(point.points for point in points), 4)
    facts = _facts(decided, report)
    before = {point.code for point in decided.risk.floor}
    rules = [rule for rule in policy.floors if rule.holds(facts) or (rule.code in before and _fits(rule, facts))]
    level = max([policy.levels.of(score), *(rule.level for rule in rules)], key=lambda one: one.rank)
    return Risk(level, score, tuple(Point(rule.code, 0.0) for rule in rules), points)


def _points(decided: Assessment, policy: Policy, report: Report | None) -> tuple[Point, ...]:
    """The scorecard with the lines of labels and flags made anew, in the order of the policy.

    How many people it happened to counts only beside a wrong, so a reading without labels has no line of it.
    """
    risk = policy.risk
    labels = sorted(decided.categories, key=lambda code: (-risk.label_points(code), code))
    points = [
        Point(f"label:{code}", risk.label_points(code) * (risk.further_label if place else 1.0))
        for place, code in enumerate(labels)
    ]
    own = {"refer", "urgent", EARLIER}
    points += [one for one in decided.risk.points if one.code not in own and not one.code.startswith("label:")]
    if labels and report is not None and all(one.code != "people" for one in points):
        points.append(Point("people", policy.risk.people_points(_people(report))))
    points.append(Point("refer", risk.refer if decided.refer else 0.0))
    points.append(Point("urgent", risk.urgent if decided.urgent else 0.0))
    return tuple(point for point in points if point.points > 0)


def _people(report: Report) -> int:
    """The largest number of people that a report tells of."""
    signals = find_signals(_told(report, closed_up(normalise(report.text))))
    return max((int(one.value) for one in signals if one.kind == "people"), default=0)


def _facts(decided: Assessment, report: Report | None) -> Facts:
    """What the floor rules look at, as far as a stored reading and the report tell it."""
    dangers = {point.code.removeprefix("danger:") for point in decided.risk.points if point.code.startswith("danger:")}
    plain = closed_up(normalise(report.text)) if report else None
    signals = find_signals(_told(report, plain)) if report and plain is not None else ()
    return Facts(
        refer=decided.refer,
        urgent=decided.urgent,
        labels=frozenset(decided.categories),
        dangers=frozenset(dangers.union(signal.value for signal in signals if signal.kind == "danger")),
        order=any(signal.kind == "order" for signal in signals),
        fen=max(_sums(decided, plain), default=0),
        rank=decided.accused_level,
    )


def _told(report: Report, plain: Normalised) -> str:
    """The words of the one who reports, as they are read: of a transcript the caller's."""
    if not report.turns:
        return plain.text
    said = "\n".join(turn.text for turn in report.turns if turn.speaker is Speaker.CALLER)
    return closed_up(normalise(said)).text


def _sums(decided: Assessment, plain: Normalised | None) -> Iterator[int]:
    """The sums in fen that a text names, and those that it tells by the head, as reading counts them."""
    amounts = [entity for entity in decided.entities if entity.kind is EntityKind.AMOUNT and entity.fen]
    yield from (entity.fen or 0 for entity in amounts)
    if amounts and plain is not None:
        at = partial(bisect_left, plain.starts)
        placed = (replace(entity, start=at(entity.start), end=at(entity.end)) for entity in amounts)
        yield from (product.fen for product in find_products(plain.text, placed))


def _fits(rule: FloorRule, facts: Facts) -> bool:
    """Whether the labels and flags that a rule names still stand; what it asks of the text held already."""
    return (
        (rule.refer is None or rule.refer == facts.refer)
        and (rule.urgent is None or rule.urgent == facts.urgent)
        and (not rule.any_label or not facts.labels.isdisjoint(rule.any_label))
    )
