"""An Elasticsearch for a while: one named in the environment, a docker container, or the official build from Maven.

A server that this module starts has security and TLS on, listens on the loopback address alone and knows two users with
random passwords: ``triage``, who may do everything to indices of that name and nothing to others, and ``admin``, who
may do everything. Its data end with it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from triage.servers import processes
from triage.servers.elastic_answers import answers
from triage.servers.elastic_docker import DockerElastic
from triage.servers.elastic_files import (
    VERSION,
    Member,
    distribution,
    java_home,
    write_configuration,
)
from triage.servers.processes import NoServer

URL_VARIABLE = "TRIAGE_TEST_ELASTICSEARCH_URL"
CA_VARIABLE = "TRIAGE_TEST_ELASTICSEARCH_CA_FILE"
_START_SECONDS = 120.0


class Elastic(Protocol):
    """A server that tests may make indices on whose names begin with ``triage``."""

    ca_file: Path | None
    """The certificate of the authority that signed its own; None: one that the system knows."""

    @property
    def told(self) -> str:
        """One line for people: what it is and how it was had."""
        ...

    @property
    def url(self) -> str:
        """Its address with user and password."""
        ...

    def close(self) -> None:
        """Stops it and removes its data, if it was started here."""
        ...


class GivenElastic:
    """A server that somebody named; it is left running."""

    def __init__(self, url: str, ca_file: Path | None) -> None:
        self._url, self.ca_file = url, ca_file
        self.told = f"Elasticsearch at {urlsplit(url).hostname}, named by {URL_VARIABLE}"

    @property
    def url(self) -> str:
        """As named."""
        return self._url

    def close(self) -> None:
        """Leaves it as it is."""


class LocalElastic:
    """The official build in a temporary folder; it can be stopped, killed, halted and started again."""

    def __init__(
        self, home: Path, java: Path, heap_mb: int = 512, *, brief: bool = False, member: Member | None = None
    ) -> None:
        """Makes and starts it; a ``brief`` one starts sooner and works slower. One of several is not waited for.

        Raises:
            NoServer: it does not start.
        """
        self._user = processes.server_user("elasticsearch")
        self._folder = processes.server_folder("triage-es-", self._user)
        self._java = java
        self._process: subprocess.Popen[bytes] | None = None
        self._port = processes.free_port()
        self._passwords = dict(member.passwords) if member else new_passwords()
        self.ca_file: Path | None = self._folder / "config" / "ca.crt"
        atexit.register(self.close)
        try:
            self._home = self._reachable(home)
            options = _java_options(heap_mb, brief)
            write_configuration(self._home, self._folder, self._port, self._passwords, options, member)
            processes.give(self._folder / "config", self._user)
            for name in ("data", "logs", "tmp"):
                (self._folder / name).mkdir()
                processes.give(self._folder / name, self._user)
            if member is None:
                self.start()
            else:
                self.launch()
        except BaseException:
            self.close()
            raise

    @property
    def told(self) -> str:
        """As in the protocol."""
        return f"Elasticsearch {VERSION} in {self._folder} on port {self._port} (process {self.pid})"

    @property
    def url(self) -> str:
        """Its address, for the user ``triage``."""
        return self.url_for("triage")

    def url_for(self, user: str) -> str:
        """Its address, for the user ``triage`` or ``admin``."""
        return f"https://{user}:{self._passwords[user]}@127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """Id of the server's own process, not of the one that launched it.

        Raises:
            NoServer: it does not run.
        """
        try:
            return int((self._folder / "pid").read_text())
        except (OSError, ValueError):
            raise NoServer("The server is not running.") from None

    @property
    def runs(self) -> bool:
        """Whether it was started and neither stopped nor killed since."""
        return self._process is not None

    def start(self) -> None:
        """Starts it, also after ``stop`` or ``kill``, on the same port; returns when it answers.

        Raises:
            NoServer: it does not.
        """
        self.launch()
        self.await_answer()

    def launch(self) -> None:
        """Starts it and does not wait."""
        environ = {
            "ES_JAVA_HOME": str(self._java),
            "ES_PATH_CONF": str(self._folder / "config"),
            "ES_TMPDIR": str(self._folder / "tmp"),
            "HOME": str(self._folder / "tmp"),
        }
        command = [str(self._home / "bin" / "elasticsearch"), "-p", str(self._folder / "tmp" / "pid")]
        self._process = processes.start(command, self._user, cwd=self._folder, log=self._words, environ=environ)

    def await_answer(self) -> None:
        """Returns when it answers after ``launch``.

        Raises:
            NoServer: it does not.
        """
        if self._process is not None:
            processes.wait_until(self._answers, self._process, self._words, _START_SECONDS)
            shutil.copyfile(self._folder / "tmp" / "pid", self._folder / "pid")

    def stop(self) -> None:
        """Ends it as an administrator would; the data stay."""
        if self._process is not None:
            self.resume()
            processes.stop(self._process, patience=30)
            self._ended()

    def kill(self) -> None:
        """Ends it by SIGKILL, as a loss of power would; the data stay as they are on the disk."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            processes.stop(self._process, patience=10)
            self._ended()

    def halt(self) -> None:
        """Keeps it from running, as an overloaded machine would, until ``resume``: connections open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets it run on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Stops it and removes its folder; a second call does nothing."""
        if self._process is not None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        atexit.unregister(self.close)

    @property
    def _words(self) -> Path:
        return self._folder / "logs" / "words"

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(NoServer, ProcessLookupError):
            os.kill(self.pid, number)

    def _ended(self) -> None:
        self._process = None
        (self._folder / "pid").unlink(missing_ok=True)

    def _reachable(self, home: Path) -> Path:
        """The build where the server's user may read it: root's own cache folder lets nobody else in."""
        if self._user is None:
            return home
        here = self._folder / "home"
        shutil.copytree(home, here, copy_function=_linked)
        return here

    def _answers(self) -> bool:
        return answers(self.url, self.ca_file)


def find_elastic(environ: Mapping[str, str], *, brief: bool = False) -> Elastic:
    """A server by the first way that is open: ``TRIAGE_TEST_ELASTICSEARCH_URL``, docker, the build from Maven.

    Raises:
        NoServer: none of them; or the one chosen does not answer.
    """
    named = environ.get(URL_VARIABLE)
    if named:
        given = GivenElastic(named, Path(environ[CA_VARIABLE]) if environ.get(CA_VARIABLE) else None)
        if not answers(given.url, given.ca_file):
            raise NoServer(f"{URL_VARIABLE} names a server that does not answer.")
        return given
    if processes.docker_runs():
        return DockerElastic()
    java = java_home()
    if java is None:
        raise NoServer(
            f"No Elasticsearch here: neither {URL_VARIABLE}, nor a running docker engine, nor a JDK of 21 or later."
        )
    return LocalElastic(distribution(), java, brief=brief)


def new_passwords() -> dict[str, str]:
    """Of the users that a server started here knows."""
    return {name: secrets.token_urlsafe(24) for name in ("triage", "admin")}


def _java_options(heap_mb: int, brief: bool) -> list[str]:
    heap = [f"-Xms{heap_mb}m", f"-Xmx{heap_mb}m"]
    return [*heap, "-XX:TieredStopAtLevel=1"] if brief else heap


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        # Another file system
        shutil.copy2(source, target)
