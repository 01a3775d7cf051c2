"""Server processes: as a user that is not root, waited for until they answer, stopped by their process ids alone."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from triage.errors import Unavailable

Command = Sequence[str]


class NoServer(Unavailable):
    """No server of this kind can be had here; the sentence says why."""


def server_user(*preferred: str) -> pwd.struct_passwd | None:
    """Whom servers run as when we are root, the first that exists of the preferred and ``nobody``; None: as ourselves.

    Raises:
        NoServer: we are root, and there is nobody else.
    """
    if os.geteuid() != 0:
        return None
    for name in (*preferred, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoServer("Servers do not run as root, and there is no user `nobody` here.")


def server_folder(prefix: str, user: pwd.struct_passwd | None, within: Path | None = None) -> Path:
    """A new temporary folder that the server's user alone (and root) enters; the caller removes it."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def give(path: Path, user: pwd.struct_passwd | None) -> None:
    """Makes a file or a folder with all in it the server's user's own."""
    if user is not None:
        for each in (path, *path.rglob("*")):
            os.chown(each, user.pw_uid, user.pw_gid, follow_symlinks=False)


def free_port() -> int:
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_as(
    command: Command, user: pwd.struct_passwd | None, *, cwd: Path, environ: Mapping[str, str], seconds: float
) -> None:
    """Runs a command to its end.

    Raises:
        NoServer: it failed, or took longer; with its last words.
    """
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**_plain_environ(), **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoServer(f"{Path(command[0]).name} did not run ({type(error).__name__}).") from error
    if done.returncode:
        raise NoServer(f"{Path(command[0]).name} failed: {_last(done.stdout)}")


def start(
    command: Command, user: pwd.struct_passwd | None, *, cwd: Path, log: Path, environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Starts a server in a session of its own (a Ctrl-C at the terminal does not reach it); its words go to ``log``."""
    with log.open("ab") as words:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env={**_plain_environ(), **environ},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
        )


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    """Waits until a started server answers.

    Raises:
        NoServer: it ended, or it did not answer in time; it is killed then, and its last words are told.
    """
    until = time.monotonic() + seconds
    while not ready():
        ended = process.poll() is not None
        if ended or time.monotonic() > until:
            stop(process, patience=0)
            why = "ended" if ended else f"did not answer within {seconds:.0f} seconds"
            raise NoServer(f"The server {why}: {_last(log.read_bytes())}")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, patience: float = 20) -> None:
    """Asks a server to end and waits; after ``patience`` seconds it is killed. One that has ended is left alone."""
    if process.poll() is None and patience > 0:
        process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    if process.poll() is None:
        process.kill()
    process.wait()


def docker_runs() -> bool:
    """Whether a docker engine answers here."""
    if shutil.which("docker") is None:
        return False
    asked = ["docker", "version", "--format", "{{.Server.Version}}"]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(asked, capture_output=True, timeout=10, check=False)
        return done.returncode == 0
    return False


def _plain_environ() -> dict[str, str]:
    """What a server needs to know of ours: no setting, no token and no home of somebody else."""
    return {name: os.environ[name] for name in ("PATH", "TZ", "TMPDIR") if name in os.environ} | {"LC_ALL": "C.UTF-8"}


def _last(words: bytes) -> str:
    lines = words.decode("utf-8", "replace").strip().splitlines()
    return " ".join(lines[-3:]) or "without a word"
