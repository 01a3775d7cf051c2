"""Times in English sentences: in March 2018, 12 September, last year, last November, the autumn of 2018, since 2016."""

from __future__ import annotations

import re
from datetime import date, timedelta

from triage.text.date_values import Stretch, days, months, solar_day
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
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
_YEAR = r"(?:19[5-9]\d|20[0-3]\d)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_TIME = re.compile(
    rf"\b(?:(?P<day>{_DAY})[\s-](?:of\s)?(?P<dmonth>{_MONTH})\b(?:(?:\.?,?\s|-)(?P<dyear>{_YEAR}))?"
    rf"|(?P<mmonth>{_MONTH})\.?\s(?P<mday>{_DAY})(?![\d,]\d)(?:,?\s(?P<mdyear>{_YEAR}))?"
    rf"|(?P<month>{_MONTH})\b\.?,?\s(?:of\s)?(?:(?P<year>{_YEAR})|['’](?P<short>\d\d)\b)"
    rf"|(?P<one>0?[1-9]|[12]\d|3[01])(?P<sign>[/.-])(?:(?P<two>0?[1-9]|[12]\d|3[01])(?P=sign))?(?P<nyear>{_YEAR})(?![\d/.-]\d)"
    rf"|[Qq](?P<quarter>[1-4])\s(?:of\s)?(?P<qyear>{_YEAR})"
    r"|(?P<yesterday>(?:[Tt]he\sday\sbefore\s)?[Yy]esterday|[Ll]ast\snight)\b"
    r"|(?P<count>[Hh]alf\sa|[Aa]|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|\d{1,2})\s(?P<since>year|month|week|day|night)s?\sago\b"
    r"|(?:(?:[Oo]n|until|by|since|last)\s)(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
    r"|(?P<rel>[Ll]ast|[Tt]his)\s(?P<unit>year|month|week|spring|summer|autumn|fall|winter|" + _MONTH + r")\b"
    rf"|(?:the\s)?(?P<season>spring|summer|autumn|fall|winter)\s(?:of\s)?(?P<syear>{_YEAR})"
    rf"|(?:(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ff]rom|during|of|before|after|early|late|mid|on|till|and|to|[Bb]etween)\s)(?P<bare>{_MONTH})\b(?!\s[A-Z][a-z]|\.?,?\s(?:of\s)?(?:{_YEAR}|['’]\d\d\b)|\s{_DAY}\b)(?P<ofyear>\s(?:of\s)?(?:last|this)\syear\b)?"
    rf"|(?P<yfrom>{_YEAR})\s?[-–—]\s?(?P<yto>{_YEAR})(?![\d/.-])"
    rf"|(?:(?:[Ii]n|[Ss]ince|by|until|[Ff]rom|during|of|before|after|early|late|and|to|[Bb]etween|year|for)\s)(?P<byear>{_YEAR})\b(?![,.]?\d|\s?[-–—]\s?{_YEAR}|\s(?:yuan|households|people|RMB)))"
)
# From March | to November 2018: both are of that year
_TO_MONTH = re.compile(
    rf"\s?(?:to|until|till|through|and|[-–—])\s?(?P<month>{_MONTH})\.?,?\s(?:of\s)?(?P<year>{_YEAR})\b"
)
_HEAD = re.compile(r"[A-Za-z0-9](?<!\w.)")


def find_english_stretches(text: str, received: date) -> list[tuple[int, int, Stretch]]:
    """Times of English sentences with their offsets, counted from the day ``received``."""
    found: list[tuple[int, int, Stretch]] = []
    for match in tried_at(_HEAD, _TIME, text):
        start = match.start(next((name for name in ("bare", "byear", "weekday") if match[name]), 0))
        stretch = _read(match, received)
        if stretch is not None:
            found.append((start, match.end(), stretch))
    return found


def _read(match: re.Match[str], received: date) -> Stretch | None:
    if match["rel"] or match["yesterday"] or match["weekday"] or match["since"]:
        return _told_from(match, received)
    if match["day"] or match["mday"]:
        month = _MONTHS[(match["dmonth"] or match["mmonth"]).lower()]
        day = int(re.sub(r"\D", "", match["day"] or match["mday"]))
        written = match["dyear"] or match["mdyear"]
        return solar_day(int(written) if written else _last_year_of(month, received), month, day)
    if match["nyear"]:
        return _in_figures(match)
    if match["bare"]:
        month = _MONTHS[match["bare"].lower()]
        until = _TO_MONTH.match(match.string, match.end())
        year = received.year - ("last" in match["ofyear"]) if match["ofyear"] else _last_year_of(month, received)
        if until:
            year = int(until["year"]) - (month > _MONTHS[until["month"].lower()])
        return months(year, month, month)
    return _with_year(match)


def _with_year(match: re.Match[str]) -> Stretch | None:
    """A month, quarter or season of a year, or a year or several alone."""
    if match["yfrom"]:
        first, last = int(match["yfrom"]), int(match["yto"])
        return months(first, 1, 12 * (last - first + 1)) if first < last else None
    if match["month"]:
        month = _MONTHS[match["month"].lower()]
        return months(int(match["year"] or f"20{match['short']}"), month, month)
    if match["quarter"]:
        last = 3 * int(match["quarter"])
        return months(int(match["qyear"]), last - 2, last)
    if match["season"]:
        return months(int(match["syear"]), *_SEASONS[match["season"]])
    return months(int(match["byear"]), 1, 12)


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
    if match["since"]:
        return _ago(match["count"].lower(), match["since"], received)
    return _relative(match["rel"].lower(), match["unit"].lower(), received)


def _ago(count: str, unit: str, received: date) -> Stretch | None:
    back = int(count) if count.isdecimal() else _COUNTS.index(count) if count in _COUNTS else 1
    if unit == "year" and not count.startswith("half"):
        return months(received.year - back, 1, 12)
    if unit in {"month", "year"} and not (unit == "month" and count.startswith("half")):
        year, month = divmod(received.year * 12 + received.month - 1 - (6 if unit == "year" else back), 12)
        return months(year, month + 1, month + 1)
    if count.startswith("half"):
        return days(received - timedelta(days=15)) if unit == "month" else None
    return days(received - timedelta(days=back * (7 if unit == "week" else 1)))


def _relative(word: str, unit: str, received: date) -> Stretch | None:
    back = 1 if word == "last" else 0
    if unit == "year":
        return months(received.year - back, 1, 12)
    if unit == "month":
        year, month = divmod(received.year * 12 + received.month - 1 - back, 12)
        return months(year, month + 1, month + 1)
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
