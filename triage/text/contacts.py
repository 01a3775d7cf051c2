"""Phone numbers, ID numbers, bank cards, QQ and WeChat names and mail addresses: always sensitive."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from triage.text.platforms import APPS, PASSPORT, PENGUIN, WECHAT

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


class ContactKind(StrEnum):
    """What a contact is."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    ACCOUNT = "account"
    MAIL = "mail"


class Contact(NamedTuple):
    """A mention of a contact: character offsets, the mention, its kind; ``checked`` if a check digit holds."""

    start: int
    end: int
    text: str
    kind: ContactKind
    checked: bool = False


# Province, prefecture and county of an ID number: no bank card of China begins with these six digits and a 4 or a 5
_REGION = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])[0-39]\d[0-38]\d"
_BORN = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_LONG_FORMS = {
    "id": (
        # 510722198804123456, 510722 19880412 345X
        rf"[1-9]\d{{5}}[-\s]?(?:18|19|20)\d{{2}}{_BORN}[-\s]?\d{{3}}[\dXxＸｘ]",
    ),
    "old_id": (
        # 510722880412345: 15 digits until 1999, without the century and the check digit
        rf"{_REGION}\d{{2}}{_BORN}\d{{3}}(?!\s?\d)",
    ),
    "mobile": (
        # 13800138000, +86 138-0013-8000, 138·0013·8000
        r"(?:(?:\+|00)?86[-\s]?)?1[3-9]\d(?:(?:[-\s]?\d{4}){2}|(?P<sep>[—._/·])\d{4}(?P=sep)\d{4})",
        # １３８００１３８０００
        r"１[３-９][０-９]{9}",
        # 1 3 8 0 0 1 3 8 0 0 0
        r"1(?P<gap>[ -])[3-9](?:(?P=gap)\d){9}(?!(?P=gap)\d)",
    ),
    "abroad": (
        # +44 20 7946 0018
        r"\+\d{1,3}[-\s]?(?:\d{6,11}|\d{2,4}(?:[-\s]\d{3,4}){2})",
        # 852-5512 0018
        r"85[23][-\s]\d{4}[-\s]?\d{4}",
    ),
    "card": (
        # 6228 4800 1234 5678 901
        r"(?:62|4\d|5[1-5]|9558)\d{2}(?:[-\s]?\d{4}){2,3}[-\s]?\d{1,7}",
    ),
    "line": (
        # 0834-3221567, (0834)3221567转802
        r"(?:[(（]0\d{2,3}[)）]|0\d{2,3})[-—\s]?(?:\d{7,8}|\d{3,4}[-\s]\d{4})(?:-\d{1,4}|\s?(?:[转轉]|分[机機])\s?\d{1,5})?",
        # 400-820-8820
        r"[48]00[-\s]?\d{3}[-\s]?\d{4}",
    ),
    "masked": (
        # 138****|2019年3月: the year of a date may stand right behind a number whose end is covered
        r"1[3-9]\d[*×xX＊]{4,8}(?=(?:19|20)\d{2}[年.])",
        # 138****8000
        r"(?=[0-9*×xX＊]{10,12}(?![0-9*×xX＊]))1[3-9]\d{1,8}[*×xX＊]{2,9}\d{0,5}",
        # 0834-32***67
        r"0\d{2,3}[-—\s]?\d{0,6}[*×xX＊]{2,8}\d{0,5}",
        # 0**********
        r"0[*×＊]{9,20}",
        # 0834-322*567
        r"0\d{2,3}[-—]\d{1,6}[*×＊]\d{1,6}",
        # 138****
        r"\d{3,4}[*×＊]{4}(?![*×＊元万亩号块])",
    ),
    "masked_id": (
        # 5107**********3456
        r"[1-9]\d{3,9}[*×＊]{6,14}\d{0,4}[\dXx]?",
        # 5107221988****345X
        r"[1-9]\d{9}[*×＊]{4}\d{3}[\dXx]",
    ),
    "masked_card": (
        # 6228****0018
        r"(?:62|4\d|5[1-5])\d{2,6}[\s*×＊]{3,14}\d{3,4}",
    ),
}
"""Forms of long numbers by kind; of two that begin at one place the earlier one counts."""
_LONG = re.compile(
    r"(?<![0-9０-９A-Za-z.])(?:"
    + "|".join(f"(?P<{kind}>{'|'.join(forms)})" for kind, forms in _LONG_FORMS.items())
    + r")(?:(?<=[*×xX＊])(?=(?:19|20)\d{2}[年.])|(?![0-9０-９A-Za-z]))"
)
_LONG_SIGN = re.compile(r"[0-9０-９+(（](?<![0-9０-９A-Za-z.].)(?=[0-9０-９)）\s*×＊xX—-]{4}|[3-9][0-9][._/·—][0-9])")
# 幺三九八, 一三九: a mobile number in characters, as it is spoken
_SAID = "[〇零○一幺二两三四五六七八九]"
_SPOKEN = re.compile(
    f"[一幺](?=[三五七八九]|(?<=幺))(?<!{_SAID}.)(?:{_SAID}{{2}}(?:[,，、 ]{_SAID}{{4}}){{2}}|{_SAID}{{10}})(?!{_SAID}|[百千万亿元块])"
)
# 账号：2610 0123 4567 8901: banks of a county give numbers that follow no scheme
_ACCOUNT = re.compile(
    r"[账帐賬帳卡通折](?:(?<=[账帐賬帳卡])[号號]|(?<=[账帐賬帳])[户戶]|(?<=卡通)|(?<=折通)|(?<=存折))(?:账号|帐号|卡号|号码|号碼|號碼|号|號)?"
    r"(?:是|为|為|[:：])?\s?(?P<number>\d(?:[ -]?\d){11,20})(?![0-9A-Za-z])"
)
_OF_AN_ID = re.compile(r"(?:身份|[证証證]号?|[证証證]號|[证証證]件号?码?)[^，。,;；]{0,4}$")
_OF_A_CARD = re.compile(r"[卡折账帐][^，。,;；]{0,4}$")
_ID_START = re.compile(_REGION)
# Each goes on behind its first character, for a pattern that begins with one set of characters is skipped to
_ACCOUNT_CALLED = (
    # QQ, and Q：1234567
    r"(?<=[Qq])(?:[Qq]|(?<![A-Za-z].)(?=[:：]\s?\d{6}))",
    "(?<=扣)扣",
    # 微信, 薇信
    f"(?<=[{WECHAT}])信",
    # VX, 加V
    "(?<=[Vv])[Xx]",
    "(?<=加)[Vv]",
)
_PHONE_CALLED = (
    "(?<=[电電])[话話]",
    # 手机, 座机
    "(?<=[手座])机",
    # 热线, whose short numbers are everybody's
    "(?P<line>(?<=[热熱])[线線])",
    "(?<=[Tt])el",
    "(?<=[Pp])hone",
)
# WeChat, wx
_ENGLISH_CALLED = "(?<=[Ww])(?:e[Cc]hat|[Xx])"
# 号码是, 群：, id is
_TOLD = r"(?:号码|号碼|號碼|号|號|名|群|\s(?:id|ID|number))?\s?(?:是|为|為|is(?= )|[:：(（])?"
_DIGITS_TOLD = (
    # 13800 138000
    r"1[3-9]\d{3}[ -]\d{6}",
    # 3221567
    r"\d{5,12}",
    # 138**567
    r"\d{2,6}[*＊]{2,6}\d{2,5}(?!年)",
    # 834 3221567, 400 820 8820
    r"\d{3,4}[ -](?:\d{3} ?\d{4,5}|\d{4,8})",
    # 0000
    r"0{4}",
)
# mai_8800
_NAME_TOLD = "[A-Za-z][A-Za-z0-9_-]{5,19}"
_NAMED = re.compile(
    f"[Qq扣微薇威Ww加Vv电電手座热熱TtPp](?:(?:{'|'.join(_ACCOUNT_CALLED)})|(?P<english>{_ENGLISH_CALLED})|(?P<phone>{'|'.join(_PHONE_CALLED)}))"
    rf"(?P<told>{_TOLD})\s?(?:(?P<digits>{'|'.join(_DIGITS_TOLD)})(?:[转轉]\d{{1,5}})?|(?P<name>{_NAME_TOLD}))(?![0-9A-Za-z@]|-\d)"
)
# 证件号432***: what is left of a number that its writer covered
_COVERED = re.compile(
    r"[证証證](?:(?<=身份[证証證])|(?<=残疾[证証證])|件)(?:号码|号碼|號碼|尾号|尾號|号|號)?(?:是|为|為|[:：])?\s?"
    r"(?P<number>\d{2,6}[*×＊]{2,12}\d{0,5}|0{4,})(?![0-9A-Za-z*])"
)
# 保单尾号, 编号末四位: the end of something that leads to nobody
_TAIL = re.compile(
    r"(?<![单單])(?<!学号)(?<!學號)(?<![编記记][号號][后後末])(?:尾号|尾號|(?<=[后後末])四位|(?<=ending)(?: in)?)(?:数字|號碼|号码)?(?:是|为|為|[:：])?\s?"
    r"(\d{4}(?:…+\d{4})?)(?![0-9A-Za-z*])"
)
# wx_mai8800, li_mei77, telegram @li77
_NAME = re.compile(
    r"(?<![0-9A-Za-z_])(?:(?:wx|vx|wxid)[_-][A-Za-z0-9_-]{4,19}|[A-Za-z]{2,12}_[A-Za-z]{2,12}\d{2,8}|(?<=telegram )@\w{5,32})"
    r"(?![0-9A-Za-z@])",
    re.I | re.A,
)
# 抖音号 and 支付宝账号 lead to somebody as well, 护照号 all the more
_OF_APPS = (*APPS, PENGUIN, PASSPORT)
_OF_AN_APP = re.compile(
    rf"(?:{'|'.join((*APPS, PENGUIN))})(?:[账帐]?[号户])(?:码)?(?:是|为|[:：])?\s?(?P<name>[A-Za-z][A-Za-z0-9_.-]{{4,29}}|\d{{5,12}})(?![0-9A-Za-z@])"
    rf"|{PASSPORT}号码?(?:是|为|[:：])?\s?(?P<passport>[A-Za-z]{{1,2}}\d{{7,8}})(?![0-9A-Za-z])"
)
_PUBLIC = 5
_MARKED = re.compile("[0-9_-]")
_MAIL = re.compile(r"(?<![\w.+*-])[\w.+*-]{1,64}@(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|\*{3,12})", re.A)
# Behind a digit: what a long number goes on with
_CUES_OF_NUMBERS = (
    # 32215
    "[0-9０-９]{4}",
    # 138·0013
    "(?<=1)[3-9][0-9][._/·—][0-9]{4}",
    # 0000
    "(?<=0)000",
    # 138 00
    r"[0-9０-９\s-]{5}",
    # 1****
    "[*×xX＊]{4}",
)
_CUES_OF_NAMES = (
    # li@
    "(?<=@)",
    "(?<=[Qq])[Qq]",
    f"(?<=[{WECHAT}])信",
    # WeChat
    "(?<=[Ww])[Ee]",
    # +44, (0834)3
    "(?<=[+)）])[0-9０-９-]",
    # vx, 加V, 扣扣, wx
    "(?<=[Vv])[Xx]",
    "(?<=[加])[Vv]",
    "(?<=扣)扣",
    "(?<=[Ww])[Xx]",
    # 4**
    "(?<=[0-9])[*×＊]{2}",
    # 尾号, 后四位
    "(?<=尾)[号號]",
    "(?<=四)位",
    # li_mei
    "(?<=[A-Za-z]_)[A-Za-z]",
    r"(?<=ending)\s",
)
# Begins with one set of characters: nearly all texts are passed by at full speed
_CUE = re.compile(
    f"[0-9０-９@Qq微薇威Ww+)）VvＶ加扣尾四_g](?:(?<=[0-9０-９])(?:{'|'.join(_CUES_OF_NUMBERS)})|{'|'.join(_CUES_OF_NAMES)})"
)


