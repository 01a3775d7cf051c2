"""How many sealed reports press: by number alone, for who looks after the system, and into the log once an hour."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from triage.logs import get_logger
from triage.policy import load_policy
from triage.referral.clocks import ClockState
from triage.referral.sealed import pressing
from triage.store import Store

log = get_logger(__name__)
SECONDS = 3600.0


def pressing_now(store: Store) -> Counter[ClockState]:
    """How many of the sealed reports that have not gone up stand in each state of their clocks.

    Raises:
        BadSetup: the policy in the data folder is broken.
        Unavailable, Busy: the database does not answer.
    """
    clock = load_policy(store.settings.data_dir).clocks.sealed_pass_up
    return pressing(store.way_up.waiting(), clock, datetime.now(UTC))


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
