"""Fairness of the queue, on both databases: whoever sends a flood waits behind themselves, and nobody else does."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_samples import arrival, outcome

from triage.model import Channel
from triage.store import Accepted, Store
from triage.store.arrivals import _lane
from triage.store.queue import SHARE

BATCH = 128


def sent(store: Store, source: str, number: int) -> list[str]:
    found = []
    for first in range(0, number, 200):
        rows = [arrival(source=source, row=f"{first + place}") for place in range(min(200, number - first))]
        found += [answer.report_id for answer in store.receive(rows) if isinstance(answer, Accepted)]
    return found


def sources(store: Store, number: int) -> list[str]:
    """Names of senders that share no lane."""
    lanes: dict[int, str] = {}
    names = (f"county {place}" for place in range(10_000))
    while len(lanes) < number:
        name = next(names)
        lanes.setdefault(_lane(store._vault, arrival(source=name, row="1")), name)
    return list(lanes.values())


def claimed(store: Store, limit: int = BATCH) -> list[str]:
    return [report.id for report in store.claim(limit)]


def brought_to_its_end(store: Store, limit: int = BATCH) -> list[str]:
    ids = claimed(store, limit)
    assert store.save_assessed([outcome(report_id) for report_id in ids]) == ids
    return ids


def test_twenty_reports_of_others_are_done_soon_though_two_thousand_of_one_county_came_first(store: Store) -> None:
    county, *others = sources(store, 5)
    flood = sent(store, county, 2000)
    few = [report_id for name in others for report_id in sent(store, name, 5)]
    first = brought_to_its_end(store)
    assert set(few) <= set(first), "they wait for no second batch"
    assert first == sorted(first), "within a batch the older goes first"
    assert set(first) - set(few) == set(flood[: BATCH - len(few)]), "what is left of a batch is the flood's, by age"
    assert brought_to_its_end(store) == flood[BATCH - len(few) :][:BATCH]


def test_twenty_reports_of_one_other_county_take_three_batches_behind_a_flood(store: Store) -> None:
    county, other = sources(store, 2)
    sent(store, county, 2000)
    few = set(sent(store, other, 20))
    done = [len(few & set(brought_to_its_end(store, 16))) for _ in range(3)]
    assert done == [SHARE, SHARE, 20 - 2 * SHARE]


def test_a_report_that_waits_for_another_try_takes_no_place_from_its_sender(store: Store) -> None:
    county, other = sources(store, 2)
    sent(store, county, 50)
    few = sent(store, other, SHARE + 2)
    store.fail(few[:2], "assess_error")
    assert set(few[2:]) <= set(claimed(store, 2 * SHARE))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.integers(1, 40), min_size=1, max_size=6), limit=st.integers(1, 40))
def test_every_report_has_its_turn_and_nobody_waits_behind_more_than_a_share(
    store: Store, counts: list[int], limit: int
) -> None:
    names = sources(store, len(counts))
    waits: dict[str, list[str]] = {name: [] for name in names}
    for name, number in zip(names, counts, strict=True):
        rows: list[Any] = [arrival(source=name, row=arrival().receipt_hash) for _ in range(number)]
        waits[name] = [answer.report_id for answer in store.receive(rows) if isinstance(answer, Accepted)]
    while any(waits.values()):
        batch = set(brought_to_its_end(store, limit))
        assert len(batch) == min(limit, sum(map(len, waits.values()))), "a batch is full as long as reports wait"
        taken = {name: len(batch & set(ids)) for name, ids in waits.items()}
        for name, ids in waits.items():
            assert set(ids[: taken[name]]) <= batch, "of one sender the oldest go first"
            short = taken[name] < min(SHARE, len(ids))
            assert not short or max(taken.values()) <= taken[name] + 1, "nobody gets two before another has one"
        waits = {name: ids[taken[name] :] for name, ids in waits.items()}


def anonymous(store: Store, *lengths: int) -> list[str]:
    answers = store.receive([arrival("字" * length) for length in lengths])
    return [answer.report_id for answer in answers if isinstance(answer, Accepted)]


def test_a_batch_holds_a_hundred_thousand_characters_and_one_long_report_beside_them(store: Store) -> None:
    anonymous(store, *[15_000] * 20, *[90_000] * 3)
    while batch := store.claim(BATCH):
        lengths = sorted(len(report.text) for report in batch)
        assert sum(length for length in lengths if length <= 20_000) <= 100_000
        assert len([length for length in lengths if length > 20_000]) <= 1
        store.save_assessed([outcome(report.id) for report in batch])
    assert store.waiting() == 23, "all of them wait for the index"


def test_short_letters_do_not_wait_for_a_hundred_long_ones_that_came_first(store: Store) -> None:
    long = anonymous(store, *[30_000] * 20)
    short = anonymous(store, *[300] * 12)
    first = claimed(store)
    assert set(short) <= set(first)
    assert set(first) - set(short) == {long[0]}, "and of the long ones the oldest goes with them"


def test_long_reports_are_done_one_after_the_other_when_nothing_else_waits(store: Store) -> None:
    long = anonymous(store, *[100_000] * 3)
    assert [brought_to_its_end(store) for _ in range(4)] == [[long[0]], [long[1]], [long[2]], []]


def test_the_lane_of_an_anonymous_report_tells_of_its_length_and_of_nothing_else(store: Store) -> None:
    lanes = {length: _lane(store._vault, arrival("字" * length)) for length in (10, 2_000, 2_001, 20_000, 20_001)}
    assert lanes[10] == lanes[2_000]
    assert lanes[2_001] == lanes[20_000]
    assert len(set(lanes.values())) == 3
    other = arrival("段" * 10, place="昭觉县", channel=Channel.WEB)
    assert _lane(store._vault, other) == lanes[10]