def find_contacts(text: str) -> list[Contact]:
    """All contacts in order of their offsets, none overlapping another.

    An ID number whose check digit fails is still taken (people mistype); see GB 11643-1999 for the check.
    """
    spoken = _spoken(text)
    if "号" in text and any(word in text for word in _OF_APPS):
        spoken += [_of_an_app(match) for match in _OF_AN_APP.finditer(text)]
    if _CUE.search(text) is None:
        return spoken
    tries = (_LONG.match(text, sign.start()) for sign in _LONG_SIGN.finditer(text))
    found = [_long(match) for match in tries if match is not None]
    found += [contact for match in _NAMED.finditer(text) if (contact := _named(match)) is not None]
    found += [Contact(*match.span(1), match[1], ContactKind.BANK_CARD) for match in _TAIL.finditer(text)]
    found += [_account(match) for match in _ACCOUNT.finditer(text)]
    found += [Contact(*m.span("number"), m["number"], ContactKind.ID_NUMBER) for m in _COVERED.finditer(text)]
    found += spoken
    found += [Contact(*match.span(), match.group(), ContactKind.ACCOUNT) for match in _NAME.finditer(text)]
    if "@" in text:
        found += [Contact(*match.span(), match.group(), ContactKind.MAIL) for match in _MAIL.finditer(text)]
    found.sort(key=lambda contact: (contact.start, -contact.end))
    out: list[Contact] = []
    for contact in found:
        if not out or contact.start >= out[-1].end:
            out.append(contact)
    return out


