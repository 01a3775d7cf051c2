"""`triage serve`: the API in this process and, unless told otherwise, one watched worker process beside it."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from types import FrameType

import uvicorn

from triage.cli.door import AT_ONCE, CUT, Connection, end_late
from triage.cli.output import say
from triage.cli.workplace import opened_store
from triage.errors import BadSetup
from triage.logs import get_logger, set_up_logs
from triage.settings import Settings

log = get_logger(__name__)
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
STEADY_SECONDS = 60.0
END_SECONDS = 10.0
WAITING = 2048
"""Connections that the system keeps until they are taken."""
WORKER = (sys.executable, "-P", "-m", "triage.cli", "work", "--with-parent")
"""`-P`: whatever lies in the folder that somebody stands in, a `typer.py` among unpacked letters say, is no code of ours."""


def run_service(settings: Settings, *, with_worker: bool) -> None:
    """Serves until Ctrl-C or SIGTERM.

    Raises:
        BadSetup: store, key or settings do not fit together, or the port is taken.
    """
    set_up_logs(settings.log_level)
    from triage.operation.ends import forget_ends, note_end
    from triage.operation.listener import token_of

    with opened_store(settings):
        # Opened and closed: a wrong key or an old schema is told here in one sentence, before anything runs.
        pass
    listener = _listener(settings.host, settings.port, "TRIAGE_PORT")
    if settings.metrics_port is not None:
        token_of(settings)
        # Tried here, so that a taken port is told in a sentence before anything runs.
        _listener(settings.metrics_host, settings.metrics_port, "TRIAGE_METRICS_PORT").close()
    forget_ends(settings.data_dir)
    worker = Worker(on_end=partial(note_end, settings.data_dir)) if with_worker else None
    config = server_config(settings)
    signal.signal(signal.SIGTERM, _end)
    try:
        if worker is not None:
            worker.start()
        _Server(config, f"http://{_shown(settings.host)}:{settings.port}").run(sockets=[listener])
    except KeyboardInterrupt:
        say("已停止 · Stopped.")
    finally:
        if worker is not None:
            worker.stop()
        listener.close()


def server_config(settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the API: it logs no request, and believes only the proxies that the settings name."""
    return uvicorn.Config(
        "api.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        # Its warnings are of requests that are none, one line each for whoever sends them, and a full disk takes no reports.
        log_level="error",
        server_header=False,
        timeout_graceful_shutdown=10,
        http=Connection,
        # Nothing here speaks it, and its connections would stand outside the door's limits.
        ws="none",
        backlog=AT_ONCE,
        # Left alone, uvicorn believes whoever comes from this machine.
        proxy_headers=bool(settings.proxy),
        forwarded_allow_ips=settings.proxy,
    )


class _Server(uvicorn.Server):
    """Says where it serves once it does."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            # asyncio takes in one go as many as it asks the system to keep: few at a time, and many may wait
            for listener in sockets or ():
                listener.listen(WAITING)
            say(f"服务已启动（Ctrl-C 停止）· Serving on {self._address} (Ctrl-C stops)")

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; in each second the late ones are looked for once."""
        if counter % 10 == 0:
            CUT.add(end_late(self.server_state.connections, asyncio.get_running_loop().time()))
            CUT.say()
        return await super().on_tick(counter)


class Worker:
    """One worker process, started again when it ends unasked; it ends with this process, however that ends.

    The worker reads from a pipe whose other end only this process holds: when it closes, the worker's parent is gone.
    """

    def __init__(
        self,
        command: tuple[str, ...] = WORKER,
        first_wait: float = FIRST_WAIT,
        patience: float = END_SECONDS,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._command = command
        self._patience = patience
        self._on_end = on_end
        self._first_wait = first_wait
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, name="worker-watch", daemon=True)

    @property
    def pid(self) -> int | None:
        """The process id of the worker that runs."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Starts the process and the watch over it."""
        self._spawn()
        self._watcher.start()

    def stop(self) -> None:
        """Asks the worker to end, then makes it."""
        self._ending.set()
        process = self._process
        if process is None or process.stdin is None:
            return
        process.terminate()
        try:
            process.wait(self._patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdin.close()
        self._watcher.join(END_SECONDS)

    def _spawn(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603  # our own program

    def _watch(self) -> None:
        wait = self._first_wait
        while self._process is not None:
            began = time.monotonic()
            code = self._process.wait()
            if self._ending.is_set():
                return
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._on_end()
            wait = self._first_wait if time.monotonic() - began >= STEADY_SECONDS else wait
            log.warning("worker_ended", exit=code, seconds=wait)
            if self._ending.wait(wait):
                return
            wait = min(LONGEST_WAIT, wait * 2)
            self._spawn()


def _listener(host: str, port: int, setting: str) -> socket.socket:
    """The listening socket, opened here so that a taken port is told in a sentence.

    Raises:
        BadSetup: the address cannot be listened on.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            named = setting.replace("PORT", "HOST")
            raise BadSetup(f"{named} is no address of this machine; name one, or unset it.") from None
        raise BadSetup(f"Cannot listen on port {port} ({error.strerror}); choose another with {setting}.") from None
    return listener


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
