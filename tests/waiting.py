"""Waiting for what other threads and processes bring about, with an end: a test that waits for ever tells nobody why."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 120.0
"""Seconds: a loaded machine takes so long; whatever has not come by then does not come."""


def until(
    holds: Callable[[], object], what: str = "it did not come to pass in time", *, seconds: float = PATIENCE
) -> None:
    """Waits for something to become true; else fails with what was waited for."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        # Looking again at once would take a processor from what is waited for
        time.sleep(0.01)
