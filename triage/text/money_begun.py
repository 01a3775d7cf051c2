"""Numbers that a sign parts, as people speak them: 三点二万, 三、五万, 两个亿, 百儿八十. In: the part behind the sign; out: the whole."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Protocol

from triage.text.numerals import ABOUT, BIG, DIGIT, Number, read_number

_HAN = "零〇一二两兩三四五六七八九"
_WHOLE = re.compile(f"(?<![0-9.{_HAN}十百千万])(?P<whole>[0-9]{{1,4}}|[{_HAN}十百千]{{1,7}})[点點]$")
_TENTHS = re.compile(f"(?P<tenths>[0-9]{{1,3}}|[{_HAN}]{{1,3}})(?P<unit>[万萬亿億])[多余餘来來]?$")
# 下午三点五万块钱送到: an hour, and a sum behind it
_OF_A_DAY = re.compile("(?:[上下中]午|[早晚]上?|凌晨|[深半]夜|夜里|清晨|傍晚|[天日号號晨] ?|[:：])$")
_LAST_HOUR = 24
_PAIR = re.compile(f"(?<![第{_HAN}十百千万0-9月])(?P<first>[{_HAN}几幾])、$")
# 三、五万元的补助 at the head of a line is the third of its paragraphs
_OPENS = re.compile("(?:^|[\\n。；;])\\s*$")
_GREAT = re.compile(f"(?P<whole>[0-9.]{{1,6}}|[{_HAN}十百千几幾数數]{{1,5}})[多来來]?[个個]$")


class _Match(Protocol):
    def start(self) -> int: ...
    def __getitem__(self, group: str) -> str | None: ...


def with_what_begins_it(text: str, match: _Match, amount: object) -> tuple[int, Number] | None:
    """Where a number begins whose end is ``match``, and its value in yuan; None where what stands before is none of it.

    ``amount``: what was read of the end alone, None where that is no amount.
    """
    start, number = match.start(), match["number"] or ""
    if text[start - 1] in "个個" and number[0] not in "亿億":
        return None
    sign, before = text[start - 1], text[max(0, start - 8) : start]
    if sign == "儿":  # 百儿八十块, 千儿八百
        about = read_number(before[-2:-1] + number) if ABOUT.fullmatch(before[-2:-1] + number) else None
        return None if about is None else (start - 2, about)
    if sign in "点點":
        return _decimal(text, start, before, number)
    if sign == "、":
        return None if amount is None or match["upper"] else _pair(text, start, before, number)
    return _of_hundred_millions(start, before, number)


def _decimal(text: str, start: int, before: str, number: str) -> tuple[int, Number] | None:
    told, tenths = _WHOLE.search(before), _TENTHS.fullmatch(number)
    whole = read_number(told["whole"]) if told else None
    if told is None or whole is None or tenths is None:
        return None
    begin = start - len(before) + told.start()
    if 0 < whole.value <= _LAST_HOUR and _OF_A_DAY.search(text, max(0, begin - 3), begin):
        return None
    digits = "".join(str(DIGIT[digit]) for digit in tenths["tenths"])
    return begin, Number(Decimal(f"{int(whole.value)}.{digits}") * BIG[tenths["unit"]])


def _pair(text: str, start: int, before: str, number: str) -> tuple[int, Number] | None:
    told = _PAIR.search(before)
    if told is None or number[0] not in DIGIT or number[1:2] in DIGIT:
        return None
    apart = DIGIT[number[0]] - DIGIT.get(told["first"], 0)
    begin = start - 2
    if not (apart == 1 or (told["first"], number[0]) == ("三", "五")) or _OPENS.search(text, max(0, begin - 3), begin):
        return None
    lower = read_number(told["first"] + number[1:])
    return None if lower is None else (begin, Number(lower.value, rough=True))


def _of_hundred_millions(start: int, before: str, number: str) -> tuple[int, Number] | None:
    told = _GREAT.search(before)
    whole = read_number(told["whole"]) if told else None
    if told is None or whole is None:
        return None
    return start - len(before) + told.start(), Number(whole.value * BIG[number[0]], whole.rough or len(number) > 1)
