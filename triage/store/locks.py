"""Locks of the operating system: they fall with the process that holds them, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from triage.errors import Busy


class FileLock:
    """A lock that this process holds until ``release``."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    def release(self) -> None:
        """Gives the lock back; a second call does nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def take_lock(path: Path, *, wait: float = 0.0) -> FileLock:
    """Takes the lock on a file, waiting at most ``wait`` seconds.

    Raises:
        Busy: another process holds it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(handle)
                raise Busy(f"Another process holds {path.name}; let it finish and try again.") from None
            time.sleep(0.02)
        else:
            return FileLock(handle)


def take_worker_lock(data_dir: Path) -> FileLock:
    """The lock of the one worker, who alone writes the search index.

    Raises:
        Busy: a worker runs already.
    """
    return take_lock(data_dir / "worker.lock")
