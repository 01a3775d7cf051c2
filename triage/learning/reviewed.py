"""Reports on which people decided, as rows to learn from and to measure on.

A share of them, told by a hash of the id alone, is kept aside for good: no model ever learns from it, so that two models
can be compared on it. What belongs to the case of such a report, or repeats its text, is not learned from either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from corpora.reports import LabelledReport
from triage.model import Ruling
from triage.shown import Shown
from triage.store import ReadRow
from triage.text.dates import SHANGHAI

ASIDE = 0.2
"""The share of decided reports that is kept aside."""


@dataclass(frozen=True, slots=True)
class Parted:
    """Decided reports to learn from, and those kept aside to measure on."""

    learned: tuple[LabelledReport, ...]
    aside: tuple[LabelledReport, ...]


def labelled(row: ReadRow) -> LabelledReport | None:
    """A decided report in the labelled form; None where the reading was only rejected, which tells no label."""
    review, report = row.review, row.report
    if review is None or review.decision is Ruling.REJECT:
        return None
    return LabelledReport(
        text=report.text,
        id=report.id,
        channel=report.channel.value,
        language=row.assessment.language.value,
        received=report.received_at.astimezone(SHANGHAI).date(),
        categories=review.categories,
        refer=review.refer,
        urgent=review.urgent,
        case=row.case_id,
        turns=tuple((turn.speaker.value, turn.text) for turn in report.turns) or None,
    )


def exported(told: Shown) -> dict[str, object]:
    """A decided report, as it is shown, as a line of the labelled JSONL; of a rejected reading the labels are missing."""
    row = told.row
    review, report = row.review, row.report
    line: dict[str, object] = {
        "id": report.id,
        "text": report.text,
        "channel": report.channel,
        "language": row.assessment.language,
        "received": report.received_at.astimezone(SHANGHAI).date().isoformat(),
        "case": row.case_id,
    }
    if report.turns:
        line["turns"] = [{"speaker": turn.speaker, "text": turn.text} for turn in report.turns]
    if review is not None:
        if review.decision is not Ruling.REJECT:
            line |= {"categories": review.categories, "refer": review.refer, "urgent": review.urgent}
        line["review"] = {"decision": review.decision, "stratum": review.stratum, "share": review.share}
    return line


def is_aside(report_id: str) -> bool:
    """Whether a report is kept aside, whatever becomes of it."""
    digest = sha256(b"kept aside\0" + report_id.encode()).digest()
    return int.from_bytes(digest[:6]) < ASIDE * (1 << 48)


def parted(rows: Iterable[ReadRow], authored: Sequence[LabelledReport] = ()) -> Parted:
    """Decided reports in two parts; one whose text stands among the ``authored`` ones is measured on nowhere."""
    told = [row for row in map(labelled, rows) if row is not None]
    known = {row.text.strip() for row in authored}
    aside = [row for row in told if is_aside(row.id or "")]
    cases, texts = {row.case for row in aside if row.case}, {row.text.strip() for row in aside}
    learned = [
        row for row in told if not is_aside(row.id or "") and row.case not in cases and row.text.strip() not in texts
    ]
    return Parted(tuple(learned), tuple(row for row in aside if row.text.strip() not in known))
