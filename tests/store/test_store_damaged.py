"""A row that does not open, as a bad disk, a bad copy or somebody with access to the database leaves it, stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select, update
from store_samples import assessment, flip, outcome, staff

from triage.cases import LinkKeyer, to_bytes
from triage.cases.matter import Matter
from triage.errors import Corrupt, NotAllowed, NotFound
from triage.model import Assessment, Judgement, Level, Rank, Risk, Ruling, StaffRole, Stage, Verdict, Way
from triage.neighbours import Neighbours
from triage.policy import load_policy
from triage.referral import Desk
from triage.renewal import Renewal
from triage.review import Said
from triage.reviewing import Panel
from triage.routing import Routed, Router
from triage.store import WORKER, Priority, Store
from triage.store.facts import forget_facts
from triage.store.outcomes import save_judgements
from triage.store.tables import assessments, audit, outbox, reports

Route = Callable[..., str]
A_MATTER = Matter.of("0" * 26, "三河村的路没有修。", (), date(2019, 11, 5))


def stopped(store: Store) -> list[tuple[str, Stage, str]]:
    return [(one.report_id, one.stage, one.code) for one in store.stuck(WORKER)]


def lines(store: Store) -> list[str]:
    with store._database.read() as connection:
        return list(connection.execute(select(outbox.c.report_id).order_by(outbox.c.seq)).scalars())


def all_indexed(store: Store) -> None:
    while items := store.outbox_batch(10):
        store.outbox_done([item.seq for item in items])


def same(one: str, other: str) -> Judgement:
    return Judgement(one, other, Verdict.SAME, 0.9, "near-text/1", joined=True)


@pytest.mark.parametrize("table", ["assessments", "reports"])
def test_a_damaged_report_is_left_out_wherever_reports_are_listed_and_is_told_as_stuck(
    store: Store, route: Route, table: str
) -> None:
    ids = [route(f"第{number}封信") for number in range(3)]
    seqs = [store.row(one, staff()).report.seq for one in ids]
    all_indexed(store)
    flip(store, ids[1], table)
    sound = [ids[0], ids[2]]
    asked: Sequence[Callable[[], Sequence[str]]] = (
        lambda: [row.report.id for row in store.rows_by_seq(seqs, staff())],
        lambda: list(store.rows(ids, staff())),
        lambda: [row.report.id for row in store.export(staff())],
        lambda: sorted(row.report.id for row in store.gravest(staff())),
        lambda: [row.report.id for row in store.index_rows(WORKER)],
    )
    for ask in asked:
        # Each of them is the first that meets it
        with store._database.write() as connection:
            connection.execute(update(reports).where(reports.c.id == ids[1]).values(stage="indexed", tries=0))
        assert ask() == sound
        assert stopped(store) == [(ids[1], Stage.DEAD, "corrupt")]
    with store._database.read() as connection:
        told = connection.execute(select(audit.c.act, audit.c.detail).where(audit.c.subjects == ids[1])).all()
    assert ("fail", '{"code": "corrupt"}') in [tuple(row) for row in told]


def test_a_damaged_report_leaves_the_index_by_the_way_of_every_change(store: Store, route: Route) -> None:
    bad, good = route(), route()
    all_indexed(store)
    flip(store, bad)
    assert [row.report.id for row in store.gravest(staff())] == [good]
    assert [(item.report_id, item.row) for item in store.outbox_batch(10)] == [(bad, None)]
    all_indexed(store)
    assert (store.counts(WORKER)[Stage.DEAD], store.counts(WORKER)[Stage.INDEXED]) == (1, 1)
    assert stopped(store) == [(bad, Stage.DEAD, "corrupt")], "it stays told"
    store.gravest(staff())
    assert lines(store) == [], "and is set aside once"


def test_whoever_asks_for_a_damaged_report_is_told_so(store: Store, route: Route) -> None:
    bad, locked = route(), route()
    flip(store, bad)
    with store._database.write() as connection:
        connection.execute(update(reports).where(reports.c.id == locked).values(wrap="sealed"))
    with pytest.raises(Corrupt, match="does not open"):
        store.row(bad, staff())
    with pytest.raises(NotAllowed):
        store.row(locked, staff())
    assert {(one, code) for one, _, code in stopped(store)} == {(bad, "corrupt"), (locked, "not_allowed")}
    with pytest.raises(NotFound):
        store.row(bad, staff())


def test_a_damaged_report_that_the_reader_may_not_see_is_not_touched(store: Store, route: Route) -> None:
    bad = route()
    flip(store, bad)
    elsewhere = staff("52")
    assert store.rows([bad], elsewhere) == {}
    assert list(store.export(elsewhere)) == []
    with pytest.raises(NotFound):
        store.row(bad, elsewhere)
    with pytest.raises(NotAllowed):
        store.rows([bad], staff(role=StaffRole.ANALYST))
    assert stopped(store) == []


def test_an_export_goes_on_behind_more_damaged_reports_than_it_opens_at_once(store: Store, route: Route) -> None:
    ids = [route(f"第{number}封信") for number in range(6)]
    for one in ids[:5]:
        flip(store, one)
    assert [row.report.id for row in store._reader.stream(staff(), "export", size=2)] == [ids[5]]
    assert {one for one, _, _ in stopped(store)} == set(ids[:5])


def test_sound_reports_are_read_as_ever_and_nothing_is_set_aside(store: Store, route: Route) -> None:
    ids = [route(f"第{number}封信") for number in range(3)]
    route(way=Way.SEALED_UP)
    all_indexed(store)
    assert list(store.rows(ids, staff())) == ids
    assert [row.report.id for row in store.export(staff())] == ids
    assert (stopped(store), lines(store)) == ([], [])


def test_a_damaged_mate_keeps_no_other_report_of_its_case_from_getting_on(
    store: Store, route: Route, renewal: Renewal
) -> None:
    first, second = route(), route()
    all_indexed(store)
    flip(store, first)
    # The line of the sound one alone is in hand: the damaged one is met as its mate
    with store._database.write() as connection:
        connection.execute(insert(outbox), [{"report_id": second}])
    (item,) = store.outbox_batch(10)
    with store._database.write() as connection:
        save_judgements(connection, [same(first, second)], datetime.now(UTC))
    renewal.renew([item])
    assert stopped(store) == [(first, Stage.DEAD, "corrupt")]
    assert store.corroborations([second], WORKER) == {second: 1.0}


def test_facts_that_do_not_open_are_forgotten_and_their_report_is_sent_on(store: Store, route: Route) -> None:
    bad, good = route(link_facts=b"facts"), route(link_facts=b"others")
    all_indexed(store)
    flip(store, bad, "link_facts")
    assert store.link_facts([bad, good], WORKER) == {good: b"others"}
    seq = store.row(bad, WORKER).report.seq
    assert store.without_facts(WORKER) == store.lacking_facts([bad, good], WORKER) == [seq]
    assert [(item.report_id, item.row is not None) for item in store.outbox_batch(10)] == [(bad, True)]
    assert stopped(store) == [], "its text and reading are sound"
    with store._database.read() as connection:
        told = connection.execute(select(audit.c.subjects).where(audit.c.detail == '{"code": "facts_corrupt"}'))
        assert told.scalars().all() == [bad]


def test_a_case_is_opened_for_people_though_facts_of_it_do_not_open(store: Store, route: Route) -> None:
    bad, good = route(link_facts=b"facts"), route(link_facts=b"others")
    flip(store, bad, "link_facts")
    assert store.link_facts([bad, good], staff()) == {good: b"others"}
    assert store.lacking_facts([bad], staff("52")) == []


def test_facts_written_anew_meanwhile_are_not_forgotten(store: Store, route: Route) -> None:
    bad = route(link_facts=b"facts")
    all_indexed(store)
    forget_facts(store._database, {bad: b"what stood there before"})
    assert store.link_facts([bad], WORKER) == {bad: b"facts"}
    assert lines(store) == []


def test_facts_are_made_anew_where_they_are_missed(store: Store, route: Route) -> None:
    bad, good, bare = route(link_facts=b"facts"), route(link_facts=to_bytes(A_MATTER)), route(link_keys=())
    sealed = route(way=Way.SEALED_UP)
    all_indexed(store)
    flip(store, bad, "link_facts")
    neighbours = Neighbours(store, LinkKeyer(store.subkey("link")))
    assert set(neighbours.matters([bad, good, bare, sealed])) == {bad, good, bare}
    assert set(store.link_facts([bad, bare], WORKER)) == {bad, bare}
    assert store.without_facts(WORKER) == []
    assert neighbours.make_up([bad, good, bare, sealed]) == []


def test_a_damaged_text_gives_no_facts_and_is_told_as_stuck(store: Store, route: Route) -> None:
    bad = route(link_facts=b"facts")
    flip(store, bad, "link_facts")
    flip(store, bad, "reports")
    neighbours = Neighbours(store, LinkKeyer(store.subkey("link")))
    assert neighbours.matters([bad]) == {}
    assert stopped(store) == [(bad, Stage.DEAD, "corrupt")]


def test_a_reading_that_does_not_open_is_made_again_by_a_retry(store: Store, route: Route) -> None:
    bad, good = route(), route()
    all_indexed(store)
    flip(store, bad)
    assert list(store.rows([bad, good], staff())) == [good]
    assert store.retry() == 1
    assert [report.id for report in store.claim(5)] == [bad]
    assert store.save_assessed([outcome(bad)]) == [bad]
    assert store.assessment(bad, staff()) == store.assessment(good, staff()) == assessment()
    assert stopped(store) == []


def test_a_sound_reading_stays_as_it_was_when_its_report_is_sent_again(store: Store, route: Route) -> None:
    report_id = route()
    with store._database.write() as connection:
        connection.execute(update(reports).values(stage="dead", tries=5))
        before = connection.execute(select(assessments.c.sealed)).scalar_one()
    assert store.retry() == 1
    assert store.save_assessed([outcome(report_id)]) == [report_id]
    with store._database.read() as connection:
        assert connection.execute(select(assessments.c.sealed)).scalar_one() == before


def back_in_the_queue(store: Store, report_id: str) -> None:
    all_indexed(store)
    flip(store, report_id)
    assert store.rows([report_id], staff()) == {}
    assert store.retry() == 1


def test_another_model_that_reads_a_retried_report_takes_no_proposal_off_a_desk(store: Store, route: Route) -> None:
    report_id = route()
    [before] = store.referrals(staff())
    back_in_the_queue(store, report_id)
    milder = assessment(model="m2", refer=False, accused_level=Rank.NONE, risk=Risk(Level.MEDIUM, 5.0))
    again = outcome(report_id, assessment=milder, priority=Priority(Level.MEDIUM, 5.0, False), refer=False)
    assert store.save_assessed([again]) == [report_id]
    [now] = store.referrals(staff())
    assert now.referral == before.referral
    assert store.assessment(report_id, staff()).model == "m2"


def test_a_graver_reading_of_a_retried_report_raises_its_proposal_and_keeps_its_age(store: Store, route: Route) -> None:
    report_id = route()
    [before] = store.referrals(staff())
    back_in_the_queue(store, report_id)
    store.save_assessed([outcome(report_id, assessment=assessment(model="m2"), level=Level.GRAVE)])
    [now] = store.referrals(staff())
    assert (now.referral.level, now.referral.proposed_at) == (Level.GRAVE, before.referral.proposed_at)


def test_nobody_is_let_in_by_a_retry_who_was_kept_out(store: Store, route: Route) -> None:
    report_id = route(party_keys=("accused",))
    back_in_the_queue(store, report_id)
    store.save_assessed([outcome(report_id, assessment=assessment(model="m2"), party_keys=("another",))])
    for excluded in ("accused", "another"):
        assert store.visible([report_id], staff(excluded=(excluded,))) == set()


def test_a_retry_by_an_earlier_model_points_to_the_reading_that_is_there(store: Store, route: Route) -> None:
    report_id = route()
    store.save_assessed([outcome(report_id, assessment=assessment(model="m2"))])
    all_indexed(store)
    with store._database.write() as connection:
        damaged = assessments.c.model == "m2"
        connection.execute(update(assessments).where(damaged).values(sealed=b"\x01" + bytes(40)))
    assert store.rows([report_id], staff()) == {}
    assert store.retry() == 1
    assert store.save_assessed([outcome(report_id)]) == [report_id]
    assert store.assessment(report_id, staff()) == assessment()
    assert stopped(store) == []


def test_what_stands_of_a_report_is_known_though_its_reading_does_not_open(store: Store, route: Route) -> None:
    report_id, fresh = route(level=Level.MEDIUM, score=5.0), route()
    store.save_priorities({report_id: Priority(Level.HIGH, 9.0, True, corroboration=4.0)})
    back_in_the_queue(store, report_id)
    stood = store.rereading.stood([report_id, fresh, "0" * 26])
    assert set(stood) == {report_id, fresh}
    held = stood[report_id]
    assert (held.refer, held.urgent, held.on_desk) == (True, False, True)
    assert held.level is Level.MEDIUM, "what the text gave without its case"
    assert (held.priority.level, held.priority.score, held.priority.corroboration) == (Level.HIGH, 9.0, 4.0)


def routed_again(store: Store, now: Assessment) -> Routed:
    """What becomes of the one report that waits, read so."""
    [report] = store.claim(5)
    router = Router(store, Desk("", Rank.NATION), (), load_policy(None), lambda _: None)
    return router.routed([(report, now)])[0]


def test_a_retried_report_keeps_the_level_that_its_case_gave_it_and_the_case_goes_on_counting(
    store: Store, route: Route
) -> None:
    report_id = route(level=Level.MEDIUM, score=5.0)
    store.save_priorities({report_id: Priority(Level.HIGH, 9.0, True, corroboration=4.0)})
    back_in_the_queue(store, report_id)
    again = routed_again(store, assessment(model="m2", refer=False, risk=Risk(Level.LOW, 0.5)))
    assert (again.priority.level, again.priority.score, again.priority.corroboration) == (Level.HIGH, 9.0, 4.0)
    assert (again.priority.refer, again.way.refer) == (True, True)
    assert (again.read.risk.level, again.read.risk.score, again.read.refer) == (Level.MEDIUM, 5.0, True)
    assert [(point.code, point.points) for point in again.read.risk.points] == [("earlier_reading", 4.5)]


def test_a_retried_report_is_as_grave_as_its_new_reading_where_that_is_graver(store: Store, route: Route) -> None:
    report_id = route(level=Level.MEDIUM, score=5.0, refer=False)
    back_in_the_queue(store, report_id)
    again = routed_again(store, assessment(model="m2", urgent=True, risk=Risk(Level.GRAVE, 12.0)))
    assert (again.priority.level, again.priority.score, again.priority.urgent) == (Level.GRAVE, 12.0, True)


def test_a_retried_report_that_a_person_took_off_the_desk_stays_off_it(store: Store, route: Route) -> None:
    report_id = route()
    panel = Panel(store, Desk("", Rank.NATION), (), load_policy(None))
    said = Said(Ruling.CORRECT, ("formalism",), refer=False, urgent=False)
    review = panel.review(report_id, said, staff())
    back_in_the_queue(store, report_id)
    again = routed_again(store, assessment(model="m2"))
    assert (again.way.refer, again.priority.refer, again.priority.review) == (False, False, review.id)
    assert store.referrals(staff()) == []


def test_a_text_that_does_not_open_stays_told_however_often_it_is_sent_again(store: Store, route: Route) -> None:
    bad = route()
    flip(store, bad, "reports")
    assert store.rows([bad], staff()) == {}
    for _ in range(2):
        assert store.retry() == 1
        assert store.claim(5) == []
        assert stopped(store) == [(bad, Stage.DEAD, "corrupt")]
