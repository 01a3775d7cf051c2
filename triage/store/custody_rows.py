"""Requests for who a reporter is: what is told of one, and how one stands by what was done with it. Pure but for types."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from triage.errors import BadInput
from triage.model import IdentityAct, IdentityReason, IdentityState, Level

TWICE = frozenset({Level.HIGH, Level.GRAVE, Level.PERSON})
"""Levels of reports on whose reporters two custodians decide; ``person``: nobody knows yet what is in them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the policy makes of now: what was asked before ``asked_from`` has lapsed unless it was approved, and what was
    approved before ``approved_from`` opens no more.
    """

    asked_from: datetime
    approved_from: datetime


@dataclass(frozen=True, slots=True)
class ActRow:
    """What somebody did with a request; ``needed`` is how many approvals the report needed at that moment."""

    act: IdentityAct
    by: str
    at: datetime
    needed: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands: ``approvals`` are those that count, ``approved_at`` is when the last one needed was given."""

    state: IdentityState
    approvals: int
    needed: int
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request as it is listed: of the report nothing but its id, its level and whether it is urgent.

    ``decided_by`` are the custodians who have decided on it, ``opened`` is how often it was opened. ``look_twice``, for
    custodians alone: something that was added to the report lies sealed, and may accuse whoever asks.
    """

    id: str
    report_id: str
    level: Level
    urgent: bool
    reason: IdentityReason
    by: str
    asked_at: datetime
    standing: Standing
    decided_by: tuple[str, ...] = ()
    opened: int = 0
    look_twice: bool = False


@dataclass(frozen=True, slots=True)
class RequestPage:
    """The first requests of a list; ``more``: others stand behind them."""

    lines: tuple[RequestLine, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class IdentityRequest:
    """A request whole, with why it was made and all that was done with it."""

    line: RequestLine
    note: str
    acts: tuple[ActRow, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """What a reporter told of themselves, opened; no representation of it shows a word."""

    request_id: str
    report_id: str
    name: str | None = field(repr=False)
    contact: str | None = field(repr=False)


def approvals_needed(level: Level, *, urgent: bool) -> int:
    """How many custodians have to approve (protection.md: two for high risk)."""
    return 2 if urgent or level in TWICE else 1


def standing_of(
    asked_at: datetime, acts: Sequence[ActRow], needed: int, counted: Collection[str], terms: Terms
) -> Standing:
    """How a request stands.

    Needed is what the report needs now, or needed when one of the approvals was given: a level that rose asks for more,
    and one that fell afterwards does not make do with less.

    Args:
        asked_at: when it was made.
        acts: what was done with it, in order.
        needed: how many approvals its report needs now.
        counted: custodians whose approvals count now.
        terms: what has lapsed.
    """
    approvals = [one for one in acts if one.act is IdentityAct.APPROVE and one.by in counted]
    needed = max([needed, *(one.needed for one in approvals)])
    done = {one.act for one in acts}
    for act, state in (
        (IdentityAct.WITHDRAW, IdentityState.WITHDRAWN),
        (IdentityAct.REFUSE, IdentityState.REFUSED),
    ):
        if act in done:
            return Standing(state, len(approvals), needed)
    if len(approvals) >= needed:
        at = approvals[needed - 1].at
        state = IdentityState.APPROVED if at > terms.approved_from else IdentityState.LAPSED
        return Standing(state, len(approvals), needed, at)
    state = IdentityState.WAITING if asked_at >= terms.asked_from else IdentityState.LAPSED
    return Standing(state, len(approvals), needed)


def demand_live(standing: Standing) -> None:
    """Stops an act on a request that is over.

    Raises:
        BadInput: it was refused, withdrawn, or has lapsed.
    """
    over = {
        IdentityState.REFUSED: "A custodian has refused it; read why before asking again.",
        IdentityState.WITHDRAWN: "It was withdrawn.",
        IdentityState.LAPSED: "It has lapsed; ask again.",
    }
    if standing.state in over:
        raise BadInput("request", standing.state.value, over[standing.state])


def demand_approved(standing: Standing) -> None:
    """Stops the opening of what is not approved, or not any more.

    Raises:
        BadInput: too few custodians have approved it, or it is over.
    """
    demand_live(standing)
    if standing.state is not IdentityState.APPROVED:
        told = f"{standing.approvals} of {standing.needed} custodians have approved it"
        raise BadInput("request", "not_approved", f"{told}; wait for the others.")
