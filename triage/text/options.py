"""What a form prints and nobody ticked: □贪污 □挪用 ☑优亲厚友. In: normalised text; out: where the options stand that are not meant.

A list to choose from without boxes (贪污/挪用/优亲厚友（请选择）, "circle one") and a question answered with no (是否受到威胁：否) are printed too.

Their words accuse nobody. A box may be a bullet as well, or stand for a character that could not be read, and what is told behind it must
not be lost: an option is short, ends before the next box or gap, and stands beside another in its line or in a text where one was ticked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from triage.text.spaced import blanked

Span = tuple[int, int]

_EMPTY, _TICKED = "□☐◻○◯", "☑☒■◼●◉✓✔√"
_BOX = re.compile(
    f"(?P<empty>[{_EMPTY}]|\\[ {{0,3}}\\]|\\( {{0,3}}\\))|(?P<ticked>(?<![打划画勾])[{_TICKED}]|\\[ ?[x{_TICKED}] ?\\]|\\( ?[{_TICKED}] ?\\))"
)
_PASS = re.compile(f"[{_EMPTY}]|\\[ {{0,3}}\\]|\\( {{0,3}}\\)")
"""Passes nearly all texts by at full speed."""
_WORDS = "[^\\s，。；;！!？?|]"
_BEHIND = re.compile(f" ?(?P<option>{_WORDS}{{1,16}}?)(?=$|[\\s，。；;|])")
_BEFORE = re.compile(f"(?:^|[\\s:：，；;|])(?P<option>{_WORDS}{{1,16}}?) ?$")
_NO = frozenset(("否", "无", "没有", "不是", "no", "none"))
_YES_OR_NO = _NO | {"是", "有", "yes"}
_LONGEST_LINE = 80


def unticked(text: str) -> list[Span]:
    """Where the options stand that nobody ticked, and questions that were answered with no (受到威胁：□是 ☑否)."""
    more = [*_lists(text)] if _BRACKETED.search(text) else []
    if any(asked in text for asked in _ASKED):
        more += [found.span() for found in _DENIED.finditer(text)]
    if _PASS.search(text) is None:
        return more
    boxes = list(_BOX.finditer(text))
    some = any(box["ticked"] for box in boxes)
    out: list[Span] = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        own = [box for box in boxes if at <= box.start() < end]
        if own and (some or len(own) > 1):
            out += _of_line(text, at, end, own)
        at = end + 1
    return out + more


_HINT = re.compile(
    '(?P<seen>请?(?:在|于)?(?:相应|对应|下列|以下|所属|选)?(?:的)?(?:项目?|选项|内容|方?框|类别)?(?:上|内|里|中|前|后|下)?(?:面)?(?:请)?(?:打|划|画)(?:[√✓✔]|勾|对勾|圈|钩|"√"|“√”)|请?(?:打)?勾选|圈出|circle(?: one| as appropriate)?|tick(?: one| as appropriate)?|delete (?:as|where) (?:in)?appro?priate|underline one)'
    "|(?P<one>单选|(?:任|限|只)选(?:其)?[一1](?:[项个种])?|(?:选择|选)(?:其中)?[一1][项个种]|choose one|select one|pick one)"
    "|(?P<some>请?选择|请?选填|(?:可)?多选|please (?:select|choose)|select|choose|delete)"
)
_BRACKETED = re.compile(
    "[(（\\[【][^()（）\\[\\]【】\n]{0,160}?(?:选|勾|[√✓✔]|圈|circle|tick|choose|select|pick one|delete|underline)"
)
_ASKED = ("是否", "有无", "有没有", "whether ")
"""Passes nearly all texts by at full speed."""
_BETWEEN = re.compile("[/|、,，;；]")
_NO_OPTION = "[^\\s/|、,，;；:：()（）【】\\[\\]。!?！？]"
_OPTION = f"(?:{_NO_OPTION}{{2,12}}|[a-z][a-z-]*(?: [a-z-]+){{0,3}})"
_LIST = re.compile(
    f"{_OPTION}(?: {{0,3}}(?P<sign>[/|、,，;；]) {{0,3}}{_OPTION}){{1,19}}|{_OPTION}(?: {{1,4}}{_OPTION}){{2,19}}"
)
_HAS_TICK = re.compile(f'(?<![打划画勾"“])[{_TICKED}]')
_DENIED = re.compile(
    '(?:是否|有无|有没有|whether )[^\n:：|\t】?？,，。;；"]{2,24}[】\\]"]?[?？]?[ *_]{0,3}(?:[:：|=\t]|  |\n|(?<=】)|(?<=[?？]))[ \t:：|*_"]{0,6}'
    '(?:否|无|没有|未|不是|没|no|none)(?=$|[\\s|;；,，。*_【"”}])'
)
_COLON = re.compile(" {0,3}[:：]? {0,3}")
_LONGEST_CHOICE = 200


def _lists(text: str) -> Iterator[Span]:
    """Lists to choose from in lines that say so and in which nothing is ticked."""
    at = 0
    for line in text.split("\n"):
        hint = _HINT.search(line) if len(line) <= _LONGEST_CHOICE else None
        if hint is not None and not _PASS.search(line) and not _HAS_TICK.search(line):
            yield from ((at + start, at + end) for start, end in _of_choice(line, hint))
        at += len(line) + 1


def _of_choice(line: str, hint: re.Match[str]) -> Iterator[Span]:
    """The options beside a hint in brackets: where a tick would be seen, all that are listed; of a list that may be an answer
    only what strokes part."""
    opened = max(line.rfind(sign, 0, hint.start()) for sign in "(（[【")
    if opened < 0 or any(sign in line[opened : hint.start()] for sign in ")）]】"):
        return
    closed = next((at + 1 for at in range(hint.end(), len(line)) if line[at] in ")）]】"), len(line))
    begin = _COLON.match(line, closed)
    within = (_LIST.finditer(line, opened + 1, hint.start()), _LIST.finditer(line, hint.end(), closed))
    behind = _LIST.match(line, begin.end()) if begin else None
    before = next((one for one in _LIST.finditer(line, 0, opened) if not line[one.end() : opened].strip()), None)
    for found in (*chain(*within), behind, before):
        if found is not None and _is_printed(found, hint, ahead=found is not behind):
            yield found.span()


def _is_printed(found: re.Match[str], hint: re.Match[str], *, ahead: bool) -> bool:
    """Whether a list is what a form offers, and not what somebody answered."""
    words = [part for part in _BETWEEN.split(found[0]) if part.strip()]
    sign = found["sign"] or " "
    many = len(words) > 2 or (sign == " " and len(found[0].split()) > 2)
    if hint["seen"]:
        return many or sign in "/|"
    return sign != " " if hint["one"] else sign in "/|" or (ahead and many)


def without_unticked(text: str) -> str:
    """The text with blanks in place of such options; the very same text where there is none."""
    spans = unticked(text)
    return blanked(text, spans) if spans else text


def _of_line(text: str, start: int, end: int, boxes: Sequence[re.Match[str]]) -> Iterator[Span]:
    first = boxes[0]
    before = text[first.start() - 1] if first.start() > start else " "
    options = [*(_ahead(text, start, boxes) if before not in " \t:：，；;|)）" else _after(text, end, boxes))]
    answers = {text[slice(*option)] for option, _ in options}
    if answers and answers <= _YES_OR_NO:
        said = {text[slice(*option)] for option, box in options if box["ticked"]}
        if said and said <= _NO and end - start <= _LONGEST_LINE:
            yield start, end
        return
    for option, box in options:
        if box["empty"]:
            yield option


def _after(text: str, end: int, boxes: Sequence[re.Match[str]]) -> Iterator[tuple[Span, re.Match[str]]]:
    """□贪污 □挪用: each option behind its box."""
    stops = [*(box.start() for box in boxes[1:]), end]
    for box, stop in zip(boxes, stops, strict=True):
        found = _BEHIND.match(text, box.end(), stop)
        if found is not None:
            yield found.span("option"), box


def _ahead(text: str, start: int, boxes: Sequence[re.Match[str]]) -> Iterator[tuple[Span, re.Match[str]]]:
    """贪污□ 挪用□: each option before its box."""
    begin = start
    for box in boxes:
        behind = text[box.end() : box.end() + 1]
        found = _BEFORE.search(text[begin : box.start()]) if not behind or behind in " \t\n，；;|" else None
        if found is not None:
            yield (begin + found.start("option"), begin + found.end("option")), box
        begin = box.end()
