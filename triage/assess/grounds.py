"""The passages that a risk decision rests on: for each condition of a rule and each line of the scorecard where it is told.

In: findings, their scores, the level of the accused; out: spans in offsets of the text as received.
"""

from __future__ import annotations

from models.category import Scores
from models.reasons import Explanation
from triage.assess.findings import Findings
from triage.model import EntityKind, Rank, Role
from triage.policy import FloorRule

Spans = tuple[tuple[int, int], ...]
_MOST_PASSAGES = 2


def passages_of(why: Explanation | None, found: Findings) -> Spans:
    """The passages that speak most for a label or a flag, the strongest first."""
    if why is None:
        return ()
    best = sorted((span for span in why.spans if span.weight > 0), key=lambda span: -span.weight)
    return tuple(found.view.span(span.start, span.end) for span in best[:_MOST_PASSAGES])


def of_accused(found: Findings, rank: Rank) -> Spans:
    """Where the text names who stands on the level that was read for the accused: the person, else the post."""
    if rank is Rank.NONE:
        return ()
    entities = [entity for entity in found.entities if entity.rank == rank]
    people = [one for one in entities if one.kind is EntityKind.PERSON and one.role is Role.ACCUSED]
    posts = [one for one in entities if one.kind is EntityKind.POSITION]
    return tuple(found.view.span(one.start, one.end) for one in (people or posts)[:1])


def of_rule(rule: FloorRule, found: Findings, scores: Scores, largest: Spans, accused: Rank) -> Spans:
    """What makes a rule hold: the passages of each of its conditions, each passage once, in their order.

    ``largest`` is where the largest sum is told.
    """
    spans: list[tuple[int, int]] = []
    reasons = scores.reasons
    for code in (code for code in scores.categories if code in rule.any_label):
        spans += passages_of(reasons.get(code), found)[:1]
    for flag, asked in (("refer", rule.refer), ("urgent", rule.urgent)):
        if asked and not rule.any_label:
            spans += passages_of(reasons.get(flag), found)[:1]
    for kind, values in (("danger", rule.any_danger), ("order", ("order",) if rule.order else ())):
        told = [one for one in found.signals if one.kind == kind and (kind == "order" or one.value in values)]
        spans += [found.view.span(one.start, one.end) for one in told[:_MOST_PASSAGES]]
    if rule.from_yuan is not None:
        spans += largest
    if rule.from_rank is not None:
        spans += of_accused(found, accused)
    return tuple(sorted(dict.fromkeys(spans)))
