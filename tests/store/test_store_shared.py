"""Several workers on one PostgreSQL: each report has one of them, a dead one's reports find another, and floods wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from postgres_databases import Databases
from sqlalchemy import func, select, text
from store_samples import RECEIVED, arrival, assessment, outcome, staff

from tests.waiting import until
from triage.errors import Busy, Changed, Unavailable
from triage.model import Act, Case, Judgement, Level, Ruling, StaffRole, Stage, Verdict
from triage.settings import Settings
from triage.store import WORKER, Accepted, Priority, Store, database, queue
from triage.store.audit import read_entry, write_entries
from triage.store.locks import take_turn
from triage.store.outcomes import save_judgements
from triage.store.records import Reviewed
from triage.store.tables import assessments, audit
from triage.store.worker_tables import claims as claims_table
from triage.store.worker_tables import workers


@pytest.fixture
def shared(postgres: Databases, tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Opens stores on one database, each as a process of its own would."""
    with postgres.fresh() as name, ExitStack() as opened:
        settings = postgres.settings(tmp_path / "data", name)
        yield lambda **changes: opened.enter_context(
            Store.open(Settings(data_dir=settings.data_dir, database_url=settings.database_url, **changes))
        )


@pytest.fixture
def one(shared: Callable[..., Store]) -> Store:
    return shared()


@pytest.fixture
def other(shared: Callable[..., Store]) -> Store:
    return shared()


def send(store: Store, number: int, **changes: Any) -> list[str]:
    answers = store.receive([arrival(**changes) for _ in range(number)])
    return [answer.report_id for answer in answers if isinstance(answer, Accepted)]


def from_sender(name: str, number: int) -> list[Any]:
    return [arrival(source=name, row=str(row)) for row in range(number)]


def ids(reports: list[Any]) -> list[str]:
    return [report.id for report in reports]


def rows(store: Store, table: Any) -> int:
    with store._database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def dies(store: Store) -> None:
    """What kill -9 leaves: nobody says that the worker is alive, and nothing is given back."""
    holder = store.crew.holder
    holder._ending.set()
    assert holder._beats is not None
    holder._beats.join(30)
    holder._beats = None


# The queue


def test_two_workers_never_hold_one_report(one: Store, other: Store) -> None:
    sent = send(one, 30)
    first, second = ids(one.claim(20)), ids(other.claim(20))
    assert sorted(first + second) == sorted(sent)
    assert other.claim(20) != []
    assert set(ids(other.claim(20))) == set(second), "what a worker has in hand comes again to itself alone"
    one.save_assessed([outcome(report_id) for report_id in first])
    other.save_assessed([outcome(report_id) for report_id in second])
    assert rows(one, claims_table) == 0
    assert one.claim(20) == other.claim(20) == []


def test_eight_workers_at_once_take_every_report_once(shared: Callable[..., Store]) -> None:
    stores = [shared() for _ in range(8)]
    sent = send(stores[0], 400)
    begin = threading.Barrier(len(stores))

    def work(store: Store) -> list[str]:
        taken: list[str] = []
        begin.wait()
        while batch := ids(store.claim(16)):
            assert store.save_assessed([outcome(report_id) for report_id in batch]) == batch
            taken += batch
        return taken

    with ThreadPoolExecutor(len(stores)) as pool:
        taken = [report_id for batch in pool.map(work, stores) for report_id in batch]
    assert sorted(taken) == sorted(sent)
    assert rows(stores[0], assessments) == 400


def test_reports_of_a_dead_worker_find_another_and_late_words_of_it_change_nothing(
    shared: Callable[..., Store],
) -> None:
    one, other = shared(worker_lease=1), shared(worker_lease=1)
    sent = send(one, 5)
    assert ids(one.claim(10)) == sent
    dies(one)
    send(other, 1)
    assert len(other.claim(10)) == 1, "it is not known to be dead yet"
    until(lambda: ids(other.claim(10)) == sent)
    assert other.save_assessed([outcome(report_id) for report_id in sent]) == sent
    assert other.crew.at_work() == 1
    assert one.save_assessed([outcome(report_id) for report_id in sent]) == []
    assert rows(one, assessments) == 5


def test_a_late_failure_of_a_worker_taken_for_dead_counts_no_try_and_frees_nothing(
    shared: Callable[..., Store], other: Store
) -> None:
    gone = shared(worker_lease=1)
    report_ids = send(other, 2)
    assert ids(gone.claim(10)) == report_ids
    dies(gone)
    later = shared(worker_lease=1)
    later.crew.holder.begin()
    until(lambda: ids(later.claim(10)) == report_ids)
    lost = [(report_id, 1, "worker_lost") for report_id in report_ids]
    gone.fail(report_ids[:1], "late")
    assert [(stuck.report_id, stuck.tries, stuck.code) for stuck in other.stuck(staff())] == lost
    assert rows(other, claims_table) == 2
    later.fail(report_ids[:1], "ours")
    told = [(stuck.report_id, stuck.tries, stuck.code) for stuck in other.stuck(staff())]
    assert told == [(report_ids[0], 2, "ours"), lost[1]]


