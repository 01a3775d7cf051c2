"""What falls between the dialogue, the custody of names, masking and the older parts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_samples import arrival, assessment, outcome, staff
from test_store_dialogue import CUSTODIAN, MORE, QUESTION, REVIEWER, Reporter, seal, work

from tests.letters_of_reporters import LETTER, reading
from triage import dialogue
from triage.custody import CustodyDesk
from triage.errors import BadInput, Changed
from triage.handling import Handler
from triage.model import IdentityAct, IdentityReason, IdentityState, Level, MatterState, Route, StaffRole, Way
from triage.model import Reporter as Named
from triage.store import WORKER, Accepted, Assessed, Priority, Store
from triage.store.figures import figures_of
from triage.store.packets import make_pair, open_packet, read_opener, read_recipient
from triage.store.rereading import Reread


def test_what_the_office_wrote_before_an_addition_could_be_read_answers_nothing_of_it(store: Store) -> None:
    one = Reporter(store)
    work(store)
    added = one.adds("他们昨晚来砸了我家的门。")
    store.dialogue.send(one.report_id, QUESTION, REVIEWER, store.dialogue.thread(one.report_id, REVIEWER).seen)
    seen = store.dialogue.thread(one.report_id, REVIEWER).seen
    work(store)
    (line,) = store.dialogue.waiting(REVIEWER).lines
    assert (line.report_id, line.newest_id) == (one.report_id, added)
    with pytest.raises(Changed):
        store.dialogue.send(one.report_id, "谢谢。", REVIEWER, seen)
    store.dialogue.send(one.report_id, "谢谢。", REVIEWER, store.dialogue.thread(one.report_id, REVIEWER).seen)
    assert store.dialogue.waiting(REVIEWER).lines == ()


def test_what_was_added_has_no_clock_of_its_own_and_the_list_says_what_it_adds_to(store: Store) -> None:
    elsewhere = Route(Way.ON, "510000", None, False, ())
    (answer,) = store.receive([arrival("隔壁县的支书扣了我的低保。")])
    assert isinstance(answer, Accepted)
    store.save_assessed([replace(outcome(answer.report_id), route=elsewhere)])
    (more,) = store.receive([arrival("还有会计也在场。", adds_to=answer.report_id)])
    assert isinstance(more, Accepted)
    store.save_assessed([replace(outcome(more.report_id), route=elsewhere)])
    handler = Handler.of(store)
    assert [line.report_id for line in handler.pressing(REVIEWER).lines] == [answer.report_id]
    told = {
        line.report_id: handler.told(line)["adds_to"] for line in handler.in_state(MatterState.RECEIVED, REVIEWER).lines
    }
    assert told == {answer.report_id: None, more.report_id: answer.report_id}


def named(store: Store) -> str:
    """A report of medium level by somebody who told name and contact."""
    (answer,) = store.receive([arrival("支书扣了我的低保。", reporter=Named("李大山", "13800138000"))])
    assert isinstance(answer, Accepted)
    store.save_assessed([outcome(answer.report_id, level=Level.MEDIUM)])
    return answer.report_id


def added_to(store: Store, report_id: str, level: Level) -> str:
    (answer,) = store.receive([arrival("他们昨晚来砸了我家的门。", adds_to=report_id)])
    assert isinstance(answer, Accepted)
    store.save_assessed([outcome(answer.report_id, level=level)])
    return answer.report_id


def test_danger_told_in_what_is_added_needs_a_second_custodian(store: Store) -> None:
    asker, first, second = (
        store.authenticate(store.new_token(role, ("",)))
        for role in (StaffRole.INVESTIGATOR, StaffRole.CUSTODIAN, StaffRole.CUSTODIAN)
    )
    report_id, desk = named(store), CustodyDesk.of(store)
    added_to(store, report_id, Level.LOW)
    asked = desk.ask(report_id, IdentityReason.FEEDBACK, "须答复", asker)
    assert asked.line.standing.needed == 1
    assert desk.decide(asked.line.id, IdentityAct.APPROVE, first).line.standing.state is IdentityState.APPROVED
    added_to(store, report_id, Level.GRAVE)
    with pytest.raises(BadInput, match="1 of 2"):
        desk.open(asked.line.id, asker)
    desk.decide(asked.line.id, IdentityAct.APPROVE, second)
    assert desk.open(asked.line.id, asker).name == "李大山"


def test_custodians_alone_are_told_that_something_added_lies_sealed(store: Store) -> None:
    asker, custodian = (store.authenticate(store.new_token(one)) for one in (StaffRole.SUPERVISOR, StaffRole.CUSTODIAN))
    report_id, desk = named(store), CustodyDesk.of(store)
    (added,) = store.receive([arrival("书记本人也拿了。", adds_to=report_id)])
    assert isinstance(added, Accepted)
    seal(store, added.report_id)
    asked = desk.ask(report_id, IdentityReason.QUESTION, "须询问", asker)
    assert [desk.told(one)["look_twice"] for one in (asked.line, *desk.requests(asker).lines)] == [False, False]
    assert desk.request(asked.line.id, asker).line.look_twice is False
    assert [one.look_twice for one in desk.requests(custodian).lines] == [True]
    assert desk.request(asked.line.id, custodian).line.look_twice is True


def test_whoever_asks_for_the_reporter_of_what_was_added_hears_for_which_report_to_ask(store: Store) -> None:
    asker = store.authenticate(store.new_token(StaffRole.INVESTIGATOR))
    report_id = named(store)
    added = added_to(store, report_id, Level.LOW)
    with pytest.raises(BadInput, match=f"It adds to {report_id}"):
        CustodyDesk.of(store).ask(added, IdentityReason.QUESTION, "须询问", asker)


def test_a_message_that_names_who_wrote_is_not_sent_unawares(store: Store) -> None:
    (answer,) = store.receive([arrival(LETTER)])
    assert isinstance(answer, Accepted)
    route = Route(Way.OWN, "513431", None, True, ())
    store.save_assessed([Assessed(answer.report_id, reading(), route, Priority(Level.HIGH, 6.5, True))])
    with pytest.raises(BadInput, match="names whoever wrote"):
        dialogue.send(store, answer.report_id, "欧阳青禾您好，请问是哪一年？", REVIEWER)
    assert store.dialogue.thread(answer.report_id, REVIEWER).messages == ()
    dialogue.send(store, answer.report_id, "您好，请问是哪一年？", REVIEWER)
    dialogue.send(store, answer.report_id, "欧阳青禾您好，请问是哪一年？", REVIEWER, anyway=True)
    assert len(store.dialogue.thread(answer.report_id, REVIEWER).messages) == 2


def test_what_waits_behind_a_dead_report_is_no_sign_of_a_stalled_worker(store: Store) -> None:
    one = Reporter(store)
    one.adds()
    assert figures_of(store).oldest_seconds > 0
    for _ in range(5):
        store.claim(10)
        store.fail([one.report_id], "ValueError")
    assert figures_of(store).oldest_seconds == 0


def test_name_and_contact_go_up_with_what_alone_is_sealed(store: Store) -> None:
    report_id = named(store)
    (answer,) = store.receive([arrival(MORE, adds_to=report_id)])
    assert isinstance(answer, Accepted)
    seal(store, answer.report_id)
    private, public, _ = make_pair()
    kept: list[bytes] = []
    store.way_up.pass_up(answer.report_id, read_recipient(public), "513431", CUSTODIAN, kept.append)
    told = open_packet(kept[0], read_opener(private)).content
    assert told["body"] == {"text": MORE, "adds_to": report_id}
    assert told["reporter"] == {"name": "李大山", "contact": "13800138000"}


def test_what_was_added_and_read_again_lies_where_its_first_went_meanwhile(store: Store) -> None:
    one = Reporter(store)
    added = one.adds()
    work(store)
    before = {each: store.row(each, WORKER).assessment_id for each in (one.report_id, added)}
    moved = outcome(one.report_id, division="513437", assessment=assessment(model="m2"))
    store.rereading.save([Reread(before[one.report_id], moved)])
    # Another worker routed it by where the first lay then
    late = outcome(added, division="513431", assessment=assessment(model="m2"))
    assert store.rereading.save([Reread(before[added], late)]) == [added]
    assert store.row(added, WORKER).report.division == "513437"
    assert store.visible([added], staff("513437")) == {added}


def test_what_one_reporter_adds_makes_no_more_reports_of_a_month(store: Store) -> None:
    one = Reporter(store)
    for number in range(4):
        one.adds(f"补充{number}。")
    work(store)
    analyst = staff(role=StaffRole.ANALYST)
    cells = store.monthly.month(analyst, "2019-11")
    assert cells.total == {"513431": 1}
    assert cells.by["category"]["513431", "embezzlement"] == 1
    assert [each.total for each in store.monthly.series(analyst, ["2019-11"])] == [{"513431": 1}]
    assert store.count_by(analyst, "2019-11", ()) == {(): 1}
