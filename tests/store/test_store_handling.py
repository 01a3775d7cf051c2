"""What people decide of matters: which step may follow, who takes it, what runs meanwhile, what a reporter sees."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ledger_samples import arrive, feed, keep, same
from sqlalchemy import select, text
from store_samples import RECEIVED, arrival, outcome, set_version, staff, without_handling

from triage.errors import BadInput, Changed, NotAllowed, NotFound
from triage.handling import Handler
from triage.judging import Judging
from triage.model import (
    Access,
    Case,
    Channel,
    ClockAct,
    ClockName,
    MatterState,
    NotAccepted,
    Reporter,
    ReporterState,
    StaffRole,
    Verdict,
    Way,
)
from triage.policy import load_policy
from triage.referral.clocks import ClockState
from triage.renewal import Renewal
from triage.settings import Settings
from triage.store import WORKER, Accepted, Store
from triage.store.handling_tables import clock_acts, clocks
from triage.store.matter_rows import Pressing
from triage.store.matters import Step
from triage.store.tables import audit, matters

Take = Callable[..., str]
INVESTIGATOR, SUPERVISOR = staff(), staff(role=StaffRole.SUPERVISOR)
NAMED = Reporter("李大山", "13800138000")
DAY = timedelta(days=1)


def by(store: Store, now: datetime = RECEIVED) -> Handler:
    return Handler(store, load_policy().clocks, now)


def go(store: Store, report_id: str, *states: str, access: Access = SUPERVISOR) -> None:
    """Takes a matter through states; what goes with them is made up."""
    for state in states:
        more: dict[str, Any] = {"to": "court", "reason": NotAccepted.COURTS} if state == "not_accepted" else {}
        if state in ("passed_down", "passed_on"):
            more = {"to": "police"}
        by(store).decide(report_id, Step(MatterState(state), **more), access, None)


def running(store: Store, report_id: str) -> list[str]:
    return [one.name.value for one in store.handling.matter(report_id, WORKER).clocks if one.ended_at is None]


@pytest.fixture
def named(store: Store) -> Take:
    """Takes a report of somebody who told name and contact in, and routes it."""

    def taken(body: str = "支书把我家的低保扣了半年", **changes: Any) -> str:
        told = {"reporter": NAMED, **changes.pop("told", {})}
        (answer,) = store.receive([arrival(body, **told)])
        assert isinstance(answer, Accepted)
        assert store.save_assessed([outcome(answer.report_id, **changes)]) == [answer.report_id]
        return answer.report_id

    return taken


def test_a_matter_goes_from_receipt_to_its_answer_and_its_reporter_sees_each_outer_state(store: Store) -> None:
    (answer,) = store.receive([arrival(receipt="r1")])
    assert isinstance(answer, Accepted)
    store.save_assessed([outcome(answer.report_id)])
    seen = []
    for state in (
        "registered",
        "accepted",
        "handed_over",
        "verification",
        "concluded",
        "feedback",
        "archived",
        "reopened",
    ):
        go(store, answer.report_id, state)
        standing = store.status("r1")
        assert standing is not None
        seen.append(standing.state)
    told = ReporterState
    assert seen == [
        told.RECEIVED, told.ACCEPTED, told.IN_PROGRESS, told.IN_PROGRESS, told.CONCLUDED, told.ANSWERED, told.ANSWERED,
        told.IN_PROGRESS,
    ]  # fmt: skip
    found = store.handling.matter(answer.report_id, INVESTIGATOR)
    assert [row.state for row in found.steps][:3] == ["received", "registered", "accepted"]
    assert [row.by for row in found.steps][1:] == ["somebody"] * 8


def test_a_reporter_whose_report_is_not_accepted_learns_why_and_where_to_turn_and_nothing_else(
    store: Store, route: Take
) -> None:
    (answer,) = store.receive([arrival(receipt="r2")])
    assert isinstance(answer, Accepted)
    store.save_assessed([outcome(answer.report_id)])
    refused = Step(MatterState.NOT_ACCEPTED, NotAccepted.OTHER_BODY, "labour", "写信人已经问过两次", "批字31号")
    by(store).decide(answer.report_id, refused, INVESTIGATOR, None)
    standing = store.status("r2")
    assert standing is not None
    assert (standing.state, standing.reason, standing.where) == (
        ReporterState.NOT_IN_SCOPE,
        NotAccepted.OTHER_BODY,
        "labour",
    )
    last = store.handling.matter(answer.report_id, INVESTIGATOR).steps[-1]
    assert (last.note, last.approval) == ("写信人已经问过两次", "批字31号")
    go(store, answer.report_id, "reopened", "passed_on")
    told = store.status("r2")
    assert told is not None
    assert (told.state, told.reason, told.where) == (ReporterState.ACCEPTED, None, None), "nor where it went"


@pytest.mark.parametrize(
    ("step", "field", "rule"),
    [
        (Step(MatterState.ARCHIVED), "state", "does_not_follow"),
        (Step(MatterState.RECEIVED), "state", "does_not_follow"),
        (Step(MatterState.PASSED_UP), "state", "does_not_follow"),
        (Step(MatterState.NOT_ACCEPTED, approval="1"), "reason", "missing"),
        (Step(MatterState.NOT_ACCEPTED, NotAccepted.COURTS, approval="1"), "to", "unknown"),
        (Step(MatterState.NOT_ACCEPTED, NotAccepted.COURTS, "labour", approval="1"), "to", "unknown"),
        (Step(MatterState.NOT_ACCEPTED, NotAccepted.NO_SUBSTANCE, "court", approval="1"), "to", "out_of_place"),
        (Step(MatterState.NOT_ACCEPTED, NotAccepted.NO_SUBSTANCE), "approval", "missing"),
        (Step(MatterState.ACCEPTED, NotAccepted.COURTS), "reason", "out_of_place"),
        (Step(MatterState.ACCEPTED, to="court"), "to", "out_of_place"),
        (Step(MatterState.PASSED_ON), "to", "missing"),
        (Step(MatterState.PASSED_ON, to="nobody-knows"), "to", "unknown"),
        (Step(MatterState.KEPT_AS_REPEAT), "state", "no_case"),
        (Step(MatterState.ACCEPTED, note="长" * 2001), "note", "too_long"),
    ],
)
def test_what_may_not_be_decided_is_told_by_field_and_rule_and_changes_nothing(
    store: Store, route: Take, step: Step, field: str, rule: str
) -> None:
    report_id = route()
    with pytest.raises(BadInput) as met:
        by(store).decide(report_id, step, INVESTIGATOR, None)
    assert (met.value.field, met.value.rule) == (field, rule)
    assert [row.state for row in store.handling.matter(report_id, INVESTIGATOR).steps] == ["received"]


def test_outcomes_need_an_approval_and_a_supervisor_is_one(store: Store, route: Take) -> None:
    report_id = route()
    go(store, report_id, "accepted", "handed_over", "verification", access=INVESTIGATOR)
    with pytest.raises(BadInput, match="approval"):
        by(store).decide(report_id, Step(MatterState.CONCLUDED), INVESTIGATOR, None)
    by(store).decide(report_id, Step(MatterState.CONCLUDED, approval="会议纪要第4号"), INVESTIGATOR, None)
    go(store, report_id, "reopened", "closed", access=SUPERVISOR)


def test_each_role_decides_what_is_its_own(store: Store, route: Take) -> None:
    report_id = route()
    may = {
        role: {str(one) for one in store.handling.matter(report_id, staff(role=role)).next}
        for role in (StaffRole.INTAKE, StaffRole.REVIEWER, StaffRole.INVESTIGATOR)
    }
    assert may[StaffRole.INTAKE] == {"registered"}
    assert may[StaffRole.REVIEWER] == {
        "registered",
        "screened",
        "accepted",
        "passed_down",
        "passed_on",
        "kept_as_repeat",
    }
    assert may[StaffRole.INVESTIGATOR] == may[StaffRole.REVIEWER] | {"not_accepted"}
    for role in (StaffRole.ANALYST, StaffRole.AUDITOR, StaffRole.ADMINISTRATOR, StaffRole.CUSTODIAN):
        with pytest.raises(NotAllowed):
            store.handling.matter(report_id, staff(role=role))
    with pytest.raises(NotAllowed):
        by(store).decide(report_id, Step(MatterState.ACCEPTED), staff(role=StaffRole.INTAKE), None)
    with pytest.raises(NotAllowed):
        by(store).wind(report_id, ClockAct.PAUSE, staff(role=StaffRole.REVIEWER), "等法院")


def test_whoever_decides_on_what_somebody_else_has_moved_is_told_to_look_again(store: Store, route: Take) -> None:
    report_id = route()
    seen = store.handling.matter(report_id, INVESTIGATOR).line.seen
    by(store).decide(report_id, Step(MatterState.SCREENED), INVESTIGATOR, seen)
    with pytest.raises(Changed):
        by(store).decide(report_id, Step(MatterState.ACCEPTED), INVESTIGATOR, seen)
    assert store.handling.matter(report_id, INVESTIGATOR).line.state == "screened"


def test_what_a_reader_may_not_read_is_not_there(store: Store, route: Take, named: Take) -> None:
    here, there = named(division="513431"), named("另一县的事", division="620000")
    reader = staff("62")
    with pytest.raises(NotFound):
        store.handling.matter(here, reader)
    with pytest.raises(NotFound):
        by(store).decide(here, Step(MatterState.ACCEPTED), reader, None)
    assert [line.report_id for line in by(store).pressing(reader).lines] == [there]
    assert [line.report_id for line in by(store).in_state(MatterState.RECEIVED, reader).lines] == [there]
    assert by(store).numbers(reader)[ClockName.ACCEPTANCE_NOTICE][Pressing.RUNNING] == 1
    assert route() not in {line.report_id for line in by(store).in_state(MatterState.RECEIVED, reader).lines}


# Clocks


def test_the_acceptance_notice_runs_for_real_names_alone(store: Store, route: Take, named: Take) -> None:
    without_contact = named("没有留电话", told={"reporter": Reporter("李大山", None)})
    assert running(store, route()) == running(store, without_contact) == []
    report_id = named()
    assert running(store, report_id) == ["acceptance_notice"]
    reading = by(store, RECEIVED + 14 * DAY).reading(store.handling.matter(report_id, WORKER).clocks[0])
    # 5 November 2019, a Tuesday, and fifteen working days
    assert (reading.due.isoformat(), reading.left) == ("2019-11-26", 5)
    go(store, report_id, "accepted")
    assert running(store, report_id) == []


def test_passing_on_runs_for_what_belongs_elsewhere_and_a_second_reading_starts_no_second_clock(
    store: Store, take: Take
) -> None:
    report_id = take()
    store.save_assessed([outcome(report_id, way=Way.DOWN)])
    assert running(store, report_id) == ["passing_on"]
    store.retry([report_id])
    go(store, report_id, "passed_on")
    assert running(store, report_id) == []


def test_each_clock_begins_and_ends_with_its_states(store: Store, named: Take) -> None:
    report_id = named(way=Way.ON)
    assert sorted(running(store, report_id)) == ["acceptance_notice", "passing_on"]
    for state, runs in (
        ("accepted", []), ("handed_over", ["disposal_proposal"]), ("verification", []), ("concluded", ["feedback"]),
        ("feedback", []), ("reopened", ["acceptance_notice"]), ("handed_over", ["disposal_proposal"]), ("closed", ["feedback"]),
    ):  # fmt: skip
        go(store, report_id, state)
        assert running(store, report_id) == runs, state


def test_of_the_reports_of_a_case_the_first_alone_is_answered_for(store: Store, named: Take) -> None:
    first, second = named(), named("我也被扣了低保")
    store.save_cases([Case(first, (first, second))])
    assert [line.report_id for line in by(store).pressing(INVESTIGATOR).lines] == [first]
    assert by(store).numbers(INVESTIGATOR)[ClockName.ACCEPTANCE_NOTICE] == {
        Pressing.OVERDUE: 0, Pressing.DUE_SOON: 0, Pressing.RUNNING: 1, Pressing.PAUSED: 0,
    }  # fmt: skip


def test_repeats_are_kept_with_their_case_at_one_word(store: Store, named: Take, route: Take) -> None:
    first, second, third, decided = named(), named("重复一"), route("重复二"), route("已转下级")
    other = route("别的事")
    store.save_cases([Case(first, (first, second, third, decided))])
    go(store, decided, "passed_on")
    with pytest.raises(BadInput, match="Accept or pass"):
        store.handling.keep_repeats(first, INVESTIGATOR)
    go(store, first, "accepted")
    assert store.handling.keep_repeats(first, INVESTIGATOR) == [second, third]
    assert store.handling.keep_repeats(first, INVESTIGATOR) == []
    states = {one: store.handling.matter(one, WORKER).line.state for one in (first, second, third, decided, other)}
    assert list(states.values()) == ["accepted", "kept_as_repeat", "kept_as_repeat", "passed_on", "received"]
    with pytest.raises(BadInput, match="stands alone"):
        store.handling.keep_repeats(other, INVESTIGATOR)


def test_what_is_due_first_stands_first_and_pages_neither_repeat_nor_leave_out(store: Store, named: Take) -> None:
    late = named("一", told={"received_at": RECEIVED - 20 * DAY})
    soon, fresh = named("二", told={"received_at": RECEIVED - 5 * DAY}), named("三")
    passing = named("四", way=Way.ON, told={"received_at": RECEIVED - 5 * DAY})
    met, cursor = [], None
    while True:
        page = by(store).pressing(INVESTIGATOR, limit=2, cursor=cursor)
        met += [(line.report_id, line.clock.name.value if line.clock else "") for line in page.lines]
        cursor = page.cursor
        if cursor is None:
            break
    # Fifteen working days from twenty days ago end before five from five days ago
    assert met[:2] == [(late, "acceptance_notice"), (passing, "passing_on")]
    assert sorted(met[2:4]) == sorted([(soon, "acceptance_notice"), (passing, "acceptance_notice")])
    assert met[4] == (fresh, "acceptance_notice")
    page = by(store).pressing(INVESTIGATOR, limit=2)
    with pytest.raises(BadInput, match="cursor"):
        by(store).pressing(INVESTIGATOR, Pressing.OVERDUE, cursor=page.cursor)
    # A case of somebody whom the reader must not meet was made meanwhile
    later = replace(INVESTIGATOR, excluded_cases=("01J0000000000000000000000A",))
    assert by(store).pressing(later, limit=2, cursor=page.cursor).lines


@pytest.mark.parametrize("days", [0, 10, 16, 17, 18, 21, 22, 40])
def test_lists_and_numbers_say_of_a_clock_what_reading_it_says(store: Store, named: Take, days: int) -> None:
    report_id = named()
    handler = by(store, RECEIVED + days * DAY)
    state = handler.reading(store.handling.matter(report_id, WORKER).clocks[0]).state.value
    for which in Pressing:
        assert bool(handler.pressing(INVESTIGATOR, which).lines) == (which.value == state)
        assert handler.numbers(INVESTIGATOR)[ClockName.ACCEPTANCE_NOTICE][which] == (which.value == state)


def test_a_paused_clock_counts_no_day_and_runs_on_where_it_stopped(store: Store, named: Take) -> None:
    report_id = named(told={"received_at": datetime.now(UTC) - 40 * DAY})
    now = datetime.now(UTC)
    before = by(store, now).reading(store.handling.matter(report_id, WORKER).clocks[0])
    assert before.state is ClockState.OVERDUE
    paused = by(store, now).wind(report_id, ClockAct.PAUSE, INVESTIGATOR, "等待法院判决")
    assert by(store, now + 90 * DAY).reading(paused.clocks[0]).state is ClockState.PAUSED
    assert by(store, now + 90 * DAY).reading(paused.clocks[0]).left == before.left
    assert [line.report_id for line in by(store).pressing(INVESTIGATOR, Pressing.PAUSED).lines] == [report_id]
    with pytest.raises(BadInput, match="paused already"):
        by(store).wind(report_id, ClockAct.PAUSE, INVESTIGATOR, "再停一次")
    resumed = by(store).wind(report_id, ClockAct.RESUME, INVESTIGATOR, "判决已到")
    assert by(store, now).reading(resumed.clocks[0]) == before, "no day went by"
    assert [(act.act.value, act.note, act.by) for act in resumed.acts] == [
        ("pause", "等待法院判决", "somebody"),
        ("resume", "判决已到", "somebody"),
    ]


def test_an_escalated_clock_is_marked_and_found(store: Store, named: Take) -> None:
    report_id, other = named(), named("另一件")
    by(store).wind(report_id, ClockAct.ESCALATE, INVESTIGATOR, "已报分管领导")
    assert [line.report_id for line in by(store).pressing(INVESTIGATOR, escalated=True).lines] == [report_id]
    assert len(by(store).pressing(INVESTIGATOR).lines) == 2
    with pytest.raises(BadInput, match="why"):
        by(store).wind(other, ClockAct.ESCALATE, INVESTIGATOR, "  ")
    go(store, other, "accepted")
    with pytest.raises(BadInput, match="No clock"):
        by(store).wind(other, ClockAct.ESCALATE, INVESTIGATOR, "晚了")


def test_notes_lie_sealed_and_the_audit_log_names_states_and_no_words(store: Store, named: Take) -> None:
    report_id = named()
    by(store).decide(report_id, Step(MatterState.ACCEPTED, note="与本案证人赵小云有关"), INVESTIGATOR, None)
    go(store, report_id, "handed_over")
    by(store).wind(report_id, ClockAct.PAUSE, INVESTIGATOR, "证人赵小云住院")
    with store._database.read() as connection:
        rows = [
            *connection.execute(select(matters)),
            *connection.execute(select(clock_acts)),
            *connection.execute(select(audit)),
        ]
        acts = [row.act for row in connection.execute(select(audit.c.act).order_by(audit.c.seq))]
    assert "赵小云".encode() not in repr(rows).encode()
    assert "赵小云".encode() not in b"".join(row.note for row in rows if getattr(row, "note", None))
    assert {"matter step", "clock pause"} <= set(acts)


def test_what_is_sealed_later_is_in_no_list(store: Store, named: Take) -> None:
    from triage.codes import HEADS_OFFICE
    from triage.model import Route
    from triage.store import Assessed

    report_id = named()
    way = Route(Way.SEALED_UP, "513431", None, False, (HEADS_OFFICE,))
    store.save_assessed([Assessed(report_id, None, way)])
    assert by(store).pressing(INVESTIGATOR).lines == ()
    assert sum(by(store).numbers(WORKER)[ClockName.ACCEPTANCE_NOTICE].values()) == 0
    with pytest.raises(NotFound):
        store.handling.matter(report_id, INVESTIGATOR)
    with store._database.read() as connection:
        (ended,) = connection.execute(select(clocks.c.ended_at).where(clocks.c.report_id == report_id)).scalars()
    assert ended is not None, "nobody here has time for it any more"


def test_steps_that_were_kept_elsewhere_move_the_clocks_too(store: Store, named: Take) -> None:
    report_id = named()
    steps = [(report_id, state, RECEIVED + number * DAY) for number, state in enumerate(("accepted", "handed_over"), 1)]
    assert store.funnel.bring(steps, "elsewhere", INVESTIGATOR) == 2
    (clock,) = [one for one in store.handling.matter(report_id, WORKER).clocks if one.ended_at is None]
    assert (clock.name, clock.since) == (ClockName.DISPOSAL_PROPOSAL, RECEIVED + 2 * DAY)


def test_clocks_of_reports_from_before_count_from_receipt_or_from_the_state_that_began_them(settings: Settings) -> None:
    with Store.open(settings) as store:

        def took(body: str, **changes: Any) -> str:
            (answer,) = store.receive([arrival(body, reporter=changes.pop("reporter", None))])
            assert isinstance(answer, Accepted)
            store.save_assessed([outcome(answer.report_id, **changes)])
            return answer.report_id

        named, anonymous, elsewhere, handed, accepted = (
            took("一", reporter=NAMED), took("二"), took("三", way=Way.ON), took("四"), took("五", reporter=NAMED),
        )  # fmt: skip
        store.funnel.bring(
            [(handed, "handed_over", RECEIVED + DAY), (accepted, "accepted", RECEIVED + DAY)], "x", WORKER
        )
        with store._database.write() as connection:
            without_handling(connection)
            set_version(connection, "0013")
    with Store.open(settings, migrate=True) as store:
        with store._database.read() as connection:
            found = {(row.report_id, row.name): row.counts_from for row in connection.execute(select(clocks))}
            assert connection.execute(text("SELECT count(*) FROM clock_acts")).scalar_one() == 0
        assert found == {
            (named, "acceptance_notice"): RECEIVED,
            (elsewhere, "passing_on"): RECEIVED,
            (handed, "disposal_proposal"): RECEIVED + DAY,
        }
        assert anonymous not in {report_id for report_id, _ in found}
        go(store, handed, "verification")
        assert running(store, handed) == []


def test_no_case_is_kept_with_itself(store: Store, route: Take) -> None:
    """Else nobody would have it in hand, and all its reporters would read that it was accepted."""
    first, second = route("一"), route("二")
    store.save_cases([Case(first, (first, second))])
    for report_id in (first, second):
        with pytest.raises(BadInput, match="in hand"):
            go(store, report_id, "kept_as_repeat")
        with pytest.raises(BadInput, match="Accept or pass"):
            store.handling.keep_repeats(report_id, INVESTIGATOR)
    go(store, first, "not_accepted")
    with pytest.raises(BadInput, match="Accept or pass"):
        store.handling.keep_repeats(first, INVESTIGATOR)
    go(store, first, "reopened", "accepted")
    go(store, second, "kept_as_repeat", "not_accepted")


def test_two_people_at_once_do_not_keep_two_reports_with_each_other(store: Store, route: Take) -> None:
    first, second = route("一"), route("二")
    store.save_cases([Case(first, (first, second))])
    go(store, first, "accepted")
    go(store, second, "accepted")
    begin = threading.Barrier(2)

    def keep(report_id: str) -> bool:
        begin.wait(30)
        try:
            go(store, report_id, "kept_as_repeat")
        except BadInput:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(keep, (first, second))) == [False, True]


def test_whoever_sees_a_part_of_a_case_meets_its_report_as_one_that_stands_alone(store: Store, route: Take) -> None:
    here, there, alone = route("一", division="513431"), route("二", division="620000"), route("三", division="513431")
    store.save_cases([Case(here, (here, there))])
    go(store, there, "accepted")
    reader = staff("51")
    for report_id in (here, alone):
        with pytest.raises(BadInput, match="stands alone"):
            store.handling.keep_repeats(report_id, reader)
        with pytest.raises(BadInput, match="stands alone"):
            by(store).decide(report_id, Step(MatterState.KEPT_AS_REPEAT), reader, None)


def listed(store: Store, access: Access = INVESTIGATOR) -> list[tuple[str, str]]:
    return [(line.report_id, line.clock.name.value) for line in by(store).pressing(access).lines if line.clock]


def test_a_clock_that_runs_is_listed_where_nobody_before_it_is_answered_for(
    store: Store, named: Take, route: Take
) -> None:
    anonymous, first, second = route("无名"), named("一"), named("二")
    store.save_cases([Case(anonymous, (anonymous, first, second))])
    assert listed(store) == [(first, "acceptance_notice")], "a copy without a name sent before hides no one"
    go(store, anonymous, "accepted")
    go(store, first, "kept_as_repeat")
    assert listed(store) == [(second, "acceptance_notice")]
    go(store, second, "kept_as_repeat", "concluded", "feedback", "reopened")
    assert listed(store) == [(second, "acceptance_notice")], "an objection is answered for itself"


def test_what_begins_out_of_sight_hides_no_clock(store: Store, named: Take) -> None:
    there, here = named("一", division="620000"), named("二", division="513431")
    store.save_cases([Case(there, (there, here))])
    assert listed(store) == [(there, "acceptance_notice")]
    assert listed(store, staff("51")) == [(here, "acceptance_notice")]


def test_the_clock_of_passing_on_follows_the_route(store: Store, take: Take) -> None:
    from triage.store.running_clocks import follow_routes

    report_id = take()
    store.save_assessed([outcome(report_id, way=Way.DOWN)])
    later = datetime.now(UTC)
    for way, runs in ((Way.DOWN, ["passing_on"]), (Way.OWN, []), (Way.ON, ["passing_on"])):
        with store._database.write() as connection:
            follow_routes(connection, {report_id: way}, later)
        assert running(store, report_id) == runs
    assert store.handling.matter(report_id, WORKER).clocks[-1].since == later
    go(store, report_id, "accepted")
    with store._database.write() as connection:
        follow_routes(connection, {report_id: Way.ON}, later + DAY)
    assert running(store, report_id) == [], "a person has decided"


def test_what_another_office_passed_on_has_its_time_from_its_arrival(store: Store, named: Take) -> None:
    report_id = named(way=Way.ON, told={"channel": Channel.TRANSFER, "received_at": RECEIVED})
    now = datetime.now(UTC)
    assert all(now - one.since < DAY for one in store.handling.matter(report_id, WORKER).clocks)


def test_whoever_told_no_contact_is_answered_by_the_receipt_and_no_answer_has_to_be_made_up(
    store: Store, route: Take
) -> None:
    report_id = route()
    go(store, report_id, "accepted", "handed_over", "verification", "concluded")
    assert running(store, report_id) == []
    go(store, report_id, "archived")


def test_where_to_turn_stays_told_after_the_answer_and_going_up_changes_nothing_at_the_receipt(store: Store) -> None:
    answers = store.receive([arrival(receipt="r1"), arrival(receipt="r2")])
    ids = [answer.report_id for answer in answers if isinstance(answer, Accepted)]
    store.save_assessed([outcome(one) for one in ids])
    go(store, ids[0], "not_accepted", "feedback")
    told = store.status("r1")
    assert told is not None
    assert (told.state, told.reason, told.where) == (ReporterState.NOT_IN_SCOPE, NotAccepted.COURTS, "court")
    go(store, ids[1], "accepted", "handed_over")
    before = store.status("r2")
    with store._database.write() as connection:
        up = {"report_id": ids[1], "state": "passed_up", "by": "custodian", "at": datetime.now(UTC)}
        connection.execute(matters.insert().values(**up))
    assert store.status("r2") == before


def test_slips_are_mended_by_further_steps(store: Store, route: Take) -> None:
    report_id = route()
    go(store, report_id, "accepted")
    by(store).decide(report_id, Step(MatterState.HANDED_OVER, to="police"), SUPERVISOR, None)
    go(store, report_id, "handed_over", "interview", "interview", "concluded", "reopened", "concluded")
    go(store, report_id, "reopened", "accepted", "handed_over", "accepted", "passed_on", "accepted")


def test_a_blank_is_no_approval(store: Store, route: Take) -> None:
    report_id = route()
    refused = Step(MatterState.NOT_ACCEPTED, NotAccepted.NO_SUBSTANCE, approval="  ")
    with pytest.raises(BadInput, match="approval"):
        by(store).decide(report_id, refused, INVESTIGATOR, None)


@pytest.mark.parametrize("code", ["\x00", "a b", "x" * 65, ""])
def test_a_code_that_no_office_can_have_is_refused_before_anybody_is_asked(
    store: Store, route: Take, code: str
) -> None:
    with pytest.raises(BadInput, match="to"):
        by(store).decide(route(), Step(MatterState.PASSED_ON, to=code), INVESTIGATOR, None)


def test_down_is_below_the_own_office(store: Store, route: Take) -> None:
    with pytest.raises(BadInput, match="below"):
        by(store).decide(route(), Step(MatterState.PASSED_DOWN, to="police"), INVESTIGATOR, None)


def test_numbers_are_for_who_reads_and_stand_in_the_audit_log(store: Store) -> None:
    for role in (StaffRole.ANALYST, StaffRole.AUDITOR):
        with pytest.raises(NotAllowed):
            by(store).numbers(staff(role=role))
    by(store).numbers(INVESTIGATOR)
    with store._database.read() as connection:
        acts = list(connection.execute(select(audit.c.act)).scalars())
    assert acts[-1] == "count"


def test_steps_from_elsewhere_may_bear_one_moment_and_come_twice(store: Store, named: Take) -> None:
    report_id = named()
    steps = [(report_id, state, RECEIVED + DAY) for state in ("accepted", "handed_over", "closed", "concluded")]
    for _ in range(2):
        assert store.funnel.bring(steps, "elsewhere", INVESTIGATOR) == 4
    assert running(store, report_id) == ["feedback"]


@pytest.mark.parametrize("act", ["split", "judged", "undone"])
def test_whom_people_have_taken_out_of_a_case_is_not_kept_with_it_before_the_worker_was_there(
    store: Store, act: str
) -> None:
    renewal, judging = Renewal(store, load_policy()), Judging(store)
    first, second, third = arrive(store, 3)
    keep(store, [first, second, third], same(second, first))
    feed(store, renewal)
    made = judging.merge(first, third, SUPERVISOR)
    feed(store, renewal)
    if act == "split":
        judging.split(first, [third], SUPERVISOR)
    elif act == "judged":
        judging.judge(first, third, Verdict.DIFFERENT, SUPERVISOR)
    else:
        judging.undo(made.decision, SUPERVISOR)
    go(store, first, "accepted")
    with pytest.raises(BadInput, match="stands alone"):
        go(store, third, "kept_as_repeat")
    assert by(store).keep_repeats(first, SUPERVISOR) == [second]
    assert store.handling.matter(third, SUPERVISOR).line.state == "received"
