"""Server processes are waited for, stopped by their ids, and never run as root."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from triage.servers import processes
from triage.servers.processes import NoServer

# Says that it is there, and does not mind being asked to end.
STUBBORN = "import signal,sys,time;signal.signal(15,signal.SIG_IGN);open(sys.argv[1],'w').close();time.sleep(60)"


def test_a_server_that_ends_at_once_tells_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    started = processes.start(
        [sys.executable, "-c", "print('no memory left')"], None, cwd=tmp_path, log=log, environ={}
    )
    with pytest.raises(NoServer, match="ended: no memory left"):
        processes.wait_until(lambda: False, started, log, 20)


def test_a_server_that_does_not_end_when_asked_is_killed(tmp_path: Path) -> None:
    log, here = tmp_path / "log", tmp_path / "here"
    started = processes.start([sys.executable, "-c", STUBBORN, here], None, cwd=tmp_path, log=log, environ={})
    processes.wait_until(here.exists, started, log, 20)
    began = time.monotonic()
    processes.stop(started, patience=0.2)
    assert started.poll() == -9
    assert time.monotonic() - began < 10


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(NoServer, match="failed: out of order"):
        processes.run_as(
            [sys.executable, "-c", "import sys; sys.exit('out of order')"], None, cwd=tmp_path, environ={}, seconds=20
        )


@pytest.mark.skipif(os.geteuid() != 0, reason="we are not root, so nothing runs as root")
def test_what_root_starts_runs_as_somebody_else() -> None:
    user = processes.server_user()
    assert user is not None
    folder = processes.server_folder("triage-test-", user)
    log = folder / "log"
    try:
        started = processes.start(["id", "-u"], user, cwd=folder, log=log, environ={})
        assert started.wait(20) == 0
        assert log.read_text() == f"{user.pw_uid}\n"
        assert folder.stat().st_mode & 0o077 == 0
    finally:
        log.unlink(missing_ok=True)
        folder.rmdir()


def test_settings_and_tokens_do_not_reach_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_TOKEN", "triage_secret")
    log = tmp_path / "log"
    assert processes.start(["env"], None, cwd=tmp_path, log=log, environ={"MORE": "1"}).wait(20) == 0
    assert "MORE=1" in log.read_text()
    assert "TRIAGE" not in log.read_text()
