"""Work that only the holder of the worker's lock may do: done here if the lock is free, else asked of the worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from triage.errors import Busy, TriageError
from triage.logs import get_logger
from triage.settings import Settings
from triage.store import Store

if TYPE_CHECKING:
    from triage.pipeline import Drift
    from triage.search import SearchIndex

log = get_logger(__name__)
POLL_SECONDS = 0.2


def run_job(
    store: Store, index: SearchIndex, kind: str, arguments: Mapping[str, str], advance: Callable[[int], None]
) -> str:
    """Does one job and returns what became of it in a sentence. The caller holds the worker's lock.

    Raises:
        TriageError: the kind is unknown, or the job failed.
    """
    from triage.cases import catch_up
    from triage.pipeline import reconcile

    if kind == "reindex":
        return _reindexed(store, index, arguments.get("act", "write"), advance)
    if kind == "reconcile":
        repair = arguments.get("repair") != "no"
        drift = reconcile(store, index, repair=repair, on_progress=advance)
        told = _told(drift, catch_up(store, repair=repair), store.monthly.fill(repair=repair), repair)
        return f"{told[0]} · {told[1]}"
    raise TriageError(f"There is no job of the kind {kind}.")


def _reindexed(store: Store, index: SearchIndex, act: str, advance: Callable[[int], None]) -> str:
    """Writes the index anew, goes back to the one before (and brings it up to date), or takes away what is kept."""
    from triage.pipeline import rebuild, reconcile

    if act == "back":
        if not index.go_back():
            raise TriageError("No earlier index is kept that one could go back to.")
        zh, en = _told(reconcile(store, index, on_progress=advance), 0, 0, True)
        return f"已改读原来的索引；{zh} · The earlier index is read again. {en}"
    if act == "forget":
        return f"已删去的索引 · Indices taken away: {index.forget()}."
    held = rebuild(store, index, advance)
    return f"索引中有 {held} 件 · The index holds {held} reports."


def _told(drift: Drift, lacking: int, uncounted: int, repair: bool) -> tuple[str, str]:
    """What differed and what became of it, in Chinese and in English."""
    zh, en = [], []
    if drift.total:
        zh.append(f"索引缺 {drift.missing} 件，旧 {drift.stale} 件，多 {drift.surplus} 件")
        en.append(f"{drift.missing} reports were missing in the index, {drift.stale} old, {drift.surplus} too many")
    if lacking:
        zh.append(f"{lacking} 件缺串并所需的要素")
        en.append(f"{lacking} reports lacked what later ones are linked by")
    if uncounted:
        zh.append(f"{uncounted} 件缺按月统计的项目与金额")
        en.append(f"{uncounted} reports lacked the programmes and amounts that are counted monthly")
    if not en:
        return "索引与库一致", "Index and store agree."
    zh_ends, ends = ("已补齐", "mended") if repair else ("未作改动", "nothing was changed")
    if drift.refused:
        zh_ends += f"，但有 {drift.refused} 件索引拒收"
        ends += f", but for {drift.refused} that the index refuses (see `triage doctor`)"
    if drift.left:
        zh_ends += f"，但有 {drift.left} 件仍是原样"
        ends += f", but for {drift.left} that stay as they are: run `triage reindex`"
    return "；".join([*zh, zh_ends]), "; ".join([*en, ends]) + "."


def here_or_asked(
    store: Store, settings: Settings, kind: str, arguments: Mapping[str, str], advance: Callable[[int], None]
) -> str:
    """Does a job here under the worker's lock, or asks the running worker for it and follows its progress."""
    from triage.store.locks import take_worker_lock

    try:
        lock = take_worker_lock(settings.data_dir)
    except Busy:
        return _followed(store, settings, store.jobs.ask(kind, dict(arguments)), advance)
    with lock, _index_of(store, settings) as index:
        return run_job(store, index, kind, arguments, advance)


def serve_job(store: Store, index: SearchIndex) -> bool:
    """The worker's side: does the next job that was asked for; returns whether there was one."""
    job = store.jobs.take()
    if job is None:
        return False
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        store.jobs.progress(job.id, done, 0)

    try:
        store.jobs.finish(job.id, "done", run_job(store, index, job.kind, job.arguments, advance))
    except TriageError as error:
        store.jobs.finish(job.id, "failed", error.sentence)
    except Exception as error:  # noqa: BLE001  # a job that breaks must not break every worker that comes after
        log.warning("job_failed", job=job.kind, error=type(error).__name__)
        store.jobs.finish(job.id, "failed", f"The job broke off ({type(error).__name__}).")
    return True


def _followed(store: Store, settings: Settings, job_id: str, advance: Callable[[int], None]) -> str:
    """Follows a job that the worker was asked for, and does it here if the worker is gone meanwhile."""
    from triage.store.locks import take_worker_lock

    seen = 0
    while True:
        job = store.jobs.find(job_id)
        advance(job.done - seen)
        seen = job.done
        if job.state == "failed":
            raise TriageError(job.sentence)
        if job.state == "done":
            return f"由运行中的工作进程完成 · Done by the running worker. {job.sentence}"
        time.sleep(POLL_SECONDS)
        with suppress(Busy), take_worker_lock(settings.data_dir), _index_of(store, settings) as index:
            serve_job(store, index)


@contextmanager
def _index_of(store: Store, settings: Settings) -> Iterator[SearchIndex]:
    from triage.pipeline import open_index

    index = open_index(settings, store)
    try:
        yield index
    finally:
        index.close()
