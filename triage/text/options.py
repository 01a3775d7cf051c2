"""What a form prints and nobody ticked: □贪污 □挪用 ☑优亲厚友. In: normalised text; out: where the options stand that are not meant.

Their words accuse nobody. A box may be a bullet as well, or stand for a character that could not be read, and what is told behind it must
not be lost: an option is short, ends before the next box or gap, and stands beside another in its line or in a text where one was ticked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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
    if _PASS.search(text) is None:
        return []
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
    return out


def without_unticked(text: str) -> str:
    """The text with blanks in place of such options; the very same text where there is none."""
    spans = unticked(text)
    if not spans:
        return text
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


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
