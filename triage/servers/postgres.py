"""A PostgreSQL for a while: one named in the environment, a docker container, or the binaries of this machine.

A server that this module starts is reached through a socket in a folder of mode 0700, or with docker through a loopback
port and a random password; nobody else can connect. Its data end with it.
"""

from __future__ import annotations

import atexit
import contextlib
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy.engine import URL, make_url

from triage.servers import processes
from triage.servers.containers import Container
from triage.servers.processes import NoServer

URL_VARIABLE = "TRIAGE_TEST_DATABASE_URL"
IMAGE = "postgres:15"
_USER = "triage"
_FETCH_SECONDS, _START_SECONDS = 600.0, 60.0
# What a process killed by a test leaves in memory must reach nobody else; sorting must differ from that of bytes, as
# it does in an installation with a locale of its own.
_INITDB = (
    "--username", _USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
    "--locale-provider=icu", "--icu-locale=zh-CN", "--no-sync",
)  # fmt: skip


class Postgres(Protocol):
    """A server that tests may make databases on."""

    told: str
    """One line for people: what it is and how it was had."""

    @property
    def url(self) -> URL:
        """Address of its database ``postgres``, for a user who may create databases."""
        ...

    def close(self) -> None:
        """Stops it and removes its data, if it was started here."""
        ...


class GivenPostgres:
    """A server that somebody named; it is left running."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self.told = f"PostgreSQL at {url.host or 'its socket'}, named by {URL_VARIABLE}"

    @property
    def url(self) -> URL:
        """As named."""
        return self._url

    def close(self) -> None:
        """Leaves it as it is."""


class LocalPostgres:
    """A server of this machine's binaries, in a temporary folder; it can be stopped, killed and started again."""

    def __init__(self, binaries: Path, *, durable: bool = True, within: Path | None = None) -> None:
        """Makes and starts it, in a folder of its own ``within`` another.

        One that is not ``durable`` answers before the disk has what was written.

        Raises:
            NoServer: it cannot be made or does not start.
        """
        self._binaries = binaries
        self._user: pwd.struct_passwd | None = processes.server_user("postgres")
        self._durable = durable
        self._folder = processes.server_folder("triage-pg-", self._user, within)
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)
        try:
            self._make()
            self.start()
        except BaseException:
            self.close()
            raise
        self.told = f"PostgreSQL of {binaries} in {self._folder} (process {self.pid})"

    @property
    def url(self) -> URL:
        """Address of the database ``postgres``."""
        return URL.create(
            "postgresql+psycopg", username=_USER, database="postgres", query={"host": str(self._folder / "socket")}
        )

    @property
    def pid(self) -> int:
        """Id of the server's first process.

        Raises:
            NoServer: it does not run.
        """
        if self._process is None:
            raise NoServer("The server is not running.")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped since."""
        return self._process is not None

    def start(self) -> None:
        """Starts it, also after ``stop`` or ``kill``; returns when it answers.

        Raises:
            NoServer: it does not.
        """
        log = self._folder / "log"
        command = [str(self._binaries / "postgres"), "-D", str(self._folder / "data")]
        self._process = processes.start(command, self._user, cwd=self._folder, log=log, environ={})
        processes.wait_until(self._answers, self._process, log, _START_SECONDS)

    def stop(self) -> None:
        """Ends it as an administrator would, open connections with it; the data stay."""
        if self._process is not None:
            processes.stop(self._process, by=signal.SIGINT)
            self._process = None

    def kill(self) -> None:
        """Ends its first process by SIGKILL, as a loss of power would; the others end when they miss it."""
        if self._process is not None:
            processes.stop(self._process, patience=0)
            self._process = None

    def close(self) -> None:
        """Stops it and removes its folder; a second call does nothing."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
        atexit.unregister(self.close)

    def _make(self) -> None:
        data = self._folder / "data"
        command = [str(self._binaries / "initdb"), "--pgdata", str(data), *_INITDB]
        processes.run_as(command, self._user, cwd=self._folder, environ={}, seconds=_START_SECONDS)
        socket_folder = self._folder / "socket"
        socket_folder.mkdir(mode=0o700)
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{socket_folder}'",
            "max_connections": "200",
            "shared_buffers": "'128MB'",
            "max_wal_size": "'2GB'",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())
        processes.give(socket_folder, self._user)

    def _answers(self) -> bool:
        return answers(self.url)


class DockerPostgres:
    """A container of the official image on a random loopback port."""

    def __init__(self) -> None:
        """Starts it.

        Raises:
            NoServer: docker does not start it, or it does not answer.
        """
        port, password = processes.free_port(), secrets.token_urlsafe(24)
        options = ["--publish", f"127.0.0.1:{port}:5432", "--env", f"POSTGRES_USER={_USER}"]
        self._container = Container(IMAGE, options, ("POSTGRES_PASSWORD", password), _FETCH_SECONDS)
        atexit.register(self.close)
        self._url = URL.create("postgresql+psycopg", _USER, password, "127.0.0.1", port, "postgres")
        self.told = f"PostgreSQL of the image {IMAGE} on port {port} (container {self._container.id[:12]})"
        try:
            self._container.wait_until(lambda: answers(self.url), _START_SECONDS)
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> URL:
        """Address of the database ``postgres``."""
        return self._url

    def close(self) -> None:
        """Ends the container and with it its data."""
        self._container.stop()
        atexit.unregister(self.close)


def answers(url: URL) -> bool:
    """Whether a server takes connections at this address."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(address, connect_timeout=2):
        return True
    return False


def local_binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``: on the path, or where Debian puts its newest version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    # 9.6 sorts behind 15 as text
    versions = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin/initdb"), key=lambda path: float(path.parts[4]))
    return versions[-1].parent if versions else None


def find_postgres(environ: Mapping[str, str], *, durable: bool = False) -> Postgres:
    """A server by the first way that is open: ``TRIAGE_TEST_DATABASE_URL``, docker, local binaries.

    Raises:
        NoServer: none of them; or the one chosen does not answer.
    """
    named = environ.get(URL_VARIABLE)
    if named:
        given = GivenPostgres(make_url(named))
        if not answers(given.url):
            raise NoServer(f"{URL_VARIABLE} names a server that does not answer.")
        return given
    if processes.docker_runs():
        return DockerPostgres()
    binaries = local_binaries()
    if binaries is None:
        raise NoServer(
            f"No PostgreSQL here: neither {URL_VARIABLE}, nor a running docker engine, nor the program `initdb`."
        )
    return LocalPostgres(binaries, durable=durable)
