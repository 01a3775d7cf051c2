"""What people do with cases: acts, suggestions that wait for one, and what is new to whom. A part of the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from triage.model import Access, Act, Case, Judgement
from triage.store import components, decisions, naming, suggestions, visits
from triage.store.access import WORKER, readable
from triage.store.audit import ReadLog
from triage.store.database import Database
from triage.store.decisions import Seen
from triage.store.parts import in_parts
from triage.store.records import Component, Decision, Suggestion, Visit
from triage.store.tables import reports
from triage.store.vault import Vault


class Casework:
    """The store's part for people's work on cases; every method adds the clause of the access itself."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog) -> None:
        """Works on the database, seals notes with the vault, notes readings in the log."""
        self._database = database
        self._vault = vault
        self._log = log

    def decide(
        self,
        act: Act,
        lines: Sequence[Judgement],
        access: Access,
        note: str | None = None,
        withdraws: str | None = None,
        since: int | None = None,
        seen: Sequence[Seen] = (),
    ) -> str:
        """Writes an act with its lines; its id. Raises ``NotAllowed``, ``NotFound``, ``BadInput``, ``Changed``."""
        return decisions.decide(self._database, self._vault, act, lines, access, note, withdraws, since, seen)

    def demand_as_seen(self, seen: Sequence[Seen], access: Access) -> None:
        """Raises ``Changed`` if somebody else has judged reports since this reader saw them."""
        decisions.demand_as_seen(self._database, seen, access)

    def decisions_on(self, report_ids: Sequence[str], access: Access) -> list[Decision]:
        """The newest 200 acts about these reports, the oldest first."""
        return decisions.decisions_on(self._database, self._vault, report_ids, access, self._log)

    def decision(self, decision_id: str, access: Access) -> Decision:
        """One act. Raises ``NotFound``."""
        return decisions.decision(self._database, self._vault, decision_id, access, self._log)

    def last_decision(self, access: Access, *, holding: bool = False) -> str | None:
        """The last act of this reader of those that they may see, or (``holding``) the last that was not taken back."""
        return decisions.last_decision(self._database, self._vault, access, holding=holding)

    def newest(self) -> int:
        """The number of the newest line of the ledger, by which a case that is read from now on can be told."""
        return components.newest(self._database)

    def around(self, report_ids: Sequence[str], access: Access) -> Component:
        """The components of these reports as one, with every line between them."""
        return components.around(self._database, report_ids, access)

    def beyond(self, component: Component, codes: Collection[str]) -> list[Judgement]:
        """For the worker: the lines with one of these codes that lead on from a component, from report to report."""
        return components.beyond(self._database, component, codes)

    def lines_of(self, report_ids: Sequence[str], access: Access) -> list[Judgement]:
        """Every line at these reports whose both ends are readable."""
        return components.lines_of(self._database, report_ids, access)

    def suggestions(self, access: Access, limit: int = 50) -> list[Suggestion]:
        """Open suggestions, the gravest first."""
        return suggestions.open_suggestions(self._database, access, limit, self._log)

    def suggestions_on(self, report_ids: Sequence[str], access: Access) -> list[Suggestion]:
        """Open suggestions at these reports, at most 50, the gravest first."""
        return suggestions.suggestions_on(self._database, report_ids, access, self._log)

    def visit(self, case: Case, access: Access, at: datetime) -> Visit:
        """What this reader saw of the case at the last look; from now on that is the look of this moment."""
        return visits.visit(self._database, case, access, at)

    def last_looks(self, report_ids: Sequence[str], access: Access) -> list[Seen]:
        """When this reader last looked at the cases of these reports; what they never looked at is left out."""
        found = visits.last_looks(self._database, report_ids, access)
        return [Seen(ids, at) for at, ids in found.items()]

    def homes(self, report_ids: Sequence[str], access: Access) -> Mapping[str, str | None]:
        """Under which id the case of each readable report is kept, None for none: for an index, never to be shown."""
        return naming.homes(self._database, report_ids, access)

    def members_under(self, names: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """The reports that are written down under each name of a case, as the worker sees them, oldest first."""
        found: dict[str, list[str]] = {}
        of = select(reports.c.case_id, reports.c.id).where(readable(WORKER)).order_by(reports.c.seq)
        with self._database.read() as connection:
            for part in in_parts(names):
                named = of.where(reports.c.case_id.in_(part))
                for name, report_id in connection.execute(named):
                    found.setdefault(name, []).append(report_id)
        return {name: tuple(ids) for name, ids in found.items()}
