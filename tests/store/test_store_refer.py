"""The referral queue: nothing falls off its end, and what somebody has taken over leaves it until it is given back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update
from store_samples import assessment, outcome, staff

from triage.cursors import Cursors
from triage.errors import BadInput, Changed, NotAllowed, NotFound
from triage.model import Access, Level, Rank, ReferralState, Risk, Ruling, StaffRole, Stage, Way
from triage.policy import load_policy
from triage.referral import Desk
from triage.review import Said
from triage.reviewing import Panel
from triage.store import Priority, Store
from triage.store.figures import figures_of
from triage.store.rereading import Reread
from triage.store.tables import audit, referrals, reports
from triage.store.writing_again import MadeBy

Route = Callable[..., str]
TAKEN = ReferralState.TAKEN
ME, OTHER = staff(), replace(staff(), principal="somebody else")
SUPERVISOR = replace(staff(role=StaffRole.SUPERVISOR), principal="supervisor")


def listed(store: Store, access: Access = ME, state: ReferralState = ReferralState.PROPOSED) -> list[str]:
    return [row.referral.report_id for row in store.proposals.page(access, state=state).rows]


def decide(store: Store, report_id: str, refer: bool | None = None) -> None:
    said = Said(Ruling.CONFIRM) if refer is None else Said(Ruling.CORRECT, ("bribery",), refer, False)
    Panel(store, Desk("", Rank.NATION), (), load_policy(None)).review(report_id, said, staff(role=StaffRole.REVIEWER))


def read_again(store: Store, report_id: str, **changes: Any) -> None:
    by = MadeBy("linear/1", "m2", "t1")
    [held] = store.rereading.take([store.row(report_id, staff()).report.seq], by)
    item = outcome(report_id, assessment=assessment(model="m2"), link_keys=(), **changes)
    assert store.rereading.save([Reread(held.row.assessment_id, item)]) == [report_id]


def test_pages_show_every_proposal_once_the_gravest_first_with_the_number_of_all(store: Store, route: Route) -> None:
    low = route(level=Level.MEDIUM, score=9.0)
    alike = [route(level=Level.HIGH, score=6.0) for _ in range(3)]
    less, grave = route(level=Level.HIGH, score=5.5), route(level=Level.GRAVE, score=1.0)
    seen: list[str] = []
    cursor = None
    while True:
        page = store.proposals.page(ME, limit=2, cursor=cursor)
        assert page.total == 6
        seen += [row.referral.report_id for row in page.rows]
        if (cursor := page.cursor) is None:
            break
    assert seen == [grave, *alike, less, low]
    assert store.proposals.page(ME, limit=6).cursor is None


def test_what_is_taken_over_or_comes_between_two_pages_moves_no_other(store: Store, route: Route) -> None:
    ids = [route(level=Level.HIGH, score=6.0) for _ in range(5)]
    first = store.proposals.page(ME, limit=2)
    store.proposals.take(ids[1], ME)
    store.proposals.take(ids[0], ME)
    route(level=Level.GRAVE, score=20.0)
    rest = store.proposals.page(ME, limit=9, cursor=first.cursor)
    assert [row.referral.report_id for row in rest.rows] == ids[2:]
    assert rest.total == 4


def test_what_becomes_more_or_less_grave_between_two_pages_makes_no_other_be_left_out_or_shown_twice(
    store: Store, route: Route
) -> None:
    ids = [route(level=Level.GRAVE, score=20.0) for _ in range(4)]
    first, two = (store.proposals.page(ME, limit=limit) for limit in (1, 2))
    decide(store, ids[0], refer=True)
    assert store.referral(ids[0], ME).referral.level.rank < Level.GRAVE.rank
    rest = store.proposals.page(ME, limit=9, cursor=first.cursor).rows
    assert [row.referral.report_id for row in rest] == [*ids[1:], ids[0]], (
        "it has its new place, and no other lost its own"
    )
    store.proposals.take(ids[1], ME)
    read_again(store, ids[1], level=Level.GRAVE, score=30.0)
    store.proposals.give_back(ids[1], ME)
    rest = store.proposals.page(ME, limit=9, cursor=two.cursor).rows
    assert [row.referral.report_id for row in rest] == [*ids[2:], ids[0]]


def test_a_cursor_tells_nothing_and_is_of_one_store_and_list(store: Store, route: Route) -> None:
    for _ in range(3):
        route()
    cursor = store.proposals.page(ME, limit=1).cursor
    assert cursor is not None
    assert cursor != store.proposals.page(ME, limit=1).cursor, "sealed anew each time"
    other = chr(ord(cursor[20]) ^ 1)
    for altered in (cursor[:20] + other + cursor[21:], cursor[:-4], cursor * 2):
        with pytest.raises(BadInput):
            store.proposals.page(ME, cursor=altered)
    with pytest.raises(BadInput):
        Cursors[list[Any]](store.subkey("cursor"), "").read(cursor, b"another list")


@pytest.mark.parametrize("cursor", ["", "三", "x", "0" * 26, "01J0000000000000000000000\0"])
def test_a_cursor_that_leads_nowhere_is_refused_and_no_list_is_made_up(store: Store, cursor: str) -> None:
    with pytest.raises(BadInput) as caught:
        store.proposals.page(ME, cursor=cursor)
    assert (caught.value.field, caught.value.rule) == ("cursor", "unknown")


def test_only_open_proposals_and_those_taken_over_are_listed(store: Store) -> None:
    with pytest.raises(BadInput):
        store.proposals.page(ME, state=ReferralState.WITHDRAWN)


def test_total_and_pages_leave_out_what_the_reader_may_not_see(store: Store, route: Route) -> None:
    here, _ = route(division="513431"), route(division="520100")
    route(division="513431", party_keys=("enemy",))
    page = store.proposals.page(staff("51", excluded=("enemy",)))
    assert ([row.referral.report_id for row in page.rows], page.total) == ([here], 1)


def test_a_proposal_that_is_taken_over_leaves_the_open_list_and_says_by_whom(store: Store, route: Route) -> None:
    taken, stays = route(), route()
    row = store.proposals.take(taken, ME)
    assert (row.referral.state, row.referral.taken_by) == ("taken", "somebody")
    assert row.referral.taken_at is not None
    assert listed(store) == [stays]
    assert listed(store, OTHER, TAKEN) == [taken]
    assert store.referral(row.referral.id, OTHER) == row
    assert store.referral(taken, OTHER) == row


def test_taking_over_twice_is_one_act_and_another_person_is_told(store: Store, route: Route) -> None:
    report_id = route()
    first = store.proposals.take(report_id, ME)
    assert store.proposals.take(first.referral.id, ME) == first
    with pytest.raises(Changed):
        store.proposals.take(report_id, OTHER)
    with store._database.read() as connection:
        rows = connection.execute(select(audit).where(audit.c.act == "referral taken")).all()
    assert [(row.principal, row.subjects, first.referral.id in row.detail) for row in rows] == [
        ("somebody", report_id, True)
    ]


def test_what_is_given_back_is_open_again(store: Store, route: Route) -> None:
    report_id = route()
    [before] = store.referrals(ME)
    store.proposals.take(report_id, ME)
    assert store.proposals.give_back(report_id, ME) == before
    assert store.referrals(OTHER) == [before]
    assert store.proposals.take(report_id, OTHER).referral.taken_by == "somebody else"
    with store._database.read() as connection:
        acts = connection.execute(select(audit.c.act).where(audit.c.act.startswith("referral "))).scalars().all()
    assert acts == ["referral taken", "referral given back", "referral taken"]


def test_whoever_took_it_gives_it_back_or_a_supervisor(store: Store, route: Route) -> None:
    report_id = route()
    with pytest.raises(Changed):
        store.proposals.give_back(report_id, ME)
    store.proposals.take(report_id, ME)
    with pytest.raises(NotAllowed):
        store.proposals.give_back(report_id, OTHER)
    assert store.proposals.give_back(report_id, SUPERVISOR).referral.state == "proposed"


@pytest.mark.parametrize("role", sorted(set(StaffRole) - {StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR}))
def test_other_roles_take_nothing_over(store: Store, route: Route, role: StaffRole) -> None:
    report_id = route()
    for act in (store.proposals.take, store.proposals.give_back):
        with pytest.raises(NotAllowed):
            act(report_id, staff(role=role))
    assert listed(store) == [report_id]


@pytest.mark.parametrize("access", [staff("52"), staff(excluded=("enemy",))], ids=["another place", "a party"])
def test_a_proposal_that_is_not_mine_to_see_is_not_there(store: Store, route: Route, access: Access) -> None:
    report_id = route(party_keys=("enemy",))
    proposal = store.referral(report_id, ME).referral.id
    for name in (report_id, proposal, "0" * 26):
        with pytest.raises(NotFound):
            store.proposals.take(name, access)
    store.proposals.take(report_id, ME)
    assert listed(store, access, TAKEN) == []
    with pytest.raises(NotFound):
        store.proposals.give_back(proposal, access)


@pytest.mark.parametrize("way", ["decided", "withdrawn", "read again", "assessed anew", "lifted by its case"])
def test_what_is_taken_over_stays_so_and_nothing_is_proposed_beside_it(store: Store, route: Route, way: str) -> None:
    report_id = route(level=Level.MEDIUM, score=3.0)
    held = store.proposals.take(report_id, ME).referral
    if way in ("decided", "withdrawn"):
        decide(store, report_id, refer=way == "decided")
    elif way == "read again":
        read_again(store, report_id, level=Level.GRAVE, score=20.0)
    elif way == "assessed anew":
        store.save_assessed([outcome(report_id, assessment=assessment(model="m3"), level=Level.GRAVE, score=20.0)])
    else:
        lifted = outcome(report_id, level=Level.HIGH, score=9.0)
        store.save_priorities({report_id: Priority(Level.HIGH, 9.0, True, corroboration=1.0)}, {report_id: lifted})
    assert listed(store) == []
    assert store.referral(report_id, ME).referral == held
    assert listed(store, state=TAKEN) == [report_id]


def test_what_has_become_graver_in_somebodys_hands_is_given_back_as_grave_as_it_is(store: Store, route: Route) -> None:
    first, second = route(level=Level.MEDIUM, score=3.0), route(level=Level.HIGH, score=6.0)
    store.proposals.take(first, ME)
    read_again(store, first, level=Level.GRAVE, score=20.0)
    back = store.proposals.give_back(first, ME).referral
    assert (back.level, back.score) == (Level.GRAVE, 20.0)
    assert listed(store) == [first, second]


def test_what_a_person_decided_not_to_refer_meanwhile_is_withdrawn_when_it_is_given_back(
    store: Store, route: Route
) -> None:
    report_id = route()
    store.proposals.take(report_id, ME)
    decide(store, report_id, refer=False)
    assert store.proposals.give_back(report_id, ME).referral.state == "withdrawn"
    assert (listed(store), listed(store, state=TAKEN)) == ([], [])
    with pytest.raises(NotFound):
        store.proposals.take(report_id, ME)


@pytest.mark.parametrize("ruling", [Ruling.CONFIRM, Ruling.REJECT])
def test_what_was_decided_not_to_be_referred_is_withdrawn_though_a_colleague_spoke_of_the_reading_since(
    store: Store, route: Route, ruling: Ruling
) -> None:
    read = assessment(refer=False, refer_probability=0.1, risk=Risk(Level.MEDIUM, 5.0))
    report_id = route(assessment=read, level=Level.MEDIUM, score=5.0)
    store.proposals.take(report_id, ME)
    decide(store, report_id, refer=False)
    panel = Panel(store, Desk("", Rank.NATION), (), load_policy(None))
    panel.review(report_id, Said(ruling), replace(ME, principal="colleague"))
    assert store.row(report_id, ME).priority.refer is False
    assert store.proposals.give_back(report_id, ME).referral.state == "withdrawn"
    assert listed(store) == []


def test_a_report_sealed_later_is_in_neither_list(store: Store, route: Route) -> None:
    report_id = route()
    store.proposals.take(report_id, ME)
    store.save_assessed([outcome(report_id, way=Way.SEALED_UP)])
    assert (listed(store), store.proposals.page(ME, state=TAKEN).total) == ([], 0)
    with pytest.raises(NotFound):
        store.proposals.give_back(report_id, ME)


def test_a_line_says_what_a_person_decided_on_the_reading(store: Store, route: Route) -> None:
    confirmed, plain = route(), route()
    decide(store, confirmed)
    assert {row.referral.report_id: row.decision for row in store.referrals(ME)} == {
        confirmed: Ruling.CONFIRM,
        plain: None,
    }


def test_the_figure_of_open_proposals_is_the_length_of_the_open_list(store: Store, route: Route) -> None:
    confirmed, taken, dead, plain = (route() for _ in range(4))
    decide(store, confirmed)
    store.proposals.take(taken, ME)
    with store._database.write() as connection:
        connection.execute(update(reports).where(reports.c.id == dead).values(stage=Stage.DEAD.value))
    page = store.proposals.page(ME)
    assert {row.referral.report_id for row in page.rows} == {confirmed, plain}
    told = figures_of(store)
    assert (told.proposed, told.undecided) == (page.total, 1) == (2, 1)


def test_a_report_never_has_two_proposals_that_stand(store: Store, route: Route) -> None:
    report_id = route()
    store.proposals.take(report_id, ME)
    read_again(store, report_id, level=Level.GRAVE, score=20.0)
    store.proposals.give_back(report_id, ME)
    decide(store, report_id)
    with store._database.read() as connection:
        standing = select(func.count()).where(referrals.c.report_id == report_id, referrals.c.state == "proposed")
        assert connection.execute(standing).scalar_one() == 1
