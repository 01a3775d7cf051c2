"""What independent reports of a case add to urgency, and that a report which they lift to high risk is proposed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from ledger_samples import arrive, feed, keep, points, same
from sqlalchemy import select
from store_samples import assessment, outcome, staff

from api.schemas.reports import report_out
from triage.cli.showing import describe
from triage.codes import HEADS_OFFICE
from triage.jsonl import report_of
from triage.judging import Judging
from triage.model import Judgement, Level, Office, Rank, Risk, Route, Ruling, Verdict, Way
from triage.policy import load_policy
from triage.referral import Desk
from triage.renewal import Renewal, priority_of
from triage.review import Said, as_held
from triage.review.rereading import not_below
from triage.reviewing import Panel
from triage.shown import shown
from triage.store import WORKER, Assessed, Priority, Store
from triage.store.rereading import Reread
from triage.store.tables import routes

COUNTY = Office("513431-discipline", "昭觉县纪委监委", "513431", Rank.COUNTY, "discipline")


@pytest.fixture
def renewal(store: Store) -> Renewal:
    return Renewal(store, load_policy(None), Desk("", Rank.NATION), (COUNTY,))


def below(store: Store, count: int, score: float = 7.75) -> list[str]:
    """Reports that nobody would propose: of medium risk, and held to be no matter for investigators."""
    ids = arrive(store, count)
    read = assessment(refer=False, refer_probability=0.1, risk=Risk(Level.MEDIUM, score))
    priority = Priority(Level.MEDIUM, score, False)
    store.save_assessed([outcome(one, assessment=read, priority=priority, refer=False) for one in ids])
    return ids


def joined(store: Store, renewal: Renewal, ids: list[str]) -> None:
    for one in ids[1:]:
        Judging(store).judge(ids[0], one, Verdict.SAME, staff())
    feed(store, renewal)


def proposed(store: Store) -> dict[str, tuple[str, tuple[str, ...], str | None]]:
    found = (row.referral for row in store.referrals(staff()))
    return {one.report_id: (one.level.value, one.reasons, one.office_id) for one in found}


def test_a_report_that_others_lift_to_high_risk_is_proposed_to_investigators(store: Store, renewal: Renewal) -> None:
    ids = below(store, 5)
    feed(store, renewal)
    assert proposed(store) == {}
    joined(store, renewal, ids)
    priority = store.row(ids[0], staff()).priority
    assert (priority.level, priority.refer, priority.corroboration) == (Level.HIGH, True, 4.0)
    told = ("high", ("handled_below", "risk_high"), COUNTY.id)
    assert proposed(store) == dict.fromkeys(ids, told)
    with store._database.read() as connection:
        ways = connection.execute(select(routes.c.refer).where(routes.c.report_id == ids[0])).scalars().all()
    assert sorted(ways) == [False, True]


def test_a_proposal_that_an_office_has_stays_when_the_case_is_taken_apart_and_is_made_once(
    store: Store, renewal: Renewal
) -> None:
    ids = below(store, 5)
    joined(store, renewal, ids)
    before = store.referrals(staff())
    Judging(store).split(ids[0], ids[1:], staff())
    feed(store, renewal)
    assert store.row(ids[0], staff()).priority.level is Level.MEDIUM
    assert store.referrals(staff()) == before
    Judging(store).undo(None, staff())
    feed(store, renewal)
    assert store.row(ids[0], staff()).priority.level is Level.HIGH
    assert store.referrals(staff()) == before


def test_what_a_case_adds_is_told_among_the_reasons_and_goes_with_the_case(store: Store, renewal: Renewal) -> None:
    ids = below(store, 5)
    joined(store, renewal, ids)
    line = "  +4.0 同一事项另有来件 · other reports tell of the same matter"
    told = shown(store.row(ids[0], staff()))
    assert line in list(describe(told))
    assert (report_of(told)["case_points"], report_out(told).case_points) == (4.0, 4.0)
    Judging(store).split(ids[0], ids[1:], staff())
    feed(store, renewal)
    told = shown(store.row(ids[0], staff()))
    assert line not in list(describe(told))
    assert (report_of(told)["case_points"], report_out(told).score) == (0.0, 7.75)


def test_whoever_sees_a_case_in_part_is_not_told_how_many_voices_it_has(store: Store, renewal: Renewal) -> None:
    here, there = arrive(store, 2)
    store.save_assessed([outcome(here, score=6.0), outcome(there, score=6.0, division="520100")])
    joined(store, renewal, [here, there])
    points_told = {place: shown(store.row(here, staff(place))).row for place in ("", "5134")}
    assert [(row.case_points, row.priority.score) for row in points_told.values()] == [(1.0, 7.5), (0.0, 6.5)]


def test_a_proposal_that_waits_is_no_less_grave_than_its_case_makes_its_report(store: Store, renewal: Renewal) -> None:
    ids = arrive(store, 5)
    read = assessment(risk=Risk(Level.HIGH, 9.75))
    store.save_assessed([outcome(one, assessment=read, score=9.75) for one in ids])
    feed(store, renewal)
    store.proposals.take(ids[1], staff())
    before = {row.referral.report_id: row.referral for row in store.referrals(staff())}
    joined(store, renewal, ids)
    after = {row.referral.report_id: row.referral for row in store.referrals(staff())}
    assert {one.level for one in after.values()} == {Level.GRAVE}
    assert {one.score for one in after.values()} == {13.75}
    assert [one.id for one in after.values()] == [before[name].id for name in after]
    assert store.referral(ids[1], staff()).referral.level is Level.HIGH, "what was taken over stays as it was taken"
    assert store.proposals.give_back(ids[1], staff()).referral.level is Level.GRAVE
    Judging(store).split(ids[0], ids[1:], staff())
    feed(store, renewal)
    assert store.referral(ids[0], staff()).referral == after[ids[0]], "it stays on the desk where it is"


def test_reports_that_stay_below_high_risk_are_proposed_by_nobody(store: Store, renewal: Renewal) -> None:
    ids = below(store, 3, score=4.5)
    joined(store, renewal, ids)
    assert store.row(ids[0], staff()).priority.corroboration == 2.0
    assert proposed(store) == {}


def test_what_a_person_corrected_is_not_proposed_by_its_case(store: Store, renewal: Renewal) -> None:
    ids = below(store, 6)
    panel = Panel(store, renewal.desk, renewal.offices, renewal.policy)
    panel.review(ids[0], Said(Ruling.CORRECT, ("formalism",), refer=False, urgent=False), staff())
    joined(store, renewal, ids)
    assert store.row(ids[0], staff()).priority.refer is False
    assert set(proposed(store)) == set(ids[1:])


def test_confirming_a_reading_leaves_it_proposed_though_the_reading_alone_would_not(
    store: Store, renewal: Renewal
) -> None:
    ids = below(store, 5)
    joined(store, renewal, ids)
    before = {row.referral.report_id: row.referral for row in store.referrals(staff())}[ids[0]]
    Panel(store, renewal.desk, renewal.offices, renewal.policy).review(ids[0], Said(Ruling.CONFIRM), staff())
    after = {row.referral.report_id: row.referral for row in store.referrals(staff())}[ids[0]]
    assert (after.id, after.proposed_at) == (before.id, before.proposed_at), "it keeps its place in the queue"
    feed(store, renewal)
    assert store.row(ids[0], staff()).priority.refer is True
    assert ids[0] in proposed(store)


@pytest.mark.parametrize("ruling", [Ruling.CONFIRM, Ruling.REJECT])
def test_what_is_decided_of_the_reading_withdraws_no_proposal_that_the_case_brought_before_it_fell_apart(
    store: Store, renewal: Renewal, ruling: Ruling
) -> None:
    ids = below(store, 5)
    joined(store, renewal, ids)
    Judging(store).split(ids[0], ids[1:], staff())
    feed(store, renewal)
    before = {row.referral.report_id: row.referral for row in store.referrals(staff())}[ids[0]]
    panel = Panel(store, renewal.desk, renewal.offices, renewal.policy)
    made = panel.review(ids[0], Said(ruling), staff())
    feed(store, renewal)
    after = {row.referral.report_id: row.referral for row in store.referrals(staff())}[ids[0]]
    assert (made.lowered, after) == ((), before)
    assert store.row(ids[0], staff()).priority.refer is True


@pytest.mark.parametrize("ruling", [Ruling.CONFIRM, Ruling.REJECT])
def test_a_level_that_only_the_case_gave_goes_with_the_case_though_the_reading_was_decided_on(
    store: Store, renewal: Renewal, ruling: Ruling
) -> None:
    ids = below(store, 5)
    joined(store, renewal, ids)
    panel = Panel(store, renewal.desk, renewal.offices, renewal.policy)
    assert panel.review(ids[0], Said(ruling), staff()).lowered == ()
    assert store.row(ids[0], staff()).priority.level is Level.HIGH
    Judging(store).split(ids[0], ids[1:], staff())
    feed(store, renewal)
    priority = store.row(ids[0], staff()).priority
    assert (priority.level, priority.refer) == (Level.MEDIUM, True)


@pytest.mark.parametrize("ruling", [Ruling.CONFIRM, Ruling.REJECT])
def test_what_a_person_raised_stays_when_a_colleague_speaks_of_the_reading_and_when_its_case_grows(
    store: Store, renewal: Renewal, ruling: Ruling
) -> None:
    ids = below(store, 3, score=4.5)
    panel = Panel(store, renewal.desk, renewal.offices, renewal.policy)
    panel.review(ids[0], Said(Ruling.CORRECT, ("retaliation",), refer=True, urgent=True), staff())
    raised = store.row(ids[0], staff()).priority
    before = store.referral(ids[0], staff()).referral
    assert raised.level is Level.HIGH
    made = panel.review(ids[0], Said(ruling), staff())
    assert (made.lowered, store.referral(ids[0], staff()).referral) == ((), before)
    joined(store, renewal, ids)
    now = store.row(ids[0], staff())
    assert (now.priority.level, now.priority.refer, now.priority.urgent) == (Level.HIGH, True, True)
    assert now.priority.corroboration == 2.0
    shown = as_held(now, renewal.policy).assessment.risk
    assert (shown.level, [point.code for point in shown.floor]) == (Level.HIGH, ["decided_before"])


def test_only_a_correction_lowers_what_a_person_raised(store: Store, renewal: Renewal) -> None:
    (one,) = below(store, 1, score=4.5)
    panel = Panel(store, renewal.desk, renewal.offices, renewal.policy)
    for refer, lowered in ((True, ()), (False, ("refer", "urgent", "level"))):
        categories = ("retaliation",) if refer else ("service_request",)
        made = panel.review(one, Said(Ruling.CORRECT, categories, refer=refer, urgent=refer), staff())
        assert made.lowered == lowered
        panel.review(one, Said(Ruling.REJECT), staff())
    assert proposed(store) == {}


def test_what_was_lifted_before_lifting_proposed_anything_is_proposed_when_its_case_is_looked_at(
    store: Store, renewal: Renewal
) -> None:
    ids = below(store, 2)
    keep(store, late := arrive(store, 1), same(late[0], ids[0]))
    feed(store, renewal)
    store.save_priorities({ids[1]: Priority(Level.HIGH, 9.75, False, corroboration=2.0)})
    assert store.unproposed(ids, WORKER) == [ids[1]]
    Judging(store).judge(ids[0], ids[1], Verdict.SAME, staff())
    feed(store, renewal)
    assert ids[1] in proposed(store)
    assert store.unproposed(ids, WORKER) == []


def test_a_graver_reading_that_comes_while_a_case_is_derived_keeps_the_priority_that_it_brought(
    store: Store, renewal: Renewal, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = below(store, 2)
    feed(store, renewal)
    Judging(store).judge(first, second, Verdict.SAME, staff())
    items, kept = store.outbox_batch(10), store.save_priorities

    def meanwhile(*made: Any) -> list[int]:
        grave = outcome(
            first,
            assessment=assessment(model="m2", risk=Risk(Level.GRAVE, 12.0)),
            priority=Priority(Level.GRAVE, 12.0, True),
        )
        assert store.rereading.save([Reread(store.row(first, WORKER).assessment_id, grave)]) == [first]
        return kept(*made)

    monkeypatch.setattr(store, "save_priorities", meanwhile)
    renewal.renew(items)
    store.outbox_done([item.seq for item in items])
    now = store.row(first, staff())
    assert (now.assessment.model, now.priority.level, now.priority.refer) == ("m2", Level.GRAVE, True)
    assert store.row(second, staff()).priority.corroboration == 1.0
    monkeypatch.undo()
    feed(store, renewal)
    priority = store.row(first, staff()).priority
    assert (priority.level, priority.corroboration) == (Level.GRAVE, 1.0), "what its case adds follows"


def copy(one: str, other: str) -> Judgement:
    return Judgement(one, other, Verdict.SAME, 0.99, "links-1", ("copy",), joined=True)


def test_copies_stay_one_voice_when_those_that_they_were_compared_with_are_split_off(
    store: Store, renewal: Renewal
) -> None:
    ids = arrive(store, 8)
    *letters, voice = ids
    keep(store, ids, *(copy(one, before) for one in letters[2:] for before in letters[:2]), same(voice, letters[2]))
    feed(store, renewal)
    assert points(store, ids) == [1.0] * 8
    Judging(store).split(letters[0], letters[:2], staff())
    feed(store, renewal)
    assert points(store, [*letters[2:], voice]) == [1.0] * 6
    Judging(store).undo(None, staff())
    feed(store, renewal)
    assert points(store, ids) == [1.0] * 8


def test_copies_of_copies_stay_one_voice_when_those_between_them_are_split_off_or_sealed(
    store: Store, renewal: Renewal
) -> None:
    *letters, voice = ids = arrive(store, 7)
    chain = [copy(one, before) for before, one in pairwise(letters)]
    keep(store, ids, *chain, same(voice, letters[0]))
    feed(store, renewal)
    assert points(store, ids) == [1.0] * 7
    Judging(store).split(letters[0], letters[1:5], staff())
    feed(store, renewal)
    assert points(store, ids) == [1.0, *[0.0] * 4, 1.0, 1.0]
    Judging(store).undo(None, staff())
    sealed = Route(Way.SEALED_UP, "513431", None, False, (HEADS_OFFICE,))
    for one in letters[2:4]:
        store.rereading.save([Reread(store.row(one, WORKER).assessment_id, Assessed(one, None, sealed))])
    Judging(store).merge(letters[0], letters[5], staff())
    feed(store, renewal)
    left = [*letters[:2], *letters[4:], voice]
    assert points(store, left) == [1.0] * 5


def test_letters_of_several_people_count_each_though_all_were_joined_to_one_that_is_split_off(
    store: Store, renewal: Renewal
) -> None:
    first, *others = ids = arrive(store, 4)
    keep(store, ids, *(same(one, first) for one in others))
    feed(store, renewal)
    Judging(store).split(first, [first], staff())
    feed(store, renewal)
    assert points(store, others) == [2.0] * 3


def test_what_another_model_found_stays_when_the_office_goes_back_to_the_first_and_the_case_changes(
    store: Store, renewal: Renewal
) -> None:
    ids = below(store, 2)
    feed(store, renewal)
    plain = store.row(ids[0], WORKER).assessment
    for model, read in (("m2", assessment(model="m2", risk=Risk(Level.GRAVE, 14.0))), (plain.model, plain)):
        row = store.row(ids[0], WORKER)
        now = not_below(row.machine or row.assessment, read, renewal.policy)
        assert now.model == model
        item = outcome(ids[0], assessment=now, priority=priority_of(now, True, renewal.policy))
        assert store.rereading.save([Reread(row.assessment_id, item)]) == [ids[0]]
    feed(store, renewal)
    assert store.row(ids[0], staff()).priority.level is Level.GRAVE
    assert store.rereading.stood(ids)[ids[0]].level is Level.GRAVE, "so does what is known of it where it opens no more"
    joined(store, renewal, ids)
    row = store.row(ids[0], staff())
    assert (row.assessment.model, row.priority.corroboration, row.priority.level) == (plain.model, 1.0, Level.GRAVE)
    assert row.priority.score == 15.0


@pytest.mark.parametrize("case_first", [True, False])
@pytest.mark.parametrize("ruling", [Ruling.CONFIRM, Ruling.REJECT])
def test_a_level_that_a_colleague_gave_outlasts_a_case_that_gives_it_too_and_falls_apart(
    store: Store, renewal: Renewal, ruling: Ruling, case_first: bool
) -> None:
    ids = below(store, 5)
    panel = Panel(store, renewal.desk, renewal.offices, renewal.policy)
    if case_first:
        joined(store, renewal, ids)
    panel.review(ids[0], Said(Ruling.CORRECT, ("retaliation",), refer=True, urgent=False), staff())
    panel.review(ids[0], Said(ruling), staff())
    feed(store, renewal)
    assert store.row(ids[0], staff()).priority.level is Level.HIGH
    if not case_first:
        joined(store, renewal, ids)
    Judging(store).split(ids[0], ids[1:], staff())
    feed(store, renewal)
    priority = store.row(ids[0], staff()).priority
    assert (priority.corroboration, priority.level) == (0.0, Level.HIGH)
