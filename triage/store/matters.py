"""States of a matter: an append-only log, and what its reporter is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from triage.model import ReporterState

_TOLD = {
    "received": ReporterState.RECEIVED,
    "registered": ReporterState.RECEIVED,
    "screened": ReporterState.RECEIVED,
    "accepted": ReporterState.ACCEPTED,
    "kept_as_repeat": ReporterState.ACCEPTED,
    # Passing on or down is told as acceptance: where a report went may tell whom it reaches.
    "passed_down": ReporterState.ACCEPTED,
    "passed_on": ReporterState.ACCEPTED,
    # Sealed reports alone go up, and no act accepts an open one yet: acceptance would tell whoever holds a receipt that it was sealed.
    "passed_up": ReporterState.RECEIVED,
    "not_accepted": ReporterState.NOT_IN_SCOPE,
    "handed_over": ReporterState.IN_PROGRESS,
    "interview": ReporterState.IN_PROGRESS,
    "verification": ReporterState.IN_PROGRESS,
    "held": ReporterState.IN_PROGRESS,
    "case_filed": ReporterState.IN_PROGRESS,
    "reopened": ReporterState.IN_PROGRESS,
    "closed": ReporterState.CONCLUDED,
    "concluded": ReporterState.CONCLUDED,
    "feedback": ReporterState.ANSWERED,
    "archived": ReporterState.ANSWERED,
}
STATES = frozenset(_TOLD)
"""Every state that a matter can be in."""


def reporter_state(states: Sequence[str]) -> ReporterState:
    """What the reporter sees of a matter whose states are given in the order in which they were decided.

    A matter without any state, or in one that this version does not know, is shown as received: too little is said
    rather than too much. Source: the outer states of protection.md.
    """
    return _TOLD.get(states[-1], ReporterState.RECEIVED) if states else ReporterState.RECEIVED