def _spoken(text: str) -> list[Contact]:
    """Mobile numbers in characters; a look for how they begin passes nearly all texts by at full speed."""
    begins = "幺" in text or "一三" in text or "一五" in text or "一七" in text or "一八" in text or "一九" in text
    if not begins:
        return []
    return [Contact(*match.span(), match.group(), ContactKind.PHONE) for match in _SPOKEN.finditer(text)]


def _long(match: re.Match[str]) -> Contact:
    text = match.group()
    kind, checked = ContactKind.PHONE, False
    if match["masked_id"] or match["old_id"]:
        kind = ContactKind.ID_NUMBER
    elif match["masked_card"]:
        kind = ContactKind.ID_NUMBER if _covers_an_id(match) else ContactKind.BANK_CARD
    elif match["id"]:
        kind, checked = ContactKind.ID_NUMBER, id_number_holds(re.sub(r"[-\s]", "", text))
    elif match["card"]:
        kind, checked = ContactKind.BANK_CARD, card_number_holds(re.sub(r"[-\s]", "", text))
    return Contact(*match.span(), text, kind, checked)


def _of_an_app(match: re.Match[str]) -> Contact:
    group = "passport" if match["passport"] else "name"
    kind = ContactKind.ID_NUMBER if match["passport"] else ContactKind.ACCOUNT
    return Contact(*match.span(group), match[group], kind)


