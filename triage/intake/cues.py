"""Lines of subtitles: SRT and WebVTT to what is said, when, and by whom if a line tells.

Files as recognisers write them: without blank lines between cues, with text behind the times, with cues that have no
times at all. Counters, times, styles and tags go; words never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from triage.intake.labels import Head, head_of, voice

_TIMES = re.compile(
    r"(?:(?P<h1>\d{1,3}):)?(?P<m1>\d{1,2}):(?P<s1>\d{1,2}(?:[.,]\d{1,3})?)\s*-->\s*"
    r"(?:(?P<h2>\d{1,3}):)?(?P<m2>\d{1,2}):(?P<s2>\d{1,2}(?:[.,]\d{1,3})?)"
    r"(?:\s+(?:align|line|position|size|vertical|region|[XY][12]):\S*)*"
)
_VOICES = re.compile(r"(?=<v[.\s])")
_VOICE = re.compile(r"<v(?:\.[^\s>]+)?\s++(?P<label>[^<>]++)>(?P<text>.*)", re.DOTALL)
_TAG = re.compile(
    r"</?(?:v|c|i|b|u|s|em|strong|font|ruby|rt|lang|span)(?:[.\s/][^<>]*)?>|<br\s*/?>|<\d{1,3}(?::\d{2}){1,2}(?:[.,]\d+)?>|\{\\[^{}]*\}",
    re.IGNORECASE,
)
"""Tags of the two formats and no other angle brackets, between which somebody may have said something."""
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|nbsp|lrm|rlm|#\d{2,6}|#x[0-9A-Fa-f]{2,5});")
_TITLE, _NOTE = "WEBVTT", "NOTE"
_ABOUT = re.compile(r"(?:Kind|Language|X-[\w-]+)\s*[:=]", re.IGNORECASE)
_NAMED_CUE = re.compile(r"[!-/:-~]*\d[!-~]*")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its label if it has one, the whole of it, the times of its cue in seconds.

    ``fresh``: it is the first of its cue. ``note``: it stands outside the cues and is said by nobody.
    """

    head: Head | None
    text: str
    start: float | None = None
    end: float | None = None
    fresh: bool = False
    note: bool = False


def cues_of(content: str, *, marked: bool) -> Iterator[Line]:
    """The lines of a file in their order.

    Args:
        content: the file, its lines ended by line feeds.
        marked: it is WebVTT, which has a heading, notes and styles.
    """
    lines = [line.strip() for line in content.split("\n")]
    start: float | None = None
    end: float | None = None
    counter, fresh, begins, outside = 0, False, True, ""
    if marked and lines[0].startswith(_TITLE):
        lines[0], outside = lines[0].removeprefix(_TITLE).strip(), _TITLE
    for at, line in enumerate(lines):
        if not line:
            outside, begins = outside if at == 0 else "", True
            continue
        if marked:
            outside = _outside(line, outside, at, begins=begins, before_cues=start is None)
        said = line
        if times := _TIMES.match(line):
            start, end = (_seconds(times[f"h{n}"], times[f"m{n}"], times[f"s{n}"]) for n in (1, 2))
            # No turn ends before it starts, or what is exported could not come back
            end = max(start, end)
            fresh, outside, said = True, "", line[times.end() :].strip()
        elif not outside and _is_counter(lines, at, counter, begins=begins, named=marked):
            counter = int(line) if line.isdecimal() else counter
            continue
        begins = False
        if outside in (_TITLE, _NOTE):
            yield Line(None, line.removeprefix(_NOTE).strip(), note=True)
        elif not outside:
            for told in (_spoken(part, start, end, fresh=fresh, marked=marked) for part in _VOICES.split(said)):
                if told.text or told.head:
                    yield told
                    fresh = False


def _outside(line: str, outside: str, at: int, *, begins: bool, before_cues: bool) -> str:
    """Which part of WebVTT that is no cue a line belongs to: its title, a note, a style; empty if to none."""
    if outside == _TITLE and at and not _ABOUT.match(line):
        outside = ""
    if outside or not begins:
        return outside
    if line.split(maxsplit=1)[0] == _NOTE:
        return _NOTE
    return line if before_cues and line in ("STYLE", "REGION") else ""


def _is_counter(lines: Sequence[str], at: int, last: int, *, begins: bool, named: bool) -> bool:
    """Whether a line numbers the cue behind it, or names it in WebVTT.

    Where no blank line stands before it, only the next number does: a sum of money may be said on a line of its own.
    """
    line, below = lines[at], at + 1
    while below < len(lines) and not lines[below]:
        below += 1
    timed = below < len(lines) and _TIMES.match(lines[below]) is not None
    number = line.isascii() and line.isdecimal() and len(line) <= 6
    if number and int(line) == last + 1 and (timed or begins):
        return True
    return timed and begins and below == at + 1 and (number or (named and _NAMED_CUE.fullmatch(line) is not None))


def _spoken(part: str, start: float | None, end: float | None, *, fresh: bool, marked: bool) -> Line:
    """A line or a part of one: the words of a marked voice, or a line with its label if it bears one."""
    found = _VOICE.match(part)
    if found:
        told, label = _plain(found["text"], marked=marked), _ESCAPED.sub(_sign, found["label"])
        return Line(voice(label, told), told, start, end, fresh)
    text = _plain(part, marked=marked)
    return Line(head_of(text), text, start, end, fresh)


def _plain(told: str, *, marked: bool) -> str:
    """What is said, without tags; signs that WebVTT writes by their names (&amp;) as they are."""
    text = _TAG.sub("", told)
    return (_ESCAPED.sub(_sign, text) if marked else text).strip()


def _sign(found: re.Match[str]) -> str:
    return unescape(found[0])


def _seconds(hours: str | None, minutes: str, seconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
