"""Words of danger that tell of no danger there is: they stand in a denial, a rule, thanks, or what is long settled.

A rule that forbids (严禁打击报复举报人) speaks to everybody; where somebody is meant (防止他打击报复我) danger stays danger. What is long
past and settled (那年挨了打，早就赔了) is none; that somebody has died by his own hand stays one, unless it is very long ago.
"""

from __future__ import annotations

import re

_LOOKED_BACK, _ENGLISH_BACK, _SENTENCE, _TITLE = 12, 24, 48, 20
# 没钱治病就…, 没人管我只好… announce what a denial would take back
_DENIED = re.compile(
    r"(?:(?:没有?|未|不曾|从未|并未|别|不会|没人|无人)(?:(?![就便只])[^，。,.！!？?；; \n]){0,3}"
    r"|(?:没有?|未|从未|并未)(?:遭受|受到?|遭到|发现|听说|听到|见过|发生|出现|说要?)(?:任何|什么|过|有人|谁|其他|要){0,2}"
    r"|不存在(?:任何|什么|所谓的)?|并非|不怕(?:他们?|你们?|谁|被|任何人?){0,2}|(?:我|我们|俺)这不是|(?<![这那])不是(?:要|来|想|去)"
    r"|(?<![这那岂莫断是算会能敢准许])不(?:是|得|准|许|能|敢|曾|算)?)$"
)
# Who announces his death says what he lacks in the same breath (没低保要喝农药), so that less is read as a denial
_DENIED_DEATH = re.compile(
    r"(?:没有?|从未|从没|并未|并没|未|无|不会|(?<![这那岂莫是])不是|不准|别)(?:有|人|谁|想|说|真的?|被|再|去|过|要|打算|任何){0,3}$"
)
_DENIED_ENGLISH = re.compile(
    r"\b(?:not|never|no|nobody|no one|nor|n['’]t)(?: (?:was|were|is|are|been|being|ever|has|have|had|any|one|of us|to|going|want|a)){0,3} $"
)
_SOMEBODY = "我你他她俺咱"
_FORBIDDEN = re.compile(
    rf"(?:严禁|不得(?![不已])|不准|禁止|不许|防止|杜绝|严防|预防|防范|谨防|防|避免|免受|不受|制止|惩治|不搞|打击)[^{_SOMEBODY}，。,！!？?；;\n]{{0,5}}$"
    rf"|(?:绝不|决不|不|再不)让(?:一个|任何|每)[^{_SOMEBODY}，。,！!？?；;\n]{{0,6}}$|确保[^{_SOMEBODY}，。,！!？?；;\n]{{0,6}}不$"
)
_KEPT_FROM_DEATH = re.compile(r"(?:预防|防止|严防|防|谨防)(?:青少年|学生|群众|产妇|儿童|大学生|、)?$")
_PUNISHED = re.compile(
    r"(?:举报人|控告人|检举人|信访人|投诉人|证人|他人|群众)?(?:的|者|行为|人员){0,2}[^，。,！!？?；;\n我俺]{0,4}(?:依法|从严|从重|严肃|一律|严惩|追究|处分)"
)
_SUBJECT = re.compile(
    r"[^，。,！!？?；;\n我他她俺]{0,2}(?:宣传|讲座|培训|预案|演练|热线|监测员|治理工程|防治|知识|陷害罪|保险|险赔|防控|报销|医保|慢性病卡|怎么办卡|能报|多少钱一次)"
)
_LONG_AGO = re.compile(
    r"(?:[一二三四五六七八九]?十(?:多|几|来|[一二三四五六七八九])?|[五六七八九]|[1-9][0-9]|多|几十|若干)年(?:以|之)?前|小时候|解放前|旧社会|困难时期|六零年|早年"
)
_PAST = re.compile(r"那年|那次|当年|以前|前些年|上次|过去|原来|前年|去年|[七八九][零〇一二三四五六七八九]年")
_NOW = re.compile(r"至今|今年|今天|昨天|昨晚|明天|又|还|仍|再|没|未|不|却|但|可")
_SETTLED = re.compile(
    r"(?:早就|早已|已经|都|已|后来|现在|如今)[^。！!？?\n]{0,8}?(?:赔|解决|处理完|处理好|调解好|判了|结案|和好|和睦|重建好|重建了|改造好|新房|安置房|新村"
    r"|安葬|送来|送到|到账|报销了|道歉|好了|吃得好|过得好|过来了|好起来)|(?:政府|国家)[^。！!？?\n]{0,4}重建了|，住得"
)
_DIED = re.compile(r"(?:去世|走了|死了|没了|安葬|无关|过世)")
_THANKS = re.compile(r"(?:感谢|谢谢|多亏|幸亏|再也不用|再也不怕|不再|不用再)[^。！!？?；;\n]{0,8}$")
_ASKS = re.compile(r"(?:请问|咨询|问一下|问下|想问)[^我他她俺咱，。,！!？?；;\n]{0,6}$")
_THANKFUL = frozenset(["hunger", "shelter", "illness"])
_ENDS = "。！!？?；;\n"


def is_denied(text: str, start: int, *, death: bool) -> bool:
    """Whether the words before ``start`` deny what stands there."""
    if text[start].isascii():
        return _DENIED_ENGLISH.search(text, max(0, start - _ENGLISH_BACK), start) is not None
    return (_DENIED_DEATH if death else _DENIED).search(text, max(0, start - _LOOKED_BACK), start) is not None


def is_not_meant(text: str, start: int, end: int, kind: str) -> bool:
    """Whether a word of danger from ``start`` to ``end`` is denied, forbidden, long settled, asked about, or thanked for."""
    death = kind == "self_harm"
    if text.startswith("打击报复", start - 2):
        start -= 2
    if is_denied(text, start, death=death) or text[start].isascii():
        return is_denied(text, start, death=death)
    return (
        _is_rule(text, start, end, kind)
        or _SUBJECT.match(text, end) is not None
        or _ASKS.search(text, max(0, start - _LOOKED_BACK), start) is not None
        or (kind in _THANKFUL and _THANKS.search(text, max(0, start - _LOOKED_BACK), start) is not None)
        or _is_settled(text, start, end, death=death)
    )


def _is_rule(text: str, start: int, end: int, kind: str) -> bool:
    """Whether it is forbidden, or made punishable, to everybody, or stands in the title of a law."""
    back = max(0, start - _LOOKED_BACK)
    titled = max(0, start - _TITLE)
    if text.rfind("《", titled, start) > text.rfind("》", titled, start):
        return True
    aimed = end < len(text) and text[end] in _SOMEBODY
    if not aimed and (_KEPT_FROM_DEATH if kind == "self_harm" else _FORBIDDEN).search(text, back, start):
        return True
    meant = any(one in text[back:start] for one in _SOMEBODY)
    return kind == "threat" and not meant and _PUNISHED.match(text, end) is not None


def _is_settled(text: str, start: int, end: int, *, death: bool) -> bool:
    """Whether the sentence tells that it is long ago, or that it was settled since."""
    begins = max((text.rfind(mark, max(0, start - _SENTENCE), start) for mark in _ENDS), default=-1) + 1
    begins = max(begins, start - _SENTENCE, 0)
    ends = min((at for mark in _ENDS if (at := text.find(mark, end, end + _SENTENCE)) >= 0), default=end + _SENTENCE)
    before, behind = text[begins:start], text[end:ends]
    if _NOW.search(behind):
        return False
    if death:
        return _LONG_AGO.search(before) is not None and _DIED.search(behind) is not None
    if _LONG_AGO.search(before):
        return True
    settled = _SETTLED.search(behind)
    return settled is not None and (_PAST.search(before) is not None or settled.start() <= 6)
