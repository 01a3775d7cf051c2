"""Transcripts of calls: speaker turns from JSON, labelled plain text, SRT and WebVTT.

A stored transcript is its turns joined as ``label：text`` and a newline; offsets count in that string. Only what the
caller says is assessed later, so a transcript in which no caller can be told from the agent is refused with a reason.
Nothing of one that is taken is left out, and whom nobody knows is read as a caller: a question read twice costs less
than an accusation that nobody reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import starmap

from triage.errors import BadInput, TooLarge
from triage.intake.cues import Line, cues_of
from triage.intake.labels import SHOWN, head_of
from triage.model import Speaker, Turn
from triage.text.normalise import normalise
from triage.text.speakers import SUMMARIES, SUMMARY, is_summary
from triage.text.turns import COLON

FORMATS = ("plain", "srt", "vtt")
_MOST_LABEL = 100
_MOST_NOTE = 80
_WITHIN = re.compile(r"(?:[。？！?!…；;]+[”」』\"]?\s*|[.~，,]\s+|(?<![:：\]】)）>\d])\s{1,8})(?=[\[【(（]?\w)")
"""Where a turn may begin within a line."""
_LONGEST_HEAD = 100
_NO_LETTER = re.compile(r"\W+")
_MOST_BETWEEN = 24
"""So many letters may stand between the turns of a call that is written out beside them: the labels."""
_HEADINGS = (
    "热线|通话|电话|来电|语音|录音|对话|会话|谈话|接访|来访|举报|监督|市民|政务|服务|平台|中心|记录|纪录|转写|转录|文本|文稿|逐字稿|实录|内容|全文|开始|结束"
    "|call|phone|hotline|transcript(?:ion)?|record(?:ing)?"
)
_FIGURES = r"[^\u3400-\u9fff]{0,30}(?:[年月日时分秒][^\u3400-\u9fff]{0,10}){0,6}"
_NOTE = re.compile(
    rf"(?:{_HEADINGS}|[\W\d_])+"
    r"|(?:通话|来电|录音|呼叫|开始|结束|受理|接听|接访|登记|主叫|被叫|联系|电话|手机|工单|坐席|话务员|热线){0,3}"
    rf"(?:时间|日期|时长|编号|单号|流水号|工号|文件|录音|号码)\s*[:：]{_FIGURES}"
    r"|(?:date|time|duration|start|end|file|recording|(?:call |agent )?id)\s*:(?:\s*\S*\d\S*|\s+[a-z]{2,3}\b){0,6}",
    re.IGNORECASE,
)
"""A line above the first speaker in which nobody says anything: a heading, when the call was, its number."""


@dataclass(frozen=True, slots=True)
class ReadCall:
    """A written transcript with the turns that it was read into, so that nobody reads it twice."""

    content: str
    turns: tuple[Turn, ...]


def joined(turns: Sequence[Turn]) -> str:
    """The text that is stored for a transcript."""
    return "".join(f"{turn.label}{COLON}{turn.text}\n" for turn in turns)


def with_text(turns: Sequence[Turn], text: object) -> tuple[Turn, ...]:
    """Turns with what a text beside them tells: the same call once more adds nothing, other words come first.

    A work order's summary is such a text. Were it left out, what stands in it alone would be nowhere: it is read as the
    caller's, under a label by which it is known again as the operator's (``triage.summaries``).
    """
    if not isinstance(text, str) or not text.strip() or text == joined(turns):
        return tuple(turns)
    letters, at = _NO_LETTER.sub("", text), 0
    for turn in turns:
        said = _NO_LETTER.sub("", turn.text)
        found = letters.find(said, at)
        if found < 0 or found - at > _MOST_BETWEEN:
            break
        at = found + len(said)
    else:
        if len(letters) - at <= _MOST_BETWEEN:
            return tuple(turns)
    return (_first(text, SUMMARY), *turns)


def before_summaries(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns as they were kept when a summary bore the caller's label: by them a call that came then is known again."""
    return tuple(replace(one, label=SHOWN[Speaker.CALLER]) if is_summary(one) else one for one in turns)


