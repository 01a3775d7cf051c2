"""Keyed terms: what an index, a link or a count may hold instead of the text itself.

A term is a keyed hash, so a stolen index gives no word and no name to somebody without the key; how often a term
stands there remains visible.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import blake2b

_DIGEST_BYTES = 12  # 96 bits: no two of a billion terms meet by chance
_CACHED = 1 << 17  # of each kind: about 25 MB where it is full


class TermKeyer:
    """Turns tokens into terms under one key of at most 64 bytes.

    Raises:
        ValueError: the key is empty or longer than 64 bytes.
    """

    key: Callable[[str], str]
    """The term of a token: 16 characters of the URL-safe base-64 alphabet, the same for the same key."""

    def __init__(self, key: bytes) -> None:
        if not 0 < len(key) <= 64:
            raise ValueError("A key of terms has 1 to 64 bytes.")
        keyed = blake2b(key=key, digest_size=_DIGEST_BYTES)

        def term(token: str) -> str:
            hasher = keyed.copy()
            hasher.update(token.encode("utf-8", "surrogatepass"))
            return urlsafe_b64encode(hasher.digest()).decode("ascii")

        self._term = term
        self._kinds: dict[str, Callable[[str], str]] = {}
        self.key = self.of_kind("")

    def of_kind(self, kind: str) -> Callable[[str], str]:
        """What gives the term of a token that ``kind`` stands before: the same as ``key(kind + token)``, and faster."""
        if kind not in self._kinds:
            # The lookup of the dictionary itself: a text has a thousand terms, and a method around it costs as much
            self._kinds[kind] = _Known(self._term, kind).__getitem__
        return self._kinds[kind]


class _Known(dict[str, str]):
    """Terms of the tokens met lately; once it is full it begins anew, which costs less than to know which are old."""

    def __init__(self, term: Callable[[str], str], kind: str) -> None:
        super().__init__()
        self._term, self._kind = term, kind

    def __missing__(self, token: str) -> str:
        if len(self) >= _CACHED:
            self.clear()
        made = self[token] = self._term(self._kind + token)
        return made


def characters(text: str) -> list[str]:
    """Single characters; the index in the list is the position in the text."""
    return list(text)


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring characters; the index in the list is the position of the first."""
    return [text[at : at + 2] for at in range(len(text) - 1)]
