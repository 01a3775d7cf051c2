"""What tells whether a report accuses the office that it names: learned from marked letters, and kept beside the readers.

In: the packaged letters and reports; out: `AccusationModel`. It depends on no reader, takes seconds to learn and is
learned where it is missing, so that no installation routes reports without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from corpora.accusations import accused_in_reports, letters_digest, load_letters
from corpora.reports import load_reports
from models.accusation_training import FOLDS, Example, train_accusations
from models.accusations import AccusationModel, Mention, load_accusations, save_accusations
from models.errors import ModelError
from triage.referral.named_offices import named_offices
from triage.suspecting import FOLDER, hold
from triage.text.normalise import normalise
from triage.text.spaced import closed_up


def accusations_in(models_dir: Path) -> AccusationModel:
    """The model beside the readers, which this process asks from then on; learned where it is missing, damaged or of other letters.

    A folder that cannot be written stops nobody: what was learned serves until the process ends.
    """
    found = _saved(models_dir / FOLDER)
    if found is None:
        found = learned()
        with suppress(OSError):
            save_accusations(found, models_dir / FOLDER)
    hold(models_dir, found)
    return found


def _saved(folder: Path) -> AccusationModel | None:
    with suppress(ModelError):
        found = load_accusations(folder)
        if found is not None and found.about.get("letters") == letters_digest():
            return found
    return None


@lru_cache(maxsize=1)
def learned() -> AccusationModel:
    """The model of the packaged letters, learned once for a process."""
    return train_accusations([*_marked(), *_everyday()], {"letters": letters_digest()})


def _marked() -> Iterator[Example]:
    """Every mention in letters that were marked; what bears no mark is accused of nothing."""
    for letter in load_letters():
        told = closed_up(normalise(letter.text))
        for start, end in named_offices(told.text):
            first, last = told.span(start, end)
            accused = any(mark.accused for mark in letter.mentions if mark.start < last and mark.end > first)
            yield Example(Mention(told.text, start, end), accused, letter.writer)


def _everyday() -> Iterator[Example]:
    """Mentions in the packaged reports, which accuse an office where that was said, and nowhere else."""
    said = accused_in_reports()
    for number, report in enumerate(load_reports()):
        told = closed_up(normalise(report.text))
        for start, end in named_offices(told.text):
            accused = said.get(report.id or "", {}).get(told.span(start, end)[0], False)
            if accused is not None:
                yield Example(Mention(told.text, start, end), accused, f"reports {number % FOLDS}", everyday=True)


__all__ = ["accusations_in", "learned"]
