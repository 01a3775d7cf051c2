"""Persons whose part a heading or a statement says outright. In: text and mentions; out: roles by mention number.

被举报人：A、B names who is accused, 证人：A、B who saw it, and A、B都可以作证 says the same from behind. What is said so
plainly holds for the whole list, and nothing that was learned may overrule it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from triage.assess.mentions import Mention, Told
from triage.model import Role
from triage.text.form_fields import ABOUT, WHOM, named_fields
from triage.text.quoted import unquoted
from triage.text.told_on import contradicted

_HEADING = re.compile(
    rf"(?:(?P<accused>{WHOM})|(?<![保公见])证人|证明人|知情人|目击者|目击证人)"
    rf"(?:(?P<about>{ABOUT})(?=[\s:：|]|如下|是|为)|的?(?:姓名|名单))?"
    r"(?:有|是|为|叫|如下|分别是|分别为)?\s{0,8}(?P<form>[：:])?[\s|“\"]{0,8}"
    r"(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十])[)）.、．]\s{0,8})?(?:姓\s{0,6}名[\s：:|]{1,8})?(?:村民|邻居|本村|同村|本组)?"
)
# 举报|郑国平同志; 反映|郑国平同志的违纪问题, while 反映|李梅家没有低保 tells of one who suffers
_REPORTS = re.compile(r"(?<!被)(?<!被实名)(?<!被联名)(?<!被匿名)(?P<surely>举报|控告|检举|揭发|状告|告发|反映)[了过]?$")
_WRONGS = re.compile(
    r"(?:同志|先生|女士)?等?人?(?:的|涉嫌|严重|存在|有关|相关|以下|几个|[多若]干){0,4}(?:违[纪法规]|贪|受贿|行贿|索|收受|侵|挪|套|骗|冒领|截留|克扣|虚报|滥用|以权|利用|腐败|问题|罪|不正之风|作风)"
)
_SUFFERED = re.compile(
    r"(?:同志|先生|女士)?(?:一家|家里?|他|她)?的?(?:低保|危?房|[土田耕林]地|宅基地|户口|孩子|老人|被|遭|生病|有病|残|孤|病|去世|死|没[有评领得被能]|未[被评领能]|困难|生活)"
)
# 特此|举报李梅 and nothing below but a telephone number or a date: a signature
_SIGNED_BELOW = re.compile(r"[\s\d:：()（）电话手机联系方式年月日.-]*$")
# ，男，汉族，现任|…书记 behind a name: who is told of so does not write
_HOLDS = re.compile(
    r"\s?[,，(（]\s?[男女][^。！？!?\n]{0,30}?[,，]\s?(?:现任|时任|现系|系|担任|任)(?P<office>[^,，。；;\n）)]{2,24}?"
    r"(?:书记|[省市州县区旗镇乡局厅处部院校所站科]长|主任|主席|委员|巡视员|专员|常委))(?=[,，。；;\n）)、兼(（]|$)"
)
# 张国强|(县扶贫办主任), 张国强|是我们村的支书: an official told of, and not whom he wrongs nor whoever writes
_TITLE = "(?:书记|主任|支书|会计|文书|出纳|[省市州县区旗镇乡村局厅处部院校所站科股组队社]长|委员|主席|专干|巡视员)"
_IN_OFFICE = re.compile(
    rf"\s?[(（](?:(?![故亡])[^（）()\n，,。]){{0,16}}?{_TITLE}(?:[，,、兼][^（）()\n]{{0,14}})?[)）]"
    rf"|[\s|]{{1,4}}[^，。,、；;\s|（）()：:]{{0,10}}?{_TITLE}(?=[\s|，。,；;]|$)"
    rf"|(?:就|当时|原来|现在|一直|曾经?)?(?:是|系|担任|任|当[了上]?)(?:(?![不没])[^，。,、；;\n]){{0,12}}?{_TITLE}(?=[，。,、；;]|[一二两三四五六七八九十\d]|期间|时|后|以来|$)"
)
_OWN = re.compile(r"(?:我|俺|咱|本人|自称|我们叫|受害人|死者|化名)[：:,，\s]?$")
_OF_THE_WRITER = re.compile(
    r"(?:我|俺|本人|自称|反映人|举报人|来信人|来访人|来电人|投诉人|控告人|申诉人|申请人|署名|笔者)[^。\n]{0,8}$"
)
_THEIRS = (Told.SELF, Told.KIN)
_WRITES_ON = re.compile(r"[^。\n]{0,40}?(?:我|本人|现?(?:向|来信|来电|来访|实名)?(?:反映|举报|控告|投诉)(?!人))")
# 姓名：李国华 in a form that tells an office and no telephone number
_IN_FORM = re.compile(r"(?P<before>[^\n]{0,24}?)(?<![\u4e00-\u9fff])姓\s{0,6}名[\s：:|]{1,8}$")
_OFFICE_FIELD = re.compile(
    r"职\s{0,6}务[\s：:|]{1,4}[^\n]{0,24}?(?:书记|[省市州县区旗镇乡局厅处部院校所站科]长|主任|主席|委员|巡视员|专员|常委|会计|支书)"
)
_CONTACT_FIELD = re.compile(r"电话|手机|联系方式|身份证|邮箱|微信|(?<!被)(?:举报|反映|控告|投诉)人")
_FORM_CHARS = 120
# 我是被举报人王德海: he who is accused writes himself
_WRITES = re.compile(r"(?:我就?是|我作为|我系|本人就?是|本人系|本人作为|本人为|我,|我，|我)$")
# 村主任被举报人魏长生告到县里: the passive of a verb and no heading
_TOLD_ON = re.compile(r"(?:多次|实名|写信|打电话|向.{1,8}|到.{1,8})?(?:举报|控告|告到|告了|告倒|告发|检举|投诉|反映到)")
# What parts names of a list; in a form (证人：) a line or a word about each may stand between them
_NEXT = re.compile(
    r"\s{0,8}(?:[（(][^（）()\n]{0,30}[）)])?\s{0,8}(?:[、和与跟及]|以及|还有)\s{0,8}(?:\d{1,2}[.、．]\s{0,8})?"
)
_LOOSE = re.compile(r"[^。！？!?\n]{0,30}?[；;，,\n]\s{0,8}(?:\d{1,2}[.、．]\s{0,8})?")
_ENTRY_ENDS = re.compile(r"\s{0,8}(?:$|[，,；;。\n（(、])")
_POST = re.compile("[\u4e00-\u9fff]{1,14}")
# 魏长生、冯二狗都可以作证
_TESTIFIES = re.compile(
    r"(?:等人|[两二三几]人|他们|他|她|老人|[，,])?(?:当时|当天|那天|也|都|就|均|可以|能够?|可|愿意?|肯|[为给替]我们?|当面|出面|当场|出来|全程){0,5}"
    r"(?:作证|做证|亲眼|亲耳|目睹)|(?:等人)?(?:也|都|均){0,2}(?:可以|能够?|可)(?:为我们?|给我们?|替我们?)?证明"
)
_ASKABLE = re.compile(r"(?:可以|可)(?:去|找|向|到村里)?(?:问问|问一下|问)(?:村民|邻居)?$")


class _Under(NamedTuple):
    """The part that a heading gives to the names below it; in a ``form`` words about each may stand between them."""

    role: Role
    form: bool


def said_roles(text: str, mentions: Sequence[Mention]) -> dict[int, Role]:
    """The role of each mention for which a heading or a statement says it, under the mention's number."""
    order = sorted(range(len(mentions)), key=lambda at: mentions[at].start)
    said: dict[int, Role] = {}
    ends = {found.end(): found for found in _HEADING.finditer(text)} if order else {}
    fields = {start: role for start, _, role in named_fields(unquoted(text)) if role} if order else {}
    under: _Under | None = None
    last: Mention | None = None
    for at in order:
        mention = mentions[at]
        head = ends.get(mention.start) or _before_post(ends, text, mention)
        if mention.start in fields:
            said[at] = fields[mention.start]
            under = _Under(said[at], form=True)
        elif contradicted(text, mention.start, mention.end):
            said[at], under = Role.ACCUSED, None
        elif head is not None:
            said[at] = _of_heading(text, head, mention)
            under = _Under(_plain_role(head), form=bool(head["form"] or head["about"]))
        elif under is not None and last is not None and _goes_on(text, last, mention, form=under.form):
            said[at] = under.role
        else:
            under = None
        last = mention
    _testifying(text, mentions, order, said)
    for at in order:
        if at not in said and _is_reported(text, mentions[at]):
            said[at] = Role.ACCUSED
    return said


