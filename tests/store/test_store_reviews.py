"""What people decide holds from then on, is only ever added to, and is seen by those alone who may see the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select
from store_samples import RECEIVED, assessment, outcome, staff, with_text_keys

from triage.errors import Changed, NotAllowed, NotFound
from triage.model import (
    Access,
    Entity,
    EntityKind,
    Level,
    Rank,
    Review,
    Risk,
    Role,
    Ruling,
    StaffRole,
    Stage,
    Way,
)
from triage.policy import load_policy
from triage.referral import Desk
from triage.renewal import Renewal, news_in
from triage.review import STRATA, Said, Sampler, agreement
from triage.reviewing import Panel, ReviewSet
from triage.settings import Settings
from triage.store import WORKER, Drawn, Priority, Store
from triage.store.backup import backup
from triage.store.migrations.versions import v0005_reviews
from triage.store.review_tables import review_pool, reviews
from triage.store.setup import upgrade
from triage.store.tables import audit, referrals

CONFIRM = Said(Ruling.CONFIRM)
REJECT = Said(Ruling.REJECT)


def correct(*categories: str, refer: bool = True, urgent: bool = False, note: str | None = None) -> Said:
    return Said(Ruling.CORRECT, categories, refer, urgent, note)


@pytest.fixture
def panel(store: Store) -> Panel:
    return Panel(store, Desk("", Rank.NATION), store.offices(), load_policy(None))


@pytest.fixture
def say(panel: Panel) -> Callable[..., Review]:
    """Decides on a report as somebody who may."""

    def said(report_id: str, what: Said, access: Access | None = None) -> Review:
        return panel.review(report_id, what, access or staff())

    return said


def proposals(store: Store) -> list[str]:
    return [row.referral.report_id for row in store.referrals(staff())]


def test_what_a_person_decided_is_what_everybody_sees(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route()
    say(report_id, correct("bribery", urgent=True))
    row = store.row(report_id, staff())
    assert (row.assessment.categories, row.assessment.urgent, row.priority.urgent) == (("bribery",), True, True)
    assert row.machine is not None
    assert row.machine.categories == ("embezzlement", "opaque_funds")
    assert [line.categories for line in store.referrals(staff())] == [("bribery",)]
    assert store.count_by(staff(), "2019-11", ["category"]) == {("bribery",): 1}
    assert [item.row.assessment.categories for item in store.outbox_batch(9) if item.row] == [("bribery",)] * 2


def test_the_row_says_by_whom_when_and_on_which_reading(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route()
    made = say(report_id, CONFIRM)
    assert (made.by, made.role, made.reader, made.model) == ("somebody", StaffRole.INVESTIGATOR, "linear/1", "m1")
    assert (made.categories, made.refer, made.urgent) == (("embezzlement", "opaque_funds"), True, False)
    assert made.made_at.tzinfo is not None
    assert store.row(report_id, staff()).review == made
    with store._database.read() as connection:
        acts = connection.execute(select(audit.c.act, audit.c.subjects, audit.c.detail)).all()
    assert ("review", report_id, '{"decision": "confirm", "lowered": ""}') in acts


def test_a_later_decision_is_added_and_the_newest_one_holds(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route()
    first = say(report_id, correct("bribery", note="先这样"))
    second = say(report_id, CONFIRM)
    assert store.reviews.history(report_id, staff()) == [second, first]
    assert store.row(report_id, staff()).assessment.categories == ("embezzlement", "opaque_funds")


_SAID = st.one_of(
    st.just(CONFIRM),
    st.just(REJECT),
    st.builds(
        lambda code, refer, urgent: correct(code, refer=refer, urgent=urgent),
        st.sampled_from(["bribery", "retaliation", "formalism"]),
        st.booleans(),
        st.booleans(),
    ),
)


@given(decisions=st.lists(_SAID, min_size=1, max_size=5))
@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_decisions_are_never_edited_and_the_last_one_wins(
    store: Store, route: Callable[..., str], say: Callable[..., Review], decisions: list[Said]
) -> None:
    report_id = route()
    for place, said in enumerate(decisions):
        with store._database.read() as connection:
            own = select(reviews).where(reviews.c.report_id == report_id).order_by(reviews.c.seq)
            before = connection.execute(own).all()
        made = say(report_id, said)
        with store._database.read() as connection:
            after = connection.execute(own).all()
        assert after[:-1] == before
        assert len(after) == place + 1
    row = store.row(report_id, staff())
    assert row.review == made
    assert row.assessment.categories == made.categories
    refer = decisions[-1].refer if decisions[-1].decision is Ruling.CORRECT else True
    assert (report_id in proposals(store)) is refer


def test_a_person_who_refers_proposes_and_one_who_does_not_withdraws(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    plain = assessment(categories=("service_request",), refer=False, risk=Risk(Level.LOW, 0.0))
    report_id = route(assessment=plain, refer=False, level=Level.LOW, score=0.0)
    assert proposals(store) == []
    made = say(report_id, correct("embezzlement"))
    assert (proposals(store), made.lowered) == ([report_id], ())
    row = store.row(report_id, staff())
    assert row.priority.level is Level.HIGH  # taken money and referred: a floor of the policy
    assert store.referral(report_id, staff()).referral.reasons[-1] == "person_decided"
    back = say(report_id, correct("service_request", refer=False))
    assert (proposals(store), back.lowered) == ([], ("refer", "level"))
    with store._database.read() as connection:
        states = connection.execute(select(referrals.c.state).where(referrals.c.report_id == report_id)).scalars().all()
    assert states == ["withdrawn"]


def test_confirming_leaves_the_proposal_as_it_stands(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route(assessment=assessment(risk=Risk(Level.HIGH, 6.5)))
    say(report_id, CONFIRM)
    first = store.referral(report_id, staff()).referral
    say(report_id, CONFIRM)
    assert store.referral(report_id, staff()).referral == first


def test_a_correction_leaves_a_proposal_its_id_and_its_age(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route()
    before = store.referral(report_id, staff()).referral
    say(report_id, correct("bribery", urgent=True))
    now = store.referral(before.id, staff()).referral
    assert (now.id, now.proposed_at, now.state) == (before.id, before.proposed_at, "proposed")
    assert now.reasons[-1] == "person_decided"
    assert proposals(store) == [report_id]


def test_the_id_of_a_proposal_that_is_no_more_tells_what_became_of_it(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id, other = route(), route()
    before = store.referral(report_id, staff()).referral
    say(report_id, correct("bribery", refer=False))
    assert proposals(store) == [other]
    gone = store.referral(before.id, staff())
    assert (gone.referral.id, gone.referral.state, gone.categories) == (before.id, "withdrawn", ("bribery",))
    with pytest.raises(NotFound):
        store.referral(report_id, staff())
    with pytest.raises(NotFound):
        store.referral(before.id, staff("52"))
    say(report_id, correct("bribery"))
    again = store.referral(before.id, staff()).referral
    assert (again.report_id, again.state) == (report_id, "proposed")
    assert store.referral(report_id, staff()).referral == again
    store.save_assessed([outcome(report_id, assessment=assessment(model="m2"))])
    assert store.referral(before.id, staff()).referral.state == "proposed"
    assert len(proposals(store)) == 2


def news(store: Store) -> set[str]:
    """The reports of which whoever saved a search hears once what waits for the index has reached it."""
    return news_in(store.outbox_batch(99))[0]


def indexed(store: Store) -> None:
    store.outbox_done([item.seq for item in store.outbox_batch(99)])


def test_a_decision_that_changes_nothing_to_be_found_is_no_news(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route(assessment=assessment(risk=Risk(Level.HIGH, 6.5)))
    indexed(store)
    for said in (CONFIRM, correct("opaque_funds", "embezzlement"), CONFIRM):
        say(report_id, said)
    assert news(store) == set()
    assert [item.row.report.id for item in store.outbox_batch(99) if item.row] == [report_id] * 3, "but it is renewed"


@pytest.mark.parametrize(
    "said",
    [
        correct("bribery", "embezzlement"),
        correct("embezzlement"),
        correct("embezzlement", "opaque_funds", urgent=True),
        correct("embezzlement", "opaque_funds", refer=False),
        REJECT,
    ],
    ids=["one more", "one less", "urgent", "not to be referred", "rejected"],
)
def test_a_decision_that_changes_categories_or_flags_is_news(
    store: Store, route: Callable[..., str], say: Callable[..., Review], said: Said
) -> None:
    report_id = route(assessment=assessment(risk=Risk(Level.HIGH, 6.5)))
    indexed(store)
    say(report_id, said)
    assert news(store) == {report_id}
    indexed(store)
    say(report_id, said)
    assert news(store) == set(), "said again it changes nothing"


def test_a_report_that_was_confirmed_before_the_index_had_it_is_news_all_the_same(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route(assessment=assessment(risk=Risk(Level.HIGH, 6.5)))
    say(report_id, CONFIRM)
    assert news(store) == {report_id}


def test_a_rejected_reading_has_no_category_and_lowers_nothing(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route()
    made = say(report_id, REJECT)
    row = store.row(report_id, staff())
    assert (row.assessment.categories, row.priority.level, row.priority.refer) == ((), Level.HIGH, True)
    assert (made.lowered, made.refer) == ((), None)
    assert store.count_by(staff(), "2019-11", ["category"]) == {}


@pytest.mark.parametrize(
    "access", [staff("52"), staff(excluded=("enemy",))], ids=["another place", "a party to keep away from"]
)
def test_a_report_that_is_not_mine_is_not_there(
    store: Store, route: Callable[..., str], say: Callable[..., Review], access: Access
) -> None:
    report_id = route(party_keys=("enemy",))
    ReviewSet(store).take_in(store.outbox_batch(9))
    say(report_id, CONFIRM)
    with pytest.raises(NotFound):
        say(report_id, CONFIRM, access)
    with pytest.raises(NotFound):
        store.reviews.history(report_id, access)
    assert list(store.reviews.decided(access, "train")) == []
    assert store.reviews.answered(access) == []
    assert store.reviews.strata(access) == []


@pytest.mark.parametrize(
    "role", sorted(set(StaffRole) - {StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR})
)
def test_who_does_not_review_neither_decides_nor_is_asked(
    store: Store, route: Callable[..., str], say: Callable[..., Review], role: StaffRole
) -> None:
    report_id = route()
    with pytest.raises(NotAllowed):
        say(report_id, CONFIRM, staff(role=role))
    with pytest.raises(NotAllowed):
        store.reviews.waiting(staff(role=role))
    with pytest.raises(NotAllowed):
        store.reviews.rejected(staff(role=role))


def test_a_decision_on_what_has_changed_meanwhile_is_refused(
    store: Store, route: Callable[..., str], panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = route()
    stale = store.row(report_id, staff())
    panel.review(report_id, REJECT, staff())
    monkeypatch.setattr(Store, "row", lambda *_: stale)
    with pytest.raises(Changed):
        panel.review(report_id, CONFIRM, staff())


def test_a_priority_that_knew_nothing_of_the_decision_does_not_replace_it(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route()
    made = say(report_id, correct("formalism", refer=False))
    assert store.save_priorities({report_id: Priority(Level.GRAVE, 20.0, True)}) == []
    assert store.row(report_id, staff()).priority.review == made.id


def test_what_a_case_adds_is_added_to_what_was_decided(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    from triage.model import Judgement, Verdict

    first, second = route(), route("另一封信，也说这件事。")
    made = say(first, correct("formalism", refer=False))
    store.save_judgements([Judgement(second, first, Verdict.SAME, 0.9, "links-1", joined=True)], WORKER)
    Renewal(store, load_policy(None)).renew(store.outbox_batch(9))
    priority = store.row(first, staff()).priority
    assert (priority.review, priority.corroboration, priority.refer) == (made.id, 1.0, False)


def test_a_new_reading_does_not_outrank_a_person(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route()
    say(report_id, correct("bribery"))
    late = outcome(report_id, assessment=assessment(model="m2", categories=("irrelevant",), refer=False))
    assert store.save_assessed([late]) == []
    row = store.row(report_id, staff())
    assert row.assessment.categories == ("bribery",)
    assert row.machine is not None
    assert row.machine.model != "m2", "the decision stands on the reading that it was made of"


def test_a_report_that_is_sealed_later_leaves_the_review_set_and_the_figures(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route()
    ReviewSet(store).take_in(store.outbox_batch(9))
    say(report_id, CONFIRM)
    store.save_assessed([outcome(report_id, way=Way.SEALED_UP)])
    assert store.reviews.answered(staff()) == []
    ReviewSet(store).take_in(store.outbox_batch(9))
    with store._database.read() as connection:
        assert connection.execute(select(review_pool)).all() == []


@pytest.mark.parametrize("what", [CONFIRM, correct("embezzlement")], ids=["confirmed", "corrected"])
def test_a_decision_on_a_report_about_the_own_head_seals_it_and_leaves_nothing_to_read(
    store: Store, route: Callable[..., str], what: Said
) -> None:
    accused = Entity(EntityKind.PERSON, "王守田", 6, 9, role=Role.ACCUSED)
    report_id, other = route(assessment=assessment(entities=(accused,))), route()
    # It came in before the office told who heads it
    headed = Panel(store, Desk("513431", Rank.COUNTY, head="王首田"), store.offices(), load_policy(None))
    headed.review(report_id, what, staff())
    assert proposals(store) == [other]
    assert store.rows([report_id], staff()) == {}
    assert store.counts(staff(role=StaffRole.ADMINISTRATOR))[Stage.SEALED] == 1
    with pytest.raises(NotFound):
        headed.review(report_id, what, staff())


@pytest.mark.embedded
def test_a_note_is_kept_sealed(
    store: Store, settings: Settings, tmp_path: Path, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    report_id = route()
    note = "金丝雀说：见黄莺儿的原件"
    say(report_id, correct("bribery", note=note))
    assert store.row(report_id, staff()).review.note == note  # type: ignore[union-attr]
    backup(settings, tmp_path / "copy.db")
    for path in [tmp_path / "copy.db", *settings.data_dir.glob("triage.db*")]:
        data = path.read_bytes()
        assert "金丝雀".encode() not in data
        assert "黄莺儿".encode() not in data


# The review set


def take_in(store: Store, **changes: Any) -> None:
    ReviewSet(store, **changes).take_in(store.outbox_batch(500))


def test_drawn_reports_are_asked_about_until_somebody_decides(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    ids = {route(assessment=assessment(refer=False, refer_probability=0.3)) for _ in range(20)}
    take_in(store, refer_from=0.5)
    waiting = store.reviews.waiting(staff(), 50)
    assert {one.stratum for one in waiting} == {"near_refer"}
    assert {one.report_id for one in waiting} < ids
    assert [one.place for one in waiting] == sorted(one.place for one in waiting)
    made = say(waiting[0].report_id, CONFIRM)
    assert (made.stratum, made.share) == ("near_refer", 0.5)
    assert [one.report_id for one in store.reviews.waiting(staff(), 50)] == [one.report_id for one in waiting[1:]]
    other = say((ids - {one.report_id for one in waiting}).pop(), CONFIRM)
    assert (other.stratum, other.share) == ("chosen", None)


def test_a_rejected_reading_waits_behind_the_drawn_ones_for_somebody_to_correct_it(
    store: Store, route: Callable[..., str], say: Callable[..., Review]
) -> None:
    mine, hers = route(), route()
    drawn = route()
    store.reviews.draw([Drawn(drawn, store.row(drawn, staff()).assessment_id, "routine", 0.05, 0.2)])
    say(mine, REJECT)
    say(hers, REJECT, Access("colleague", StaffRole.REVIEWER, ("",)))
    assert [one.report_id for one in store.reviews.waiting(staff(), 9)] == [drawn, hers, mine]
    assert [one.stratum for one in store.reviews.waiting(staff(), 2)] == ["routine", "rejected"]
    assert [one.report_id for one in store.reviews.rejected(staff(), 1)] == [hers]
    assert store.reviews.rejected(staff("52"), 9) == []
    say(hers, correct("bribery"))
    say(mine, CONFIRM)
    assert store.reviews.rejected(staff(), 9) == []
    assert [one.report_id for one in store.reviews.waiting(staff(), 9)] == [drawn]


def test_a_reading_is_drawn_once_and_a_new_one_anew(store: Store, route: Callable[..., str]) -> None:
    report_id = route(assessment=assessment(refer=False, refer_probability=0.3))
    take_in(store, refer_from=0.5)
    take_in(store, refer_from=0.99)
    assert [(one.stratum, one.reports) for one in store.reviews.strata(staff())] == [("near_refer", 1)]
    store.save_assessed([outcome(report_id, assessment=assessment(model="m2", categories=(), refer=False))])
    take_in(store, refer_from=0.99999999)
    assert [one.stratum for one in store.reviews.strata(staff())] != ["near_refer"]


def test_the_strata_add_up_to_all_reports(store: Store, route: Callable[..., str], say: Callable[..., Review]) -> None:
    kinds = [
        assessment(),
        assessment(refer=False, refer_probability=0.3, urgent=True),
        assessment(categories=(), refer=False, refer_probability=0.0, risk=Risk(Level.PERSON, 0.0)),
        assessment(refer=False, refer_probability=0.0, risk=Risk(Level.LOW, 0.0)),
    ]
    ids = [route(assessment=kinds[place % 4]) for place in range(24)]
    take_in(store, refer_from=0.5)
    for one in store.reviews.waiting(staff(), 3):
        say(one.report_id, REJECT)
    counts = store.reviews.strata(staff())
    found = agreement(store.reviews.answered(staff()), counts)
    assert sum(one.reports for one in counts) == len(ids)
    assert {one.stratum for one in counts} <= {stratum.value for stratum in STRATA}
    assert all(one.decided <= one.drawn <= one.reports for one in counts)
    assert sum(one.decided for one in found.strata) == found.decided == found.rejected


def test_a_category_that_people_have_often_decided_on_is_drawn_less(
    store: Store, route: Callable[..., str], say: Callable[..., Review], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.reviewing.FEW", 2)
    first = [route() for _ in range(2)]
    take_in(store)
    assert [one.stratum for one in store.reviews.strata(staff())] == ["few_reviews"]
    for report_id in first:
        say(report_id, CONFIRM)
    route()
    take_in(store)
    assert {one.stratum: one.reports for one in store.reviews.strata(staff())} == {"few_reviews": 2, "routine_refer": 1}


def test_an_older_store_draws_from_the_reports_it_holds(store: Store, route: Callable[..., str]) -> None:
    report_id = route()
    store.outbox_done([item.seq for item in store.outbox_batch(9)])
    assert store.counts(WORKER)[Stage.INDEXED] == 1
    with store._database.write() as connection:
        for table in ("reviews", "review_pool"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for table in ("reports", "priorities"):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN review_id")
        with_text_keys(connection, str(v0005_reviews.down_revision))
    upgrade(store._database)
    take_in(store)
    assert [one.reports for one in store.reviews.strata(staff())] == [1]
    assert store.row(report_id, staff()).review is None


def test_the_draw_follows_from_the_id_alone(store: Store, route: Callable[..., str]) -> None:
    row = store.row(route(), staff())
    one, again, other = (Sampler(key * 32).draw(row) for key in (b"a", b"a", b"b"))
    assert isinstance(one, Drawn)
    assert one == again != other
    assert row.report.received_at == RECEIVED
