"""Which names of a report are one person's: 王建国, 王书记 and 老王, where the text names just one 王 in full."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from corpora.lexicons import compound_surnames, person_cues

FAMILIAR = "老小"
"""What stands before a surname that is said familiarly."""
_MOST_SHORT = 3


def surname_of(name: str) -> str:
    """The surname that a name begins with."""
    return name[:2] if name[:2] in compound_surnames() else name[:1]


def is_short(name: str) -> bool:
    """Whether a name tells no more than a surname: 王书记, 老王, 王某."""
    if name[:1] in FAMILIAR and len(name) <= _MOST_SHORT:
        return True
    rest = name[len(surname_of(name)) :]
    return not rest or rest in _titles() or rest.startswith("某")


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    return frozenset(word for word, kinds in person_cues().items() if "title" in kinds)


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
