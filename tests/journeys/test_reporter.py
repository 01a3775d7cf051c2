"""A reporter's story on a real service: start it as a user would, send, ask, send again, stop it and ask once more."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

TEXT = "三河村支书王守田把发给我家的危房改造款三万五千元扣下一万，说是打点费。"
CONTACT = "13900000000"
MORE = "又想起来，会计那天也在场。"


class Phone:
    """What a reporter holds: posts JSON, sees status and answer."""

    def __init__(self, address: str) -> None:
        self.address = address

    def send(self, path: str, body: object | None = None, **headers: str) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310  # the address is the service started above
            self.address + path, data, {"Content-Type": "application/json", **headers}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def waits_for(self, path: str, seconds: float = 30) -> Any:
        until = time.monotonic() + seconds
        while True:
            try:
                return self.send(path)[1]
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)


@contextmanager
def service(data_dir: Path, *options: str) -> Iterator[tuple[Phone, subprocess.Popen[bytes], Path]]:
    """`triage serve` on a free port, ended with Ctrl-C."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = data_dir.parent / "serve.log"
    environment = {**os.environ, "TRIAGE_DATA_DIR": str(data_dir), "TRIAGE_PORT": str(port)}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "triage.cli", "serve", *options],
            stdout=output,
            stderr=output,
            env=environment,
        )
        try:
            yield Phone(f"http://127.0.0.1:{port}"), process, log
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_reporter_sends_asks_and_finds_the_report_kept_after_a_restart(data_dir: Path) -> None:
    key = {"Idempotency-Key": "a-key-of-a-phone-0001"}
    body = {"text": TEXT, "channel": "web", "reporter": {"name": "赵桂枝", "contact": CONTACT}}
    with service(data_dir, "--no-worker") as (phone, process, log):
        phone.waits_for("/healthz")
        code, told = phone.send("/v1/reports", body, **key)
        assert code == 202
        receipt = told["receipt"]
        assert re.fullmatch(r"\w{4}-\w{4}-\w{4}-\w{5}", receipt)
        # The answer was lost on the way, the phone sends once more: the same receipt, one report.
        assert phone.send("/v1/reports", body, **key) == (202, told)
        assert phone.send("/v1/status", {"receipt": receipt.lower().replace("-", " ")})[1]["state"] == "received"
        assert phone.send("/v1/status", {"receipt": "0" * 17})[0] == 404
        assert phone.send("/v1/referrals")[0] == 401
        assert phone.send("/v1/reports", {"text": "😡"})[1]["rule"] == "no_words"
    assert process.returncode == 0
    assert f"Serving on {phone.address}" in log.read_text()
    with service(data_dir, "--no-worker") as (phone, _, log):
        phone.waits_for("/healthz")
        assert phone.send("/v1/status", {"receipt": receipt})[1]["state"] == "received"
        token = (data_dir / "token").read_text().strip()
        assert phone.send("/v1/stuck", Authorization=f"Bearer {token}") == (200, {"stuck": []})
    written = log.read_text()
    for secret in (TEXT[:6], "赵桂枝", CONTACT, receipt, token):
        assert secret not in written
    for file in data_dir.glob("triage.db*"):
        assert TEXT[:4].encode() not in file.read_bytes()
        assert CONTACT.encode() not in file.read_bytes()


def test_what_was_added_and_answered_for_outlives_a_service_that_is_killed(data_dir: Path) -> None:
    key = {"Idempotency-Key": "a-key-of-a-phone-0002"}
    with service(data_dir, "--no-worker") as (phone, process, _):
        phone.waits_for("/healthz")
        receipt = phone.send("/v1/reports", {"text": TEXT, "channel": "web"})[1]["receipt"]
        code, told = phone.send("/v1/messages/new", {"receipt": receipt, "text": MORE}, **key)
        process.kill()
        assert (code, set(told)) == (202, {"received_at"})
        process.wait(30)
    with service(data_dir, "--no-worker") as (phone, _, log):
        phone.waits_for("/healthz")
        (line,) = phone.send("/v1/messages", {"receipt": receipt})[1]["messages"]
        assert (line["from"], set(line)) == ("you", {"from", "at"})
        assert phone.send("/v1/messages/new", {"receipt": receipt, "text": MORE}, **key) == (202, told)
        assert len(phone.send("/v1/messages", {"receipt": receipt})[1]["messages"]) == 1
    written = log.read_text()
    for secret in (MORE[:6], receipt):
        assert secret not in written
    for file in data_dir.glob("triage.db*"):
        assert MORE[:4].encode() not in file.read_bytes()


def test_a_taken_port_is_told_in_a_sentence(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {
            **os.environ,
            "TRIAGE_DATA_DIR": str(data_dir),
            "TRIAGE_PORT": str(taken.getsockname()[1]),
        }
        ended = subprocess.run(
            [sys.executable, "-m", "triage.cli", "serve", "--no-worker"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert "TRIAGE_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr
