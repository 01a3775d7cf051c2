"""Steady traffic tells what went wrong: who was refused, who got no answer, who found fewer than before."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from triage.bench.traffic import Traffic


@contextmanager
def service(totals: list[int], *, refuses: bool = False, broken: bool = False) -> Iterator[tuple[int, list[str]]]:
    """A service that counts as told, one number for each search, and the texts that were posted to it."""
    texts: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = 200, {"total": totals.pop(0) if len(totals) > 1 else totals[0]}
            if self.path == "/v1/reports":
                texts.append(asked["text"])
                status, answer = (503, {}) if refuses else (202, {"receipt": f"receipt-{len(texts)}"})
            body = b"Internal Server Error" if broken else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port, texts
        finally:
            server.shutdown()


def passing(port: int, posting: float, searching: float, seconds: float = 0.6) -> Traffic:
    traffic = Traffic(port, "a-token", posting, searching, [{"q": "低保"}])
    with traffic.flowing():
        time.sleep(seconds)
    return traffic


def test_every_report_that_is_taken_has_its_receipt_and_no_text_comes_twice() -> None:
    with service([1]) as (port, texts):
        traffic = passing(port, 40.0, 0.0)
    assert traffic.posts.statuses[202] == len(traffic.receipts) == len(texts) > 5
    assert len(set(texts)) == len(texts)
    assert not traffic.searches.statuses


def test_reports_come_no_faster_than_their_pace() -> None:
    with service([1]) as (port, texts):
        passing(port, 20.0, 0.0)
    assert 1 < len(texts) <= 20 * 0.6 + 8


def test_whoever_is_turned_away_is_told_and_has_no_receipt() -> None:
    with service([1], refuses=True) as (port, _):
        traffic = passing(port, 20.0, 0.0)
    assert set(traffic.posts.statuses) == {503}
    assert not traffic.receipts


def test_whoever_gets_no_answer_is_told() -> None:
    with service([1]) as (port, _):
        pass
    traffic = passing(port, 0.0, 20.0, 0.2)
    assert set(traffic.searches.statuses) == {0}


def test_a_question_that_finds_fewer_than_before_is_told() -> None:
    with service([5, 6, 4, 6]) as (port, _):
        traffic = passing(port, 0.0, 20.0)
    assert traffic.searches.statuses[200] > 3
    assert traffic.searches.short == 1


def test_an_answer_that_says_nothing_counts_as_none_and_the_others_go_on() -> None:
    with service([1], broken=True) as (port, _):
        traffic = passing(port, 20.0, 20.0)
    assert set(traffic.posts.statuses) == set(traffic.searches.statuses) == {0}
    assert traffic.posts.statuses[0] > 5
