"""What of a worker's round fails by an error that nobody foresaw: told, left alone for a while, and tried again.

One kind of work that fails keeps no other from being done. A store that does not answer is no trouble of this kind: then
all of it waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from triage.errors import Busy, Unavailable
from triage.logs import get_logger

log = get_logger(__name__)

FIRST_REST, LONGEST_REST = 1.0, 60.0


@dataclass
class _Rest:
    told: str
    seconds: float
    until: float


class Troubles:
    """Stands around the kinds of work of one worker.

    Args:
        tell: lets others know what fails, such as ``feed:Corrupt``; empty once nothing does.
        clock: seconds that only rise.
    """

    def __init__(self, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._rests: dict[str, _Rest] = {}
        self._told = ""

    def around(self, kind: str, work: Callable[[], int]) -> int:
        """Does work of a kind and returns how much that was; 0 where it fails, or failed a moment ago.

        Raises:
            Busy, Unavailable: a part that it needs does not answer.
        """
        before = self._rests.get(kind)
        if before is not None and self._clock() < before.until:
            return 0
        try:
            done = work()
        except (Busy, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001  # whatever goes wrong here, reports must be read, and people see it
            self._failed(kind, type(error).__name__, before)
            return 0
        if before is not None:
            del self._rests[kind]
            self._say()
        return done

    def _failed(self, kind: str, error: str, before: _Rest | None) -> None:
        seconds = FIRST_REST if before is None else min(LONGEST_REST, before.seconds * 2)
        self._rests[kind] = _Rest(f"{kind}:{error}", seconds, self._clock() + seconds)
        log.warning("work_failed", code=kind, error=error, seconds=seconds)
        self._say()

    def _say(self) -> None:
        told = next((rest.told for rest in self._rests.values()), "")
        if told != self._told:
            self._told = told
            self._tell(told)
