"""The watch over the worker process: started again when it dies, ended at the end, gone with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.waiting import until
from triage.cli.service import WORKER, Worker

LIVES = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with open({log!r}, "a") as log:
    log.write(f"{{os.getpid()}}\\n")
sys.stdin.buffer.read()
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def log(tmp_path: Path) -> Path:
    made = tmp_path / "pids"
    made.touch()
    return made


def pids(log: Path) -> list[int]:
    return [int(line) for line in log.read_text().split()]


def test_a_worker_that_dies_is_started_again_and_ends_with_the_service(log: Path) -> None:
    worker = Worker((sys.executable, "-c", LIVES.format(log=str(log))), first_wait=0.05)
    worker.start()
    try:
        until(lambda: len(pids(log)) == 1)
        os.kill(pids(log)[0], signal.SIGKILL)
        until(lambda: len(pids(log)) == 2)
        assert worker.pid == pids(log)[1]
    finally:
        worker.stop()
    assert not is_alive(pids(log)[1])
    assert len(pids(log)) == 2


def test_a_worker_that_always_dies_is_not_started_in_a_rush(log: Path) -> None:
    dies = f"open({str(log)!r}, 'a').write('1\\n')"
    worker = Worker((sys.executable, "-c", dies), first_wait=0.4)
    worker.start()
    time.sleep(1.0)
    worker.stop()
    assert 1 <= len(pids(log)) <= 3


def test_the_worker_runs_no_code_that_lies_in_the_folder_where_it_is_started(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    for name in ("typer", "pydantic", "triage", "json", "runpy"):
        (tmp_path / f"{name}.py").write_text(f"open({str(ran)!r}, 'w')\nraise SystemExit(7)\n", encoding="utf-8")
    installed = str(Path(__file__).resolve().parents[2])
    told = subprocess.run(
        [*WORKER[:-1], "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": installed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ran.exists()
    assert (told.returncode, "--until-empty" in told.stdout) == (0, True)
