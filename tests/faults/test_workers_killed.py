"""Workers on one PostgreSQL are killed and stopped in the middle of their work: each report is done, and done once."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgres_databases import Databases
from under_fire import Fire, children, ended, texts

from tests.waiting import until
from triage.model import Stage
from triage.pipeline import open_index
from triage.settings import Settings
from triage.store import WORKER, Store

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the workers of a command in /proc"),
]
ROWS = 600
LEASE = "2"


class Province(Fire):
    """A data folder and a database on a server."""

    databases: Databases
    name: str
    look: psycopg.Connection[tuple[object, ...]]

    def settings(self) -> Settings:
        return Settings(data_dir=self.folder, database_url=self.databases.address(self.name), worker_lease=float(LEASE))

    def told(self) -> dict[str, str]:
        return {"TRIAGE_DATABASE_URL": self.databases.address(self.name), "TRIAGE_WORKER_LEASE": LEASE}

    def asked(self, question: str) -> list[tuple[object, ...]]:
        return self.look.execute(question).fetchall()

    def done(self) -> int:
        """How many reports are no longer waiting."""
        [(number,)] = self.asked("SELECT count(*) FROM reports WHERE stage <> 'received'")
        return int(str(number))


@pytest.fixture
def province(postgres: Databases, data_dir: Path, tmp_path: Path) -> Iterator[Province]:
    said = tmp_path / "said.log"
    said.touch()
    with postgres.fresh() as name:
        postgres.settings(data_dir, name)
        made = Province(data_dir, said)
        made.databases, made.name = postgres, name
        with psycopg.connect(postgres.plain_address(name), autocommit=True) as made.look:
            yield made


def test_workers_killed_and_stopped_do_every_report_once(province: Province, tmp_path: Path) -> None:
    wanted = texts(ROWS, "省")
    rows = [{"id": f"{number}", "text": text, "channel": "letter"} for number, text in enumerate(wanted)]
    file = tmp_path / "letters.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    with ended(province.start("import", str(file), "--no-work", **province.told())) as importing:
        assert importing.wait(60) == 0, province.said.read_text("utf-8")
    small = {**province.told(), "TRIAGE_WORKER_BATCH": "32"}
    with ended(province.start("work", "--processes", "2", **small)) as workers:
        for _ in range(2):
            before = province.done()
            until(lambda before=before: province.done() > before)
            os.kill(children(workers.pid)[0], signal.SIGKILL)
            province.kills += 1
        before = province.done()
        until(lambda: province.done() > before)
        workers.send_signal(signal.SIGTERM)
        assert workers.wait(60) == 0
    assert province.done() < ROWS, "all was done before the workers were stopped"
    alive = (
        "SELECT count(*) FROM workers WHERE seen_at > 1000000 * extract(epoch FROM clock_timestamp() - interval '2 s')"
    )
    until(lambda: province.asked(alive) == [(0,)])
    with ended(province.start("work", "--until-empty", **province.told())) as last:
        assert last.wait(120) == 0, province.said.read_text("utf-8")[-2000:]
    each_is_done_once(province, wanted)


def each_is_done_once(province: Province, wanted: list[str]) -> None:
    with Store.open(province.settings()) as store:
        rows = list(store.index_rows(WORKER, limit=ROWS + 1))
        assert Counter(row.report.text for row in rows) == Counter(wanted)
        assert +Counter(store.counts(WORKER)) == {Stage.INDEXED: ROWS}
        assert store.waiting() == 0
        assert store.stuck(WORKER) == []
        store.seal_audit()
        assert store.verify_audit().waiting == 0
        index = open_index(province.settings(), store)
        assert sorted(report_id for report_id, _ in index.versions()) == sorted(row.report.id for row in rows)
    how_often = "SELECT count(*) FROM assessments GROUP BY report_id, reader, model"
    assert Counter(province.asked(how_often)) == {(1,): ROWS}
    assert province.asked("SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM workers)") == [(0, 0)]
