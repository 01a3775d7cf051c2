"""Where a page of a list ended, as a word that tells its holder nothing.

In: a place, and what ties its cursor to one list or question; out: the cursor, and the place again.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import replace
from typing import Generic, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from triage.errors import BadInput
from triage.model import Access

_NONCE = 12

Place = TypeVar("Place")
"""What JSON holds and gives back as it was."""


class Cursors(Generic[Place]):
    """Seals and opens the places of a list."""

    def __init__(self, key: bytes, wrong: str) -> None:
        """Takes a key of 32 bytes, and the sentence for a cursor that is none of these."""
        self._cipher = AESGCM(key)
        self._wrong = wrong

    def write(self, place: Place, bound: bytes) -> str:
        """A place as a cursor, which opens for the same ``bound`` alone."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, json.dumps(place).encode(), bound)
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def read(self, cursor: str, bound: bytes) -> Place:
        """The place of a cursor.

        Raises:
            BadInput: it was altered, or is of another list, question or store.
        """
        try:
            blob = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            place: Place = json.loads(self._cipher.decrypt(blob[:_NONCE], blob[_NONCE:], bound))
        except (ValueError, InvalidTag):
            raise BadInput("cursor", "unknown", self._wrong) from None
        return place


def bound_to(access: Access) -> str:
    """What ties a cursor to its reader.

    Of an access that is all but the cases of people whom the reader must not meet, and what was split off them: these come
    and go with the reports, and what a page shows is looked at anew.
    """
    return repr(replace(access, excluded_cases=(), excluded_reports=()))
