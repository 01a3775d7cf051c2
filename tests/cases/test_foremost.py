"""Leaving out who cannot be among the best changes nothing in who is best."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from triage.cases import Near, meet
from triage.cases.foremost import foremost
from triage.model import LinkKey

KINDS = ("gram", "near", "village", "county", "name")
KEYS = st.lists(st.sets(st.integers(1, 60), max_size=30), min_size=1, max_size=12)


def named(crowds: dict[LinkKey, set[int]], most: int) -> Near:
    """What a report with all these keys has around it."""
    arrays = {key: np.array(sorted(seqs, reverse=True), dtype=np.int64) for key, seqs in crowds.items() if seqs}
    return foremost(tuple(crowds), arrays, most).named({seq: f"{seq:03d}" for seq in range(100)})


@given(KEYS, st.integers(1, 8))
def test_the_best_are_the_same_with_and_without_those_left_out(crowds: list[set[int]], limit: int) -> None:
    told = {LinkKey(KINDS[place % len(KINDS)], str(place)): seqs for place, seqs in enumerate(crowds)}
    whole, cut = named(told, 1000), named(told, limit)
    assert not any(whole.others.values())
    assert meet(tuple(told), cut.under, limit, others=cut.others) == meet(tuple(told), whole.under, limit)


def test_under_each_key_the_oldest_stands_first_and_the_others_are_counted() -> None:
    village, county = LinkKey("village", "1"), LinkKey("county", "1")
    near = named({village: {5, 2}, county: set(range(1, 31))}, 2)
    assert near.under == {village: ["002", "005"], county: ["002", "005"]}
    assert near.others == {village: 0, county: 28}


def test_who_may_not_be_read_is_one_of_the_others() -> None:
    key = LinkKey("name", "1")
    chosen = foremost((key, LinkKey("sum", "nobody")), {key: np.array([9, 4], dtype=np.int64)}, 5)
    assert chosen.named({4: "readable"}) == Near({key: ["readable"]}, {key: 1})


def test_keys_of_nobody_have_nobody_around() -> None:
    assert foremost((LinkKey("name", "1"),), {}, 5).named({}) == Near()
