"""The words of a report in which it is looked up whom it accuses. In: a report as received; out: one text."""

from __future__ import annotations

from triage.model import Report, Speaker
from triage.text.normalise import normalise
from triage.text.spaced import closed_up


def words_on_offices(report: Report) -> str:
    """A report's normalised words, of a transcript the caller's alone, in which the offices that it accuses are looked for."""
    said = [turn.text for turn in report.turns if turn.speaker is Speaker.CALLER]
    told = "\n".join([*([report.title] if report.title else []), *said]) if said else titled_text(report)
    return closed_up(normalise(told)).text


def titled_text(report: Report) -> str:
    """The words of a report with its title above them, in which names are looked for that no reader marked."""
    return f"{report.title}\n{report.text}" if report.title else report.text


__all__ = ["titled_text", "words_on_offices"]
