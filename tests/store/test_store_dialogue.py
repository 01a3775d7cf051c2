"""What reporters add goes where their first report goes; what the office writes is theirs alone to read."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from store_samples import (
    arrival,
    assessment,
    outcome,
    set_version,
    staff,
    without_dialogue,
)

from triage.codes import ABOVE_OFFICE, AT_ONCE, HEADS_OFFICE
from triage.errors import Changed, NotAllowed, NotFound
from triage.model import Access, Channel, Point, ReporterState, Risk, Route, Ruling, StaffRole, Stage, Way
from triage.model import Level as Risks
from triage.settings import Settings
from triage.store import WORKER, Accepted, Assessed, Priority, Reviewed, Store
from triage.store.dialogue_rows import NOTHING
from triage.store.packets import make_pair, open_packet, read_opener, read_recipient
from triage.store.rereading import Reread
from triage.store.tables import audit, fetches, messages, reports, routes
from triage.text.dates import SHANGHAI

MORE = "他还拿了五万块。"
QUESTION = "请问这件事是哪一年发生的？"
REVIEWER = staff(role=StaffRole.REVIEWER)
CUSTODIAN = Access("keeper", StaffRole.CUSTODIAN, ("",))
SEALED = Route(Way.SEALED_UP, "513431", None, False, (HEADS_OFFICE,))


class Reporter:
    """Somebody who holds a receipt."""

    def __init__(self, store: Store, text: str = "支书扣了我的低保。") -> None:
        self.store = store
        self.receipt = secrets.token_hex(16)
        (answer,) = store.receive([arrival(text, receipt=self.receipt)])
        assert isinstance(answer, Accepted)
        self.report_id = answer.report_id

    def adds(self, text: str = MORE, key: str | None = None) -> str:
        assert self.store.dialogue.behind(self.receipt) == self.report_id
        (answer,) = self.store.receive([arrival(text, adds_to=self.report_id, channel=Channel.WEB, key=key)])
        assert isinstance(answer, Accepted)
        return answer.report_id

    def reads(self) -> list[tuple[bool, str | None]]:
        told = self.store.dialogue.told(self.receipt)
        assert told is not None
        return [(one.ours, one.text) for one in told.messages]


def claimed(store: Store) -> list[str]:
    return [report.id for report in store.claim(100)]


def work(store: Store, **changes: Any) -> list[str]:
    """Reads all that is to be read, until nothing waits."""
    done: list[str] = []
    while ids := claimed(store):
        store.save_assessed([outcome(one, **changes) for one in ids])
        done += ids
    return done


def stage(store: Store, report_id: str) -> str:
    with store._database.read() as connection:
        return str(connection.execute(select(reports.c.stage).where(reports.c.id == report_id)).scalar_one())


def sees(store: Store, report_id: str, access: Access) -> bool:
    return bool(store.visible([report_id], access))


def reasons_of(store: Store, report_id: str) -> list[str]:
    with store._database.read() as connection:
        of = select(routes.c.reasons).where(routes.c.report_id == report_id, routes.c.way == "sealed_up")
        (told,) = connection.execute(of).scalars()
    return list(told)


def test_what_is_added_is_a_report_that_says_what_it_adds_to(store: Store) -> None:
    one = Reporter(store)
    added = one.adds()
    assert work(store) == [one.report_id, added]
    row = store.row(added, staff())
    assert (row.report.text, row.report.adds_to, row.report.channel) == (MORE, one.report_id, Channel.WEB)
    assert store.dialogue.spoken(added, staff()).adds_to == one.report_id
    assert store.dialogue.spoken(one.report_id, staff()).count == 1
    assert one.reads() == [(False, None)]


def test_the_same_addition_again_adds_nothing(store: Store) -> None:
    one = Reporter(store)
    assert one.adds(key="k" * 16) == one.adds(key="k" * 16)
    assert len(one.reads()) == 1


def test_a_question_is_written_read_and_answered(store: Store) -> None:
    one = Reporter(store)
    work(store)
    assert store.dialogue.thread(one.report_id, REVIEWER).seen == NOTHING
    store.dialogue.send(one.report_id, QUESTION, REVIEWER, NOTHING)
    assert store.dialogue.thread(one.report_id, REVIEWER).fetched_on is None
    before = store.status(one.receipt)
    assert before is not None
    assert before.messages == 1
    assert one.reads() == [(True, QUESTION)]
    after = store.status(one.receipt)
    assert after is not None
    assert (after.messages, after.state) == (0, ReporterState.RECEIVED)
    assert store.dialogue.waiting(REVIEWER).lines == ()
    added = one.adds("是前年腊月。")
    assert store.dialogue.waiting(REVIEWER).lines == (), "nobody hears of it before it is read"
    work(store)
    (line,) = store.dialogue.waiting(REVIEWER).lines
    assert (line.report_id, line.count, line.newest_id) == (one.report_id, 1, added)
    thread = store.dialogue.thread(one.report_id, REVIEWER)
    assert [(each.ours, each.text, each.by, each.added_id) for each in thread.messages] == [
        (True, QUESTION, "somebody", None),
        (False, "是前年腊月。", None, added),
    ]
    assert thread.fetched_on == datetime.now(SHANGHAI).date().isoformat()
    # The answer may be given on the added report as well: the dialogue is one
    store.dialogue.send(added, "谢谢，我们去核实。", REVIEWER, thread.seen)
    assert store.dialogue.waiting(REVIEWER).lines == ()
    assert store.dialogue.thread(added, REVIEWER).fetched_on is None
    assert one.reads() == [(True, QUESTION), (False, None), (True, "谢谢，我们去核实。")]


def test_what_the_office_wrote_before_an_addition_was_read_answers_it_not(store: Store) -> None:
    one = Reporter(store)
    work(store)
    added = one.adds("是前年腊月。")
    store.dialogue.send(one.report_id, QUESTION, REVIEWER)
    work(store)
    (line,) = store.dialogue.waiting(REVIEWER).lines
    assert (line.report_id, line.newest_id) == (one.report_id, added)
    store.dialogue.send(one.report_id, "谢谢。", REVIEWER)
    assert store.dialogue.waiting(REVIEWER).lines == ()


def test_a_list_of_what_waits_that_ends_before_the_last_says_so(store: Store) -> None:
    several = [Reporter(store, f"支书扣了我的低保{number}。") for number in range(3)]
    work(store)
    for one in several:
        one.adds()
    work(store)
    page = store.dialogue.waiting(REVIEWER, 2)
    assert ([line.report_id for line in page.lines], page.more) == ([one.report_id for one in several[:2]], True)
    with store._database.read() as connection:
        of = select(audit.c.subjects).where(audit.c.act == "messages waiting")
        (noted,) = connection.execute(of).scalars()
    assert several[2].report_id not in noted
    whole = store.dialogue.waiting(REVIEWER, 3)
    assert ([line.report_id for line in whole.lines], whole.more) == ([one.report_id for one in several], False)


def test_of_reading_a_day_is_kept_and_nothing_else(store: Store) -> None:
    one = Reporter(store)
    work(store)
    one.reads()
    with store._database.read() as connection:
        assert connection.execute(select(fetches)).all() == []
        lines = connection.execute(select(audit).order_by(audit.c.seq)).all()
    store.dialogue.send(one.report_id, QUESTION, REVIEWER)
    one.reads()
    one.reads()
    with store._database.read() as connection:
        (kept,) = connection.execute(select(fetches)).all()
        acts = [row.act for row in connection.execute(select(audit).order_by(audit.c.seq)).all()[len(lines) :]]
    assert (kept.report_id, kept.day) == (one.report_id, datetime.now(SHANGHAI).date().isoformat())
    assert acts == ["message"]


def test_a_wrong_receipt_learns_nothing(store: Store) -> None:
    assert store.dialogue.told("0" * 64) is None
    assert store.dialogue.behind("0" * 64) is None


def test_who_writes_on_an_older_look_is_stopped(store: Store) -> None:
    one = Reporter(store)
    work(store)
    seen = store.dialogue.thread(one.report_id, REVIEWER).seen
    store.dialogue.send(one.report_id, QUESTION, REVIEWER, seen)
    with pytest.raises(Changed):
        store.dialogue.send(one.report_id, QUESTION, REVIEWER, seen)


@pytest.mark.parametrize("role", [StaffRole.INTAKE, StaffRole.ANALYST, StaffRole.AUDITOR, StaffRole.CUSTODIAN])
def test_other_roles_write_nothing(store: Store, role: StaffRole) -> None:
    one = Reporter(store)
    work(store)
    with pytest.raises(NotAllowed):
        store.dialogue.send(one.report_id, QUESTION, staff(role=role))


def test_messages_lie_sealed_and_the_log_has_no_word_of_them(store: Store) -> None:
    one = Reporter(store)
    work(store)
    store.dialogue.send(one.report_id, QUESTION, REVIEWER)
    with store._database.read() as connection:
        rows = [dict(row._mapping) for row in connection.execute(select(messages))]
        lines = [str(row) for row in connection.execute(select(audit))]
    assert QUESTION.encode() not in rows[0]["sealed"]
    assert not any(QUESTION in line for line in lines)
    assert rows[0]["by"] == "somebody"


# The first one is decided first


def test_what_is_added_waits_for_the_first(store: Store) -> None:
    one = Reporter(store)
    added = one.adds()
    assert claimed(store) == [one.report_id]
    store.fail([one.report_id], "ValueError")
    assert claimed(store) == [], "the first waits for another try, and so does what was added"
    store.retry()
    assert claimed(store) == [one.report_id]
    store.save_assessed([outcome(one.report_id)])
    assert claimed(store) == [added]


def test_what_is_added_to_a_dead_report_waits_where_people_see_it(store: Store) -> None:
    one = Reporter(store)
    added = one.adds()
    for _ in range(5):
        store.claim(10)
        store.fail([one.report_id], "ValueError")
    assert stage(store, one.report_id) == Stage.DEAD
    assert claimed(store) == []
    assert [(line.report_id, line.code) for line in store.stuck(staff())] == [
        (one.report_id, "ValueError"),
        (added, "first_is_stuck"),
    ]
    assert store.retry() == 1
    assert work(store) == [one.report_id, added]


def test_an_outcome_that_comes_before_that_of_the_first_is_not_kept(store: Store) -> None:
    one = Reporter(store)
    added = one.adds()
    assert store.save_assessed([outcome(added)]) == []
    assert stage(store, added) == Stage.RECEIVED


# Sealing


def seal(store: Store, report_id: str) -> None:
    store.save_assessed([Assessed(report_id, None, SEALED)])


def test_what_is_added_to_a_sealed_report_is_sealed_whatever_it_says(store: Store) -> None:
    one = Reporter(store)
    store.claim(10)
    seal(store, one.report_id)
    added = one.adds()
    assert work(store) == [added]
    assert stage(store, added) == Stage.SEALED
    assert reasons_of(store, added) == [HEADS_OFFICE]
    assert not sees(store, added, staff())
    assert [stub.report_id for stub in store.way_up.stubs(CUSTODIAN)] == [one.report_id, added]
    with pytest.raises(NotFound):
        store.dialogue.send(one.report_id, QUESTION, REVIEWER)
    assert store.dialogue.waiting(staff()).lines == ()
    assert one.reads() == [(False, None)]


def test_danger_told_in_what_is_added_goes_up_at_once(store: Store) -> None:
    one = Reporter(store)
    store.claim(10)
    seal(store, one.report_id)
    added = one.adds("他们昨晚来砸了我家的门。")
    store.claim(10)
    risk = Risk(Risks.GRAVE, 9.0, (Point("retaliation", 3.0, ()),))
    store.save_assessed([outcome(added, assessment=assessment(risk=risk))])
    assert reasons_of(store, added) == [HEADS_OFFICE, AT_ONCE]


def test_both_reasons_are_told_where_each_has_one(store: Store) -> None:
    one = Reporter(store)
    store.claim(10)
    seal(store, one.report_id)
    added = one.adds("省长也收了。")
    store.claim(10)
    way = Route(Way.SEALED_UP, "513431", None, False, (ABOVE_OFFICE,))
    store.save_assessed([Assessed(added, None, way)])
    assert reasons_of(store, added) == [HEADS_OFFICE, ABOVE_OFFICE]


def reads_again(store: Store, report_id: str) -> None:
    made = Assessed(report_id, None, SEALED)
    assert store.rereading.save([Reread(store.row(report_id, WORKER).assessment_id, made)]) == [report_id]


def decides(store: Store, report_id: str) -> None:
    row = store.row(report_id, WORKER)
    store.reviews.save(
        Reviewed(
            report_id, row.assessment_id, None, Ruling.CORRECT, ("embezzlement",), False, False, (), None,
            row.assessment, Priority(Risks.HIGH, 6.5, False), SEALED,
        ),
        staff(),
    )  # fmt: skip


def comes_back(store: Store, report_id: str) -> None:
    with store._database.write() as connection:
        connection.execute(reports.update().where(reports.c.id == report_id).values(stage="received"))
    store.claim(10)
    seal(store, report_id)


@pytest.mark.parametrize("seals", [reads_again, decides, comes_back])
def test_what_was_added_is_sealed_with_the_first_when_that_is_sealed_later(
    store: Store, seals: Callable[[Store, str], None]
) -> None:
    one, other = Reporter(store), Reporter(store, "另一件事。")
    read, beside = one.adds(), other.adds()
    work(store)
    waits = one.adds("还有一件。")
    store.dialogue.send(one.report_id, QUESTION, REVIEWER)
    seals(store, one.report_id)
    assert [stage(store, each) for each in (one.report_id, read, beside)] == ["sealed", "sealed", "assessed"]
    assert work(store) == [waits]
    assert stage(store, waits) == Stage.SEALED
    assert not any(sees(store, each, staff()) for each in (one.report_id, read, waits))
    items = {item.report_id: item.row for item in store.outbox_batch(100)}
    assert items[read] is None, "it leaves the index"
    # Its reporter goes on as before
    assert one.reads() == [(False, None), (False, None), (True, QUESTION)]
    with pytest.raises(NotFound):
        store.dialogue.thread(one.report_id, staff())


def test_an_addition_that_does_not_open_is_locked_away_all_the_same(store: Store) -> None:
    one = Reporter(store)
    added = one.adds()
    work(store)
    with store._database.write() as connection:
        connection.execute(reports.update().where(reports.c.id == added).values(wrapped_key=b"\x01broken"))
    reads_again(store, one.report_id)
    assert stage(store, added) == Stage.SEALED


def test_a_word_that_comes_late_finds_the_first_sealed(store: Store) -> None:
    one = Reporter(store)
    work(store)
    added = one.adds()
    assert claimed(store) == [added]
    reads_again(store, one.report_id)
    assert store.save_assessed([outcome(added)]) == [added]
    assert stage(store, added) == Stage.SEALED


def test_its_packet_says_what_it_adds_to(store: Store) -> None:
    one = Reporter(store)
    store.claim(10)
    seal(store, one.report_id)
    added = one.adds()
    work(store)
    private, public, _ = make_pair()
    opener, recipient = read_opener(private), read_recipient(public)
    kept: list[bytes] = []
    store.way_up.pass_up(added, recipient, "513431", CUSTODIAN, kept.append)
    assert open_packet(kept[0], opener).content["body"] == {"text": MORE, "adds_to": one.report_id}


# Who sees it


def test_what_is_added_lies_where_the_first_lies(store: Store) -> None:
    one = Reporter(store)
    added = one.adds()
    store.claim(10)
    store.save_assessed([outcome(one.report_id, division="513431")])
    store.claim(10)
    store.save_assessed([outcome(added, division="510000")])
    assert store.row(added, staff()).report.division == "513431"
    assert sees(store, added, staff("5134"))
    assert not sees(store, added, staff("5100"))


def test_it_moves_with_the_first(store: Store) -> None:
    one = Reporter(store)
    added = one.adds()
    work(store)
    store.outbox_done([item.seq for item in store.outbox_batch(100)])
    row = store.row(one.report_id, WORKER)
    again = outcome(one.report_id, division="513437", assessment=assessment(model="m2"))
    store.rereading.save([Reread(row.assessment_id, again)])
    assert store.row(added, WORKER).report.division == "513437"
    assert {item.report_id for item in store.outbox_batch(100)} == {one.report_id, added}


def test_whoever_is_kept_from_the_first_does_not_see_what_was_added(store: Store) -> None:
    one = Reporter(store)
    added = one.adds()
    store.claim(10)
    store.save_assessed([outcome(one.report_id, party_keys=("cousin",))])
    work(store)
    kept_away = staff(excluded=("cousin",))
    assert sees(store, added, staff())
    assert not sees(store, added, kept_away)
    assert store.row(added, WORKER).party_keys == ("cousin",), "the index keeps it from them as well"
    assert store.dialogue.waiting(kept_away).lines == ()
    for look in (store.dialogue.thread, store.dialogue.spoken):
        with pytest.raises(NotFound):
            look(added, kept_away)
    with pytest.raises(NotFound):
        store.dialogue.send(added, QUESTION, kept_away)


def test_what_was_added_and_is_sealed_by_its_own_text_is_not_told_of(store: Store) -> None:
    one = Reporter(store)
    work(store)
    added = one.adds("其实是县委书记叫他干的。")
    store.claim(10)
    seal(store, added)
    assert store.dialogue.thread(one.report_id, REVIEWER).messages == ()
    assert store.dialogue.spoken(one.report_id, REVIEWER).count == 0
    assert store.dialogue.waiting(REVIEWER).lines == ()
    assert one.reads() == [(False, None)]


def test_a_store_of_the_version_before_is_carried_over(settings: Settings) -> None:
    with Store.open(settings) as store:
        one = Reporter(store)
        with store._database.write() as connection:
            without_dialogue(connection)
            set_version(connection, "0014")
    with Store.open(settings, migrate=True) as store:
        one.store = store
        work(store)
        store.dialogue.send(one.report_id, QUESTION, REVIEWER)
        one.adds()
        assert one.reads() == [(True, QUESTION), (False, None)]


def test_what_is_added_on_people_of_the_proposed_office_takes_the_open_proposal_from_it(store: Store) -> None:
    reporter = Reporter(store)
    before = Route(Way.DOWN, "513431", "513431-discipline", True, ("refer",))
    (first,) = claimed(store)
    store.save_assessed([Assessed(first, assessment(), before, Priority(Risks.HIGH, 6.5, True))])
    reporter.adds("县纪委干部李大明收了支书的钱。")
    (added,) = claimed(store)
    other = Route(Way.DOWN, "513431", "5134-discipline", True, ("refer", "office_accused"))
    store.save_assessed([Assessed(added, assessment(), other, Priority(Risks.HIGH, 6.5, True))])
    told = {row.referral.report_id: row.referral for row in store.referrals(staff())}
    assert told[first].office_id == told[added].office_id == "5134-discipline"
    assert told[first].reasons == ("refer", "office_accused")


def test_what_is_taken_over_stays_where_it_was_taken_whatever_is_added(store: Store) -> None:
    reporter = Reporter(store)
    before = Route(Way.DOWN, "513431", "513431-discipline", True, ("refer",))
    (first,) = claimed(store)
    store.save_assessed([Assessed(first, assessment(), before, Priority(Risks.HIGH, 6.5, True))])
    store.proposals.take(first, staff())
    reporter.adds("县纪委干部李大明收了支书的钱。")
    (added,) = claimed(store)
    other = Route(Way.DOWN, "513431", "5134-discipline", True, ("refer", "office_accused"))
    store.save_assessed([Assessed(added, assessment(), other, Priority(Risks.HIGH, 6.5, True))])
    assert store.referral(first, staff()).referral.office_id == "513431-discipline"
