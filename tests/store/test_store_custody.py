"""Who a reporter is: who asks, who decides, when it opens and for whom, and what is written down of it."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from ledger_samples import feed
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from store_samples import arrival, assessment, flip, outcome, set_version, staff, without_custody

from triage.codes import HEADS_OFFICE
from triage.custody import CustodyDesk
from triage.errors import BadInput, Corrupt, NotAllowed, NotAuthenticated, NotFound, TriageError
from triage.judging import Judging
from triage.model import (
    Access,
    IdentityAct,
    IdentityReason,
    IdentityState,
    Level,
    Reporter,
    Risk,
    Route,
    StaffRole,
    Verdict,
    Way,
)
from triage.policy import load_policy
from triage.referral.clocks import ClockState
from triage.renewal import Renewal
from triage.settings import Settings
from triage.store import Accepted, Assessed, Priority, Store
from triage.store.custody_rows import ActRow, Terms, approvals_needed, standing_of
from triage.store.custody_tables import identity_acts, identity_requests
from triage.store.tables import audit

ROOT = Path(__file__).resolve().parents[2]
NAMED = Reporter("李大山", "13800138000")
WHY = "须在十五个工作日内答复"
DAY = timedelta(days=1)
APPROVE, REFUSE = IdentityAct.APPROVE, IdentityAct.REFUSE
Take = Callable[..., str]
Hold = Callable[..., Access]


@pytest.fixture
def hold(store: Store) -> Hold:
    """Somebody with a token: an investigator, or of another role, of everywhere or of some places."""

    def held(role: StaffRole = StaffRole.INVESTIGATOR, *places: str) -> Access:
        return store.authenticate(store.new_token(role, places or ("",)))

    return held


@pytest.fixture
def named(store: Store) -> Take:
    """Takes a report of somebody who told name and contact in, of medium level, and routes it."""

    def taken(body: str = "支书把我家的低保扣了半年", reporter: Reporter | None = NAMED, **changes: Any) -> str:
        (answer,) = store.receive([arrival(body, reporter=reporter)])
        assert isinstance(answer, Accepted)
        store.save_assessed([outcome(answer.report_id, **{"level": Level.MEDIUM, **changes})])
        return answer.report_id

    return taken


def desk(store: Store, later: timedelta = timedelta()) -> CustodyDesk:
    return CustodyDesk(store, load_policy().custody, datetime.now(UTC) + later)


def ask(store: Store, report_id: str, access: Access, note: str = WHY) -> str:
    return desk(store).ask(report_id, IdentityReason.FEEDBACK, note, access).line.id


def again(store: Store, access: Access) -> Access:
    """The access that somebody's token gives now, as their next request would be met."""
    from triage.store.tokens import access_in

    with store._database.read() as connection:
        found = access_in(connection, access.principal, access.purpose)
    assert found is not None
    return found


def rise(store: Store, report_id: str, level: Level, *, urgent: bool = False) -> None:
    assert store.save_priorities({report_id: Priority(level, 9.0, True, urgent)})


def seal(store: Store, report_id: str) -> None:
    way = Route(Way.SEALED_UP, "513431", None, False, (HEADS_OFFICE,))
    store.save_assessed([Assessed(report_id, None, way)])


def rows_of(store: Store, *tables: Any) -> list[Any]:
    with store._database.read() as connection:
        return [row for table in tables for row in connection.execute(select(table))]


def acts(store: Store, report_id: str) -> list[str]:
    return [row.act for row in rows_of(store, audit) if row.subjects == report_id and row.act.startswith("identity ")]


def rule_of(doing: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as met:
        doing()
    return met.value.rule


def test_whoever_asks_gets_by_with_no_fewer_approvals_by_taking_the_case_apart(
    store: Store, named: Take, hold: Hold
) -> None:
    asker, renewal = hold(), Renewal(store, load_policy())
    read = assessment(refer=False, risk=Risk(Level.MEDIUM, 7.75))
    priority = Priority(Level.MEDIUM, 7.75, False)
    first, *others = [named(assessment=read, priority=priority, refer=False) for _ in range(2)]
    assert desk(store).request(ask(store, others[0], asker), asker).line.standing.needed == 1
    for one in others:
        Judging(store).judge(first, one, Verdict.SAME, asker)
    feed(store, renewal)
    assert store.row(first, asker).priority.level is Level.HIGH
    Judging(store).split(first, [first], asker)
    feed(store, renewal)
    assert store.row(first, asker).priority.level is Level.MEDIUM
    request = ask(store, first, asker)
    assert desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN)).line.standing.state is IdentityState.WAITING
    assert rule_of(lambda: desk(store).open(request, asker)) == "not_approved"
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    assert desk(store).open(request, asker).name == "李大山"


