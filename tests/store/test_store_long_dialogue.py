"""A dialogue of hundreds is opened a page at a time, and none of it is out of reach."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select, update
from store_samples import arrival, assessment, outcome, staff

from triage.dialogue import send
from triage.errors import BadInput, Changed, TooManyAdded
from triage.model import Channel, StaffRole
from triage.store import Accepted, Store
from triage.store.dialogue import MOST
from triage.store.dialogue_rows import Thread
from triage.store.tables import messages

REVIEWER = staff(role=StaffRole.REVIEWER)
ELSEWHERE = staff("52", role=StaffRole.REVIEWER)
MANY = MOST + 40


@pytest.fixture
def receipt() -> str:
    return secrets.token_hex(16)


@pytest.fixture
def long(store: Store, receipt: str) -> str:
    """A report to which something was added many times; its id."""
    (answer,) = store.receive([arrival("支书扣了我的低保。", receipt=receipt)])
    assert isinstance(answer, Accepted)
    store.save_assessed([outcome(answer.report_id)])
    store.dialogue.send(answer.report_id, "请问是哪一年？", REVIEWER)
    add(store, answer.report_id, MANY)
    return answer.report_id


def add(store: Store, report_id: str, number: int) -> list[str]:
    """Adds so often, and reads all of it."""
    said = [arrival(f"第{at}句话。", adds_to=report_id, channel=Channel.WEB) for at in range(number)]
    found = [one.report_id for one in store.receive(said) if isinstance(one, Accepted)]
    store.save_assessed([outcome(one) for one in found])
    return found


def all_pages(store: Store, report_id: str) -> list[Thread]:
    found = [store.dialogue.thread(report_id, REVIEWER)]
    while found[-1].cursor is not None:
        found.append(store.dialogue.thread(report_id, REVIEWER, cursor=found[-1].cursor))
    return found


def test_the_newest_are_told_first_and_a_cursor_leads_to_every_older_one(store: Store, long: str) -> None:
    newest, older = all_pages(store, long)
    assert (len(newest.messages), len(older.messages)) == (MOST, MANY + 1 - MOST)
    assert {page.count for page in (newest, older)} == {MANY + 1}
    told = [*older.messages, *newest.messages]
    assert [one.at for one in told] == sorted(one.at for one in told)
    assert [one.id for one in told] == sorted({one.id for one in told})
    assert told[0].ours
    assert newest.seen == older.seen


def test_what_was_seen_is_seen_on_all_pages(store: Store, long: str) -> None:
    before = store.dialogue.thread(long, REVIEWER, 1).seen
    store.dialogue.send(long, "谢谢。", REVIEWER, before)
    with pytest.raises(Changed):
        store.dialogue.send(long, "再问一句。", REVIEWER, before)
    assert store.dialogue.spoken(long, REVIEWER).count == MANY + 2


def test_a_cursor_opens_for_its_own_list_and_reader_alone(store: Store, long: str) -> None:
    cursor = store.dialogue.thread(long, REVIEWER).cursor
    assert cursor is not None
    for wrong in (cursor[:-2], "x"):
        with pytest.raises(BadInput):
            store.dialogue.thread(long, REVIEWER, cursor=wrong)
    with pytest.raises(BadInput):
        store.dialogue.thread(long, staff(role=StaffRole.SUPERVISOR), cursor=cursor)


@pytest.mark.parametrize("closed", ["excluded_cases", "excluded_reports"])
def test_pages_lead_on_for_a_reader_to_whom_another_case_or_report_was_closed_in_between(
    store: Store, long: str, closed: str
) -> None:
    kept_from = replace(REVIEWER, excluded_party_keys=("nobody's",))
    cursor = store.dialogue.thread(long, kept_from).cursor
    now = replace(kept_from, **{closed: ("01J0000000000000000000000A",)})
    older = store.dialogue.thread(long, now, cursor=cursor)
    assert len(older.messages) == MANY + 1 - MOST
    with pytest.raises(BadInput):
        store.dialogue.thread(long, replace(now, excluded_party_keys=("another's",)), cursor=cursor)


def test_no_page_reads_more_rows_than_it_tells(store: Store, long: str) -> None:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(store._database.engine, "before_cursor_execute", note)
    try:
        store.dialogue.thread(long, REVIEWER, 10)
    finally:
        event.remove(store._database.engine, "before_cursor_execute", note)
    told = [one for one in seen if "messages.sealed" in one]
    assert told
    assert all("LIMIT" in one for one in told)


def test_a_reporter_reads_the_office_however_often_something_was_added(store: Store, long: str, receipt: str) -> None:
    told = store.dialogue.told(receipt)
    assert told is not None
    assert told.more
    assert len(told.messages) == MOST + 1
    assert [one.text for one in told.messages if one.ours] == ["请问是哪一年？"]
    assert told.messages[0].ours


def test_a_reporter_comes_to_every_older_message_of_either_side(store: Store, long: str, receipt: str) -> None:
    said = [f"第{at}次答复。" for at in range(MOST)]
    for text in said:
        store.dialogue.send(long, text, REVIEWER)
    newest = store.dialogue.told(receipt)
    assert newest is not None
    assert [one.text for one in newest.messages if one.ours] == said
    # What comes meanwhile is on the newest page alone
    store.dialogue.send(long, "最新的。", REVIEWER)
    older = store.dialogue.told(receipt, newest.cursor)
    assert older is not None
    assert ([one.text for one in older.messages if one.ours], older.more, older.cursor) == (
        ["请问是哪一年？"],
        False,
        None,
    )
    assert [sum(not one.ours for one in page.messages) for page in (newest, older)] == [MOST, MANY - MOST]
    both = [one.at for page in (older, newest) for one in page.messages if not one.ours]
    assert both == sorted(both)
    again = store.dialogue.told(receipt)
    assert again is not None
    assert again.messages[-1].text == "最新的。"


def test_looking_back_is_no_reading_of_what_came_since(store: Store, long: str, receipt: str) -> None:
    newest = store.dialogue.told(receipt)
    assert newest is not None
    assert store.dialogue.thread(long, REVIEWER).fetched_on is not None
    store.dialogue.send(long, "还有一问。", REVIEWER)
    store.dialogue.told(receipt, newest.cursor)
    assert store.dialogue.thread(long, REVIEWER).fetched_on is None


def test_a_reporters_cursor_opens_at_their_own_receipt_alone_and_tells_a_wrong_one_nothing(
    store: Store, long: str, receipt: str
) -> None:
    newest = store.dialogue.told(receipt)
    assert newest is not None
    other = secrets.token_hex(16)
    (answer,) = store.receive([arrival("会计的事。", receipt=other)])
    assert isinstance(answer, Accepted)
    assert newest.cursor is not None
    for code, cursor in ((other, newest.cursor), (receipt, newest.cursor[:-2]), (receipt, "x")):
        with pytest.raises(BadInput):
            store.dialogue.told(code, cursor)
    staffs = store.dialogue.thread(long, REVIEWER).cursor
    with pytest.raises(BadInput):
        store.dialogue.told(receipt, staffs)
    for cursor in (newest.cursor, "x"):
        assert store.dialogue.told("0" * 64, cursor) is None


def test_a_name_that_only_an_old_addition_accuses_is_still_kept_out_of_a_message(store: Store, receipt: str) -> None:
    (answer,) = store.receive([arrival("会计的事。", receipt=receipt)])
    assert isinstance(answer, Accepted)
    first = answer.report_id
    store.save_assessed([outcome(first, assessment=assessment(entities=()))])
    send(store, first, "王守田的事正在核实。", REVIEWER)
    (old,) = store.receive([arrival(adds_to=first, channel=Channel.WEB)])
    assert isinstance(old, Accepted)
    store.save_assessed([outcome(old.report_id)])
    said = [arrival(f"第{at}句话。", adds_to=first, channel=Channel.WEB) for at in range(MANY)]
    later = [one.report_id for one in store.receive(said) if isinstance(one, Accepted)]
    store.save_assessed([outcome(one, assessment=assessment(entities=())) for one in later])
    with pytest.raises(BadInput) as met:
        send(store, first, "王守田的事正在核实。", REVIEWER)
    assert met.value.rule == "names_accused"


def test_the_limit_of_an_hour_is_that_of_the_last_hour_and_of_what_was_added_alone(store: Store, long: str) -> None:
    store.dialogue.demand_room(long, None, MANY + 1)
    store.dialogue.demand_room(long, None, 0)
    with pytest.raises(TooManyAdded) as met:
        store.dialogue.demand_room(long, None, MANY)
    assert 3000 < met.value.retry_after <= 3601
    with store._database.write() as connection:
        oldest = select(messages.c.id, messages.c.made_at).where(messages.c.direction == "in").order_by(messages.c.id)
        row = connection.execute(oldest.limit(1)).one()
        hour: datetime = row.made_at - timedelta(minutes=61)
        connection.execute(update(messages).where(messages.c.id == row.id).values(made_at=hour))
    store.dialogue.demand_room(long, None, MANY)
