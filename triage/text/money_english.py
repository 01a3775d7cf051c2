"""Amounts of money in English sentences: RMB 3.5 million, 35,000 yuan, forty thousand yuan, paid two thousand."""

from __future__ import annotations

import re
from decimal import Decimal

from triage.text.signs import tried_at

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: dict[str, Decimal] = {
    **{word: Decimal(value) for value, word in enumerate(_ONES)},
    **{word: Decimal(value) for value, word in zip(range(20, 100, 10), _TENS, strict=True)},
    "a": Decimal(1),
    "half": Decimal("0.5"),
    "quarter": Decimal("0.25"),
    # At least so many, as 几 and 数 are read
    "several": Decimal(2), "few": Decimal(2), "couple": Decimal(2), "dozen": Decimal(12), "tens": Decimal(20),
}  # fmt: skip
_POWERS = {
    "hundred": 10**2, "thousand": 10**3, "wan": 10**4, "lakh": 10**5, "million": 10**6, "billion": 10**9, "k": 10**3, "w": 10**4,
    "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9,
}  # fmt: skip
_VAGUE = ("quarter", "several", "few", "couple", "dozen", "tens")
_ONE = "(?:" + "|".join(sorted(set(_WORDS) - {"a", "half", "zero", *_VAGUE}, key=len, reverse=True)) + ")"
_POWER = r"(?:hundred|thousand|million|billion|lakh|wan)"
# half a million, a half million, two and a half million
_SPOKEN = (
    rf"(?:a(?=\s{_POWER})|{_ONE}|(?:a\s)?half(?:\sa)?(?=\s{_POWER}))"
    rf"(?:[\s-](?:and\s)?(?:{_ONE}|{_POWER}|a\shalf(?=\s{_POWER}))\b){{0,12}}"
)
# Groups of digits are counted: a page of them would be gone over from each of its commas
_FIGURE = r"\d{1,3}(?:,\d{3}){1,30}(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = (
    rf"(?:(?:{_FIGURE})(?:\sand\sa\shalf(?=\s{_POWER}))?(?:[\s-]?{_POWER}|\s?(?:[kmw]|mn|mln|bn)(?![a-z]))?|{_SPOKEN})"
)
# four thousand, four hundred and fifty yuan: only before the currency
_COMMA = rf"(?:(?<=thousand)|(?<=million)),\s(?={_ONE}\shundred)"
_CURRENCY = r"(?:(?:chinese\s)?yuan|rmb|cny|kuai|renminbi)"
_TO = r"(?:\s?(?:[-–~～]|—{1,2})\s?|\s(?:to|or)\s|(?<=\d)\sand\s(?=\d))"
# 35 000 yuan: spaces part thousands only where a currency stands beside
_SPACED = r"\d{1,3}(?:[ \u00a0]\d{3})+(?!\d)"
# 500-800 yuan, 3 to 5 million yuan: the lower end counts, as in Chinese
_RANGED = rf"(?:{_SPACED}|{_NUMBER}(?:{_TO}{_NUMBER})?)"
_RANGE = re.compile(rf"(?P<lower>{_NUMBER}){_TO}(?P<upper>{_NUMBER})", re.I)
# Paid 100 to 200 yuan: the currency behind the upper end is that of the lower
_NO_MORE = rf"(?!\s?-?{_CURRENCY}|(?:{_TO}|{_COMMA}){_NUMBER}\s?-?{_CURRENCY})"
_MONEY = re.compile(
    rf"(?:(?P<head>(?:(?:rmb|cny)(?:\s?[:：])?|yuan|[¥￥])\s?)(?P<behind>(?>{_RANGED})(?!\s?(?:[十百千万亿多余来]|w(?![a-z]))))(?:\s?(?:元整?|块钱?))?"
    rf"|(?P<before>{_SPOKEN}{_COMMA}{_SPOKEN}|{_RANGED})\s?-?{_CURRENCY}\b"
    r"|(?P<cue>\b(?:pa(?:y|id)|cost|costs|gave|give|took|take|charged?|demanded|worth|asked\sfor|received|got|owed?|fined?|only|"
    rf"said:)\s(?:(?:us|me|him|her|them|nearly|about|almost|over|another|was|is)\s)*)(?P<bare>(?>{_NUMBER})){_NO_MORE}"
    r"(?=[.,;!?)](?!\d)|\s(?:from|for|to|each|per|a|in|and|or|as|was|were|of|but|so|because|when|then|instead)\b|$)"
    rf"|(?P<loose>(?>{_NUMBER})){_NO_MORE}(?P<rate>\s(?:(?:a|per|each|every)\s"
    r"(?:day|week|month|year|head|person|household|family|house|mu|piece|trip|meter|metre|ton)s?|each)\b)?"
    r"(?=(?P<ends>[.,;:!?)\"”](?!\d)|\s(?:from|for|to|in|and|or|was|were|but|so|because|when|then|went|goes|go|is|had|has|have"
    r"|between|at|on|by|over|with|that|which|into|back|all|most|if)\b|$|\s(?-i:[A-Z“\"(]))?))",
    re.I,
)
# several hundred, a couple of thousand, tens of thousands of, a quarter of a million: only before the currency
_SOME = re.compile(
    rf"\b(?:(?:several|(?:a\s)?few|a\scouple(?:\sof)?|a\sdozen)(?:\s{_POWER}){{1,2}}|a\squarter(?:\sof)?(?:\sa)?\s{_POWER}"
    r"|(?:(?:tens|hundreds)\sof\s)?(?:hundred|thousand|million)s(?=\sof\s))\s(?:of\s)?(?:yuan|rmb|cny|kuai|renminbi)\b",
    re.I,
)
# thirty-five thousand is no range
_ONE_NUMBER = re.compile(rf"\b({'|'.join(_TENS)})\s?[-–—]\s?({'|'.join(_ONES[1:10])})\b", re.I)
_BETWEEN = re.compile(r"between $", re.I)
_AND = re.compile(r" and ")
_HOW_MUCH = re.compile(r"\b(?:yuan|rmb|cny|kuai|renminbi|money|loan|subsid|fee|paid|pay|wage|income|fund)|[¥￥]", re.I)
_NO_MONEY = re.compile(
    r"(?:\b(?:no|number|nos|population|population of|room|route|line|page|article|code|phone|height|altitude|metres|meters|village|group|team|of some|aged)"
    r"\.?\s|[#№])$",
    re.I,
)
_LEAST_LOOSE, _LEAST_RATE = 1000, 50
# Within Chinese only a currency begins an amount (拿了RMB 500)
_HEAD = re.compile(
    r"[¥￥]|(?:[0-9]|[Aa](?=\s|[Ss])|[Oo](?=[NnWw])|[Tt](?=[WwEe]|[Hh][IiRr]|[Oo][Oo]|[Aa][Kk])|[Ff](?=[OoIi])|[Ss](?=[IiEeAa])|[Ee](?=[IiLl])"
    r"|[Nn](?=[Ii])|[Hh](?=[Aa][Ll])|[Pp](?=[Aa])|[Cc](?=[OoHhNn])|[Gg](?=[AaIiOo])|[Dd](?=[Ee])|[Ww](?=[Oo])|[Rr](?=[EeMm])|[Yy](?=[Uu]))"
    r"(?:(?<![\w.].)|(?<=[\u4e00-\u9fff][RrCc]))"
)


