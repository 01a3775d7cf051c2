"""Whether a report accuses an office that it names, as that was learned: what routes of reports ask on their way.

In: the folder of the models; out: an answer for one mention. What was learned is opened when it is first asked, for most reports
name no such office, and most processes route none. ``triage.learning.accusing`` learns it; the worker sees to that before it
routes anything. Where nobody has, what plainly accuses an office counts alone.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ModelError

if TYPE_CHECKING:
    # NumPy comes with it
    from models.accusations import AccusationModel

FOLDER = "accusations"
_held: dict[Path, AccusationModel] = {}


@dataclass(frozen=True, slots=True)
class Suspecting:
    """Says whether an office is accused where a text names it."""

    models_dir: Path

    def __call__(self, text: str, start: int, end: int) -> bool:
        """Whether the office that the characters ``start`` to ``end`` of a normalised text call is accused there."""
        model = _opened(self.models_dir)
        return model is not None and model.accuses(text, start, end)


def hold(models_dir: Path, model: AccusationModel) -> None:
    """Lets this process ask a model, whether its folder could be written or not."""
    _held[models_dir] = model


def _opened(models_dir: Path) -> AccusationModel | None:
    """The model of a folder; looked for again each time until there is one."""
    from models.accusations import load_accusations

    if models_dir not in _held:
        with suppress(ModelError):
            found = load_accusations(models_dir / FOLDER)
            if found is not None:
                _held[models_dir] = found
    return _held.get(models_dir)


__all__ = ["FOLDER", "Suspecting", "hold"]
