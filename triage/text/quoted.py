"""Mail that is quoted or passed on: signs of quoting, and who wrote it. In: a text; out: it without the signs, names of writers.

> lines of an answer, -----Original Message-----, 发件人：: whoever wrote what is quoted is who reports.
"""

from __future__ import annotations

import re

from triage.text.own_words import may_be_name

Span = tuple[int, int]

_QUOTES = re.compile("^[ \t]{0,4}(?:[>＞][ \t]?){1,6}", re.M)
_WROTE = re.compile(
    "(?:^|[\\s,，“\"'「])(?P<name>[\u3400-\u9fff]{2,4}|[A-Z][A-Za-z’'-]+(?:[ ][A-Z][A-Za-z’'-]+){1,2})[”\"'」]?\\s{0,3}[<《(\\[＜][^<>\\s]{3,60}[>》)\\]＞]"
    "\\s{0,3}[;；,，]?\\s{0,3}(?:写道|写到|于|在|wrote|writes)"
)


def unquoted(text: str) -> str:
    """The text with blanks in place of the signs of quoting that its lines begin with; each character at its own offset."""
    if ">" not in text and "＞" not in text:
        return text
    return _QUOTES.sub(lambda found: " " * len(found[0]), text)


def mail_writers(text: str) -> list[Span]:
    """Names of those who wrote what is quoted: “李四” <li@163.com> 写道, On 2 March, Li Na <li@mail.com> wrote."""
    if "@" not in text:
        return []
    return [
        found.span("name")
        for found in _WROTE.finditer(text)
        if found["name"].isascii() or may_be_name(found["name"], told=True)
    ]
