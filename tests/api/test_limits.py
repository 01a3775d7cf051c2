"""Limits on rate: per sender, per hour, and nothing that tells who it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from api_samples import TEXT
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from api.app import create_app
from api.limits import RateLimit, RequestLimit
from triage.cli.service import server_config
from triage.errors import BadSetup, TooMany
from triage.model import StaffRole
from triage.settings import get_settings


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_sender_gets_so_many_an_hour_and_then_the_next_hour() -> None:
    clock = Clock()
    rate = RateLimit(3, clock)
    for _ in range(3):
        rate.count("203.0.113.7")
    clock.now = 3000
    with pytest.raises(TooMany) as told:
        rate.count("203.0.113.7")
    assert 595 <= told.value.retry_after <= 605
    rate.count("203.0.113.8")
    clock.now = 3601
    rate.count("203.0.113.7")


def test_addresses_of_one_household_count_as_one_sender() -> None:
    rate = RateLimit(1, Clock())
    rate.count("2001:db8:1:2::7")
    with pytest.raises(TooMany):
        rate.count("2001:db8:1:2:aaaa::9")
    rate.count("2001:db8:1:3::7")


def test_no_limit_counts_nothing_and_no_address_is_kept() -> None:
    free, counted = RateLimit(0, Clock()), RateLimit(2, Clock())
    for _ in range(10):
        free.count("203.0.113.7")
    counted.count("203.0.113.7")
    assert "203.0.113.7" not in repr(vars(counted))
    assert b"203.0.113.7" not in repr(vars(counted)).encode()


@pytest.fixture
def strict(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("TRIAGE_RATE_PER_HOUR", "2")
    return TestClient(create_app(), client=("203.0.113.7", 50000))


def test_too_many_reports_are_told_when_to_come_again(strict: TestClient) -> None:
    with strict:
        assert [strict.post("/v1/reports", json={"text": TEXT}).status_code for _ in range(3)] == [202, 202, 429]
        answer = strict.post("/v1/status", json={"receipt": "0"})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
        assert 0 < int(answer.headers["retry-after"]) <= 3601


def test_guessing_receipts_is_limited(strict: TestClient) -> None:
    with strict:
        assert [strict.post("/v1/status", json={"receipt": "0"}).status_code for _ in range(3)] == [404, 404, 429]


def test_an_office_with_a_token_is_not_limited_and_a_wrong_token_is(strict: TestClient) -> None:
    with strict:
        store = strict.app.state.service.store  # type: ignore[attr-defined]
        office = {"Authorization": "Bearer " + store.new_token(StaffRole.INTAKE)}
        wrong = {"Authorization": "Bearer triage_" + "x" * 43}

        def codes(headers: dict[str, str]) -> list[int]:
            return [strict.post("/v1/reports", json={"text": TEXT}, headers=headers).status_code for _ in range(4)]

        assert codes(office) == [202] * 4
        assert codes(wrong) == [401, 401, 429, 429]


def test_search_is_not_counted_against_reporters(strict: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with strict:
        answers: list[Any] = [strict.get("/healthz") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}


@pytest.fixture
def served(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., TestClient]:
    """The application as `triage serve` gives it to uvicorn, met by a proxy on this machine; one request an hour."""

    def made(proxy: str | None, comes_from: str = "127.0.0.1") -> TestClient:
        monkeypatch.setenv("TRIAGE_RATE_PER_HOUR", "1")
        if proxy is not None:
            monkeypatch.setenv("TRIAGE_PROXY", proxy)
        get_settings.cache_clear()
        config = server_config(get_settings())
        config.load()
        return TestClient(config.loaded_app, client=(comes_from, 50000))

    return made


def told_to(client: TestClient, *forwarded: str) -> list[int]:
    with client:
        return [
            client.post("/v1/status", json={"receipt": "0"}, headers={"X-Forwarded-For": one}).status_code
            for one in forwarded
        ]


@pytest.mark.parametrize("proxy", ["127.0.0.1", "10.0.0.0/8, 127.0.0.0/8", "::1,127.0.0.1"])
def test_behind_a_named_proxy_each_reporter_has_a_limit_of_their_own(
    served: Callable[..., TestClient], proxy: str
) -> None:
    one, other = "198.51.100.7", "198.51.100.8"
    assert told_to(served(proxy), one, other, one, other) == [404, 404, 429, 429]


def test_what_a_reporter_writes_before_the_proxy_does_is_not_believed(served: Callable[..., TestClient]) -> None:
    forwarded = ("1.1.1.1, 198.51.100.7", "2.2.2.2, 198.51.100.7")
    assert told_to(served("127.0.0.1"), *forwarded) == [404, 429]


@pytest.mark.parametrize(
    ("proxy", "comes_from"),
    [(None, "127.0.0.1"), ("", "127.0.0.1"), ("10.0.0.1", "127.0.0.1"), ("127.0.0.1", "203.0.113.7")],
)
def test_the_header_of_anybody_else_changes_nothing(
    served: Callable[..., TestClient], proxy: str | None, comes_from: str
) -> None:
    assert told_to(served(proxy, comes_from), "198.51.100.7", "198.51.100.8") == [404, 429]


@pytest.mark.parametrize("proxy", ["*", "0.0.0.0/0", "::/0", "proxy.office.example", "10.0.0.1/8", "10.0.0.1;10.0.0.2"])
def test_a_proxy_that_is_no_address_or_everybody_is_refused(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("TRIAGE_PROXY", proxy)
    get_settings.cache_clear()
    with pytest.raises(BadSetup, match="TRIAGE_PROXY") as told:
        get_settings()
    assert proxy not in told.value.sentence


def test_one_request_more_than_are_taken_at_once_is_told_to_come_again() -> None:
    async def come() -> tuple[list[int], dict[bytes, bytes]]:
        heard: list[Message] = []
        may_end = asyncio.Event()

        async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
            await may_end.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        async def hear(message: Message) -> None:
            heard.append(message)

        async def nothing() -> Message:
            return {"type": "http.disconnect"}

        limit = RequestLimit(slow, most=2)
        scope = {"type": "http", "path": "/v1/status"}
        under_way = [asyncio.create_task(limit(scope, nothing, hear)) for _ in range(2)]
        await asyncio.sleep(0)
        await limit(scope, nothing, hear)
        may_end.set()
        await asyncio.gather(*under_way)
        await limit(scope, nothing, hear)
        starts = [message for message in heard if message["type"] == "http.response.start"]
        return [start["status"] for start in starts], dict(starts[0]["headers"])

    statuses, headers = asyncio.run(come())
    assert statuses == [503, 200, 200, 200]
    assert (headers[b"content-type"], headers[b"retry-after"]) == (b"application/problem+json", b"5")
