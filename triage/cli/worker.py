"""The worker: the one process that holds ``worker.lock``, assesses what waits, feeds the index and does asked jobs."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time

from triage.cli.jobs import serve_job
from triage.errors import Busy
from triage.settings import Settings
from triage.store import Store

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.25
SEAL_SECONDS = 1.0
LOCK_SECONDS = 1.0


def run_worker(store: Store, settings: Settings, *, with_parent: bool) -> None:
    """Works until asked to end by SIGTERM or SIGINT, or, ``with_parent``, until the parent's pipe closes."""
    from triage.pipeline import assemble, fill_if_empty
    from triage.store.locks import take_worker_lock
    from triage.trends.keeping import MonthlyClock

    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    ends = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ends.set())
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    lock = None
    while lock is None and not ends.is_set():
        try:
            lock = take_worker_lock(settings.data_dir)
        except Busy:
            # Another process holds the lock, an import perhaps; it ends on its own.
            ends.wait(LOCK_SECONDS)
    if lock is None:
        return
    with lock:
        pipeline = assemble(settings, store)
        fill_if_empty(pipeline)
        log.info("the worker is at work")
        monthly = MonthlyClock(store)
        sealed_at = 0.0
        while not ends.is_set():
            busy = pipeline.process(settings.worker_batch) + pipeline.feed() + serve_job(store, pipeline.index)
            if time.monotonic() - sealed_at >= SEAL_SECONDS:
                store.seal_audit()
                sealed_at = time.monotonic()
                monthly.tick()
            if not busy:
                ends.wait(IDLE_SECONDS)
        pipeline.index.close()


def _end_with_parent() -> None:
    """Blocks until the parent's end of the pipe closes, then ends the process at once: what was begun is repeatable."""
    # Raw reads: a thread inside the buffered stdin would be a fatal error when the process is asked to end.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)
