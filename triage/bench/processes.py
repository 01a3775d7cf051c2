"""Processes of a bench: parts measured on their own with one thread each, and a real service in a temporary folder."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from triage.errors import Unavailable
from triage.settings import get_settings

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
_READY_SECONDS = 60.0
_AUTOGROUP, _BACK = Path("/proc/self/autogroup"), "5"
_END_SECONDS = 30.0
_POLL_SECONDS = 0.02


def apart(
    module: str,
    *arguments: str,
    folder: Path | None = None,
    seconds: float = 600,
    more: Mapping[str, str] | None = None,
) -> dict[str, float]:
    """Runs ``python -m module arguments`` in a process of its own with one thread for each library and ``more`` settings.

    Returns:
        The JSON object that the process printed on its last line.

    Raises:
        Unavailable: the process failed, and what it said stands on standard error; or it took longer than ``seconds``.
    """
    try:
        ended = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-P", "-m", module, *arguments],
            env=environment(folder, {**dict.fromkeys(_ONE_THREAD, "1"), **(more or {})}),
            stdout=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"A part of the bench was not done after {seconds:.0f} s.") from None
    if ended.returncode:
        raise Unavailable(f"A part of the bench ended with {ended.returncode}.")
    told: dict[str, float] = json.loads(ended.stdout.decode().splitlines()[-1])
    return told


def environment(folder: Path | None, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child: ours without settings of the service that would bend what is measured."""
    kept = {name: value for name, value in os.environ.items() if folder is None or not name.startswith("TRIAGE_")}
    if folder is not None:
        kept["TRIAGE_DATA_DIR"] = str(folder)
    return {**kept, **(more or {})}


@contextmanager
def temporary_folder(*, with_model: bool) -> Iterator[Path]:
    """A data folder that is gone afterwards; the model in use is copied into it if it is needed (and trained if missing)."""
    with TemporaryDirectory(prefix="triage-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "data"
        folder.mkdir()
        if with_model:
            from triage.pipeline import model_folder

            settings = get_settings()
            model_folder(settings)
            shutil.copytree(settings.models_dir, folder / "models")
        yield folder


@contextmanager
def serving(
    folder: Path, port: int, *options: str, more: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """``triage serve`` on a data folder, without a limit on rate and with ``more`` settings; ended as Ctrl-C ends it."""
    told = {**(more or {}), "TRIAGE_PORT": str(port), "TRIAGE_RATE_PER_HOUR": "0", "TRIAGE_LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-P", "-m", "triage.cli", "serve", *options]
    with running(command, environment(folder, told)) as process:
        yield process


@contextmanager
def running(command: list[str], env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended on leaving, by SIGINT first."""
    process = subprocess.Popen(  # noqa: S603  # our own program
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def stepping_back() -> Iterator[None]:
    """Lets servers that were started in sessions of their own go before this process and those that it starts.

    Linux shares processors between sessions first (``sched(7)``, autogroup): without this all processes of ours together
    would weigh as much as one server, and ``nice`` among them would change nothing of that. Where the system shares them
    otherwise (cgroups, other systems) this changes nothing.
    """
    before: str | None = None
    with suppress(OSError):
        before = _AUTOGROUP.read_text(encoding="ascii").split()[-1]
        _AUTOGROUP.write_text(_BACK, encoding="ascii")
    try:
        yield
    finally:
        # Who is not root may step back and not forth again: it is over with the session
        with suppress(OSError):
            _AUTOGROUP.write_text(before or "0", encoding="ascii")


def wait_until_answers(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    """Waits until a GET of ``path`` on this machine is answered with 200.

    Raises:
        Unavailable: the process ended, or did not answer within a minute.
    """
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Unavailable(f"The service ended with {process.returncode} before it answered.")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(_POLL_SECONDS)
    raise Unavailable("The service did not answer in time.")


def peak_megabytes() -> float:
    """The most memory that this process has held, in 10^6 bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / 1e6


def own_megabytes() -> float:
    """The memory that this process holds now without the files that it has mapped, in 10^6 bytes.

    What is mapped counts as the process's and is the system's to take away: a tantivy index is read so. Where there is no
    /proc to tell them apart it is the most that the process has held of both.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024 / 1e6
    return peak_megabytes()


def processor_seconds(pids: Sequence[int]) -> float:
    """Processor time that these processes and all they have started have taken so far; 0 where there is no /proc."""
    spent: dict[int, int] = {}
    started: defaultdict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # Behind the name, which may hold anything: state, parent and, from the twelfth on, own and ended children's
            told = stat.read_text().rpartition(")")[2].split()
            spent[int(stat.parent.name)] = sum(map(int, told[11:15]))
            started[int(told[1])].append(int(stat.parent.name))
    total, waiting = 0, list(pids)
    while waiting:
        pid = waiting.pop()
        total += spent.get(pid, 0)
        waiting += started[pid]
    return total / os.sysconf("SC_CLK_TCK")
