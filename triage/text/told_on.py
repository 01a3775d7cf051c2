"""Whether a name that a weak label gives to whoever writes is told of in words as of one who is accused.

联系人：张建国，村支书张建国贪污: 联系人, 署名 and 姓名 stand in forms for whoever writes, and as well for whoever the form is about. What the
words say then counts. 举报人 is no such label: whoever reports stays covered, whomever his words name.
"""

from __future__ import annotations

import re

_WEAK = re.compile(
    '(?:联 {0,4}系 {0,4}人|署 {0,4}名|姓 {0,4}名|落款|当事人|来信人|来电人|来访人|信访人|留言人|填表人|户主)(?:姓名)?[\\s:：】\\]|=*_"“]{1,8}$'
)
_OF_THE_WRITER = re.compile("(?:我|俺|本人|在下|自己|我叫|我就是)(?:是|系|叫|乃)?[^，,。；;！!？?\n]{0,16}$")
_POST = "(?:书记|支书|主任|会计|文书|出纳|专干|干部|主席|[省市州县区旗镇乡村局厅处部院校所站科股组队社]长)"
_ACT = "(?:贪|挪|套[取走]|骗|冒领|截留|克扣|扣|侵[占吞]|私[自分吞]|占|收[了受取走]|索要|吞|拿[了走]|瞒|虚[报列]|伪造|把|将|利用|强[行迫占]|打[了伤人骂]|威胁|给(?:亲|他|自己)|不[给发公]|违[纪法规反]|涉嫌|乱|吃|卖|优亲|作风)"
_VERB = "(?:举报|控告|检举|揭发|状告|反映)[了过]?"


_MOST, _AROUND = 12, 32


def contradicted(text: str, start: int, end: int) -> bool:
    """Whether the name here stands behind a weak label, and elsewhere in the text an office and a wrong are told of it."""
    if _WEAK.search(text, max(0, start - 16), start) is None:
        return False
    name = re.escape(text[start:end])
    told = re.compile(
        f"{_POST}\\s?{name}[^，,。；;！!？?\n]{{0,10}}{_ACT}"
        f"|{name}(?:同志)?[，,]?(?:在?当|担?任|身为|作为|利用)[^，,。；;！!？?\n]{{0,10}}{_POST}[^。；;！!？?\n]{{0,14}}{_ACT}"
        f"|{_VERB}(?:[^，,。；;！!？?\n]{{0,16}}{_POST}\\s?)?{name}"
    )
    at, looked = text.find(text[start:end]), 0
    while at >= 0 and looked < _MOST:
        if at != start and _is_told(text, told, at, at + end - start):
            return True
        at, looked = text.find(text[start:end], at + 1), looked + 1
    return False


def _is_told(text: str, told: re.Pattern[str], start: int, end: int) -> bool:
    """Whether it is told of a name at this place, and not by himself (我是村主任张建国)."""
    found = told.search(text, max(0, start - _AROUND), end + _AROUND)
    return found is not None and not _OF_THE_WRITER.search(text, max(0, found.start() - 20), found.start())
