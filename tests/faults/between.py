"""A proxy between us and Elasticsearch that turns calls away, drops connections, answers late or lets calls through."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import urllib3

DROPPED = 0


class Proxy(ThreadingHTTPServer):
    """Answers the next calls as ``planned`` says, by a status or ``DROPPED``, and hands on all others and None.

    After ``late`` seconds, set at any time: what it hands on takes effect at once, and its answer waits.
    """

    daemon_threads = True

    def __init__(self, url: str, ca_file: Path | None) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        parts = urlsplit(url)
        self.target = f"{parts.scheme}://{parts.hostname}:{parts.port}"
        self.user = f"{parts.username}:{parts.password}"
        self.url = f"http://{self.user}@127.0.0.1:{self.server_port}"
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        self.pool = urllib3.PoolManager(ssl_context=context, retries=False)
        self.planned: list[int | None] = []
        self.late = 0.0
        self.calls = 0
        self.guard = threading.Lock()

    def next(self) -> int | None:
        with self.guard:
            self.calls += 1
            return self.planned.pop(0) if self.planned else None


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        planned = self.server.next()
        if planned == DROPPED:
            self.close_connection = True
            self.connection.close()
            return
        status, headers, told = planned or 200, {"content-type": "application/json"}, b'{"error":{"type":"planned"}}'
        if planned is None:
            sent = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            met = self.server.pool.request(self.command, self.server.target + self.path, body=body, headers=sent)
            names = ("content-type", "x-elastic-product")
            status, told = met.status, met.data
            headers = {name: met.headers[name] for name in names if name in met.headers}
        time.sleep(self.server.late)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told if self.command != "HEAD" else b"")

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815  # the server's names for them

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def proxy(url: str, ca_file: Path | None) -> Iterator[Proxy]:
    with Proxy(url, ca_file) as made:
        serving = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            yield made
        finally:
            made.shutdown()
            serving.join(30)
            made.pool.clear()
