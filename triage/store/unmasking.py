"""Seeing a report as it came, with who wrote it uncovered: an act in the log, written before the answer, each time anew.

The store opens reports for many ends, and what is shown of them is covered by ``triage.shown``. Here it is asked for by a
person, with a reason; nothing is remembered of it but the line in the log.
"""

from __future__ import annotations

from collections.abc import Iterator

from triage.errors import NotAllowed
from triage.model import Access, StaffRole, UnmaskReason
from triage.store.reading import Reader
from triage.store.records import ReadRow
from triage.store.reviews import REVIEWERS, Reviews

UNMASKED = "unmasked"
"""The act as it stands in the log."""


class Unmasking:
    """The way to reports as they came; ``Store.unmasking`` is the way in. What is not readable is not there."""

    def __init__(self, reader: Reader, reviews: Reviews) -> None:
        """Reads with the store's reader, and what people decided."""
        self._reader = reader
        self._reviews = reviews

    def row(self, report_id: str, access: Access, reason: UnmaskReason) -> ReadRow:
        """One report as it came.

        Raises:
            NotAllowed: a role that sees no report so.
            NotFound: unknown, or not visible to this access.
        """
        if access.role not in REVIEWERS:
            raise NotAllowed("This role sees reports with their writers covered.")
        return self._reader.row(report_id, access, UNMASKED, reason=reason.value)

    def export(self, access: Access, reason: UnmaskReason) -> Iterator[ReadRow]:
        """All readable reports as they came, by seq; each batch of 200 is noted before it is handed out.

        Raises:
            NotAllowed: any role but a supervisor's.
        """
        _demand_supervisor(access)
        return self._reader.stream(access, UNMASKED, reason=reason.value, export="reports")

    def decided(self, access: Access, reason: UnmaskReason) -> Iterator[ReadRow]:
        """As ``export``, those on which somebody decided."""
        _demand_supervisor(access)
        return self._reviews.decided(access, UNMASKED, reason=reason.value, export="reviews")


def _demand_supervisor(access: Access) -> None:
    if access.role is not StaffRole.SUPERVISOR:
        raise NotAllowed("Only a supervisor exports reports with their writers uncovered.")
