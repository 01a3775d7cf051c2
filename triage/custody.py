"""Who a reporter is, as people ask, decide and open: here the periods of the policy meet the requests of the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.model import Access, IdentityAct, IdentityReason, IdentityState, StaffRole
from triage.policy import Custody, load_policy
from triage.referral.clocks import ClockState, overdue_before, read_clock
from triage.store import Store
from triage.store.custody_rows import ActRow, Identity, IdentityRequest, RequestLine, RequestPage, Terms


@dataclass(frozen=True, slots=True)
class CustodyDesk:
    """What working on requests needs: the store, the periods in force, and the time."""

    store: Store
    periods: Custody
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def of(cls, store: Store) -> CustodyDesk:
        """With the policy of the data folder. Raises ``BadSetup``: it is broken."""
        return cls(store, load_policy(store.settings.data_dir).custody)

    def requests(self, access: Access, *, everything: bool = False, limit: int = 50) -> RequestPage:
        """As ``store.custody.requests``."""
        return self.store.custody.requests(access, self._terms(), everything=everything, limit=limit)

    def request(self, request_id: str, access: Access) -> IdentityRequest:
        """As ``store.custody.request``."""
        return self.store.custody.request(request_id, access, self._terms())

    def ask(self, report_id: str, reason: IdentityReason, note: str, access: Access) -> IdentityRequest:
        """As ``store.custody.ask``."""
        return self.store.custody.ask(report_id, reason, note, access, self._terms())

    def decide(self, request_id: str, act: IdentityAct, access: Access, note: str | None = None) -> IdentityRequest:
        """As ``store.custody.decide``."""
        return self.store.custody.decide(request_id, act, access, self._terms(), note)

    def withdraw(self, request_id: str, access: Access) -> IdentityRequest:
        """As ``store.custody.withdraw``."""
        return self.store.custody.withdraw(request_id, access, self._terms())

    def open(self, request_id: str, access: Access) -> Identity:
        """As ``store.custody.open``."""
        return self.store.custody.open(request_id, access, self._terms())

    def waiting(self) -> Counter[ClockState]:
        """How many requests wait for a custodian, by how their time stands; nothing else of them."""
        waits = self.store.custody.waiting(self._terms())
        return Counter(read_clock(self.periods.answer, asked_at, self.now).state for asked_at in waits)

    def custodians(self) -> int:
        """How many custodians hold a token now."""
        tokens = self.store.staff.listed()
        return sum(one.role is StaffRole.CUSTODIAN and one.revoked_at is None and not one.ended for one in tokens)

    def told(self, line: RequestLine) -> dict[str, Any]:
        """A request as it is listed, by the names that the command line and the API give it."""
        standing = line.standing
        opens = standing.approved_at if standing.state is IdentityState.APPROVED else None
        waits = standing.state is IdentityState.WAITING
        return {
            "id": line.id,
            "report": line.report_id,
            "risk": line.level,
            "urgent": line.urgent,
            "reason": line.reason,
            "by": line.by,
            "asked_at": line.asked_at,
            "state": standing.state,
            "approvals": standing.approvals,
            "needed": standing.needed,
            "answer_by": read_clock(self.periods.answer, line.asked_at, self.now).due if waits else None,
            "opens_until": opens + timedelta(days=self.periods.open_days) if opens is not None else None,
            "opened": line.opened,
            "look_twice": line.look_twice,
        }

    def told_whole(self, found: IdentityRequest) -> dict[str, Any]:
        """A request whole, by the same names."""
        return {**self.told(found.line), "note": found.note, "acts": [_told_act(one) for one in found.acts]}

    def _terms(self) -> Terms:
        return Terms(overdue_before(self.periods.answer, self.now), self.now - timedelta(days=self.periods.open_days))


def told_identity(found: Identity) -> dict[str, Any]:
    """What a reporter told of themselves, by the names that the command line and the API give it."""
    return {"request": found.request_id, "report": found.report_id, "name": found.name, "contact": found.contact}


def _told_act(one: ActRow) -> dict[str, Any]:
    return {"act": one.act, "by": one.by, "at": one.at, "note": one.note}
