"""Which names of a report are one person's: 王建国, 王书记 and 老王, where the text names just one 王 in full."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.lexicons import compound_surnames

FAMILIAR = "老小"
"""What stands before a surname that is said familiarly."""


def surname_of(name: str) -> str:
    """The surname that a name begins with."""
    return name[:2] if name[:2] in compound_surnames() else name[:1]


def known_as(names: Sequence[str], short: Sequence[bool]) -> list[str]:
    """What each of the names goes by: itself, or for a ``short`` one, no more than a surname, its only full name."""
    whole: dict[str, set[str]] = {}
    for name, lacks in zip(names, short, strict=True):
        if not lacks:
            whole.setdefault(surname_of(name), set()).add(name)
    out = []
    for name, lacks in zip(names, short, strict=True):
        full = whole.get(surname_of(name.lstrip(FAMILIAR)), set()) if lacks else set()
        out.append(next(iter(full)) if len(full) == 1 else name)
    return out
