"""Who reports, and how to reach them: under which names it is sent, so that none of it is lost in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from triage.errors import BadInput
from triage.text.normalise import normalise

OF_REPORTER = re.compile(
    "(?:(?:reporter|contact|full)[-_ ]?)?(?:name|contact|(?:(?:(?:tele|mobile|cell)[-_ ]?)?phone|tel|mobile)(?:[-_ ]?(?:number|no))?|"
    "e[-_ ]?mail(?:[-_ ]?address)?|address|(?:wechat|qq)(?:[-_ ]?id)?)|contact[-_ ]?(?:info|details?|number|no)|(?:举报人|联系人?)?(?:姓名|名字|方式|电话|手机号?码?|邮箱|微信)|举报人|联系人",
    re.IGNORECASE,
)
"""Names under which people send who reports, and how to reach them, beside a report where nobody reads it."""
_WHO = "(?:举报|反映|诉求|投诉|信访|上访|来电|来访|来信|写信|留言|求助|申请|申诉|联系)人|来电者"
_PEOPLE = rf"(?:{_WHO}|市民|群众|客户|用户)"
_NAME = re.compile(
    rf"{_WHO}|{_PEOPLE}?(?:姓名|名字|称呼)"
    "|(?:(?:reporter|contact|full|caller|complainant|citizen|client)[-_ ]?)?name|reporter|complainant|caller|contact[-_ ]?person"
)
_CONTACT = re.compile(
    rf"{_PEOPLE}?(?:的)?(?:联系|来电|回访|移动|固定|主叫)?(?:方式|电话|电话号码|手机|手机号|手机号码|号码|座机|邮箱|电子邮箱|微信|微信号|qq|qq号)"
    rf"|{_PEOPLE}?(?:联系|通讯|通信|家庭)(?:地址|住址)|{_PEOPLE}住?址|住址"
    rf"|(?:caller|complainant|citizen|client)[-_ ]?(?:contact|phone|number)|{OF_REPORTER.pattern}"
)
_REMARK = re.compile(r"[(\[【](?![^)\]】]{0,20}(?:被|对象|单位|干部|他人|对方))[^()\[\]【】]{1,20}[)\]】]\s*$")
_EDGES = re.compile(r"[\s*:：()（）]+")
# 匿名 is no name, and 无 is no telephone: with both a report would be taken for one under a real name
_NOTHING = re.compile(
    "匿名.{0,4}|无|没有|不详|未知|保密|(?:不(?:愿意?|想|肯|便|方便|敢)|拒绝|拒)(?:透露|提供|留|说|告知|公开|具名|署名)?(?:姓名|名字|电话|联系方式|真名)?|暂无|没留|不(?:知道|清楚|留|填)|未(?:提供|留|填|透露|知)|空|[-—–/\\.。·*]+|n/?a|none|null|nil|unknown|anonymous|withheld|not (?:given|provided|known|told)|no (?:contact|phone|name)"
)
_READ = frozenset(["name", "contact"])


def without_remark(heading: str) -> str:
    """A normalised heading without what is said of how to fill it in: 联系电话(必填); 电话(被举报人) is another column."""
    return _REMARK.sub("", heading)


def part_of(heading: str) -> str | None:
    """Whether a column of this heading holds ``name`` or ``contact`` of who reports; None for another column."""
    plain = _EDGES.sub(" ", without_remark(normalise(heading).text)).strip()
    plain = plain if plain.isascii() else plain.replace(" ", "")
    if _NAME.fullmatch(plain):
        return "name"
    return "contact" if _CONTACT.fullmatch(plain) else None


def of_reporter(name: str) -> bool:
    """Whether a field of this name tells who reports, or how to reach them: as fields are called, or as columns are."""
    return OF_REPORTER.fullmatch(name) is not None or part_of(name) is not None


def cells_told(cells: Iterable[object]) -> object:
    """What cells tell of a name or a contact: their words together, None if they tell nothing."""
    told = []
    for cell in cells:
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else "" if cell is None else str(cell)
        text = text.strip()
        if text not in told and tells_something(text):
            told.append(text)
    return "；".join(told) or None


def tells_something(given: str) -> bool:
    """Whether a name or a contact is one: blanks, 匿名 and 无 are none."""
    plain = normalise(given).text.strip()
    return any(map(str.isalnum, plain)) and _NOTHING.fullmatch(plain) is None


def all_in_place(fields: Mapping[str, object], known: Iterable[str]) -> None:
    """Sees that no name and no contact stands beside a report where nobody reads it.

    Raises:
        BadInput: one does; names the field.
    """
    read = frozenset(known)
    for name, value in fields.items():
        if name not in read and value not in (None, "", [], {}) and of_reporter(name):
            # The name fits a list and so is nobody's: it may be told back
            detail = 'Who reports, and how to reach them, goes into "reporter": {"name": …, "contact": …}.'
            raise BadInput(name, "unknown_field", detail)


def only_read(reporter: Mapping[object, object]) -> None:
    """Sees that a reporter holds nothing but a name and a contact; a telephone under its own name would be lost.

    Raises:
        BadInput: there is more; the name of the field is the sender's and is not told.
    """
    if any(name not in _READ and value not in (None, "") for name, value in reporter.items()):
        detail = "Who reports goes into name and contact alone; there is a field in it that nobody would read."
        raise BadInput("reporter", "unknown_field", detail)
