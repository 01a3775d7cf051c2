"""Cases follow the ledger: derived from whole components, at rest once derived, and never taken apart by a flood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from ledger_samples import apart, arrive, chain, feed, homes, keep, pairs, points, same, unsure
from sqlalchemy import select

from triage.model import Case, Route, Way
from triage.renewal import Renewal
from triage.settings import Settings
from triage.store import WORKER, Assessed, Store
from triage.store.database import Database
from triage.store.tables import cases


@pytest.fixture
def changed(settings: Settings) -> Iterator[Callable[[], dict[str, object]]]:
    """When each case changed last."""
    database = Database(settings)

    def read() -> dict[str, object]:
        with database.read() as connection:
            return {row.id: row.changed_at for row in connection.execute(select(cases))}

    yield read
    database.close()


@pytest.mark.usefixtures("small_floods")
def test_suggestions_to_many_cases_take_no_report_out_of_its_case(store: Store, renewal: Renewal) -> None:
    ids = pairs(store, renewal, 10)
    before = homes(store)
    newcomers = arrive(store, 2)
    suggested = [unsure(newcomers[0], one) for one in ids[::2]]
    keep(store, newcomers, same(newcomers[1], newcomers[0]), *suggested)
    feed(store, renewal)
    assert homes(store) == [*before, set(newcomers)]
    assert points(store, [*ids, *newcomers]) == [1.0] * 22


@pytest.mark.usefixtures("small_floods")
def test_many_small_cases_in_one_batch_are_no_flood(store: Store, renewal: Renewal) -> None:
    ids = arrive(store, 20)
    keep(store, ids, *(same(ids[place + 1], ids[place]) for place in range(0, 20, 2)))
    found = store.components(ids, WORKER)
    assert [(one.report_ids, one.whole) for one in found] == [
        ((ids[place], ids[place + 1]), True) for place in range(0, 20, 2)
    ]
    feed(store, renewal, batch=20)
    assert len(homes(store)) == 10


def test_what_was_said_within_a_component_is_heard_and_nothing_beyond(store: Store) -> None:
    a, b, c, d = ids = arrive(store, 4)
    lines = [same(b, a), same(c, b), apart(c, a), unsure(d, c)]
    keep(store, ids, *lines)
    (found,) = store.components([a], WORKER)
    assert [(line.report_id, line.other_id) for line in found.lines] == [(b, a), (c, b), (c, a)]
    (alone,) = store.components([d], WORKER)
    assert (alone.report_ids, alone.lines, alone.whole) == ((d,), (), True)


def test_a_flood_is_told_from_wherever_one_begins(store: Store, small_floods: int) -> None:
    flood, matter = chain(store, small_floods + 1), chain(store, small_floods)
    assert [store.components([one], WORKER)[0].whole for one in flood] == [False] * len(flood)
    assert {store.components([one], WORKER) == store.components(matter, WORKER) for one in matter} == {True}


@pytest.mark.usefixtures("small_floods")
def test_a_flood_comes_to_rest_in_one_case_and_makes_nobody_more_urgent(store: Store, renewal: Renewal) -> None:
    ids = chain(store, 40)
    assert feed(store, renewal) == 10
    assert homes(store) == [set(ids)]
    assert set(points(store, ids)) == {0.0}


@pytest.mark.usefixtures("small_floods")
def test_a_case_that_grows_into_a_flood_keeps_its_reports_and_what_they_had(store: Store, renewal: Renewal) -> None:
    ids = chain(store, 5)
    feed(store, renewal)
    had = points(store, ids)
    later = arrive(store, 9)
    keep(store, later, *(same(one, before) for before, one in pairwise([ids[-1], *later])))
    feed(store, renewal)
    assert homes(store) == [{*ids, *later}]
    assert points(store, ids) == had


def test_what_a_case_adds_starts_no_second_look_at_it(
    store: Store, renewal: Renewal, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = chain(store, 3)
    asked: list[str] = []
    walk = store.components
    monkeypatch.setattr(store, "components", lambda of, access: asked.extend(of) or walk(of, access))
    feed(store, renewal)
    assert points(store, ids) == [2.0] * 3
    assert asked == ids


def test_only_a_case_that_changes_is_written(
    store: Store, renewal: Renewal, changed: Callable[[], dict[str, object]]
) -> None:
    a, b, c, d = pairs(store, renewal, 2)
    before = changed()
    store.save_cases([Case(a, (a, b)), Case(c, (c, d))])
    assert changed() == before
    (late,) = arrive(store, 1)
    keep(store, [late], same(late, d))
    feed(store, renewal)
    after = changed()
    assert after[a] == before[a]
    assert after[c] > before[c]  # type: ignore[operator]


def seal(store: Store, report_id: str) -> None:
    store.save_assessed([Assessed(report_id, None, Route(Way.SEALED_UP, "51", None, True, ("level",)))])


def test_a_report_that_is_sealed_later_releases_those_that_it_alone_held_together(
    store: Store, renewal: Renewal, changed: Callable[[], dict[str, object]]
) -> None:
    hub, first, second = ids = arrive(store, 3)
    keep(store, ids, same(first, hub), same(second, hub))
    feed(store, renewal)
    assert points(store, [first, second]) == [2.0, 2.0]
    seal(store, hub)
    feed(store, renewal)
    assert homes(store) == []
    assert changed() == {}
    assert points(store, [first, second]) == [0.0, 0.0]


def test_a_report_that_is_sealed_later_counts_no_more_in_the_case_that_stays(store: Store, renewal: Renewal) -> None:
    first, second, third = chain(store, 3)
    feed(store, renewal)
    seal(store, first)
    feed(store, renewal)
    assert homes(store) == [{second, third}]
    assert points(store, [second, third]) == [1.0, 1.0]


@pytest.mark.usefixtures("small_floods")
def test_a_flood_takes_in_nobody_who_is_kept_apart_from_one_of_its_case(store: Store, renewal: Renewal) -> None:
    ids = chain(store, 5)
    feed(store, renewal)
    *copies, rival = later = arrive(store, 5)
    keep(store, later, *(same(one, ids[0]) for one in copies), same(rival, ids[4], score=0.95), apart(rival, ids[3]))
    feed(store, renewal)
    assert homes(store) == [{*ids, *copies}]


def test_reports_that_change_their_case_go_to_the_index_again(store: Store, renewal: Renewal) -> None:
    first, second, third = arrive(store, 3)
    keep(store, [first, second, third], same(second, first))
    feed(store, renewal)
    assert store.waiting() == 0
    store.save_cases([Case(first, (first, second, third))])
    assert [item.report_id for item in store.outbox_batch(10)] == [third]
    store.save_cases([Case(first, (first,)), Case(second, (second, third))])
    rows = {item.report_id: item.row for item in store.outbox_batch(10)}
    assert {one: row.case_id for one, row in rows.items() if row} == {first: None, second: second, third: second}


def test_a_case_of_which_every_report_was_sealed_leaves_nothing_behind(
    store: Store, renewal: Renewal, changed: Callable[[], dict[str, object]]
) -> None:
    a, b, c, d = pairs(store, renewal, 2)
    assert [*changed()] == [a, c]
    store.save_assessed([Assessed(one, None, Route(Way.SEALED_UP, "51", None, True, ("level",))) for one in (a, b, d)])
    assert [*changed()] == [c]
    feed(store, renewal)
    assert changed() == {}