# The ordinary way


def test_what_one_custodian_approves_opens_for_whoever_asked_and_each_time_is_written_down(
    store: Store, named: Take, hold: Hold
) -> None:
    report_id, asker, custodian = named(), hold(), hold(StaffRole.CUSTODIAN)
    request = ask(store, report_id, asker)
    assert rule_of(lambda: desk(store).open(request, asker)) == "not_approved"
    approved = desk(store).decide(request, APPROVE, custodian, "电话记录已核")
    assert (approved.line.standing.state, approved.line.standing.needed) == (IdentityState.APPROVED, 1)
    for _ in range(2):
        found = desk(store).open(request, asker)
        assert (found.name, found.contact, found.report_id) == ("李大山", "13800138000", report_id)
    assert acts(store, report_id)[-4:] == ["identity ask", "identity approve", "identity open", "identity open"]
    shown = desk(store).request(request, asker)
    assert (shown.note, shown.line.opened, shown.acts[0].note) == (WHY, 2, "电话记录已核")


def test_a_custodian_sees_what_he_decides_on_and_nothing_of_the_text(store: Store, named: Take, hold: Hold) -> None:
    report_id, custodian = named(level=Level.HIGH), hold(StaffRole.CUSTODIAN)
    request = ask(store, report_id, hold())
    (line,) = desk(store).requests(custodian).lines
    assert (line.id, line.report_id, line.level, line.reason) == (
        request,
        report_id,
        Level.HIGH,
        IdentityReason.FEEDBACK,
    )
    assert desk(store).request(request, custodian).note == WHY
    told = repr((line, desk(store).request(request, custodian)))
    for word in ("低保", "李大山", "13800138000"):
        assert word not in told
    with pytest.raises(NotAllowed):
        store.report(report_id, custodian)


@pytest.mark.parametrize("urgent", [False, True])
@pytest.mark.parametrize("level", list(Level))
def test_two_custodians_are_needed_for_high_risk_for_what_nobody_read_and_for_what_is_urgent(
    level: Level, urgent: bool
) -> None:
    twice = urgent or level in (Level.HIGH, Level.GRAVE, Level.PERSON)
    assert approvals_needed(level, urgent=urgent) == (2 if twice else 1)


def test_a_list_that_ends_before_its_last_request_says_so_and_notes_only_what_it_told(
    store: Store, named: Take, hold: Hold
) -> None:
    asker, custodian = hold(), hold(StaffRole.CUSTODIAN)
    ids = [named(f"支书扣了我的低保{number}") for number in range(3)]
    made = [ask(store, report_id, asker) for report_id in ids]
    for access, everything, first in (
        (asker, False, made[::-1]),
        (custodian, False, made),
        (custodian, True, made[::-1]),
    ):
        page = desk(store).requests(access, everything=everything, limit=2)
        assert ([one.id for one in page.lines], page.more) == (first[:2], True)
        noted = [row.subjects for row in rows_of(store, audit) if row.act == "identity requests"][-1]
        assert set(noted.split()) == {one.report_id for one in page.lines}
        whole = desk(store).requests(access, everything=everything, limit=3)
        assert ([one.id for one in whole.lines], whole.more) == (first, False)


def test_of_high_risk_the_same_custodian_is_not_two(store: Store, named: Take, hold: Hold) -> None:
    report_id, asker, first = named(level=Level.GRAVE), hold(), hold(StaffRole.CUSTODIAN)
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, first)
    assert desk(store).requests(first).lines == (), "it waits for another"
    assert rule_of(lambda: desk(store).decide(request, APPROVE, first)) == "decided"
    assert rule_of(lambda: desk(store).open(request, asker)) == "not_approved"
    second = hold(StaffRole.CUSTODIAN)
    assert [one.id for one in desk(store).requests(second).lines] == [request]
    desk(store).decide(request, APPROVE, second)
    assert desk(store).open(request, asker).name == "李大山"


