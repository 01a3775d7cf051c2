"""How somebody is reached or known, as people write it who spell numbers their own way, beyond what a reading takes for a contact.

In: normalised text; out: places to be covered. Telephones with dots or half in characters, ID numbers in groups of four or with
the letter o, ends of ID numbers, passports and cards, names in WeChat and on other platforms, the writer's own plate. Some of
them ``triage.text.contacts`` finds as well (抖音号, 护照号), by the same words of ``platforms``: what is covered twice is covered. Where it is too much it covers a number
too many.
"""

from __future__ import annotations

import re

from triage.text.platforms import APPS, PASSPORT, PENGUIN, WECHAT

Span = tuple[int, int]

_VALUE = {
    sign: str(digit)
    for digit, signs in enumerate(
        ("0〇零○o", "1一幺壹l", "2二贰", "3三叁", "4四肆", "5五伍", "6六陆", "7七柒", "8八捌", "9九玖")
    )
    for sign in signs
}
_SIGN = f"[{''.join(_VALUE)}]"
_GAP = "[-. ·、,，/_—]?"
_SPELT = re.compile(f"(?<![\\da-z])(?:86)?[1一幺壹l](?:{_GAP}{_SIGN}){{10}}(?![\\da-z])(?!{_SIGN}|[百千万亿元块斤亩])")
_MOST_GAPS = 5
_PERSON = re.compile(r"(?<![\da-z])[1-9](?:[ -]?[\do]){16}[ -]?[\dxo](?![\da-z])")
_BORN = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]")
_CARD = re.compile(r"(?<![\da-z.])62\d{2}(?:[ -]?\d){12,15}(?![\da-z])")
_IS = r"(?:是|为|叫)?[:：]?\s?"
_NUMBER = r"(?:号码?|编号|账号|帐号|id)"
_NAME = r"[a-z0-9][a-z0-9_.-]{3,23}"
_DAY = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_APPS = (*APPS, "微博", "小红书", "钉钉", "陌陌", "贴吧", "b站", "whatsapp", "telegram", "skype", "line", "signal")
_QQ = (PENGUIN, "扣扣", "球球")
_TOLD = tuple(
    (tuple(cues.split()), re.compile(pattern))
    for cues, pattern in (
        (
            "身份证",
            rf"身份证?号?码?(?:的)?(?:[后末最]+|尾号)(?:[四六八几4-8]位)?(?:数字?|号码)?{_IS}(?P<told>\d{{3,7}}[\dx])(?![\da-z年])",
        ),
        (
            "短号 小灵通 传呼 分机 办公室号",
            rf"(?:短号|小灵通|传呼机?|分机号?|办公室号码){_IS}(?P<told>\d{{3,12}})(?![\da-z年元])",
        ),
        (
            "转",
            r"转(?<=\d转)\s?(?P<told>\d{2,6})(?![\d年元户亩])",
        ),
        (
            f"{PASSPORT} 通行证 回乡证 军官证 士兵证 残疾 社保 医保 驾 低保证 户口",
            rf"(?:{PASSPORT}|通行证|回乡证|军官证|士兵证|残疾人?证|社保卡?|医保卡?|驾驶证|驾照|低保证|户口[本簿]){_NUMBER}?{_IS}(?P<told>[a-z]{{1,3}}\d{{6,18}}|\d{{14,20}}[a-z]?\d{{0,2}})(?![\da-z元])",
        ),
        (
            f"{PASSPORT} 通行证 残疾 社保 医保 驾 低保证 户口",
            rf"(?:{PASSPORT}|通行证|残疾人?证|社保卡?|医保卡?|低保证|驾驶证|户口[本簿]){_NUMBER}{_IS}(?P<told>(?!{_DAY}(?!\d))\d{{6,20}})(?![\da-z元])",
        ),
        (
            "证 簿",
            r"(?:低保|军官|士兵|残疾|户口|土地|承包)[证簿本]?(?:编?号|号码)?[:：]?\s?(?P<told>[\u3400-\u9fff]{1,5}字第?\d{3,20})(?=号)",
        ),
        (
            "v 薇 微 威信 卫 w",
            rf"(?:[{WECHAT}卫v]\s?(?:信|芯|心|❤|♥|x)|加我?的?[vw薇微]|我的?[vw薇微])(?:号码?|id)?{_IS}(?P<told>(?=[a-z_.-]*\d|[a-z]*_){_NAME})(?![\da-z@])",
        ),
        (
            f"{' '.join(_QQ)} q",
            rf"(?:{'|'.join(_QQ)}|(?<![a-z])qq?)号?{_IS}(?P<told>\d{{5,11}})(?![\da-z年元万])",
        ),
        (
            " ".join(_APPS),
            rf"(?:{'|'.join(_APPS)})\s?{_NUMBER}{_IS}@?(?P<told>{_NAME})(?![\da-z@])",
        ),
        (
            "微信",
            r"(?:我的?微信(?:名字?|昵称)?(?:是|叫|为)|微信(?:昵称|名字|名称|名(?=[:：是为叫]))(?:是|叫|为)?[:：]?\s?)[“\"「『]?(?P<told>[^\s，,。；;！!？?:：”\"」』（）()]{2,12})",
        ),
        (
            "车",
            r"(?:[我俺咱]家?(?:的|们家的?)?|本人的?)(?:[^，,。；;！!？?\n]{0,6}?(?:车牌号?|车号|[轿货汽面]车|摩托车?|三轮车?|拖拉机|车))(?:牌?号?码?)?"
            rf"{_IS}[^，,。；;！!？?\n]{{0,2}}?(?P<told>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z]\s?[·•-]?\s?[a-z0-9]{{4,6}}[警学挂]?)(?![\da-z])",
        ),
    )
)
"""Words of which one must stand in the text, and what then tells the place: most texts are passed by at full speed."""
_MAIL = re.compile(
    r"(?P<told>(?<![a-z0-9_.+-])[a-z0-9_.+-]{2,40}\s?(?:@|\(at\)|\[at\]|(?<=\s)at(?=\s)|艾特|#)\s?[a-z0-9-]{2,20}\s?(?:[.。]|\(dot\)|(?<=\s)dot(?=\s)|点)\s?(?:com|cn|net|org))(?![a-z])"
)
_ENDS = ("com", "cn", "net", "org")
_LONG = re.compile(r"\d[\d -]{9}")


def find_reached(text: str) -> list[Span]:
    """Places of numbers and names by which somebody is reached or known; they may overlap each other and other contacts."""
    found = [match.span() for match in _SPELT.finditer(text) if _is_mobile(match.group())]
    if _LONG.search(text):
        found += [match.span() for match in _PERSON.finditer(text) if _is_person(match.group())]
        found += [match.span() for match in _CARD.finditer(text)]
    if any(end in text for end in _ENDS):
        found += [match.span("told") for match in _MAIL.finditer(text)]
    found += [
        match.span("told")
        for cues, pattern in _TOLD
        if any(cue in text for cue in cues)
        for match in pattern.finditer(text)
    ]
    return found


def _is_mobile(told: str) -> bool:
    """Whether eleven signs are a mobile number, which no list of single figures is (1、3、5、7 …)."""
    digits = "".join(_VALUE.get(sign, "") for sign in told)
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    return digits[1] in "3456789" and len(told) - len(digits) <= _MOST_GAPS


def _is_person(told: str) -> bool:
    return _BORN.fullmatch(re.sub("[ -]", "", told).replace("o", "0")) is not None
