"""Taking reports in: acknowledged means written; repeats add nothing; a wrong receipt learns nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from store_samples import RECEIVED, TEXT, arrival

from triage.errors import IdempotencyConflict
from triage.model import Channel, Report, Reporter, ReporterState, Speaker, Stage, Turn
from triage.store import WORKER, Accepted, Standing, Store
from triage.store.forms import body_bytes, read_body
from triage.store.ids import IdMaker
from triage.store.matters import reporter_state
from triage.store.tables import receipts


def test_report_comes_out_for_the_worker_as_it_went_in(store: Store) -> None:
    turns = (Turn(Speaker.AGENT, "您好", "坐席", 0.0, 1.5), Turn(Speaker.CALLER, TEXT, "来电人", 1.5, 9.0))
    joined = "".join(f"{turn.label}：{turn.text}\n" for turn in turns)
    store.receive([arrival(joined, channel=Channel.HOTLINE, title="救助款", place="三河村", turns=turns)])
    [report] = store.claim(10)
    assert report == Report(
        report.id, 1, joined, Channel.HOTLINE, RECEIVED, Stage.RECEIVED, "救助款", "三河村", turns, ""
    )


def test_answers_stand_in_the_order_of_the_arrivals(store: Store) -> None:
    answers = store.receive([arrival(f"第{number}封信") for number in range(20)])
    ids = [answer.report_id for answer in answers if isinstance(answer, Accepted)]
    assert [report.id for report in store.claim(20)] == ids
    assert [report.text for report in store.claim(3)] == ["第0封信", "第1封信", "第2封信"]


def test_same_key_and_body_gets_the_same_answer_once_stored(store: Store) -> None:
    [first] = store.receive([arrival(key="k1")])
    [again] = store.receive([arrival(key="k1")])
    assert isinstance(first, Accepted)
    assert again == Accepted(first.report_id, first.received_at, repeated=True)
    assert len(store.claim(10)) == 1


def test_same_key_twice_in_one_batch_is_one_report(store: Store) -> None:
    first, again, other = store.receive([arrival(key="k1"), arrival(key="k1"), arrival(key="k1", body="c" * 64)])
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (again.report_id, again.repeated) == (first.report_id, True)
    assert isinstance(other, IdempotencyConflict)


def test_same_key_with_another_body_is_a_conflict_and_the_rest_of_the_batch_arrives(store: Store) -> None:
    store.receive([arrival(key="k1")])
    conflict, good = store.receive([arrival(key="k1", body="c" * 64), arrival("另一封信")])
    assert isinstance(conflict, IdempotencyConflict)
    assert conflict.status == 409
    assert isinstance(good, Accepted)


def test_key_lives_for_thirty_days(store: Store) -> None:
    [first] = store.receive([arrival(key="k1")])
    with store._database.write() as connection:
        connection.execute(update(receipts).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    same, other = store.receive([arrival(key="k1"), arrival(key="k1", body="c" * 64)])
    assert isinstance(first, Accepted)
    assert isinstance(same, Accepted)
    assert same.report_id == first.report_id
    assert isinstance(other, Accepted)
    assert not other.repeated


def test_row_of_a_source_is_taken_once(store: Store) -> None:
    [first] = store.receive([arrival(source="来信登记", row="17")])
    again, near = store.receive([arrival(source="来信登记", row="17"), arrival(source="来信登记1", row="7")])
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (again.report_id, again.repeated) == (first.report_id, True)
    assert isinstance(near, Accepted)
    assert not near.repeated


def test_same_text_from_two_people_is_two_reports(store: Store) -> None:
    store.receive([arrival(), arrival()])
    assert len(store.claim(10)) == 2


def test_holder_of_a_receipt_learns_state_and_date_and_a_wrong_one_nothing(store: Store) -> None:
    before = datetime.now(UTC)
    store.receive([arrival(receipt="r1")])
    standing = store.status("r1")
    assert isinstance(standing, Standing)
    assert standing.state is ReporterState.RECEIVED
    assert before - timedelta(seconds=1) <= standing.since <= datetime.now(UTC)
    assert store.status("r2") is None


def test_name_and_contact_of_a_reporter_are_not_in_the_report(store: Store) -> None:
    store.receive([arrival(reporter=Reporter("赵小满", "13900000000"))])
    [report] = store.claim(1)
    assert "赵小满" not in repr(report)
    assert store.counts(WORKER)[Stage.RECEIVED] == 1


def test_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="zone"):
        store.receive([arrival(received_at=datetime(2019, 11, 5))])
    assert store.claim(1) == []


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([], ReporterState.RECEIVED),
        (["received", "screened"], ReporterState.RECEIVED),
        (["received", "passed_up"], ReporterState.RECEIVED),
        (["received", "accepted", "handed_over", "verification"], ReporterState.IN_PROGRESS),
        (["received", "not_accepted"], ReporterState.NOT_IN_SCOPE),
        (["received", "accepted", "concluded", "feedback", "archived"], ReporterState.ANSWERED),
        (["received", "a state of the future"], ReporterState.RECEIVED),
    ],
)
def test_reporter_sees_only_the_outer_states(states: list[str], told: ReporterState) -> None:
    assert reporter_state(states) is told


@given(
    st.text(min_size=1),
    st.none() | st.text(min_size=1),
    st.none() | st.text(min_size=1),
    st.sampled_from([None, "01HZY3M7Q8W9E2R4T6Y8V0J1K3"]),
)
def test_body_comes_back_as_it_was(text: str, title: str | None, place: str | None, adds_to: str | None) -> None:
    text = text.encode("utf-8", "ignore").decode()
    title = title and title.encode("utf-8", "ignore").decode()
    place = place and place.encode("utf-8", "ignore").decode()
    submission = arrival(text, title=title, place=place, adds_to=adds_to).submission
    assert read_body(body_bytes(submission)) == (text, title or None, place or None, (), adds_to)


def test_ids_rise_and_differ() -> None:
    maker = IdMaker()
    ids = [maker.new() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert {len(one) for one in ids} == {26}