def _is_reported(text: str, mention: Mention) -> bool:
    """Whether the writer says that he reports somebody, or tells of him as of an official and not of himself."""
    start, end = mention.start, mention.end
    if mention.told is Told.SIGNED:
        return False
    before = text[max(0, start - 24) : start]
    if mention.told not in _THEIRS and _IN_OFFICE.match(text, end) and _OWN.search(before) is None:
        return True
    verb = _REPORTS.search(before)
    if verb is not None and mention.told is not Told.SELF and not _SUFFERED.match(text, end):
        wrong = verb["surely"] != "反映" or _WRONGS.match(text, end) is not None
        return wrong and not (start > _FORM_CHARS // 3 and _SIGNED_BELOW.match(text, end))
    line = before.rsplit("\n", 1)[-1]
    holds = _HOLDS.match(text, end)
    if holds is not None and mention.told is not Told.SELF and _OF_THE_WRITER.search(line) is None:
        return _WRITES_ON.match(text, holds.end()) is None
    named = _IN_FORM.search(before)
    if named is None or _OF_THE_WRITER.search(text[max(0, start - 40) : start - len("姓名:")]):
        return False
    form = text[end : end + _FORM_CHARS].split("\n\n", 1)[0]
    return _OFFICE_FIELD.search(form) is not None and _CONTACT_FIELD.search(form) is None


def _before_post(ends: dict[int, re.Match[str]], text: str, mention: Mention) -> re.Match[str] | None:
    """被举报人：县纪委书记|王德海: between a form's heading and the name stands the post."""
    if mention.told is not Told.POST:
        return None
    near = (ends[end] for end in range(mention.start - 14, mention.start) if end in ends)
    return next((one for one in near if one["form"] and _POST.fullmatch(text, one.end(), mention.start)), None)


def _plain_role(heading: re.Match[str]) -> Role:
    return Role.ACCUSED if heading["accused"] else Role.WITNESS


def _of_heading(text: str, heading: re.Match[str], mention: Mention) -> Role:
    role, start = _plain_role(heading), heading.start()
    if role is Role.ACCUSED and not heading["form"] and start:
        if _WRITES.search(text, max(0, start - 6), start):
            return Role.REPORTER
        if "\u4e00" <= text[start - 1] <= "\u9fff" and _TOLD_ON.match(text, mention.end):
            return Role.REPORTER
    return role


def _goes_on(text: str, last: Mention, mention: Mention, *, form: bool) -> bool:
    """Whether a list of names goes on from one mention to the next."""
    following = _NEXT.match(text, last.end, mention.start)
    if following is not None:
        rest = text[following.end() : mention.start]
        if not rest or (mention.told is Told.POST and _POST.fullmatch(rest)):
            return True
    if not form or _ENTRY_ENDS.match(text, mention.end) is None:
        return False
    return _LOOSE.fullmatch(text, last.end, mention.start) is not None


def _testifying(text: str, mentions: Sequence[Mention], order: Sequence[int], said: dict[int, Role]) -> None:
    """Marks as witnesses who saw it or will say so, and those who are listed before them."""
    for place, at in enumerate(order):
        mention = mentions[at]
        asked = _ASKABLE.search(text, max(0, mention.start - 9), mention.start)
        if at in said or not (asked or _TESTIFIES.match(text, mention.end)):
            continue
        said[at] = Role.WITNESS
        following = mention
        for before in (order[earlier] for earlier in range(place - 1, -1, -1)):
            if before in said or not _goes_on(text, mentions[before], following, form=False):
                break
            said[before], following = Role.WITNESS, mentions[before]
