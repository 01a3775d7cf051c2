"""Nothing of what people send or are stands in a log, whatever is handed to it, whoever writes the line."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import logs
from triage.logs import EVENTS, FORMS, formatter, get_logger, harmless, in_request

ROOT = Path(__file__).resolve().parent.parent
SECRETS = {
    "text": "王守田把三万五千元扣下",
    "english": "The head of our village kept the money",
    "name": "赵桂枝",
    "pinyin": "zhao gui zhi",
    "contact": "13900000000",
    "address": "203.0.113.7",
    "mail": "someone@example.org",
    "token": "triage_" + "y" * 43,
    "receipt": "7ZK2-0QHM-44CD-9TXBR",
    "path": "/srv/zhao/letters",
}
Lines = list[dict[str, Any]]


class Reader:
    """A root handler on memory, read as lines."""

    def __init__(self, *, plain: bool) -> None:
        self._out = io.StringIO()
        self.handler = logging.StreamHandler(self._out)
        self.handler.setFormatter(formatter(plain=plain))

    @property
    def text(self) -> str:
        return self._out.getvalue()

    @property
    def lines(self) -> Lines:
        return [json.loads(line) for line in self.text.splitlines()]


def reading(plain: bool) -> Iterator[Reader]:
    reader, root = Reader(plain=plain), logging.getLogger()
    # A server that another test of this process made has set the least level of its own
    server = logging.getLogger("uvicorn.error")
    before, of_server = root.level, server.level
    root.addHandler(reader.handler)
    root.setLevel(logging.DEBUG)
    server.setLevel(logging.NOTSET)
    yield reader
    root.removeHandler(reader.handler)
    root.setLevel(before)
    server.setLevel(of_server)


@pytest.fixture
def read() -> Iterator[Reader]:
    yield from reading(plain=False)


@pytest.fixture
def read_plain() -> Iterator[Reader]:
    yield from reading(plain=True)


def test_a_line_is_one_json_object_with_its_time_level_source_and_facts(read: Reader) -> None:
    get_logger("triage.pipeline").warning("batch_failed", count=12, error="ValueError")
    (line,) = read.lines
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "batch_failed",
        "level": "warning",
        "source": "triage.pipeline",
        "count": 12,
        "error": "ValueError",
    }


def test_a_terminal_shows_a_sentence(read_plain: Reader) -> None:
    get_logger("triage.cli.service").warning("worker_ended", exit=-9, seconds=1.0)
    assert "WARNING The worker ended; it is started again after a pause. [worker_ended]" in read_plain.text
    assert "exit=-9 seconds=1.0" in read_plain.text


def test_no_canary_passes_under_any_key_as_an_event_or_in_an_error(read: Reader) -> None:
    log = get_logger("triage.pipeline")
    for secret in SECRETS.values():
        for key in (*FORMS, "text", "name", "msg", "unknown"):
            log.error("report_failed", **{key: secret})
        log.error(secret)
    assert {line["event"] for line in read.lines} == {"report_failed", "unlisted"}
    assert [name for name, secret in SECRETS.items() if secret in read.text] == []


def test_what_other_libraries_say_is_not_repeated_only_that_they_said_it(read: Reader) -> None:
    for number, secret in enumerate(SECRETS.values()):
        logging.getLogger("uvicorn.error").warning("Invalid request from %s", secret)
        try:
            raise RuntimeError(secret)
        except RuntimeError:
            logging.getLogger("elastic_transport.transport").exception("POST %s", secret, extra={"code": secret})
        assert len(read.lines) == 2 * (number + 1)
    assert [name for name, secret in SECRETS.items() if secret in read.text] == []
    first, second = read.lines[:2]
    assert (first["event"], first["source"]) == ("foreign", "uvicorn.error")
    assert (second["error"], second["place"].split(":")[0]) == (
        "RuntimeError",
        "test_what_other_libraries_say_is_not_repeated_only_that_they_said_it",
    )


def test_a_record_that_pretends_to_be_ours_is_looked_at_again(read: Reader) -> None:
    facts = {"event": "report_failed", "code": SECRETS["name"], "text": SECRETS["text"], "count": 3}
    logging.getLogger("anybody").error("x", extra={"triage_facts": facts})
    (line,) = read.lines
    assert (line["event"], line["count"], "code" in line, "text" in line) == ("report_failed", 3, False, False)


VALUES = st.text(alphabet="王é０azAZ09_.:-@<>/ \n", max_size=60) | st.binary(max_size=9) | st.booleans() | st.none()


@given(st.dictionaries(st.sampled_from([*sorted(FORMS), "text"]), VALUES))
def test_only_short_ascii_codes_under_known_keys_are_kept(facts: dict[str, object]) -> None:
    for key, value in harmless(facts).items():
        assert key in FORMS
        assert isinstance(value, str)
        assert value.isascii()
        assert len(value) <= 250
        assert not any(character in value for character in " \n\t@/-")


def test_lines_of_one_request_bear_its_number_and_others_none(read: Reader) -> None:
    with in_request("0123456789abcdef"):
        get_logger("api.errors").error("request_failed", code="unavailable", status=503)
    get_logger("api.errors").error("request_failed", code="unavailable", status=503)
    assert [line.get("request") for line in read.lines] == ["0123456789abcdef", None]


def test_an_error_that_nobody_catches_ends_a_process_without_its_message() -> None:
    code = (
        "import threading\nfrom triage.logs import set_up_logs\nset_up_logs('INFO')\n"
        "def fails():\n    raise ValueError('王守田')\n"
        "one = threading.Thread(target=fails)\none.start()\none.join()\nfails()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 1
    told = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [(line["event"], line["error"], line["place"]) for line in told] == [
        ("process_failed", "ValueError", "fails:5")
    ] * 2
    assert "王守田" not in ended.stderr + ended.stdout


def calls_in(path: Path) -> Iterator[tuple[str, set[str], int]]:
    """Event, keys and line of each call of a module's ``log``; the event is empty where it is no literal."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "log"):
            continue
        first = node.args[0] if len(node.args) == 1 else None
        event = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        yield event, {one.arg or "**" for one in node.keywords}, node.lineno


def test_every_module_logs_listed_events_with_known_keys_and_none_goes_around() -> None:
    used = {"foreign", "unlisted", "process_failed"}
    for top in ("triage", "api", "models", "corpora"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            text = path.read_text(encoding="utf-8")
            assert name == "triage/logs.py" or "logging.getLogger" not in text, f"{name}: use triage.logs.get_logger"
            for event, keys, line in calls_in(path) if "get_logger(__name__)" in text else ():
                assert event in EVENTS, f"{name}:{line}: this event is not in triage.logs.EVENTS"
                assert keys <= FORMS.keys(), f"{name}:{line}: a key that triage.logs.FORMS does not know"
                used.add(event)
    assert used == set(EVENTS), "an event that nobody writes"


def test_the_page_of_events_is_current() -> None:
    from triage.cli.pages import logs_page

    assert (ROOT / "docs" / "logs.md").read_text("utf-8") == logs_page(), "run `make docs`"
    assert all(f"`{event}`" in logs_page() for event in logs.EVENTS)


def test_the_chinese_page_tells_the_same_events_and_facts() -> None:
    page = (ROOT / "docs" / "logs.zh.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == sorted(logs.EVENTS)
    assert re.findall(r"`(\w+)`", page.splitlines()[-1]) == sorted(logs.FORMS)
