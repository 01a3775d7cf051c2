"""Workers side by side on PostgreSQL: two who take in reports of one matter at one moment bring them together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from postgres_databases import Databases
from typer.testing import CliRunner

from triage.cli.app import app
from triage.cli.worker import IndexWriter, _Shift
from triage.errors import BadInput, BadSetup, Busy
from triage.intake import Limits, new_code, receipt_hash, submission
from triage.model import Channel
from triage.pipeline import Pipeline, assemble, open_index
from triage.search import SearchIndex
from triage.settings import Settings
from triage.store import WORKER, Arrival, Store
from triage.store.locks import take_lock

MATTER = (
    "四川省凉山州昭觉县柳林村村支书周大成从2016年起把三十二户的危房改造补助每户扣下{sum}元，说是用来修村里的路，"
    "可是路到今天也没有修，问他他就骂人，还说谁去告就取消谁家的低保，请上级派人来看一看我们住的房子。"
)


@pytest.fixture
def pipelines(data_dir: Path, postgres: Databases) -> Iterator[list[Pipeline]]:
    with postgres.fresh() as name, ExitStack() as opened:
        settings: Settings = postgres.settings(data_dir, name)
        yield [assemble(settings, opened.enter_context(Store.open(settings))) for _ in range(2)]


def test_two_workers_that_link_at_once_do_not_miss_each_other(pipelines: list[Pipeline]) -> None:
    store = pipelines[0].store
    limits = Limits(now=datetime(2019, 11, 20, 4, 0, tzinfo=UTC))
    for round_ in range(6):
        texts = [MATTER.format(sum="三千"), MATTER.format(sum="三千") + "我们等着。"]
        arrivals = [
            Arrival(
                submission(
                    {"text": text.replace("柳林", f"{'甲乙丙丁戊己'[round_]}林")}, limits, channel=Channel.LETTER
                ),
                receipt_hash(store.subkey("receipt"), new_code()),
            )
            for text in texts
        ]
        ids = [answer.report_id for answer in store.receive(arrivals) if hasattr(answer, "report_id")]
        begin = threading.Barrier(2)

        def work(pipeline: Pipeline, begin: threading.Barrier = begin) -> int:
            begin.wait()
            # Whoever asks for the very report that the other takes gets none, and asks again
            return next(taken for _ in range(100) if (taken := pipeline.process(1)))

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(work, pipelines)) == [1, 1]
        while pipelines[0].feed():
            pass
        cases = store.cases_of(ids, WORKER, most=5)
        assert set(cases) == set(ids), f"round {round_}"
        assert len({case.id for case in cases.values()}) == 1


class Stumbles:
    """A pipeline whose database is busy the first time, and which is done the second."""

    def __init__(self, store: Store, index: SearchIndex, ends: threading.Event) -> None:
        self.store, self.index, self._ends, self.tries = store, index, ends, 0

    def feed(self) -> int:
        return 0

    def process(self, limit: int) -> int:
        self.tries += 1
        if self.tries == 1:
            raise Busy("The database is busy.")
        self._ends.set()
        return 0


def test_the_worker_of_an_embedded_store_stays_the_worker_when_the_database_is_busy(settings: Settings) -> None:
    ends = threading.Event()
    with Store.open(settings) as store:
        writer, bell = IndexWriter(store, settings), store.crew.bell()
        pipeline = Stumbles(store, open_index(settings, store), ends)
        assert writer.mine()
        with ThreadPoolExecutor(1) as pool:
            # An import that waits for the lock gets it as soon as it is let go
            other = pool.submit(take_lock, settings.data_dir / "worker.lock", wait=3)
            _Shift(store, settings, cast(Pipeline, pipeline), writer, bell, ends).go_on()
            assert pipeline.tries == 2
            with pytest.raises(Busy):
                other.result(20)
        writer.close()
        take_lock(settings.data_dir / "worker.lock").release()
        bell.close()


def test_a_worker_whose_database_was_busy_lets_another_one_write_the_embedded_index(
    data_dir: Path, postgres: Databases
) -> None:
    ends = threading.Event()
    with postgres.fresh() as name, Store.open(postgres.settings(data_dir, name)) as store:
        settings: Settings = postgres.settings(data_dir, name)
        writer, bell = IndexWriter(store, settings), store.crew.bell()
        pipeline, another = Stumbles(store, open_index(settings, store), ends), open_index(settings, store)
        assert writer.mine()
        pipeline.index.apply([], [])

        def takes_over() -> None:
            with take_lock(settings.data_dir / "worker.lock", wait=10):
                another.apply([], [])

        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(takes_over)
            _Shift(store, settings, cast(Pipeline, pipeline), writer, bell, ends).go_on()
            other.result(20)
        another.close()
        writer.close()
        bell.close()


def test_several_processes_need_a_server_and_go_on_until_stopped(data_dir: Path) -> None:
    told = CliRunner().invoke(app, ["work", "--processes", "2"]).exception
    assert isinstance(told, BadSetup)
    assert "PostgreSQL" in told.sentence
    told = CliRunner().invoke(app, ["work", "--processes", "2", "--until-empty"]).exception
    assert isinstance(told, BadInput)