def test_late_outcomes_of_a_worker_taken_for_dead_leave_the_claims_of_another(
    shared: Callable[..., Store], other: Store
) -> None:
    gone, later = shared(worker_lease=1), shared(worker_lease=1)
    sent = send(other, 2)
    assert ids(gone.claim(10)) == sent
    dies(gone)
    later.crew.holder.begin()
    until(lambda: ids(later.claim(10)) == sent)
    assert gone.save_assessed([outcome(report_id) for report_id in sent]) == sent
    assert rows(other, claims_table) == 2, "whoever holds them now has not let go"
    assert later.save_assessed([outcome(report_id) for report_id in sent]) == []
    assert rows(other, claims_table) == 0
    assert other.stuck(staff()) == [], "they are read, however late"


def test_a_worker_that_slept_overrules_no_decision_by_its_older_model(
    shared: Callable[..., Store], other: Store
) -> None:
    slept = shared(worker_lease=1)
    (sent,) = send(other, 1)
    assert ids(slept.claim(10)) == [sent]
    dies(slept)
    other.save_assessed([outcome(sent, assessment=assessment(model="m2"))])
    row = other.row(sent, WORKER)
    decided = replace(assessment(model="m2"), refer=False)
    priority, way = Priority(Level.LOW, 1.0, False), replace(outcome(sent).route, refer=False)
    other.reviews.save(
        Reviewed(
            sent,
            row.assessment_id,
            None,
            Ruling.CORRECT,
            ("opaque_funds",),
            False,
            False,
            (),
            None,
            decided,
            priority,
            way,
        ),
        staff(role=StaffRole.SUPERVISOR),
    )
    assert other.referrals(staff()) == []
    assert slept.save_assessed([outcome(sent)]) == []
    row = other.row(sent, WORKER)
    assert (row.machine.model, row.priority.refer) == ("m2", False)
    assert other.referrals(staff()) == [], "what a person decided not to refer is not proposed again"


def test_whoever_waits_for_a_dead_workers_reports_gets_them(shared: Callable[..., Store], other: Store) -> None:
    gone, waits = shared(worker_lease=1), shared(worker_lease=1)
    sent = send(other, 2)
    assert ids(gone.claim(10)) == sent
    dies(gone)
    waits.crew.holder.begin()
    until(lambda: ids(waits.claim(10)) == sent)


def test_a_case_that_changes_while_another_worker_feeds_the_report_is_told_once_more(one: Store, other: Store) -> None:
    first, second = send(one, 2)
    one.save_assessed([outcome(first)])
    (line,) = other.outbox_batch(10)
    assert line.report_id == first, "the other has asked for its case and is about to send it"
    one.save_assessed([outcome(second)])
    one.save_cases([Case(first, (first, second))])
    other.outbox_done([line.seq], {first: None})
    told = {item.report_id: item.row.case_id for item in other.outbox_batch(10) if item.row is not None}
    assert told[first] == first, "the index hears of the case all the same"


def test_late_words_of_the_index_leave_the_claims_of_another_and_nothing_stays_held(
    shared: Callable[..., Store], other: Store
) -> None:
    gone, later = shared(worker_lease=1), shared(worker_lease=1)
    sent = send(other, 2)
    other.save_assessed([outcome(report_id) for report_id in sent])
    first = [item.seq for item in gone.outbox_batch(10)]
    dies(gone)
    later.crew.holder.begin()
    until(lambda: [item.seq for item in later.outbox_batch(10)] == first)
    gone.outbox_done(first)
    assert rows(other, claims_table) == 2
    later.outbox_done(first)
    assert rows(other, claims_table) == 0, "their lines are gone, and so is the claim on them"


def test_a_worker_that_was_taken_for_dead_is_one_again(shared: Callable[..., Store]) -> None:
    one, other = shared(worker_lease=1), shared(worker_lease=1)
    send(one, 3)
    assert len(one.claim(10)) == 3
    with one._database.write() as connection:
        connection.execute(workers.delete())
        connection.execute(claims_table.delete())
    assert len(other.claim(10)) == 3
    until(lambda: rows(one, workers) == 2)
    assert one.claim(10) == []


