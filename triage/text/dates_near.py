"""Times told from the day of receipt: 昨天, 上个月, 上周三, 三年前, 上学期, 六号. In: matches of ``date_patterns``; out: stretches.

What names no week or month (礼拜四, 六号) means the last one before the day of receipt, unless the text told of a week or a
month before it.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from triage.text.date_values import Stretch, days, month_back, month_part, months, number, solar_day, year_part

WEEKDAYS = {name: at for at, names in enumerate(("一", "二", "三", "四", "五", "六", "日天")) for name in names}
_DAYS_BACK = {"大前": 3, "前": 2, "昨": 1, "明": -1, "后": -2, "大后": -3}
# 二十九号 heard of on the 28th is tomorrow, 23号 on the 10th is last month's
_MOST_AHEAD = 3
_TERMS = {"spring": (3, 7), "autumn": (9, 13)}


def day_word(word: str, received: date) -> Stretch:
    """昨天, 前天, 大前天, 明天, 大后天 and their kin."""
    return days(received - timedelta(days=_DAYS_BACK.get(word[:2]) or _DAYS_BACK[word[0]]))


def near_month(match: re.Match[str], received: date) -> Stretch | None:
    """上个月, 本月, 下月底, 上个月三号."""
    back = 2 if match["month"].startswith("上上") else {"上": 1, "下": -1}.get(match["month"][0], 0)
    year, month = month_back(received, back)
    if match["day"]:
        return solar_day(year, month, number(match["day"]) or 0)
    return month_part(year, month, match["part"] or "")


def week(match: re.Match[str], received: date) -> Stretch:
    """上周, 上礼拜三, 这个周末."""
    word = match["week"]
    back = 2 if word.startswith("上上") else {"上": 1, "下": -1}.get(word[0], 0)
    monday = received - timedelta(days=received.weekday() + 7 * back)
    if match["weekend"]:
        return days(monday + timedelta(days=5), monday + timedelta(days=6))
    if match["weekday"]:
        return days(monday + timedelta(days=WEEKDAYS[match["weekday"]]))
    return days(monday, monday + timedelta(days=6))


def weekday_alone(match: re.Match[str], monday: date | None, received: date) -> Stretch:
    """礼拜四: of the week that was told before it, else the last such day; 礼拜天以前 lies ahead."""
    at = WEEKDAYS[match["weekday"]]
    if monday is not None:
        return days(monday + timedelta(days=at))
    ahead = match.string[match.end() : match.end() + 2] in {"以前", "之前"}
    back = (received.weekday() - at) % 7
    return days(received - timedelta(days=back - 7 if ahead and back else back))


def day_alone(match: re.Match[str], told: tuple[int, int] | None, received: date) -> Stretch | None:
    """六号: of the month that was told before it, else the last such day, or one just ahead."""
    day = number(match["day"]) or 0
    if told is not None:
        return solar_day(*told, day)
    this = solar_day(received.year, received.month, day)
    if this is not None and this.first <= received + timedelta(days=_MOST_AHEAD):
        return this
    return solar_day(*month_back(received, 1), day)


def ago(match: re.Match[str], received: date) -> Stretch | None:
    """三年前 is that year, 两个月前 that month, 五天前 that day; half a month or a year is rounded down."""
    unit, half = match["unit"], match["count"] == "半"
    count = 0 if half else number(match["count"]) or 0
    if unit == "天":
        return None if half else days(received - timedelta(days=count))
    if unit[-1] in "周週期拜":
        return None if half else days(received - timedelta(days=7 * count))
    if unit == "年" and not half:
        return months(received.year - count, 1, 12) if count < 100 else None
    year, month = month_back(received, 6 if unit == "年" else count)
    return months(year, month, month)


def school_term(word: str, received: date) -> Stretch:
    """本学期 and 上学期; terms run from March to July and from September to January."""
    autumn = received.month >= 8 or received.month <= 1
    year = received.year - (received.month <= 1)
    if word.startswith("上"):
        return months(year, *_TERMS["spring"]) if autumn else months(year - 1, *_TERMS["autumn"])
    return months(year, *_TERMS["autumn" if autumn else "spring"])


def part_of_year(word: str, received: date) -> Stretch | None:
    """A part of a year without the year: the last one that had begun; 今春 and 去冬 name their year."""
    part = word.removeprefix("年")
    if word[0] in "今去前":
        return year_part(received.year - "今去前".index(word[0]), word[1:])
    for year in (received.year, received.year - 1):
        stretch = year_part(year, part)
        if stretch is not None and stretch.first <= received:
            return stretch
    return None
