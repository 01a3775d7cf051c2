"""Figures in the fields of a form, told by their label. In: a text; out: sums with their value, telephone numbers, times.

涉及金额(元)：35000, 金额(万元): 3.5, Amount (yuan): 3,000, columns headed 金额(元): the unit stands in the label alone. A number of a
telephone or a day is written there with blanks or signs between that no sentence has (139 - 1400 - 8965, 2018 . 8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from triage.text.dates import Period, find_periods
from triage.text.money import Amount
from triage.text.numerals import read_number
from triage.text.table_cells import SIGNS, cells_of

Span = tuple[int, int]

_FEN = {"元": 100, "百元": 10**4, "千元": 10**5, "万元": 10**6, "亿元": 10**10, "万": 10**6}
_UNIT = "(?:计量|金额)?(?:单位[:：]? ?)?(?:人民币)?(?P<unit>[百千万亿]?元|万)(?:人民币|/[年月人户次])?"
_LATIN_UNIT = "(?:(?:in|unit:?|all in) ?)?(?P<latin>(?:10,?000|ten thousand|thousand|million)? ?(?:chinese )?(?:yuan|rmb|cny|renminbi))"
_LATIN_FEN = (("10", 10**6), ("ten", 10**6), ("thousand", 10**5), ("million", 10**8))
_HEAD = re.compile(
    f"(?:(?P<label>[\u4e00-\u9fff]{{2,14}}) ?(?:[(（] ?{_UNIT} ?[)）]|/ ?{_UNIT.replace('?P<unit>', '?P<other>')})"
    f"|(?P<words>[a-z][a-z ]{{2,30}}?) ?(?:[(] ?{_LATIN_UNIT} ?[)]|(?: in)? {_LATIN_UNIT.replace('?P<latin>', '?P<spelt>')}))",
    re.I,
)
_UNITS = ("元)", "元）", "元 )", "/元", "/ 元", "元/", "万)", "万）", "万 )", "位:", "位：")
_LATIN_UNITS = ("uan", "UAN", "rmb", "RMB", "cny", "CNY", "enminbi")
_LATIN_LABEL = re.compile("(?:yuan|rmb|cny|renminbi) {0,2}[)\t|:*]", re.I)
"""Of which one stands in a text with such a label: most texts are passed by at full speed."""
_OF_MONEY = re.compile(
    "[额金款资费价钱计数发得领扣收补支贴损失]|amount|sum|total|loss|money|paid|value|subsid|fee|price", re.I
)
_APART = re.compile('[ \t]{0,4}[*_"”’\']{0,4}(?:[:：】\\]|=\t]|\n|  |——?)[ \t:：*_"“|]{0,8}')
_OPENS = re.compile("[ \t>*_·•-]{0,6}(?:[(（]?\\d{1,2}[)）.、．] ?)?")
_FIGURE = re.compile(
    "(?:人民币|[¥￥])? ?(?P<number>\\d{1,3}(?:,\\d{3}){1,4}(?:\\.\\d{1,4})?|\\d{1,12}(?:\\.\\d{1,4})?|[一二两三四五六七八九十百千万零壹贰叁肆伍陆柒捌玖拾佰仟]{1,12})"
    "(?= {0,4}(?:$|[\\s,，;；。|【\\]}_*\"”'(（)）])| ?整)(?! ?(?:[十百千万亿]|[元块]|yuan|rmb|cny))",
    re.I,
)
_TABLE_UNIT = re.compile("单位[:：] ?(?P<unit>[百千万亿]?元)")
_HEADED = re.compile("金额|[款资]额|数额|资金|应发|实发|应得|实得|实领|补[助贴]|[扣缴收]款|合计")
_MOST = 10**17
_LEAST_CELLS, _LONGEST_HEADS, _LONGEST_HEAD = 2, 200, 24


class Sums(NamedTuple):
    """Sums by their label, in order, and where the labels' units stand, which are none themselves: Amount (in 10,000 yuan)."""

    amounts: Sequence[Amount] = ()
    units: Sequence[Span] = ()


def labelled_sums(text: str) -> Sums:
    """Sums whose unit stands in their label or in the head of their column alone."""
    told = any(unit in text for unit in _UNITS)
    if not told and not (any(unit in text for unit in _LATIN_UNITS) and _LATIN_LABEL.search(text)):
        return Sums()
    heads = list(_HEAD.finditer(text))
    found = {one.start: one for one in (*_columns(text), *_fields(text, heads))}
    return Sums([found[start] for start in sorted(found)], [head.span() for head in heads])


def _fields(text: str, heads: Sequence[re.Match[str]]) -> Iterator[Amount]:
    for head in heads:
        if not _OF_MONEY.search(head["label"] or head["words"]):
            continue
        apart = _APART.match(text, head.end())
        if (
            apart is not None
            and "\n" in apart[0]
            and not _OPENS.fullmatch(text, text.rfind("\n", 0, head.start()) + 1, head.start())
        ):
            continue  # the last head of a table
        if apart is not None and (amount := _amount(text, apart.end(), _fen(head))) is not None:
            yield amount


_SUM = re.compile('(?:金额|[款数]额|资金|合计)(?:[(（][^()（）\n]{0,10}[)）])?[ \t\n:：】|*_"“]{1,8}$')


