"""What sums and dates behind a field mean: 3万5, 1万..5万, >=2019-03, 2019年3月.

In: the normalised value; out: a range. A value that breaks a rule raises `Wrong`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from triage.search.nodes import Range
from triage.text.dates import SHANGHAI
from triage.text.numerals import NUMERAL, read_number

_COMPARED = re.compile(r"(?P<sign>>=|<=|>|<|=|≥|≤)?\s*(?P<value>.*)", re.DOTALL)
BETWEEN = re.compile(r"(?P<low>.*?)\s*(?:\.{2,3}|~|[至到])\s*(?P<high>.*)", re.DOTALL)
_SIGNS = {"≥": ">=", "≤": "<=", None: "=", "": "="}
DATE = re.compile(r"(?P<year>\d{4})年?(?:[-/.]?(?P<month>\d{1,2})月?(?:[-/.]?(?P<day>\d{1,2})[日号]?)?)?")
# 2019111 may be the first of November or the eleventh of January
_UNCLEAR = re.compile(r"\d{7}")
_MONEY_SIGNS = re.compile(r"^(?:rmb|cny|¥|人民币)\s*|\s*(?:元|块|圆|块钱|元整|yuan|rmb)$")
_MONEY = re.compile(rf"(?P<number>{NUMERAL})(?P<kilo>[kw])?")
_KILO = {"k": 1000, "w": 10_000, None: 1}
_MOST_FEN = 10**17
_PLAIN_NUMBER = re.compile(r"(?P<number>[\d.]+|[一二两三四五六七八九])")
_WITH_UNIT = re.compile(r"(?P<number>[\d.]+|[一二两三四五六七八九])(?=[百千万亿kw])")


class Wrong(Exception):  # the parser makes an error of it, with the position that it knows
    """A value that breaks a rule, in Chinese and English."""

    def __init__(self, rule: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.rule, self.zh, self.en = rule, zh, en


def sums(plain: str) -> Range:
    """The sums that a value means; fen. Raises ``Wrong``."""
    between = BETWEEN.fullmatch(plain)
    if between:
        low, high = (_fen(between[end]) if between[end] else None for end in ("low", "high"))
        if low is None and high is None:
            raise _no_sum()
        if _shares_unit(between["low"], between["high"]):
            raise Wrong(
                "unit",
                "起点没有写单位；写作 金额:3万..5万，三元写作 金额:3元..5万",
                "The smaller end has no unit; write amount:3万..5万, or amount:3元..5万 for three yuan.",
            )
        if low is not None and high is not None and low > high:
            raise turned()
        return Range("amount", low, None if high is None else high + 1)
    sign, value = compared(plain)
    fen = _fen(value)
    return {
        "=": Range("amount", fen, fen + 1),
        ">": Range("amount", fen + 1, None),
        ">=": Range("amount", fen, None),
        "<": Range("amount", None, fen),
        "<=": Range("amount", None, fen + 1),
    }[sign]


def _shares_unit(low: str, high: str) -> bool:
    """Whether 3至5万 may be meant as 3万至5万: the end alone has a unit, and in that unit it is larger."""
    first, last = _PLAIN_NUMBER.fullmatch(low.strip()), _WITH_UNIT.match(high.strip())
    numbers = (read_number(first["number"]), read_number(last["number"])) if first and last else (None, None)
    return numbers[0] is not None and numbers[1] is not None and 0 < numbers[0].value < numbers[1].value


def _fen(plain: str) -> int:
    found = _MONEY.fullmatch(_MONEY_SIGNS.sub("", plain.strip()))
    number = read_number(found["number"]) if found else None
    if found is None or number is None or number.rough:
        raise _no_sum()
    fen = int(number.value * _KILO[found["kilo"]] * Decimal(100))
    if fen > _MOST_FEN:
        raise _no_sum()
    return fen


def _no_sum() -> Wrong:
    return Wrong(
        "amount",
        "金额写作 金额:35000、金额:>1万 或 金额:10000..50000",
        "A sum is written like amount:35000, amount:>10000 or amount:10000..50000, in yuan.",
    )


def moments(plain: str) -> Range:
    """The moments that a value means; seconds since 1970. Raises ``Wrong``."""
    between = BETWEEN.fullmatch(plain)
    if between:
        low = _stretch(between["low"])[0] if between["low"] else None
        high = _stretch(between["high"])[1] if between["high"] else None
        if low is None and high is None:
            raise _no_date()
        if low is not None and high is not None and low >= high:
            raise turned()
        return Range("received", low, high)
    sign, value = compared(plain)
    first, behind = _stretch(value)
    return {
        "=": Range("received", first, behind),
        ">": Range("received", behind, None),
        ">=": Range("received", first, None),
        "<": Range("received", None, first),
        "<=": Range("received", None, behind),
    }[sign]


def _stretch(plain: str) -> tuple[int, int]:
    """Seconds of the first moment of a year, month or day in Asia/Shanghai, and of the first behind it."""
    found = DATE.fullmatch(plain.strip())
    try:
        if found is None or _UNCLEAR.fullmatch(plain.strip()):
            raise ValueError
        year, month, day = (int(found[part] or 0) for part in ("year", "month", "day"))
        if (found["month"] and not month) or (found["day"] and not day):
            raise ValueError
        first = date(year, month or 1, day or 1)
        if day:
            behind = first + timedelta(days=1)
        else:
            behind = date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1)
        return _second(first), _second(behind)
    except (ValueError, OverflowError):
        raise _no_date() from None


def _second(day: date) -> int:
    moment = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return max(0, int(moment.astimezone(UTC).timestamp()))


def _no_date() -> Wrong:
    return Wrong(
        "date",
        "时间写作 收到:2019-03、收到:>2019-03-01 或 收到:2019-03..2019-06",
        "A time is written like received:2019-03, received:>2019-03-01 or received:2019-03..2019-06.",
    )


def compared(plain: str) -> tuple[str, str]:
    """The sign in front of a value, = where there is none, and the value."""
    found = _COMPARED.fullmatch(plain)
    sign = found["sign"] if found else None
    return _SIGNS.get(sign) or str(sign), (found["value"] if found else plain).strip()


def turned() -> Wrong:
    """What tells of a range whose ends are the wrong way round."""
    return Wrong("range", "范围的起点应当小于终点", "A range begins with the smaller end.")
