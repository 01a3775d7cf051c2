"""The file of the master key: made once for an empty store, beside the data, and never inside a backup."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from triage.errors import BadSetup, WrongKey
from triage.settings import Settings
from triage.store.private_files import write_private
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
        BadSetup: anything else stands in the file, or it cannot be read.
    """
    try:
        digits = path.read_bytes().strip()
    except OSError as error:
        raise BadSetup(
            f"The master key file cannot be read ({error.strerror}). Give whoever runs this the right to, and nobody else."
        ) from None
    if not re.fullmatch(rb"[0-9a-fA-F]{64}", digits):
        raise BadSetup("The master key file must hold 64 hexadecimal digits and nothing else.")
    return bytes.fromhex(digits.decode())


def _make_key(path: Path) -> bytes:
    master = secrets.token_bytes(KEY_BYTES)
    write_private(path, master.hex().encode() + b"\n")
    return master