def heads_a_sum(text: str, start: int) -> bool:
    """Whether what begins here stands in a field for sums: 涉及金额：35000元."""
    return (
        start > 0 and text[start - 1] in ':：】| \t\n*_"“' and _SUM.search(text, max(0, start - 24), start) is not None
    )


def _fen(head: re.Match[str]) -> int:
    """How many fen one of the unit in a label is."""
    unit = head["unit"] or head["other"]
    if unit:
        return _FEN[unit]
    latin = (head["latin"] or head["spelt"]).lower()
    return next((fen for sign, fen in _LATIN_FEN if latin.startswith(sign)), 100)


def _amount(text: str, at: int, fen: int, end: int | None = None) -> Amount | None:
    figure = _FIGURE.match(text, at) if end is None else _FIGURE.fullmatch(text, at, end)
    if figure is None:
        return None
    start, stop = figure.span("number")
    told = figure["number"]
    number = Decimal(told.replace(",", "")) if told[0].isascii() else getattr(read_number(told), "value", None)
    value = None if number is None else int(number * fen)
    return None if not value or value >= _MOST else Amount(start, stop, text[start:stop], value)


def _columns(text: str) -> Iterator[Amount]:
    """Numbers below a head that tells the unit, or that tells money where the table's heading tells the unit (单位：元)."""
    at, sign, unit = 0, "", 0
    heads: dict[int, int] = {}
    wide = 0
    for line in text.split("\n"):
        told = _TABLE_UNIT.search(line)
        if told is not None:
            unit = _FEN[told["unit"]]
        cells = cells_of(line, sign) if heads else []
        if heads and len(cells) >= wide:
            for number, fen in heads.items():
                start, end = cells[number]
                amount = _amount(text, at + start, fen, at + end)
                if amount is not None:
                    yield amount
        elif line.strip() and not set(line) <= set("|-:+ \t"):
            sign = next((one for one in SIGNS if one in line), "") if len(line) < _LONGEST_HEADS else ""
            cells = cells_of(line, sign) if sign else []
            heads, wide = _heads([line[slice(*cell)] for cell in cells], unit), len(cells)
        at += len(line) + 1


def _heads(words: list[str], unit: int) -> dict[int, int]:
    """Of the cells of a row those that head sums, by number, and how many fen one of each is; none for a row that is no heading."""
    if len(words) < _LEAST_CELLS or any(not word or len(word) > _LONGEST_HEAD or word[0].isdigit() for word in words):
        return {}
    out = {}
    for number, word in enumerate(words):
        head = _HEAD.fullmatch(word)
        if head is not None and _OF_MONEY.search(head["label"] or head["words"]):
            out[number] = _fen(head)
        elif unit and _HEADED.search(word):
            out[number] = unit
    return out


_REACHED = re.compile(
    "(?:联系|家庭|固定|移动|办公)?(?:电 {0,4}话|手 {0,4}机|方 {0,4}式|传 {0,4}真)(?:号 {0,2}码?)?|(?:tel(?:ephone)?|phone|mobile|contact)(?: (?:number|no\\.?|phone))?",
    re.I,
)
_SPREAD = re.compile("(?P<number>[+(]?\\d(?:[ \u3000.·()—–~-]{0,4}\\d){6,14})(?![\\d.]|[ ]?[年月元])")
_DIGITS = re.compile("(?:0?0?86)?(?:1[3-9]\\d{9}|0\\d{9,11}|[2-9]\\d{6,7}|[48]00\\d{7})")
_WHEN = re.compile("(?:时 {0,4}间|日 {0,4}期|年 {0,2}月)|(?:date|time)(?: of [a-z]{3,12})?", re.I)
_SPREAD_OUT = re.compile("\\d {1,3}[-./·()—–~ ] {0,3}[\\d(]")
"""Passes nearly all texts by at full speed."""
_BEHIND = re.compile('(?:[(（][^()（）\n]{0,10}[)）])?[ *_"”’\']{0,4}(?:[:：】\\]|=\t\n]|  )[ \t:：*_"“|]{0,8}')
_DAY = re.compile("\\d{4} {0,3}[./-] {0,3}\\d{1,2}(?: {0,3}[./-] {0,3}\\d{1,2})?(?!\\d)")


def labelled_numbers(text: str) -> list[Span]:
    """Telephone numbers behind their label, whatever blanks and signs stand between their figures."""
    out: list[Span] = []
    for label in _REACHED.finditer(text) if " " in text and _SPREAD_OUT.search(text) else ():
        apart = _BEHIND.match(text, label.end())
        told = _SPREAD.match(text, apart.end()) if apart else None
        if told is not None and _DIGITS.fullmatch("".join(one for one in told["number"] if one.isdecimal())):
            out.append(told.span("number"))
    return out


def labelled_times(text: str, received: date) -> list[Period]:
    """Days and months behind their label that are written with blanks between: 2018 . 8, 2016 / 04 / 05."""
    out: list[Period] = []
    for label in _WHEN.finditer(text) if " " in text and _SPREAD_OUT.search(text) else ():
        apart = _BEHIND.match(text, label.end())
        day = _DAY.match(text, apart.end()) if apart else None
        if day is None or " " not in day[0]:
            continue
        for told in find_periods(day[0].replace(" ", ""), received, english=False)[:1]:
            out.append(Period(day.start(), day.end(), day[0], told.first, told.last))
    return out
