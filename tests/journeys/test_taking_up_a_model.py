"""Somebody chooses another model while workers run: they take it up between two batches, or say why they cannot."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from other_models import another, damage
from sqlalchemy import select

from models.errors import ModelDamaged
from models.registry import Registry
from tests.waiting import PATIENCE, until
from triage.intake import new_code, receipt_hash
from triage.learning.in_use import AGAIN_SECONDS, ModelWatch
from triage.model import Channel, Stage, Submission
from triage.operation import Observer
from triage.settings import Settings, get_settings
from triage.store import WORKER, Accepted, Arrival, Store
from triage.store.tables import assessments, audit

NEW, BROKEN = "linear-00000000000a", "linear-00000000000b"


@pytest.fixture
def settings(on_each_database: Settings) -> Settings:
    return on_each_database


@contextmanager
def workers(settings: Settings, said: Path, per_minute: str = "0") -> Iterator[subprocess.Popen[bytes]]:
    """The command as somebody starts it: one worker, or two on a server."""
    several = [] if settings.sqlite else ["--processes", "2"]
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "triage.cli", "work", *several],
            env={
                **os.environ,
                "TRIAGE_WORKER_BATCH": "16",
                "TRIAGE_WORKER_LEASE": "2",
                "TRIAGE_REASSESS_PER_MINUTE": per_minute,
            },
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0, said.read_text("utf-8")[-2000:]


def send(store: Store, first: int, number: int) -> list[str]:
    key = store.subkey("receipt")
    texts = [f"我们{one}号村的公益岗位工资拖了三个月没有发，问乡里说没有钱。" for one in range(first, first + number)]
    arrivals = [
        Arrival(Submission(text, Channel.LETTER, datetime.now(UTC)), receipt_hash(key, new_code())) for text in texts
    ]
    return [answer.report_id for answer in store.receive(arrivals) if isinstance(answer, Accepted)]


def read_by(store: Store) -> dict[str, list[str]]:
    """The models that made something of each report."""
    found: dict[str, list[str]] = {}
    with store._database.read() as connection:
        for row in connection.execute(select(assessments.c.report_id, assessments.c.model)):
            found.setdefault(row.report_id, []).append(row.model)
    return found


def told(said: Path, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in said.read_text("utf-8").splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


def test_running_workers_take_up_another_model_and_read_each_report_by_one(
    store: Store, settings: Settings, tmp_path: Path, run: Callable[..., Any]
) -> None:
    said, before = tmp_path / "said.log", Registry(settings.models_dir).current()
    another(settings.models_dir, NEW)
    of_workers = 1 if settings.sqlite else 2
    early = send(store, 0, 60)
    with workers(settings, said):
        until(lambda: len(read_by(store)) >= 16, "a batch is done")
        assert NEW in run("models", "use", NEW).output
        until(lambda: len(told(said, "model_taken_up")) == of_workers, "every worker has heard of it")
        late = send(store, 100, 40)
        until(lambda: store.counts(WORKER)[Stage.INDEXED] == len(early + late), "all is done")
    assert {event["model"] for event in told(said, "model_taken_up")} == {NEW}
    made = read_by(store)
    assert {len(models) for models in made.values()} == {1}
    assert {made[one][0] for one in late} == {NEW}
    assert {made[one][0] for one in early} <= {before, NEW}
    with store._database.read() as connection:
        acts = connection.execute(select(audit.c.detail).where(audit.c.act == "model used")).scalars().all()
    assert [json.loads(detail) for detail in acts] == [{"model": NEW, "before": before}]


def test_a_damaged_model_stops_nobody_and_is_told_until_it_is_mended_or_another_chosen(
    store: Store, settings: Settings, tmp_path: Path, run: Callable[..., Any]
) -> None:
    said, before = tmp_path / "said.log", Registry(settings.models_dir).current()
    damage(another(settings.models_dir, BROKEN))
    seen = Observer(settings, store, lambda: None)
    with workers(settings, said):
        until(lambda: told(said, "worker_started"), "somebody works")
        run("models", "use", BROKEN)
        until(lambda: seen.model().code == "not_taken_up", "a worker tells that it cannot")
        assert [line["error"] for line in told(said, "model_not_taken_up")][:1] == ["ModelDamaged"]
        lines = {line["part"]: line for line in json.loads(run("doctor", "--json", ends=1).stdout)["findings"]}
        assert (lines["model"]["code"], lines["model"]["well"]) == ("not_taken_up", False)
        assert BROKEN in lines["model"]["sentence"]
        assert str(before) in lines["model"]["sentence"]
        ids = send(store, 0, 5)
        until(lambda: store.counts(WORKER)[Stage.INDEXED] == 5, "reports go on being read")
        assert Counter(models[0] for models in read_by(store).values()) == {before: len(ids)}
        run("models", "use", "--back")
        until(lambda: seen.model().well, "all is well again")
    assert told(said, "model_taken_up") == []
    assert seen.model().well


def test_a_model_whose_files_come_later_is_taken_up_by_itself(data_dir: Path) -> None:
    settings = get_settings()
    with Store.open(settings) as store:
        now = 0.0
        watch = ModelWatch(settings, store, lambda: now)
        whole = damage(folder := another(settings.models_dir, BROKEN))
        Registry(settings.models_dir).use(BROKEN)
        before = watch.opened
        assert watch.changed() is None
        assert store.crew.models() == [(before.version, "damaged")]
        (folder / "arrays.npz").write_bytes(whole)
        now += AGAIN_SECONDS / 2
        assert watch.changed() is None, "it is not tried at every look"
        now += AGAIN_SECONDS
        taken = watch.changed()
        assert taken is watch.opened
        assert taken is not None
        assert taken.version == BROKEN
        assert store.crew.models() == [(BROKEN, "")]
        assert watch.changed() is None
    with Store.open(settings) as store:
        assert store.crew.models() == [], "who has ended tells nothing any more"


def test_a_worker_that_starts_reads_with_the_model_before_a_damaged_one(data_dir: Path) -> None:
    settings, registry = get_settings(), Registry(get_settings().models_dir)
    before = registry.current()
    damage(another(settings.models_dir, BROKEN))
    registry.use(BROKEN)
    with Store.open(settings) as store:
        now = 0.0
        watch = ModelWatch(settings, store, lambda: now)
        assert watch.opened.version == before
        assert watch.troubled
        assert store.crew.models() == [(before, "damaged")]
        assert watch.changed() is None
        registry.roll_back()
        now += 2.0
        assert watch.changed() is None
        assert not watch.troubled
        assert store.crew.models() == [(before, "")]
        damage(registry.path(str(before)))
        with pytest.raises(ModelDamaged):
            ModelWatch(settings, store)


def test_a_pointer_that_cannot_be_read_leaves_the_model_in_hand(data_dir: Path) -> None:
    settings = get_settings()
    with Store.open(settings) as store:
        watch = ModelWatch(settings, store)
        before = watch.opened
        pointer = settings.models_dir / "current.json"
        kept = pointer.read_bytes()
        pointer.write_text("{", "utf-8")
        watch._look_at = 0.0
        assert watch.changed() is None
        assert watch.opened is before
        assert store.crew.models() == [(before.version, "damaged")]
        pointer.write_bytes(kept)
        watch._look_at = 0.0
        assert watch.changed() is None
        assert store.crew.models() == [(before.version, "")]


def test_a_worker_that_is_killed_while_it_reads_old_reports_again_goes_on_and_does_each_once(
    store: Store, settings: Settings, tmp_path: Path, run: Callable[..., Any]
) -> None:
    said, before = tmp_path / "said.log", Registry(settings.models_dir).current()
    another(settings.models_dir, NEW)
    ids = send(store, 0, 30)

    def waiting() -> int:
        return int(json.loads(run("reassess", "--json").stdout)["waiting"])

    with workers(settings, said, "240") as process:
        until(lambda: store.counts(WORKER)[Stage.INDEXED] == len(ids), "all is done")
        run("models", "use", NEW)
        until(lambda: waiting() < len(ids), "some are read again")
        process.kill()
        process.wait()
    left = waiting()
    assert 0 < left < len(ids)
    with workers(settings, said, "6000"):
        until(lambda: waiting() == 0, "all is read again")
        until(lambda: not store.waiting(), "and told to the index")
    assert {report_id: sorted(models) for report_id, models in read_by(store).items()} == {
        report_id: sorted([NEW, str(before)]) for report_id in ids
    }
    assert told(said, "reassessment_failed") == told(said, "process_failed") == []
