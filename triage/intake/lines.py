"""One line of JSON as an object of which each field stands there once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection

from triage.errors import BadInput


def object_in(line: str, known: Collection[str]) -> dict[str, object]:
    """The object of a line.

    Args:
        line: as it stood in the file.
        known: fields that somebody reads.

    Raises:
        BadInput: it is no object, or one of the known fields stands in it twice, of which one would be lost.
    """
    pairs: list[tuple[str, object]] = []

    def kept(found: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal pairs
        # The outermost object ends last
        pairs = found
        return dict(found)

    try:
        value = json.loads(line, object_pairs_hook=kept)
    except (ValueError, RecursionError):
        raise BadInput("row", "json", "This line is no JSON object.") from None
    if not isinstance(value, dict):
        raise BadInput("row", "object", "A line must hold one JSON object with a text.")
    if len(value) < len(pairs):
        for name, times in Counter(name for name, _ in pairs).items():
            if times > 1 and name in known:
                raise BadInput(name, "twice", "This field stands there twice, and only one could be read.")
    return value
