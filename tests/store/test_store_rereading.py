"""Old readings made anew, on both databases: each is kept, nothing on a desk is lost, a person's word stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from store_samples import assessment, outcome, staff

from triage.model import Level, Office, Rank, Ruling, Stage, Way
from triage.policy import load_policy
from triage.referral import Desk
from triage.renewal import news_in
from triage.review import Said
from triage.reviewing import Panel, ReviewSet
from triage.store import WORKER, Priority, Store
from triage.store.rereading import Reread
from triage.store.tables import assessments, audit, party_keys, reports
from triage.store.writing_again import MadeBy

OLD, NEW = MadeBy("linear/1", "m1", "t1"), MadeBy("linear/1", "m2", "t1")
Route = Callable[..., str]


def seqs(store: Store, by: MadeBy = NEW) -> list[int]:
    return [seq for seq, _lane in store.rereading.behind(by, 1, store.last_seq())]


def decide(store: Store, report_id: str, said: Said | None = None) -> None:
    desk = Desk("513431", Rank.COUNTY)
    Panel(store, desk, (), load_policy(None)).review(report_id, said or Said(Ruling.CONFIRM), staff())


def again(report_id: str, by: MadeBy = NEW, **changes: Any) -> Any:
    fields = {"reader": by.reader, "model": by.model, "taxonomy": by.taxonomy, **changes.pop("reading", {})}
    return outcome(report_id, assessment=assessment(**fields), **{"link_keys": (), **changes})


def read_again(store: Store, by: MadeBy = NEW, **changes: Any) -> list[str]:
    held = store.rereading.take(seqs(store, by), by)
    made = [Reread(one.row.assessment_id, again(one.row.report.id, by, **changes)) for one in held]
    return store.rereading.save(made)


def readings(store: Store) -> int:
    with store._database.read() as connection:
        return connection.execute(select(func.count()).select_from(assessments)).scalar_one()


def test_what_another_model_read_is_found_newest_first_and_each_reading_is_kept(store: Store, route: Route) -> None:
    ids = [route() for _ in range(3)]
    assert seqs(store, OLD) == []
    assert [store.row(one, WORKER).report.seq for one in reversed(ids)] == seqs(store)
    assert sorted(read_again(store)) == ids
    assert readings(store) == 6
    assert {store.assessment(one, WORKER).model for one in ids} == {"m2"}
    assert seqs(store) == []
    assert store.waiting() > 0, "they go to the index again"
    assert read_again(store) == []


def test_going_back_to_an_earlier_model_points_to_the_reading_that_is_there(store: Store, route: Route) -> None:
    report_id = route()
    first = store.row(report_id, WORKER).assessment_id
    read_again(store)
    assert read_again(store, OLD) == [report_id]
    assert store.row(report_id, WORKER).assessment_id == first
    assert readings(store) == 2


def test_a_proposal_keeps_its_place_on_the_desk_though_the_new_reading_proposes_none(
    store: Store, route: Route
) -> None:
    report_id = route()
    [before] = store.referrals(staff())
    held = store.rereading.take(seqs(store), NEW)
    assert [one.on_desk for one in held] == [True]
    read_again(store, refer=False, level=Level.LOW, score=0.5)
    assert [row.referral for row in store.referrals(staff())] == [before.referral]
    assert store.referral(before.referral.id, staff()).referral.report_id == report_id


def test_a_graver_reading_raises_a_proposal_that_stays_as_old_as_it_was(store: Store, route: Route) -> None:
    report_id = route(level=Level.HIGH, score=6.5)
    [before] = store.referrals(staff())
    read_again(store, level=Level.GRAVE, score=5.0, reading={"accused_level": Rank.COUNTY})
    [now] = store.referrals(staff())
    assert (now.referral.report_id, now.referral.level) == (report_id, Level.GRAVE)
    assert now.referral.accused_level is Rank.COUNTY
    assert now.referral.score == 6.5
    assert now.referral.proposed_at == before.referral.proposed_at


def test_a_proposal_on_a_higher_official_is_no_lighter_than_the_one_before(store: Store, route: Route) -> None:
    route(level=Level.GRAVE, score=6.5)
    read_again(store, level=Level.LOW, score=1.0, reading={"accused_level": Rank.COUNTY})
    [now] = store.referrals(staff())
    assert (now.referral.level, now.referral.score) == (Level.GRAVE, 6.5)
    assert now.referral.accused_level is Rank.COUNTY


def test_what_was_not_proposed_is_proposed_when_the_new_reading_says_so(store: Store, route: Route) -> None:
    report_id = route(refer=False)
    assert store.referrals(staff()) == []
    read_again(store)
    assert [row.referral.report_id for row in store.referrals(staff())] == [report_id]


def test_a_report_in_which_another_model_finds_the_same_is_no_news_and_one_in_which_it_finds_more_is(
    store: Store, route: Route
) -> None:
    ids = [route() for _ in range(6)]
    store.outbox_done([item.seq for item in store.outbox_batch(99)])
    changes: list[dict[str, Any]] = [
        {},
        {"reading": {"categories": ("opaque_funds", "embezzlement")}, "score": 6.6},
        {"reading": {"categories": ("bribery",)}},
        {"level": Level.GRAVE},
        {"link_facts": b"other mentions"},
        {"division": "520100"},
    ]
    held = {one.row.report.id: one.row.assessment_id for one in store.rereading.take(seqs(store), NEW)}
    made = [Reread(held[one], again(one, **how)) for one, how in zip(ids, changes, strict=True)]
    assert sorted(store.rereading.save(made)) == ids
    items = store.outbox_batch(99)
    assert news_in(items)[0] == set(ids[2:])
    assert {item.report_id for item in items} == set(ids), "all of them go to the index"


def test_nobody_is_let_in_who_was_kept_out(store: Store, route: Route) -> None:
    report_id = route(party_keys=("accused",))
    read_again(store, party_keys=("another",))
    for excluded in ("accused", "another"):
        assert store.visible([report_id], staff(excluded=(excluded,))) == set()
    with store._database.read() as connection:
        assert connection.execute(select(func.count()).select_from(party_keys)).scalar_one() == 2


def test_what_somebody_decided_is_not_read_again_nor_what_is_sealed_waits_or_is_dead(
    store: Store, route: Route, take: Callable[..., str]
) -> None:
    decided, sealed, plain = route(), route(way=Way.SEALED_UP), route()
    take()
    decide(store, decided)
    dead = route()
    with store._database.write() as connection:
        connection.execute(update(reports).where(reports.c.id == dead).values(stage=Stage.DEAD.value))
    assert seqs(store) == [store.row(plain, WORKER).report.seq]
    told = {one.model: (one.reports, one.decided, one.in_use) for one in store.rereading.read_by(NEW)}
    assert told == {"m1": (2, 1, False)}
    assert sealed not in read_again(store)


def test_another_model_reads_what_was_rejected_and_its_reading_is_open_like_any_other(
    store: Store, route: Route
) -> None:
    report_id = route()
    decide(store, report_id, Said(Ruling.REJECT))
    told = [(one.model, one.reports, one.decided) for one in store.rereading.read_by(NEW)]
    assert told == [("m1", 1, 0)]
    assert read_again(store, reading={"categories": ("bribery",)}) == [report_id]
    row = store.row(report_id, staff())
    assert (row.review, row.assessment.categories, row.assessment.model) == (None, ("bribery",), "m2")
    assert [one.decision for one in store.reviews.history(report_id, staff())] == [Ruling.REJECT]
    assert store.reviews.rejected(staff()) == []
    ReviewSet(store).take_in(store.outbox_batch(9))
    assert [one.reports for one in store.reviews.strata(staff())] == [1]


def test_a_model_whose_reading_was_rejected_does_not_bring_it_back(store: Store, route: Route) -> None:
    report_id = route()
    decide(store, report_id, Said(Ruling.REJECT))
    read_again(store)
    assert seqs(store, OLD) == []
    assert store.rereading.take([store.row(report_id, WORKER).report.seq], OLD) == []
    told = [(one.model, one.reports, one.decided, one.in_use) for one in store.rereading.read_by(OLD)]
    assert told == [("m2", 1, 1, False)]
    third = replace(NEW, model="m3")
    assert read_again(store, third) == [report_id]
    assert store.assessment(report_id, WORKER).model == "m3"


def test_what_was_rejected_and_then_corrected_is_not_read_again(store: Store, route: Route) -> None:
    report_id = route()
    decide(store, report_id, Said(Ruling.REJECT))
    held = store.rereading.take(seqs(store), NEW)
    decide(store, report_id, Said(Ruling.CORRECT, ("bribery",), refer=True, urgent=False))
    assert seqs(store) == []
    assert store.rereading.save([Reread(one.row.assessment_id, again(report_id)) for one in held]) == []
    assert store.row(report_id, staff()).assessment.categories == ("bribery",)


def test_who_decides_or_reads_between_the_look_and_the_writing_is_not_written_over(store: Store, route: Route) -> None:
    first, second = route(), route()
    held = store.rereading.take(seqs(store), NEW)
    made = [Reread(one.row.assessment_id, again(one.row.report.id)) for one in held]
    decide(store, first)
    store.save_assessed([outcome(second, assessment=assessment(model="m3"))])
    assert store.rereading.save(made) == []
    assert store.row(first, WORKER).review is not None
    assert store.assessment(second, WORKER).model == "m3"


def test_an_accused_above_the_office_found_now_seals_the_report_and_the_log_says_so(store: Store, route: Route) -> None:
    report_id = route()
    held = store.rereading.take(seqs(store), NEW)
    item = outcome(report_id, way=Way.SEALED_UP, assessment=None, priority=None)
    assert store.rereading.save([Reread(held[0].row.assessment_id, item)]) == [report_id]
    assert store.referrals(staff()) == []
    assert store.counts(WORKER)[Stage.SEALED] == 1
    with store._database.read() as connection:
        acts = connection.execute(select(audit.c.act, audit.c.subjects).order_by(audit.c.seq)).all()
    assert ("seal", report_id) in [tuple(row) for row in acts]


def test_a_report_that_does_not_open_is_told_and_keeps_no_other_from_being_read_again(
    store: Store, route: Route
) -> None:
    bad, good = route(), route()
    with store._database.write() as connection:
        connection.execute(update(reports).where(reports.c.id == bad).values(body=b"x"))
    assert [one.row.report.id for one in store.rereading.take(seqs(store), NEW)] == [good]
    assert [(one.report_id, one.code) for one in store.stuck(staff())] == [(bad, "corrupt")]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.sampled_from(list(Level))), max_size=5))
def test_however_often_models_change_the_ledger_only_grows_and_no_proposal_is_lost(
    store: Store, route: Route, turns: Sequence[tuple[int, bool, Level]]
) -> None:
    models = [OLD, NEW, replace(NEW, model="m3")]
    report_id, before = route(), 0
    seen = {OLD.model}
    for place, refer, level in turns:
        by = models[place]
        read_again(store, by, refer=refer, level=level, priority=Priority(level, 1.0, refer))
        seen.add(by.model)
        assert store.assessment(report_id, WORKER).model == by.model
        assert report_id in {row.referral.report_id for row in store.referrals(staff(), limit=1000)}
        with store._database.read() as connection:
            of = select(assessments.c.model).where(assessments.c.report_id == report_id)
            kept = connection.execute(of).scalars().all()
        assert sorted(kept) == sorted(set(kept))
        assert len(kept) >= before
        before = len(kept)
    assert before in (0, len(seen))


def to_office(made: Any, office: str, *reasons: str) -> Any:
    return replace(made, route=replace(made.route, office_id=office, reasons=reasons))


def test_a_proposal_leaves_an_office_that_is_accused_by_now_and_stays_as_old_as_it_was(
    store: Store, take: Callable[..., str]
) -> None:
    report_id = take("县纪委干部李大明收了三万元。")
    store.save_assessed([to_office(outcome(report_id), "513431-discipline", "refer")])
    [before] = store.referrals(staff())

    def reads(model: str, *reasons: str) -> str | None:
        by = MadeBy("linear/1", model, "t1")
        [held] = store.rereading.take(seqs(store, by), by)
        new = to_office(again(report_id, by), "5134-discipline", *reasons)
        store.rereading.save([Reread(held.row.assessment_id, new)])
        [now] = store.referrals(staff())
        assert now.referral.proposed_at == before.referral.proposed_at
        return now.referral.office_id

    assert reads("m2", "refer") == "513431-discipline", "nobody accuses it"
    assert reads("m3", "refer", "office_accused") == "5134-discipline"
    assert reads("m4", "refer", "office_accused") == "5134-discipline"


def test_a_decision_takes_a_proposal_from_an_office_that_is_accused(store: Store, take: Callable[..., str]) -> None:
    offices = [
        Office("513431-discipline", "昭觉县举报室", "513431", Rank.COUNTY, "discipline"),
        Office("5134-discipline", "凉山州督查组", "5134", Rank.PREFECTURE, "discipline"),
    ]
    store.save_offices(offices)
    report_id = take("昭觉县纪委干部李大明收了三万元。")
    store.save_assessed([to_office(outcome(report_id), "513431-discipline", "refer")])
    desk = Desk("5134", Rank.PREFECTURE)
    Panel(store, desk, offices, load_policy(None)).review(report_id, Said(Ruling.CONFIRM), staff())
    assert [row.referral.office_id for row in store.referrals(staff())] == ["5134-discipline"]
