"""A person's decision on its way: checked, followed through risk, route and proposal, and written; and who is asked next.

Here the steps of reviewing and referral meet, as in ``pipeline``. The decision is written with all that follows from it
in one transaction; the line that it leaves in the outbox takes the report to its case and to the index again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from triage.model import Access, Assessment, Office, Report, Review, Route, Ruling, Way
from triage.policy import Policy, load_policy
from triage.referral import Desk, route
from triage.referral.words import titled_text, words_on_offices
from triage.renewal import lifted, priority_of
from triage.review import Labels, Said, Sampler, checked, holding, kept
from triage.review.decisions import KEPT
from triage.review.decisions import held as held_before
from triage.review.sampling import FEW, UNKNOWN_THRESHOLD
from triage.settings import Settings
from triage.store import Drawn, OutboxItem, Priority, ReadRow, Reviewed, Store
from triage.store.reviews import demand_reviewer
from triage.store.seen import demand_seen
from triage.suspecting import Suspecting

BY_PERSON = "person_decided"
"""The reason of a route that a person decided on."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What deciding needs beside the decision: the own office, the offices that reports go to, the rules in force."""

    store: Store
    desk: Desk
    offices: Sequence[Office]
    policy: Policy

    def review(self, report_id: str, said: Said, access: Access) -> Review:
        """Decides on the reading of a report.

        Raises:
            NotAllowed: a role that does not decide.
            NotFound: unknown, or not visible to this access.
            BadInput: the decision breaks a rule; names the field.
            Changed: it was read anew, or somebody else decided, since it was looked at, or meanwhile.
        """
        demand_reviewer(access)
        row = self.store.row(report_id, access)
        if said.seen is not None:
            demand_seen(said.seen, row, access)
        machine = row.machine or row.assessment
        labels = checked(said, machine)
        holds = holding(machine, labels, self.policy, row.report)
        held = kept(holds, labels.decision, row.priority, self.policy, held_before(row, self.policy).risk.level)
        points = row.priority.corroboration
        # By the level that its case gives it, so that what an office has before it stays there
        way = self.way(lifted(held, self.policy, points), labels, row)
        priority = priority_of(held, way.refer, self.policy, points)
        return self.store.reviews.save(
            Reviewed(
                report_id=report_id,
                assessment_id=row.assessment_id,
                before=row.review.id if row.review else None,
                decision=labels.decision,
                categories=labels.categories,
                refer=labels.refer,
                urgent=labels.urgent,
                lowered=_lowered(row, priority),
                note=labels.note,
                holding=held,
                priority=priority,
                route=way,
            ),
            access,
        )

    def way(self, held: Assessment, labels: Labels, row: ReadRow) -> Route:
        """Where a decided report goes.

        Who corrects says in so many words whether it is to be referred, and that holds, also where the level alone
        would propose it; after the other decisions what was proposed stays so.
        """
        words = words_on_offices(row.report)
        found = decided_way(route(held, row.report.division, self.desk, self.offices, words=words), labels)
        if labels.decision is Ruling.CORRECT or found.way is Way.SEALED_UP or found.refer or not row.priority.refer:
            return found
        return replace(found, refer=True, reasons=(*found.reasons, KEPT))


def desk_of(settings: Settings) -> Desk:
    """The own office as the settings tell it, and what was learned of letters that accuse an office."""
    head = settings.office_head or None
    return Desk(settings.office_division, settings.office_level, head, Suspecting(settings.models_dir))


def words_on_head(report: Report, desk: Desk) -> str:
    """A report's words without those who are only greeted, in which the head's name is looked for; empty if none is known.

    Where reports are read or read again; a decision on a reading looks for nobody whom reading did not find.
    """
    if not desk.head:
        return ""
    # The language pipeline comes with it: only who reads pays for that
    from triage.assess.greetings import unaddressed

    return unaddressed(titled_text(report))


def open_panel(settings: Settings, store: Store) -> Panel:
    """What deciding on readings needs, under the rules in force."""
    return Panel(store, desk_of(settings), store.offices(), load_policy(settings.data_dir))


def decided_way(found: Route, labels: Labels) -> Route:
    """A route as it holds after a decision."""
    if labels.decision is not Ruling.CORRECT or found.way is Way.SEALED_UP:
        return found
    return replace(found, refer=bool(labels.refer), reasons=(*found.reasons, BY_PERSON))


def _lowered(row: ReadRow, now: Priority) -> tuple[str, ...]:
    before = row.priority
    marks = {
        "refer": before.refer and not now.refer,
        "urgent": before.urgent and not now.urgent,
        "level": before.level.rank > now.level.rank,
    }
    return tuple(name for name, holds in marks.items() if holds)


@dataclass
class ReviewSet:
    """Keeps the review set as reports come by on their way to the index; one for each worker process."""

    store: Store
    refer_from: float = UNKNOWN_THRESHOLD
    _often: frozenset[str] | None = field(default=None)

    def take_in(self, items: Sequence[OutboxItem]) -> None:
        """Draws reports that nobody decided on; those that left the index leave the set too."""
        open_ones = [item.row for item in items if item.row is not None and item.row.review is None]
        if any(item.row is not None and item.row.review is not None for item in items):
            self._often = None
        self.store.reviews.draw(self._drawn(open_ones), [item.report_id for item in items if item.row is None])

    def _drawn(self, rows: Sequence[ReadRow]) -> list[Drawn]:
        if not rows:
            return []
        if self._often is None:
            counts = self.store.reviews.by_category()
            self._often = frozenset(code for code, decided in counts.items() if decided >= FEW)
        sampler = Sampler(self.store.subkey("review"), self.refer_from, self._often)
        return [sampler.draw(row) for row in rows]


def standing_labels(store: Store, report_ids: Sequence[str]) -> dict[str, tuple[Labels, str]]:
    """For the worker, of reports that it reads anew: what people decided of them, and the id of that decision."""
    return {one: (Labels.of(review), review.id) for one, review in store.reviews.standing(report_ids).items()}


__all__ = ["BY_PERSON", "Panel", "ReviewSet", "decided_way", "desk_of", "open_panel", "standing_labels"]
