"""How fast reports are taken in, beside a route with the same Pydantic model that answers at once.

A real service on loopback in a temporary data folder, sealing and idempotency on; the senders are a process of their
own. Service and peer take turns, and the ratio is the median over the rounds. Each answer counted stands on disk.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from triage.bench import writing
from triage.bench.figures import Figure, Outcome
from triage.bench.processes import apart, environment, running, serving, temporary_folder, wait_until_answers
from triage.servers.processes import free_port
from triage.settings import Settings
from triage.store import WORKER, Store

CONNECTIONS = 64
ROUNDS = 3
MOST = 4000
SECONDS = 4.0
_WARM_UP = 200


def measure(
    *,
    connections: int = CONNECTIONS,
    most: int = MOST,
    seconds: float = SECONDS,
    rounds: int = ROUNDS,
    postgresql: bool = False,
) -> Outcome:
    """Posts up to ``most`` reports in each of ``rounds`` rounds, then once more with the worker beside it.

    With ``postgresql`` the store is on a server of its own, and its writer is measured in process too.

    Raises:
        Unavailable: the service or the peer did not start, or there is no server.
    """
    with temporary_folder(with_model=True) as folder, ExitStack() as stack:
        server = stack.enter_context(writing.server(folder)) if postgresql else None
        more = {} if server is None else {"TRIAGE_DATABASE_URL": server.store}
        warm, ours, peers = _in_turns(folder, connections, most, seconds, rounds, more)
        beside = _beside_the_worker(folder, connections, most, seconds, more)
        kept = _kept(folder, more)
        writer = () if server is None else writing.figures(folder, server, seconds, rounds)
    notes: tuple[str, ...] = (
        f"{connections} connections, median of {rounds} rounds; beside_worker: the worker assesses meanwhile",
    )
    notes += () if server is None else (server.told, *writing.notes(writer))
    return Outcome("intake", (*_figures(warm, ours, peers, beside, kept), *writer), notes=notes)


_Told = list[dict[str, float]]


def _figures(warm: _Told, ours: _Told, peers: _Told, beside: dict[str, float], kept: int) -> tuple[Figure, ...]:
    told = int(sum(one["accepted"] for one in [*warm, *ours, beside]))
    refused = sum(one["refused"] + one["unanswered"] for one in [*warm, *ours, beside])
    ratio = median(one["per_s"] / peer["per_s"] for one, peer in zip(ours, peers, strict=True))
    return (
        Figure("accepted_per_s", median(one["per_s"] for one in ours), "reports/s"),
        Figure("p50", median(one["p50"] for one in ours) * 1e3, "ms"),
        Figure("p99", median(one["p99"] for one in ours) * 1e3, "ms", 150),
        Figure("peer_per_s", median(peer["per_s"] for peer in peers), "requests/s"),
        Figure("peer_p99", median(peer["p99"] for peer in peers) * 1e3, "ms"),
        Figure("to_peer_ratio", ratio, "of its rate", 0.4, at_least=True),
        Figure("beside_worker_per_s", beside["per_s"], "reports/s"),
        Figure("beside_worker_p99", beside["p99"] * 1e3, "ms"),
        Figure("not_accepted", refused, "requests", 0),
        Figure("acknowledged_but_not_kept", max(0, told - kept), "reports", 0),
    )


def _in_turns(
    folder: Path, connections: int, most: int, seconds: float, rounds: int, more: Mapping[str, str]
) -> tuple[_Told, _Told, _Told]:
    """What the senders told of the service warming up, of the service and of the peer, round by round."""
    ours: _Told = []
    peers: _Told = []
    with ExitStack() as stack:
        port, peer_port = free_port(), free_port()
        service = stack.enter_context(serving(folder, port, "--no-worker", more=more))
        peer = stack.enter_context(running(_peer_command(peer_port), environment(folder)))
        wait_until_answers(port, "/readyz", service)
        wait_until_answers(peer_port, "/readyz", peer)
        _send(peer_port, connections, _WARM_UP, seconds, "warm-up")
        warm = [_send(port, connections, _WARM_UP, seconds, "warm-up")]
        for number in range(rounds):
            peers.append(_send(peer_port, connections, most, seconds, f"round-{number}"))
            ours.append(_send(port, connections, most, seconds, f"round-{number}"))
    return warm, ours, peers


def _beside_the_worker(
    folder: Path, connections: int, most: int, seconds: float, more: Mapping[str, str]
) -> dict[str, float]:
    """The same with a worker that takes up what comes in, as `triage serve` runs by default."""
    port = free_port()
    with serving(folder, port, more=more) as service:
        wait_until_answers(port, "/readyz", service)
        return _send(port, connections, most, seconds, "beside-worker")


def _send(port: int, connections: int, most: int, seconds: float, name: str) -> dict[str, float]:
    return apart("triage.bench.senders", str(port), str(connections), str(most), str(seconds), name)


def _peer_command(port: int) -> list[str]:
    """The peer served as `triage serve` serves, by its name alone: the domain imports no web."""
    options = ["--factory", "--port", str(port), "--no-access-log", "--log-level", "warning", "--no-server-header"]
    # Left alone, uvicorn looks into the folder that somebody stands in first
    ours = str(Path(__file__).resolve().parents[2])
    return [sys.executable, "-P", "-m", "uvicorn", "--app-dir", ours, "api.peer:create_peer", *options]


def _kept(folder: Path, more: Mapping[str, str]) -> int:
    with Store.open(Settings(data_dir=folder, database_url=more.get("TRIAGE_DATABASE_URL"))) as store:
        return sum(store.counts(WORKER).values())
