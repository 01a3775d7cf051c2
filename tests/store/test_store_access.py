"""Who sees what: places, exclusions, roles, sealed and unrouted reports, on every way of reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from store_samples import assessment, outcome, staff

from triage.errors import BadInput, NotAllowed, NotFound
from triage.model import Access, Case, Judgement, Level, LinkKey, Office, Rank, StaffRole, Verdict, Way
from triage.store import WORKER, Priority, Store
from triage.store.access import readable
from triage.store.lists import month_bounds
from triage.store.tables import audit, messages, reports

READINGS: dict[str, Callable[[Store, Access, str], object]] = {
    "report": lambda store, access, of: store.rows([of], access),
    "visible": lambda store, access, of: store.visible([of], access),
    "index_rows": lambda store, access, _: store.index_rows(access),
    "export": lambda store, access, _: list(store.export(access)),
    "gravest": lambda store, access, _: store.gravest(access),
    "referrals": lambda store, access, _: store.referrals(access),
    "candidates": lambda store, access, of: store.candidates([LinkKey("near", f"band-{of}")], access),
    "ledger": lambda store, access, of: store.ledger([of], access),
    "lines_of": lambda store, access, of: store.casework.lines_of([of], access),
    "around": lambda store, access, of: store.casework.around([of], access).report_ids,
    "cases": lambda store, access, _: store.cases(access),
    "count_by": lambda store, access, _: store.count_by(access, "2019-11", ["channel"]),
}


@pytest.fixture
def linked(store: Store, route: Callable[..., str]) -> str:
    """Two reports of one case about the party ``p1`` in 513431; the id of the first."""
    first = route(party_keys=("p1",))
    second = route(party_keys=("p1",))
    store.save_judgements([Judgement(first, second, Verdict.SAME, 0.9, "near-text/1", joined=True)], WORKER)
    store.save_cases([Case(first, (first, second))])
    return first


@pytest.mark.parametrize("reading", READINGS)
def test_reader_of_the_place_sees_the_report(store: Store, linked: str, reading: str) -> None:
    assert READINGS[reading](store, staff("51"), linked)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize(
    "access",
    [
        staff("52"),
        staff("5134311"),
        Access("somebody", StaffRole.INVESTIGATOR, ()),
        staff("51", excluded=("p1",)),
        staff("", excluded=("p0", "p1")),
    ],
    ids=["other province", "a township of it", "no place", "excluded", "excluded everywhere"],
)
def test_nobody_else_learns_that_it_exists(store: Store, linked: str, reading: str, access: Access) -> None:
    assert not READINGS[reading](store, access, linked)


@pytest.mark.parametrize("reading", sorted(READINGS.keys() - {"count_by"}))
@pytest.mark.parametrize(
    "role", [StaffRole.ANALYST, StaffRole.AUDITOR, StaffRole.ADMINISTRATOR, StaffRole.CUSTODIAN], ids=str
)
def test_roles_without_text_are_told_so(store: Store, linked: str, reading: str, role: StaffRole) -> None:
    with pytest.raises(NotAllowed):
        READINGS[reading](store, staff("", role=role), linked)


@pytest.mark.parametrize("reading", sorted(READINGS.keys() - {"ledger", "cases"}))
def test_nobody_reads_a_report_before_it_is_routed(store: Store, take: Callable[..., str], reading: str) -> None:
    assert not READINGS[reading](store, staff(), take())


@pytest.mark.parametrize("reading", sorted(READINGS.keys() - {"ledger", "cases"}))
def test_sealed_report_is_in_no_list_and_no_count(store: Store, route: Callable[..., str], reading: str) -> None:
    report_id = route()
    store.save_assessed([outcome(report_id, way=Way.SEALED_UP)])
    assert not READINGS[reading](store, staff(), report_id)
    assert not READINGS[reading](store, WORKER, report_id)


def test_unknown_and_invisible_look_alike(store: Store, linked: str) -> None:
    told = []
    for asked in (linked, "0" * 26):
        with pytest.raises(NotFound) as error:
            store.report(asked, staff("52"))
        told.append(str(error.value))
        with pytest.raises(NotFound) as error:
            store.case(asked, staff("52"))
        told.append(str(error.value))
    assert told[:2] == told[2:]


def test_analyst_counts_what_he_may_not_read(store: Store, linked: str) -> None:
    cells = store.count_by(staff("51", role=StaffRole.ANALYST), "2019-11", ["category", "county"])
    assert cells == {("embezzlement", "513431"): 2, ("opaque_funds", "513431"): 2}


def test_administrator_sees_no_figures_and_auditor_nothing_stuck(store: Store) -> None:
    with pytest.raises(NotAllowed):
        store.count_by(staff(role=StaffRole.ADMINISTRATOR), "2019-11", [])
    with pytest.raises(NotAllowed):
        store.stuck(staff(role=StaffRole.AUDITOR))


def test_every_reading_is_noted_before_it_is_answered(store: Store, linked: str) -> None:
    store.report(linked, staff("51"))
    store.gravest(staff("51"))
    with store._database.read() as connection:
        noted = connection.execute(select(audit).where(audit.c.principal == "somebody").order_by(audit.c.seq)).all()
    assert [(row.act, row.role) for row in noted] == [("read", "investigator"), ("list", "investigator")]
    assert noted[0].subjects == linked
    assert linked in noted[1].subjects.split()


def test_who_looks_at_what_is_stuck_is_noted_with_the_reports_seen(store: Store, take: Callable[..., str]) -> None:
    stuck = take()
    store.claim(10)
    store.fail([stuck], "ValueError")
    assert [line.report_id for line in store.stuck(staff("", role=StaffRole.ADMINISTRATOR))] == [stuck]
    assert store.stuck(staff("52")) == []
    store.stuck(WORKER)
    with store._database.read() as connection:
        noted = connection.execute(select(audit).where(audit.c.act == "stuck").order_by(audit.c.seq)).all()
    assert [(row.role, row.subjects) for row in noted] == [("administrator", stuck), ("investigator", "")]


@given(st.lists(st.from_regex(r"[0-9]{0,6}", fullmatch=True), max_size=3), st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_place_clause_is_the_prefix_rule(prefixes: list[str], division: str) -> None:
    from sqlalchemy import create_engine, insert

    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        for table in (reports, messages):
            table.create(connection)
        blank = {"channel": "api", "received_at": datetime(2019, 1, 1, tzinfo=UTC), "body": b"", "wrapped_key": b""}
        moment = {"arrived_at": blank["received_at"], "not_before": blank["received_at"]}
        row = {"id": "1", "stage": "indexed", "division": division, "wrap": "text", "tries": 0, "trouble": ""}
        connection.execute(insert(reports), [{**blank, **moment, **row}])
        seen = connection.execute(
            select(reports.c.id).where(readable(staff(*prefixes) if prefixes else _nowhere()))
        ).all()
    assert bool(seen) == any(division.startswith(prefix) for prefix in prefixes)


def _nowhere() -> Access:
    return Access("somebody", StaffRole.REVIEWER, ())


def test_gravest_come_first_and_the_older_first_among_equals(store: Store, route: Callable[..., str]) -> None:
    low = route(level=Level.LOW, score=9.0)
    first, second = route(level=Level.HIGH, score=6.0), route(level=Level.HIGH, score=6.0)
    grave = route(level=Level.GRAVE, score=1.0)
    assert [row.report.id for row in store.gravest(staff(), 4)] == [grave, first, second, low]
    assert [row.referral.report_id for row in store.referrals(staff())] == [grave, first, second, low]


def test_referral_says_why_and_how_high(store: Store, route: Callable[..., str]) -> None:
    route(refer=False)
    referred = route(assessment=assessment(accused_level=Rank.COUNTY))
    [row] = store.referrals(staff())
    assert (row.referral.report_id, row.referral.reasons) == (referred, ("money_taken",))
    assert (row.referral.accused_level, row.referral.state) == (Rank.COUNTY, "proposed")
    assert row.categories == ("embezzlement", "opaque_funds")


def test_case_shows_only_its_readable_reports_and_any_of_them_names_it(store: Store, route: Callable[..., str]) -> None:
    here, there, alone = route(), route(division="520100"), route()
    store.save_cases([Case(here, (here, there)), Case(alone, (alone,))])
    assert store.case(there, staff("52")) == Case(there, (there,))
    assert store.case(here, staff()) == Case(here, (here, there))
    assert store.case(alone, staff()) == Case(alone, (alone,))
    assert store.cases(staff("51")) == []
    assert store.cases(staff()) == [Case(here, (here, there))]
    store.save_cases([Case(here, (here,)), Case(there, (there,))])
    assert store.cases(staff()) == []


def test_ledger_holds_the_whole_component_in_order(store: Store, route: Callable[..., str]) -> None:
    a, b, c, d = route(), route(), route(), route()
    lines = [
        Judgement(b, a, Verdict.SAME, 0.9, "near-text/1", ("near_text",), joined=True),
        Judgement(c, b, Verdict.UNSURE, 0.6, "near-text/1"),
        Judgement(c, b, Verdict.DIFFERENT, 1.0, "person:somebody"),
    ]
    store.save_judgements(lines, WORKER)
    found = store.ledger([a], WORKER)
    assert [(line.report_id, line.verdict, line.features) for line in found] == [
        (b, Verdict.SAME, ("near_text",)),
        (c, Verdict.UNSURE, ()),
        (c, Verdict.DIFFERENT, ()),
    ]
    assert store.ledger([d], WORKER) == []
    with pytest.raises(NotFound):
        store.save_judgements([Judgement(a, "0" * 26, Verdict.SAME, 1.0, "person:somebody")], staff())


def test_crowded_key_gives_its_newest_reports(store: Store, route: Callable[..., str]) -> None:
    crowd, thin = LinkKey("near", "crowd"), LinkKey("near", "thin")
    ids = [route(link_keys=(crowd, thin) if number == 4 else (crowd,)) for number in range(6)]
    found = store.candidates([crowd, thin, LinkKey("near", "none"), LinkKey("other", "crowd")], WORKER, limit=3)
    assert found == {crowd: tuple(ids[3:]), thin: (ids[4],)}


def test_only_the_worker_asks_how_crowded_a_key_is(store: Store, route: Callable[..., str]) -> None:
    key, rare = LinkKey("near", "crowd"), LinkKey("near", "rare")
    ids = [route(link_keys=(key, rare) if number == 1 else (key,)) for number in range(4)]
    found = store.crowds([key, rare, LinkKey("near", "none")], WORKER, most=3)
    numbers = {store.row(one, WORKER).report.seq: one for one in ids}
    assert {one: [numbers[seq] for seq in seqs.tolist()] for one, seqs in found.items()} == {
        key: [ids[3], ids[2], ids[1]],
        rare: [ids[1]],
    }
    with pytest.raises(NotAllowed):
        store.crowds([key], staff(), most=3)


def test_names_of_numbers_are_told_to_those_who_may_read_the_reports(store: Store, route: Callable[..., str]) -> None:
    here, there = route(), route(division="520100")
    numbers = [store.row(one, WORKER).report.seq for one in (here, there)]
    assert store.names([*numbers, 999], WORKER) == dict(zip(numbers, (here, there), strict=True))
    assert store.names(numbers, staff("52")) == {numbers[1]: there}
    assert store.names([], staff("52")) == {}


def test_what_a_report_is_compared_by_is_opened_for_those_who_may_read_it(
    store: Store, route: Callable[..., str]
) -> None:
    here, there = route(link_facts=b"facts"), route(division="520100", link_facts=b"others")
    bare = route()
    assert store.link_facts([here, there, bare], WORKER) == {here: b"facts", there: b"others"}
    assert store.link_facts([here, there], staff("52")) == {there: b"others"}


def test_a_case_is_told_by_its_newest_readable_members(store: Store, route: Callable[..., str]) -> None:
    a, b, c, alone = route(), route(), route(division="520100"), route()
    store.save_cases([Case(a, (a, b, c))])
    assert store.cases_of([a, alone], WORKER, most=2) == {a: Case(a, (b, c))}
    assert store.cases_of([a, c], staff("51"), most=9) == {a: Case(a, (a, b))}


def test_what_a_case_adds_is_a_new_priority_and_goes_to_the_index(store: Store, route: Callable[..., str]) -> None:
    report_id = route(level=Level.MEDIUM, score=7.0)
    store.outbox_done([item.seq for item in store.outbox_batch(10)])
    assert store.corroborations([report_id], WORKER) == {report_id: 0.0}
    store.save_priorities({report_id: Priority(Level.HIGH, 9.0, True, corroboration=2.0)})
    assert store.corroborations([report_id], WORKER) == {report_id: 2.0}
    row = store.row(report_id, staff())
    assert (row.priority.level, row.priority.score) == (Level.HIGH, 9.0)
    assert [item.report_id for item in store.outbox_batch(10)] == [report_id]


def test_a_judgement_by_a_person_sends_both_reports_on(store: Store, route: Callable[..., str]) -> None:
    a, b = route(), route()
    store.outbox_done([item.seq for item in store.outbox_batch(10)])
    store.save_judgements([Judgement(b, a, Verdict.SAME, 1.0, "person:somebody", (), joined=True)], staff())
    assert {item.report_id for item in store.outbox_batch(10)} == {a, b}


def test_month_begins_and_ends_in_shanghai(store: Store, route: Callable[..., str]) -> None:
    route(received_at=datetime(2019, 10, 31, 16, 0, tzinfo=UTC))
    route(received_at=datetime(2019, 11, 30, 15, 59, 59, tzinfo=UTC))
    route(received_at=datetime(2019, 11, 30, 16, 0, tzinfo=UTC))
    assert store.count_by(staff(), "2019-11", []) == {(): 2}
    assert month_bounds("2019-12")[1] == datetime(2019, 12, 31, 16, 0, tzinfo=UTC)
    with pytest.raises(BadInput, match="2019-11"):
        store.count_by(staff(), "november", [])
    with pytest.raises(BadInput, match="channel"):
        store.count_by(staff(), "2019-11", ["surname"])


def test_offices_are_kept_and_replaced(store: Store) -> None:
    store.save_offices([Office("o1", "青河县监察组", "513431", Rank.COUNTY, "discipline")])
    store.save_offices([Office("o1", "青河县监察室", "513431", Rank.COUNTY, "discipline", "h1")])
    assert store.offices() == (Office("o1", "青河县监察室", "513431", Rank.COUNTY, "discipline", "h1"),)
