"""Times in English sentences: in March 2018, 12 September, last year, last November, the autumn of 2018, since 2016."""

from __future__ import annotations

import re
from datetime import date, timedelta

from triage.text.date_values import Stretch, days, month_back, months, solar_day, year_part
from triage.text.signs import tried_at

_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTHS = {name: at for at, name in enumerate(_NAMES, 1)} | {name[:3]: at for at, name in enumerate(_NAMES, 1)}
_MONTHS["sept"] = 9
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_COUNTS = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 14)}
_MONTH = (
    "(?i:January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)"
)
_YEAR = r"(?:19[5-9]\d|20[0-3]\d)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_COUNT = "(?i:half\\sa|a|one|two|three|four|five|six|seven|eight|nine|ten|\\d{1,2})"
# Last year, the year before last, two years ago: behind a day, a month or a season, or alone
_REL_YEAR = rf"(?:(?:[Tt]he\s)?year\sbefore\slast|(?:[Ll]ast|[Tt]his)\syear|{_COUNT}\syears?\sago)\b"
_OF_YEAR = rf"\s(?:(?:of|in)\s)?(?:{_REL_YEAR})"
_TO = r"(?:\s?[-–—]\s?|\s(?:to|until|till|through)\s)"
_FESTIVALS = {
    "spring festival": "春节", "chinese new year": "春节", "lunar new year": "春节", "lantern festival": "元宵", "qingming": "清明",
    "tomb-sweeping day": "清明", "dragon boat festival": "端午", "mid-autumn festival": "中秋", "national day": "国庆",
}  # fmt: skip
_FESTIVAL = "(?i:" + "|".join(_FESTIVALS) + ")"
_IN_YEAR = r"(?i:in|since|by|until|till|from|during|of|before|after|and|to|through|throughout|between|year|years|for)"
_TIME = re.compile(
    # 3 to 5 August 2018, the 5th of March last year
    rf"\b(?:(?:(?<!\d,\s)(?P<from>{_DAY})(?:\sand\s|{_TO}))?(?P<day>{_DAY})[\s-](?:of\s)?"
    rf"(?P<dmonth>(?!(?:may|march)\b(?!,?\s{_YEAR})){_MONTH})\b(?:(?:\.?,?\s|-)(?P<dyear>{_YEAR})|(?P<dtold>{_OF_YEAR}))?"
    # August 3 to 5, 2018
    rf"|(?P<mmonth>{_MONTH})\.?\s(?P<mday>{_DAY})(?:{_TO}(?P<last>{_DAY})(?![\d:]))?(?![\d,]\d)"
    rf"(?:,?\s(?P<mdyear>{_YEAR})|(?P<mdtold>{_OF_YEAR}))?"
    # August 2018, Aug '18
    rf"|(?P<month>{_MONTH})\b\.?,?\s(?:of\s)?(?:(?P<year>{_YEAR})|['’](?P<short>\d\d)\b)"
    # March, where November 2018 follows as its end
    rf"|(?P<leads>{_MONTH})\b\.?(?={_TO}{_MONTH}\.?,?\s(?:of\s)?{_YEAR}\b)"
    # 12/03/2019, 03/2019
    rf"|(?P<one>0?[1-9]|[12]\d|3[01])(?P<sign>[/.-])(?:(?P<two>0?[1-9]|[12]\d|3[01])(?P=sign))?(?P<nyear>{_YEAR})(?![\d/.-]\d)"
    # Q3 2018
    rf"|[Qq](?P<quarter>[1-4])\s(?:of\s)?(?P<qyear>{_YEAR})"
    # the second half of 2018, early last year
    r"|(?P<part>[Ff]irst\shalf|[Ss]econd\shalf|[Ll]atter\shalf|(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ll]ast)\squarter"
    rf"|[Ee]arly|[Ll]ate|[Mm]id|[Mm]iddle)[\s-](?:(?:of|in)\s)?(?:(?P<pyear>{_YEAR})\b|(?P<ptold>{_REL_YEAR}))"
    # last year's Spring Festival, Qingming 2018
    rf"|(?:(?P<which>[Ll]ast|[Tt]his)\s(?:year['’]s\s)?)?(?P<festival>{_FESTIVAL})"
    rf"(?:,?\s(?:(?:of|in)\s)?(?P<fyear>{_YEAR})\b|(?P<ftold>{_OF_YEAR})|(?(which)\b|(?!)))"
    # the day before yesterday
    r"|(?P<yesterday>(?:[Tt]he\sday\sbefore\s)?[Yy]esterday|[Ll]ast\snight)\b"
    # the month before last
    rf"|(?P<before>(?:[Tt]he\s)?(?P<beforeunit>year|month|week)\sbefore\slast)\b"
    # three years ago in March
    rf"|(?P<count>{_COUNT})\s(?P<since>year|month|week|day|night)s?\sago\b(?:\sin\s(?P<agomonth>{_MONTH})\b)?"
    # the 5th of last month
    rf"|(?P<nth>{_DAY})\sof\s(?P<nthof>last|this)\smonth\b"
    # on Monday
    r"|(?:(?:[Oo]n|until|by|since|last)\s)(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
    # last autumn, this week, last November
    r"|(?P<rel>[Ll]ast|[Tt]his(?!\smay\b|\smarch\b))\s(?P<unit>year|month|week|spring|summer|autumn|fall|winter|"
    + _MONTH
    + r")\b"
    # the autumn of 2018
    rf"|(?:the\s)?(?P<season>spring|summer|autumn|fall|winter)(?:\s(?:of\s)?(?P<syear>{_YEAR})|(?P<stold>{_OF_YEAR}))"
    # in March, until June of last year
    r"|(?:(?i:in|since|by|until|from|during|of|before|after|early|late|mid|on|till|and|to|through|between)\s)"
    rf"(?P<bare>(?!may\b|march\b){_MONTH})\b(?!\s[A-Z][a-z]|\.?,?\s(?:of\s)?(?:{_YEAR}|['’]\d\d\b)|\.?\s{_DAY}\b)(?P<ofyear>{_OF_YEAR})?"
    # 2016-2018
    rf"|(?P<yfrom>{_YEAR}){_TO}(?P<yto>{_YEAR})(?![/-]?\d|\.\d)"
    # since 2016
    rf"|(?:{_IN_YEAR}\s)(?P<byear>{_YEAR})\b(?![,.]?\d|{_TO}{_YEAR}|\s(?:yuan|households|people|RMB)))"
)
# From March | to November 2018: both are of that year
_TO_MONTH = re.compile(rf"(?:{_TO}|\sand\s)(?P<month>{_MONTH})\.?,?\s(?:of\s)?(?P<year>{_YEAR})\b")
# At the end of 2019
_EDGE = re.compile(r"(?:(?P<end>end|close)|beginning|start)\sof\s$")
_JOIN = re.compile(_TO)
_BETWEEN = re.compile(r"[Bb]etween\s$")
_PARTS = {
    "first half": (1, 6),
    "second half": (7, 12),
    "latter half": (7, 12),
    "early": (1, 3),
    "late": (10, 12),
    "mid": (6, 7),
    "middle": (6, 7),
}
_PARTS |= {
    f"{name} quarter": (at * 3 - 2, at * 3)
    for name, at in (("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("last", 4))
}
# How a word begins that a time may begin with: most words of a text are passed by at their second letter
_OPENS = r"\s(?:[JFMASOND12]|ja|fe|ma|ap|ju|au|se|oc|no|de)"
_HEAD = re.compile(
    r"(?:[0-9]|[Jj](?=[Aa][Nn]|[Uu][NnLl])|[Mm](?=[Aa][RrYy]|id|onth\sb)|[Qq](?=[1-4Ii])|[Ll](?=a[st]|[AaUu][Nn])|[Yy](?=e(?:ars?\s[12b]|st))|[Ww](?=eek\sb|inter)"
    rf"|[Hh](?=alf\sa)|[Cc](?=[Hh][Ii][Nn])|[Ff](?=[Ee][Bb]|irst\s|ive\s|all\s|our|or{_OPENS}|rom{_OPENS})|[Ss](?=[Ee][Pp]|ix\s|e[vc]|ince\s|[Pp][Rr]|ummer)"
    rf"|[Aa](?=[Pp][Rr]|[Uu][GgTt]|\s(?:year|month|week|day|night)\sago|fter{_OPENS}|nd{_OPENS})|[Oo](?=[Cc][Tt]|ne\s[ymwdn]|n\s[JFMASONDTWjfmasond]|f{_OPENS})|[Nn](?=[Oo][Vv]|ine\s|[Aa])"
    rf"|[Dd](?=[Ee][Cc]|[Rr][Aa]|uring)|[Tt](?=he\s(?:(?:day|year|month|week)\sb|spr|sum|aut|fall\s|win)|his|hree\s|hird\s|hrough|wo\s[ymwdn]|en\s[ymwdn]|ill{_OPENS}|[Oo][Mm]|o{_OPENS})|[Uu](?=ntil\s)"
    rf"|[Bb](?=e(?:fore|tween){_OPENS}|y\s)|[Ii](?=n{_OPENS})|[Ee](?=ight\s|arly\s))(?<!\w.)"
)


def find_english_stretches(text: str, received: date) -> list[tuple[int, int, Stretch]]:
    """Times of English sentences with their offsets, counted from the day ``received``."""
    found: list[tuple[int, int, Stretch]] = []
    for match in tried_at(_HEAD, _TIME, text):
        start = match.start(next((name for name in ("bare", "byear", "weekday") if match[name]), 0))
        stretch = _read(match, received)
        if stretch is not None and not (found and _joins(text, found, start, match.end(), stretch)):
            found.append((start, match.end(), stretch))
    return found


def _joins(text: str, found: list[tuple[int, int, Stretch]], start: int, end: int, last: Stretch) -> bool:
    """Whether a time is the end of the one told before it, which then reaches to it: March 2018 to May 2019."""
    begin, over, first = found[-1]
    joined = _JOIN.fullmatch(text, over, start) is not None or (
        text[over:start] == " and " and _BETWEEN.search(text, max(0, begin - 8), begin) is not None
    )
    if not joined or first.by_day != last.by_day or first.last >= last.first:
        return False
    found[-1] = (begin, end, Stretch(first.first, last.last, first.by_day))
    return True


def _read(match: re.Match[str], received: date) -> Stretch | None:
    if match["rel"] or match["yesterday"] or match["weekday"] or match["since"] or match["before"] or match["nth"]:
        return _told_from(match, received)
    if match["day"] or match["mday"]:
        return _days(match, received)
    if match["nyear"]:
        return _in_figures(match)
    if match["bare"] or match["leads"]:
        month = _month_at(match["bare"] or match["leads"])
        until = _TO_MONTH.match(match.string, match.end())
        year = _told_year(match["ofyear"], received) if match["ofyear"] else _last_year_of(month, received)
        if until:
            year = int(until["year"]) - (month > _month_at(until["month"]))
        return months(year, month, month)
    if match["festival"]:
        return _festival(match, received)
    return _with_year(match, received)


def _month_at(name: str) -> int:
    return _MONTHS[name.lower()]


def _days(match: re.Match[str], received: date) -> Stretch | None:
    """A day or several of a month: 3 to 5 August, October 14 last year."""
    month = _month_at(match["dmonth"] or match["mmonth"])
    written, told = match["dyear"] or match["mdyear"], match["dtold"] or match["mdtold"]
    year = int(written) if written else _told_year(told, received) if told else _last_year_of(month, received)
    named = [int(re.sub(r"\D", "", match[name])) for name in ("from", "day", "mday", "last") if match[name]]
    first, last = solar_day(year, month, named[0]), solar_day(year, month, named[-1])
    if first is None or last is None or last.first < first.first:
        return last
    return days(first.first, last.first)


def _told_year(words: str, received: date) -> int:
    """The year that words like last year, of the year before last and two years ago name."""
    told = words.lower().split()
    if told[-1] == "ago":
        return received.year - _count(" ".join(told[-3:-2]))
    if told[-2:] == ["before", "last"]:
        return received.year - 2
    return received.year - (told[-2] == "last")


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else _COUNTS.index(word) if word in _COUNTS else 1


def _festival(match: re.Match[str], received: date) -> Stretch | None:
    """A festival of a year that is told; last Spring Festival alone is the last one that has been."""
    name = _FESTIVALS[match["festival"].lower()]
    if match["fyear"] or match["ftold"]:
        return year_part(int(match["fyear"] or 0) or _told_year(match["ftold"], received), name)
    if not match["which"]:
        return None
    if match["which"].lower() == "this" or "year" in match.group():
        return year_part(received.year - (match["which"].lower() == "last"), name)
    this = year_part(received.year, name)
    return this if this is None or this.first <= received else year_part(received.year - 1, name)


def _with_year(match: re.Match[str], received: date) -> Stretch | None:
    """A month, quarter, season or half of a year, or a year or several alone."""
    if match["yfrom"]:
        first, last = int(match["yfrom"]), int(match["yto"])
        return months(first, 1, 12 * (last - first + 1)) if first < last else None
    if match["month"]:
        month = _month_at(match["month"])
        return months(int(match["year"] or f"20{match['short']}"), month, month)
    if match["quarter"]:
        last = 3 * int(match["quarter"])
        return months(int(match["qyear"]), last - 2, last)
    if match["part"]:
        year = int(match["pyear"]) if match["pyear"] else _told_year(match["ptold"], received)
        return months(year, *_PARTS[" ".join(match["part"].lower().split())])
    if match["season"]:
        year = int(match["syear"]) if match["syear"] else _told_year(match["stold"], received)
        return months(year, *_SEASONS[match["season"]])
    return _year_or_edge(match, "byear", int(match["byear"]))


def _year_or_edge(match: re.Match[str], group: str, year: int) -> Stretch:
    """A year, or its first or last months where its beginning or end is told of."""
    start = match.start(group)
    edge = _EDGE.search(match.string, max(0, start - 14), start)
    return months(year, *((1, 12) if edge is None else (12, 12) if edge["end"] else (1, 3)))


def _in_figures(match: re.Match[str]) -> Stretch | None:
    """12/03/2019 may be the third of December or the twelfth of March: all months between, if its day cannot tell; 03/2019."""
    year, one, two = int(match["nyear"]), int(match["one"]), int(match["two"] or 0)
    if not two:
        return months(year, one, one) if one <= len(_NAMES) and match["sign"] == "/" else None
    if one > len(_NAMES) or two > len(_NAMES) or one == two:
        day, month = (one, two) if two <= len(_NAMES) else (two, one)
        return solar_day(year, month, day)
    return months(year, min(one, two), max(one, two))


def _last_year_of(month: int, received: date) -> int:
    """The year of a month told without one; only the next month lies ahead."""
    return received.year if month <= received.month + 1 else received.year - 1


def _told_from(match: re.Match[str], received: date) -> Stretch | None:
    """A time that is counted from the day of receipt."""
    if match["yesterday"]:
        return days(received - timedelta(days=2 if "before" in match["yesterday"] else 1))
    if match["weekday"]:
        return days(received - timedelta(days=(received.weekday() - _WEEKDAYS.index(match["weekday"])) % 7))
    if match["before"]:
        return _before_last(match["beforeunit"], received)
    if match["nth"]:
        told = month_back(received, int(match["nthof"] == "last"))
        return solar_day(*told, int(re.sub(r"\D", "", match["nth"])))
    if match["since"]:
        return _ago(match, received)
    return _relative(match, received)


def _before_last(unit: str, received: date) -> Stretch:
    """The year, month or week before last."""
    if unit == "year":
        return months(received.year - 2, 1, 12)
    if unit == "week":
        monday = received - timedelta(days=received.weekday() + 14)
        return days(monday, monday + timedelta(days=6))
    year, month = month_back(received, 2)
    return months(year, month, month)


def _ago(match: re.Match[str], received: date) -> Stretch | None:
    count, unit = match["count"].lower(), match["since"]
    back = _count(count)
    if unit == "year" and not count.startswith("half"):
        month = _month_at(match["agomonth"]) if match["agomonth"] else 0
        return months(received.year - back, month or 1, month or 12)
    if unit in {"month", "year"} and not (unit == "month" and count.startswith("half")):
        year, month = month_back(received, 6 if unit == "year" else back)
        return months(year, month, month)
    if count.startswith("half"):
        return days(received - timedelta(days=15)) if unit == "month" else None
    return days(received - timedelta(days=back * (7 if unit == "week" else 1)))


def _relative(match: re.Match[str], received: date) -> Stretch | None:
    word, unit = match["rel"].lower(), match["unit"].lower()
    back = 1 if word == "last" else 0
    if unit == "year":
        return _year_or_edge(match, "rel", received.year - back)
    if unit == "month":
        year, month = month_back(received, back)
        return months(year, month, month)
    if unit == "week":
        monday = received - timedelta(days=received.weekday() + 7 * back)
        return days(monday, monday + timedelta(days=6))
    if unit in _SEASONS:
        first, last = _SEASONS[unit]
        year = received.year if not back or last < received.month else received.year - 1
        return months(year, first, last)
    month = _MONTHS[unit]
    # Last December is over when it is told of
    year = received.year if month < received.month or not back else received.year - 1
    return months(year, month, month)
