"""How long a start takes: `triage serve` until it is ready, with trained models, and `triage --help`."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from triage.bench.figures import Figure, Outcome
from triage.bench.processes import environment, serving, temporary_folder, wait_until_answers
from triage.servers.processes import free_port

RUNS = 3
_HELPS = 5


def measure(*, runs: int = RUNS) -> Outcome:
    """Starts the service on a fresh folder once, then ``runs`` times on the folder that it left, and asks for help.

    Raises:
        Unavailable: the service did not start.
    """
    with temporary_folder(with_model=True) as folder:
        first = _until_ready(folder)
        again = [_until_ready(folder) for _ in range(runs)]
    figures = (
        Figure("first_start_to_ready", first, "s"),
        Figure("start_to_ready", median(again), "s", 4.0),
        Figure("help", median(_help() for _ in range(_HELPS)), "s", 0.5),
    )
    return Outcome("start", figures, notes=(f"median of {runs} starts; ready is 200 from /readyz",))


def _until_ready(folder: Path) -> float:
    port = free_port()
    began = time.perf_counter()
    with serving(folder, port) as service:
        wait_until_answers(port, "/readyz", service)
        return time.perf_counter() - began


def _help() -> float:
    began = time.perf_counter()
    command = [sys.executable, "-P", "-m", "triage.cli", "--help"]
    subprocess.run(command, env=environment(None), stdout=subprocess.DEVNULL, check=True)  # noqa: S603  # our own program
    return time.perf_counter() - began
