"""Clearing the wrongly accused: who orders it and when, what runs meanwhile, when it is over, and who never hears of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select
from store_samples import RECEIVED, arrival, outcome, set_version, staff, without_clearing

from triage.codes import HEADS_OFFICE
from triage.errors import BadInput, Changed, NotAllowed, NotFound
from triage.handling import Handler
from triage.model import (
    ClearingAct,
    ClearingForm,
    ClearingState,
    ClockAct,
    ClockName,
    MatterState,
    NotAccepted,
    Reporter,
    Route,
    StaffRole,
    Way,
)
from triage.policy import load_policy
from triage.settings import Settings
from triage.store import WORKER, Accepted, Assessed, Store
from triage.store.clearing import ClearingWord, in_force
from triage.store.handling_tables import clearings, clocks
from triage.store.matter_rows import Clearing, Pressing
from triage.store.matters import STATES, Step
from triage.store.tables import audit

Take = Callable[..., str]
INVESTIGATOR, SUPERVISOR = staff(), staff(role=StaffRole.SUPERVISOR)
CUSTODIAN = staff(role=StaffRole.CUSTODIAN)
DAY = timedelta(days=1)
WHOM = "三河村村支书王守田"
ORDER = ClearingWord(ClearingAct.ORDER, WHOM)
DONE = ClearingWord(ClearingAct.DONE, form=ClearingForm.MEETING)
DROP = ClearingWord(ClearingAct.DROP, note="证据有变")


def by(store: Store, now: datetime | None = None) -> Handler:
    return Handler(store, load_policy().clocks, now or datetime.now(UTC))


def go(store: Store, report_id: str, *states: str) -> None:
    for state in states:
        more: dict[str, Any] = {"to": "court", "reason": NotAccepted.COURTS} if state == "not_accepted" else {}
        by(store).decide(report_id, Step(MatterState(state), **more), SUPERVISOR, None)


def clear(store: Store, report_id: str, word: ClearingWord, access: Any = SUPERVISOR, seen: int | None = None) -> None:
    by(store).clear(report_id, word, access, seen)


def clearing(store: Store, report_id: str) -> Clearing | None:
    return store.handling.matter(report_id, WORKER).clearing


def runs(store: Store, report_id: str) -> bool:
    its = store.handling.matter(report_id, WORKER).clocks
    return any(one.name is ClockName.CLEARING and one.ended_at is None for one in its)


def running(store: Store, report_id: str) -> list[str]:
    """The clocks that run for a report by their rows, whoever may read it."""
    of = select(clocks.c.name).where(clocks.c.report_id == report_id, clocks.c.ended_at.is_(None))
    with store._database.read() as connection:
        return sorted(connection.execute(of).scalars())


@pytest.fixture
def concluded(store: Store, route: Take) -> Take:
    """Takes a report in and concludes its matter."""

    def done(*more: str) -> str:
        report_id = route()
        go(store, report_id, "accepted", "handed_over", "verification", "concluded", *more)
        return report_id

    return done


def test_somebody_is_cleared_from_the_order_to_the_word_that_it_was_done(store: Store, concluded: Take) -> None:
    report_id = concluded()
    assert clearing(store, report_id) is None
    assert store.handling.matter(report_id, INVESTIGATOR).next_clearing == (ClearingAct.ORDER,)
    clear(store, report_id, ClearingWord(ClearingAct.ORDER, WHOM, None, "纪发〔2019〕4号", "家属很着急"), INVESTIGATOR)
    found = store.handling.matter(report_id, INVESTIGATOR)
    assert found.clearing is not None
    assert found.clearing.state is ClearingState.ORDERED
    assert found.next_clearing == (ClearingAct.DONE, ClearingAct.DROP)
    (act,) = found.clearing.acts
    assert (act.whom, act.approval, act.note, act.by) == (WHOM, "纪发〔2019〕4号", "家属很着急", "somebody")
    assert found.line.state == "concluded", "the state of the matter is its own"
    clear(store, report_id, ClearingWord(ClearingAct.DONE, form=ClearingForm.NOTICE, note="村务公开栏"), INVESTIGATOR)
    told = clearing(store, report_id)
    assert told is not None
    assert (told.state, told.acts[-1].form, told.acts[-1].note) == (
        ClearingState.DONE,
        ClearingForm.NOTICE,
        "村务公开栏",
    )


def test_an_order_that_is_taken_back_says_why_and_may_be_given_anew(store: Store, concluded: Take) -> None:
    report_id = concluded()
    clear(store, report_id, ORDER)
    clear(store, report_id, DROP)
    told = clearing(store, report_id)
    assert told is not None
    assert (told.state, told.acts[-1].note) == (ClearingState.DROPPED, "证据有变")
    clear(store, report_id, ORDER)
    clear(store, report_id, DONE)
    clear(store, report_id, ORDER)
    assert runs(store, report_id)


@pytest.mark.parametrize("steps", [(), ("feedback",), ("archived",), ("feedback", "archived")])
def test_it_is_ordered_after_an_outcome_and_after_what_leaves_that_as_it_is(
    store: Store, concluded: Take, steps: tuple[str, ...]
) -> None:
    report_id = concluded(*steps)
    clear(store, report_id, ORDER)
    assert runs(store, report_id)


@pytest.mark.parametrize(
    "steps",
    [
        (),
        ("accepted",),
        ("accepted", "handed_over", "verification"),
        ("not_accepted",),
        ("not_accepted", "feedback"),
        ("accepted", "handed_over", "closed", "reopened"),
    ],
)
def test_without_an_outcome_upon_looking_into_it_nobody_is_cleared(
    store: Store, route: Take, steps: tuple[str, ...]
) -> None:
    report_id = route()
    go(store, report_id, *steps)
    with pytest.raises(BadInput) as met:
        clear(store, report_id, ORDER)
    assert (met.value.field, met.value.rule) == ("act", "no_outcome")
    assert store.handling.matter(report_id, SUPERVISOR).next_clearing == ()


@pytest.mark.parametrize(
    ("word", "field", "rule"),
    [
        (ClearingWord(ClearingAct.ORDER, approval="1"), "whom", "missing"),
        (ClearingWord(ClearingAct.ORDER, " \n", approval="1"), "whom", "missing"),
        (ClearingWord(ClearingAct.ORDER, "长" * 501, approval="1"), "whom", "too_long"),
        (ClearingWord(ClearingAct.ORDER, WHOM), "approval", "missing"),
        (ClearingWord(ClearingAct.ORDER, WHOM, approval="  "), "approval", "missing"),
        (ClearingWord(ClearingAct.ORDER, WHOM, approval="1" * 101), "approval", "too_long"),
        (ClearingWord(ClearingAct.ORDER, WHOM, ClearingForm.MEETING, "1"), "form", "out_of_place"),
        (ClearingWord(ClearingAct.ORDER, WHOM, approval="1", note="长" * 2001), "note", "too_long"),
        (DONE, "act", "not_ordered"),
        (DROP, "act", "not_ordered"),
    ],
)
def test_an_order_that_breaks_a_rule_is_told_by_its_field_and_changes_nothing(
    store: Store, concluded: Take, word: ClearingWord, field: str, rule: str
) -> None:
    report_id = concluded()
    with pytest.raises(BadInput) as met:
        clear(store, report_id, word, INVESTIGATOR)
    assert (met.value.field, met.value.rule) == (field, rule)
    assert clearing(store, report_id) is None
    assert not runs(store, report_id)


@pytest.mark.parametrize(
    ("word", "field", "rule"),
    [
        (ORDER, "act", "ordered"),
        (ClearingWord(ClearingAct.DONE), "form", "missing"),
        (ClearingWord(ClearingAct.DONE, WHOM, ClearingForm.MEETING), "whom", "out_of_place"),
        (ClearingWord(ClearingAct.DONE, None, ClearingForm.MEETING, "1"), "approval", "out_of_place"),
        (ClearingWord(ClearingAct.DROP), "note", "missing"),
        (ClearingWord(ClearingAct.DROP, note=" "), "note", "missing"),
        (ClearingWord(ClearingAct.DROP, form=ClearingForm.MEETING, note="错了"), "form", "out_of_place"),
    ],
)
def test_so_is_what_is_said_of_an_order(
    store: Store, concluded: Take, word: ClearingWord, field: str, rule: str
) -> None:
    report_id = concluded()
    clear(store, report_id, ORDER)
    with pytest.raises(BadInput) as met:
        clear(store, report_id, word)
    assert (met.value.field, met.value.rule) == (field, rule)
    told = clearing(store, report_id)
    assert told is not None
    assert len(told.acts) == 1


def test_investigators_and_supervisors_clear_and_nobody_else(store: Store, concluded: Take) -> None:
    report_id = concluded()
    for role in StaffRole:
        if role in {StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR}:
            continue
        with pytest.raises(NotAllowed):
            clear(store, report_id, ClearingWord(ClearingAct.ORDER, WHOM, approval="1"), staff(role=role), seen=1)
    for role in (StaffRole.INTAKE, StaffRole.REVIEWER):
        assert store.handling.matter(report_id, staff(role=role)).next_clearing == ()


def test_what_may_not_be_read_is_not_there_and_what_is_sealed_later_neither(store: Store, concluded: Take) -> None:
    report_id = concluded()
    clear(store, report_id, ORDER)
    elsewhere = staff("62", role=StaffRole.SUPERVISOR)
    for word in (ORDER, DONE, DROP):
        with pytest.raises(NotFound):
            clear(store, report_id, word, elsewhere, seen=1)
    way = Route(Way.SEALED_UP, "513431", None, False, (HEADS_OFFICE,))
    store.save_assessed([Assessed(report_id, None, way)])
    with pytest.raises(NotFound):
        clear(store, report_id, DONE, seen=1)
    assert by(store).pressing(SUPERVISOR).lines == ()
    assert sum(by(store).numbers(SUPERVISOR)[ClockName.CLEARING].values()) == 0


def test_the_clock_of_an_order_ends_where_its_report_is_sealed_and_no_other_runs_but_that_of_the_way_up(
    store: Store,
) -> None:
    (answer,) = store.receive([arrival(reporter=Reporter("李大山", "13800138000"))])
    assert isinstance(answer, Accepted)
    store.save_assessed([outcome(answer.report_id)])
    go(store, answer.report_id, "accepted", "handed_over", "closed")
    clear(store, answer.report_id, ORDER)
    assert running(store, answer.report_id) == ["clearing", "feedback"]
    way = Route(Way.SEALED_UP, "513431", None, False, (HEADS_OFFICE,))
    store.save_assessed([Assessed(answer.report_id, None, way)])
    assert running(store, answer.report_id) == []
    for act in ClockAct:
        with pytest.raises(NotFound):
            by(store).wind(answer.report_id, act, SUPERVISOR, "催办", ClockName.CLEARING)
    assert [one.report_id for one in store.way_up.stubs(CUSTODIAN)] == [answer.report_id]
    assert [since for since, _ in store.way_up.waiting()] == [RECEIVED]


# Its clock, and what ends an order


def test_its_clock_is_listed_pressed_paused_and_escalated_like_the_others(store: Store, concluded: Take) -> None:
    report_id = concluded()
    clear(store, report_id, ORDER)
    now = datetime.now(UTC)
    (line,) = by(store).pressing(INVESTIGATOR).lines
    assert line.clock is not None
    assert (line.report_id, line.clock.name) == (report_id, ClockName.CLEARING)
    assert by(store).numbers(INVESTIGATOR)[ClockName.CLEARING][Pressing.RUNNING] == 1
    late = by(store, now + 40 * DAY)
    assert [one.report_id for one in late.pressing(INVESTIGATOR, Pressing.OVERDUE).lines] == [report_id]
    assert late.numbers(INVESTIGATOR)[ClockName.CLEARING][Pressing.OVERDUE] == 1
    by(store).wind(report_id, ClockAct.ESCALATE, INVESTIGATOR, "已报分管领导", ClockName.CLEARING)
    by(store).wind(report_id, ClockAct.PAUSE, INVESTIGATOR, "本人住院", ClockName.CLEARING)
    assert late.numbers(INVESTIGATOR)[ClockName.CLEARING][Pressing.PAUSED] == 1
    by(store).wind(report_id, ClockAct.RESUME, INVESTIGATOR, "本人出院", ClockName.CLEARING)
    clear(store, report_id, DONE)
    assert by(store).pressing(INVESTIGATOR).lines == ()
    assert late.numbers(INVESTIGATOR)[ClockName.CLEARING][Pressing.OVERDUE] == 0


def test_the_answer_to_the_reporter_and_the_clearing_run_beside_each_other(store: Store) -> None:
    (answer,) = store.receive([arrival(reporter=Reporter("李大山", "13800138000"))])
    assert isinstance(answer, Accepted)
    store.save_assessed([outcome(answer.report_id)])
    go(store, answer.report_id, "accepted", "handed_over", "closed")
    clear(store, answer.report_id, ORDER)
    names = [line.clock.name for line in by(store).pressing(INVESTIGATOR).lines if line.clock]
    assert sorted(names) == ["clearing", "feedback"]
    go(store, answer.report_id, "feedback", "archived")
    names = [line.clock.name for line in by(store).pressing(INVESTIGATOR).lines if line.clock]
    assert names == ["clearing"], "it is owed after the answer too"


def test_an_objection_suspends_an_order_and_after_the_next_outcome_it_is_given_anew(
    store: Store, concluded: Take
) -> None:
    report_id = concluded()
    clear(store, report_id, ORDER)
    go(store, report_id, "reopened")
    for word in (DONE, DROP):
        with pytest.raises(BadInput, match="suspended"):
            clear(store, report_id, word)
    go(store, report_id, "concluded")
    told = clearing(store, report_id)
    assert told is not None
    assert told.state is ClearingState.SUSPENDED
    assert not runs(store, report_id)
    clear(store, report_id, ORDER)
    assert runs(store, report_id)


def test_what_was_done_stays_done_when_a_matter_is_reopened(store: Store, concluded: Take) -> None:
    report_id = concluded()
    clear(store, report_id, ORDER)
    clear(store, report_id, DONE)
    go(store, report_id, "reopened")
    told = clearing(store, report_id)
    assert told is not None
    assert told.state is ClearingState.DONE


def test_steps_that_were_kept_elsewhere_suspend_an_order_too(store: Store, concluded: Take) -> None:
    report_id = concluded()
    clear(store, report_id, ORDER)
    steps = [(report_id, state, RECEIVED + DAY) for state in ("reopened", "concluded")]
    assert store.funnel.bring(steps, "elsewhere", INVESTIGATOR) == 2
    told = clearing(store, report_id)
    assert told is not None
    assert told.state is ClearingState.SUSPENDED
    assert not runs(store, report_id)


# Who has seen what, who hears of it, what is kept


def test_whoever_acts_on_what_somebody_else_has_moved_is_told_to_look_again(store: Store, concluded: Take) -> None:
    report_id = concluded()
    seen = store.handling.matter(report_id, SUPERVISOR).line.seen
    clear(store, report_id, ORDER, seen=seen)
    for act in (
        lambda: clear(store, report_id, DONE, seen=seen),
        lambda: by(store).decide(report_id, Step(MatterState.ARCHIVED), SUPERVISOR, seen),
    ):
        with pytest.raises(Changed):
            act()
    ordered = store.handling.matter(report_id, SUPERVISOR).line.seen
    assert [line.seen for line in by(store).pressing(SUPERVISOR).lines] == [ordered]
    assert [line.seen for line in by(store).in_state(MatterState.CONCLUDED, SUPERVISOR).lines] == [ordered]
    go(store, report_id, "archived")
    with pytest.raises(Changed):
        clear(store, report_id, DONE, seen=ordered)


def test_of_two_people_who_say_at_once_that_it_was_done_one_is_told_to_look_again(
    store: Store, concluded: Take
) -> None:
    report_id = concluded()
    clear(store, report_id, ORDER)
    seen = store.handling.matter(report_id, SUPERVISOR).line.seen
    begin = threading.Barrier(2)

    def say(_: int) -> bool:
        begin.wait(30)
        try:
            clear(store, report_id, DONE, seen=seen)
        except Changed:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(say, range(2))) == [False, True]
    told = clearing(store, report_id)
    assert told is not None
    assert [act.act.value for act in told.acts] == ["order", "done"]


def test_who_is_cleared_lies_sealed_and_the_audit_log_names_acts_and_no_words(store: Store, concluded: Take) -> None:
    report_id = concluded()
    clear(store, report_id, ClearingWord(ClearingAct.ORDER, WHOM, None, "纪发4号", "王守田的妻子来问过"), INVESTIGATOR)
    clear(store, report_id, DONE)
    with store._database.read() as connection:
        rows = connection.execute(select(clearings).order_by(clearings.c.seq)).all()
        lines = connection.execute(select(audit).where(audit.c.act.like("clearing%")).order_by(audit.c.seq)).all()
    assert [row.note is None for row in rows] == [False, True]
    for word in ("王守田", "纪发"):
        assert word.encode() not in rows[0].note
        assert word not in repr(rows)
        assert word not in repr(lines)
    assert [line.act for line in lines] == ["clearing order", "clearing done"]
    assert "meeting" in repr(lines[1])


def test_a_store_of_the_version_before_gets_its_table(settings: Settings) -> None:
    with Store.open(settings) as store:
        (answer,) = store.receive([arrival()])
        assert isinstance(answer, Accepted)
        store.save_assessed([outcome(answer.report_id)])
        go(store, answer.report_id, "accepted", "handed_over", "closed")
        with store._database.write() as connection:
            without_clearing(connection)
            set_version(connection, "0016")
    with Store.open(settings, migrate=True) as store:
        clear(store, answer.report_id, ORDER)
        assert runs(store, answer.report_id)


# Laws

_STEPS = ("accepted", "handed_over", "verification", "closed", "concluded", "feedback", "archived", "reopened")
_WORDS = {"order": ORDER, "done": DONE, "drop": DROP}


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    begun=st.sampled_from([(), ("accepted", "handed_over", "closed")]),
    acts=st.lists(st.sampled_from([*_STEPS, *_WORDS]), max_size=12),
)
def test_a_task_is_open_exactly_while_its_last_act_is_an_order_and_the_outcome_before_it_holds(
    store: Store, begun: tuple[str, ...], acts: list[str]
) -> None:
    (answer,) = store.receive([arrival(receipt=(receipt := f"r{datetime.now(UTC).timestamp()}"))])
    assert isinstance(answer, Accepted)
    report_id = answer.report_id
    store.save_assessed([outcome(report_id)])
    go(store, report_id, *begun)
    held: list[str] = ["received", *begun]
    for act in acts:
        before = store.status(receipt)
        try:
            if act in _WORDS:
                clear(store, report_id, _WORDS[act])
            else:
                go(store, report_id, act)
        except BadInput:
            refused = True
        else:
            refused = False
            held.append(act)
        if refused or act in _WORDS:
            assert store.status(receipt) == before, "no reporter hears of it"
        words = [one for one in held if one in _WORDS]
        ends = [at for at, one in enumerate(held) if one not in _WORDS and one not in
                {"closed", "concluded", "feedback", "archived"}]  # fmt: skip
        ordered = max((at for at, one in enumerate(held) if one == "order"), default=-1)
        is_open = bool(words) and words[-1] == "order" and ordered > max(ends)
        found = clearing(store, report_id)
        assert (found is not None and found.state is ClearingState.ORDERED) is is_open
        assert runs(store, report_id) is is_open
        if act in _WORDS and not refused and act == "order":
            assert in_force([one for one in held if one not in _WORDS])


@given(states=st.lists(st.sampled_from(sorted(STATES)), max_size=8))
def test_an_outcome_is_in_force_until_something_else_than_its_answer_is_decided(states: list[str]) -> None:
    holds = False
    for state in states:
        if state in {"closed", "concluded"}:
            holds = True
        elif state not in {"feedback", "archived"}:
            holds = False
    assert in_force(states) is holds
