"""Times in a text as ISO dates or months: 2018年3月5日, 一八年三月, 去年底, 前年腊月, 上个月, last autumn.

Relative times are counted from the day on which the report was received. A month without a year takes the year of the
time before it in the sentence where that fits, else it is the last such month not after that day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from triage.text import date_patterns as patterns
from triage.text import dates_near as near
from triage.text.date_values import (
    LAST_LUNAR_YEAR,
    LUNAR_MONTHS,
    Stretch,
    days,
    lunar_day,
    lunar_month,
    month_part,
    months,
    number,
    solar_day,
    year_part,
)
from triage.text.dates_english import find_english_stretches
from triage.text.dates_told import ToldYear
from triage.text.signs import holds_english, tried_at, tried_before

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone in which times are shown and days are counted."""

_BACK = {"今年": 0, "本年": 0, "今岁": 0, "去年": 1, "上年": 1, "去岁": 1, "上一年": 1, "前年": 2, "大前年": 3}
_BACK |= {"今歲": 0, "去歲": 1, "明年": -1, "后年": -2, "後年": -2}
# 年底恢复, 等年底: an end of the year that somebody promised or fears lies ahead
_PROMISED = re.compile(r"(?:说|讲|等|要|答应|承诺|赶在?|必须|限|定|许|到了?)[^。！!？?，,\n]{0,7}$")
_PROMISED_BEHIND = re.compile(r"(?:之前|以前|前|要|才|再|必须)")
# In its first months a year's end is the one that has just been
_LAST_YEAR_CLOSES = 3
_NO_MONTH_BEFORE = re.compile(r"(?:[个個第每几數数近满]|每年) ?$")
# 今年六十九 is an age; 当年 and 第二年 alone name no time that anybody could look up
_AGE_BEHIND = re.compile(
    r"(?:[都已也满快刚才]|已经|虚岁|周岁)?(?:有)? ?(?:[二三四五六七八九]?十[一二三四五六七八九]?|[1-9]\d)(?!\d| ?[月日号號多万几余元块户])"
)
_VAGUE = frozenset(("当年", "次年", "同年", "第二年"))
# 2018年10、11、12月: so many characters before the last sign of a range or a list
_LONGEST_LIST = 16
# 22年 told in 2021 is a time that passed rather than the year that comes, and so is 修了25年 in 2025
_LAST_BEFORE_DOUBT = 20
# A day of the month within so many characters belongs to the month told before it
_SAME_MATTER = 120


class Period(NamedTuple):
    """A mention of time: character offsets, the mention, first and last ISO date (or month where no day was named)."""

    start: int
    end: int
    text: str
    first: str
    last: str


