"""What a person had before them when they decided on a reading, and whether it still stands."""

from __future__ import annotations

from dataclasses import dataclass

from triage.errors import Changed
from triage.model import Access, Review
from triage.store.records import ReadRow


@dataclass(frozen=True, slots=True)
class Seen:
    """The reading that a person looked at, and the decision that stood on the report then.

    Without ``assessment_id`` the reading is not named; without ``review_id`` nobody had decided. In one word both are
    written as the id of the reading and, behind a dot, that of the decision.
    """

    assessment_id: str | None = None
    review_id: str | None = None

    @classmethod
    def of(cls, row: ReadRow) -> Seen:
        """What somebody sees who is shown this report."""
        return cls(row.assessment_id, row.review.id if row.review else None)

    @classmethod
    def read(cls, word: str) -> Seen:
        """What ``str`` wrote."""
        assessment_id, _, review_id = word.strip().partition(".")
        return cls(assessment_id or None, review_id or None)

    def __str__(self) -> str:
        return ".".join(filter(None, (self.assessment_id, self.review_id)))


def demand_seen(seen: Seen, row: ReadRow, access: Access) -> None:
    """Stops a decision on what the person has not seen; of what they decided themselves everybody knows.

    Raises:
        Changed: the report was read anew, or somebody else decided on it, since; says which and when.
    """
    standing = row.review
    own = standing is not None and standing.by == access.principal
    known = Seen(seen.assessment_id or row.assessment_id, standing.id if standing and own else seen.review_id)
    demand_unchanged(known, row.assessment_id, standing, access)


def demand_unchanged(seen: Seen, assessment_id: str, standing: Review | None, access: Access) -> None:
    """Stops a decision on a report that holds another reading or another decision than were looked at.

    Raises:
        Changed: as said; says which of them and when.
    """
    if standing is not None and standing.id != seen.review_id:
        who = "You" if standing.by == access.principal else f"Somebody else ({standing.by})"
        told = f"{who} decided on this report at {standing.made_at:%Y-%m-%d %H:%M} UTC ({standing.decision.value})"
        raise Changed(f"{told}, which you had not seen: look at it again, and decide on what stands now.")
    if assessment_id != seen.assessment_id:
        raise Changed("This report was read anew since you looked at it: look at it again before you decide.")
    if standing is None and seen.review_id is not None:
        raise Changed("The decision that you had seen holds no more: look at the report again before you decide.")
