"""Working days by the official calendar, holidays and make-up days. Goes in: ``workdays.toml``; comes out: counts of days.

The notice of a year comes out late in the one before. For years behind the table the days off are those of the law on
holidays (全国年节及纪念日放假办法, as amended in 2024): 13 days, each of them that falls on a weekend made up for on the next
day that is worked. Which weekends are worked in exchange for long holidays only the notice says.
"""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

from lunardate import LunarDate

_SATURDAY = 5
_LAST_YEAR = 2099
"""The last whose lunar days are known."""
_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
_LUNAR = ((1, 1), (1, 2), (1, 3), (5, 5), (8, 15))
"""Spring Festival, 端午 and 中秋; the eve of the first is a day off too."""


def is_working_day(day: date) -> bool:
    """Whether offices work on a day; before the years of the table they work from Monday to Friday."""
    rest, work = _exceptions()
    return day in work or (day.weekday() < _SATURDAY and day not in rest)


def working_days(start: date, end: date) -> int:
    """How many working days lie after ``start``, up to and with ``end``; none where ``end`` is not after ``start``."""
    if end <= start:
        return 0
    return _until(end) - _until(start)


@lru_cache(maxsize=8192)
def _until(day: date) -> int:
    """Working days since the first of January of the year 2000."""
    rest, work = _exceptions()
    first = date(2000, 1, 1)
    weeks, more = divmod((day - first).days + 1, 7)
    plain = weeks * 5 + sum((first + timedelta(days=number)).weekday() < _SATURDAY for number in range(more))
    return plain - sum(one <= day for one in rest) + sum(one <= day for one in work)


@lru_cache(maxsize=1)
def _exceptions() -> tuple[frozenset[date], frozenset[date]]:
    """Weekdays that are off, and weekend days that are worked."""
    data = tomllib.loads(files("corpora").joinpath("workdays.toml").read_text("utf-8"))
    rest, work = set(), set()
    for year, told in data.items():
        for stretch in told["rest"]:
            first, _, last = stretch.partition("/")
            day, end = date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last or first}")
            while day <= end:
                rest |= {day} if day.weekday() < _SATURDAY else set()
                day += timedelta(days=1)
        work |= {date.fromisoformat(f"{year}-{day}") for day in told["work"]}
    for later in range(max(map(int, data)) + 1, _LAST_YEAR + 1):
        rest |= _by_law(later)
    return frozenset(rest), frozenset(work)


def _by_law(year: int) -> set[date]:
    """The weekdays that are off in a year whose notice is not known."""
    lunar = [LunarDate(year, month, day).to_solar_date() for month, day in _LUNAR]
    off = {date(year, month, day) for month, day in _FIXED} | {
        *lunar,
        lunar[0] - timedelta(days=1),
        tomb_sweeping(year),
    }
    rest = {day for day in off if day.weekday() < _SATURDAY}
    for lost in sorted(off - rest):
        made_up = lost
        while made_up in rest or made_up.weekday() >= _SATURDAY:
            made_up += timedelta(days=1)
        rest.add(made_up)
    return rest


def tomb_sweeping(year: int) -> date:
    """清明 of this or the last century: the usual approximation of the sun's fifteenth degree."""
    within = year % 100
    return date(year, 4, int(within * 0.2422 + (4.81 if year >= 2000 else 5.59)) - within // 4)
