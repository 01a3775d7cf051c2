"""A large file that is written beside its place first: by one process, for its owner alone, and whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from triage.errors import Busy, Unavailable

LOGS = ("-wal", "-shm")
"""What SQLite keeps beside a database while it is in use."""
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
_BESIDE = (*LOGS, "-journal")


@contextmanager
def drafted(draft: Path, what: str) -> Iterator[None]:
    """An empty file for its owner alone, of which nothing stays where it was not written to its end.

    Raises:
        Busy: another process writes it.
        Unavailable: the disk is full, or the folder cannot be written.
    """
    try:
        draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = _claim(draft)
    except OSError as error:
        raise _unwritten(what, error) from None
    try:
        # Of a draft that a killed process left: it would be played into this one
        _take_away(draft, *_BESIDE)
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise _unwritten(what, error) from None
    finally:
        with contextlib.suppress(OSError):
            _take_away(draft, "", *_BESIDE)
        os.close(held)


def forget_drafts(folder: Path, start: str) -> None:
    """Takes away the drafts of databases whose names begin so and that nobody writes any more."""
    for draft in folder.glob("*.db.part"):
        if draft.name.startswith(start):
            with contextlib.suppress(Busy, Unavailable), drafted(draft, "The backup"):
                pass


def _take_away(draft: Path, *suffixes: str) -> None:
    for suffix in suffixes:
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _claim(draft: Path) -> int:
    """The draft, emptied of what a killed process left of it, as long as the handle is open.

    Raises:
        Busy: another process writes it. What it writes would take the name of ours, and ours that of nothing.
    """
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another process writes {draft.name}; let it finish and try again.") from None
        except OSError as error:
            # A network's folder may know no locks
            if error.errno not in _NO_LOCKS:
                raise
        os.ftruncate(handle, 0)
        os.fchmod(handle, 0o600)
    except BaseException:
        os.close(handle)
        raise
    return handle


def _unwritten(what: str, error: OSError | sqlite3.OperationalError) -> Unavailable:
    why = error.strerror if isinstance(error, OSError) else str(error)
    return Unavailable(f"{what} could not be written ({why}); what was there before is untouched.")
