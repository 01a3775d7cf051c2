"""The one way to a cluster: encrypted and verified, with time-outs, tries again where that helps, errors of our own.

What the client says of an error may hold what was sent, so that only its status and its kind are told on.
"""

from __future__ import annotations

import secrets
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch import ConnectionTimeout as TimedOut

from triage.errors import BadSetup, Corrupt, IndexDown, NoIndex, TriageError
from triage.logs import hush

READ_SECONDS = 10.0
WRITE_SECONDS = 30.0
PROBE_SECONDS = 2.0
AGAIN = frozenset({429, 502, 503})
"""Answers that another try may change: too much at once, or a node that is away for a moment."""
CLOSED = "index_closed_exception"
"""What is said of an index that somebody closed by hand: no report is to blame, and once it is open all goes on."""
_MOST_TRIES = 5
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 3.0
_CONNECTIONS = 32
_STAYS = "2m"
"""How long the engine keeps a point in time for whoever asks for its next page."""
_Answer = TypeVar("_Answer")
_chance = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a cluster is and who asks it: node addresses without user, and the file of the authority to trust."""

    nodes: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None


def address_of(url: str, password_file: Path | None = None, ca_file: Path | None = None) -> Address:
    """The address in ``TRIAGE_ELASTICSEARCH_URL``: one node or several with commas between, one of them with the user.

    Raises:
        BadSetup: a part is missing or unreadable, or passwords and terms would travel unencrypted to another machine.
    """
    nodes, user, password = [], "", ""
    for one in url.split(","):
        try:
            parts = urlsplit(one.strip())
            port = parts.port or 9200
        except ValueError:
            raise _wrong("holds a port that is no number") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _wrong("is written like https://user@host:9200, several with commas between")
        if parts.scheme == "http" and not _loopback(parts.hostname):
            raise _wrong("must begin with https:// unless the server is on this machine")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        nodes.append(f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}")
        user, password = unquote(parts.username or user), unquote(parts.password or password)
    if password_file is not None:
        password = _read(password_file).strip()
    if ca_file is not None and not ca_file.is_file():
        raise BadSetup("TRIAGE_ELASTICSEARCH_CA_FILE names no file.")
    return Address(tuple(nodes), user, password, ca_file)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadSetup("TRIAGE_ELASTICSEARCH_PASSWORD_FILE names no file that can be read.") from None


def _wrong(rule: str) -> BadSetup:
    return BadSetup(f"TRIAGE_ELASTICSEARCH_URL {rule}.")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Cluster:
    """A cluster; one for each process, safe for threads, connected on the first call."""

    def __init__(
        self, address: Address, *, read_seconds: float = READ_SECONDS, write_seconds: float = WRITE_SECONDS
    ) -> None:
        self._address = address
        self._seconds = (read_seconds, write_seconds)

    @cached_property
    def _client(self) -> Elasticsearch:
        # It tells every request and, with a trace, every failed one: the first is noise, the second is told by us.
        hush("elastic_transport")
        address = self._address
        options: dict[str, Any] = {}
        if any(node.startswith("https") for node in address.nodes):
            try:
                authority = str(address.ca_file) if address.ca_file else None
                options["ssl_context"] = ssl.create_default_context(cafile=authority)
            except (OSError, ssl.SSLError):
                raise BadSetup("TRIAGE_ELASTICSEARCH_CA_FILE holds no certificate.") from None
        if address.user:
            options["basic_auth"] = (address.user, address.password)
        return Elasticsearch(
            list(address.nodes),
            connections_per_node=_CONNECTIONS,
            # A node that is gone is left for the next one at once; all other tries again are made by ``call``.
            max_retries=len(address.nodes) - 1,
            retry_on_status=(),
            retry_on_timeout=False,
            **options,
        )

    @cached_property
    def _clients(self) -> tuple[Elasticsearch, Elasticsearch]:
        """For reads and for writes: to make one for every call takes longer than to read an answer."""
        reads, writes = (self._client.options(request_timeout=seconds) for seconds in self._seconds)
        return reads, writes

    def call(self, act: Callable[[Elasticsearch], _Answer], *, writes: bool = False) -> _Answer:
        """What a call answers; after ``AGAIN`` it is made again, up to five times in about three seconds.

        Raises:
            NoIndex: the index that it names does not exist.
            IndexDown: the cluster does not answer, or not to us.
            TriageError: it refuses the call.
        """
        client, tried = self._clients[writes], 0
        while True:
            try:
                return act(client)
            except ApiError as error:
                tried += 1
                if error.status_code not in AGAIN or tried == _MOST_TRIES:
                    raise translated(error) from None
                wait(tried)
            except TransportError as error:
                raise translated(error) from None

    def search(self, index: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        """The whole answer to a search: one from some of the shards alone is an error, never shown.

        Without an index the body names a point in time.
        """
        asked: dict[str, Any] = {"_source": False, **body}

        def act(client: Elasticsearch) -> dict[str, Any]:
            if index is None:
                return dict(client.search(body=asked))
            return dict(client.search(index=index, body=asked, allow_partial_search_results=False))

        return whole(self.call(act))

    def pages(self, index: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The hits of a search that has a size and an order, page by page of one point in time, whatever is written meanwhile."""
        point = self.call(lambda client: client.open_point_in_time(index=index, keep_alive=_STAYS))["id"]
        asked = {**body, "track_total_hits": False}
        try:
            while True:
                answer = self.search(None, asked | {"pit": {"id": point, "keep_alive": _STAYS}})
                hits, point = answer["hits"]["hits"], answer.get("pit_id", point)
                yield from hits
                if len(hits) < body["size"]:
                    return
                asked["search_after"] = hits[-1]["sort"]
        finally:
            self.call(lambda client: client.close_point_in_time(id=point))

    def answers(self) -> bool:
        """Whether anybody answers, known within two seconds."""
        try:
            self._client.options(request_timeout=PROBE_SECONDS).cluster.health()
        except ApiError as error:
            return error.status_code not in {*AGAIN, 500, 504}
        except TransportError:
            return False
        return True

    def close(self) -> None:
        """Closes the connections; the next call opens them again."""
        if "_client" in self.__dict__:
            self._client.close()
            self.__dict__.pop("_clients", None)
            del self.__dict__["_client"]


