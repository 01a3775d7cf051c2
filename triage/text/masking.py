"""Masking for staff views: what is covered keeps its length, so that offsets stay right."""

from __future__ import annotations

from collections.abc import Iterable

MASK = "●"


def mask(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with the characters of each span (start, end) covered; line ends stay, spans may overlap.

    Raises:
        ValueError: a span does not lie within the text.
    """
    out = list(text)
    for start, end in spans:
        if not 0 <= start <= end <= len(text):
            raise ValueError("A span to be masked lies within the text.")
        out[start:end] = [character if character == "\n" else MASK for character in out[start:end]]
    return "".join(out)
