"""Labelled reports as an assessor is asked about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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


def asked_of(row: LabelledReport) -> Asked:
    """The question that a labelled report asks, received at noon in Shanghai."""
    text, day, turns = entry_of(row)
    return Asked(text, datetime.combine(day, clock(), UTC) + _NOON_IN_SHANGHAI, turns)
