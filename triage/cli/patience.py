"""Ends a worker that does not get done with what it has in hand.

One that hangs over a report would hold it, and on the embedded database all others, until somebody looks. Ended, it is
started again, and its reports are read one by one (see ``triage.store.tries``).
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HUNG_SECONDS = 600.0
"""No batch takes as long: it holds a hundred thousand characters and one long report."""


@contextmanager
def ended_if_hung(seconds: float = HUNG_SECONDS) -> Iterator[None]:
    """Ends this process at once, by exit status 1, if the block is not done after so many seconds."""
    with Path(os.devnull).open("w") as nowhere:
        # No thread of ours: a search by a regular expression lets none of them look at the clock
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
