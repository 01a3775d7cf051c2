"""Files and folders for their owner alone: keys, packets of sealed reports, the index."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Writes a file with mode 0600, whole and flushed or not at all; written beside and renamed, in place of what was there.

    Folders that are missing are made for their owner alone.

    Raises:
        OSError: it cannot be written; nothing of it is left.
    """
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def own_folder(path: Path) -> None:
    """A folder that its owner alone may enter, made if it is missing; one of somebody else's stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    close_to_others(path, 0o700)


def close_to_others(path: Path, mode: int) -> None:
    """Gives a file or folder of ours this mode if others may do anything with it."""
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(mode)
