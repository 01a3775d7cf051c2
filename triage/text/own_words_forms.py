"""How those who write name themselves in forms, in modest words and beside others. In: normalised text; out: where the names stand.

鄙人李四, 我，李四，实名举报…, 【举报人】李四, 我是王大山的儿子王小山: what ``triage.text.own_words`` does not look for. Only what has the
form of a full Chinese name counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from triage.text.own_words import WRITERS, may_be_name, name_ends

Span = tuple[int, int]

_KIN = "儿子|女儿|妻子|丈夫|老婆|老公|爱人|老伴|母亲|父亲|妈妈|爸爸|儿媳妇?|女婿|孙子|孙女|外孙女?|弟弟|哥哥|妹妹|姐姐|侄子|侄女|外甥女?"
_BEFORE = re.compile(
    "(?:鄙人|(?<![我他她人])在下|草民|小民|老朽|民妇|民女|我的?大名(?:是|叫)?|我的?姓名(?:是|叫|为)|我身份证上的?(?:名字|姓名)(?:是|叫)"
    "|这里是|(?:你好|您好|领导好)[，,。！!]?\\s?我|我们(?:几个|几家|两个|夫妻)?是|(?:我|本人)[（(]"
    f"|(?:我|本人)是[^，,。；;！!？?\\n]{{1,14}}的(?:{_KIN}))[:：]?\\s?"
)
_LABELLED = re.compile(
    f"(?<!被)(?<!被实名)(?<!被联名)(?:{WRITERS}|(?:具信|具报|上诉|发件|寄件|寄信|上书)人)(?:姓名|签名|签字)?"
    "\\s?(?:[】\\]][:：]?|[—–=/|-]{1,2}|[（(])\\s?"
    "|(?:具信|具报|上诉|发件|寄件|寄信|上书)人[:：]?\\s?|户主[:：]\\s?|姓\\s{1,4}名\\s?[:：]\\s?"
)
_MAY_BE_LABELLED = re.compile(
    "人(?:姓名|签名|签字)?\\s?[】\\](（|/=–—-]|[具寄]信人|具报人|上诉人|[发寄]件人|上书人|户主|姓\\s|者\\s?[】\\](（|/=–—-]"
)
"""Passes nearly all texts by at full speed."""
_I = re.compile(
    "(?:我|本人)[，,]\\s?(?P<name>[\u3400-\u9fff]{2,4})(?=[，,]\\s?(?:实名|联名|男|女|今年|现年|反映|举报|系|家?住|[一二三四五六七八九\\d]))"
)
_LISTED = re.compile("[、，,]\\s?")
_NAMED_BY = re.compile(
    "(?:[我俺]|免贵|本人)姓(?P<one>[\u3400-\u9fff])[，,。]?\\s?(?P<called>名叫?|叫)?\\s?(?P<rest>[\u3400-\u9fff]{1,3})(?=[，,。\\s]|$)"
)
_AT_FIRST = re.compile(
    "(?P<name>[\u3400-\u9fff]{2,4})(?:[，,]\\s?[男女][，,][^。！？!?\\n]{0,80}(?:反映|举报|控告|检举)|(?:实名|联名)(?:举报|反映|控告|检举))"
)
_VILLAGER = re.compile(
    "村民(?P<name>[\u3400-\u9fff]{2,4}?)(?=(?:实名|联名|来电|来信|来访|电话)?(?:反映|举报|控告|检举|投诉)(?:[:：，,]|村|乡|镇|本|他|她))"
)
_OTHERS_FORM = re.compile("被[^。；\n]{2,14}$")
_OTHERS = re.compile("(?:被[^，,。\n]{1,6}人|对象|领导)[^。\n]{0,20}\n?$")


def find_named_in_forms(text: str) -> list[Span]:
    """Where those who write name themselves in these ways."""
    found = [*_behind(text), *_by_surname(text)]
    if (match := _AT_FIRST.match(text, len(text) - len(text.lstrip()))) and may_be_name(match["name"]):
        found.append(match.span("name"))
    for pattern in (_VILLAGER, _I):
        found += [match.span("name") for match in pattern.finditer(text) if may_be_name(match["name"])]
    return found


def _behind(text: str) -> Iterator[Span]:
    """The name behind such words, and those that are listed with it."""
    for match in _BEFORE.finditer(text):
        plainly = match.group()[-1] not in "，,是（("
        yield from _names_at(text, match.end(), plainly=plainly, listed=match.group().startswith("我们"))
    for match in _LABELLED.finditer(text) if _MAY_BE_LABELLED.search(text) else ():
        if not _OTHERS_FORM.search(text, max(0, match.start() - 16), match.start()) and not _OTHERS.search(
            text, max(0, match.start() - 30), match.start()
        ):
            yield from _names_at(text, match.end(), plainly=True, listed=True)


def _names_at(text: str, at: int, *, plainly: bool, listed: bool) -> Iterator[Span]:
    """Names from a place on; ``plainly``: one is expected there, else it must be no word in any part."""
    while (end := name_ends(text, at, loose=False)) is not None and (plainly or may_be_name(text[at:end])):
        yield at, end
        apart = _LISTED.match(text, end) if listed else None
        if apart is None:
            return
        at, plainly = apart.end(), False


def _by_surname(text: str) -> Iterator[Span]:
    """我姓李，名|四海|; 免贵姓李，|李四海|."""
    for match in _NAMED_BY.finditer(text):
        rest = match["rest"]
        if rest.startswith(match["one"]) and len(rest) > 1:
            whole = rest
        else:
            whole = match["one"] + rest if match["called"] else ""
        if may_be_name(whole):
            yield match.span("rest")
