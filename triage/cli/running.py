"""Commands that run: serve, work, demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.learning.in_use import ModelWatch
    from triage.pipeline import Pipeline
    from triage.settings import Settings
    from triage.store import Store


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("demo")(demo)
    app.command("serve")(serve)
    app.command("work")(work)


def serve(
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Start and watch a worker process too.")] = True,
) -> None:
    """Serve the API and pages; on the embedded default with a worker process."""
    from triage.cli.service import run_service
    from triage.settings import get_settings

    run_service(get_settings(), with_worker=worker)


def work(
    until_empty: Annotated[bool, typer.Option("--until-empty", help="Stop when nothing waits.")] = False,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="How many processes work; more than one needs PostgreSQL.")
    ] = 1,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Assess, route, link and index what waits."""
    from triage.cli.worker import run_worker
    from triage.cli.workers import check, run_workers
    from triage.cli.workplace import opened_store
    from triage.settings import get_settings

    settings = get_settings()
    check(processes, until_empty=until_empty)
    if processes > 1:
        with opened_store(settings):
            # Opened and closed: what does not fit together is told here in one sentence.
            pass
        run_workers(settings, processes)
        return
    with opened_store(settings) as store:
        if until_empty:
            work_here_or_wait(store, settings)
        else:
            run_worker(store, settings, with_parent=with_parent)


def demo(
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve until Ctrl-C at the end.")] = True,
    cluster: Annotated[
        bool, typer.Option("--cluster", help="On a PostgreSQL and an Elasticsearch started for it, gone at its end.")
    ] = False,
) -> None:
    """Import sample reports, show what was understood, then serve."""
    from triage.cli.demo import run_demo
    from triage.settings import get_settings

    if cluster:
        from triage.cli.demo_cluster import on_servers

        with on_servers(get_settings()) as settings:
            run_demo(settings, serving=serving)
    else:
        run_demo(get_settings(), serving=serving)


def work_here_or_wait(store: Store, settings: Settings) -> None:
    """Brings everything that waits to its end: here if no worker runs, else by waiting for the one that does."""
    import sys
    import time

    from triage.errors import Busy
    from triage.store.locks import take_worker_lock

    waiting = store.waiting()
    if not waiting:
        _fill_here(store, settings)
        return
    # Only for what is there now: reports that go on coming in would keep this waiting for ever.
    last, told = store.last_seq(), False
    with progress("评估 · Assessing", waiting) as advance:
        while True:
            try:
                lock = take_worker_lock(settings.data_dir)
            except Busy:
                if not told:
                    sys.stderr.write(
                        f"工作进程正在运行，{waiting} 件在等候 · A worker is running; {waiting} reports wait for it.\n"
                    )
                    told = True
                left = store.waiting(last)
                advance(max(0, waiting - left))
                waiting = min(waiting, left)
                if not left:
                    return
                # The lock is tried again each time: a worker that ends would leave this waiting for nobody.
                time.sleep(0.3)
                continue
            with lock:
                _work_here(store, settings, last, advance)
            return


def _fill_here(store: Store, settings: Settings) -> None:
    """Writes an index that was lost; where a worker runs, it does."""
    from contextlib import suppress

    from triage.errors import Busy, IndexDown
    from triage.indexing import fill_if_new
    from triage.pipeline import open_index
    from triage.store.locks import take_worker_lock

    with suppress(Busy, IndexDown), take_worker_lock(settings.data_dir):
        index = open_index(settings, store)
        try:
            fill_if_new(store, index)
        finally:
            index.close()


def _work_here(store: Store, settings: Settings, last: int, advance: Callable[[int], None]) -> None:
    import time

    from triage.learning.in_use import ModelWatch
    from triage.pipeline import assemble, fill_if_empty

    # Whoever waits for reports that a dead worker holds has to be one of those who take them away from it
    store.crew.holder.begin()
    watch = ModelWatch(settings, store)
    pipeline = assemble(settings, store, watch.opened)
    # First: once a few new reports stand in an index that was lost, nobody would see that all others are missing
    fill_if_empty(pipeline)
    between = _with_the_model_in_use(pipeline, watch, advance)
    pipeline.work_until_empty(settings.worker_batch, between)
    # On a server another worker may hold some of what waits
    while store.crew.shared and store.waiting(last):
        time.sleep(0.3)
        pipeline.work_until_empty(settings.worker_batch, between)
    pipeline.index.close()
    store.seal_audit()


def _with_the_model_in_use(
    pipeline: Pipeline, watch: ModelWatch, advance: Callable[[int], None]
) -> Callable[[int], None]:
    """What to do between two batches: a large import takes hours, and another model may be chosen meanwhile."""

    def between(done: int) -> None:
        advance(done)
        if opened := watch.changed():
            pipeline.take_up(opened)

    return between
