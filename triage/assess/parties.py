"""Who is one and the same person inside a report. In: text and mentions; out: a party's number for each mention.

王建国, 王书记 and 老王 are one party where the text names just one 王 in full; the same string is always one party.
"""

from __future__ import annotations

from collections.abc import Sequence

from triage.assess.mentions import Mention, Told
from triage.text.called import FAMILIAR, known_as

_SHORT = frozenset([Told.TITLE, Told.SURNAME])


def parties_of(text: str, mentions: Sequence[Mention]) -> list[int]:
    """The number of the party of each mention, in their order, counted from 0 by first appearance."""
    names = [text[mention.start : mention.end] for mention in mentions]
    short = [_is_short(name, mention) for name, mention in zip(names, mentions, strict=True)]
    numbers: dict[str, int] = {}
    return [numbers.setdefault(name, len(numbers)) for name in known_as(names, short)]


def _is_short(name: str, mention: Mention) -> bool:
    """Whether a mention holds no more than the surname."""
    return mention.told in _SHORT or (name[0] in FAMILIAR and len(name) <= 3) or name[1:2] == "某"