def with_title(turns: tuple[Turn, ...], title: str | None) -> tuple[Turn, ...]:
    """Turns with what the title tells, unless the caller says it too: a title may be all that names the accused."""
    told = "" if title is None else _NO_LETTER.sub("", title)
    if (
        title is None
        or not any(map(str.isalpha, told))
        or any(told in _NO_LETTER.sub("", one.text) for one in turns if _is_caller(one))
    ):
        return turns
    return (_first(title), *turns)


def _is_caller(turn: Turn) -> bool:
    return turn.speaker is Speaker.CALLER


def _first(text: str, label: str = SHOWN[Speaker.CALLER]) -> Turn:
    return Turn(Speaker.CALLER, " ".join(text.split("\n")).strip(), label)


def too_many_turns(most: int) -> TooLarge:
    """What is said of a transcript with more turns than are taken."""
    return TooLarge("turns", "too_many", f"The transcript has more than {most} turns.")


def turns_from_objects(given: Sequence[object]) -> tuple[Turn, ...]:
    """Turns from JSON objects ``{speaker, text, start?, end?, label?}``; times in seconds.

    Raises:
        BadInput: there is none, or names the turn by its number, from 0.
    """
    if not given:
        raise BadInput("turns", "empty", "The transcript has no turns.")
    turns = []
    for number, item in enumerate(given):
        name = f"turns[{number}]"
        if not isinstance(item, Mapping):
            raise BadInput(name, "type", "A turn must be an object with speaker and text.")
        try:
            speaker = Speaker(str(item.get("speaker")))
        except ValueError:
            raise BadInput(f"{name}.speaker", "unknown", "The speaker must be caller, agent or other.") from None
        text = item.get("text")
        if not isinstance(text, str):
            raise BadInput(f"{name}.text", "type", "The text of a turn must be a string.")
        start, end = (_seconds(f"{name}.{key}", item.get(key)) for key in ("start", "end"))
        if start is not None and end is not None and end < start:
            raise BadInput(f"{name}.end", "order", "The turn ends before it starts.")
        label = _label(f"{name}.label", item.get("label")) or SHOWN[speaker]
        turns.append(Turn(speaker, " ".join(text.split("\n")).strip(), label, start, end))
    return _with_a_caller(turns)


def turns_from_content(content: str, form: str, most: int = 5_000) -> tuple[Turn, ...]:
    """Turns from the text of a transcript file.

    Args:
        content: the whole file.
        form: plain, srt or vtt.
        most: so many turns are read.

    Raises:
        BadInput: an unknown format, no labelled turn, or nobody who could be the caller.
        TooLarge: there are more turns.
    """
    if form not in FORMATS:
        raise BadInput("format", "unknown", f"The format must be one of {', '.join(FORMATS)}.")
    content = content.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    call = _Call()
    for line in _lines(content) if form == "plain" else cues_of(content, marked=form == "vtt"):
        call.take(line)
        if len(call.said) > most:
            raise too_many_turns(most)
    if form == "plain":
        call.give_back_the_end()
    turns = call.turns()
    if not turns:
        raise BadInput(
            "content",
            "no_speakers",
            "No line begins with a speaker such as 来电人：, 坐席：, A:, B:, Caller: or Agent:.",
        )
    return _with_a_caller(turns)


@dataclass(slots=True)
class _Open:
    """A turn that may go on."""

    speaker: Speaker
    label: str
    pieces: list[str]
    start: float | None = None
    end: float | None = None


