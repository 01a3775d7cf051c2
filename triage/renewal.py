"""Cases and what they add to urgency, derived anew from the ledger for the reports whose lines have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from triage.cases import clusters, voices
from triage.cases.voices import ADDS, COPY, QUOTES, SAME_SENDER
from triage.floods import found_in, renamed
from triage.model import Assessment, Case, Office, Rank, Ruling, Way
from triage.policy import Policy
from triage.referral import Desk, route
from triage.referral.words import words_on_offices
from triage.review import held
from triage.store import WORKER, About, Assessed, Component, OutboxItem, Priority, ReadRow, Store

_NATION = Desk("", Rank.NATION)
_ONE_VOICE = frozenset({COPY, SAME_SENDER, QUOTES, ADDS})


@dataclass
class Renewal:
    """Keeps cases as the ledger tells them; one for each worker process.

    A component too large to be walked through is a flood: its reports find a case, but the model takes nobody out of
    one and none is made more urgent, for what is seen of it depends on where one begins (see ``floods``). Whatever is
    derived from a whole component is the same from each of its reports, so that renewing comes to rest.
    """

    store: Store
    policy: Policy
    desk: Desk = _NATION
    offices: Sequence[Office] = ()
    _echoes: set[int] = field(default_factory=set)

    def renew(self, items: Sequence[OutboxItem]) -> None:
        """Writes down the cases of reports in the outbox and what they add.

        A line that stands there only because its report changed its case, or was made more urgent by it, tells nothing
        new of cases.
        """
        asked = [item.report_id for item in items if item.row is not None and item.seq not in self._echoes]
        self._echoes.difference_update(item.seq for item in items)
        if not asked:
            return
        cases: list[Case] = []
        heard: list[int] = []
        for component in self.store.components(asked, WORKER):
            if component.whole:
                found = clusters(component.report_ids, component.lines)
                cases += found
                heard += self._voices(component, found)
            else:
                flood = found_in(self.store, component)
                self._echoes.update(self.store.save_cases([*flood.leaving, *renamed(self.store, flood.leaving)]))
                self._echoes.update(self.store.add_to_cases(flood.newcomers))
                self._echoes.update(self.store.save_cases(flood.merged))
        self._echoes.update(self.store.save_cases([*cases, *renamed(self.store, cases)]))
        self._corroborate(cases, heard)

    def _voices(self, component: Component, found: Sequence[Case]) -> list[int]:
        """The voices of each case; copies may be told as such only by way of others that belong elsewhere by now."""
        lines = (*component.lines, *component.beside)
        heard = voices(found, lines)
        if component.beside and max(heard) > 1:
            more = self.store.casework.beyond(component, _ONE_VOICE)
            return voices(found, (*lines, *more)) if more else heard
        return heard

    def _corroborate(self, cases: Sequence[Case], heard: Sequence[int]) -> None:
        """Adds a priority to each report whose case has more, or fewer, independent voices than it had."""
        added: dict[str, float] = {}
        for case, count in zip(cases, heard, strict=True):
            points = points_of(self.policy, count)
            added.update(dict.fromkeys(case.report_ids, points))
        before = self.store.corroborations(list(added), WORKER)
        changed = [report_id for report_id, points in before.items() if points != added[report_id]]
        changed += self.store.unproposed([one for one, points in added.items() if points > 0], WORKER)
        rows = self.store.rows(list(dict.fromkeys(changed)), WORKER, act="corroborate") if changed else {}
        made = {one: self._lifted(row, added[one]) for one, row in rows.items()}
        self._echoes.update(
            self.store.save_priorities(
                {
                    one: item.priority
                    for one, item in made.items()
                    if item.priority and item.priority != rows[one].priority
                },
                {one: item for one, item in made.items() if item.route.refer and not rows[one].priority.refer},
            )
        )

    def _lifted(self, row: ReadRow, points: float) -> Assessed:
        """A report with the priority that its case gives it, and its route by that: of high risk it is proposed.

        What was proposed stays so when the case adds less. Who corrected a report has said whether it is, and nothing is
        sealed here: that follows from reading alone.
        """
        reading, corrected = held(row, self.policy), row.review is not None and row.review.decision is Ruling.CORRECT
        priority = priority_of(reading, row.priority.refer, self.policy, points, row.review.id if row.review else None)
        words = words_on_offices(row.report)
        way = route(lifted(reading, self.policy, points), row.report.division, self.desk, self.offices, words=words)
        refer = way.refer and points > 0 and not corrected and way.way is not Way.SEALED_UP
        way = replace(way, refer=refer or row.priority.refer)
        return Assessed(row.report.id, reading, way, replace(priority, refer=way.refer, reading=row.assessment_id))


def news_in(items: Sequence[OutboxItem]) -> tuple[set[str], dict[str, str]]:
    """The reports of a batch in which something is new; and of those that only changed their case the one before.

    A report that stood alone is told to have been in a case that bears its own name.
    """
    news = {item.report_id for item in items if item.about is About.ANYTHING}
    moved: dict[str, str] = {}
    for item in items:
        if item.about is About.MOVED and item.report_id not in news:
            moved.setdefault(item.report_id, item.case_before or item.report_id)
    return news, moved


def points_of(policy: Policy, voices: int) -> float:
    """What a case of so many independent voices adds to the urgency of each of its reports."""
    rules = policy.corroboration
    return min(rules.cap, rules.per_independent_report * (voices - 1))


def lifted(assessment: Assessment, policy: Policy, points: float) -> Assessment:
    """A reading at the level that its case's points give it, by which its report is routed."""
    level = priority_of(assessment, assessment.refer, policy, points).level
    return replace(assessment, risk=replace(assessment.risk, level=level))


def priority_of(
    assessment: Assessment, refer: bool, policy: Policy, points: float = 0.0, review: str | None = None
) -> Priority:
    """Urgency of a report: what its text gives, and the points that independent reports of its case add; never less.

    ``assessment`` is the reading as it holds; ``review`` is the decision that it rests on, if a person made one.
    """
    risk = assessment.risk
    level = max(risk.level, policy.levels.of(risk.score + points), key=lambda one: one.rank) if points else risk.level
    return Priority(level, risk.score + points, refer, assessment.urgent, points, policy.version, review)
