"""Who stands in the fields of a form. In: normalised text; out: the names with the part that their label gives them.

【被举报人】：王伟, |举报人|李四|, 证人    王五, "反映人姓名": "李四", a heading 被举报人信息 with 姓名：王伟 below it, rows of a list of victims, columns
under a row of labels: however a form is pasted, what its label says of a name is plainer than anything around it. A label in running text
(举报人多次反映) is none. Whoever took the form down (受理员：王丽) is nobody of the matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from triage.codes import Role
from triage.text.own_words import may_be_name

WHOM = "被(?:实名|联名|匿名)?(?:举报|反映|控告|投诉|申请|检举|申诉|揭发|举告)(?:人员?|对象|者)|(?:举报|反映|控告|投诉|检举|揭发)对象"
"""What a heading calls those whom a letter accuses."""
ABOUT = "的?(?:个人|基本|主要|详细|有关|相关){0,2}(?:情况|信息|资料|简况|概况|简介)"
"""What may follow it: 被举报人|基本情况."""


class Field(NamedTuple):
    """A name in a form and its part; None is the part of whoever took the form down."""

    start: int
    end: int
    role: Role | None


_LABEL = re.compile(
    f"(?:(?P<accused>{WHOM}|涉[事案嫌]人员?|违纪人员?)"
    "|(?P<reporter>(?:举报|反映|检举|控告|投诉|申诉|申请|上访|来访|来信|来电|信访|写信|诉求|求助|留言|署名|联系|报案|发件|寄件|寄信|致电)人|来电者|举报者|反映者|投诉者|市民(?=姓名)|from(?= ?:))"
    "|(?P<witness>证明人|证 {0,6}人|知情人|目击者|目击证人|见证人)"
    "|(?P<victim>受害(?:人|者|村民|群众|农户|户)|被[扣骗欠占冒克截挪侵坑][^，。,:：；;\\s]{0,6}?(?:人|户|村民|群众|农户)(?=名单|明细|花名册|一览))"
    "|(?P<clerk>受理(?:员|人员?)|派单(?:员|人)|接线员|话务员|坐席|记录(?:员|人)|登记人|录入人|审核人|接[访待](?:员|人)|(?<![\u4e00-\u9fff])承办人)"
    "|(?P<name>姓 {0,6}名))"
)
_FORMED = re.compile(
    '[人象者户员席名况息料介单细册览表称签字章证](?:[1-9一二三四五六]|[(（][^（）()\\n]{0,10}[)）]){0,2}[ *_"”）)]{0,6}[:：】\\]|=\\t\\n—]|[人象者户员席名证]  |[人象者名],(?:[^,\n]{1,10},){2}|from ?:'
)
_AFTER = re.compile(
    f"(?: ?[(（][^（）()\n]{{0,10}}[)）])?(?:(?:{ABOUT})|的?(?:姓 {{0,6}}名|名称|名单|明细|花名册|一览表?|签名|签字|签章))?(?: ?[(（][^（）()\n]{{0,10}}[)）])?"
    "(?: ?(?:[1-9]|[一二三四五六](?=[ :：】\\]])))?"
)
_APART = re.compile("[\\s:：】\\]|*_\"“'=—–【\\[-]{1,16}")
_PLAINLY = re.compile("[:：】\\]|=\t\n]|——")
_NUMBER = "[(（]?(?:\\d{1,3}|[一二三四五六七八九十]{1,3})[)）.、．\t ]{1,3}"
_COUNTED = re.compile(_NUMBER)
_RUN = re.compile("[\u3400-\u9fff]{2,8}(?:[·•・][\u3400-\u9fff]{1,8}){0,2}")
_ENDS = re.compile("(?=$|[\\s，,、;；.。|（(【\\[_*\"”'<＜/\\d—])")
_CLERK = re.compile('([\u3400-\u9fff]{2,3})(?=$|[\\s，,;；|【\\]_*"”/])')
# 受害人：李四  电话：138… below a letter signs it
_REACHED = re.compile("\\s{1,8}(?:联系)?(?:电话|手机|方式)")
_LISTED = re.compile("名单|明细|花名册|一览|签名|签字")
# Behind a name without a number a line ends, or goes on with a sign; behind a label (查询码\tXF2019) with another
_CLOSED = re.compile("$|[\n，,、;；(（]| (?! )")
_POLITE = re.compile("(?:同志|先生|女士|本人|等人?)$")
_NEXT = re.compile(
    "[ \t\u3000]{0,2}(?:[(（][^()（）\n]{0,24}[)）])?(?P<sign>[ \t\u3000]{0,4}[、，,;；/ \t\u3000][ \t\u3000]{0,4})"
)
_ROW = re.compile(f"[^\n]{{0,60}}\n{{1,2}}[ \t\u3000|]{{0,8}}(?P<number>{_NUMBER}[|]?[ \t]{{0,4}})?")
_HEAD_ROW = re.compile("\n[ \t|]{0,4}(?:序号|编号)?[ \t|,，]{0,6}(?:户主)?姓名[ \t|,，][^\n]{0,40}(?=\n)")
_MOST_ROWS = 60
# As far below its heading 姓名： belongs to it
_SECTION = 160
_LONGEST_LABEL = 20
_NO_NAMES = frozenset(
    (
        "单位",
        "同上",
        "如上",
        "保密",
        "安全",
        "时间",
        "金额",
        "方式",
        "年龄",
        "查询码",
        "查询号",
        "全体",
        "全村",
        "党员",
        "农民",
    )
)
_TIME = "(?:\\d{4}[-/.年]\\d{1,2}[-/.月]\\d{1,2}日? {1,2})?\\d{1,2}:\\d{2}(?::\\d{2})?"
# 李四 2019-03-02 10:22 above what he writes, [10:22] 李四:, 2019-03-02 10:22:05 李四(12345678)
_SPEAKS = re.compile(
    f"(?:^|(?<=\n))(?:(?P<name>[\u3400-\u9fff]{{2,4}}) {{1,3}}{_TIME}(?=\n)"
    f"|[\\[【(]?{_TIME}[\\])】]? {{1,2}}(?P<after>[\u3400-\u9fff]{{2,4}})(?=:|\n|\\(\\d{{4,12}}\\)\n))"
)
_CLOCK = re.compile("\\d:\\d\\d")
_SIGNS = ("\t", "|", ",", "  ")
_LONGEST_HEADS = 200
_LEAST_CELLS, _LONGEST_HEAD = 3, 12
_EDGES = " \t\"'“”*"


def named_fields(text: str) -> list[Field]:
    """The names in the fields of a text, in order, each place once."""
    found: dict[int, Field] = {}
    labels = _labels_in(text)
    more: Iterable[Field] = _labelled(text, labels)
    if labels and any(sign in text for sign in _SIGNS):
        more = chain(more, _columns(text))
    if _CLOCK.search(text):
        more = chain(more, _speakers(text))
    for field in more:
        found.setdefault(field.start, field)
    return [found[start] for start in sorted(found)]


def _labels_in(text: str) -> list[re.Match[str]]:
    """The labels of a text; a look for what parts label and value passes nearly all texts by at full speed."""
    found: dict[int, re.Match[str]] = {}
    for sign in _FORMED.finditer(text):
        for label in _LABEL.finditer(text, max(0, sign.start() - _LONGEST_LABEL), sign.end() + 2):
            found.setdefault(label.start(), label)
    return [found[start] for start in sorted(found)]


def _labelled(text: str, labels: Iterable[re.Match[str]]) -> Iterator[Field]:
    """Names behind their label, and behind 姓名： below the heading of a part."""
    section: Role | None = None
    since = -_SECTION - 1
    for label in labels:
        named = bool(label["name"])
        if (label.start() and _goes_on(text[label.start() - 1])) or (named and label.start() - since > _SECTION):
            continue
        role = section if named else _role_of(label)
        value = _value(text, label)
        if value < 0:
            continue
        if not named:
            section, since = role, label.start()
        if role is None:
            clerk = _CLERK.match(text, value)
            names: Iterable[tuple[int, int]] = [clerk.span(1)] if clerk else ()
        else:
            names = _names(text, value, rows=not named, listed=_LISTED.search(text, label.end(), value))
        for start, end in names:
            if role is not Role.VICTIM or _REACHED.match(text, end) is None:
                yield Field(start, end, role)


_HEADINGS = re.compile(
    f"(?:{WHOM}|(?:举报|反映|检举|控告|投诉|信访|来信|来电|诉求|问题|案件|线索|工单)(?:人|者|内容|事项|事实|问题|类别|类型|性质|时间|日期|方式|标题|主题|编号|地点|对象|单位)"
    "|(?:举报|信访|投诉|检举|控告|来信|来访)[\u4e00-\u9fff]{0,4}(?:登记表|登记单|受理单|举报表|信访表))"
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
        if start and _goes_on(text[start - 1]) and text[end - 1] not in "表单":
            continue
        after = _AFTER.match(text, end)
        end = after.end() if after else end
        apart = _APART.match(text, end)
        if text[end - 1] in "表单" or (apart and _PLAINLY.search(apart[0])):
            out.append((start, end + len(apart[0].rstrip("\n")) if apart else end))
    return out


def _goes_on(before: str) -> bool:
    """Whether a character before a label is of the same word or sentence."""
    return "\u4e00" <= before <= "\u9fff" or before.isalpha()


def _role_of(label: re.Match[str]) -> Role | None:
    return next((role for role in Role if label[role.value]), None)


def _value(text: str, label: re.Match[str]) -> int:
    """Where the value of a label begins; -1 where no sign of a form parts them."""
    after = _AFTER.match(text, label.end())
    end = after.end() if after else label.end()
    apart = _APART.match(text, end)
    if apart is None:
        return -1
    wide = len(apart[0]) > 1 and not apart[0].strip(" ") and _opens(text, label.start())
    if not wide and not _PLAINLY.search(apart[0]):
        return -1
    number = _COUNTED.match(text, apart.end())
    return number.end() if number else apart.end()


def _opens(text: str, start: int) -> bool:
    """Whether a label opens a line or stands apart from what is before it."""
    return start == 0 or text[start - 1] in "\n\t|" or text[start - 2 : start] == "  "


def _names(text: str, at: int, *, rows: bool, listed: object) -> Iterator[tuple[int, int]]:
    """The name that begins here, those listed behind it, and with ``rows`` those that begin the lines below.

    In what is ``listed`` (名单) words of any kind may follow the name in its line.
    """
    end = _name_end(text, at)
    if end is None and rows:
        head = _HEAD_ROW.match(text, text.rfind("\n", 0, at + 1))
        row = _ROW.match(text, head.end()) if head else None
        at = row.end() if row else at
        end = _name_end(text, at) if row else None
    for _ in range(_MOST_ROWS):
        if end is None:
            return
        yield at, end
        apart = _NEXT.match(text, end)
        following = _name_end(text, apart.end(), told="," not in apart["sign"]) if apart else None
        if apart and following is not None:
            at, end = apart.end(), following
            continue
        row = _ROW.match(text, end) if rows else None
        at = row.end() if row else end
        end = _name_end(text, at) if row else None
        if end is not None and row and not (listed or row["number"] or _CLOSED.match(text, end)):
            return


def _name_end(text: str, at: int, *, told: bool = True) -> int | None:
    """Where a name ends that fills its field; None where there is none."""
    run = _RUN.match(text, at)
    if run is None or _ENDS.match(text, run.end()) is None:
        return None
    if "·" in run[0] or "•" in run[0]:
        return run.end()
    name = _POLITE.sub("", run[0])
    return at + len(name) if name not in _NO_NAMES and name[-1] != "族" and may_be_name(name, told=told) else None


def _speakers(text: str) -> Iterator[Field]:
    """Whoever writes in a pasted chat (李四 2019-03-02 10:22), where nobody but one bears a name."""
    found = [match.span("name" if match["name"] else "after") for match in _SPEAKS.finditer(text)]
    names = [(start, end) for start, end in found if may_be_name(text[start:end], told=True)]
    if len({text[start:end] for start, end in names}) == 1:
        yield from (Field(start, end, Role.REPORTER) for start, end in names)


def _columns(text: str) -> Iterator[Field]:
    """Names under a row of labels: 举报人,联系电话,被举报人 and below 李四,138…,王伟."""
    at = 0
    heads: Sequence[Role | None] = ()
    sign = ""
    for line in text.split("\n"):
        cells = _cells(line, sign) if heads else []
        if heads and len(cells) >= len(heads):
            for (start, end), role in zip(cells, heads, strict=False):
                if role is not None and _name_end(text, at + start) == at + end:
                    yield Field(at + start, at + end, role)
        elif line.strip():
            sign = next((one for one in _SIGNS if one in line), "")
            cells = _cells(line, sign) if sign and len(line) < _LONGEST_HEADS else []
            heads = _heads([line[slice(*cell)] for cell in cells]) if len(cells) >= _LEAST_CELLS else ()
        at += len(line) + 1


def _heads(words: Sequence[str]) -> Sequence[Role | None]:
    """The parts that the cells of a row give to those below; none for a row that is no heading."""
    if any(not word or len(word) > _LONGEST_HEAD or word[0].isdigit() for word in words):
        return ()
    labels = [_LABEL.match(word) for word in words]
    parts = [
        _role_of(label) if label and (after := _AFTER.match(word, label.end())) and after.end() == len(word) else None
        for word, label in zip(words, labels, strict=True)
    ]
    return parts if any(parts) and not any(map(may_be_name, set(words) - _NO_NAMES)) else ()


def _cells(line: str, sign: str) -> list[tuple[int, int]]:
    """Where the cells of a line stand that a sign parts, without the blanks and signs around them."""
    inner = line.strip(" |*") if sign == "|" else line.strip(" *")
    first = line.index(inner)
    out: list[tuple[int, int]] = []
    for cell in inner.split(sign):
        bare = cell.strip(_EDGES)
        begin = first + (cell.index(bare) if bare else 0)
        if cell or sign != "  ":
            out.append((begin, begin + len(bare)))
        first += len(cell) + len(sign)
    return out
