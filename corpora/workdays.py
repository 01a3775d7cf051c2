"""Working days by the official calendar, holidays and make-up days. Goes in: ``workdays.toml``; comes out: counts of days."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether offices work on a day; outside the years of the table they work from Monday to Friday."""
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
    return frozenset(rest), frozenset(work)
