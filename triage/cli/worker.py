"""The worker: assesses what waits, feeds the index and does asked jobs.

On the embedded database it is the one process that holds ``worker.lock``. On a server any number of workers share the
queue; the embedded index still has one writer, the one that holds ``worker.lock``, and the others only assess.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from typing import TYPE_CHECKING

from triage.cli.jobs import serve_job
from triage.cli.patience import ended_if_hung
from triage.errors import Busy, Unavailable
from triage.logs import get_logger, set_up_logs
from triage.settings import Settings
from triage.store import Store

if TYPE_CHECKING:
    from triage.learning.in_use import ModelWatch
    from triage.pipeline import Pipeline
    from triage.store.crew import Bell

    Timed = Callable[[str, int], AbstractContextManager[None]]

log = get_logger(__name__)
IDLE_SECONDS = 0.25
# Between looks at a server's queue when nobody rings: a bell that is not heard delays a report by this
SHARED_IDLE_SECONDS = 1.0
SEAL_SECONDS = 1.0
LOCK_SECONDS = 1.0
LONGEST_PAUSE = 15.0


def run_worker(store: Store, settings: Settings, *, with_parent: bool) -> None:
    """Works until asked to end by SIGTERM or SIGINT, or, ``with_parent``, until the parent's pipe closes.

    Asked to end, it brings the batch that it has in hand to its end and gives back what it holds beyond that.
    """
    from triage.operation.listener import watched

    set_up_logs(settings.log_level)
    ends, preparing = threading.Event(), threading.Event()
    bell = store.crew.bell()

    def end(*_: object) -> None:
        ends.set()
        bell.ring()
        if preparing.is_set():
            # A first training takes minutes and looks at nothing meanwhile; there is no report in hand yet
            preparing.clear()
            raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    # Before the lock and the models: that it is alive can be seen while it waits and loads.
    timed = watched(settings)
    writer = IndexWriter(store, settings)
    try:
        if not store.crew.shared:
            while not writer.mine() and not ends.is_set():
                # Another process holds the lock, an import perhaps; it ends on its own.
                ends.wait(LOCK_SECONDS)
        if not ends.is_set():
            _work(store, settings, writer, bell, (ends, preparing), timed)
    except KeyboardInterrupt:
        if not ends.is_set():
            raise
    finally:
        bell.close()
        writer.close()


def _work(
    store: Store,
    settings: Settings,
    writer: IndexWriter,
    bell: Bell,
    events: tuple[threading.Event, threading.Event],
    timed: Timed,
) -> None:
    from triage.learning.in_use import ModelWatch
    from triage.pipeline import assemble

    ends, preparing = events
    # Known before its models are loaded, or trained; a server that does not answer hears of it later
    with suppress(Busy, Unavailable):
        store.crew.holder.begin()
    preparing.set()
    watch = ModelWatch(settings, store)
    pipeline = assemble(settings, store, watch.opened)
    preparing.clear()
    pipeline.timed = timed
    _Shift(store, settings, pipeline, writer, bell, ends, watch).go_on()
    pipeline.index.close()


class IndexWriter:
    """Whether this process may write the search index; for the embedded one it is one process at a time."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Takes nothing yet."""
        self._store = store
        self._settings = settings
        self._held: ExitStack | None = None

    def mine(self) -> bool:
        """Takes the lock of the index if nobody holds it; True as long as this process does."""
        from triage.store.locks import take_worker_lock

        if self._held is None:
            with suppress(Busy), ExitStack() as stack:
                stack.enter_context(take_worker_lock(self._settings.data_dir))
                # The file tells the processes of one machine; two machines would each have a half of the index
                if stack.enter_context(self._store.crew.only_one("embedded index")):
                    self._held = stack.pop_all()
        return self._held is not None

    def close(self) -> None:
        """Lets others write."""
        held, self._held = self._held, None
        if held is not None:
            # The lock of a server that does not answer has fallen with its connection
            with suppress(Busy, Unavailable):
                held.close()


