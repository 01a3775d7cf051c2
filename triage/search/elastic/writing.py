"""Documents on their way into indices: in bulk, each with its version, and one that cannot go in stops no other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from elasticsearch import Elasticsearch, helpers

from triage.errors import IndexDown, NoIndex
from triage.search.elastic.connection import AGAIN, CLOSED, Cluster, kind_of, of_status, wait

Action = dict[str, Any]
_MOST_AT_ONCE = 64
MANY_AT_ONCE = 400
"""Documents of a request where nobody waits for the first of them: an engine that has much to do gets more of it done."""
_SENDERS = 2
_MOST_BYTES = 8 * 1024 * 1024
_MOST_TRIES = 5
_LATE = 409
_TOO_LARGE = (400, 413)
_MISSING = 404


@dataclass(slots=True)
class _Round:
    """What became of actions that were sent once."""

    again: list[Action] = field(default_factory=list)
    alone: list[Action] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    busy: tuple[int, str] = (429, "unknown")


def added(alias: str, report_id: str, revision: int, fields: dict[str, Any]) -> Action:
    """A document for the index behind an alias, as of a revision; what is there as of a later one stays."""
    return {**_numbered("index", alias, report_id, revision), "_source": fields}


def taken_out(index: str, report_id: str, revision: int) -> Action:
    """The removal of a document as of a revision; a later write brings it back, an earlier one does not.

    By the name of the index itself: a removal with a version makes an index of a name that is gone, and one of this name
    stands in nobody's way.
    """
    return _numbered("delete", index, report_id, revision)


def dropped(index: str, report_id: str) -> Action:
    """The removal of a document whatever its revision."""
    return {"_op_type": "delete", "_index": index, "_id": report_id}


def _numbered(kind: str, index: str, report_id: str, revision: int) -> Action:
    told = {"version": revision, "version_type": "external_gte"}
    return {"_op_type": kind, "_index": index, "_id": report_id, **told}


def write(cluster: Cluster, actions: Iterable[Action], at_once: int = _MOST_AT_ONCE) -> dict[str, str]:
    """Sends actions; what comes too late is as good as done. Returns a code for each report that is refused for good.

    While one part of ``at_once`` is on its way the next is made: ``actions`` is best a generator.

    Raises:
        NoIndex: an alias that an action names is not there (any more); some of the others may be written.
        IndexDown: the cluster does not answer or takes nothing now; some may be written.
    """
    refused: dict[str, str] = {}
    parts = _parts(actions, at_once)
    head = list(islice(parts, 2))
    if len(head) < 2:
        return _taken(cluster, head[0] if head else [])
    with ThreadPoolExecutor(_SENDERS, "bulk") as senders:
        sent: deque[Future[dict[str, str]]] = deque()
        for part in chain(_emptied(head), parts):
            sent.append(senders.submit(_taken, cluster, part))
            if len(sent) > _SENDERS:
                refused |= sent.popleft().result()
        for one in sent:
            refused |= one.result()
    return refused


def _taken(cluster: Cluster, pending: list[Action]) -> dict[str, str]:
    """Sends one part until nothing of it is turned away any more."""
    refused: dict[str, str] = {}
    tried = 0
    while pending:
        met = _sent(cluster, pending)
        refused |= met.refused
        for action in met.alone:
            # One of a request that is wrong as a whole: which one shows when each goes alone.
            single = _sent(cluster, [action])
            refused |= single.refused
            met.again += single.again
        pending, tried = met.again, tried + 1
        if pending and tried == _MOST_TRIES:
            raise of_status(*met.busy)
        if pending:
            wait(tried)
    return refused


def _sent(cluster: Cluster, actions: Sequence[Action]) -> _Round:
    def act(client: Elasticsearch) -> list[tuple[bool, dict[str, Any]]]:
        answered = helpers.streaming_bulk(
            client,
            actions,
            chunk_size=len(actions),
            max_chunk_bytes=_MOST_BYTES,
            raise_on_error=False,
            raise_on_exception=False,
            # A name that is gone would become an index with a mapping by guess.
            require_alias=True,
        )
        return list(answered)

    met = _Round()
    for action, (_, answer) in zip(actions, cluster.call(act, writes=True), strict=True):
        (told,) = answer.values()
        _sort(met, action, told, len(actions) == 1)
    return met


def _sort(met: _Round, action: Action, told: dict[str, Any], single: bool) -> None:
    status, as_a_whole = int(told["status"]), "exception" in told
    kind = kind_of(getattr(told.get("exception"), "body", None) if as_a_whole else told)
    if status < 300 or status == _LATE:
        return
    if status == _MISSING:
        if "error" in told:
            raise NoIndex("The search index is not there any more.")
        return
    if kind == CLOSED:
        raise of_status(status, kind)
    if status in AGAIN:
        met.again.append(action)
        met.busy = (status, kind)
    elif status in _TOO_LARGE and as_a_whole and not single:
        met.alone.append(action)
    elif status in _TOO_LARGE:
        met.refused[action["_id"]] = kind
    else:
        error = of_status(status, kind)
        raise error if isinstance(error, IndexDown) else IndexDown(error.sentence)


def _emptied(parts: list[list[Action]]) -> Iterator[list[Action]]:
    """Each of them once; nothing holds on to those that are sent."""
    while parts:
        yield parts.pop(0)


def _parts(actions: Iterable[Action], at_once: int) -> Iterator[list[Action]]:
    """Parts of ``at_once`` documents, or of fewer that are as large as a request may be."""
    part: list[Action] = []
    size = 0
    for action in actions:
        part.append(action)
        size += sum(len(value) for value in action.get("_source", {}).values() if isinstance(value, str))
        if len(part) == at_once or size >= _MOST_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part