def whole(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer to a search that no shard and no limit of time has cut.

    Raises:
        IndexDown: something is missing.
    """
    if answer.get("timed_out") or answer.get("_shards", {}).get("failed"):
        raise IndexDown("A part of the search index does not answer.")
    return dict(answer)


def wait(tried: int) -> None:
    """Sleeps a little longer after each try, and not as long as everybody else who was turned away."""
    time.sleep(min(_LONGEST_WAIT, _FIRST_WAIT * 2**tried) * _chance.uniform(0.5, 1.0))


def kind_of(body: object) -> str:
    """The kind of an error that an answer tells, a code such as ``document_parsing_exception``."""
    error = body.get("error") if isinstance(body, Mapping) else None
    kind = error.get("type") if isinstance(error, Mapping) else None
    return kind if isinstance(kind, str) else "unknown"


def translated(error: ApiError | TransportError) -> TriageError:
    """An error of the client as one of ours, by its status and kind alone."""
    if isinstance(error, ApiError):
        return of_status(error.status_code, kind_of(error.body), missing=isinstance(error, NotFoundError))
    name = type(error).__name__
    if name == "TlsError":
        return IndexDown(
            "The certificate of Elasticsearch is not trusted here: see TRIAGE_ELASTICSEARCH_CA_FILE, and whether the "
            "address is the one that the certificate names."
        )
    slow = isinstance(error, TimedOut)
    return IndexDown(f"Elasticsearch {'took too long to answer' if slow else 'does not answer'} ({name}).")


def of_status(status: int, kind: str, *, missing: bool = False) -> TriageError:
    """An answer that is no success as one of our errors."""
    if missing:
        return NoIndex("There is no search index yet: the worker or `triage reindex` writes it from the store.")
    if status in (401, 403) and "block" not in kind:
        return IndexDown(
            f"Elasticsearch does not let this user in ({status}): see the user in TRIAGE_ELASTICSEARCH_URL, its roles "
            "and TRIAGE_ELASTICSEARCH_PASSWORD_FILE."
        )
    if kind == CLOSED:
        return IndexDown(
            "Somebody closed the search index on Elasticsearch: open it (`_open`), or run `triage reindex`."
        )
    if status == 403 or status in AGAIN or status >= 500:
        return IndexDown(f"Elasticsearch cannot do this now ({status}, {kind}).")
    return TriageError(f"Elasticsearch refused what was asked ({status}, {kind}).")


def exact(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The buckets of an aggregation of terms; a count that the engine calls inexact is an error, never shown.

    Raises:
        Corrupt: the engine calls a count inexact.
    """
    if answer["doc_count_error_upper_bound"] or answer["sum_other_doc_count"]:
        raise Corrupt("The index could not count a facet exactly.")
    return list(answer["buckets"])
