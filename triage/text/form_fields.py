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

from corpora.lexicons import compound_surnames
from triage.codes import Role
from triage.text.own_words import find_own_names, may_be_name
from triage.text.quoted import mail_writers
from triage.text.table_cells import SIGNS, cells_of
from triage.text.told_on import contradicted

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
    f"(?:(?P<accused>{WHOM}|涉[事案嫌]人员?|违纪人员?|被 {{1,4}}(?:举 {{0,4}}报|反 {{0,4}}映) {{0,4}}人)"
    "|(?P<reporter>(?:举报|反映|检举|控告|投诉|申诉|申请|上访|来访|来信|来电|信访|写信|诉求|求助|留言|署名|联系|报案|发件|寄件|寄信|致电)人|(?:举 {1,4}报|反 {1,4}映|投 {1,4}诉|联 {1,4}系|来 {1,4}访|申 {1,4}请) {1,4}人|来电者|举报者|反映者|投诉者|市民(?=姓名)|from(?= ?:))"
    "|(?P<witness>证明人|证 {0,6}人|知情人|目击者|目击证人|见证人)"
    "|(?P<victim>受害(?:人|者|村民|群众|农户|户)|被[扣骗欠占冒克截挪侵坑][^，。,:：；;\\s]{0,6}?(?:人|户|村民|群众|农户)(?=名单|明细|花名册|一览))"
    "|(?P<clerk>受理(?:员|人员?)|派单(?:员|人)|接线员|话务员|坐席|记录(?:员|人)|登记人|录入人|审核人|接[访待](?:员|人)|(?<![\u4e00-\u9fff])承办人)"
    "|(?P<name>姓 {0,6}名))"
)
_FORMED = re.compile(
    '[人象者户员席名况息料介单细册览表称签字章证](?:[1-9一二三四五六]|[(（][^（）()\\n]{0,10}[)）]){0,2}[ *_"”）)]{0,6}[:：】\\]|=\\t\\n—]|[人象者户员席名证]  |[人象者名],(?:[^,\n]{1,10},){2}|from ?:'
)
AFTER = re.compile(
    f"(?: ?[(（][^（）()\n]{{0,10}}[)）])?(?:(?:{ABOUT})|的?(?:姓 {{0,6}}名|名称|名单|明细|花名册|一览表?|签名|签字|签章))?(?: ?[(（][^（）()\n]{{0,10}}[)）])?"
    "(?: ?(?:[1-9]|[一二三四五六](?=[ :：】\\]])))?"
)
APART = re.compile("[\\s:：】\\]|*_\"“'=—–【\\[-]{1,16}")
PLAINLY = re.compile("[:：】\\]|=\t\n]|——")
_NUMBER = "[(（]?(?:\\d{1,3}|[一二三四五六七八九十]{1,3})[)）.、．\t ]{1,3}"
_COUNTED = re.compile(_NUMBER)
_RUN = re.compile("[\u3400-\u9fff]{2,8}(?:[·•・][\u3400-\u9fff]{1,8}){0,2}")
# 王 伟, 李 四 海, 王 建国; 王 伟 男 tells no third character
_SPREAD = re.compile(
    "[\u3400-\u9fff]{1,2}(?: {1,4}(?![男女汉回苗])[\u3400-\u9fff](?![\u3400-\u9fff])){1,3}|[\u3400-\u9fff]{1,2} {1,4}[\u3400-\u9fff]{2}(?![\u3400-\u9fff])"
)
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
# The close of a letter, with more above it than a heading
_CLOSE = 200
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
_LONGEST_HEADS = 200
_LEAST_CELLS, _LONGEST_HEAD = 3, 12


