"""Who is one and the same person inside a report. In: text and mentions; out: a party's number for each mention.

王建国, 王书记 and 老王 are one party where the text names just one 王 in full; the same string is always one party.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpora.lexicons import compound_surnames
from triage.assess.mentions import Mention, Told

_SHORT = frozenset([Told.TITLE, Told.SURNAME])


def parties_of(text: str, mentions: Sequence[Mention]) -> list[int]:
    """The number of the party of each mention, in their order, counted from 0 by first appearance."""
    numbers: dict[str, int] = {}
    whole: dict[str, set[str]] = {}
    for mention in mentions:
        name = text[mention.start : mention.end]
        if not _is_short(name, mention):
            whole.setdefault(surname_of(name), set()).add(name)
    parties = []
    for mention in mentions:
        name = text[mention.start : mention.end]
        if _is_short(name, mention):
            names = whole.get(surname_of(name.lstrip("老小")), set())
            name = next(iter(names)) if len(names) == 1 else name
        parties.append(numbers.setdefault(name, len(numbers)))
    return parties


def surname_of(name: str) -> str:
    """The surname that a name begins with."""
    return name[:2] if name[:2] in compound_surnames() else name[:1]


def _is_short(name: str, mention: Mention) -> bool:
    """Whether a mention holds no more than the surname."""
    return mention.told in _SHORT or (name[0] in "老小" and len(name) <= 3) or name[1:2] == "某"
