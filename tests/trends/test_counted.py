"""Months: how they are written, and from which one on there is anything to count."""

from __future__ import annotations

import pytest

from triage.errors import BadInput
from triage.trends.counted import begun, checked_month, shifted


@pytest.mark.parametrize(
    "given", ["２０１９-11", "2019-１１", "２０１９－１１", "٢٠١٩-11", "2019-13", "19-11", "2019-11\n"]
)
def test_a_month_in_other_digits_is_refused_by_name(given: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked_month(given)
    assert (caught.value.field, caught.value.rule) == ("month", "form")


@pytest.mark.parametrize("given", ["2019-11", "2020-02", "1999-12"])
def test_a_month_as_the_calendar_writes_it_is_taken(given: str) -> None:
    assert checked_month(given) == given


def months(*totals: int) -> dict[str, int]:
    """Totals of the months that end with November 2019."""
    return {shifted("2019-11", at + 1 - len(totals)): total for at, total in enumerate(totals)}


@pytest.mark.parametrize(
    ("totals", "first"),
    [
        (months(1, *[0] * 36, 22, 30), "2019-10"),  # a letter of years ago
        (months(9, *[0] * 6, 22, 30), "2019-10"),  # several of them
        (months(1, 0, 2, 22, 25, 30), "2019-09"),  # letters older than the office
        (months(*[22] * 14), "2018-10"),
        (months(22, 25, 0, 21, 30), "2019-07"),  # a month without reports is no beginning
        (months(22, 0, 0, 0, 0, 0, 21), "2019-05"),
        (months(3, 2, 3, 1, 3, 8), "2019-06"),  # a small office has few reports in each month
        (months(1, 1, 1), "2019-09"),
        (months(22, 25, *[0] * 8), "2019-02"),  # nothing has come in since
        (months(2), "2019-11"),
    ],
)
def test_the_past_begins_where_reports_come_in_month_after_month(totals: dict[str, int], first: str) -> None:
    assert begun(totals, 5) == first


def test_months_without_any_report_begin_nothing() -> None:
    assert begun(months(0, 0, 0), 5) is None
    assert begun(months(1, *[0] * 8), 5) is None
    assert begun(months(*[0] * 8), 5) is None
    assert begun({}, 5) is None
