"""An Elasticsearch of the official image, where a docker engine runs."""

from __future__ import annotations

import atexit
import secrets
import shutil
from pathlib import Path

from triage.servers import processes
from triage.servers.containers import Container
from triage.servers.elastic_answers import answers
from triage.servers.elastic_files import VERSION, write_certificates
from triage.servers.processes import NoServer

IMAGE = f"docker.elastic.co/elasticsearch/elasticsearch:{VERSION}"
_FETCH_SECONDS, _START_SECONDS = 900.0, 120.0
_CERTIFICATES = "/usr/share/elasticsearch/config/certificates"
_SETTINGS = {
    "discovery.type": "single-node",
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.key": f"{_CERTIFICATES}/http.key",
    "xpack.security.http.ssl.certificate": f"{_CERTIFICATES}/http.crt",
    "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
}


class DockerElastic:
    """A container of the official image on a random loopback port."""

    def __init__(self) -> None:
        """Starts it.

        Raises:
            NoServer: docker does not start it, or it does not answer.
        """
        self._folder = processes.server_folder("triage-es-", None)
        write_certificates(self._folder)
        self._folder.chmod(0o755)
        (self._folder / "http.key").chmod(0o644)
        self.ca_file: Path | None = self._folder / "ca.crt"
        port, password = processes.free_port(), secrets.token_urlsafe(24)
        options = [
            "--publish", f"127.0.0.1:{port}:9200", "--volume", f"{self._folder}:{_CERTIFICATES}:ro",
            *(word for name, value in _SETTINGS.items() for word in ("--env", f"{name}={value}")),
        ]  # fmt: skip
        try:
            self._container = Container(IMAGE, options, ("ELASTIC_PASSWORD", password), _FETCH_SECONDS)
        except NoServer:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        atexit.register(self.close)
        self._url = f"https://elastic:{password}@127.0.0.1:{port}"
        self.told = f"Elasticsearch of the image {IMAGE} on port {port} (container {self._container.id[:12]})"
        try:
            self._container.wait_until(self._answers, _START_SECONDS)
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """Its address, for the administrator of a container."""
        return self._url

    def close(self) -> None:
        """Ends the container and with it its data."""
        self._container.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
        atexit.unregister(self.close)

    def _answers(self) -> bool:
        return answers(self.url, self.ca_file)
