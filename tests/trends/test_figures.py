"""Figures of a month: right, and silent about single people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import BadInput
from triage.trends import MonthFigures, checked_month, lines, suppressed

THRESHOLD = 5


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 40), min_size=1), st.booleans())
def test_no_small_cell_is_shown_or_can_be_found_by_subtracting(counts: dict[str, int], partition: bool) -> None:
    table = suppressed("channel", counts, {}, THRESHOLD, partition=partition)
    shown = {cell.value: cell.count for cell in table.cells if cell.count is not None}
    assert all(count >= THRESHOLD and counts[value] == count for value, count in shown.items())
    hidden = [cell.value for cell in table.cells if cell.count is None]
    if partition and hidden and len(counts) > 1:
        rest = sum(counts.values()) - sum(shown.values())
        assert not shown or len(hidden) > 1
        assert rest >= THRESHOLD or not shown


def figures() -> MonthFigures:
    table = suppressed("channel", {"web": 30, "chat": 12, "letter": 2}, {"web": "=web"}, THRESHOLD, partition=True)
    return MonthFigures("2019-11", 44, THRESHOLD, (table,))


def test_the_lines_say_the_total_and_that_cells_are_hidden() -> None:
    told = "\n".join(lines(figures()))
    assert "2019-11: 44" in told
    assert "hidden" in told


@pytest.mark.parametrize("month", ["2019-13", "2019", "November", "2019-1", "2019-11-01"])
def test_a_month_is_written_like_2019_11(month: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked_month(month)
    assert (caught.value.field, caught.value.rule) == ("month", "form")
