"""What a form prints that tells nothing of the matter: its labels and titles. In: normalised text; out: where they stand.

举报内容：, 【被举报人】 and 群众举报登记表 name no wrong though they sound of one; 性别：男 and 处理意见： sound of nothing and drown what is told.
"""

from __future__ import annotations

import re

from triage.text.form_fields import AFTER, APART, PLAINLY, WHOM, goes_on

_HEADINGS = re.compile(
    f"(?:{WHOM}|(?:举报|反映|检举|控告|投诉|信访|来信|来电|诉求|问题|案件|线索|工单)(?:人|者|内容|事项|事实|问题|类别|类型|性质|时间|日期|方式|标题|主题|编号|地点|对象|单位)"
    "|(?:举报|信访|投诉|检举|控告|来信|来访)[\u4e00-\u9fff]{0,4}(?:登记表|登记单|受理单|举报表|信访表))"
)


_TITLE = re.compile(
    "(?:^|(?<=\n))[\u4e00-\u9fff\\d]{0,12}(?:举报|信访|投诉|检举|控告|来信|来访|热线|诉求)[\u4e00-\u9fff]{0,10}[表单](?=\n)"
)
# What forms print that sounds of nothing, in a text that is full of it
_PLAIN_LABEL = re.compile(
    '(?:^|(?<=[\\s|【\\[；;，,*_"{（(、.．]))(?:(?:举报|反映|投诉|来信|来访|信访|被举报|被反映|本人|当事)?(?:人|者)?(?:的)?(?:姓 {0,4}名|性 {0,4}别|年 {0,4}龄|民 {0,4}族|职 {0,4}业|职 {0,4}务|职 {0,4}级|级 {0,4}别|单 {0,4}位(?:及职务|名称|和职务|、职务)?|工作单位|政治面貌|文化程度|学历|籍贯|出生年月|住 {0,4}址|地 {0,4}址|家庭住址|通讯地址|所属地区|所在地区?|邮政编码|邮编)'
    "|身份证(?:件)?(?:号码?)?|证件(?:类型|号码?)|(?:联系|家庭|办公)?(?:电话|手机|方式)(?:号码)?|电子邮箱|邮箱|微信|是否(?:实名|匿名|公开|保密|党员|属于[^:：|\\n]{2,10}|愿意[^:：|\\n]{2,10}|需要[^:：|\\n]{2,10}|重复[^:：|\\n]{0,8}|有[^:：|\\n]{2,10}|[^:：|\\n]{2,12})|有无[^:：|\\n]{2,12}"
    "|(?:问题|涉及|举报|诉求|信访|反映)?(?:类别|类型|性质|领域)|(?:发生|来访|来电|反映|登记|受理|办理|举报)?(?:时间|日期|地点)|诉求(?:目的|内容)?|(?:处理|办理|领导|拟办|承办)(?:意见|结果|情况|批示)|附件|备注|证据(?:材料|说明)?|(?:受理|登记|承办|接待|记录)(?:人|单位|部门|编号)|查询码|编号|标题|主题|摘要|具体(?:内容|情况)|详细(?:内容|情况)|主要(?:内容|问题|事实|诉求))"
    '(?= {0,3}(?:[(（][^()（）\\n]{0,10}[)）])?[ *_"”）)]{0,6}[:：】\\]|=\\t\\n])'
)
_FULL = 5
"""So many labels make a form of a text."""
_PARTS = (":", "：", "】", "|", "\t", "  ", "=")
_LINES = 10
_ANSWERED = re.compile(
    '[ *_"”）)]{0,6}[:：】\\]|=\\t\\n][ \\t:：|*_"“]{0,8}(?:其他|其它|男|女|是|否|有|无|不详|同上|汉族?|农民|群众|党员|略|/)(?=$|[\\s|;；,，。*_【"”}])'
)
_PRINTS = re.compile(
    '[人者象容项实题别型质间期式号点位况息名称](?:[（(][^（）()\\n]{0,10}[)）])?[ *_"”）)1-9]{0,6}[:：】\\]|=\t\n—]|[记理报访][表单]'
)
"""Passes most texts by at full speed."""


def printed(text: str) -> list[tuple[int, int]]:
    """Where a form's own words stand that name no wrong though they sound of one: 举报内容：, 【被举报人】, 群众举报登记表."""
    if _PRINTS.search(text) is None:
        return []
    out = []
    for label in _HEADINGS.finditer(text):
        start, end = label.span()
        if start and goes_on(text[start - 1]) and text[end - 1] not in "表单":
            continue
        after = AFTER.match(text, end)
        end = after.end() if after else end
        apart = APART.match(text, end)
        if text[end - 1] in "表单" or (apart and PLAINLY.search(apart[0])):
            out.append((start, end + len(apart[0].rstrip("\n")) if apart else end))
    if "表\n" in text or "单\n" in text:
        out = [*(found.span() for found in _TITLE.finditer(text)), *out]
    plain = _plainly_printed(text)
    if not plain:
        return out
    edges = [(found.start(), found.end()) for found in _JSON.finditer(text)] if text.count('": "') >= _FULL else []
    return [(_number_before(text, start), end) for start, end in (*out, *plain)] + edges


_JSON = re.compile('[{}\\[\\]"]')
_NUMBERED = re.compile('(?:^|(?<=\\s))(?:[(（]?\\d{1,2}[)）、.．] {0,2})?[|*_"“]{0,3} {0,2}$')


def _number_before(text: str, start: int) -> int:
    """Where the number of a label or the stroke of its cell begins; the label's start where it has none."""
    begin = max(0, start - 8)
    number = _NUMBERED.search(text[begin:start])
    return begin + number.start() if number else start


def _plainly_printed(text: str) -> list[tuple[int, int]]:
    """The labels that sound of nothing (性别：, 住址：) with the answers that tell nothing (男, 其他), where a text is full of them."""
    out: list[tuple[int, int]] = []
    if text.count("\n") < _LINES and sum(map(text.count, _PARTS)) < _FULL:
        return out
    for label in _PLAIN_LABEL.finditer(text):
        answer = _ANSWERED.match(text, label.end())
        apart = APART.match(text, label.end())
        out.append((label.start(), answer.end() if answer else apart.end() if apart else label.end()))
    return out if len(out) >= _FULL else []
