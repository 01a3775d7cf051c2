"""Months: how they are written, and from which one on there is anything to count."""

from __future__ import annotations

import pytest

from triage.errors import BadInput
from triage.trends.counted import checked_month


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
