"""Sealing: one data key per report, AES-256-GCM, every subkey from one master key by HKDF label (RFC 5869).

The data key of a report is wrapped under the subkey ``text``; a report above the own office is re-wrapped under
``sealed``. What reporters told of themselves is sealed under ``identity``. Three doors lead to these two and no other: the way up
(``way_up``) gives what it opens to nobody here, it seals it to the key of the office above; what the office wrote to its reporter
before a report was sealed is told to whoever holds the receipt as before (``dialogue``); and what a reporter told of themselves is opened for whoever
custodians let have it (``custody``). Associated data name table, row and field, so that a blob moved to another
row or column does not open.
"""

from __future__ import annotations

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from triage.errors import Corrupt, NotAllowed

KEY_BYTES = 32
_NONCE = 12
_FORM = b"\x01"
WRAPS = ("text", "sealed", "identity")
OPENED = frozenset({"text"})


class Vault:
    """Keys and sealing of one store. The master key is kept as subkeys only."""

    def __init__(self, master: bytes) -> None:
        """Takes the master key of 32 bytes."""
        if len(master) != KEY_BYTES:
            raise ValueError("a master key has 32 bytes")
        self._root = HKDF(SHA256(), KEY_BYTES, None, b"triage/v1/root").derive(master)
        self._wraps = {label: AESGCM(self._derive(f"wrap/{label}")) for label in WRAPS}
        self._subkeys: dict[str, bytes] = {}

    def subkey(self, label: str) -> bytes:
        """The subkey of 32 bytes for hashing under a label (receipt, terms, link, token, audit).

        Raises:
            NotAllowed: a label that wraps data keys.
        """
        if label in WRAPS:
            raise NotAllowed("Keys that seal never leave the vault.")
        if label not in self._subkeys:
            self._subkeys[label] = self._derive(label)
        return self._subkeys[label]

    def fingerprint(self) -> str:
        """What the database remembers of the key: 32 hexadecimal digits that tell nothing else."""
        return hashlib.sha256(self._derive("fingerprint")).hexdigest()[:32]

    @staticmethod
    def new_data_key() -> bytes:
        """A random key of 32 bytes for one report."""
        return os.urandom(KEY_BYTES)

    def wrap(self, data_key: bytes, label: str, row: str) -> bytes:
        """The data key of a row, sealed under the subkey of ``label``."""
        return _sealed(self._wraps[label], data_key, _about("key", row, label))

    def unwrap(self, wrapped: bytes, label: str, row: str) -> bytes:
        """The data key of a row.

        Raises:
            NotAllowed: a label that nothing here may open.
            Corrupt: the key does not belong to this row or was altered.
        """
        if label not in OPENED:
            raise NotAllowed("This report is sealed and cannot be opened here.")
        return _opened(self._wraps[label], wrapped, _about("key", row, label))

    def unwrap_for_the_way_up(self, wrapped: bytes, label: str, row: str) -> bytes:
        """The data key of a sealed report or of its reporter, for ``way_up`` alone.

        Raises:
            Corrupt: the key does not belong to this row or was altered.
        """
        return _opened(self._wraps[label], wrapped, _about("key", row, label))

    def unwrap_for_the_reporter(self, wrapped: bytes, label: str, row: str) -> bytes:
        """The data key of a report, for ``dialogue`` alone, which opens with it what the office wrote to whoever holds the receipt.

        Raises:
            Corrupt: the key does not belong to this row or was altered.
        """
        return _opened(self._wraps[label], wrapped, _about("key", row, label))

    def unwrap_for_the_custodian(self, wrapped: bytes, row: str) -> bytes:
        """The key of what a reporter told of themselves, for ``custody`` alone, which asks whether custodians approved.

        Raises:
            Corrupt: the key does not belong to this row or was altered.
        """
        return _opened(self._wraps["identity"], wrapped, _about("key", row, "identity"))

    @staticmethod
    def seal(data_key: bytes, plain: bytes, table: str, row: str, field: str) -> bytes:
        """The blob of one field: form byte, nonce of 12 bytes, ciphertext, tag of 16 bytes."""
        return _sealed(AESGCM(data_key), plain, _about(table, row, field))

    @staticmethod
    def open(data_key: bytes, blob: bytes, table: str, row: str, field: str) -> bytes:
        """What was sealed.

        Raises:
            Corrupt: another row, another field, another key, or altered.
        """
        return _opened(AESGCM(data_key), blob, _about(table, row, field))

    def _derive(self, label: str) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, None, b"triage/v1/" + label.encode()).derive(self._root)


def _about(table: str, row: str, field: str) -> bytes:
    return f"{table}\0{row}\0{field}".encode()


def _sealed(cipher: AESGCM, plain: bytes, about: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return _FORM + nonce + cipher.encrypt(nonce, plain, about)


def _opened(cipher: AESGCM, blob: bytes, about: bytes) -> bytes:
    if blob[:1] != _FORM:
        raise Corrupt("A sealed field has a form that this version does not know.")
    try:
        return cipher.decrypt(blob[1 : 1 + _NONCE], blob[1 + _NONCE :], about)
    except (InvalidTag, ValueError):
        # A ValueError where so little is left of it that it holds no nonce
        raise Corrupt("A sealed field does not open: it was altered or belongs to another row.") from None
