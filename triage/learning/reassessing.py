"""Old reports read again by the model in use, when nothing else waits: a few at a time, so many a minute, the newest first.

What is to be read again follows from the readings themselves: a report whose last one is by another model than the one
in use. So it goes on where it stopped, whenever that was, and nobody has to ask for it. Senders are served in turn, as in
the queue. People's decisions stand above every model: a report that somebody decided on stays as it is (where they rejected
the reading, another model reads it), and nothing else that people have before them becomes less (see ``review.rereading``). Only an accused above the own office, found now, takes a report from a
desk: it is sealed, and the audit log says so.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from corpora.taxonomy import load_taxonomy
from models.errors import ModelError
from models.readers import reader_in
from models.registry import Registry
from models.saved import read_manifest
from triage.cases import to_bytes
from triage.cases.catching_up import matter_of
from triage.errors import Busy, Unavailable
from triage.logs import get_logger
from triage.model import Assessment, Route, Ruling, Way
from triage.referral import division_of, keys_named, route
from triage.referral.words import titled_text, words_on_offices
from triage.renewal import priority_of
from triage.review import held, kept
from triage.review.rereading import EARLIER, not_below
from triage.reviewing import words_on_head
from triage.settings import Settings
from triage.store import Assessed
from triage.store.rereading import ReadBefore, Reread
from triage.store.writing_again import MadeBy
from triage.text.terms import TermKeyer

if TYPE_CHECKING:
    from triage.cases.linking import Met
    from triage.pipeline import Pipeline

log = get_logger(__name__)
MOST_AT_ONCE = 16
"""A new report waits for no more than these."""
WINDOW = 5000
MOST_KNOWN = 200_000
LOOK_SECONDS = 0.1
AGAIN_SECONDS = 3600.0


def made_by_of(settings: Settings) -> MadeBy | None:
    """What assessments of the model in use bear, known without opening it; None where there is none that can be used."""
    registry = Registry(settings.models_dir)
    try:
        folder = registry.path(registry.current() or "")
        version = str(read_manifest(folder)["about"].get("version", ""))
        return MadeBy(reader_in(folder), version, load_taxonomy().version)
    except ModelError:
        return None


class Pace:
    """At most so many a minute, in even portions: no minute, wherever it begins, has more."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing was done yet."""
        most = max(1, min(MOST_AT_ONCE, per_minute // 60))
        # Portions of which a whole number fills the minute
        self.portion = next(size for size in range(most, 0, -1) if per_minute % size == 0) if per_minute else 0
        self._every = 60.0 * self.portion / per_minute if per_minute else 0.0
        self._clock = clock
        self._next = 0.0

    def due(self) -> bool:
        """Whether a portion may be done now."""
        return self.portion > 0 and self._clock() >= self._next

    def begin(self) -> None:
        """A portion is done from now on; the next one waits its time."""
        self._next = self._clock() + self._every


@dataclass
class _Round:
    """What one model has to read again, as far as it is known: numbers by lane, the newest first."""

    by: MadeBy
    above: int
    """Reports of this number and before were not looked at yet."""
    lanes: dict[int, deque[int]] = field(default_factory=dict)
    known: int = 0

    def add(self, found: Sequence[tuple[int, int]]) -> None:
        for seq, lane in found:
            self.lanes.setdefault(lane, deque()).append(seq)
        self.known += len(found)

    def next(self, most: int) -> list[int]:
        """The next numbers, a lane after the other."""
        taken: list[int] = []
        while self.lanes and len(taken) < most:
            lane, waiting = next(iter(self.lanes.items()))
            taken.append(waiting.popleft())
            del self.lanes[lane]
            if waiting:
                # Behind all the others
                self.lanes[lane] = waiting
        self.known -= len(taken)
        return taken


class Reassessing:
    """Reads old reports again; one for each worker process, of which one at a time does it."""

    def __init__(self, pipeline: Pipeline, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Knows of nothing yet; ``per_minute`` 0: nothing is read again."""
        self._pipeline = pipeline
        self._store = pipeline.store
        self._pace = Pace(per_minute, clock)
        self._clock = clock
        self._keyed = TermKeyer(self._store.subkey("link")).key
        self._held: ExitStack | None = None
        self._round: _Round | None = None
        self._rests_until = 0.0

    def turn(self) -> int:
        """Reads the next portion again if it is due and nothing else waits, here or with other workers; how many reports that were."""
        if not self._pace.due() or not self._mine() or self._store.waiting():
            return 0
        by = MadeBy(*self._pipeline.assessor.made_by)
        if self._round is not None and self._round.by == by and self._clock() < self._rests_until:
            return 0
        if self._round is None or self._round.by != by or self._rests_until:
            # Another model; or an hour has passed: another worker may have read with an older one since
            self._round, self._rests_until = _Round(by, self._store.last_seq()), 0.0
        self._look(self._round)
        seqs = self._round.next(self._pace.portion)
        if not seqs:
            if self._round.above <= 0:
                self._rests_until = self._clock() + AGAIN_SECONDS
            return 0
        self._pace.begin()
        self._read(self._store.rereading.take(seqs, by))
        return len(seqs)

    def close(self) -> None:
        """Lets another worker do it."""
        held, self._held = self._held, None
        if held is not None:
            with suppress(Busy, Unavailable):
                held.close()

    def _mine(self) -> bool:
        """Whether this worker is the one that reads again; it stays so as long as it lives, so that there is one pace."""
        if self._held is None:
            with ExitStack() as stack:
                if stack.enter_context(self._store.crew.only_one("reassess")):
                    self._held = stack.pop_all()
        return self._held is not None

    def _look(self, round_: _Round) -> None:
        """Looks further back for what is to be read again, for a moment."""
        until = self._clock() + LOOK_SECONDS
        while round_.above > 0 and round_.known < MOST_KNOWN and self._clock() < until:
            first = max(1, round_.above - WINDOW + 1)
            round_.add(self._store.rereading.behind(round_.by, first, round_.above))
            round_.above = first - 1

    def _read(self, before: Sequence[ReadBefore]) -> None:
        try:
            self._take_on(before)
        except (Busy, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001  # whatever goes wrong with one of them, the others must not wait for it
            if len(before) == 1:
                log.warning("reassessment_failed", report=before[0].row.report.id, error=type(error).__name__)
                return
            for one in before:
                self._read([one])

    def _take_on(self, before: Sequence[ReadBefore]) -> None:
        """Reads reports again and keeps what became of them in one transaction."""
        pipeline = self._pipeline
        read = list(pipeline.assessor.pipe([one.row.report for one in before]))
        changed = [
            (one, now)
            for one, now in zip(before, read, strict=True)
            if now.entities != (one.row.machine or one.row.assessment).entities
        ]
        if not changed:
            self._keep(before, read, {})
            return
        # Other mentions than before: reports are linked by them, one worker after the other
        with self._store.crew.turn("link"):
            self._keep(before, read, pipeline.meet([matter_of(one.row.report, now) for one, now in changed]))

    def _keep(self, before: Sequence[ReadBefore], read: Sequence[Assessment], met: Mapping[str, Met]) -> None:
        made = [
            self._reread(one, now, met.get(one.row.report.id), parties)
            for one, now, parties in zip(before, read, self._parties(before, read), strict=True)
        ]
        self._store.rereading.save(made)

    def _parties(self, before: Sequence[ReadBefore], read: Sequence[Assessment]) -> list[tuple[str, ...]]:
        """The keys of whom each report names, by its new reading; whom anybody is kept from is asked once for all."""
        kept_from, reports = self._store.staff.kept_from(), [one.row.report for one in before]
        beside = self._pipeline.assessor.named_beside(reports)
        return [
            keys_named((*now.entities, *others), kept_from, self._keyed, titled_text(report))
            for report, now, others in zip(reports, read, beside, strict=True)
        ]

    def _reread(self, one: ReadBefore, read: Assessment, met: Met | None, parties: tuple[str, ...]) -> Reread:
        row, policy = one.row, self._pipeline.policy
        before = row.machine or row.assessment
        if row.review is not None:
            # It was rejected: what else a person, or its case, had given the report stays with it all the same
            before = kept(before, Ruling.REJECT, row.priority, policy, held(row, policy).risk.level)
        now = not_below(before, read, policy)
        way = self._way(one, now)
        if way.way is Way.SEALED_UP:
            return Reread(row.assessment_id, Assessed(row.report.id, None, way))
        priority = priority_of(now, way.refer, policy, row.priority.corroboration)
        level = max(priority.level, row.priority.level, key=lambda level: level.rank)
        item = Assessed(row.report.id, now, way, replace(priority, level=level), party_keys=parties)
        if met is not None:
            facts = to_bytes(matter_of(row.report, now))
            item = replace(item, link_keys=met.keys, judgements=met.judgements, link_facts=facts)
        return Reread(row.assessment_id, item)

    def _way(self, one: ReadBefore, now: Assessment) -> Route:
        """Where a report goes; one that an office has before it stays in its place, and a proposal stays one."""
        pipeline, report = self._pipeline, one.row.report
        division = report.division
        # What adds to another report lies where that one lies
        if not one.on_desk and report.adds_to is None:
            told = pipeline.place_code(report.place) if report.place else None
            division = division_of(now.entities, told, pipeline.desk)
        on_head, on_offices = words_on_head(report, pipeline.desk), words_on_offices(report)
        way = route(now, division, pipeline.desk, pipeline.offices, on_head, on_offices)
        if way.way is not Way.SEALED_UP and not way.refer and (one.on_desk or one.row.priority.refer):
            return replace(way, refer=True, reasons=(*way.reasons, EARLIER))
        return way
