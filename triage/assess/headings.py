"""Persons whose part a heading or a statement says outright. In: text and mentions; out: roles by mention number.

被举报人：A、B names who is accused, 证人：A、B who saw it, and A、B都可以作证 says the same from behind. What is said so
plainly holds for the whole list, and nothing that was learned may overrule it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from triage.assess.mentions import Mention, Told
from triage.model import Role

_HEADING = re.compile(
    r"(?:(?P<accused>被(?:实名|联名|匿名)?(?:举报|反映|控告|投诉|申请|检举|申诉)人|(?:举报|反映|控告|投诉|检举)对象)"
    r"|(?<![保公见])证人|证明人|知情人|目击者|目击证人)"
    r"(?:的?(?:姓名|名单))?(?:有|是|为|叫|如下|分别是|分别为)?\s{0,8}(?P<form>[：:])?[\s“\"]{0,8}"
    r"(?:\d{1,2}[.、．]\s{0,8})?(?:姓名[：:]\s{0,8})?(?:村民|邻居|本村|同村|本组)?"
)
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


def said_roles(text: str, mentions: Sequence[Mention]) -> dict[int, Role]:
    """The role of each mention for which a heading or a statement says it, under the mention's number."""
    order = sorted(range(len(mentions)), key=lambda at: mentions[at].start)
    said: dict[int, Role] = {}
    ends = {found.end(): found for found in _HEADING.finditer(text)} if order else {}
    under: re.Match[str] | None = None
    last: Mention | None = None
    for at in order:
        mention = mentions[at]
        head = ends.get(mention.start) or _before_post(ends, text, mention)
        if head is not None:
            said[at], under = _of_heading(text, head, mention), head
        elif under is not None and last is not None and _goes_on(text, last, mention, form=bool(under["form"])):
            said[at] = _plain_role(under)
        else:
            under = None
        last = mention
    _testifying(text, mentions, order, said)
    return said


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
        for before in reversed(order[:place]):
            if before in said or not _goes_on(text, mentions[before], following, form=False):
                break
            said[before], following = Role.WITNESS, mentions[before]
