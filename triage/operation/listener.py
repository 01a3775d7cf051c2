"""Where the figures are asked for: ``GET /metrics`` on a port of its own, on the loopback or under a token.

The figures of a county reveal small counts (one report more at ten past nine), so they are not open to
whoever reaches the API: the port is off unless set, listens on the loopback, and anywhere else asks for a token.
"""

from __future__ import annotations

import hmac
import ipaddress
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from triage.errors import BadSetup
from triage.logs import get_logger
from triage.settings import Settings

log = get_logger(__name__)
WORKER_PORTS = 64
LEAST_TOKEN = 20


class Listener:
    """Answers ``GET /metrics`` from a thread until it is closed."""

    def __init__(self, registry: CollectorRegistry, host: str, port: int, token: str | None) -> None:
        """Listens at once; raises ``OSError`` where the port is taken."""
        handler = type("MetricsHandler", (_Handler,), {"registry": registry, "token": token})
        self._server = _Server((host, port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="metrics", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Ends the thread and frees the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def listen(registry: CollectorRegistry, settings: Settings, *, worker: bool = False) -> Listener | None:
    """Tells the figures of this process, if a port is set.

    The API takes the port that is set; each worker the first free one of the 64 after it.

    Raises:
        BadSetup: the host is not the loopback and there is no token, or the API's port is taken.
    """
    if settings.metrics_port is None:
        return None
    token = token_of(settings)
    first = settings.metrics_port
    for port in range(first + 1, first + 1 + WORKER_PORTS) if worker else (first,):
        try:
            return Listener(registry, settings.metrics_host, port, token)
        except (OSError, OverflowError):
            continue
    if worker:
        # Reading reports matters more than being watched.
        log.warning("metrics_unavailable")
        return None
    raise BadSetup(f"Cannot listen on port {first} for figures; choose another with TRIAGE_METRICS_PORT.")


def watched(settings: Settings) -> Callable[[str, int], AbstractContextManager[None]]:
    """What a worker puts around its steps; from now on this process tells its figures, if a port is set."""
    from triage.operation.metrics import WORKER, timed_step

    listen(WORKER, settings, worker=True)
    return timed_step


def token_of(settings: Settings) -> str | None:
    """The token that a question must bear; None where none is needed.

    Raises:
        BadSetup: the file is missing or too short, or none is set though others could reach the port.
    """
    file = settings.metrics_token_file
    if file is None:
        if not _is_loopback(settings.metrics_host):
            raise BadSetup("TRIAGE_METRICS_HOST is not the loopback: set TRIAGE_METRICS_TOKEN_FILE too.")
        return None
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSetup("TRIAGE_METRICS_TOKEN_FILE cannot be read.") from None
    if len(token) < LEAST_TOKEN:
        raise BadSetup(f"The token in TRIAGE_METRICS_TOKEN_FILE needs at least {LEAST_TOKEN} characters.")
    return token


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: the library would print the address and a trace."""


class _Handler(BaseHTTPRequestHandler):
    registry: CollectorRegistry
    token: str | None
    server_version = "triage"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:  # the name that the library calls
        """Answers one question."""
        if self.path.partition("?")[0] != "/metrics":
            self._answer(HTTPStatus.NOT_FOUND, b"")
        elif not self._allowed():
            self._answer(HTTPStatus.UNAUTHORIZED, b"", ("WWW-Authenticate", "Bearer"))
        else:
            self._answer(HTTPStatus.OK, generate_latest(self.registry), ("Content-Type", CONTENT_TYPE_LATEST))

    def _allowed(self) -> bool:
        if self.token is None:
            return True
        given = self.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {self.token}".encode())

    def _answer(self, status: HTTPStatus, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body))), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: the library would print the address."""