def test_a_worker_that_ends_gives_back_what_it_holds(shared: Callable[..., Store], other: Store) -> None:
    leaving = shared()
    sent = send(other, 4)
    assert ids(leaving.claim(10)) == sent
    assert other.claim(10) == []
    leaving.close()
    assert ids(other.claim(10)) == sent
    assert rows(other, workers) == 1


def test_a_failed_report_is_free_for_any_worker(one: Store, other: Store) -> None:
    [report_id] = send(one, 1)
    one.claim(5)
    one.fail([report_id], "assess_error")
    assert other.retry([report_id]) == 1
    assert ids(other.claim(5)) == [report_id]


def test_one_senders_flood_does_not_starve_the_others(one: Store) -> None:
    one.receive(from_sender("flood", 300))
    few = {answer.report_id for answer in one.receive(from_sender("county", 5)) if isinstance(answer, Accepted)}
    lone = set(send(one, 1))
    assert few | lone <= set(ids(one.claim(20)))
    assert len(one.claim(20)) == 20, "what nobody else needs is the flood's"


def test_a_sender_gets_its_share_of_every_claim(one: Store) -> None:
    one.receive(from_sender("flood", 300))
    county = {answer.report_id for answer in one.receive(from_sender("county", 60)) if isinstance(answer, Accepted)}
    batch = ids(one.claim(2 * queue.SHARE))
    assert len(county.intersection(batch)) == queue.SHARE


# The outbox


def test_each_report_is_fed_by_one_worker_with_all_its_lines(one: Store, other: Store) -> None:
    first, second = send(one, 2)
    for model in ("m1", "m2"):
        one.save_assessed([outcome(first, assessment=assessment(model=model))])
    one.save_assessed([outcome(second)])
    mine = one.outbox_batch(1)
    assert [item.report_id for item in mine] == [first, first]
    theirs = other.outbox_batch(10)
    assert [item.report_id for item in theirs] == [second]
    assert [item.seq for item in one.outbox_batch(1)] == [item.seq for item in mine]
    one.outbox_done([item.seq for item in mine])
    other.outbox_done([item.seq for item in theirs])
    assert one.waiting() == rows(one, claims_table) == 0
    assert one.counts(WORKER)[Stage.INDEXED] == 2


def test_a_change_during_feeding_waits_for_the_next_turn(one: Store, other: Store) -> None:
    [report_id] = send(one, 1)
    one.save_assessed([outcome(report_id)])
    [item] = one.outbox_batch(10)
    other.save_assessed([outcome(report_id, assessment=assessment(model="m2"))])
    one.outbox_done([item.seq])
    assert one.counts(WORKER)[Stage.ASSESSED] == 1
    assert [line.report_id for line in other.outbox_batch(10)] == [report_id]


# The audit log


def test_the_seal_waits_for_rows_that_are_not_committed_yet(one: Store, other: Store) -> None:
    one.seal_audit()
    with one._database.write() as early:
        write_entries(early, [read_entry(WORKER, "early")])
        other.note_act(WORKER, "late")
        other.note_act(WORKER, "later")
        assert other.seal_audit() == 0
    assert other.seal_audit() == 3
    assert other.verify_audit().waiting == 0


def test_a_number_that_was_never_used_does_not_stop_the_seal(one: Store, other: Store) -> None:
    with suppress(ZeroDivisionError), one._database.write() as connection:
        write_entries(connection, [read_entry(WORKER, "undone")])
        raise ZeroDivisionError
    other.note_act(WORKER, "after it")
    assert other.seal_audit() == 1
    assert other.verify_audit().waiting == 0


def test_many_who_write_and_seal_at_once_leave_a_whole_chain(shared: Callable[..., Store]) -> None:
    stores = [shared() for _ in range(4)]

    def write(store: Store) -> None:
        for number in range(25):
            store.note_act(WORKER, f"act {number}")
            store.seal_audit()

    with ThreadPoolExecutor(len(stores)) as pool:
        list(pool.map(write, stores))
    stores[0].seal_audit()
    state = stores[0].verify_audit()
    assert (state.sealed, state.waiting) == (100, 0)


# Side by side


def test_a_waiting_worker_hears_at_once_that_something_came(one: Store, other: Store) -> None:
    bell = one.crew.bell()
    try:
        bell.wait(5)
        assert not bell.wait(0.2)
        began = time.monotonic()
        send(other, 1)
        assert bell.wait(10)
        assert time.monotonic() - began < 5
    finally:
        bell.close()


def test_what_must_run_once_runs_in_one_process(one: Store, other: Store) -> None:
    with one.crew.only_one("clocks") as mine:
        assert mine
        with other.crew.only_one("clocks") as theirs, other.crew.only_one("alerts") as something_else:
            assert (theirs, something_else) == (False, True)
    with other.crew.only_one("clocks") as now:
        assert now


