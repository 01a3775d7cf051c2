"""The wall clock goes back or forward by hours: what waits is read at once, in its order, and nothing comes twice."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from moved_clock import moved_clock
from postgres_databases import Databases
from under_fire import Fire, Reporters, ended, texts
from verdict import verdict

from tests.store.store_samples import arrival
from tests.waiting import until
from triage.servers.processes import free_port
from triage.settings import Settings
from triage.store import WORKER, Store

pytestmark = pytest.mark.fault
LEASE = "2"


def taken_in(settings: Settings, wanted: list[str]) -> None:
    """Reports that came in under the true clock."""
    with Store.open(settings) as store:
        assert len(store.receive([arrival(text, key=f"key-{number}") for number, text in enumerate(wanted)])) == len(
            wanted
        )


@pytest.fixture
def fire(data_dir: Path, tmp_path: Path) -> Fire:
    said = tmp_path / "said.log"
    said.touch()
    return Fire(data_dir, said)


def test_a_clock_that_jumps_both_ways_under_a_service_holds_nothing_up(fire: Fire, tmp_path: Path) -> None:
    settings, before = Settings(data_dir=fire.folder), texts(60, "钟前")
    taken_in(settings, before)
    clock = moved_clock(tmp_path / "clock", hours=-3)
    port, posted = free_port(), texts(120, "钟后")
    people = Reporters(port, [(f"key-of-a-reporter-{number:05d}", text) for number, text in enumerate(posted)], most=0)
    with ended(fire.start("serve", TRIAGE_PORT=str(port), **clock.environ)):
        threads = people.begin(1)
        try:
            for number, hours in enumerate((-3, 4, -20), 1):
                clock.jump(hours)
                # Forty come in under each clock, and all that waited from before is read under it
                had, people.most = fire.stages().total(), 40 * number
                until(lambda most=people.most: len(people.receipts) == most)
                until(lambda had=had: fire.stages()["indexed"] >= had)
        finally:
            people.end(threads)
        key = next(iter(people.receipts))
        assert people.post(key, people.sent[key]) == people.receipts[key], "a repeat is known under any clock"
        until(lambda: fire.stages()["indexed"] == len(people.receipts) + len(before))
    with Store.open(settings) as store:
        rows = store.index_rows(WORKER, after_seq=0, limit=2000)
        moments = [row.report.received_at for row in rows][len(before) :]
        assert moments != sorted(moments), "the clock has jumped"
        assert [row.report.text for row in rows][len(before) :] == list(people.sent.values()), "the order is theirs"
        assert datetime.now(UTC) - min(moments) > timedelta(hours=2)
    met = verdict(settings, people.acknowledged, before)
    assert met.well, str(met)


def test_workers_whose_clocks_are_hours_apart_do_every_report_once(
    fire: Fire, postgres: Databases, tmp_path: Path
) -> None:
    wanted = texts(400, "钟差")
    clocks = [moved_clock(tmp_path / name, hours) for name, hours in (("behind", -3), ("ahead", 3))]
    with postgres.fresh() as name:
        settings = postgres.settings(fire.folder, name)
        told = {
            "TRIAGE_DATABASE_URL": postgres.address(name),
            "TRIAGE_WORKER_LEASE": LEASE,
            "TRIAGE_WORKER_BATCH": "24",
        }
        taken_in(settings, wanted)

        def asked(question: str) -> int:
            with psycopg.connect(postgres.plain_address(name)) as look:
                ((number,),) = look.execute(question).fetchall()
            return int(number)

        def done() -> int:
            return asked("SELECT count(*) FROM reports WHERE stage <> 'received'")

        behind = fire.start("work", **told, **clocks[0].environ)
        with ended(behind), ended(fire.start("work", **told, **clocks[1].environ)) as ahead:
            until(lambda: asked("SELECT count(DISTINCT worker_id) FROM claims") == 2)
            clocks[1].jump(-5)
            had = done()
            until(lambda: done() > had)
            assert asked("SELECT count(*) FROM workers") == 2, "nobody takes the other for dead"
            os.kill(behind.pid, signal.SIGKILL)
            assert ahead.poll() is None
            until(lambda: asked("SELECT count(*) FROM reports WHERE stage = 'indexed'") == len(wanted))
        met = verdict(settings, {}, wanted)
        assert met.well, str(met)
        assert asked("SELECT count(*) FROM claims") == 0
