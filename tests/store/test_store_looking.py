"""What is new in a case since a reader's last look, also in one too large to be written down whole."""

from __future__ import annotations

import pytest
from ledger_samples import arrive, chain, feed, keep, same

from triage.casefile import Changes, open_case
from triage.judging import Judging
from triage.model import Access, StaffRole
from triage.renewal import Renewal
from triage.store import Store, visits

WU = Access("wu", StaffRole.INVESTIGATOR, ("",))
LI = Access("li", StaffRole.REVIEWER, ("",))


def look(store: Store, case: str) -> Changes:
    return open_case(store, case, WU).changes


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
