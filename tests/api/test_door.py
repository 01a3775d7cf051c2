"""The door of the service: half requests and answers that nobody fetches cost nobody else a place."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from triage.cli import door
from triage.cli.door import Connection, Phase
from triage.cli.service import _Server, server_config
from triage.settings import get_settings

HALF_HEAD = b"POST /v1/reports HTTP/1.1\r\nHost: x\r\n"
HALF_BODY = HALF_HEAD + b"Content-Length: 100\r\n\r\n{"
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
MOST = 8


class Desk:
    """An application that waits for the whole body and, if it is told so, takes its time."""

    def __init__(self) -> None:
        self.gone = threading.Event()
        self.at_work = threading.Semaphore(0)
        self.may_end = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
                if kind.endswith("shutdown"):
                    return
        while (message := await receive())["type"] == "http.request" and message.get("more_body"):
            pass
        if message["type"] == "http.disconnect":
            self.gone.set()
            return
        size = 5
        if scope["path"] == "/work":
            self.at_work.release()
            while not self.may_end.is_set():
                await asyncio.sleep(0.01)
        elif scope["path"] == "/large":
            size = 20_000_000
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"." * size})


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def knock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], socket.socket]]:
    """Opens a connection to a service with eight places and sends the first bytes."""
    monkeypatch.setattr(door, "most_connections", lambda: MOST)
    monkeypatch.setattr(door, "CUT", door._Cut())
    listener = socket.create_server(("127.0.0.1", 0))
    level = server_config(get_settings()).log_level
    server = _Server(uvicorn.Config(desk, http=Connection, ws="none", log_config=None, log_level=level), "here")
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    opened: list[socket.socket] = []

    def knocked(first: bytes) -> socket.socket:
        made = socket.create_connection(listener.getsockname(), timeout=20)
        opened.append(made)
        made.sendall(first)
        return made

    yield knocked
    for one in opened:
        one.close()
    desk.may_end.set()
    server.should_exit = True
    thread.join(20)
    listener.close()


def told(one: socket.socket) -> bytes:
    """What came until the service closed the connection."""
    came = b""
    try:
        while piece := one.recv(65536):
            came += piece
    except ConnectionResetError:
        pass
    return came


def answered(one: socket.socket) -> bool:
    return one.recv(65536).startswith(b"HTTP/1.1 200 OK")


def patience(monkeypatch: pytest.MonkeyPatch, phase: Phase) -> None:
    """Nobody has any time for this part, and everybody has enough for the others."""
    monkeypatch.setattr(
        door, "PATIENCE", {one: 0.0 if one is phase else 600.0 for one in Phase if one is not Phase.WORK}
    )


@pytest.mark.parametrize("half", [b"", HALF_HEAD])
def test_many_half_requests_keep_nobody_else_out(knock: Callable[[bytes], socket.socket], half: bytes) -> None:
    held = [knock(half) for _ in range(5 * MOST)]
    assert [answered(knock(WHOLE)) for _ in range(3)] == [True] * 3
    # The first to come were the first that had to go
    assert not told(held[0]).startswith(b"HTTP/1.1 200")


def test_half_a_head_that_does_not_go_on_is_told_so_and_closed(
    knock: Callable[[bytes], socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    patience(monkeypatch, Phase.HEAD)
    came = told(knock(HALF_HEAD))
    assert came.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert came.endswith(b"did not come to its end in time; please send it again.")
    assert told(knock(b"")) == b""


def test_half_a_body_that_does_not_go_on_is_told_so_and_nobody_works_on_it(
    knock: Callable[[bytes], socket.socket], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience(monkeypatch, Phase.BODY)
    assert told(knock(HALF_BODY)).startswith(b"HTTP/1.1 408 ")
    assert desk.gone.wait(10)
    # An answer to HEAD has no words; it must not bring the service down either
    told(knock(HALF_BODY.replace(b"POST", b"HEAD")))
    assert answered(knock(WHOLE))


def test_an_answer_that_nobody_fetches_is_not_kept(
    knock: Callable[[bytes], socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    patience(monkeypatch, Phase.FETCH)
    lazy = knock(WHOLE.replace(b"/ ", b"/large "))
    # Longer than two looks at who is late
    time.sleep(2.5)
    assert len(told(lazy)) < 20_000_000


def test_whoever_sends_in_time_is_answered_however_long_our_work_takes(
    knock: Callable[[bytes], socket.socket], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PATIENCE", {Phase.HEAD: 600.0, Phase.BODY: 600.0, Phase.FETCH: 600.0})
    slow = []
    for _ in range(2 * MOST):
        slow.append(knock(WHOLE.replace(b"/ ", b"/work ")))
        assert desk.at_work.acquire(timeout=10)
    # More work than places: those who wait for us are not sent away for those who have said nothing yet
    knock(b"")
    desk.may_end.set()
    assert all(answered(one) for one in slow)


@pytest.mark.parametrize(
    "nonsense",
    [b"nonsense\r\n\r\n", b"GET /\xe6\x9d\x91 HTTP/1.1\r\nHost: x\r\n\r\n", WHOLE[:-2] + b"Upgrade: h2c\r\nConnection: upgrade\r\n\r\n"],
    ids=["no request", "an address that is none", "another protocol"],
)  # fmt: skip
def test_a_stranger_writes_no_line_into_the_log_with_each_request_that_is_none(
    knock: Callable[[bytes], socket.socket], caplog: pytest.LogCaptureFixture, nonsense: bytes
) -> None:
    for _ in range(3):
        assert knock(nonsense).recv(65536).startswith(b"HTTP/1.1 ")
    assert [record.name for record in caplog.records] == [], "a disk full of them would stop intake"


def test_what_was_closed_is_told_in_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    cut = door._Cut()
    for _ in range(3):
        cut.add(40)
        cut.say()
    assert [record.getMessage() for record in caplog.records] == ["connections_cut count=40"]
