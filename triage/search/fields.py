"""The fields of the query language: their names, Chinese and English, and what their values mean.

In: a field's name and the value behind its colon; out: a node. A value that breaks a rule raises `Wrong`, which says
what to write instead and never repeats what was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt

from corpora.divisions import Division
from corpora.taxonomy import load_taxonomy
from triage.model import Channel, Level
from triage.search.documents import PLACE_LENGTHS
from triage.search.names import asked_forms
from triage.search.nodes import Filter, Named, Node
from triage.search.values import BETWEEN, DATE, Wrong, compared, moments, sums, turned
from triage.summaries import Lacking
from triage.text.latin_places import latin_division
from triage.text.normalise import normalise
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
_MEETS: dict[str, Callable[[int, int], bool]] = {"=": eq, ">": gt, ">=": ge, "<": lt, "<=": le}
_SIGN_CHARACTERS = ("<", ">", "=", "≥", "≤")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_WILD = frozenset("*?%")
# 王建国、李四; in Latin letters a comma stands inside of a name (Wang, Jianguo)
_SEVERAL = re.compile(r"(?<=[\u3400-\u9fff])\s*[,、;/]\s*(?=[\u3400-\u9fff])")


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
    if _SEVERAL.search(given.plain):
        raise Wrong(
            "name",
            "一个冒号后写一个人名，如（被举报人:甲 OR 被举报人:乙）",
            "Each field takes one name, like (accused:甲 OR accused:乙).",
        )
    return Named(forms)


def _month(given: _Given) -> Filter:
    found = DATE.fullmatch(given.plain)
    month = f"{found['year']}-{(found['month'] or '').zfill(2)}" if found and not found["day"] else ""
    if not _MONTH.fullmatch(month):
        raise Wrong("form", "月份写作 月份:2019-11", "A month is written like month:2019-11.")
    return Filter("month", (month,))


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


def without_zeros(code: str) -> str:
    """A division's code without the zeros that registers fill it up with: 51 for 510000, 513431 for 513431000000."""
    lengths = [length for length in PLACE_LENGTHS if length < len(code) and not code[length:].strip("0")]
    return code[: lengths[0]] if lengths else code


def named_place(name: str) -> Division | None:
    """The division of a name in Chinese or in Latin letters, whole; None where there is none, or several."""
    return latin_division(name) if normalise(name).text.isascii() else division_named(name, whole=True)


def _place(given: _Given) -> Filter:
    if given.plain.isascii() and given.plain.isdigit():
        if len(given.plain) in PLACE_LENGTHS:
            return Filter("place", (without_zeros(given.plain),))
        raise Wrong("unknown", "区划代码有 2、4、6、9 或 12 位", "The code of a division has 2, 4, 6, 9 or 12 digits.")
    division = named_place(given.value)
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
    between = BETWEEN.fullmatch(given.plain)
    if between:
        low, high = _level(between["low"] or "low"), _level(between["high"] or "grave")
        found = [level for level in Level if low.rank <= level.rank <= high.rank]
        if not found:
            raise turned()
        return Filter("risk", tuple(level.value for level in found))
    sign, value = compared(given.plain)
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


_READERS: dict[str, Callable[[_Given], Node]] = {
    "category": _category,
    "place": _place,
    "accused": _accused,
    "amount": lambda given: sums(given.plain),
    "received": lambda given: moments(given.plain),
    "month": _month,
    "risk": _risk,
    "channel": _channel,
    "case": _case,
    "lacks": _lacks,
}
