"""Working days as the State Council set them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from lunardate import LunarDate

from corpora.workdays import is_working_day, working_days

DAYS = st.dates(date(2012, 1, 1), date(2028, 12, 31))


def test_the_national_week_is_off_and_its_make_up_saturday_is_worked() -> None:
    assert not any(is_working_day(date(2019, 10, day)) for day in range(1, 8))
    assert is_working_day(date(2019, 9, 29))
    assert is_working_day(date(2019, 10, 12))
    assert not is_working_day(date(2019, 10, 13))


def test_a_clock_stands_still_over_the_holidays_of_late_years() -> None:
    assert working_days(date(2026, 9, 29), date(2026, 10, 10)) == 4  # 30 September, 8, 9 and the make-up Saturday
    assert working_days(date(2024, 2, 7), date(2024, 2, 19)) == 4
    assert is_working_day(date(2025, 1, 26))


def test_each_year_of_the_table_has_as_many_working_days_as_its_notice_leaves() -> None:
    counted = {year: working_days(date(year - 1, 12, 31), date(year, 12, 31)) for year in range(2013, 2027)}
    # 2015 has a day less for the September parade, 2020 two for the prolonged Spring Festival
    assert counted == {
        2013: 250, 2014: 250, 2015: 249, 2016: 250, 2017: 249, 2018: 250, 2019: 250, 2020: 249, 2021: 250,
        2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248,
    }  # fmt: skip


def test_a_year_before_the_table_is_worked_from_monday_to_friday() -> None:
    assert working_days(date(2011, 10, 2), date(2011, 10, 9)) == 5


def test_a_year_whose_notice_is_not_known_has_the_days_off_of_the_law() -> None:
    # Spring Festival of 2027: its eve is Friday 5 February, its first three days a weekend, made up for, and a Monday
    off = [day for day in range(1, 16) if not is_working_day(date(2027, 2, day))]
    assert off == [5, 6, 7, 8, 9, 10, 13, 14]
    assert not is_working_day(date(2027, 1, 1))
    assert not is_working_day(date(2027, 4, 5))
    assert not is_working_day(date(2027, 6, 9))
    assert not is_working_day(date(2027, 9, 15))
    assert [day for day in range(1, 9) if not is_working_day(date(2027, 10, day))] == [1, 2, 3, 4, 5]
    for year in range(2027, 2060):
        weekdays = sum(
            (date(year, 1, 1) + timedelta(days=day)).weekday() < 5 for day in range(366 if year % 4 == 0 else 365)
        )
        # In some years 中秋 lies in the first three days of October
        one_less = date(year, 10, 3) >= LunarDate(year, 8, 15).to_solar_date() >= date(year, 10, 1)
        assert working_days(date(year - 1, 12, 31), date(year, 12, 31)) == weekdays - 13 + one_less, year


@given(DAYS, DAYS)
def test_working_days_are_those_that_are_worked(start: date, end: date) -> None:
    start, end = min(start, end), max(start, end)
    end = min(end, start + timedelta(days=200))
    stretch = [start + timedelta(days=number) for number in range(1, (end - start).days + 1)]
    assert working_days(start, end) == sum(map(is_working_day, stretch))
