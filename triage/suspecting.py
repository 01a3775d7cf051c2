"""Whether a report accuses an office that it names, as that was learned: what routes of reports ask on their way.

In: the folder of the models; out: an answer for one mention. Most reports name no such office, and most processes route
none, so that what was learned is opened, and where it is missing learned, when it is first asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # NumPy and the packaged letters come with it
    from models.accusations import AccusationModel


@dataclass(frozen=True, slots=True)
class Suspecting:
    """Says whether an office is accused where a text names it."""

    models_dir: Path

    def __call__(self, text: str, start: int, end: int) -> bool:
        """Whether the office that the characters ``start`` to ``end`` of a normalised text call is accused there."""
        return _opened(self.models_dir).accuses(text, start, end)


@lru_cache(maxsize=8)
def _opened(models_dir: Path) -> AccusationModel:
    from triage.learning.accusing import accusations_in

    return accusations_in(models_dir)


__all__ = ["Suspecting"]
