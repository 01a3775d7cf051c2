"""Looks at the parts of an installation; a part that fails is a state, not an end."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ModelError, ModelUnsuitable
from models.registry import Registry
from models.saved import read_manifest
from triage.errors import Busy, Corrupt, NoIndex, TriageError
from triage.operation.ends import ends_again_and_again
from triage.operation.parts import PartState
from triage.operation.pressing import pressing_now
from triage.referral.clocks import ClockState
from triage.settings import Settings
from triage.store import WORKER, Store
from triage.store.figures import StoreFigures, figures_of
from triage.store.locks import take_worker_lock

if TYPE_CHECKING:
    from triage.search import SearchIndex

DRIFT_SECONDS = 60.0
# Anybody may ask whether the service is ready: whoever asks in a loop gets what was seen a moment ago.
READY_SECONDS = 0.5
STALLED_SECONDS = 15 * 60
SLOW_LINES = 50_000
UNSEALED_ROWS = 50_000
LEAST_FREE_BYTES = 1_000_000_000


class Observer:
    """Looks at one installation.

    Args:
        settings: where everything lies.
        store: the opened store.
        index: the opened index; None as long as it is not opened.
        clock: seconds that only rise.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        index: Callable[[], SearchIndex | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._store = store
        self._index = index
        self._clock = clock
        self._guard = threading.Lock()
        self._drift: tuple[float, int | None] | None = None
        self._comparing = False
        self._outbox_head = (0, 0.0)
        self._looking = threading.Lock()
        self._ready: tuple[float, tuple[PartState, ...]] | None = None

    def ready(self) -> tuple[PartState, ...]:
        """What serving needs: database, model, index, drift, worker, disk; looked at twice a second at most.

        Whoever asks while somebody looks is told what was seen last: a look may take long where much is kept.
        """
        before = self._ready
        if not self._looking.acquire(blocking=before is None):
            return before[1] if before is not None else ()
        try:
            if self._ready is None or self._clock() - self._ready[0] >= READY_SECONDS:
                seen = self._look()
                self._ready = (self._clock(), seen)
            return self._ready[1]
        finally:
            self._looking.release()

    def _look(self) -> tuple[PartState, ...]:
        figures = self.figures()
        database = PartState("database", figures if isinstance(figures, str) else "there")
        found = None if isinstance(figures, str) else figures
        return (database, self.model(), self.index(), self.drift(), self.worker(found), self.disk())

    def figures(self) -> StoreFigures | str:
        """How the store stands, or the code of what keeps it from answering."""
        try:
            return figures_of(self._store)
        except Corrupt:
            return "damaged"
        except TriageError:
            return "unavailable"

    def model(self) -> PartState:
        """The model that workers read with."""
        registry = Registry(self._settings.models_dir)
        try:
            version = registry.current()
            if version is None:
                return PartState("model", "missing")
            read_manifest(registry.path(version))
        except ModelUnsuitable:
            return PartState("model", "outdated")
        except (ModelError, OSError):
            return PartState("model", "damaged")
        if held_up := self._held_up():
            told: dict[str, int | str] = {"version": version, "workers": len(held_up), "reading": held_up[0]}
            return PartState("model", "not_taken_up", told)
        return PartState("model", "there", {"version": version})

    def _held_up(self) -> list[str]:
        """Of each worker that cannot open the model in use the one that it reads on with."""
        try:
            troubled = [model for model, trouble in self._store.crew.models() if trouble]
        except TriageError:
            return []
        # What a worker of the embedded database has told holds as long as it lives
        return troubled if troubled and self.workers() else []

    def index(self) -> PartState:
        """The search index."""
        held = self.held()
        if isinstance(held, str):
            return PartState("index", held)
        return PartState("index", "there" if self._takes_writes() else "blocked", {"reports": held})

    def _takes_writes(self) -> bool:
        index = self._index()
        try:
            return index is None or index.takes_writes()
        except TriageError:
            # Gone since it was asked: the next look says so
            return True

    def held(self) -> int | str:
        """How many reports the index holds, or the code of what keeps it from answering."""
        from triage.search import SearchRequest

        index = self._index()
        if index is None:
            return "there" if self._embedded() else "opening"
        try:
            # Asked first because it is known at once; other questions to a cluster that is gone are tried again for long
            if not index.answers():
                return "unreachable"
            # The embedded index is there from the beginning, and new as long as it holds nothing
            if self._settings.elasticsearch_url is not None and index.new():
                return "missing"
            return index.count(SearchRequest(), WORKER)
        except NoIndex:
            return "missing"
        except TriageError:
            return "unreachable"

    def _embedded(self) -> bool:
        """Whether the folder of the embedded index holds one, which takes no opening to see."""
        return self._settings.elasticsearch_url is None and any(self._settings.index_dir.glob("*/meta.json"))

    def drift(self) -> PartState:
        """Whether index and store agree as far as numbers tell; `triage reconcile` compares every report."""
        amount = self.drift_amount()
        if amount is None:
            return PartState("drift", "unknown")
        return PartState("drift", "some" if amount else "none", {"reports": amount})

    def drift_amount(self) -> int | None:
        """By how many reports index and store differ beyond what waits in the outbox; looked at once a minute.

        Whoever asks meanwhile is told what was seen last.
        """
        with self._guard:
            now = self._clock()
            last = self._drift[1] if self._drift is not None else None
            if self._comparing or (self._drift is not None and now - self._drift[0] < DRIFT_SECONDS):
                return last
            self._comparing = True
        try:
            last = self._differs()
        finally:
            with self._guard:
                self._drift, self._comparing = (now, last), False
        return last

    def _differs(self) -> int | None:
        from triage.indexing import drift_by_number

        index = self._index()
        try:
            if index is None or not index.answers():
                return None
            return drift_by_number(self._store, index)
        except TriageError:
            return None

    def worker(self, figures: StoreFigures | None) -> PartState:
        """Whether somebody works, and whether it gets on."""
        running = self.workers()
        waiting = figures.waiting if figures is not None else 0
        told: dict[str, int | str] = {"workers": running, "waiting": waiting}
        if self.ending():
            return PartState("worker", "ending", told)
        if failing := self.hindered():
            return PartState("worker", "hindered", {**told, "failing": ", ".join(sorted(set(failing)))})
        if figures is not None and running and figures.oldest_seconds > STALLED_SECONDS:
            return PartState("worker", "stalled", told)
        return PartState("worker", "running" if running else "missing", told)

    def hindered(self) -> list[str]:
        """Of each worker part of whose work fails what that is, such as ``feed:Corrupt``."""
        try:
            failing = self._store.crew.hindered()
        except TriageError:
            return []
        return failing if failing and self.workers() else []

    def ending(self) -> bool:
        """Whether workers of this data folder end unasked again and again."""
        return ends_again_and_again(self._settings.data_dir)

    def workers(self) -> int:
        """How many workers are alive."""
        if self._store.crew.shared:
            try:
                return self._store.crew.at_work()
            except TriageError:
                return 0
        try:
            take_worker_lock(self._settings.data_dir).release()
        except Busy:
            return 1
        return 0

    def sealed(self) -> PartState:
        """Whether sealed reports have to go up now, by number alone. It stands in no answer that everybody gets."""
        try:
            counts = pressing_now(self._store)
        except TriageError:
            return PartState("sealed", "unknown")
        soon, late = counts[ClockState.DUE_SOON], counts[ClockState.OVERDUE]
        return PartState("sealed", "overdue" if late else "due_soon" if soon else "none", {"soon": soon, "late": late})

    def identity(self) -> PartState:
        """Whether requests for a reporter's identity wait until they lapse, by number alone, as ``sealed``."""
        from triage.custody import CustodyDesk

        try:
            counts = CustodyDesk.of(self._store).waiting()
        except TriageError:
            return PartState("identity", "unknown")
        soon = counts[ClockState.DUE_SOON]
        return PartState("identity", "due_soon" if soon else "none", {"waiting": counts.total(), "soon": soon})

    def disk(self) -> PartState:
        """The room left beside the data."""
        return disk_of(self._settings.data_dir)

    def disk_bytes(self) -> int:
        """Free bytes on the disk of the data folder."""
        return free_bytes(self._settings.data_dir)

    def outbox_seconds(self, figures: StoreFigures) -> float:
        """For how long the oldest line of the outbox has stood there since it was first seen from here."""
        with self._guard:
            now = self._clock()
            if figures.outbox_first != self._outbox_head[0]:
                self._outbox_head = (figures.outbox_first, now)
            return now - self._outbox_head[1] if figures.outbox_first else 0.0


def disk_of(folder: Path) -> PartState:
    """The room left on the disk of a folder."""
    free = free_bytes(folder)
    return PartState("disk", "enough" if free >= LEAST_FREE_BYTES else "low", {"free_mb": free // 1_000_000})


def free_bytes(folder: Path) -> int:
    """Room left on the disk of a folder, or of the first folder above it that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
