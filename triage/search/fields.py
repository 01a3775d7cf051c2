"""The fields of the query language: their names, Chinese and English, and what their values mean.

In: a field's name and the value behind its colon; out: a node. A value that breaks a rule raises `Wrong`, which says
what to write instead and never repeats what was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from operator import eq, ge, gt, le, lt

from corpora.taxonomy import load_taxonomy
from triage.model import Channel, Level
from triage.search.documents import PLACE_LENGTHS
from triage.search.names import asked_forms
from triage.search.nodes import Filter, Named, Node, Range
from triage.summaries import Lacking
from triage.text.dates import SHANGHAI
from triage.text.normalise import normalise
from triage.text.numerals import NUMERAL, read_number
from triage.text.place_names import division_named

FIELDS = {
    "category": "类别",
    "place": "地点",
    "accused": "被举报人",
    "amount": "金额",
    "received": "收到",
    "month": "月份",
    "risk": "风险",
    "channel": "渠道",
    "case": "案件",
    "lacks": "摘要缺",
}
"""The fields by their English and Chinese names."""
ORDERED = ("amount", "received", "risk")
"""The fields whose values can be compared, and given as a range."""
_OTHER_NAMES = {"类型": "category", "地区": "place", "时间": "received", "收到时间": "received", "被反映人": "accused"}
_BY_NAME = {name: name for name in FIELDS} | {zh: name for name, zh in FIELDS.items()} | _OTHER_NAMES

LEVELS = {"低": Level.LOW, "待人工": Level.PERSON, "中": Level.MEDIUM, "高": Level.HIGH, "重大": Level.GRAVE}
CHANNELS = {
    "网络": Channel.WEB,
    "网站": Channel.WEB,
    "接口": Channel.API,
    "热线": Channel.HOTLINE,
    "电话": Channel.HOTLINE,
    "来信": Channel.LETTER,
    "来访": Channel.VISIT,
    "聊天": Channel.CHAT,
    "转办": Channel.TRANSFER,
}
LACKS = {"被反映人": Lacking.ACCUSED, "金额": Lacking.MONEY, "地点": Lacking.PLACE, "危险": Lacking.DANGER}
_LACKS_ANY = ("任何", "any")
_COMPARED = re.compile(r"(?P<sign>>=|<=|>|<|=|≥|≤)?\s*(?P<value>.*)", re.DOTALL)
_BETWEEN = re.compile(r"(?P<low>.*?)\s*(?:\.{2,3}|~|[至到])\s*(?P<high>.*)", re.DOTALL)
_SIGNS = {"≥": ">=", "≤": "<=", None: "=", "": "="}
_MEETS: dict[str, Callable[[int, int], bool]] = {"=": eq, ">": gt, ">=": ge, "<": lt, "<=": le}
_SIGN_CHARACTERS = ("<", ">", "=", "≥", "≤")
_DATE = re.compile(r"(?P<year>\d{4})年?(?:[-/.]?(?P<month>\d{1,2})月?(?:[-/.]?(?P<day>\d{1,2})[日号]?)?)?")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
# 2019111 may be the first of November or the eleventh of January
_UNCLEAR = re.compile(r"\d{7}")
_WILD = frozenset("*?%")
_MONEY_SIGNS = re.compile(r"^(?:rmb|cny|¥|人民币)\s*|\s*(?:元|块|圆|块钱|元整|yuan|rmb)$")
_MONEY = re.compile(rf"(?P<number>{NUMERAL})(?P<kilo>[kw])?")
_KILO = {"k": 1000, "w": 10_000, None: 1}
_MOST_FEN = 10**17


class Wrong(Exception):  # the parser makes an error of it, with the position that it knows
    """A value that breaks a rule, in Chinese and English."""

    def __init__(self, rule: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.rule, self.zh, self.en = rule, zh, en


@dataclass(frozen=True, slots=True)
class Lookups:
    """What only the caller knows: whether a category of an office's own scheme exists, and what finds the reports of the
    case of an id, None for an id that is nobody's.
    """

    own_category: Callable[[str], bool] = lambda _: False
    case_of: Callable[[str], Node | None] = lambda given: Filter("case", (given,))


def field_of(name: str) -> str | None:
    """The field of a name in either language, if there is one."""
    return _BY_NAME.get(normalise(name).text)


def known_fields() -> tuple[str, str]:
    """All fields in a line, in Chinese and in English."""
    return "、".join(f"{zh}:" for zh in FIELDS.values()), ", ".join(f"{name}:" for name in FIELDS)


def condition(field: str, value: str, lookups: Lookups, *, quoted: bool = False) -> Node:
    """The node of a field and its value.

    Raises:
        Wrong: the value breaks a rule of the field.
    """
    plain = normalise(value).text.strip()
    if field not in ORDERED and plain[:1] in _SIGN_CHARACTERS:
        zh, en = "、".join(FIELDS[name] for name in ORDERED), ", ".join(ORDERED)
        raise Wrong("sign", f"大于、小于只用于 {zh}", f"Signs of comparison belong to {en} alone.")
    return _READERS[field](_Given(value.strip(), plain, quoted, lookups))


@dataclass(frozen=True, slots=True)
class _Given:
    """A value as written, normalised, whether in quotation marks, and what the caller knows."""

    value: str
    plain: str
    quoted: bool
    lookups: Lookups


def _accused(given: _Given) -> Named:
    forms = asked_forms(given.value, exact=given.quoted)
    if forms and not _WILD.isdisjoint(given.plain):
        raise Wrong(
            "wildcard",
            "人名里没有通配符；写名字的一部分、全名或拼音即可，如 被举报人:王",
            "A name takes no wildcards; write a part of it, all of it or its pinyin, like accused:王.",
        )
    if not forms:
        raise Wrong("name", "人名至少要有一个字", "A name has at least one letter.")
    return Named(forms)


def _month(given: _Given) -> Filter:
    if not _MONTH.fullmatch(given.plain):
        raise Wrong("form", "月份写作 月份:2019-11", "A month is written like month:2019-11.")
    return Filter("month", (given.plain,))


def _case(given: _Given) -> Node:
    found = given.lookups.case_of(given.value)
    if found is None:
        raise Wrong(
            "unknown",
            "没有这个案件；请写案件或其中一件举报的编号，大写字母和数字照抄",
            "There is no such case; write the id of a case or of one of its reports, its capitals as they stand.",
        )
    return found


def _category(given: _Given) -> Filter:
    return Filter("category", (_code(given.plain, given.lookups),))


def _code(plain: str, lookups: Lookups) -> str:
    rows = load_taxonomy().categories
    for row in rows:
        if plain in (row.code, row.zh, row.en.casefold()):
            return row.code
    near = [row for row in rows if plain in row.zh or plain in row.en.casefold()]
    if len(near) == 1 and len(plain) > 1:
        return near[0].code
    if not near and lookups.own_category(plain):
        return plain
    told = near or rows
    zh = "、".join(row.zh for row in told)
    en = ", ".join(row.code for row in told)
    raise Wrong("unknown", f"没有这个类别，可以写：{zh}", f"There is no such category; write one of {en}.")


def _place(given: _Given) -> Filter:
    if given.plain.isascii() and given.plain.isdigit():
        if len(given.plain) in PLACE_LENGTHS:
            return Filter("place", (given.plain,))
        raise Wrong("unknown", "区划代码有 2、4、6、9 或 12 位", "The code of a division has 2, 4, 6, 9 or 12 digits.")
    division = division_named(given.value, whole=True)
    if division is None:
        raise Wrong(
            "unknown",
            "没有这个地方，或有几个同名的地方；请连上级一起写，如 地点:四川省昭觉县，或写区划代码",
            "No division has this name, or several have; write the county or province too, like place:四川省昭觉县, "
            "or its code.",
        )
    return Filter("place", (division.code,))


def _channel(given: _Given) -> Filter:
    if given.plain in CHANNELS:
        return Filter("channel", (CHANNELS[given.plain].value,))
    if given.plain in list(Channel):
        return Filter("channel", (given.plain,))
    zh, en = "、".join(CHANNELS), ", ".join(Channel)
    raise Wrong("unknown", f"没有这个渠道，可以写：{zh}", f"There is no such channel; write one of {en}.")


def _lacks(given: _Given) -> Filter:
    if given.plain in _LACKS_ANY:
        return Filter("lacks", tuple(Lacking))
    if given.plain in LACKS:
        return Filter("lacks", (LACKS[given.plain].value,))
    if given.plain in list(Lacking):
        return Filter("lacks", (given.plain,))
    zh, en = "、".join((*LACKS, _LACKS_ANY[0])), ", ".join((*Lacking, _LACKS_ANY[1]))
    raise Wrong("unknown", f"可以写：摘要缺:{zh}", f"A summary can lack one of {en}.")


def _risk(given: _Given) -> Filter:
    between = _BETWEEN.fullmatch(given.plain)
    if between:
        low, high = _level(between["low"] or "low"), _level(between["high"] or "grave")
        found = [level for level in Level if low.rank <= level.rank <= high.rank]
        if not found:
            raise _turned()
        return Filter("risk", tuple(level.value for level in found))
    sign, value = _compared(given.plain)
    level = _level(value)
    return Filter("risk", tuple(one.value for one in Level if _MEETS[sign](one.rank, level.rank)))


def _level(plain: str) -> Level:
    named = LEVELS.get(plain.removesuffix("风险"))
    if named is not None:
        return named
    if plain in list(Level):
        return Level(plain)
    zh, en = "、".join(LEVELS), ", ".join(Level)
    raise Wrong("unknown", f"没有这个风险等级，可以写：{zh}", f"There is no such level of risk; write one of {en}.")


def _amount(given: _Given) -> Range:
    between = _BETWEEN.fullmatch(given.plain)
    if between:
        low, high = (_fen(between[end]) if between[end] else None for end in ("low", "high"))
        if low is None and high is None:
            raise _no_sum()
        if low is not None and high is not None and low > high:
            raise _turned()
        return Range("amount", low, None if high is None else high + 1)
    sign, value = _compared(given.plain)
    fen = _fen(value)
    return {
        "=": Range("amount", fen, fen + 1),
        ">": Range("amount", fen + 1, None),
        ">=": Range("amount", fen, None),
        "<": Range("amount", None, fen),
        "<=": Range("amount", None, fen + 1),
    }[sign]


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


def _received(given: _Given) -> Range:
    between = _BETWEEN.fullmatch(given.plain)
    if between:
        low = _stretch(between["low"])[0] if between["low"] else None
        high = _stretch(between["high"])[1] if between["high"] else None
        if low is None and high is None:
            raise _no_date()
        if low is not None and high is not None and low >= high:
            raise _turned()
        return Range("received", low, high)
    sign, value = _compared(given.plain)
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
    found = _DATE.fullmatch(plain.strip())
    try:
        if found is None or _UNCLEAR.fullmatch(plain.strip()):
            raise ValueError
        year, month, day = (int(found[part] or 0) for part in ("year", "month", "day"))
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


def _compared(plain: str) -> tuple[str, str]:
    found = _COMPARED.fullmatch(plain)
    sign = found["sign"] if found else None
    return _SIGNS.get(sign) or str(sign), (found["value"] if found else plain).strip()


def _turned() -> Wrong:
    return Wrong("range", "范围的起点应当小于终点", "A range begins with the smaller end.")


_READERS: dict[str, Callable[[_Given], Node]] = {
    "category": _category,
    "place": _place,
    "accused": _accused,
    "amount": _amount,
    "received": _received,
    "month": _month,
    "risk": _risk,
    "channel": _channel,
    "case": _case,
    "lacks": _lacks,
}