def find_english_amounts(text: str) -> list[tuple[int, int, int]]:
    """Amounts with a word or sign of the currency, behind a verb of paying, or large (the other 100,000): (start, end, fen)."""
    found: list[tuple[int, int, int]] = []
    of_money = _HOW_MUCH.search(text) is not None
    for match in tried_at(_HEAD, _MONEY, text):
        if match["loose"]:
            if of_money and (value := _loose(text, match)) is not None:
                found.append((match.start(), match.end("loose"), int(value * 100)))
            continue
        group = "behind" if match["behind"] else "before" if match["before"] else "bare"
        words = match[group].lower()
        between = _BETWEEN.search(text, max(0, match.start() - 8), match.start()) if group == "before" else None
        value = (_least(words) if between else None) or _lower(words)
        if group == "bare" and value < 100:
            continue
        start = match.start("bare") if group == "bare" else match.start()
        found.append((start, match.end(), int(value * 100)))
    several = "everal " in text or " few " in text or "couple" in text or "quarter" in text or "dozen" in text
    if of_money and (several or "dreds of " in text or "sands of " in text or "lions of " in text):
        some = [
            (match.start(), match.end(), int(_value(match.group().lower()) * 100)) for match in _SOME.finditer(text)
        ]
        found = [one for one in found if not any(one[0] < end and start < one[1] for start, end, _ in some)] + some
    return found


def _least(words: str) -> Decimal | None:
    """The lower of two spoken numbers that and parts (between five hundred and one thousand), None where no such two stand."""
    ends = [(_value(words[: cut.start()]), _value(words[cut.end() :])) for cut in _AND.finditer(words)]
    told = min(((upper, lower) for lower, upper in ends if lower < upper), default=None)
    return told and told[1]


def _lower(words: str) -> Decimal:
    """The value of a number, of a range that of its lower end, which borrows the power of the upper (3 to 5 million)."""
    words = _ONE_NUMBER.sub(r"\1 \2", words) if "-" in words else words
    ends = _RANGE.fullmatch(words)
    if ends is None:
        return _value(words)
    lower, upper = _value(ends["lower"]), _value(ends["upper"])
    last = re.findall(r"[a-z]+", ends["upper"])
    if last and last[-1] in _POWERS and not any(word in _POWERS for word in re.findall(r"[a-z]+", ends["lower"])):
        lower *= _POWERS[last[-1]]
    return min(lower, upper)


def _loose(text: str, match: re.Match[str]) -> Decimal | None:
    """The value of a number that nothing beside it calls money, if it is large or told by the head or the month."""
    words = match["loose"].lower()
    value = _value(words)
    large = value >= _LEAST_LOOSE and ("," in words or not words.isdigit()) and match["ends"] is not None
    rate = value >= _LEAST_RATE and match["rate"] is not None
    if not (large or rate) or _NO_MONEY.search(text, max(0, match.start() - 20), match.start()):
        return None
    return value


def _value(words: str) -> Decimal:
    """The value of a figure or of spoken words, multiplied by the powers that follow."""
    total = part = Decimal(0)
    words = re.sub(r"\bhalf\sa\b|\ba\shalf\b", "half", words)
    words = re.sub(r"(?<=\d)[ \u00a0](?=\d{3}\b)", "", words)
    words = re.sub(r"\ba\s(?=quarter|few|couple|dozen)|(?<=quarter\s)of\sa\b|(?<=quarter\s)a\b", "", words)
    for word in re.findall(r"[\d,.]*\d|[a-z]+", words):
        if word[0].isdigit():
            part += Decimal(word.replace(",", ""))
        elif word in _WORDS:
            part += _WORDS[word]
        elif word == "hundred":
            part *= 100
        elif word == "hundreds":
            part = Decimal(200)
        elif word.endswith("s") and word[:-1] in _POWERS:
            total += (part or 2) * _POWERS[word[:-1]]
            part = Decimal(0)
        elif word in _POWERS:
            total += part * _POWERS[word]
            part = Decimal(0)
    return total + part
