"""The invented region: the same each time, crowded as a real one, and its repeats tell what the first report told."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest

from triage.bench.world import World
from triage.cases import Fingerprint, LinkKeyer, Matter, to_bytes
from triage.cases.grams import grams_of

TEXTS = (
    "柳林村的低保名单三年没有公示过",
    "村支书把危房改造款给了自己的哥哥，请领导派人来看一看",
    "我家五口人没有评上贫困户",
)
TOTAL = 4000


@pytest.fixture(scope="module")
def world() -> World:
    return World([Matter("", Fingerprint.of(text), grams_of(text)[0]) for text in TEXTS], TOTAL)


def test_a_report_is_the_same_each_time_it_is_made(world: World) -> None:
    assert to_bytes(world.report(7, "a")) == to_bytes(world.report(7, "b"))
    assert to_bytes(world.report(7, "a")) != to_bytes(world.report(8, "a"))


def test_days_pass_with_the_numbers(world: World) -> None:
    assert world.report(0, "a").received == date(2017, 1, 1)
    assert world.report(TOTAL - 1, "a").received.year == 2019


def test_one_report_in_five_tells_of_what_was_told_before(world: World) -> None:
    told = [world.told_by(number) for number in range(TOTAL)]
    assert all(affair <= number for number, affair in enumerate(told))
    assert 0.15 < sum(affair != number for number, affair in enumerate(told)) / TOTAL < 0.22
    assert max(Counter(told).values()) < 20


def test_some_villages_are_told_of_by_many_and_most_by_few(world: World) -> None:
    reports = [world.report(number, "a") for number in range(1500)]
    villages = Counter((place.code, place.village) for matter in reports for place in matter.places)
    (_, most), *_ = villages.most_common()
    assert most >= 5
    assert sum(1 for count in villages.values() if count == 1) > len(villages) / 2
    shares = [
        sum(map(bool, part)) / len(reports)
        for part in zip(*((m.people, m.places, m.sums) for m in reports), strict=True)
    ]
    assert shares == pytest.approx([0.5, 0.78, 0.52], abs=0.06)


def test_a_repeat_meets_the_first_report_under_a_key_more_often_than_a_stranger(world: World) -> None:
    keyer = LinkKeyer(b"k" * 32)
    first = [set(keyer.keys(world.report(number, "a", number))) for number in range(60)]
    again = [set(keyer.keys(world.report(number + 1000, "b", number))) for number in range(60)]
    shared = np.array([[len(one & other) for other in first] for one in again])
    own, others = np.diag(shared), shared[~np.eye(60, dtype=bool)]
    assert own.mean() > 4 * others.mean()
    assert (own > 0).mean() > 0.9