def test_a_level_that_rises_after_the_approval_asks_for_a_second_one(store: Store, named: Take, hold: Hold) -> None:
    report_id, asker = named(), hold()
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    rise(store, report_id, Level.MEDIUM, urgent=True)
    assert rule_of(lambda: desk(store).open(request, asker)) == "not_approved"
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    assert desk(store).open(request, asker).contact == "13800138000"


def test_a_level_that_falls_after_an_approval_makes_do_with_no_less(store: Store, named: Take, hold: Hold) -> None:
    report_id, asker = named(level=Level.HIGH), hold()
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    rise(store, report_id, Level.LOW)
    assert rule_of(lambda: desk(store).open(request, asker)) == "not_approved"


def test_one_refusal_ends_a_request_and_says_why(store: Store, named: Take, hold: Hold) -> None:
    report_id, asker, custodian = named(level=Level.HIGH), hold(), hold(StaffRole.CUSTODIAN)
    request = ask(store, report_id, asker)
    assert rule_of(lambda: desk(store).decide(request, REFUSE, custodian, "  ")) == "missing"
    desk(store).decide(request, APPROVE, custodian)
    desk(store).decide(request, REFUSE, hold(StaffRole.CUSTODIAN), "可凭回执答复")
    assert rule_of(lambda: desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))) == "refused"
    assert rule_of(lambda: desk(store).open(request, asker)) == "refused"
    assert rule_of(lambda: desk(store).withdraw(request, asker)) == "refused"
    assert desk(store).request(request, asker).acts[-1].note == "可凭回执答复"
    assert ask(store, report_id, asker) != request, "it may be asked for anew"


def test_what_was_withdrawn_is_over(store: Store, named: Take, hold: Hold) -> None:
    report_id, asker, custodian = named(), hold(), hold(StaffRole.CUSTODIAN)
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, custodian)
    desk(store).withdraw(request, asker)
    assert rule_of(lambda: desk(store).open(request, asker)) == "withdrawn"
    assert rule_of(lambda: desk(store).decide(request, REFUSE, hold(StaffRole.CUSTODIAN), "x")) == "withdrawn"
    assert desk(store).requests(custodian).lines == ()


def test_an_approved_request_takes_no_further_approval_and_may_still_be_refused(
    store: Store, named: Take, hold: Hold
) -> None:
    asker, request = hold(), ""
    request = ask(store, named(), asker)
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    assert rule_of(lambda: desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))) == "approved"
    desk(store).decide(request, REFUSE, hold(StaffRole.CUSTODIAN), "有人冒名")
    assert rule_of(lambda: desk(store).open(request, asker)) == "refused"


# Who may do what


def test_only_who_handles_reports_asks_and_only_custodians_decide(store: Store, named: Take, hold: Hold) -> None:
    report_id = named()
    for role in set(StaffRole) - {StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR}:
        with pytest.raises(NotAllowed):
            ask(store, report_id, staff(role=role))
        with pytest.raises(NotAllowed):
            desk(store).open("0" * 26, staff(role=role))
        if role is not StaffRole.CUSTODIAN:
            with pytest.raises(NotAllowed):
                desk(store).requests(staff(role=role))
    request = ask(store, report_id, hold(StaffRole.SUPERVISOR))
    for role in set(StaffRole) - {StaffRole.CUSTODIAN}:
        with pytest.raises(NotAllowed):
            desk(store).decide(request, APPROVE, staff(role=role))


def test_whoever_holds_no_token_neither_asks_nor_decides_nor_opens(store: Store, named: Take, hold: Hold) -> None:
    """Two custodians are two people: whoever sits at the machine is nobody in particular."""
    report_id = named()
    with pytest.raises(NotAuthenticated):
        ask(store, report_id, staff())
    request = ask(store, report_id, hold())
    with pytest.raises(NotAuthenticated):
        desk(store).decide(request, APPROVE, staff(role=StaffRole.CUSTODIAN))


def test_nobody_but_whoever_asked_sees_a_request_or_opens_it(store: Store, named: Take, hold: Hold) -> None:
    report_id, asker = named(), hold()
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    for other in (hold(), hold(StaffRole.SUPERVISOR)):
        assert desk(store).requests(other).lines == ()
        for doing in (desk(store).open, desk(store).request, desk(store).withdraw):
            with pytest.raises(NotFound):
                doing(request, other)
    with pytest.raises(NotAllowed):
        desk(store).open(request, hold(StaffRole.CUSTODIAN))
    assert acts(store, report_id).count("identity open") == 0


def test_of_what_one_may_not_read_one_cannot_ask_and_learns_nothing(store: Store, named: Take, hold: Hold) -> None:
    there, nameless = named(division="620000"), named("无名", reporter=None, division="620000")
    asker = hold(StaffRole.INVESTIGATOR, "51")
    for report_id in (there, nameless, "0" * 26, "\x00", ""):
        with pytest.raises(NotFound, match=r"There is no such report\."):
            ask(store, report_id, asker)
    for doing in (desk(store).open, desk(store).request, desk(store).withdraw):
        with pytest.raises(NotFound, match="There is no such request"):
            doing("\x00", asker)


def test_custodians_decide_in_their_places_and_not_on_whom_they_must_not_meet(
    store: Store, named: Take, hold: Hold
) -> None:
    report_id, custodian = named(division="513431", party_keys=("p1",)), hold(StaffRole.CUSTODIAN, "51")
    request = ask(store, report_id, hold())
    elsewhere = hold(StaffRole.CUSTODIAN, "52")
    assert [one.id for one in desk(store).requests(custodian).lines] == [request]
    store.staff.recuse(custodian.principal, ["p1"])
    for kept in (elsewhere, again(store, custodian)):
        assert desk(store).requests(kept).lines == ()
        with pytest.raises(NotFound):
            desk(store).decide(request, APPROVE, kept)
    with pytest.raises(NotFound):
        desk(store).decide(request, APPROVE, custodian)


def test_a_report_without_a_name_is_told_at_once_and_a_second_asking_too(store: Store, named: Take, hold: Hold) -> None:
    asker, report_id = hold(), named()
    assert rule_of(lambda: ask(store, named("无名", reporter=None), asker)) == "without_name"
    assert rule_of(lambda: ask(store, report_id, asker, note=" ")) == "missing"
    assert rule_of(lambda: ask(store, report_id, asker, note="长" * 2001)) == "too_long"
    request = ask(store, report_id, asker)
    assert rule_of(lambda: ask(store, report_id, asker)) == "asked"
    ask(store, report_id, hold())
    desk(store).withdraw(request, asker)
    ask(store, report_id, asker)


# What changes in between


def test_what_is_sealed_in_between_opens_never_and_its_requests_are_gone(store: Store, named: Take, hold: Hold) -> None:
    report_id, asker, custodian = named(), hold(), hold(StaffRole.CUSTODIAN)
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, custodian, "同意")
    seal(store, report_id)
    unknown = "There is no such request, or it is not yours."
    for doing in (
        lambda: desk(store).open(request, asker),
        lambda: desk(store).request(request, asker),
        lambda: desk(store).request(request, custodian),
        lambda: desk(store).decide(request, REFUSE, hold(StaffRole.CUSTODIAN), "x"),
        lambda: desk(store).withdraw(request, asker),
    ):
        with pytest.raises(NotFound) as met:
            doing()
        assert met.value.sentence == unknown
    for access in (asker, custodian):
        assert desk(store).requests(access, everything=True).lines == ()
    assert desk(store).waiting().total() == 0
    with pytest.raises(NotFound):
        ask(store, report_id, asker)


def test_whoever_is_kept_from_the_report_since_or_has_no_place_there_opens_nothing(
    store: Store, named: Take, hold: Hold
) -> None:
    report_id, asker = named(party_keys=("p1",)), hold()
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    store.staff.recuse(asker.principal, ["p1"])
    with pytest.raises(NotFound):
        desk(store).open(request, asker)
    assert desk(store).requests(again(store, asker)).lines == ()
    store.staff.recuse(asker.principal, ["p1"], end=True)
    assert desk(store).open(request, asker).name == "李大山"


def test_a_report_that_came_to_another_place_opens_no_more_for_those_of_the_first(
    store: Store, named: Take, hold: Hold
) -> None:
    from sqlalchemy import update

    from triage.store.tables import reports

    report_id, asker = named(division="513431"), hold(StaffRole.INVESTIGATOR, "51")
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    with store._database.write() as connection:
        connection.execute(update(reports).where(reports.c.id == report_id).values(division="620000"))
    with pytest.raises(NotFound):
        desk(store).open(request, asker)


def test_a_token_that_was_revoked_since_it_was_met_opens_nothing(store: Store, named: Take, hold: Hold) -> None:
    report_id, asker, custodian = named(), hold(), hold(StaffRole.CUSTODIAN)
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, custodian)
    store.revoke_token(asker.principal)
    with pytest.raises(NotAuthenticated):
        desk(store).open(request, asker)
    assert acts(store, report_id).count("identity open") == 0


@pytest.mark.parametrize("how", ["revoked", "recused"])
def test_the_approval_of_a_custodian_who_is_one_no_more_for_this_report_counts_no_more(
    store: Store, named: Take, hold: Hold, how: str
) -> None:
    report_id, asker, custodian = named(party_keys=("p1",)), hold(), hold(StaffRole.CUSTODIAN)
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, custodian)
    if how == "revoked":
        store.revoke_token(custodian.principal)
    else:
        store.staff.recuse(custodian.principal, ["p1"])
    assert rule_of(lambda: desk(store).open(request, asker)) == "not_approved"
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    assert desk(store).open(request, asker).name == "李大山"


def test_what_nobody_decides_on_lapses_and_what_is_approved_opens_for_three_days(
    store: Store, named: Take, hold: Hold
) -> None:
    report_id, other, asker, custodian = named(), named("另一件"), hold(), hold(StaffRole.CUSTODIAN)
    late, soon = ask(store, report_id, asker), ask(store, other, asker)
    assert rule_of(lambda: desk(store, 15 * DAY).decide(late, APPROVE, custodian)) == "lapsed"
    assert desk(store, 15 * DAY).requests(custodian).lines == ()
    assert {one.standing.state for one in desk(store, 15 * DAY).requests(asker).lines} == {IdentityState.LAPSED}
    desk(store).decide(soon, APPROVE, custodian)
    assert desk(store, 3 * DAY - timedelta(minutes=5)).open(soon, asker).name == "李大山"
    assert rule_of(lambda: desk(store, 3 * DAY).open(soon, asker)) == "lapsed"
    assert desk(store, 15 * DAY).ask(other, IdentityReason.QUESTION, WHY, asker).line.id not in (late, soon)


def test_how_many_wait_is_told_by_their_time_and_by_nothing_else(store: Store, named: Take, hold: Hold) -> None:
    asker = hold()
    approved, waits = ask(store, named(), asker), ask(store, named("另一件", level=Level.HIGH), asker)
    desk(store).decide(approved, APPROVE, hold(StaffRole.CUSTODIAN))
    desk(store).decide(waits, APPROVE, hold(StaffRole.CUSTODIAN))
    assert desk(store).waiting() == {ClockState.RUNNING: 1}
    days = [desk(store, number * DAY).waiting() for number in range(1, 16)]
    assert {ClockState.DUE_SOON: 1} in days
    assert days[-1] == {}


# Races


def test_two_custodians_at_once_are_two_and_one_twice_at_once_is_one(store: Store, named: Take, hold: Hold) -> None:
    asker, first, second = hold(), hold(StaffRole.CUSTODIAN), hold(StaffRole.CUSTODIAN)
    for pair, needs in (((first, second), 2), ((first, first), 1)):
        request = ask(store, named(f"{needs}", level=Level.HIGH), asker)
        begin = threading.Barrier(2)

        def approve(access: Access, request: str = request, begin: threading.Barrier = begin) -> bool:
            begin.wait(30)
            try:
                desk(store).decide(request, APPROVE, access)
            except BadInput:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(approve, pair)) == needs
        assert desk(store).request(request, asker).line.standing.approvals == needs


def test_an_opening_and_a_sealing_at_once_are_one_after_the_other(store: Store, named: Take, hold: Hold) -> None:
    report_id, asker = named(), hold()
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    begin = threading.Barrier(2)

    def opened() -> bool:
        begin.wait(30)
        try:
            return desk(store).open(request, asker).name == "李大山"
        except NotFound:
            return False

    def sealed() -> None:
        begin.wait(30)
        seal(store, report_id)

    with ThreadPoolExecutor(2) as pool:
        told, _ = pool.submit(opened), pool.submit(sealed).result()
        assert acts(store, report_id).count("identity open") == told.result()


