"""Ids of 26 Crockford base-32 characters that sort by the time they were made (the form of a ULID)."""

from __future__ import annotations

import re
import secrets
import threading
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [one + other for one in _ALPHABET for other in _ALPHABET]
_FORM = re.compile(f"[{_ALPHABET}]{{26}}")
_RANDOM_BITS = 80
_SHIFTS = tuple(range(120, -1, -10))


class IdMaker:
    """Makes ids that rise strictly within one process: the same millisecond counts up from its random part."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self) -> str:
        """An id: 48 bits of milliseconds and 80 random bits."""
        now = (time.time_ns() // 1_000_000) << _RANDOM_BITS
        with self._lock:
            if now >> _RANDOM_BITS > self._last >> _RANDOM_BITS:
                self._last = now | secrets.randbits(_RANDOM_BITS)
            else:
                # A small random step keeps ids of one millisecond in order and still hard to guess.
                self._last += 1 + secrets.randbits(64)
            number = self._last
        return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


new_id = IdMaker().new


NOBODYS = _ALPHABET[0] * 26
"""An id that nothing has or will have: of the first moment of 1970."""


def is_id(told: str) -> bool:
    """Whether this may be an id at all; what is none may hold a character that a database server refuses."""
    return _FORM.fullmatch(told) is not None
