"""Work that only the holder of the worker's lock may do: done here if the lock is free, else asked of the worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from triage.errors import Busy, TriageError
from triage.settings import Settings
from triage.store import Store

if TYPE_CHECKING:
    from triage.pipeline import Pipeline

POLL_SECONDS = 0.2


def run_job(pipeline: Pipeline, kind: str, arguments: Mapping[str, str], advance: Callable[[int], None]) -> str:
    """Does one job and returns what became of it in a sentence. The caller holds the worker's lock.

    Raises:
        TriageError: the kind is unknown, or the job failed.
    """
    from triage.pipeline import rebuild, reconcile

    if kind == "reindex":
        return f"The index holds {rebuild(pipeline.store, pipeline.index, advance)} reports."
    if kind == "reconcile":
        repair = arguments.get("repair") != "no"
        drift = reconcile(pipeline.store, pipeline.index, repair=repair)
        if not drift.total:
            return "Index and store agree."
        told = f"{drift.missing} reports were missing in the index, {drift.stale} old, {drift.surplus} too many"
        return f"{told}; mended." if repair else f"{told}; nothing was changed."
    raise TriageError(f"There is no job of the kind {kind}.")


def here_or_asked(
    store: Store, settings: Settings, kind: str, arguments: Mapping[str, str], advance: Callable[[int], None]
) -> str:
    """Does a job here under the worker's lock, or asks the running worker for it and follows its progress."""
    from triage.store.locks import take_worker_lock

    try:
        lock = take_worker_lock(settings.data_dir)
    except Busy:
        return _followed(store, store.ask(kind, dict(arguments)), advance)
    with lock:
        from triage.pipeline import assemble

        pipeline = assemble(settings, store)
        try:
            return run_job(pipeline, kind, arguments, advance)
        finally:
            pipeline.index.close()


def serve_job(pipeline: Pipeline) -> bool:
    """The worker's side: does the next job that was asked for; returns whether there was one."""
    store = pipeline.store
    job = store.next_job()
    if job is None:
        return False
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        store.progress(job.id, done, 0)

    try:
        store.finish(job.id, "done", run_job(pipeline, job.kind, job.arguments, advance))
    except TriageError as error:
        store.finish(job.id, "failed", error.sentence)
    return True


def _followed(store: Store, job_id: str, advance: Callable[[int], None]) -> str:
    seen = 0
    while True:
        job = store.job(job_id)
        advance(job.done - seen)
        seen = job.done
        if job.state == "failed":
            raise TriageError(job.sentence)
        if job.state == "done":
            return f"Done by the running worker. {job.sentence}"
        time.sleep(POLL_SECONDS)
