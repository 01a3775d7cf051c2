"""Labelled reports as an assessor is asked about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

from corpora.reports import LabelledReport
from triage.learning.corpus import entry_of
from triage.model import Assessment, Turn

_NOON_IN_SHANGHAI = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Asked:
    """A labelled report as an assessor takes it."""

    text: str
    received_at: datetime
    turns: tuple[Turn, ...]


Assess = Callable[[Iterable[Asked]], Iterable[Assessment]]
"""What ``triage.assess.Assessor.pipe`` does."""


Entry = tuple[str, date, tuple[Turn, ...]]
"""A text, its day of receipt and the turns of a transcript."""


def asked(text: str, day: date, turns: tuple[Turn, ...]) -> Asked:
    """A text as an assessor takes it, received at noon in Shanghai."""
    return Asked(text, datetime.combine(day, clock(), UTC) + _NOON_IN_SHANGHAI, turns)


def asked_of(row: LabelledReport) -> Asked:
    """The question that a labelled report asks."""
    return asked(*entry_of(row))