@dataclass(slots=True)
class _Reader:
    """Reads the mentions of one text in order, because later ones lean on earlier ones (当年, a bare month)."""

    text: str
    received: date
    told: ToldYear = field(default_factory=ToldYear)
    told_month: tuple[int, int] | None = None
    month_end: int = 0
    monday: date | None = None

    def relative_year(self, word: str) -> int | None:
        if word in _BACK:
            return self.received.year - _BACK[word]
        if not self.told.spoken:
            return None
        return self.told.spoken + (1 if word in {"次年", "第二年"} else 0)

    def full_year(self, match: re.Match[str], name: str) -> int | None:
        if match[name + "rel"]:
            return self.relative_year(match[name + "rel"])
        written = match[name + "year"] or match[name + "short"]
        if written is None:
            return None
        year = number(written)
        if year is None or year >= 100:
            return year
        start, end = match.span(name + "short")
        passed = self.text[start - 1 : start] == "了" and not self.text.startswith("年的", end)
        if year <= self.received.year % 100 + (year <= _LAST_BEFORE_DOUBT) and not (
            passed and year > _LAST_BEFORE_DOUBT
        ):
            return 2000 + year
        return 1900 + year if year >= 50 else None  # 30年 is a time that passes

    def month_of(self, match: re.Match[str], name: str, year: int | None) -> Stretch | None:
        """The stretch of a month and what follows it; groups carry ``name`` before them."""
        named, written = match[name + "named"], match[name + "month"]
        month = LUNAR_MONTHS[named] if named else 1 if written == "元" else number(written)
        if month is None:
            return None
        part, day, lunar = match[name + "part"] or "", match[name + "day"], match[name + "lday"]
        old = not name.endswith("0") and match[name + "old"]
        if named or old or match[name + "lunar"] or (lunar and (lunar[0] in "初廿" or (month, lunar) == (8, "十五"))):
            if year is not None and not name.endswith("0") and match[name + "rel"]:
                year -= self._lunar_lag(match[name + "rel"], month)
            return self._lunar(month, lunar or day, year)
        if year is None:
            year = self.told.year_of(month, self.text, *match.span(), self.received)
            self.told.tell(year, *match.span(), month=month, spoken=False)
        self.told.month = month
        spoken = day or lunar
        if spoken is None:
            return month_part(year, month, part)
        return solar_day(year, month, number(spoken) or 0)

    def _lunar_lag(self, relative: str, month: int) -> int:
        """1 where 今年 or 去年 tells of the lunar year before the calendar's: in January the old lunar year still runs.

        今年腊月 is then the month that is under way, and 去年腊月, which is past, the one a year before it.
        """
        new_year = lunar_day(self.received.year, 1, 1)
        back = _BACK.get(relative)
        if back not in {0, 1} or new_year is None or self.received >= new_year:
            return 0
        running = lunar_month(self.received.year - 1, month)
        return int(back == 0 or (running is not None and running.last >= self.received))

    def _lunar(self, month: int, day: str | None, year: int | None) -> Stretch | None:
        """A lunar month or day; without a year the last one that had begun when the report was received."""
        candidates = [year] if year is not None else [self.received.year, self.received.year - 1]
        for lunar_year in candidates:
            if not 1900 < lunar_year <= LAST_LUNAR_YEAR:
                continue
            if day is None:
                stretch = lunar_month(lunar_year, month)
            else:
                solar = lunar_day(lunar_year, month, number(day) or 0)
                stretch = None if solar is None else days(solar)
            if stretch is not None and (year is not None or stretch.first <= self.received):
                return stretch
        return None

    def moment(self, match: re.Match[str], name: str, default_year: int | None = None) -> Stretch | None:
        """One end of a mention: a year with or without a part, or a month alone."""
        year = self.full_year(match, name)
        if year is None:
            if match[name + "rel"] or not (match[name + "0month"] or match[name + "0named"]):
                return None
            return self.month_of(match, name + "0", default_year)
        if not 1900 < year < LAST_LUNAR_YEAR:
            return None
        written = match[name + "rel"] is None
        self.told.tell(year, match.start(), match.end(), written=written)
        if match[name + "month"] or match[name + "named"]:
            return self.month_of(match, name, year)
        part = match[name + "yearpart"] or ""
        stretch = self.told.part = year_part(year, part)
        if stretch and "冬" in part and match[name + "rel"] and stretch.last > self.received >= stretch.first:
            return year_part(year - 1, part)  # in January, last year's winter is the one that ended in February
        return stretch

    def read_moment(self, match: re.Match[str]) -> Stretch | None:
        bare = match["a0month"]
        if bare and _NO_MONTH_BEFORE.search(self.text, max(0, match.start() - 3), match.start()):
            return None
        if bare == "一" and match.end() - match.start() == 2:
            return None  # 一月两千 is a wage
        whole = match.group()
        if whole == "今年" and _AGE_BEHIND.match(self.text, match.end()):
            return None
        first = self.moment(match, "a")
        self._tell_month(first, match.end())
        if whole in _VAGUE or first is None:
            return None
        if match["lastday"]:
            last = solar_day(first.first.year, first.first.month, number(match["lastday"]) or 0)
        elif match["byear"] or match["bshort"] or match["brel"] or match["b0month"] or match["b0named"]:
            last = self.moment(match, "b", first.first.year)
        else:
            return first
        return first.until(last)

    def read_iso(self, match: re.Match[str]) -> Stretch | None:
        year, month = int(match["year"]), int(match["month"])
        self.told.tell(year, *match.span(), month=month)
        first = solar_day(year, month, int(match["day"])) if match["day"] else months(year, month, month)
        if first is None or not match["toyear"]:
            return first
        to_year, to_month = int(match["toyear"]), int(match["tomonth"])
        last = (
            solar_day(to_year, to_month, int(match["today"])) if match["today"] else months(to_year, to_month, to_month)
        )
        return first.until(last)

    def read_years(self, match: re.Match[str]) -> Stretch | None:
        first, last = number(match["from"]) or 0, number(match["to"]) or 0
        listed = [number(year) for year in match["listed"].split("、")[1:]]
        if listed and [first, *listed, last] != list(range(first, last + 1)):
            return None
        if first < 100:  # 16、17年
            first, last = 2000 + first, 2000 + last
            if not first < last <= self.received.year:
                return None
        last += first // 100 * 100 if last < 100 else 0
        self.told.tell(last, *match.span())
        if not 1900 < first <= last < LAST_LUNAR_YEAR:
            return None
        if match.group().endswith(("学年", "學年")):
            return months(first, 9, 18)
        return Stretch(date(first, 1, 1), date(last, 12, 31), by_day=False)

    def read_months(self, match: re.Match[str]) -> Stretch | None:
        first, last = number(match["from"]) or 0, number(match["to"]) or 0
        if "、" in match.group():
            between = [number(month) for month in match["listed"].split("、")[1:]]
            opens = match.start() == 0 or self.text[match.start() - 1].isspace()
            if [first, *between, last] != list(range(first, last + 1)) or (
                opens and not (match["year"] or match["rel"])
            ):
                return None  # 三、十月 begins a numbered paragraph
        if match["year"]:
            year = number(match["year"])
        elif match["rel"]:
            year = self.relative_year(match["rel"])
        else:
            year = self.told.year_of(last, self.text, *match.span(), self.received)
        if year is None or not 1900 < year < LAST_LUNAR_YEAR:
            return None
        self.told.tell(year, *match.span(), month=last)
        return months(year, first, last if last >= first else last + 12)

    def read_near(self, match: re.Match[str]) -> Stretch | None:
        if match["today"]:
            return near.day_word(match["today"], self.received)
        if match["week"]:
            stretch = near.week(match, self.received)
            self.monday = stretch.first - timedelta(days=stretch.first.weekday())
            return stretch
        if match["bare"]:
            return self._part_of_year(match)
        if match["term"]:
            return near.school_term(match["term"], self.received)
        stretch_of_month = near.near_month(match, self.received)
        self._tell_month(stretch_of_month, match.end())
        return stretch_of_month

    def _part_of_year(self, match: re.Match[str]) -> Stretch | None:
        if match["bare"] in {"年底", "年末"} and self.received.month > _LAST_YEAR_CLOSES:
            start, end = match.span()
            ahead = _PROMISED_BEHIND.match(self.text, end) or _PROMISED.search(self.text, max(0, start - 10), start)
            if ahead:
                return months(self.received.year, 12, 12)
        return near.part_of_year(match["bare"], self.received)

    def read_day(self, match: re.Match[str]) -> Stretch | None:
        told = self.told_month if match.start() - self.month_end < _SAME_MATTER else None
        return near.day_alone(match, told, self.received)

    def read_weekday(self, match: re.Match[str]) -> Stretch | None:
        return near.weekday_alone(match, self.monday, self.received)

    def read_ago(self, match: re.Match[str]) -> Stretch | None:
        return near.ago(match, self.received)

    def _tell_month(self, stretch: Stretch | None, end: int) -> None:
        """Notes a month that a day without one may belong to."""
        if stretch is not None and (stretch.first.year, stretch.first.month) == (stretch.last.year, stretch.last.month):
            self.told_month, self.month_end = (stretch.first.year, stretch.first.month), end


