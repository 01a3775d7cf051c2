"""How those who write tell where they live. In: normalised text; out: where the numbers stand: 我家住柳林村|三组12号|."""

from __future__ import annotations

import re

from triage.text.own_words import PASSIVE

Span = tuple[int, int]

_TOLD = "[^，,。；;！!？?\n]{2,48}"
_WRITER = "(?:我|俺|咱|本人)(?:们)?(?:家)?(?:就|现|都|一直|目前)?"
_LIVES_AT = (
    "(?:居住|租住在?|暂住在?|借住在?|老家(?:是|在|住)|门牌号?(?:是|为)?|住|家在|住在|家住|户口在|户籍在|是|系"
    "|的?(?:家庭)?(?:住址|地址)(?:是|为|在|[:：])?|家的?地址(?:是|为|[:：])?|在)"
)
_LABEL = (
    "(?<!被)(?:家庭住址|家庭地址|现住址|住址|联系地址|通讯地址|通信地址|回信地址|邮寄地址|快递地址|收[件信]地址"
    "|户籍(?:所在)?地(?:址)?|居住地(?:址)?|(?<![^\\n])家住)[:：]?\\s?"
)
_HOME = re.compile(f"{_WRITER}{_LIVES_AT}(?P<home>{_TOLD})|{_LABEL}(?P<address>{_TOLD})")
# 我叫李四，住|三组|; 被举报人王德海，住三组 is another's
_LIVES = re.compile(f"住(?:址|在|于)?[:：]?(?P<home>{_TOLD})")
_APART_FROM = re.compile("[，,、](?:现|家|居)?$")
_SELF = re.compile("(?:我|俺|本人|来访人|来电人|来信人|举报人|反映人|申请人|投诉人|信访人)[^。；;！!？?\n]*$")
_SAME = 40
_OF_A_HOME = re.compile("[我俺咱人住地家邮快收户居](?=[们家就现都一目居住户是系的在址租暂借老门寄递件信籍])")
_DIGIT = "[0-9a-h一二三四五六七八九十百零〇]"
_NUMBERED = re.compile(
    f"(?:第?{_DIGIT}{{1,4}}(?:[-之—]\\d{{1,4}}){{0,2}}(?:村民小组|小组|组|社|队|号楼|号院|号|栋|幢|座|单元|楼|室|弄|巷|门|户))+(?:[-之—]?\\d{{1,4}}(?:号|室)?)?"
    "|\\d{1,4}(?:[-—]\\d{1,4}){1,3}|(?<=栋)\\d{3,4}|(?<=幢)\\d{3,4}|(?<=座)\\d{3,4}"
    "|(?<=[村寨社区])(?!民)[\u3400-\u9fff]{1,5}?(?:村民小组|小组|组|屯)(?=的|$|村民|人|农|\\s|，|,)"
)


def find_homes(text: str) -> list[Span]:
    """Numbers of houses, doors and groups in what somebody says is where they live themselves; no village, no town."""
    found = []
    for match in _LIVES.finditer(text):
        before = text[max(0, match.start() - _SAME) : match.start()]
        if _APART_FROM.search(before) and _SELF.search(before) and not PASSIVE.search(before):
            found += [one.span() for one in _NUMBERED.finditer(text, *match.span("home"))]
    for sign in _OF_A_HOME.finditer(text):
        home = _HOME.match(text, sign.start()) or _HOME.match(text, max(0, sign.start() - 1))
        if home is not None:
            group = "home" if home["home"] is not None else "address"
            found += [one.span() for one in _NUMBERED.finditer(text, *home.span(group))]
    return found
