"""Many months in one array: the same counts, whatever order counties come in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triage.store.monthly import SeriesCells
from triage.trends.series import Gathering

COUNTIES, CODES = ("513431", "110101", "530629", "51"), ("bribery", "coercion")
cells = st.dictionaries(st.tuples(st.sampled_from(COUNTIES), st.sampled_from(CODES)), st.integers(1, 9))


@given(st.lists(cells, max_size=4))
def test_the_array_holds_what_the_months_have_of_counties(months: list[dict[tuple[str, str], int]]) -> None:
    gathering = Gathering()
    for at, counts in enumerate(months):
        gathering.add(SeriesCells(f"2019-{at + 1:02}", {"513431101": 1}, counts))
    series = gathering.series()
    assert len(series.months) == len(months)
    assert "513431" in series.counties or not months
    assert list(series.counties) == sorted(series.counties)
    assert "51" not in series.counties
    for at, counts in enumerate(months):
        told = {
            (county, code): int(series.counts[row, column, at])
            for row, county in enumerate(series.counties)
            for column, code in enumerate(series.categories)
            if series.counts[row, column, at]
        }
        assert told == {key: number for key, number in counts.items() if key[0] != "51"}
