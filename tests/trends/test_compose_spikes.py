"""What is told of what stands out: nothing is cut off in silence, and no hidden number is told to be large."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from corpora.divisions import Divisions
from triage.policy import Clock
from triage.store import WORKER, Store
from triage.trends.compose_progress import limit_words
from triage.trends.compose_spikes import Judged, StandingOut, behind_section, judged, sentences, spike_section
from triage.trends.compose_tables import months_section
from triage.trends.counted import Counted, shifted, size_of, steps_of
from triage.trends.document import Hidden, Number
from triage.trends.safety import Safe, tree_of
from triage.trends.series import Series
from triage.trends.told import SafeMonth

MONTH = "2019-11"
COUNTIES = [one.code for one in Divisions.load() if len(one.code) == 6 and one.code.startswith("51")]
CODES = ("bribery", "coercion", "dereliction", "embezzlement", "falsified_exit", "formalism")


def tree(counts: dict[str, int], hidden: frozenset[str] = frozenset()) -> Safe:
    return Safe(tree_of(counts, {place: steps_of(place) for place in counts}, size_of), hidden)


def of_month(counts: dict[str, int], code: str = "bribery", hidden: frozenset[str] = frozenset()) -> SafeMonth:
    """A month with these numbers in all and of a category, of which some are hidden."""
    return SafeMonth(tree(counts), {code: tree(counts, hidden)})


def counted(months: dict[str, SafeMonth], series: Series | None = None, threshold: int = 5) -> Counted:
    empty = Series((), (), (), np.zeros((0, 0, 0), dtype=np.int32))
    return Counted(WORKER, "51", MONTH, threshold, min(months), frozenset(), False, months, series or empty, {})


def standing_out(number: int, low: int = 1, high: int = 7) -> tuple[StandingOut, ...]:
    return tuple(StandingOut(county, "bribery", 3.4, low, high) for county in COUNTIES[:number])


def with_spikes(number: int) -> tuple[Counted, Judged]:
    month = of_month(dict.fromkeys(COUNTIES[:number], 20))
    return counted({MONTH: month}), Judged(standing_out(number), (), 99)


def english(made: Counted, found: Judged, most: int = 20) -> list[str]:
    return [one.en for one in sentences(made, found, most)]


def test_counties_that_are_not_named_are_counted() -> None:
    made, found = with_spikes(30)
    told = english(made, found, 5)
    assert len(told) == 6
    assert told[-1] == "25 more counties are above what the past lets expect."
    assert sentences(made, found, 29)[-1].zh == "另有1个县高于历史预期，此处未列。"
    (table,) = spike_section(made, found).tables
    assert len(table.rows) == 20
    assert table.note is not None
    assert "另有10处" in table.note.zh
    assert "there are 10 more" in table.note.en


@pytest.mark.parametrize("number", [1, 5, 20])
def test_where_all_are_named_no_more_are_told(number: int) -> None:
    made, found = with_spikes(number)
    assert not [one for one in english(made, found) if "more" in one]
    (table,) = spike_section(made, found).tables
    assert table.note is None


def test_slow_rises_that_are_not_named_are_counted() -> None:
    made, _ = with_spikes(12)
    assert english(made, Judged((), standing_out(12), 99))[-1].endswith(", and 7 more.")
    assert "more" not in english(made, Judged((), standing_out(5), 99))[-1]


def test_the_cases_behind_are_the_largest_of_all_reports_and_not_of_the_newest() -> None:
    rows = [(f"r{at}", "") for at in range(60)] + [(f"old{at}", "large case") for at in range(9)]
    monthly = SimpleNamespace(behind=lambda _access, _month, _place, _category, most=50: rows[:most])
    made, found = with_spikes(1)
    section = behind_section(cast(Store, SimpleNamespace(monthly=monthly)), made, found)
    assert section is not None
    assert "large case" in repr(section.tables[0].rows[0])


def test_the_cases_behind_are_named_for_whoever_reads_the_place_and_not_for_whoever_composed_it() -> None:
    asked = []
    monthly = SimpleNamespace(behind=lambda access, *_: asked.append(access) or [("r1", "")])
    made, found = with_spikes(2)
    assert made.access.place_prefixes == ("",)
    behind_section(cast(Store, SimpleNamespace(monthly=monthly)), made, found)
    assert {access.place_prefixes for access in asked} == {("51",)}


def test_an_expectation_below_the_threshold_tells_nothing_of_the_hidden_past() -> None:
    made, _ = with_spikes(1)
    for low, high in ((0, 0), (0, 4)):
        found = Judged(standing_out(1, low, high), (), 99)
        assert "20 reports under Bribery and extortion" in english(made, found)[0]
        assert "(fewer than 5 expected)" in english(made, found)[0]
        (table,) = spike_section(made, found).tables
        assert table.rows[0][3] == Hidden()
        assert table.note is not None
        assert "fewer than 5 were expected" in table.note.en


def test_a_larger_expectation_is_told_in_whole_numbers() -> None:
    made, found = with_spikes(1)
    assert "(1 to 7 expected)" in english(made, found)[0]
    (table,) = spike_section(made, found).tables
    assert table.rows[0][3] == Number(3, 1, 7)
    assert "(6 expected)" in english(made, Judged(standing_out(1, 6, 6), (), 99))[0]


def rising(hidden: bool) -> Counted:
    """Forty counties over two years; in one of them a category comes in 25 times at the end, shown or not."""
    numbers = np.random.default_rng(1).poisson(4.0, (40, len(CODES), 25)).astype(np.int32)
    numbers[3, 0, -1] = 25
    months = tuple(shifted(MONTH, back) for back in range(-24, 1))
    counties = tuple(COUNTIES[:40])
    month = of_month(dict.fromkeys(counties, 25), hidden=frozenset([counties[3]] if hidden else []))
    return counted({MONTH: month}, Series(counties, CODES, months, numbers))


def test_a_spike_whose_number_is_hidden_is_told_to_readers_alone() -> None:
    made = rising(hidden=True)
    found = judged(made)
    assert [one.county for one in found.veiled] == [COUNTIES[3]]
    assert english(made, found) == [
        "No county and category whose number is shown is clearly above what its past lets expect."
    ]
    assert spike_section(made, found).tables == ()
    monthly = SimpleNamespace(behind=lambda *_: [("r1", "")])
    section = behind_section(cast(Store, SimpleNamespace(monthly=monthly)), made, found)
    assert section is not None
    assert section.readers_only
    assert "numbers that are not shown: Bribery and extortion in" in section.sentences[0].en


def test_a_spike_whose_number_is_shown_is_told_to_all() -> None:
    made = rising(hidden=False)
    found = judged(made)
    assert [one.county for one in found.spikes] == [COUNTIES[3]]
    assert found.veiled == ()
    assert "25 reports under Bribery and extortion" in english(made, found)[0]


@pytest.mark.parametrize(("past", "said"), [(25, "its own past and the season:"), (24, "its own past:")])
def test_the_season_is_named_where_it_is_known(past: int, said: str) -> None:
    made = rising(hidden=False)
    shorter = replace(made, series=made.series.since(made.series.months[-past]))
    (told, *_) = english(shorter, judged(shorter))
    assert f"stands out against {said}" in told


def test_a_slow_rise_is_over_as_many_months_as_there_are() -> None:
    made, slow = rising(hidden=False), Judged((), standing_out(1, 3, 9), 99)
    assert english(made, slow)[-1].startswith("Rising slowly over twelve months: ")
    young = replace(made, series=made.series.since(made.series.months[-8]))
    assert english(young, slow)[-1].startswith("Rising slowly over 8 months: ")


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (20, 20, "20 reports came in November 2019: as many as in the month before."),
        (23, 20, "23 reports came in November 2019: 3 more than in the month before."),
        (17, 20, "17 reports came in November 2019: 3 fewer than in the month before."),
        (1, 1, "1 report came in November 2019: as many as in the month before."),
    ],
)
def test_a_month_beside_the_one_before(now: int, before: int, said: str) -> None:
    made = counted({"2019-10": of_month({COUNTIES[0]: before}), MONTH: of_month({COUNTIES[0]: now})}, threshold=0)
    (told,) = months_section(made).sentences
    assert told.en == said
    assert ("与上月持平" in told.zh) == (now == before)


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (Clock(1, "months"), "1 month"),
        (Clock(2, "months"), "2 months"),
        (Clock(15, "working_days"), "15 working days"),
        (Clock(1, "days"), "1 day"),
        (None, "none"),
    ],
)
def test_limits_are_told_in_one_or_more(clock: Clock | None, said: str) -> None:
    assert limit_words(clock).en == said
