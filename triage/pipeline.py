"""The way of a report, step by step::

    received ──► assessed ──► routed ──► linked ──► kept ──► indexed

Assessing, routing and linking are computed in memory; the route decides what may be kept, and one transaction writes
it. Only here, in ``renewal``, ``routing``, ``reviewing`` and ``learning`` do steps meet. Whatever goes wrong with one report is written beside
it and never stops the others.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpora.offices import OfficeRow
from triage.cases import LinkKeyer, PairJudge, link, to_bytes
from triage.cases.catching_up import matter_of
from triage.errors import Busy, IndexDown, NoIndex, Refused, Unavailable
from triage.indexing import LOOK_SECONDS, Drift, Rest, document_of, drift_by_number, fill_if_new, rebuild, reconcile
from triage.learning.in_use import Opened, model_folder, open_assessor, open_judge, open_model
from triage.logs import get_logger
from triage.model import Assessment, Office, Rank, Report, Way
from triage.neighbours import Neighbours
from triage.policy import Policy, load_policy
from triage.recusing import mark_since
from triage.referral import Desk, keys_named
from triage.referral.words import titled_text
from triage.renewal import Renewal, news_in
from triage.reviewing import ReviewSet, desk_of
from triage.routing import Router
from triage.search import CursorBox, EmbeddedIndex, IndexDocument, SearchIndex, Terms
from triage.search.finding import Finder
from triage.search.watching import Watcher
from triage.settings import Settings
from triage.store import WORKER, Assessed, Store
from triage.text.place_names import division_named
from triage.text.segment import default_segmenter
from triage.text.terms import TermKeyer

if TYPE_CHECKING:
    # spaCy comes with it: only who assesses pays for that, the API does not.
    from triage.assess import Assessor
    from triage.cases.linking import Met
    from triage.cases.matter import Matter

log = get_logger(__name__)

OUTBOX_BATCH = 256
LONG = 20_000
"""Characters of a text that is read by itself."""

__all__ = [
    "OUTBOX_BATCH",
    "Drift",
    "Pipeline",
    "assemble",
    "desk_of",
    "document_of",
    "drift_by_number",
    "fill_if_empty",
    "model_folder",
    "offices_from",
    "open_assessor",
    "open_finder",
    "open_index",
    "open_judge",
    "rebuild",
    "reconcile",
    "told_place",
]


def _untimed(_step: str, _reports: int) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass
class Pipeline:
    """What the worker needs to take reports on their way; one for each worker process.

    Args:
        store: the system of record.
        assessor: reads texts.
        index: where reports are found.
        desk: the own office.
        offices: offices that reports can be sent to.
        policy: weights, thresholds and link rules.
        place_code: resolves the place that a sender told to a division code.
        judge: says which reports tell of one matter.
        refer_from: the model's threshold for referral, near which people are asked more often.
        timed: stands around each step with its number of reports, for who watches.
    """

    store: Store
    assessor: Assessor
    index: SearchIndex
    desk: Desk
    offices: Sequence[Office]
    policy: Policy
    place_code: Callable[[str], str | None]
    judge: PairJudge
    refer_from: float = 0.5
    timed: Callable[[str, int], AbstractContextManager[None]] = _untimed

    def __post_init__(self) -> None:
        key = self.store.subkey("link")
        self._keyer = LinkKeyer(key)
        self._keyed = TermKeyer(key).key
        self._before = Neighbours(self.store, self._keyer)
        self._renewal = Renewal(self.store, self.policy, self.desk, self.offices)
        self._watcher = Watcher(_finder(self.store, self.index))
        self._review_set = ReviewSet(self.store, self.refer_from)
        self._rest, self._looked = Rest(), 0.0

    def take_up(self, opened: Opened) -> None:
        """Reads and links with another model from the next batch on; to be called between two."""
        self.assessor, self.judge, self.refer_from = opened.assessor, opened.judge, opened.refer_from
        self._review_set = ReviewSet(self.store, self.refer_from)

    def process(self, limit: int) -> int:
        """Takes the oldest waiting reports from received to kept.

        Returns:
            How many reports were taken up, those that failed and wait for another try included.
        """
        waiting = self.store.claim(limit)
        for part in _parts(waiting):
            try:
                self._take_on(part)
            except (Busy, Unavailable):
                # The store does not answer: no report is to blame, and all of them go on waiting.
                raise
            except Exception as error:  # noqa: BLE001  # whatever goes wrong with one of them, the others must not wait for it
                log.warning("batch_failed", count=len(part), error=type(error).__name__)
                for report in part:
                    self._take_on_alone(report)
        return len(waiting)

    def feed(self, limit: int = OUTBOX_BATCH) -> int:
        """Brings what has changed into its case and the index and, once it is durable there, takes it out of the outbox.

        Cases and alerts wait for the outbox too: a process killed between keeping and joining leaves the line, and the
        next one joins.
        """
        if not self._rest.over() or (self._rest.error is not None and not self._answers()):
            return 0
        try:
            fed = self._fed(limit)
        except IndexDown as error:
            self._rest.begin(error)
            return 0
        self._rest.end()
        return fed

    def _answers(self) -> bool:
        """Whether an index that did not answer does so now: asked in brief, so that reports are read meanwhile."""
        if self._rest.error is None or self.index.answers():
            return True
        self._rest.begin(self._rest.error)
        return False

    def _fed(self, limit: int) -> int:
        if time.monotonic() >= self._looked + LOOK_SECONDS:
            fill_if_new(self.store, self.index)
            self._looked = time.monotonic()
        if not (items := self.store.outbox_batch(limit)):
            return 0
        self._before.make_up([item.report_id for item in items if item.row is not None])
        # What is derived later rests on all that was said before: nobody writes down an older state of a case
        with self.store.crew.turn("cases"):
            self._renewal.renew(items)
        self._review_set.take_in(items)
        # Renewing may have changed the case of a report since its row was read
        cases = self.store.cases_of([item.report_id for item in items], WORKER, most=1)
        homes = {report_id: case.id for report_id, case in cases.items()}
        rows = [replace(item.row, case_id=homes.get(item.report_id)) for item in items if item.row is not None]
        lines = {item.report_id: item.seq for item in sorted(items, key=lambda item: item.seq)}
        documents = {row.report.id: document_of(row, lines[row.report.id]) for row in rows}
        with self.timed("index", len(documents)):
            refused = self._apply(documents, {each: line for each, line in lines.items() if each not in documents})
        # Who saved a search hears of what is new in a report, and that it found its case where they ask for that case
        news, moved = news_in(items)
        held = documents.keys() - refused.keys()
        self._watcher.look(sorted(held & news), {one: moved[one] for one in held & moved.keys()})
        told = {row.report.id: row.case_id for row in rows}
        self.store.outbox_done([item.seq for item in items if item.report_id not in refused], told)
        if refused:
            self.store.asides.set_aside(refused, lines)
        return len(items)

    def _apply(self, documents: Mapping[str, IndexDocument], removed: Mapping[str, int]) -> Mapping[str, str]:
        """Writes to the index; a code for each report that it refuses. One that is not there is written first."""
        try:
            try:
                self.index.apply(list(documents.values()), removed)
            except NoIndex:
                fill_if_new(self.store, self.index)
                self.index.apply(list(documents.values()), removed)
        except Refused as error:
            log.warning("index_refuses", count=len(error.reasons))
            return error.reasons
        return {}

    def work_until_empty(self, batch: int, on_progress: Callable[[int], None] = lambda _: None) -> int:
        """Processes and indexes until nothing waits; returns how many reports were taken up.

        Raises:
            IndexDown: the index does not answer, and what it is to hear of waits in the outbox.
        """
        total = 0
        while True:
            done = self.process(batch)
            fed = self.feed()
            total += done
            on_progress(done)
            if not done and not fed:
                if self._rest.error is not None:
                    raise self._rest.error
                return total

    def _take_on(self, reports: Sequence[Report]) -> None:
        """Assesses, routes and links reports, and keeps what became of them in one transaction."""
        with self.timed("assess", len(reports)):
            read = list(zip(reports, self.assessor.pipe(reports), strict=True))
        # One worker after the other: of two that link at once neither would meet the other's reports
        with self.store.crew.turn("link"):
            kept_from = self.store.staff.kept_from()
            kept = self._keepable(read, kept_from)
            with self.timed("keep", len(kept)):
                self.store.save_assessed(kept)
        mark_since(self.store, kept_from, reports)

    def _take_on_alone(self, report: Report) -> None:
        """As ``_take_on``; a failure is written beside the report, by the code of the error alone."""
        try:
            self._take_on([report])
        except (Busy, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001  # the report goes on waiting, visibly
            log.warning("report_failed", report=report.id, error=type(error).__name__)
            self.store.fail([report.id], type(error).__name__)

    def _keepable(
        self, read: Sequence[tuple[Report, Assessment]], kept_from: Mapping[str, tuple[str, ...]]
    ) -> list[Assessed]:
        """Routes reports and links those that are not to be sealed: all that the transaction will write."""
        routed = Router(self.store, self.desk, self.offices, self.policy, self.place_code).routed(read)
        quoted = self._before.quoted([report for report, _ in read])
        open_ones = {
            one.report.id: matter_of(one.report, one.read, quoted.get(one.report.id, ()))
            for one in routed
            if one.way.way is not Way.SEALED_UP
        }
        links = self.meet(list(open_ones.values()))
        beside = self.assessor.named_beside([one.report for one in routed])
        kept = []
        for one, others in zip(routed, beside, strict=True):
            name = one.report.id
            if name not in links:
                kept.append(Assessed(name, None, one.way))
                continue
            met, people = links[name], (*one.read.entities, *others)
            parties = keys_named(people, kept_from, self._keyed, titled_text(one.report))
            facts = to_bytes(open_ones[name])
            kept.append(Assessed(name, one.read, one.way, one.priority, met.keys, met.judgements, parties, facts))
        return kept

    def meet(self, matters: Sequence[Matter]) -> dict[str, Met]:
        """Links matters with what is stored and with each other; to be kept in the turn at linking in which it is asked."""
        with self.timed("link", len(matters)):
            met = {met.id: met for met in link(matters, self._keyer, self.judge, self._before)}
        self._before.remember(matters)
        return met


def _parts(reports: Sequence[Report]) -> list[list[Report]]:
    """What of a batch is read and kept together: a long report comes last and alone, so that no other waits for it."""
    short = [report for report in reports if len(report.text) <= LONG]
    parts = [short, *([report] for report in reports if len(report.text) > LONG)]
    return [part for part in parts if part]


def offices_from(rows: Iterable[OfficeRow]) -> list[Office]:
    """Offices of the corpus as the domain knows them."""
    return [Office(row.id, row.name, row.division, Rank(row.level), row.kind) for row in rows]


def told_place(name: str) -> str | None:
    """The division code of a place as a sender told it, if it is one division's."""
    found = division_named(name)
    return found.code if found else None


