"""Reports that an earlier version assessed without facts for linking get them later."""

from __future__ import annotations

from collections.abc import Callable

from store_samples import staff

from triage.model import LinkKey, StaffRole, Way
from triage.store import WORKER, Comparable, Store

NEAR = LinkKey("near", "band")


def test_reports_without_facts_are_found_in_the_order_of_intake(store: Store, route: Callable[..., str]) -> None:
    ids = [route(link_facts=b"facts" if number == 1 else b"") for number in range(4)]
    route(way=Way.SEALED_UP)
    numbers = [store.row(ids[number], WORKER).report.seq for number in (0, 2, 3)]
    assert store.without_facts(WORKER) == numbers
    assert store.without_facts(WORKER, limit=2) == numbers[:2]
    assert store.without_facts(WORKER, after_seq=numbers[1]) == numbers[2:]
    assert store.without_facts(staff("52", role=StaffRole.INVESTIGATOR)) == []


def test_a_report_without_facts_is_met_and_opened_once_it_has_them(store: Store, route: Callable[..., str]) -> None:
    bare = route(link_keys=())
    assert store.save_facts([Comparable(bare, (NEAR, NEAR), b"facts")]) == [bare]
    assert store.link_facts([bare], WORKER) == {bare: b"facts"}
    assert store.candidates([NEAR], WORKER) == {NEAR: (bare,)}
    assert store.without_facts(WORKER) == []


def test_facts_that_are_there_stay_as_they_are_and_sealed_reports_get_none(
    store: Store, route: Callable[..., str]
) -> None:
    known, sealed = route(link_facts=b"facts", link_keys=()), route(way=Way.SEALED_UP)
    assert store.save_facts([Comparable(one, (NEAR,), b"later") for one in (known, sealed, "unknown")]) == []
    assert store.link_facts([known, sealed], WORKER) == {known: b"facts"}
    assert store.candidates([NEAR], WORKER) == {}
