"""Opens letters for the parts that tell of words: under the reader's access, a few at a time, and at most so many.

Only their harmless words are kept, never a text. Whoever reads no text opens none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.model import Access, EntityKind
from triage.store import Store
from triage.store.monthly import COUNTY
from triage.store.records import ReadRow
from triage.text.dates import SHANGHAI
from triage.trends.counted import LINE_MONTHS, Counted, shifted
from triage.trends.independent import Letter
from triage.trends.phrases import Term, terms_of
from triage.trends.plain_words import words_of
from triage.trends.spikes import LEAST_PAST

MOST_NOW, MOST_BEFORE, _BATCH = 5000, 5000, 200
_CAN_STAND = frozenset({EntityKind.PROGRAMME, EntityKind.POSITION})


@dataclass(frozen=True, slots=True)
class Read:
    """Letters of the month, and of the twelve months before it, drawn evenly."""

    now: tuple[Letter, ...]
    before: tuple[Letter, ...]


def letters_read(store: Store, counted: Counted) -> Read | None:
    """The letters that words are counted in; None for whoever reads no text, and where the past is too short."""
    before = [shifted(counted.month, back) for back in range(-LINE_MONTHS, 0)]
    before = [month for month in before if counted.known(month)]
    if not counted.access.role.reads_text or len(before) < LEAST_PAST:
        return None
    known: dict[Term, Term] = {}
    return Read(
        tuple(_letters(store, counted, [counted.month], MOST_NOW, known)),
        tuple(_letters(store, counted, before, MOST_BEFORE, known)),
    )


def opened(store: Store, access: Access, seqs: Sequence[int]) -> Iterator[ReadRow]:
    """Reports by number, as far as they may be read."""
    for start in range(0, len(seqs), _BATCH):
        yield from store.rows_by_seq(seqs[start : start + _BATCH], access, "monthly report")


def spans_of(row: ReadRow) -> list[tuple[int, int]]:
    """Where the reader found people, places, contacts, sums, times and bodies."""
    return [(one.start, one.end) for one in row.assessment.entities if one.kind not in _CAN_STAND]


def _letters(
    store: Store, counted: Counted, months: Sequence[str], most: int, known: dict[Term, Term]
) -> Iterator[Letter]:
    """``known`` holds each term once, however many letters have it."""
    seqs = store.monthly.some(counted.access, counted.place, months, most)
    for row in opened(store, counted.access, seqs):
        terms = dict.fromkeys(terms_of(words_of(row.report.text, spans_of(row))))
        division = row.report.division
        yield Letter(
            report=row.report.id,
            seq=row.report.seq,
            case=row.case_id or "",
            county=division[:COUNTY] if len(division) >= COUNTY else "",
            day=row.report.received_at.astimezone(SHANGHAI).date().isoformat(),
            categories=row.assessment.categories,
            terms=tuple(known.setdefault(term, term) for term in terms),
        )