def open_index(settings: Settings, store: Store, terms: Terms | None = None) -> SearchIndex:
    """The search index that the settings name; ``terms`` are the store's, where somebody has a quicker way to them.

    Raises:
        BadSetup: the settings of the cluster do not fit together.
    """
    terms = terms or Terms(TermKeyer(store.subkey("terms")), default_segmenter())
    if settings.elasticsearch_url is None:
        return EmbeddedIndex(settings.index_dir, terms)
    from triage.search.elastic import Cluster, ElasticIndex, address_of

    url = settings.elasticsearch_url.get_secret_value()
    address = address_of(url, settings.elasticsearch_password_file, settings.elasticsearch_ca_file)
    return ElasticIndex(Cluster(address), terms, settings.elasticsearch_index, shards=settings.elasticsearch_shards)


def open_finder(settings: Settings, store: Store) -> Finder:
    """Search for people, on the index of this data directory."""
    return _finder(store, open_index(settings, store))


def _finder(store: Store, index: SearchIndex) -> Finder:
    key = hashlib.sha256(b"cursor" + store.subkey("terms")).digest()
    return Finder(store, index, CursorBox(key), default_segmenter())


def assemble(settings: Settings, store: Store, opened: Opened | None = None) -> Pipeline:
    """Everything the worker needs, opened; ``opened`` is the model to read with, by default the one in use."""
    model = opened or open_model(settings)
    return Pipeline(
        store,
        model.assessor,
        open_index(settings, store),
        desk_of(settings),
        store.offices(),
        load_policy(settings.data_dir),
        told_place,
        model.judge,
        model.refer_from,
    )


def fill_if_empty(pipeline: Pipeline) -> None:
    """Fills an index that holds nothing, as a new format or a lost folder leaves it, from the store.

    One that does not answer is filled as soon as it does.
    """
    try:
        fill_if_new(pipeline.store, pipeline.index)
    except IndexDown as error:
        log.warning("index_not_answering", code=error.code)