@dataclass(slots=True)
class _Call:
    """A call as its lines come. What stands before the first known speaker is kept: the caller's, or a note."""

    said: list[_Open] = field(default_factory=list)
    last: _Open | None = None
    known: bool = False

    def take(self, line: Line) -> None:
        """Takes a line; without a label it goes on for the speaker before, in a turn of its own if its cue is fresh."""
        head = line.head
        if line.note or (not self.known and (head is None or head.speaker is None) and _is_note(line.text)):
            self._note(line.text)
        elif not self.known and head is not None and _heads_a_summary(head.label):
            self._begin(Speaker.CALLER, SUMMARY, line.text, line)
        elif head is not None and (head.speaker is not None or head.somebody):
            self.known = self.known or head.speaker is not None
            self._begin(head.speaker or Speaker.CALLER, head.label, head.text, line)
        elif (
            self.last is None
            or self.last.speaker is Speaker.OTHER
            or (head is not None and self.last.speaker is Speaker.AGENT)
        ):
            # What looks like a label may be said as well (村会计李大海：三万元), and is read with the rest. A machine's
            # announcement ends with its line
            self._begin(Speaker.CALLER, SHOWN[Speaker.CALLER], line.text, line)
        elif line.fresh:
            self._begin(self.last.speaker, self.last.label, line.text, line)
        else:
            self.last.pieces.append(line.text)

    def _begin(self, speaker: Speaker, label: str, text: str, line: Line) -> None:
        self.last = _Open(speaker, label, [text], line.start, line.end)
        self.said.append(self.last)

    def _note(self, text: str) -> None:
        """Keeps what nobody says; whoever spoke before it goes on behind it."""
        self.said.append(_Open(Speaker.OTHER, SHOWN[Speaker.OTHER], [text]))

    def give_back_the_end(self) -> None:
        """Nobody answers the agent's last line, so what stands below it was said by another."""
        last = self.last
        own = 1 if last is None or last.pieces[0] else 2
        if last is not None and last.speaker is Speaker.AGENT and len(last.pieces) > own:
            self.said.append(_Open(Speaker.CALLER, SHOWN[Speaker.CALLER], last.pieces[own:]))
            del last.pieces[own:]

    def turns(self) -> list[Turn]:
        """The turns; none where no speaker was known."""
        if not self.known:
            return []
        return [
            Turn(one.speaker, " ".join(filter(None, one.pieces)), one.label, one.start, one.end) for one in self.said
        ]


def _heads_a_summary(label: str) -> bool:
    return normalise(label).text.strip() in SUMMARIES


def _is_note(line: str) -> bool:
    return not any(map(str.isalpha, line)) or (len(line) <= _MOST_NOTE and _NOTE.fullmatch(line) is not None)


def _lines(content: str) -> Iterator[Line]:
    lines = [line.strip() for line in content.split("\n") if line.strip()]
    heads = [head_of(line) for line in lines]
    if sum(head is not None and head.speaker is not None for head in heads) == 1:
        # A call that was pasted without its line breaks has all its labels but the first within a line
        parts = [part for line in lines for part in _cut_at_labels(line)]
        cut = [head_of(part) for part in parts]
        # Whoever speaks last and quotes a line of the other is not answered by himself
        if any(head is not None and head.speaker is Speaker.CALLER for head in cut[1:]):
            lines, heads = parts, cut
    return starmap(Line, zip(heads, lines, strict=True))


def _cut_at_labels(line: str) -> Iterator[str]:
    """The turns of a line that begins with a known speaker and goes on with known ones, each behind the end of a sentence."""
    begin, head = 0, head_of(line)
    if head is not None and head.speaker is not None:
        for found in _WITHIN.finditer(line):
            behind = head_of(line[found.end() : found.end() + _LONGEST_HEAD])
            if behind is not None and behind.speaker is not None:
                yield line[begin : found.end()].strip()
                begin = found.end()
    yield line[begin:].strip()


def _seconds(name: str, given: object) -> float | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < 10**6:
        raise BadInput(name, "seconds", "The time must be a number of seconds from the start of the call.")
    return float(given)


def _label(name: str, given: object) -> str:
    """How a speaker is called; what is no name at all counts for nothing, as the speaker is told beside it."""
    if not isinstance(given, str):
        return ""
    if len(given) > _MOST_LABEL:
        raise TooLarge(name, "too_long", f"The label has more than {_MOST_LABEL} characters.")
    return " ".join(given.split())


def _with_a_caller(turns: list[Turn]) -> tuple[Turn, ...]:
    if not any(turn.speaker is Speaker.CALLER and turn.text for turn in turns):
        raise BadInput(
            "turns", "no_caller", "Nobody in the transcript is marked as the caller, or the caller says nothing."
        )
    return tuple(turns)
