"""`triage work --processes N`: several worker processes, each watched and started again when it ends unasked."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from triage.cli.output import say
from triage.cli.service import Worker
from triage.errors import BadInput, BadSetup
from triage.logs import set_up_logs
from triage.operation.ends import forget_ends, note_end
from triage.settings import Settings

# A batch in hand is brought to its end, however slow its reader
PATIENCE_SECONDS = 60.0


def run_workers(settings: Settings, number: int) -> None:
    """Works with several processes until Ctrl-C or SIGTERM, then lets each bring its batch to an end.

    Raises:
        BadSetup: the embedded database, which one process writes.
    """
    if settings.sqlite:
        raise BadSetup("The embedded database has one worker; several need a PostgreSQL in TRIAGE_DATABASE_URL.")
    set_up_logs(settings.log_level)
    ends = threading.Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda *_: ends.set())
    forget_ends(settings.data_dir)
    crew = [Worker(patience=PATIENCE_SECONDS, on_end=partial(note_end, settings.data_dir)) for _ in range(number)]
    for worker in crew:
        worker.start()
    say(f"{number} 个工作进程已启动（Ctrl-C 停止）· {number} workers at work (Ctrl-C stops)")
    # A wait without an end would keep signals waiting too
    while not ends.wait(1.0):
        pass
    with ThreadPoolExecutor(number) as stopping:
        list(stopping.map(Worker.stop, crew))
    say("已停止 · Stopped.")


def check(number: int, *, until_empty: bool) -> None:
    """Stops what cannot go together.

    Raises:
        BadInput: several processes that are to stop when nothing waits.
    """
    if until_empty and number > 1:
        raise BadInput("processes", "alone", "--until-empty works with one process; start several commands instead.")
