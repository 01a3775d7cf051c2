"""Which reports came into the cases that saved searches name, or left them, when nothing else about them is new."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from triage.search.nodes import filters_in
from triage.search.query import SearchRequest
from triage.store import WORKER, Store, Watched

_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_MOST_MEMBERS = 500
"""Where a case that is followed was itself taken into another one, so many of those who were there are told of."""


class Followed:
    """Compares cases as they are with what they were before some reports changed theirs.

    A case that is followed may have changed its name, for it bears that of its oldest report: so what counts is who was
    and who is in one case with the report that the question names.
    """

    def __init__(self, store: Store, asked: Sequence[tuple[Watched, SearchRequest]], moved: Mapping[str, str]) -> None:
        """``moved`` has the case before of each report that changed it, its own id where it stood alone."""
        self._named = {one.id: named for one, request in asked if moved and (named := _cases_in(one, request))}
        every = dict.fromkeys(report_id for named in self._named.values() for report_id in named)
        homes = store.cases_of(list({**every, **moved}), WORKER, _MOST_MEMBERS) if every else {}
        # For whoever follows a case that went into another one, those who were there before are the newcomers
        met = {
            member: homes[one].id for one in every if one in moved and one in homes for member in homes[one].report_ids
        }
        self._now = {**met, **{one: case.id for one, case in homes.items()}}
        self._before = {**self._now, **moved}
        self.report_ids = sorted({**moved, **met}) if every else []
        """The reports that may have come or gone."""

    def changed(self, search_id: str, report_id: str) -> bool:
        """Whether a report came into a case that this search names, or left it."""
        named = self._named.get(search_id, ())
        return any(self._was_with(report_id, one) is not self._is_with(report_id, one) for one in named)

    def _was_with(self, report_id: str, named: str) -> bool:
        return self._before.get(report_id, report_id) in (named, self._before.get(named, named))

    def _is_with(self, report_id: str, named: str) -> bool:
        return self._now.get(report_id, report_id) == self._now.get(named, named)


def _cases_in(one: Watched, request: SearchRequest) -> frozenset[str]:
    """The ids by which a question names cases; none where it asks for no case."""
    if not any(found.field == "case" for node in request.parts for found in filters_in(node)):
        return frozenset()
    return frozenset(_ID.findall(str(one.question.get("q", "")).upper()))
