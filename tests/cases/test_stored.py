"""Matters at hand between batches: what is asked for is answered whole, and what is held has a bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pytest
from case_samples import matter

from triage.cases import StoredBefore, stored, to_bytes
from triage.store import Store

TEXT = "柳林村的低保名单三年没有公示过"


class Kept:
    """A store that holds one text under every id and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.facts = to_bytes(matter("any", TEXT))

    def link_facts(self, report_ids: Sequence[str], access: object) -> dict[str, bytes]:
        self.asked += report_ids
        return dict.fromkeys(report_ids, self.facts)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Room for four of the store's matters."""
    monkeypatch.setattr(stored, "HELD", 4 * stored.size_of(matter("any", TEXT)))
    return Kept()


@pytest.fixture
def before(kept: Kept) -> StoredBefore:
    return StoredBefore(cast(Store, kept))


def test_all_that_was_asked_for_is_answered_though_it_is_more_than_is_held(before: StoredBefore) -> None:
    assert list(before.matters("abcd")) == list("abcd")
    assert sorted(before.matters("abef")) == list("abef")
    assert sorted(before.matters("ghijkl")) == list("ghijkl")


def test_what_was_met_lately_stays_at_hand(before: StoredBefore, kept: Kept) -> None:
    before.matters("abcd")
    before.matters("a")
    before.matters("e")
    kept.asked.clear()
    before.matters("acde")
    assert kept.asked == []
    before.matters("b")
    assert kept.asked == ["b"]


def test_a_long_letter_takes_the_room_of_many_short_ones(before: StoredBefore, kept: Kept) -> None:
    before.matters("abcd")
    long = "".join(map(chr, range(0x4E00, 0x4E00 + 2000)))
    before.remember([matter("long", long)])
    kept.asked.clear()
    before.matters("abcd")
    assert kept.asked == list("abcd")


def test_a_matter_that_is_remembered_twice_takes_its_room_once(before: StoredBefore, kept: Kept) -> None:
    before.remember([matter("a", TEXT)] * 9)
    before.matters("bcd")
    kept.asked.clear()
    before.matters("abcd")
    assert kept.asked == []


def test_what_was_stored_in_another_form_is_left_out(before: StoredBefore, kept: Kept) -> None:
    kept.facts = bytes([kept.facts[0] + 1]) + kept.facts[1:]
    assert before.matters("ab") == {}
