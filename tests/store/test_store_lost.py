"""A worker is killed over a report: that one is found out and ends as stuck, and those that were beside it are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from store_samples import outcome, staff

from triage.model import Stage
from triage.settings import Settings
from triage.store import WORKER, Store
from triage.store.columns import EPOCH
from triage.store.tables import reports
from triage.store.tries import MOST_TRIES
from triage.store.worker_tables import claims, workers

Take = Callable[..., str]


@pytest.fixture
def next_worker(settings: Settings, store: Store) -> Iterator[Callable[[], Store]]:
    """Opens the store as the process of another worker does that begins."""

    def begun() -> Store:
        worker = opened.enter_context(Store.open(settings))
        worker.crew.holder.begin()
        return worker

    with ExitStack() as opened:
        yield begun


def killed(worker: Store) -> None:
    """What kill -9 leaves, and the lease of a server database over."""
    holder = worker.crew.holder
    holder._ending.set()
    if holder._beats is not None:
        holder._beats.join(30)
        holder._beats = None
    if worker.crew.shared:
        with worker._database.write() as connection:
            connection.execute(update(workers).values(seen_at=EPOCH))


def ids(worker: Store) -> list[str]:
    return [report.id for report in worker.claim(10)]


def read(worker: Store, report_id: str) -> None:
    assert worker.save_assessed([outcome(report_id)]) == [report_id]


def stuck(store: Store) -> list[tuple[str, int, str]]:
    return [(one.report_id, one.tries, one.code) for one in store.stuck(staff())]


def held(store: Store) -> int:
    with store._database.read() as connection:
        return connection.execute(select(func.count()).select_from(claims)).scalar_one()


def time_passes(store: Store) -> None:
    with store._database.write() as connection:
        connection.execute(update(reports).values(not_before=datetime.now(UTC) - timedelta(minutes=5)))


def test_a_report_that_ends_its_workers_is_found_out_and_those_beside_it_are_read(
    store: Store, take: Take, next_worker: Callable[[], Store]
) -> None:
    first, bad, last = sent = [take() for _ in range(3)]
    assert ids(store) == sent
    killed(store)
    second = next_worker()
    assert ids(second) == sent, "most of them were only beside the one"
    assert stuck(second) == [(one, 1, "worker_lost") for one in sent]
    killed(second)
    third = next_worker()
    fresh = take()
    assert ids(third) == [fresh], "what was lost twice waits a little"
    read(third, fresh)
    time_passes(third)
    for each in (first, bad):
        assert ids(third) == [each], "from now on each of them is read alone"
        if each != bad:
            read(third, each)
    killed(third)
    worker = next_worker()
    assert ids(worker) == [last], "the one that is found out waits longer"
    read(worker, last)
    assert ids(worker) == []
    for tries in range(3, MOST_TRIES):
        assert stuck(worker) == [(bad, tries, "worker_lost")]
        time_passes(worker)
        assert ids(worker) == [bad]
        killed(worker)
        worker = next_worker()
    assert stuck(worker) == [(bad, MOST_TRIES, "worker_lost")]
    assert worker.counts(WORKER)[Stage.DEAD] == 1
    time_passes(worker)
    assert ids(worker) == []
    assert held(worker) == 0


def test_of_many_reports_that_a_worker_was_lost_over_a_few_are_read_together_and_the_others_come_after_them(
    store: Store, take: Take, next_worker: Callable[[], Store]
) -> None:
    sent = [take() for _ in range(10)]
    assert ids(store) == sent
    killed(store)
    worker, fresh = next_worker(), take()
    for batch in (sent[:8], sent[8:], [fresh]):
        assert ids(worker) == batch
        for report_id in batch:
            read(worker, report_id)
    assert (stuck(worker), held(worker)) == ([], 0)


def test_a_report_that_is_read_after_its_worker_was_lost_is_as_good_as_any(
    store: Store, take: Take, next_worker: Callable[[], Store]
) -> None:
    report_id = take()
    assert ids(store) == [report_id]
    killed(store)
    worker = next_worker()
    assert ids(worker) == [report_id]
    read(worker, report_id)
    assert (stuck(worker), held(worker)) == ([], 0)


def test_a_worker_that_ends_in_order_gives_back_what_it_holds_and_no_try_is_counted(
    store: Store, take: Take, next_worker: Callable[[], Store]
) -> None:
    sent = [take() for _ in range(3)]
    assert ids(store) == sent
    store.crew.end()
    worker = next_worker()
    assert ids(worker) == sent
    assert stuck(worker) == []


def test_what_a_worker_did_not_bring_to_its_end_comes_to_it_again_and_no_try_is_counted(
    store: Store, take: Take
) -> None:
    sent = [take() for _ in range(3)]
    assert ids(store) == ids(store) == sent
    assert stuck(store) == []


def test_a_worker_killed_while_it_feeds_the_index_is_held_against_no_report(
    store: Store, route: Take, next_worker: Callable[[], Store]
) -> None:
    report_id = route()
    store.crew.holder.begin()
    assert [item.report_id for item in store.outbox_batch(10)] == [report_id]
    killed(store)
    worker = next_worker()
    assert stuck(worker) == []
    assert [item.report_id for item in worker.outbox_batch(10)] == [report_id]


def test_a_report_that_failed_by_itself_is_tried_beside_the_others(store: Store, take: Take) -> None:
    failed, other = take(), take()
    store.fail([failed], "ValueError")
    time_passes(store)
    assert ids(store) == [failed, other]


def test_a_lost_report_that_is_sent_again_is_read_beside_the_others(
    store: Store, take: Take, next_worker: Callable[[], Store]
) -> None:
    sent = [take() for _ in range(2)]
    assert ids(store) == sent
    killed(store)
    worker = next_worker()
    assert worker.retry() == 2
    assert ids(worker) == sent
