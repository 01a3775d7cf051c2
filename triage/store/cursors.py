"""Where a page of a list ended, as a word that tells its holder nothing: a place is found by what orders the list.

What stood last on a page may be lowered, raised or gone when the next page is asked for; its place then is still known.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from triage.errors import BadInput

_NONCE = 12


class Cursors:
    """Writes and reads the cursors of one list."""

    def __init__(self, key: bytes, about: str) -> None:
        """Takes a subkey of 32 bytes and the name of the list, whose cursors lead nowhere in another."""
        self._cipher = AESGCM(key)
        self._about = about.encode()

    def write(self, place: Sequence[int | float | str]) -> str:
        """A place as a cursor."""
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, json.dumps(list(place)).encode(), self._about)
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def read(self, cursor: str) -> list[Any]:
        """The place of a cursor.

        Raises:
            BadInput: it was altered, or is of another list or store.
        """
        try:
            blob = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            place: list[Any] = json.loads(self._cipher.decrypt(blob[:_NONCE], blob[_NONCE:], self._about))
        except (ValueError, InvalidTag):
            raise BadInput("cursor", "unknown", "This cursor leads nowhere; start again without it.") from None
        return place