def test_workers_take_turns(one: Store, other: Store) -> None:
    said: list[str] = []

    def second() -> None:
        with other.crew.turn("link"):
            said.append("second")

    with one.crew.turn("link"):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.2)
        said.append("first")
    thread.join(10)
    assert said == ["first", "second"]


def test_the_same_key_at_two_services_at_once_is_one_report(shared: Callable[..., Store]) -> None:
    stores = [shared() for _ in range(4)]
    begin = threading.Barrier(len(stores))
    keys = [f"key-{number}" for number in range(20)]

    def post(store: Store) -> list[str]:
        begin.wait()
        mine = keys if store is stores[0] else keys[::-1]
        answers = store.receive([arrival(key=key) for key in mine])
        found = {
            key: answer.report_id for key, answer in zip(mine, answers, strict=True) if hasattr(answer, "report_id")
        }
        return [found[key] for key in keys]

    with ThreadPoolExecutor(len(stores)) as pool:
        told = list(pool.map(post, stores))
    assert all(answers == told[0] for answers in told)
    assert len(ids(stores[0].claim(100))) == 20


def test_of_two_people_who_judge_at_once_the_later_is_told_to_look_again(one: Store, other: Store) -> None:
    first, second = send(one, 2)
    one.save_assessed([outcome(first), outcome(second)])
    reviewer = staff(role=StaffRole.REVIEWER)
    line = Judgement(first, second, Verdict.SAME, 1.0, f"person:{reviewer.principal}", joined=True)
    begin = threading.Barrier(2)

    def judge(store: Store) -> bool:
        begin.wait()
        try:
            store.casework.decide(Act.JUDGE, [line], reviewer, since=0)
        except Changed:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(judge, (one, other))) == [False, True]


def test_a_case_is_read_up_to_no_line_behind_which_an_act_is_still_on_its_way(one: Store, other: Store) -> None:
    first, second, third = send(one, 3)
    one.save_assessed([outcome(report_id) for report_id in (first, second, third)])
    act = Judgement(second, first, Verdict.DIFFERENT, 1.0, "person:li")
    with ThreadPoolExecutor(1) as pool:
        with one._database.write() as writing:
            take_turn(writing, "decisions")
            save_judgements(writing, [act], RECEIVED)
            other.save_judgements([Judgement(third, second, Verdict.UNSURE, 0.4, "links-1")], WORKER)
            read = pool.submit(other.casework.newest)
            with pytest.raises(TimeoutError):
                read.result(0.2)
        assert read.result(10) == one.casework.newest()


# Limits


def test_nobody_waits_for_a_row_for_ever(one: Store, other: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    [report_id] = send(one, 1)
    with one._database.write() as holding:
        holding.execute(text("SELECT 1 FROM reports FOR UPDATE"))
        with pytest.raises(Busy), other._database.write() as waiting:
            waiting.execute(text("SET LOCAL lock_timeout = 100; SELECT 1 FROM reports FOR UPDATE"))
    assert other.save_assessed([outcome(report_id)]) == [report_id]


def test_nobody_waits_for_a_connection_for_ever(shared: Callable[..., Store], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "POOL_SECONDS", 0.2)
    small = shared(database_pool=8)
    with ExitStack() as held:
        for _ in range(8):
            held.enter_context(small._database.read())
        with pytest.raises(Busy, match="connections"):
            small.last_seq()
    assert small.last_seq() == 0


def test_every_connection_has_its_limits(one: Store) -> None:
    with one._database.read() as connection:
        told = {
            name: connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        }
        assert told == {
            "statement_timeout": "1min",
            "lock_timeout": "15s",
            "idle_in_transaction_session_timeout": "1min",
        }


def test_a_reader_sees_one_moment_and_writes_nothing(one: Store, other: Store) -> None:
    with one._database.read() as connection:
        before = connection.execute(select(func.count()).select_from(audit)).scalar_one()
        other.note_act(WORKER, "meanwhile")
        assert connection.execute(select(func.count()).select_from(audit)).scalar_one() == before
    with pytest.raises(Unavailable), one._database.read() as connection:
        connection.execute(text("DELETE FROM audit"))


def test_a_plain_address_means_psycopg(postgres: Databases, tmp_path: Path) -> None:
    with postgres.fresh() as name:
        settings = postgres.settings(tmp_path / "data", name)
        plain = Settings(data_dir=settings.data_dir, database_url=postgres.plain_address(name))
        with Store.open(plain) as store:
            assert store._database.engine.driver == "psycopg"
            assert store.last_seq() == 0