_JOINS = frozenset("至到-—–－~～、和")
_Told = tuple[re.Match[str], Callable[[re.Match[str]], Stretch | None]]


def find_periods(text: str, received: date, *, english: bool | None = None) -> list[Period]:
    """All times in order of their offsets, none overlapping another, counted from the day ``received``.

    ``english``: whether the text holds English words, if the caller knows.
    """
    found = _chinese(text, received)
    if holds_english(text) if english is None else english:
        found += find_english_stretches(text, received)
    found.sort(key=lambda item: (item[0], -item[1]))
    out: list[Period] = []
    for start, end, stretch in found:
        if not out or start >= out[-1].end:
            out.append(Period(start, end, text[start:end], *stretch.texts))
    return out


def _moments(text: str, anchors: Sequence[int]) -> Iterator[re.Match[str]]:
    """Matches of ``MOMENT``, which holds a year or a month: tried only shortly before their characters."""
    at = 0
    for end in anchors:
        for place in patterns.MOMENT_SIGN.finditer(text, max(at, end - patterns.REACH), end):
            if place.start() >= at and (match := patterns.MOMENT.match(text, place.start())) is not None:
                at = match.end()
                yield match
        at = max(at, end)


def _chinese(text: str, received: date) -> list[tuple[int, int, Stretch]]:
    reader = _Reader(text, received)
    matches: list[_Told] = [(match, reader.read_near) for match in tried_at(patterns.NEAR_SIGN, patterns.NEAR, text)]
    matches += _rarer(text, reader)
    anchors = [place.start() for place in patterns.ANCHOR.finditer(text)]
    matches += [(match, reader.read_moment) for match in _moments(text, anchors)]
    if any(not _JOINS.isdisjoint(text[max(0, anchor - 8) : anchor]) for anchor in anchors):
        years = tried_before(patterns.YEARS_SIGN, patterns.YEARS, text, 3)
        matches += [(match, reader.read_years) for match in years]
        ranges = tried_before(patterns.RANGE_SIGN, patterns.MONTHS, text, _LONGEST_LIST)
        matches += [(match, reader.read_months) for match in ranges]
    if not matches:
        return []
    matches.sort(key=lambda pair: (pair[0].start(), -pair[0].end()))
    found: list[tuple[int, int, Stretch]] = []
    at = 0
    for match, read in matches:
        stretch = read(match) if match.start() >= at else None
        if stretch is not None:
            found.append((match.start(), match.end(), stretch))
            at = match.end()
    return found


def _rarer(text: str, reader: _Reader) -> list[_Told]:
    """Times whose sign most texts lack, which a look for one character tells."""
    matches: list[_Told] = []
    if "号" in text or "號" in text:
        found = tried_before(patterns.DAY_SIGN, patterns.DAY, text, 4)
        matches += [(match, reader.read_day) for match in found]
    if "前" in text:
        found = tried_before(patterns.AGO_SIGN, patterns.AGO, text, 5)
        matches += [(match, reader.read_ago) for match in found]
    if "周" in text or "星期" in text or "拜" in text or "週" in text:
        found = tried_at(patterns.WEEKDAY_SIGN, patterns.WEEKDAY, text)
        matches += [(match, reader.read_weekday) for match in found]
    if "20" in text or "19" in text:
        found = tried_at(patterns.ISO_SIGN, patterns.ISO, text)
        matches += [(match, reader.read_iso) for match in found]
    return matches
