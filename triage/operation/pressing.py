"""Sealed reports as they stand now: as lines for those who pass them up; for who looks after the system, and once an hour
in the log, how many press, by number alone.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from triage.logs import get_logger
from triage.model import Access, Office
from triage.policy import Clock, load_policy
from triage.referral import office_above
from triage.referral.clocks import ClockState
from triage.referral.sealed import SealedLine, pressing, sealed_lines
from triage.reviewing import desk_of
from triage.store import Store

log = get_logger(__name__)
SECONDS = 3600.0


def pressing_now(store: Store) -> Counter[ClockState]:
    """How many of the sealed reports that have not gone up stand in each state of their clocks.

    Raises:
        BadSetup: the policy in the data folder is broken.
        Unavailable, Busy: the database does not answer.
    """
    return pressing(store.way_up.waiting(), _clock(store), datetime.now(UTC))


def sealed_now(store: Store, access: Access) -> tuple[list[SealedLine], Office | None]:
    """The sealed reports that this access may know of, with their clocks, and the office above if it is known.

    Raises:
        NotAllowed: a role that sees none.
        BadSetup: the policy in the data folder is broken.
    """
    stubs = store.way_up.stubs(access)
    above = office_above(desk_of(store.settings), store.offices())
    return sealed_lines(stubs, _clock(store), above, datetime.now(UTC)), above


def _clock(store: Store) -> Clock:
    return load_policy(store.settings.data_dir).clocks.sealed_pass_up


class SealedWatch:
    """Tells the log, where nobody may look at figures: an office on one laptop has nothing that watches it.

    Args:
        store: whose sealed reports.
        clock: seconds that only rise.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._told: float | None = None

    def tick(self) -> None:
        """Looks once an hour, and says how many are overdue and how many due soon, if any are."""
        now = self._clock()
        if self._told is not None and now - self._told < SECONDS:
            return
        counts = pressing_now(self._store)
        self._told = now
        if late := counts[ClockState.OVERDUE]:
            log.error("sealed_overdue", count=late)
        if soon := counts[ClockState.DUE_SOON]:
            log.warning("sealed_due_soon", count=soon)
