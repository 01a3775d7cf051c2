"""What is new in a case since a reader's last look, also in one too large to be written down whole."""

from __future__ import annotations

import pytest
from ledger_samples import arrive, chain, feed, keep, pairs, same
from store_samples import outcome

from triage.casefile import Changes, open_case
from triage.judging import Judging
from triage.model import Access, StaffRole
from triage.renewal import Renewal
from triage.store import Store, visits

WU = Access("wu", StaffRole.INVESTIGATOR, ("",))
LI = Access("li", StaffRole.REVIEWER, ("",))


def look(store: Store, case: str) -> Changes:
    return open_case(store, case, WU).changes


@pytest.fixture
def known(store: Store, renewal: Renewal) -> list[str]:
    """Five reports of one case at which Wu has looked."""
    ids = chain(store, 5)
    feed(store, renewal)
    assert look(store, ids[0]).since is None
    return ids


def comes(store: Store, renewal: Renewal, to: str) -> str:
    """A new report that joins the case of another one."""
    (late,) = arrive(store, 1)
    keep(store, [late], same(late, to))
    feed(store, renewal)
    return late


def test_opening_what_was_split_off_first_leaves_what_is_new_in_the_rest_to_be_told(
    store: Store, renewal: Renewal, known: list[str]
) -> None:
    a, b, c, d, e = known
    made = Judging(store).split(a, [d, e], LI).decision
    feed(store, renewal)
    late = comes(store, renewal, a)
    changes = look(store, d)
    assert (changes.joined, changes.left, changes.decisions) == ((), (a, b, c), (made,))
    changes = look(store, a)
    assert changes.since is not None
    assert (changes.joined, changes.left, changes.decisions) == ((late,), (), (made,))
    for one in (a, d):
        changes = look(store, one)
        assert (changes.joined, changes.left, changes.decisions) == ((), (), ())


def test_opening_the_rest_first_tells_once_who_left_and_later_what_is_new_where_they_are(
    store: Store, renewal: Renewal, known: list[str]
) -> None:
    a, *_, d, e = known
    made = Judging(store).split(a, [d, e], LI).decision
    feed(store, renewal)
    late = comes(store, renewal, e)
    changes = look(store, a)
    assert (changes.joined, changes.left, changes.decisions) == ((), (d, e), (made,))
    assert look(store, a).left == ()
    changes = look(store, e)
    assert changes.since is not None
    assert (changes.joined, changes.left, changes.decisions) == ((late,), (), (made,))


@pytest.mark.parametrize("alone_first", [True, False])
def test_a_case_whose_first_report_was_taken_out_is_known_again_under_its_new_name(
    store: Store, renewal: Renewal, known: list[str], alone_first: bool
) -> None:
    a, b, c, d, e = known
    Judging(store).split(a, [a], LI)
    feed(store, renewal)
    late = comes(store, renewal, b)
    if alone_first:
        assert look(store, a).left == (b, c, d, e)
    changes = look(store, b)
    assert changes.since is not None
    assert (changes.joined, changes.left) == ((late,), () if alone_first else (a,))
    assert (look(store, b).left, look(store, a).left) == ((), ())


def test_who_left_for_a_case_that_is_known_by_others_is_new_there(
    store: Store, renewal: Renewal, known: list[str]
) -> None:
    a, *_, e = known
    other, another = pairs(store, renewal, 1)
    assert look(store, other).since is None
    Judging(store).move(e, other, LI)
    feed(store, renewal)
    assert look(store, a).left == (e,)
    changes = look(store, another)
    assert (changes.joined, changes.left) == ((e,), ())
    assert look(store, another).joined == ()


def test_of_a_reader_of_one_place_what_is_new_is_told_under_the_names_that_they_know(
    store: Store, renewal: Renewal
) -> None:
    here = Access("sun", StaffRole.INVESTIGATOR, ("51",))
    hidden, a, b, c = arrive(store, 4)
    kept = [outcome(a, judgements=(same(a, hidden),)), outcome(b, judgements=(same(b, a),))]
    store.save_assessed([outcome(hidden, division="520100"), *kept, outcome(c, judgements=(same(c, b),))])
    feed(store, renewal)
    assert open_case(store, a, here).changes.since is None
    Judging(store).split(a, [c], LI)
    feed(store, renewal)
    late = comes(store, renewal, a)
    assert open_case(store, c, here).changes.left == (a, b)
    changes = open_case(store, a, here).changes
    assert (changes.joined, changes.left) == ((late,), ())
    assert changes.since is not None


def test_of_a_case_larger_than_what_is_written_down_only_what_came_is_told_as_new(
    store: Store, renewal: Renewal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "MOST_MARKED", 3)
    ids = chain(store, 6)
    feed(store, renewal)
    assert look(store, ids[0]).since is None
    assert look(store, ids[0]).joined == ()
    (late,) = arrive(store, 1)
    keep(store, [late], same(late, ids[5]))
    feed(store, renewal)
    assert look(store, ids[0]).joined == (late,)
    assert look(store, ids[0]).joined == ()
    Judging(store).split(ids[0], [late], LI)
    feed(store, renewal)
    changes = look(store, ids[0])
    assert (changes.joined, changes.left) == ((), (late,))
    assert look(store, ids[0]).joined == ()
