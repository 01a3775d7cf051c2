"""What words of time mean: months, seasons, festivals and lunar days as first and last day of a stretch of time."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from lunardate import LunarDate

from corpora.workdays import tomb_sweeping
from triage.text.numerals import read_number

LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12, "臘": 12}
_SEASONS = {
    "春": (3, 5),
    "夏": (6, 8),
    "秋": (9, 11),
    "冬": (12, 14),
    "暑": (7, 8),
    "寒": (1, 2),
    "雨": (6, 8),
    "汛": (6, 8),
}
_PARTS = {
    "初": (1, 3),
    "底": (12, 12),
    "末": (12, 12),
    "尾": (12, 12),
    "中": (6, 7),
    "上半年": (1, 6),
    "下半年": (7, 12),
    "前半年": (1, 6),
    "后半年": (7, 12),
    "後半年": (7, 12),
}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_FIXED = {"元旦": ((1, 1), (1, 1)), "国庆": ((10, 1), (10, 7)), "國慶": ((10, 1), (10, 7)), "五一": ((5, 1), (5, 1))}
_FIXED |= {
    "双十一": ((11, 11), (11, 11)),
    "双11": ((11, 11), (11, 11)),
    "三八": ((3, 8), (3, 8)),
    "六一": ((6, 1), (6, 1)),
    "十一": ((10, 1), (10, 7)),
}
_FIXED |= {"七一": ((7, 1), (7, 1)), "八一": ((8, 1), (8, 1))}
_LUNAR = {
    "元宵": (1, 15),
    "端午": (5, 5),
    "中元": (7, 15),
    "中秋": (8, 15),
    "重阳": (9, 9),
    "重陽": (9, 9),
    "腊八": (12, 8),
}
LAST_LUNAR_YEAR = 2099


class Stretch(NamedTuple):
    """First and last day; ``by_day`` says whether days were named or only months."""

    first: date
    last: date
    by_day: bool

    @property
    def texts(self) -> tuple[str, str]:
        """ISO dates, or ISO months where no day was named."""
        if self.by_day:
            return self.first.isoformat(), self.last.isoformat()
        return self.first.isoformat()[:7], self.last.isoformat()[:7]

    def until(self, end: Stretch | None) -> Stretch:
        """From the first day of this one to the last of ``end``; itself where there is no such end or it lies before."""
        return self if end is None or end.last < self.first else Stretch(self.first, end.last, end.by_day)


@lru_cache(maxsize=4096)
def number(text: str) -> int | None:
    """A small whole number in digits or characters (廿三 is 23)."""
    plain = text.removeprefix("初").replace("廿", "二十").replace("卅", "三十")
    read = read_number(plain)
    return None if read is None else int(read.value)


@lru_cache(maxsize=4096)
def months(year: int, first: int, last: int) -> Stretch:
    """Whole months; a month over 12 falls into the next year."""
    end_year, end_month = year + (last - 1) // 12, (last - 1) % 12 + 1
    begin = date(year + (first - 1) // 12, (first - 1) % 12 + 1, 1)
    return Stretch(begin, date(end_year, end_month, monthrange(end_year, end_month)[1]), by_day=False)


def month_back(day: date, back: int) -> tuple[int, int]:
    """Year and month that lie ``back`` months before those of a day, or ahead of them where it is below 0."""
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return year, month + 1


def days(first: date, last: date | None = None) -> Stretch:
    """Named days."""
    return Stretch(first, first if last is None else last, by_day=True)


@lru_cache(maxsize=4096)
def solar_day(year: int, month: int, day: int) -> Stretch | None:
    """One day, or None where the calendar has none."""
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return days(date(year, month, day))


@lru_cache(maxsize=4096)
def lunar_day(year: int, month: int, day: int) -> date | None:
    """The solar date of a lunar one, or None where the lunar calendar (1900 to 2099) has none."""
    try:
        solar: date = LunarDate(year, month, day).to_solar_date()
    except ValueError:
        return None
    return solar


def lunar_month(year: int, month: int) -> Stretch | None:
    """The solar months that a lunar month of lunar year ``year`` touches (前年腊月 reaches into the year after)."""
    first = lunar_day(year, month, 1)
    if first is None:
        return None
    last = lunar_day(year, month, 30) or lunar_day(year, month, 29) or first
    return Stretch(first, last, by_day=False)


def month_part(year: int, month: int, part: str) -> Stretch | None:
    """A month, or the third of it that 上旬, 中旬, 下旬 name; 月初 and 月底 stay the month as people mark them."""
    if not 1 <= month <= 12:
        return None
    if "旬" in part:  # also 五月份上旬
        begin, end = {"上": (1, 10), "中": (11, 20), "下": (21, monthrange(year, month)[1])}[part[-2]]
        return days(date(year, month, begin), date(year, month, end))
    return months(year, month, month)


def year_part(year: int, part: str) -> Stretch | None:
    """A year or the part of it that a word names: half, quarter, season, festival."""
    part = part.removeprefix("年")
    if not part:
        return months(year, 1, 12)
    if part in _PARTS:
        return months(year, *_PARTS[part])
    if part.endswith("季度"):
        quarter = _QUARTERS[part.removeprefix("第")[0]]
        return months(year, quarter * 3 - 2, quarter * 3)
    festival = days(tomb_sweeping(year)) if part.startswith("清明") else _festival(year, part)
    if festival is not None:
        return festival
    if "开春" in part:
        return months(year, 2, 4)
    season = next((character for character in part if character in _SEASONS), None)
    return months(year, *_SEASONS[season]) if season else months(year, 1, 12)


def _festival(year: int, part: str) -> Stretch | None:
    if "春节" in part or "春節" in part or "过年" in part:
        new_year = lunar_day(year, 1, 1)
        return Stretch(new_year - timedelta(days=1), new_year + timedelta(days=14), by_day=False) if new_year else None
    if part.startswith("大年"):  # of the new year that falls into this one, whatever lunar year it closes
        new_year = lunar_day(year, 1, 1)
        after = -1 if part.endswith("三十") else (number(part[2:]) or 1) - 1
        return days(new_year + timedelta(days=after)) if new_year else None
    if part.startswith("除夕"):
        new_year = lunar_day(year + 1, 1, 1)
        return days(new_year - timedelta(days=1)) if new_year else None
    for name, (first, last) in _FIXED.items():
        if part.startswith(name):
            return days(date(year, *first), date(year, *last))
    for name, (month, day) in _LUNAR.items():
        if part.startswith(name):
            solar = lunar_day(year, month, day)
            return days(solar) if solar else None
    return None