def _covers_an_id(match: re.Match[str]) -> bool:
    """Whether a covered number is one of a person (522631****4517) and no bank card (6228****0018)."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    if _OF_AN_ID.search(before):
        return True
    county = match.group()[:6].isdecimal() and _ID_START.match(match.group())
    return bool(county) and not match.group().startswith("62") and not _OF_A_CARD.search(before)


def _account(match: re.Match[str]) -> Contact:
    """A number that is called an account."""
    plain = re.sub(r"[-\s]", "", match["number"])
    return Contact(*match.span("number"), match["number"], ContactKind.BANK_CARD, card_number_holds(plain))


def _named(match: re.Match[str]) -> Contact | None:
    group = "digits" if match["digits"] else "name"
    told = match["told"].strip().removesuffix("is") if match["english"] else match["told"]
    if group == "name" and (match["phone"] or not (told or _MARKED.search(match["name"]))):
        return None  # telephone, wechat payment, WeChat groups
    if match["line"] and len(match[group]) == _PUBLIC:
        return None  # 12345, 95598: everybody's
    kind = ContactKind.PHONE if match["phone"] else ContactKind.ACCOUNT
    return Contact(*match.span(group), match[group], kind)


def id_number_holds(number: str) -> bool:
    """Whether the check digit of an 18-character ID number is right (GB 11643-1999, ISO 7064 mod 11-2)."""
    plain = number.upper().replace("Ｘ", "X")
    if len(plain) != 18 or not plain[:17].isdecimal():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(plain, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11] == plain[17]


def card_number_holds(number: str) -> bool:
    """Whether the check digit of a bank card is right (Luhn, ISO/IEC 7812)."""
    if not number.isdecimal():
        return False
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0
