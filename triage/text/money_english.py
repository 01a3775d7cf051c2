"""Amounts of money in English sentences: RMB 3.5 million, 35,000 yuan, forty thousand yuan, paid two thousand."""

from __future__ import annotations

import re
from decimal import Decimal

from triage.text.signs import tried_at

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: dict[str, Decimal] = {
    **{word: Decimal(value) for value, word in enumerate(_ONES)},
    **{word: Decimal(value) for value, word in zip(range(20, 100, 10), _TENS, strict=True)},
    "a": Decimal(1),
    "half": Decimal("0.5"),
}
_POWERS = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "k": 10**3, "m": 10**6}
_ONE = "(?:" + "|".join(sorted(set(_WORDS) - {"a", "half", "zero"}, key=len, reverse=True)) + ")"
_POWER = r"(?:hundred|thousand|million|billion)"
_SPOKEN = rf"(?:a(?=\s{_POWER})|{_ONE})(?:[\s-](?:and\s)?(?:{_ONE}|{_POWER})\b){{0,12}}"
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = rf"(?:(?:{_FIGURE})(?:\s?(?:{_POWER}|[km](?![a-z])))?|{_SPOKEN})"
_MONEY = re.compile(
    rf"(?<![\w.])(?:(?P<head>(?:rmb|cny|yuan)\s?)(?P<behind>{_NUMBER})"
    rf"|(?P<before>{_NUMBER})\s?-?(?:yuan|rmb|cny|kuai|renminbi)\b"
    r"|(?P<cue>\b(?:pa(?:y|id)|cost|costs|gave|give|took|take|charged?|demanded|worth|asked\sfor|received|got|owed?|fined?|only|"
    rf"said:)\s(?:(?:us|me|him|her|them|nearly|about|almost|over|another|was|is)\s)*)(?P<bare>(?>{_NUMBER}))(?!\s?-?(?:yuan|rmb|cny|kuai|renminbi))"
    r"(?=[.,;!?)](?!\d)|\s(?:from|for|to|each|per|a|in|and|or|as|was|were|of|but|so|because|when|then)\b|$))",
    re.I,
)
_HEAD = re.compile(r"[A-Za-z0-9](?<![\w.].)")


def find_english_amounts(text: str) -> list[tuple[int, int, int]]:
    """Amounts with a word or sign of the currency, or behind a verb of paying: (start, end, fen)."""
    found: list[tuple[int, int, int]] = []
    for match in tried_at(_HEAD, _MONEY, text):
        group = "behind" if match["behind"] else "before" if match["before"] else "bare"
        words = match[group].lower()
        value = _value(words)
        if group == "bare" and value < 100:
            continue
        start = match.start("bare") if group == "bare" else match.start()
        found.append((start, match.end(), int(value * 100)))
    return found


def _value(words: str) -> Decimal:
    """The value of a figure or of spoken words, multiplied by the powers that follow."""
    total = part = Decimal(0)
    for word in re.findall(r"[\d,.]*\d|[a-z]+", words):
        if word[0].isdigit():
            part += Decimal(word.replace(",", ""))
        elif word in _WORDS:
            part += _WORDS[word]
        elif word == "hundred":
            part *= 100
        elif word in _POWERS:
            total += part * _POWERS[word]
            part = Decimal(0)
    return total + part
