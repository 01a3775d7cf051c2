"""Whether an Elasticsearch answers."""

from __future__ import annotations

import contextlib
import socket
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from triage.logs import hush


def answers(url: str, ca_file: Path | None) -> bool:
    """Whether a server answers at this address and its cluster takes writes."""
    from elasticsearch import ApiError, Elasticsearch, TransportError

    parts = urlsplit(url)
    try:
        # Most of the time nobody listens yet, which costs a client nothing to find out but an encrypted one much.
        socket.create_connection((parts.hostname or "", parts.port or 9200), 1).close()
    except OSError:
        return False
    hush("elastic_transport")
    options: dict[str, Any] = {"basic_auth": (parts.username or "", parts.password or "")}
    if parts.scheme == "https":
        options["ssl_context"] = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    host = f"{parts.scheme}://{parts.hostname}:{parts.port or 9200}"
    with (
        contextlib.suppress(ApiError, TransportError),
        Elasticsearch(host, max_retries=0, request_timeout=2, **options) as client,
    ):
        return bool(client.cluster.health()["status"] in ("green", "yellow"))
    return False
