"""Group commit: every sender hears of his own report, and nobody's trouble is another's."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import wait
from datetime import datetime

import pytest
from store_samples import arrival

from triage.errors import Busy, IdempotencyConflict, Unavailable
from triage.model import Stage
from triage.store import WORKER, Accepted, Arrival, GroupCommit, Store


@pytest.fixture
def group(store: Store) -> Iterator[GroupCommit]:
    commit = GroupCommit(store, max_wait_ms=5)
    yield commit
    commit.close()


def test_every_sender_gets_his_own_answer(store: Store, group: GroupCommit) -> None:
    futures = {number: group.submit(arrival(f"第{number}封信")) for number in range(300)}
    wait(futures.values(), timeout=30)
    texts = {report.id: report.text for report in store.claim(1000)}
    assert all(texts[future.result().report_id] == f"第{number}封信" for number, future in futures.items())


def test_senders_who_come_together_share_a_flush(store: Store) -> None:
    counting = Counting(store)
    group = GroupCommit(counting, max_wait_ms=50)
    for future in [group.submit(arrival()) for _ in range(64)]:
        future.result(timeout=30)
    group.close()
    assert len(counting.batches) < 8
    assert sum(counting.batches) == 64


def test_conflict_reaches_its_sender_alone(store: Store, group: GroupCommit) -> None:
    first, conflict, other = (
        group.submit(arrival(key="k1")),
        group.submit(arrival(key="k1", body="c" * 64)),
        group.submit(arrival()),
    )
    assert first.result(timeout=30).report_id != other.result(timeout=30).report_id
    with pytest.raises(IdempotencyConflict):
        conflict.result(timeout=30)


def test_report_that_cannot_be_written_leaves_the_others_alone(store: Store, group: GroupCommit) -> None:
    good, bad, better = (
        group.submit(arrival()),
        group.submit(arrival(received_at=datetime(2019, 1, 1))),
        group.submit(arrival()),
    )
    with pytest.raises(Exception, match="zone"):
        bad.result(timeout=30)
    assert good.result(timeout=30).report_id != better.result(timeout=30).report_id
    assert store.counts(WORKER)[Stage.RECEIVED] == 2


def test_everybody_hears_when_the_database_is_gone() -> None:
    group = GroupCommit(Broken(), max_wait_ms=5)
    futures = [group.submit(arrival()) for _ in range(5)]
    for future in futures:
        with pytest.raises(Unavailable):
            future.result(timeout=30)
    with pytest.raises(Unavailable):
        group.submit(arrival()).result(timeout=30)
    group.close()


def test_what_waits_is_written_before_the_end_and_later_senders_are_told(store: Store) -> None:
    group = GroupCommit(store, max_wait_ms=200)
    futures = [group.submit(arrival()) for _ in range(10)]
    group.close()
    assert all(future.done() for future in futures)
    with pytest.raises(Busy):
        group.submit(arrival())
    group.close()


def test_sender_who_left_in_time_is_not_written_for() -> None:
    slow = Slow()
    group = GroupCommit(slow, max_wait_ms=0)
    first = group.submit(arrival())
    slow.entered.wait(timeout=30)
    second = group.submit(arrival())
    assert second.cancel()
    slow.go.set()
    first.result(timeout=30)
    group.close()
    assert slow.written == 1


def test_a_sender_who_comes_alone_is_not_kept_waiting_for_others() -> None:
    group = GroupCommit(Slow(ready=True), max_wait_ms=400)
    group.submit(arrival()).result(timeout=30)
    began = time.monotonic()
    for _ in range(5):
        group.submit(arrival()).result(timeout=30)
    assert time.monotonic() - began < 0.4
    group.close()


class Counting:
    """Remembers how large the batches were."""

    def __init__(self, store: Store) -> None:
        self.batches: list[int] = []
        self._store = store

    def receive(self, arrivals: Sequence[Arrival]) -> list[Accepted | IdempotencyConflict]:
        self.batches.append(len(arrivals))
        return self._store.receive(arrivals)


class Broken:
    """A database that does not answer."""

    def receive(self, arrivals: Sequence[Arrival]) -> list[Accepted | IdempotencyConflict]:
        raise Unavailable("The database does not answer.")


class Slow:
    """A store that waits for a sign within its first write."""

    def __init__(self, *, ready: bool = False) -> None:
        self.entered, self.go = threading.Event(), threading.Event()
        if ready:
            self.go.set()
        self.written = 0

    def receive(self, arrivals: Sequence[Arrival]) -> list[Accepted | IdempotencyConflict]:
        self.entered.set()
        self.go.wait(timeout=30)
        self.written += len(arrivals)
        return [Accepted(str(number), one.submission.received_at) for number, one in enumerate(arrivals)]


def test_what_is_added_is_on_the_disk_with_its_message_before_its_sender_hears_of_it(
    store: Store, group: GroupCommit
) -> None:
    first = group.submit(arrival(receipt="r1")).result(timeout=30).report_id
    futures = [group.submit(arrival(f"补充{number}", adds_to=first)) for number in range(20)]
    ids = [future.result(timeout=30).report_id for future in futures]
    with Store.open(store.settings) as another:
        told = another.dialogue.told("r1")
        assert told is not None
        assert len(told.messages) == len(ids) == 20
        assert set(another.dialogue.firsts(ids)) == set(ids)
