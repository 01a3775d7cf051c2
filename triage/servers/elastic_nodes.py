"""Three nodes of the official Elasticsearch that make one cluster, each in a folder and on ports of its own.

As many as it takes that any of them may die, the elected master too, and the others go on. Encrypted among each other as
towards everybody else; gone with their data at the end.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from triage.servers import processes
from triage.servers.elastic import LocalElastic, new_passwords
from triage.servers.elastic_files import Member, write_certificates
from triage.servers.processes import NoServer

NAMES = ("one", "two", "three")
_HEAP_MB = 384
_WHOLE_SECONDS = 120.0


class LocalNodes:
    """A cluster of three, each of which can be killed and started again."""

    def __init__(self, home: Path, java: Path, heap_mb: int = _HEAP_MB, *, brief: bool = False) -> None:
        """Makes and starts them, all at once; returns when they have found each other.

        Raises:
            NoServer: one of them does not start, or they do not find each other.
        """
        self._passwords = new_passwords()
        self._certificates = Path(tempfile.mkdtemp(prefix="triage-es-certificates-"))
        self.nodes: dict[str, LocalElastic] = {}
        try:
            write_certificates(self._certificates)
            ports = {name: processes.free_port() for name in NAMES}
            for name in NAMES:
                member = Member(name, ports, self._passwords, self._certificates)
                self.nodes[name] = LocalElastic(home, java, heap_mb, brief=brief, member=member)
            for node in self.nodes.values():
                node.await_answer()
            self.wait_until_whole()
        except BaseException:
            self.close()
            raise

    @property
    def told(self) -> str:
        """One line for people."""
        return "three nodes of " + "; ".join(node.told for node in self.nodes.values())

    @property
    def ca_file(self) -> Path:
        """The certificate of the authority that signed theirs."""
        return self._certificates / "ca.crt"

    @property
    def url(self) -> str:
        """The addresses of all of them, for the user ``triage``."""
        return ",".join(node.url for node in self.nodes.values())

    def master(self) -> str:
        """The name of the node that is the elected master; any that lives is asked.

        Raises:
            NoServer: none of them knows one.
        """
        from elasticsearch import ApiError, Elasticsearch, TransportError

        for node in self.nodes.values():
            if node.runs:
                with (
                    suppress(ApiError, TransportError),
                    Elasticsearch(node.url_for("admin"), ca_certs=str(self.ca_file), max_retries=0) as client,
                ):
                    return str(client.cat.master(h="node").body).strip()
        raise NoServer("No node knows an elected master.")

    def wait_until_whole(self) -> None:
        """Returns when all nodes are there and every shard has its copies.

        Raises:
            NoServer: that takes too long.
        """
        from elasticsearch import ApiError, Elasticsearch, TransportError

        until = time.monotonic() + _WHOLE_SECONDS
        urls = [node.url_for("admin") for node in self.nodes.values() if node.runs]
        with Elasticsearch(urls, ca_certs=str(self.ca_file)) as client:
            while time.monotonic() < until:
                with suppress(ApiError, TransportError):
                    told = client.cluster.health(wait_for_nodes=str(len(NAMES)), wait_for_status="green", timeout="5s")
                    if not told["timed_out"]:
                        return
        raise NoServer(f"The nodes did not find each other within {_WHOLE_SECONDS:.0f} seconds.")

    def close(self) -> None:
        """Stops them and removes their folders."""
        for node in self.nodes.values():
            node.close()
        shutil.rmtree(self._certificates, ignore_errors=True)