def test_the_database_keeps_no_second_word_of_one_custodian_either(store: Store, named: Take, hold: Hold) -> None:
    from sqlalchemy import insert

    custodian = hold(StaffRole.CUSTODIAN)
    request = ask(store, named(level=Level.HIGH), hold())
    desk(store).decide(request, APPROVE, custodian)
    row = {"request_id": request, "act": "approve", "by": custodian.principal, "needed": 2, "at": datetime.now(UTC)}
    with pytest.raises((IntegrityError, TriageError)), store._database.write() as connection:
        connection.execute(insert(identity_acts), [row])


# Laws

_STEPS = st.lists(
    st.sampled_from(
        [
            "approve 0",
            "approve 1",
            "approve 2",
            "refuse 2",
            "withdraw",
            "open",
            "open",
            "other",
            "rise",
            "fall",
            "revoke 1",
        ]
    ),
    max_size=12,
)


@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=_STEPS, level=st.sampled_from([Level.MEDIUM, Level.HIGH]))
def test_at_any_order_of_acts_it_opens_for_whoever_asked_once_enough_have_approved_and_never_else(
    store: Store, named: Take, hold: Hold, steps: Sequence[str], level: Level
) -> None:
    report_id, asker, other = named(level=level), hold(), hold()
    custodians = [hold(StaffRole.CUSTODIAN) for _ in range(3)]
    request = ask(store, report_id, asker)
    given: dict[int, int] = {}
    over, gone, opened = False, False, 0
    for step in steps:
        word, _, number = step.partition(" ")
        needed = 2 if level is Level.HIGH else 1
        counted = {one: at for one, at in given.items() if not (gone and one == 1)}
        may = not over and len(counted) >= max([needed, *counted.values()])
        try:
            if word == "approve":
                desk(store).decide(request, APPROVE, custodians[int(number)])
                assert not over
                assert int(number) not in given
                given[int(number)] = needed
            elif word == "refuse":
                desk(store).decide(request, REFUSE, custodians[int(number)], "不同意")
                assert int(number) not in given
                over = True
            elif word == "withdraw":
                desk(store).withdraw(request, asker)
                over = True
            elif word in ("rise", "fall"):
                level = Level.HIGH if word == "rise" else Level.LOW
                rise(store, report_id, level)
            elif word == "revoke" and not gone:
                store.revoke_token(custodians[1].principal)
                gone = True
            elif word == "other":
                desk(store).open(request, other)
                pytest.fail("nobody but whoever asked opens it")
            elif word == "open":
                assert desk(store).open(request, asker).name == "李大山"
                assert may
                opened += 1
        except TriageError:
            assert word != "open" or not may
    assert acts(store, report_id).count("identity open") == opened
    assert desk(store).request(request, asker).line.opened == opened


_MOMENTS = st.integers(0, 20).map(lambda days: datetime(2026, 3, 2, tzinfo=UTC) + days * DAY)
_ACTS = st.lists(
    st.builds(ActRow, st.sampled_from([APPROVE, REFUSE]), st.sampled_from("abc"), _MOMENTS, st.sampled_from([1, 2])),
    max_size=4,
    unique_by=lambda act: act.by,
)


@given(acts=_ACTS, needed=st.sampled_from([1, 2]), counted=st.sets(st.sampled_from("abc")), now=_MOMENTS)
def test_what_is_approved_has_enough_approvals_that_count_and_none_too_old_and_no_refusal(
    acts: list[ActRow], needed: int, counted: set[str], now: datetime
) -> None:
    acts.sort(key=lambda act: act.at)
    terms = Terms(now - 7 * DAY, now - 3 * DAY)
    found = standing_of(datetime(2026, 3, 2, tzinfo=UTC), acts, needed, counted, terms)
    approvals = [act for act in acts if act.act is APPROVE and act.by in counted]
    if found.state is IdentityState.APPROVED:
        assert len(approvals) >= found.needed >= needed
        assert all(act.act is not REFUSE for act in acts)
        assert found.approved_at is not None
        assert found.approved_at > terms.approved_from
    if found.state is IdentityState.WAITING:
        assert len(approvals) < found.needed


# What is written down, and where no name stands


