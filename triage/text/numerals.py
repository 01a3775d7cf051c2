"""Numbers as people write them: digits, everyday and financial Chinese characters, both mixed (3万5, 叁万伍仟)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_WRITTEN = (
    "0０〇零○",
    "1１一壹幺",
    "2２二两兩贰貳",
    "3３三叁參",
    "4４四肆",
    "5５五伍",
    "6６六陆陸",
    "7７七柒",
    "8８八捌",
    "9９九玖",
)
DIGIT = {character: value for value, characters in enumerate(_WRITTEN) for character in characters}
SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
MORE = "多余餘来來把"
SOME = "几幾数數"

ARABIC = r"(?:[0-9０-９]{1,3}(?:[,，][0-9０-９]{3})+(?![0-9０-９])|[0-9０-９]+)(?:[.．][0-9０-９]+)?"
HAN = "〇零○一二两兩三四五六七八九十百千万萬亿億壹贰貳叁參肆伍陆陸柒捌玖拾佰仟几幾数數"
_ARABIC_REST = r"(?:[0-9０-９]{0,2}(?:[,，][0-9０-９]{3})+(?![0-9０-９])|[0-9０-９]*)(?:[.．][0-9０-９]+)?"
_ON = rf"(?:{ARABIC}|[{HAN}]|[{MORE}](?=[百千万萬亿億元块塊圆]))*"
NUMERAL = rf"(?:{ARABIC}|[{HAN}]){_ON}"


def first_numeral(unless: str) -> str:
    """The pattern of a numeral that begins no other; it begins with one set of characters, which a search skips to at full speed.

    ``unless``: look-arounds tried right behind its first character, which pass most places by before anything dearer is.
    """
    return rf"[0-9０-９{HAN}]{unless}(?<![0-9０-９.．A-Za-z].)(?:(?<=[0-9０-９]){_ARABIC_REST})?{_ON}"


# 百八十块, 千八百, 万八千: about a hundred, a thousand, ten thousand
ABOUT = re.compile("(?:百[一二三四五六七八九]十|千[一二三四五六七八九]?百|万[一二三四五六七八九]?千)[多来把]?")
_TOKEN = re.compile(rf"({ARABIC})|(.)", re.S)
_PLAIN = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


@dataclass(frozen=True, slots=True)
class Number:
    """A value that was read; ``rough`` means "at least about this" (十几万, 三千多, 两三千)."""

    value: Decimal
    rough: bool = False


@dataclass(slots=True)
class _Sum:
    """A number under way: ``total`` above the last 亿 or 万, ``part`` below it, ``digit`` still without its unit."""

    total: Decimal = Decimal(0)
    part: Decimal = Decimal(0)
    digit: Decimal | None = None
    last: int = 1
    zero: bool = False
    rough: bool = False
    arabic: bool = False

    def put_digit(self, value: Decimal, arabic: bool) -> bool:
        """Take a digit; two neighbours in a row are a guess (两三千), of which the lower counts."""
        if self.digit is not None:
            if arabic or self.arabic or not 0 < value - self.digit <= 2:
                return False
            self.rough = True
            return True
        self.digit, self.arabic = value, arabic
        return True

    def put_unit(self, unit: int) -> None:
        """Take a unit: ten to thousand close a digit, ten thousand and more close all that stands below them."""
        if unit < 10**4:
            self.part += (Decimal(1) if self.digit is None else self.digit) * unit
        else:
            below = self.part + (self.digit or 0)
            if below or not self.total:
                self.total += (below or 1) * unit
            else:  # 一万亿: a great unit upon a great unit
                self.total *= unit
            self.part = Decimal(0)
        self.digit, self.last, self.zero, self.arabic = None, unit, False, False

    def result(self) -> Decimal:
        """The value; a digit left over after a unit stands one place below it (三万五, 一百二) unless a zero parts them."""
        rest = self.digit or Decimal(0)
        if self.digit is not None and self.last >= 100 and not self.zero and rest < 10:
            rest *= self.last // 10
        return self.total + self.part + rest


def read_number(text: str) -> Number | None:
    """The value of a numeral (pattern ``NUMERAL``), or None where its parts do not make a number.

    Digits in a row without units are read as a year or a house number is: 二〇一八 is 2018. Spaces say nothing (50 万).
    """
    text = text.replace(" ", "")
    if all(character in DIGIT for character in text):
        return Number(Decimal("".join(str(DIGIT[character]) for character in text)))
    if ABOUT.fullmatch(text):
        return Number(Decimal(SMALL.get(text[0]) or BIG[text[0]]), rough=True)
    under_way = _Sum()
    for arabic, character in _TOKEN.findall(text):
        if arabic:
            plain = arabic.translate(_PLAIN).replace(",", "")
            if not under_way.put_digit(Decimal(plain), arabic=True):
                return None
        elif character in DIGIT:
            if DIGIT[character] == 0:
                under_way.zero = True
            elif not under_way.put_digit(Decimal(DIGIT[character]), arabic=False):
                return None
        elif character in SOME:
            _put_some(under_way)
        elif character in MORE:
            under_way.rough = True
        elif (unit := SMALL.get(character) or BIG.get(character)) is not None:
            under_way.put_unit(unit)
        else:
            return None
    return Number(under_way.result(), under_way.rough)


def _put_some(under_way: _Sum) -> None:
    """几 and 数 are at least two at the head of a number and nothing certain behind a unit (十几万, 三万零几百)."""
    under_way.rough = True
    if not under_way.part and not under_way.total:
        under_way.digit = Decimal(2)
    else:
        under_way.digit = Decimal(0)
