"""The file of the master key: made once for an empty store, beside the data, and never inside a backup."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from triage.errors import BadSetup, WrongKey
from triage.settings import Settings
from triage.store.vault import KEY_BYTES


def load_or_make_master(settings: Settings, *, store_is_empty: bool) -> bytes:
    """The master key of 32 bytes.

    A missing key is made only for an empty SQLite store; any other store would become unreadable.

    Raises:
        WrongKey: the store holds reports, and the key file is missing.
        BadSetup: the file is no key, or a server database has none configured.
    """
    path = settings.key_path
    if path.is_file():
        return read_key(path)
    if not store_is_empty:
        raise WrongKey(
            "The store holds reports but its master key file is missing. Put the file back; do not make a new one."
        )
    if not settings.sqlite:
        raise BadSetup("A server database needs TRIAGE_MASTER_KEY_FILE: a file with 64 hexadecimal digits.")
    return _make_key(path)


def read_key(path: Path) -> bytes:
    """The key in a file of 64 hexadecimal digits.

    Raises:
        BadSetup: anything else stands in the file.
    """
    digits = path.read_bytes().strip()
    if not re.fullmatch(rb"[0-9a-fA-F]{64}", digits):
        raise BadSetup("The master key file must hold 64 hexadecimal digits and nothing else.")
    return bytes.fromhex(digits.decode())


def _make_key(path: Path) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    master = secrets.token_bytes(KEY_BYTES)
    # Written beside and renamed, so that a crash leaves a whole key or none.
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(master.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return master
