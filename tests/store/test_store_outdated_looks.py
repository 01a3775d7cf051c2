"""An act rests on the case as its person read it: what somebody else has judged since is told, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ledger_samples import arrive, chain, feed, homes, keep, pairs, same, unsure

from triage import casefile
from triage.casefile import open_case
from triage.errors import BadInput, Changed
from triage.judging import Judging, Look
from triage.model import Access, StaffRole, Verdict
from triage.renewal import Renewal
from triage.store import Store

WU = Access("wu", StaffRole.INVESTIGATOR, ("",))
LI = Access("li", StaffRole.REVIEWER, ("",))


@pytest.fixture
def judging(store: Store) -> Judging:
    return Judging(store)


def read(store: Store, case: str) -> int:
    """The number that a case comes with when Wu opens it."""
    return open_case(store, case, WU).as_of


@pytest.mark.parametrize("act", ["merge", "split", "move"])
def test_an_act_on_a_case_that_somebody_else_changed_since_it_was_read_is_refused_and_writes_nothing(
    store: Store, renewal: Renewal, judging: Judging, act: str
) -> None:
    a, b, c, d, e, f = pairs(store, renewal, 3)
    seen = read(store, b)
    # Not a word is said of b: it is in another company all the same
    judging.merge(a, c, LI)
    feed(store, renewal)
    acts: dict[str, Callable[[int], Any]] = {
        "merge": lambda as_of: judging.merge(e, b, WU, as_of=as_of),
        "split": lambda as_of: judging.split(b, [b], WU, as_of=as_of),
        "move": lambda as_of: judging.move(b, f, WU, of=b, as_of=as_of),
    }
    with pytest.raises(Changed, match=r"Somebody else has judged these reports.*look at the case again"):
        acts[act](seen)
    feed(store, renewal)
    assert homes(store) == [{a, b, c, d}, {e, f}]
    acts[act](read(store, b))
    feed(store, renewal)
    wanted = {
        "merge": [{a, b, c, d, e, f}],
        "split": [{a, c, d}, {e, f}],
        "move": [{a, c, d}, {b, e, f}],
    }
    assert homes(store) == wanted[act]


def test_a_case_that_is_named_by_a_report_which_somebody_took_out_is_not_taken_for_that_report(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c = chain(store, 3)
    (other,) = arrive(store, 1)
    keep(store, [other])
    feed(store, renewal)
    seen = read(store, a)
    judging.split(a, [a], LI)
    feed(store, renewal)
    with pytest.raises(Changed):
        judging.merge(other, a, WU, as_of=seen)
    with pytest.raises(Changed):
        judging.split(a, [c], WU, as_of=seen)
    feed(store, renewal)
    assert homes(store) == [{b, c}]


def test_what_somebody_took_back_since_counts_as_well(store: Store, renewal: Renewal, judging: Judging) -> None:
    a, _, c, d = pairs(store, renewal, 2)
    made = judging.merge(a, c, LI).decision
    seen = read(store, a)
    judging.undo(made, LI)
    with pytest.raises(Changed):
        judging.split(a, [d], WU, as_of=seen)


def test_what_is_said_while_a_case_is_being_read_was_not_seen(
    store: Store, renewal: Renewal, judging: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, c, d = pairs(store, renewal, 2)
    portrait = casefile.portrait

    def late(rows: Any) -> Any:
        """A colleague speaks between the reading of the reports and the end of the look."""
        monkeypatch.setattr(casefile, "portrait", portrait)
        judging.judge(b, c, Verdict.SAME, LI)
        return portrait(rows)

    monkeypatch.setattr(casefile, "portrait", late)
    seen = read(store, a)
    for as_of in (seen, Look.LAST):
        with pytest.raises(Changed):
            judging.split(a, [b], WU, as_of=as_of)
    feed(store, renewal)
    assert homes(store) == [{a, b, c, d}]


def test_ones_own_acts_other_peoples_elsewhere_and_new_reports_hinder_nobody(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c, d, e, f = pairs(store, renewal, 3)
    seen = read(store, a)
    judging.judge(e, f, Verdict.DIFFERENT, LI)
    (late,) = arrive(store, 1)
    keep(store, [late], same(late, b))
    feed(store, renewal)
    assert judging.merge(a, c, WU, as_of=seen).as_of > seen
    judging.split(a, [d], WU, as_of=seen)
    feed(store, renewal)
    assert homes(store) == [{a, b, c, late}]


def test_a_suggestion_that_a_colleague_rejected_meanwhile_is_not_confirmed_from_an_old_list(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b = arrive(store, 2)
    keep(store, [a, b], unsure(b, a))
    feed(store, renewal)
    seen = store.casework.newest()
    judging.judge(b, a, Verdict.DIFFERENT, LI)
    with pytest.raises(Changed):
        judging.judge(b, a, Verdict.SAME, WU, as_of=seen)
    # Who has seen the colleague's word may still judge the pair anew
    judging.judge(b, a, Verdict.SAME, WU, as_of=read(store, a))
    feed(store, renewal)
    assert homes(store) == [{a, b}]


@pytest.mark.parametrize("number", [-1, 10**30])
def test_a_number_that_the_ledger_does_not_have_is_named(
    store: Store, renewal: Renewal, judging: Judging, number: int
) -> None:
    a, _, c, _ = pairs(store, renewal, 2)
    with pytest.raises(BadInput) as caught:
        judging.merge(a, c, WU, as_of=number)
    assert (caught.value.field, caught.value.rule) == ("as_of", "unknown")


def test_where_no_number_is_told_the_last_look_counts_and_nobody_needs_to_have_looked(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c, d, e, f = pairs(store, renewal, 3)
    judging.merge(a, c, WU, as_of=Look.LAST)
    feed(store, renewal)
    read(store, a)
    judging.split(a, [b], LI)
    for act in (
        lambda: judging.merge(e, c, WU, as_of=Look.LAST),
        lambda: judging.split(c, [d], WU, as_of=Look.LAST),
        lambda: judging.move(f, c, WU, as_of=Look.LAST),
    ):
        with pytest.raises(Changed):
            act()
    feed(store, renewal)
    # A look at one report alone is no look at the case that it was in
    read(store, b)
    with pytest.raises(Changed):
        judging.merge(e, c, WU, as_of=Look.LAST)
    read(store, c)
    judging.merge(e, c, WU, as_of=Look.LAST)
    feed(store, renewal)
    assert homes(store) == [{a, c, d, e, f}]


@pytest.mark.usefixtures("small_floods")
def test_in_a_flood_too_an_outdated_look_is_told(store: Store, renewal: Renewal, judging: Judging) -> None:
    ids = chain(store, 20)
    feed(store, renewal)
    seen = read(store, ids[0])
    judging.split(ids[0], [ids[19]], LI)
    feed(store, renewal)
    with pytest.raises(Changed):
        judging.split(ids[0], [ids[3]], WU, as_of=seen)
    judging.split(ids[0], [ids[3]], WU, as_of=read(store, ids[0]))
    feed(store, renewal)
    assert homes(store) == [set(ids) - {ids[3], ids[19]}]
