"""Real processes in a data folder of their own, watched through the database and killed without warning."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.waiting import PATIENCE, until
from triage.bench.generator import Generator
from triage.model import Stage
from triage.pipeline import open_index
from triage.settings import Settings
from triage.store import WORKER, ReadRow, Store

CANARIES = ("金丝雀", "黄莺儿", "canarywren", "13911112222")


def texts(count: int, what: str) -> list[str]:
    """Texts that name the canaries, each different from every other, and no two near-identical."""
    told = "金丝雀村会计黄莺儿扣下低保款，canarywren，电话13911112222。"
    # The canaries come last: what stands before them differs, so that no two reports are copies of one another.
    return [f"{text[:90]}。{told}{what}{number}" for number, text in enumerate(Generator(len(what)).texts(count))]


@dataclass
class Fire:
    """A data folder, what its processes said, and how often one of them was killed."""

    folder: Path
    said: Path
    kills: int = 0

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
        """A command of ours on the folder."""
        told = {"TRIAGE_DATA_DIR": str(self.folder), "TRIAGE_RATE_PER_HOUR": "0", **settings}
        with self.said.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "triage.cli", *arguments],
                env={**os.environ, **told},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def run(self, *arguments: str, seconds: float = 2 * PATIENCE, **settings: str) -> None:
        """A command that has to succeed."""
        with ended(self.start(*arguments, **settings)) as process:
            assert process.wait(seconds) == 0, self.said.read_text("utf-8")[-2000:]

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9 of a process that runs, then a look at what it left on the disk."""
        assert process.poll() is None, "it ended before it could be killed"
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        self.kills += 1
        self.no_canary_on_disk()

    def kill_worker_of(self, service: subprocess.Popen[bytes]) -> None:
        """kill -9 of the worker that a service watches over."""
        until(lambda: bool(children(service.pid)))
        os.kill(children(service.pid)[0], signal.SIGKILL)
        self.kills += 1
        self.no_canary_on_disk()

    def stages(self) -> Counter[str]:
        """How many reports stand at each stage, seen from outside and without touching a thing."""
        with suppress(sqlite3.OperationalError):
            address = f"{(self.folder / 'triage.db').as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=1)) as look:
                return Counter(dict(look.execute("SELECT stage, count(*) FROM reports GROUP BY stage").fetchall()))
        return Counter()

    def no_canary_on_disk(self) -> None:
        """No canary stands in a file of the data folder or in what was said."""
        wanted = [word.encode(code) for word in CANARIES for code in ("utf-8", "utf-16-le", "gb18030")]
        wanted += [json.dumps(word)[1:-1].encode() for word in CANARIES]
        kept = [path for path in self.folder.rglob("*") if path.is_file() and "models" not in path.parts]
        for path in [*kept, self.said]:
            with suppress(FileNotFoundError):  # a segment of the index that was merged away meanwhile
                data = path.read_bytes()
                assert [word for word in wanted if word in data] == [], path.name


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not outlive the test."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(stat.parent.name))
    return found


def call(
    port: int, path: str, body: dict[str, Any], headers: dict[str, str], *, seconds: float = 10
) -> tuple[int, Any, http.client.HTTPMessage]:
    """One request on a connection of its own: status, answer and headers."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)) as line:
        line.request("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
        answer = line.getresponse()
        return answer.status, json.loads(answer.read()), answer.headers


@dataclass
class Reporters:
    """People who post, each report until it is acknowledged; ``receipts`` holds the answers by idempotency key.

    ``troubled`` is how often somebody got no receipt, ``refused`` how often that was told by 503 with a time to come back,
    ``said`` in which words. Beyond ``most`` receipts they wait, or for the end.
    """

    port: int
    waiting: list[tuple[str, str]]
    receipts: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    troubled: int = 0
    refused: int = 0
    most: int | None = None
    said: set[str] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, people: int) -> list[threading.Thread]:
        """Lets several people post at once until ``stop`` is set or all is sent."""
        threads = [threading.Thread(target=self._post_on) for _ in range(people)]
        for thread in threads:
            thread.start()
        return threads

    def post(self, key: str, text: str) -> str | None:
        """One try; the receipt, or None where no whole answer came."""
        try:
            body = {"text": text, "channel": "web"}
            status, told, headers = call(self.port, "/v1/reports", body, {"Idempotency-Key": key})
        except (OSError, http.client.HTTPException, ValueError):
            return None
        if status == 503:
            assert int(headers["Retry-After"]) > 0
            self.refused += 1
            self.said.add(told["detail"])
            return None
        assert status == 202, told
        return str(told["receipt"])

    @property
    def acknowledged(self) -> dict[str, str]:
        """The text behind each receipt."""
        return {self.receipts[key]: text for key, text in self.sent.items()}

    def end(self, threads: list[threading.Thread]) -> None:
        """Lets everybody bring the report in hand to its acknowledgement."""
        self.stop.set()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "somebody never got an answer"

    def _post_on(self) -> None:
        while not self.stop.is_set():
            if self.most is not None and len(self.receipts) >= self.most:
                time.sleep(0.02)
                continue
            with self._guard:
                if not self.waiting:
                    return
                key, text = self.waiting.pop()
            while (receipt := self.post(key, text)) is None:
                self.troubled += 1
                time.sleep(0.05)
            self.receipts[key], self.sent[key] = receipt, text
            time.sleep(0.05)


def everything_is_there_once(fire: Fire, wanted: list[str]) -> None:
    """Every text is stored once, assessed once for each reader and model, and indexed once; nothing waits."""
    settings = Settings(data_dir=fire.folder)
    with Store.open(settings) as store:
        rows: list[ReadRow] = []
        while more := store.index_rows(WORKER, after_seq=rows[-1].report.seq if rows else 0, limit=500):
            rows += more
        assert Counter(row.report.text for row in rows) == Counter(wanted)
        assert +Counter(store.counts(WORKER)) == {Stage.INDEXED: len(wanted)}
        assert store.waiting() == 0
        assert store.stuck(WORKER) == []
        store.seal_audit()
        assert store.verify_audit().waiting == 0
        ids = sorted(row.report.id for row in rows)
        index = open_index(settings, store)
        assert sorted(report_id for report_id, _ in index.versions()) == ids
        no_text_in_dictionary(index.dictionary)
    with closing(sqlite3.connect(fire.folder / "triage.db")) as look:
        how_often = "SELECT count(*) FROM assessments GROUP BY report_id, reader, model"
        assert Counter(look.execute(how_often).fetchall()) == {(1,): len(wanted)}
        assert sorted(look.execute("SELECT DISTINCT report_id FROM assessments").fetchall()) == [(one,) for one in ids]


def no_text_in_dictionary(dictionary: Callable[[str], list[tuple[str, int]]]) -> None:
    """The engine holds keyed hashes only: no character of a report, no word of it."""
    for name in ("characters", "bigrams", "words", "party"):
        terms = [term for term, _ in dictionary(name)]
        assert terms or name == "party"
        assert all(term.isascii() and not term.isdigit() for term in terms), name
        assert not any(word.lower() in term.lower() for word in CANARIES if word.isascii() for term in terms), name
        # Hashes are of one length, words are not.
        assert len({len(term) for term in terms}) <= 1, name
