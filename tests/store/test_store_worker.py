"""The queue, outcomes and the outbox: assessed once, indexed once, nothing lost, and trouble is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update
from store_samples import TEXT, assessment, outcome, staff

from triage.errors import NotAllowed, NotFound
from triage.model import Judgement, Language, LinkKey, Rank, StaffRole, Stage, Verdict, Way
from triage.store import WORKER, OutboxItem, Store
from triage.store.figure_tables import figures
from triage.store.queue import bury
from triage.store.tables import assessments, link_keys, outbox, party_keys, report_keys, reports


def rows(store: Store, table: object) -> int:
    with store._database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def test_claimed_reports_stay_in_the_queue_until_their_outcome_is_written(
    store: Store, take: Callable[..., str]
) -> None:
    report_id = take()
    assert [report.id for report in store.claim(10)] == [report_id]
    assert [report.id for report in store.claim(10)] == [report_id]
    store.save_assessed([outcome(report_id)])
    assert store.claim(10) == []


def test_assessment_comes_back_as_it_was(store: Store, route: Callable[..., str]) -> None:
    report_id = route()
    row = store.row(report_id, staff())
    assert row.assessment == assessment()
    assert row.priority.score == 6.5
    assert row.report.text == TEXT
    assert row.report.division == "513431"


def test_replay_of_a_batch_adds_nothing(store: Store, take: Callable[..., str]) -> None:
    report_id = take()
    assert store.save_assessed([outcome(report_id)]) == [report_id]
    assert store.save_assessed([outcome(report_id), outcome(report_id)]) == []
    assert rows(store, assessments) == 1
    assert len(store.outbox_batch(10)) == 1


def test_new_model_adds_an_assessment_and_sends_the_report_to_the_index_again(
    store: Store, route: Callable[..., str]
) -> None:
    report_id = route()
    store.outbox_done([item.seq for item in store.outbox_batch(10)])
    newer = outcome(report_id, assessment=assessment(model="m2", accused_level=Rank.COUNTY))
    assert store.save_assessed([newer]) == [report_id]
    assert rows(store, assessments) == 2
    assert store.assessment(report_id, staff()).accused_level is Rank.COUNTY
    assert [item.report_id for item in store.outbox_batch(10)] == [report_id]
    assert len(store.referrals(staff())) == 1


def test_indexed_only_after_the_index_has_committed(store: Store, route: Callable[..., str]) -> None:
    report_id = route()
    [item] = store.outbox_batch(10)
    assert store.outbox_batch(10) == [item]
    assert item.row is not None
    assert item.row.report.stage is Stage.ASSESSED
    assert store.waiting() == 1
    store.outbox_done([item.seq])
    assert store.outbox_batch(10) == []
    assert store.report(report_id, staff()).stage is Stage.INDEXED
    assert store.waiting() == 0


def test_change_that_comes_while_the_index_commits_is_indexed_too(store: Store, route: Callable[..., str]) -> None:
    report_id = route()
    [item] = store.outbox_batch(10)
    store.save_assessed([outcome(report_id, assessment=assessment(model="m2"))])
    store.outbox_done([item.seq])
    assert store.report(report_id, staff()).stage is Stage.ASSESSED
    assert len(store.outbox_batch(10)) == 1


def test_fifth_failure_makes_a_report_dead_and_retry_sends_it_again(store: Store, take: Callable[..., str]) -> None:
    report_id = take()
    for tries in range(1, 6):
        with store._database.write() as connection:
            connection.execute(update(reports).values(not_before=datetime.now(UTC) - timedelta(hours=1)))
        assert [report.id for report in store.claim(5)] == [report_id]
        store.fail([report_id], "assess_error")
        [stuck] = store.stuck(staff())
        assert (stuck.tries, stuck.code) == (tries, "assess_error")
        assert store.claim(5) == []
    assert store.counts(WORKER)[Stage.DEAD] == 1
    assert stuck.stage is Stage.DEAD
    assert store.retry([report_id], staff(role=StaffRole.ADMINISTRATOR)) == 1
    assert [report.id for report in store.claim(5)] == [report_id]


def test_wait_between_tries_doubles(store: Store, take: Callable[..., str]) -> None:
    report_id = take()
    for seconds in (10, 20, 40, 80):
        before = datetime.now(UTC)
        store.fail([report_id], "assess_error")
        due = store.next_due()
        assert due is not None
        assert before + timedelta(seconds=seconds) <= due <= datetime.now(UTC) + timedelta(seconds=seconds)


def test_a_clock_that_was_put_back_keeps_no_report_from_being_read(store: Store, take: Callable[..., str]) -> None:
    fresh, failed = take(), take()
    store.fail([failed], "assess_error")
    with store._database.write() as connection:
        connection.execute(text("UPDATE reports SET not_before = not_before + 10800000000"))
    assert store.waiting() == 2
    assert [report.id for report in store.claim(5)] == [fresh, failed]


def test_a_report_that_failed_waits_for_its_moment_and_no_longer(store: Store, take: Callable[..., str]) -> None:
    report_id = take()
    for seconds, due in ((80, False), (1, False), (-1, True)):
        moment = datetime.now(UTC) + timedelta(seconds=seconds)
        with store._database.write() as connection:
            connection.execute(update(reports).values(tries=4, not_before=moment))
        assert [report.id for report in store.claim(5)] == [report_id] * due


def test_altered_report_is_set_aside_and_the_others_go_on(store: Store, take: Callable[..., str]) -> None:
    bad, good = take(), take()
    with store._database.write() as connection:
        connection.execute(update(reports).where(reports.c.id == bad).values(body=b"\x01" + bytes(60)))
    assert [report.id for report in store.claim(10)] == [good]
    assert [(stuck.report_id, stuck.code) for stuck in store.stuck(staff())] == [(bad, "corrupt")]


@pytest.mark.parametrize(
    "altered", [{"body": b"\x01"}, {"body": b""}, {"wrapped_key": b"\x01cut"}, {"wrap": "sealed"}], ids=str
)
def test_a_row_that_was_cut_or_locked_away_stops_no_worker(
    store: Store, take: Callable[..., str], altered: dict[str, object]
) -> None:
    bad, good = take(), take()
    with store._database.write() as connection:
        connection.execute(update(reports).where(reports.c.id == bad).values(**altered))
    assert [report.id for report in store.claim(10)] == [good]
    assert [stuck.report_id for stuck in store.stuck(staff())] == [bad]
    assert [report.id for report in store.claim(10)] == [good]


def test_dead_report_that_was_assessed_before_goes_on_after_retry(store: Store, route: Callable[..., str]) -> None:
    report_id = route()
    with store._database.write() as connection:
        connection.execute(update(reports).values(stage="dead", tries=5))
    assert store.retry() == 1
    assert store.save_assessed([outcome(report_id)]) == [report_id]
    assert rows(store, assessments) == 1
    assert store.report(report_id, staff()).stage is Stage.ASSESSED


def test_sealed_report_keeps_its_ciphertext_and_a_stub(store: Store, take: Callable[..., str]) -> None:
    report_id = take()
    other = take()
    line = Judgement(report_id, other, Verdict.SAME, 0.9, "near-text/1", joined=True)
    sealed = outcome(report_id, way=Way.SEALED_UP, judgements=(line,), party_keys=("p1",))
    assert store.save_assessed([sealed]) == [report_id]
    for table in (assessments, link_keys, report_keys, party_keys, outbox):
        assert rows(store, table) == 0
    assert store.counts(WORKER)[Stage.SEALED] == 1
    assert store.referrals(staff()) == []
    assert store.ledger([report_id], WORKER) == []
    with pytest.raises(NotFound):
        store.report(report_id, staff())
    with store._database.read() as connection:
        row = connection.execute(select(reports).where(reports.c.id == report_id)).one()
    with pytest.raises(NotAllowed):
        store._vault.unwrap(row.wrapped_key, row.wrap, row.id)


def test_report_that_is_sealed_later_leaves_index_and_queue_of_referrals(
    store: Store, route: Callable[..., str]
) -> None:
    report_id = route()
    store.outbox_done([item.seq for item in store.outbox_batch(10)])
    assert store.save_assessed([outcome(report_id, way=Way.SEALED_UP)]) == [report_id]
    [item] = store.outbox_batch(10)
    assert item == OutboxItem(item.seq, report_id, None)
    assert store.referrals(staff()) == []
    assert store.candidates([LinkKey("near", f"band-{report_id}")], WORKER) == {}
    assert rows(store, assessments) == 1
    # Programmes and the band of the amount were read out of the text
    assert rows(store, figures) == 0
    store.outbox_done([item.seq])
    assert store.counts(WORKER)[Stage.SEALED] == 1
    assert store.save_assessed([outcome(report_id)]) == []


def test_report_in_an_unreadable_language_is_kept_like_any_other(store: Store, take: Callable[..., str]) -> None:
    report_id = take("བོད་ཡིག")
    store.save_assessed([outcome(report_id, assessment=assessment(language=Language.OTHER, categories=()))])
    assert store.assessment(report_id, staff()).language is Language.OTHER


def test_job_is_asked_run_and_finished(store: Store) -> None:
    job_id = store.jobs.ask("reindex", {"from": "0"})
    job = store.jobs.take()
    assert job is not None
    assert (job.id, job.state, job.arguments) == (job_id, "running", {"from": "0"})
    store.jobs.progress(job_id, 5, 10, "half")
    # A worker that ended in between leaves it running; the next one takes it up again.
    assert store.jobs.take() is not None
    store.jobs.finish(job_id)
    assert store.jobs.take() is None
    assert (store.jobs.find(job_id).state, store.jobs.find(job_id).done) == ("done", 5)
    with pytest.raises(NotFound):
        store.jobs.progress("0" * 26, 1, 1)


def test_an_assessment_that_does_not_open_leaves_the_index_and_stops_no_other(
    store: Store, route: Callable[..., str]
) -> None:
    bad, good = route(), route()
    with store._database.write() as connection:
        connection.execute(update(assessments).where(assessments.c.report_id == bad).values(sealed=b"\x01" + bytes(40)))
    items = store.outbox_batch(10)
    assert [(item.report_id, item.row is None) for item in items] == [(bad, True), (good, False)]
    store.outbox_done([item.seq for item in items])
    assert [(stuck.report_id, stuck.code) for stuck in store.stuck(staff())] == [(bad, "corrupt")]


def test_a_report_whose_key_is_locked_away_leaves_the_index_and_stops_no_other(
    store: Store, route: Callable[..., str]
) -> None:
    bad, good = route(), route()
    with store._database.write() as connection:
        connection.execute(update(reports).where(reports.c.id == bad).values(wrap="sealed"))
    items = store.outbox_batch(10)
    assert [(item.report_id, item.row is None) for item in items] == [(bad, True), (good, False)]


def test_what_was_sealed_meanwhile_stays_sealed_and_is_not_set_aside(store: Store, take: Callable[..., str]) -> None:
    report_id = take()
    store.save_assessed([outcome(report_id, way=Way.SEALED_UP)])
    bury(store._database, report_id, "corrupt", store.crew.holder)
    assert store.counts(WORKER)[Stage.SEALED] == 1
    assert store.stuck(staff()) == []


def test_a_damaged_report_keeps_nobody_from_writing_the_index_anew(store: Store, route: Callable[..., str]) -> None:
    ids = [route(f"第{number}封信") for number in range(4)]
    with store._database.write() as connection:
        damaged = assessments.c.report_id.in_((ids[0], ids[1], ids[3]))
        connection.execute(update(assessments).where(damaged).values(sealed=b"\x01" + bytes(40)))
    [row] = store.index_rows(WORKER, limit=2)
    assert row.report.id == ids[2]
    assert store.index_rows(WORKER, after_seq=row.report.seq, limit=2) == []
    assert {stuck.report_id for stuck in store.stuck(staff())} == {ids[0], ids[1], ids[3]}
    with pytest.raises(NotAllowed):
        store.index_rows(staff(role=StaffRole.ANALYST))


def test_a_job_at_which_the_worker_ends_each_time_is_given_up_and_the_next_is_done(store: Store) -> None:
    deadly, next_one = store.jobs.ask("reindex", {"act": "write"}), store.jobs.ask("reconcile", {})
    for _ in range(5):
        job = store.jobs.take()
        assert job is not None
        assert (job.id, dict(job.arguments)) == (deadly, {"act": "write"})
    job = store.jobs.take()
    assert job is not None
    assert job.id == next_one
    given_up = store.jobs.find(deadly)
    assert given_up.state == "failed"
    assert "worker_ended" in given_up.sentence