class _Shift:
    """A worker at its work, with everything that it needs opened."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        pipeline: Pipeline,
        writer: IndexWriter,
        bell: Bell,
        ends: threading.Event,
        watch: ModelWatch | None = None,
    ) -> None:
        from triage.cli.troubles import Troubles
        from triage.learning.reassessing import Reassessing
        from triage.operation.pressing import SealedWatch
        from triage.search.embedded import EmbeddedIndex
        from triage.trends.keeping import MonthlyClock

        self._store = store
        self._batch = settings.worker_batch
        self._pipeline = pipeline
        self._writer = writer
        self._bell = bell
        self._ends = ends
        self._watch = watch
        self._one_writer = isinstance(pipeline.index, EmbeddedIndex)
        self._filled = False
        self._sealed_at = 0.0
        self._monthly = MonthlyClock(store)
        self._clocks = SealedWatch(store)
        self._reassessing = Reassessing(pipeline, settings.reassess_per_minute)
        self._around = Troubles(store.crew.holder.hinder).around

    def go_on(self) -> None:
        """Works, waits, and works again until the end; a store that does not answer is waited for.

        What fails otherwise is told and tried again, and keeps nothing else from being done (see ``Troubles``).
        """
        idle = SHARED_IDLE_SECONDS if self._store.crew.shared else IDLE_SECONDS
        log.info("worker_started")
        pause = IDLE_SECONDS
        while not self._ends.is_set():
            try:
                busy = self._round()
            except (Busy, Unavailable) as error:
                log.warning("worker_waits", seconds=pause, code=error.code)
                if self._store.crew.shared:
                    # The lock on the server has fallen if the connection has; an embedded store keeps its one worker
                    self._give_up_writing()
                    self._reassessing.close()
                self._ends.wait(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
                continue
            pause = IDLE_SECONDS
            if not busy:
                self._bell.wait(idle)
        self._reassessing.close()

    def _round(self) -> int:
        """One batch of each kind of work; how much that was."""
        # Known from the start on, and not only once there is something to claim
        self._store.crew.holder.begin()
        self._around("seal", self._seal)
        self._around("clocks", self._tell_of_clocks)
        self._take_up()
        if self._one_writer and not self._writer.mine():
            return self._assess()
        fed = self._around("feed", self._feed)
        if fed and self._one_writer and self._store.crew.at_work() > 1:
            # The others assess: whoever alone feeds the index must keep up with all of them
            return fed
        busy = fed + self._assess() + self._around("jobs", self._serve)
        return busy or self._around("reassess", self._reassess)

    def _give_up_writing(self) -> None:
        """Lets another worker write the embedded index, whose engine has a lock of its own beside that of the worker."""
        if self._one_writer:
            self._pipeline.index.close()
        self._writer.close()

    def _assess(self) -> int:
        with ended_if_hung():
            return self._around("assess", lambda: self._pipeline.process(self._batch))

    def _feed(self) -> int:
        self._fill()
        return self._pipeline.feed()

    def _take_up(self) -> None:
        """Reads with the model in use from the next batch on, if that is another one since."""
        opened = self._watch.changed() if self._watch is not None else None
        if opened is not None:
            from triage.learning.in_use import let_go

            self._pipeline.take_up(opened)
            let_go()

    def _reassess(self) -> int:
        """Reads a few old reports again: nothing else waits, and the model in use is the one in hand."""
        if self._watch is None or self._watch.troubled:
            return 0
        return self._reassessing.turn()

    def _fill(self) -> None:
        from triage.pipeline import fill_if_empty

        if not self._filled:
            with self._store.crew.only_one("fill") as mine:
                if mine:
                    fill_if_empty(self._pipeline)
            self._filled = True

    def _serve(self) -> int:
        with self._store.crew.only_one("jobs") as mine:
            return int(mine and serve_job(self._store, self._pipeline.index))

    def _tell_of_clocks(self) -> int:
        self._clocks.tick()
        return 0

    def _seal(self) -> int:
        if time.monotonic() - self._sealed_at >= SEAL_SECONDS:
            self._store.seal_audit()
            self._sealed_at = time.monotonic()
            self._store.audit_months.tick()
            self._monthly.tick()
        return 0


def _end_with_parent() -> None:
    """Blocks until the parent's end of the pipe closes, then ends the process at once: what was begun is repeatable."""
    # Raw reads: a thread inside the buffered stdin would be a fatal error when the process is asked to end.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)
