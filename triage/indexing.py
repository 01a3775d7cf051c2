"""Store and index kept alike: what the index is told of a report, feeding it patiently, comparing the two, writing it anew.

The index follows the store and never the other way round. Whatever the index does not take now waits in the outbox.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from triage.errors import Busy, Corrupt, IndexDown, NoIndex, Refused
from triage.logs import get_logger
from triage.model import EntityKind, Stage
from triage.search import EmbeddedIndex, IndexDocument, SearchIndex, SearchRequest, accused_in
from triage.search.prints import Print, print_of
from triage.store import WORKER, ReadRow, Store
from triage.summaries import kinds_lacking
from triage.text.dates import SHANGHAI

log = get_logger(__name__)

RANGE = 10_000
"""Reports that are compared by one print; where it differs, each of them is looked at."""
LOOK_SECONDS = 30.0
"""So often an idle worker looks whether there still is an index."""
_NARROW = 1_000
"""Reports of a new index that are checked by one print, narrow enough for most of them to have stayed as they were."""
_PAGE = 500
_FIRST_REST = 0.5
_LONGEST_REST = 30.0


def document_of(row: ReadRow, revision: int = 0) -> IndexDocument:
    """What the index is told of a report; ``version`` is a hash of all of it, so that drift shows."""
    report, assessment = row.report, row.assessment
    accused = accused_in(assessment.entities)
    lacks = kinds_lacking(report, assessment)
    amounts = [entity.fen or 0 for entity in assessment.entities if entity.kind is EntityKind.AMOUNT]
    facts = (
        report.text,
        report.received_at.isoformat(),
        report.channel,
        assessment.categories,
        report.division,
        row.priority.level,
        round(row.priority.score, 4),
        row.party_keys,
        row.case_id,
        accused,
        lacks,
    )
    return IndexDocument(
        id=report.id,
        seq=report.seq,
        version=int.from_bytes(hashlib.blake2b(repr(facts).encode("utf-8", "replace"), digest_size=6).digest()),
        text=report.text,
        received_at=report.received_at,
        month=report.received_at.astimezone(SHANGHAI).strftime("%Y-%m"),
        channel=report.channel,
        categories=assessment.categories,
        division=report.division,
        level=row.priority.level,
        score=row.priority.score,
        amount_fen=max(amounts, default=0),
        party_keys=row.party_keys,
        case_id=row.case_id,
        accused=accused,
        lacks=lacks,
        revision=revision,
    )


@dataclass
class Rest:
    """How long an index that does not answer is left alone: half a second at first, half a minute at last."""

    clock: Callable[[], float] = time.monotonic
    error: IndexDown | None = None
    _seconds: float = _FIRST_REST
    _until: float = 0.0

    def begin(self, error: IndexDown) -> None:
        """It did not answer, again or for the first time."""
        if self.error is None:
            log.warning("index_not_answering", code=error.code)
            self._seconds = _FIRST_REST
        self.error = error
        self._until = self.clock() + self._seconds
        self._seconds = min(_LONGEST_REST, self._seconds * 2)

    def end(self) -> None:
        """It answers."""
        if self.error is not None:
            log.info("index_answers_again")
        self.error = None

    def over(self) -> bool:
        """Whether it may be asked now."""
        return self.error is None or self.clock() >= self._until


def rebuild(store: Store, index: SearchIndex, on_progress: Callable[[int], None] = lambda _: None) -> int:
    """Writes the index anew from the store, compares it and lets it be read; returns how many reports it holds then.

    Reports that it refuses are set aside, where people see them; those that the one before refused are tried again.

    Raises:
        Corrupt: the new index does not agree with the store; the one before goes on being read.
    """

    written: dict[int, Print] = {}

    def documents() -> Iterator[IndexDocument]:
        last = 0
        while rows := store.index_rows(WORKER, after_seq=last, limit=_PAGE):
            for document in map(document_of, rows):
                number = document.seq // _NARROW
                written[number] = written.get(number, Print(0, 0)) + print_of([document.version])
                yield document
            last = rows[-1].report.seq
            on_progress(len(rows))

    def check(draft: SearchIndex) -> None:
        left = _checked(store, draft, written)
        if left:
            raise Corrupt(f"The new index differs from the store in {left} reports; the one before stays in use.")

    before = set(store.asides.refused())
    try:
        total = index.rebuild(documents(), check)
    except Refused as error:
        # No line was in hand: a report that has one is refused once more when that is told, or taken
        store.asides.set_aside(error.reasons, {})
        before -= error.reasons.keys()
        total = index.count(SearchRequest(), WORKER)
    store.asides.send_again(sorted(before))
    return total


def _checked(store: Store, draft: SearchIndex, written: Mapping[int, Print]) -> int:
    """Compares a new index with what was written into it, by ranges, and mends it; in how many reports it still differs.

    Only where the two differ, as they do where reports have changed or come meanwhile, is the store read once more.
    """
    found = _Compared()
    end = max(written, default=-1) + 1
    for number in range(end):
        first, behind = number * _NARROW, (number + 1) * _NARROW
        if draft.print_of(first, behind) != written.get(number, Print(0, 0)):
            _compare(store, draft, _kept(store, first, behind), (first, behind), found, repair=True)
    _compare(store, draft, _kept(store, end * _NARROW, None), (end * _NARROW, None), found, repair=True)
    return found.left


def _kept(store: Store, first: int, end: int | None) -> dict[str, int]:
    """The versions of the reports with these numbers, as the store has them now."""
    versions: dict[str, int] = {}
    last = first - 1
    while end is None or last < end - 1:
        # Numbers have gaps: what is asked for may reach beyond the range, and no further than it must
        limit = _PAGE if end is None else min(_PAGE, end - 1 - last)
        rows = store.index_rows(WORKER, after_seq=last, limit=limit)
        within = [row for row in rows if end is None or row.report.seq < end]
        versions |= {document.id: document.version for document in map(document_of, within)}
        if len(within) < limit:
            break
        last = rows[-1].report.seq
    return versions


def fill_if_new(store: Store, index: SearchIndex) -> None:
    """Writes an index that is not there, as a first start, a new format or a loss leave it, from the store.

    Raises:
        IndexDown: it does not answer.
    """
    if not index.new():
        return
    if isinstance(index, EmbeddedIndex) and not store.index_rows(WORKER, after_seq=0, limit=1):
        index.make_whole()
        return
    log.info("index_refilled")
    try:
        rebuild(store, index)
    except (Busy, NoIndex):
        # Another worker was about the same and is through
        if index.new():
            raise


@dataclass(frozen=True, slots=True)
class Drift:
    """What reconciling found: reports the index lacked, held in an old version, or held without reason.

    ``refused``: reports that the index does not take; ``left``: those that still differ after mending.
    """

    missing: int
    stale: int
    surplus: int
    refused: int = 0
    left: int = 0

    @property
    def total(self) -> int:
        """All differences."""
        return self.missing + self.stale + self.surplus


@dataclass
class _Compared:
    """What is found and mended range by range."""

    missing: int = 0
    stale: int = 0
    surplus: int = 0
    refused: set[str] = field(default_factory=set)
    left: int = 0


def reconcile(
    store: Store, index: SearchIndex, *, repair: bool = True, on_progress: Callable[[int], None] = lambda _: None
) -> Drift:
    """Compares every report in the store with the index and, if ``repair``, makes the index agree.

    Ranges of reports are compared by a print of their number and content; where it differs, each report is. Changes that
    wait in the outbox are no drift. Memory does not grow with the number of reports.
    """
    found = _Compared()
    first, last = 0, 0
    while True:
        versions: dict[str, int] = {}
        while len(versions) < RANGE and (rows := store.index_rows(WORKER, after_seq=last, limit=_PAGE)):
            versions |= {document.id: document.version for document in map(document_of, rows)}
            last = rows[-1].report.seq
            on_progress(len(rows))
        end = last + 1 if len(versions) >= RANGE else None
        if index.print_of(first, end) != print_of(versions.values()):
            _compare(store, index, versions, (first, end), found, repair)
        if end is None:
            return Drift(found.missing, found.stale, found.surplus, len(found.refused), found.left)
        first = end


def _compare(
    store: Store,
    index: SearchIndex,
    versions: Mapping[str, int],
    numbers: tuple[int, int | None],
    found: _Compared,
    repair: bool,
) -> None:
    """Looks at each report of a range and counts, and mends, what differs."""
    held = dict(index.versions(*numbers))
    wrong = _differing(store, versions, held)
    found.missing += sum(each in versions and each not in held for each in wrong)
    found.stale += sum(each in versions and each in held for each in wrong)
    found.surplus += sum(each not in versions for each in wrong)
    if not repair or not wrong:
        return
    for start in range(0, len(wrong), _PAGE):
        found.refused |= _mend(store, index, wrong[start : start + _PAGE])
    held = {each: version for each, version in index.versions(*numbers) if each in set(wrong)}
    now = {each: versions[each] for each in wrong if each in versions and each not in found.refused}
    found.left += len(_differing(store, now, held))


def _differing(store: Store, versions: Mapping[str, int], held: Mapping[str, int]) -> list[str]:
    """Reports by which store and index differ, those left out that changed only since they were read."""
    suspects = [each for each in {**versions, **held} if versions.get(each) != held.get(each)]
    differing: list[str] = []
    for start in range(0, len(suspects), _PAGE):
        some = suspects[start : start + _PAGE]
        waiting = store.asides.awaited(some)
        rows = store.rows(some, WORKER, "reindex")
        now = {each: document_of(row).version for each, row in rows.items()}
        differing += [each for each in some if each not in waiting and now.get(each) != held.get(each)]
    return differing


def _mend(store: Store, index: SearchIndex, report_ids: Sequence[str]) -> set[str]:
    """Takes reports to the index the way that every change goes; those that it refuses."""
    lines = store.asides.send_again(report_ids)
    rows = store.rows(report_ids, WORKER, "reindex")
    refused: set[str] = set()
    try:
        gone = {each: line for each, line in lines.items() if each not in rows}
        index.apply([document_of(row, lines[each]) for each, row in rows.items()], gone)
    except Refused as error:
        store.asides.set_aside(error.reasons, lines)
        refused = set(error.reasons)
    store.outbox_done([line for each, line in lines.items() if each not in refused])
    return refused


def drift_by_number(store: Store, index: SearchIndex) -> int:
    """By how many reports index and store differ as far as their numbers tell, what waits in the outbox left out.

    Cheap enough for a figure that is asked every minute; only ``reconcile`` compares contents.

    Raises:
        IndexDown: the index does not answer.
    """
    counts = store.counts(WORKER)
    through, on_their_way = counts[Stage.INDEXED], counts[Stage.ASSESSED]
    held = index.count(SearchRequest(), WORKER)
    waiting = store.waiting()
    return max(0, through - held, held - through - on_their_way - waiting)