def named_fields(text: str) -> list[Field]:
    """The names in the fields of a text, in order, each place once."""
    found: dict[int, Field] = {}
    labels = _labels_in(text)
    more: Iterable[Field] = _labelled(text, labels)
    if labels and any(sign in text for sign in SIGNS):
        more = chain(more, _columns(text))
    if _CLOCK.search(text):
        more = chain(more, _speakers(text))
    if "@" in text:
        more = chain(more, (Field(start, end, Role.REPORTER) for start, end in mail_writers(text)))
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
        if (label.start() and goes_on(text[label.start() - 1])) or (named and label.start() - since > _SECTION):
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
                yield Field(start, end, _in_words(text, start, end, role))
        if role is Role.VICTIM and not named and _LISTED.search(text, label.end(), value):
            yield from _signed_above(text, text.rfind("\n", 0, label.start()) + 1)


def _in_words(text: str, start: int, end: int, role: Role | None) -> Role | None:
    """The part that a label gives, unless the words tell an office and a wrong of whoever is only called 联系人."""
    return Role.ACCUSED if role is Role.REPORTER and contradicted(text, start, end) else role


def _signed_above(text: str, cut: int) -> Iterator[Field]:
    """Who signs a letter, the last lines of which stand above an attached list."""
    begin = max(0, cut - _CLOSE)
    letter = text[begin:cut].rstrip()
    for start, end in find_own_names(letter):
        yield Field(begin + start, begin + end, Role.REPORTER)


def goes_on(before: str) -> bool:
    """Whether a character before a label is of the same word or sentence."""
    return "\u4e00" <= before <= "\u9fff" or before.isalpha()


def _role_of(label: re.Match[str]) -> Role | None:
    return next((role for role in Role if label[role.value]), None)


def _value(text: str, label: re.Match[str]) -> int:
    """Where the value of a label begins; -1 where no sign of a form parts them."""
    after = AFTER.match(text, label.end())
    end = after.end() if after else label.end()
    apart = APART.match(text, end)
    if apart is None:
        return -1
    wide = len(apart[0]) > 1 and not apart[0].strip(" ") and _opens(text, label.start())
    if not wide and not PLAINLY.search(apart[0]):
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
        return _spread(text, at) if run is None or run.end() < at + 3 else None
    if "·" in run[0] or "•" in run[0]:
        return run.end()
    name = _POLITE.sub("", run[0])
    if name and name not in _NO_NAMES and name[-1] != "族" and may_be_name(name, told=told):
        return (run[0] in compound_surnames() and _spread(text, at)) or at + len(name)
    return _spread(text, at) if run[0] in compound_surnames() else None


def _spread(text: str, at: int) -> int | None:
    """Where a name ends whose characters stand apart."""
    run = _SPREAD.match(text, at)
    if run is None or _ENDS.match(text, run.end()) is None:
        return None
    name = "".join(run[0].split())
    return run.end() if name not in _NO_NAMES and may_be_name(name, told=True) else None


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
        cells = cells_of(line, sign) if heads else []
        if heads and len(cells) >= len(heads):
            for (start, end), role in zip(cells, heads, strict=False):
                if role is not None and _name_end(text, at + start) == at + end:
                    yield Field(at + start, at + end, role)
        elif line.strip():
            sign = next((one for one in SIGNS if one in line), "")
            cells = cells_of(line, sign) if sign and len(line) < _LONGEST_HEADS else []
            heads = _heads([line[slice(*cell)] for cell in cells]) if len(cells) >= _LEAST_CELLS else ()
        at += len(line) + 1


def _heads(words: Sequence[str]) -> Sequence[Role | None]:
    """The parts that the cells of a row give to those below; none for a row that is no heading."""
    if any(not word or len(word) > _LONGEST_HEAD or word[0].isdigit() for word in words):
        return ()
    labels = [_LABEL.match(word) for word in words]
    parts = [
        _role_of(label) if label and (after := AFTER.match(word, label.end())) and after.end() == len(word) else None
        for word, label in zip(words, labels, strict=True)
    ]
    return parts if any(parts) and not any(map(may_be_name, set(words) - _NO_NAMES)) else ()