def test_an_opening_that_cannot_be_written_down_tells_nothing(
    store: Store, named: Take, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id, asker = named(), hold()
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    order: list[str] = []
    unwrap = type(store._vault).unwrap_for_the_custodian

    def watched(*given: Any) -> bytes:
        order.append("unwrapped")
        return unwrap(*given)

    def broken(*_: Any) -> None:
        order.append("log")
        raise OSError("no room")

    monkeypatch.setattr(type(store._vault), "unwrap_for_the_custodian", watched)
    monkeypatch.setattr("triage.store.custody.write_entries", broken)
    with pytest.raises(OSError, match="no room"):
        desk(store).open(request, asker)
    assert order == ["log"], "nothing is opened before it is written down"
    monkeypatch.undo()
    assert desk(store).request(request, asker).line.opened == 0


def test_no_name_no_contact_and_no_note_stands_in_clear_or_in_an_error(
    store: Store, named: Take, hold: Hold, caplog: pytest.LogCaptureFixture
) -> None:
    report_id, asker, custodian = named(), hold(), hold(StaffRole.CUSTODIAN)
    with caplog.at_level("DEBUG"):
        request = ask(store, report_id, asker, "证人赵小云要求答复")
        desk(store).decide(request, APPROVE, custodian, "赵小云已来电")
        opened = desk(store).open(request, asker)
        desk(store).request(request, custodian)
        with pytest.raises(BadInput) as met:
            desk(store, 9 * DAY).open(request, asker)
        flip(store, report_id, "identities")
        with pytest.raises(Corrupt) as broken:
            desk(store).open(request, asker)
    rows = rows_of(store, identity_requests, identity_acts, audit)
    kept = b"".join(row.note for row in rows if isinstance(getattr(row, "note", None), bytes))
    told = f"{rows!r} {met.value} {broken.value} {opened!r} {caplog.text}"
    for word in ("李大山", "13800138000", "赵小云"):
        assert word not in told
        assert word.encode() not in kept


def test_a_note_opens_for_no_other_request(store: Store, named: Take, hold: Hold) -> None:
    from sqlalchemy import update

    asker, other = hold(), hold()
    report_id = named()
    first, second = ask(store, report_id, asker), ask(store, report_id, other, "另一说明")
    with store._database.write() as connection:
        blob = connection.execute(select(identity_requests.c.note).where(identity_requests.c.id == second)).scalar_one()
        connection.execute(update(identity_requests).where(identity_requests.c.id == first).values(note=blob))
    with pytest.raises(Corrupt):
        desk(store).request(first, asker)


def test_what_is_exported_holds_no_name(store: Store, named: Take, hold: Hold) -> None:
    report_id, asker = named(), hold()
    request = ask(store, report_id, asker)
    desk(store).decide(request, APPROVE, hold(StaffRole.CUSTODIAN))
    desk(store).open(request, asker)
    told = repr(list(store.export(asker)))
    assert report_id in told
    assert "李大山" not in told
    assert "13800138000" not in told


def test_one_module_alone_lets_the_vault_open_what_reporters_told_of_themselves() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for top in ("triage", "api", "models")
        for path in (ROOT / top).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "unwrap_for_the_custodian"
    }
    assert users == {"triage/store/custody.py"}


def test_the_vault_goes_on_refusing_identities_by_its_ordinary_door(store: Store, named: Take) -> None:
    from triage.store.tables import identities

    report_id = named()
    (row,) = rows_of(store, identities)
    with pytest.raises(NotAllowed):
        store._vault.unwrap(row.wrapped_key, "identity", report_id)


def test_a_store_of_the_version_before_takes_requests_once_it_is_migrated(settings: Settings) -> None:
    with Store.open(settings) as store:
        (answer,) = store.receive([arrival("一", reporter=NAMED)])
        assert isinstance(answer, Accepted)
        store.save_assessed([outcome(answer.report_id, level=Level.LOW)])
        with store._database.write() as connection:
            without_custody(connection)
            set_version(connection, "0015")
    with Store.open(settings, migrate=True) as store:
        asker = store.authenticate(store.new_token(StaffRole.INVESTIGATOR))
        request = ask(store, answer.report_id, asker)
        custodian = store.authenticate(store.new_token(StaffRole.CUSTODIAN))
        desk(store).decide(request, APPROVE, custodian)
        assert desk(store).open(request, asker).name == "李大山"
