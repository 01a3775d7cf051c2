"""What becomes of a reading on its way: what holds of it, where its report goes, how urgent it is.

A report that was read before and comes into the queue again, because its reading did not open any more perhaps, is
treated as one that another model reads again: neither level nor score, referral or urgency falls, its case goes on
counting, and what an office has before it stays there. Only a person takes any of that away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from triage.model import Assessment, Office, Report, Risk, Route, Way
from triage.policy import Policy
from triage.referral import Desk, division_of, route
from triage.referral.words import words_on_offices
from triage.renewal import priority_of
from triage.review import Labels, holding
from triage.review.rereading import EARLIER, not_below
from triage.reviewing import decided_way, standing_labels, words_on_head
from triage.store import Priority, Store
from triage.store.added import First, presses, with_reasons
from triage.store.rereading import Stood


@dataclass(frozen=True, slots=True)
class Routed:
    """A reading as it is kept, where its report goes, and how urgent that is."""

    report: Report
    read: Assessment
    way: Route
    priority: Priority


@dataclass(frozen=True, slots=True)
class Router:
    """What routing needs beside readings: the own desk, the offices that reports go to, the rules in force.

    ``place_code`` resolves the place that a sender told to a division code.
    """

    store: Store
    desk: Desk
    offices: Sequence[Office]
    policy: Policy
    place_code: Callable[[str], str | None]

    def routed(self, read: Sequence[tuple[Report, Assessment]]) -> list[Routed]:
        """Routes reports by their readings, in their order."""
        ids = [report.id for report, _ in read]
        decided, stood = standing_labels(self.store, ids), self.store.rereading.stood(ids)
        firsts = self.store.dialogue.firsts(ids)
        return [
            self._routed(report, reading, decided.get(report.id), stood.get(report.id), firsts.get(report.id))
            for report, reading in read
        ]

    def _routed(
        self,
        report: Report,
        read: Assessment,
        decided: tuple[Labels, str] | None,
        stood: Stood | None,
        first: First | None,
    ) -> Routed:
        """Where a report goes, by what holds of its reading: what a person decided, and never less than stood."""
        if stood is not None:
            read = _no_less(read, stood, self.policy)
        labels, review = decided or (None, None)
        held = read if labels is None else holding(read, labels, self.policy, report)
        way = self._way(report, held, stood, first)
        if labels is not None:
            way = decided_way(way, labels)
        if stood is None:
            return Routed(report, read, way, priority_of(held, way.refer, self.policy, review=review))
        before = stood.priority
        if way.way is not Way.SEALED_UP and not way.refer and (stood.on_desk or before.refer):
            way = replace(way, refer=True, reasons=(*way.reasons, EARLIER))
        now = priority_of(held, way.refer, self.policy, before.corroboration, review)
        level = max(now.level, before.level, key=lambda level: level.rank)
        urgent = now.urgent or before.urgent
        return Routed(report, read, way, replace(now, level=level, score=max(now.score, before.score), urgent=urgent))

    def _way(self, report: Report, held: Assessment, stood: Stood | None, first: First | None) -> Route:
        """Where a reading sends its report; one that an office has before it stays in its place.

        What adds to another report lies where that one lies, and is sealed where that one is.
        """
        division = report.division
        if first is not None:
            division = first.division
        elif stood is None or not stood.on_desk:
            told = self.place_code(report.place) if report.place else None
            division = division_of(held.entities, told, self.desk)
        on_head, on_offices = words_on_head(report, self.desk), words_on_offices(report)
        found = route(held, division, self.desk, self.offices, on_head, on_offices)
        if first is None or first.sealed is None:
            return found
        return with_reasons(first.sealed, found, at_once=presses(held))


def _no_less(read: Assessment, stood: Stood, policy: Policy) -> Assessment:
    """A new reading, raised to what is known in clear of the one before: what it rested on may not open any more.

    The score that a person's decision gave is the decision's, not the reading's.
    """
    score = 0.0 if stood.priority.review else stood.priority.score - stood.priority.corroboration
    before = replace(read, refer=stood.refer, urgent=stood.urgent, risk=Risk(stood.level, score))
    return not_below(before, read, policy)


__all__ = ["Routed", "Router"]
