"""Workers that end unasked again and again: kept in a file of the data folder, for whoever looks is another process."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

MANY = 3
WITHIN_SECONDS = 300.0
_FILE = "worker.ends"


def note_end(folder: Path, now: float | None = None) -> None:
    """Writes down that a worker of this data folder has ended unasked; ``now`` in seconds since 1970."""
    ends = [*_ends(folder), time.time() if now is None else now][-MANY:]
    # A full disk may be why it ended
    with suppress(OSError):
        (folder / _FILE).write_text("".join(f"{int(end)}\n" for end in ends), encoding="ascii")


def forget_ends(folder: Path) -> None:
    """Begins anew, as a service does that is started."""
    with suppress(OSError):
        (folder / _FILE).unlink(missing_ok=True)


def ends_again_and_again(folder: Path, now: float | None = None) -> bool:
    """Whether workers have ended unasked three times within the last five minutes."""
    moment = time.time() if now is None else now
    # A clock that was put back leaves ends that lie ahead: they are no longer of late
    return sum(0 <= moment - end <= WITHIN_SECONDS for end in _ends(folder)) >= MANY


def _ends(folder: Path) -> list[float]:
    try:
        return [float(line) for line in (folder / _FILE).read_text(encoding="ascii").split()]
    except (OSError, ValueError):
        return []
