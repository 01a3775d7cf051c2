"""Transcripts of calls: speaker turns from JSON, labelled plain text, SRT and WebVTT.

A stored transcript is its turns joined as ``label：text`` and a newline; offsets count in that string. Only what the
caller says is assessed later, so a transcript in which no caller can be told from the agent is refused with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from triage.errors import BadInput
from triage.model import Speaker, Turn
from triage.text.speakers import LABELS

SHOWN = {Speaker.CALLER: "来电人", Speaker.AGENT: "坐席", Speaker.OTHER: "其他"}
FORMATS = ("plain", "srt", "vtt")
_LABELLED = re.compile(
    # Possessive, so that a line of a hundred thousand spaces is read once and not squared.
    r"^[\s\[【（(<]*+(?P<label>[^\s:：\]】）)>]{1,16}?(?: party)?)\s*+\d{0,2}[\]】）)>]*+\s*+[:：]\s*+(?P<text>.*)$"
)
_CUE = re.compile(
    r"^(?:(?P<h1>\d{1,3}):)?(?P<m1>\d{1,2}):(?P<s1>\d{1,2}(?:[.,]\d{1,3})?)\s*-->\s*"
    r"(?:(?P<h2>\d{1,3}):)?(?P<m2>\d{1,2}):(?P<s2>\d{1,2}(?:[.,]\d{1,3})?)"
)
_VOICE = re.compile(r"^<v(?:\.[\w.]+)?\s++(?P<label>[^>]++)>(?P<text>.*?)(?:</v>)?$", re.S)
_TAG = re.compile(r"<[^<>]*>")


def joined(turns: Sequence[Turn]) -> str:
    """The text that is stored for a transcript."""
    return "".join(f"{turn.label}：{turn.text}\n" for turn in turns)


def turns_from_objects(given: Sequence[object]) -> tuple[Turn, ...]:
    """Turns from JSON objects ``{speaker, text, start?, end?, label?}``; times in seconds.

    Raises:
        BadInput: names the turn by its number, from 0.
    """
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
        turns.append(Turn(speaker, " ".join(text.split("\n")).strip(), SHOWN[speaker], start, end))
    return _with_a_caller(turns)


def turns_from_content(content: str, form: str) -> tuple[Turn, ...]:
    """Turns from the text of a transcript file.

    Args:
        content: the whole file.
        form: plain, srt or vtt.

    Raises:
        BadInput: an unknown format, no labelled turn, or nobody who could be the caller.
    """
    if form not in FORMATS:
        raise BadInput("format", "unknown", f"The format must be one of {', '.join(FORMATS)}.")
    content = content.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    turns = _plain(content) if form == "plain" else _cues(content)
    return _with_a_caller(turns)


def _speaker(label: str) -> Speaker | None:
    return LABELS.get(label.strip().lower().rstrip("0123456789 "))


def _plain(content: str) -> list[Turn]:
    turns: list[Turn] = []
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        found = _LABELLED.match(line)
        speaker = _speaker(found["label"]) if found else None
        if found and speaker:
            turns.append(Turn(speaker, found["text"].strip(), SHOWN[speaker]))
        elif turns:
            last = turns[-1]
            turns[-1] = Turn(last.speaker, f"{last.text} {line.strip()}".strip(), last.label)
        elif number > 20:
            break
    return turns


def _cues(content: str) -> list[Turn]:
    turns: list[Turn] = []
    for block in re.split(r"\n\s*\n", content):
        lines = [line for line in block.strip().split("\n") if line.strip()]
        at = next((number for number, line in enumerate(lines) if _CUE.match(line.strip())), None)
        if at is None:
            continue
        cue = _CUE.match(lines[at].strip())
        if cue is None or not lines[at + 1 :]:
            continue
        start, end = (_clock(cue[f"h{n}"], cue[f"m{n}"], cue[f"s{n}"]) for n in (1, 2))
        turns += _spoken("\n".join(lines[at + 1 :]), start, end, turns[-1].speaker if turns else None)
    return turns


def _spoken(text: str, start: float, end: float, before: Speaker | None) -> list[Turn]:
    """Turns of one cue; a line without a label goes on for the speaker before, as subtitles break sentences."""
    turns: list[Turn] = []
    for line in text.split("\n"):
        found = _VOICE.match(line.strip()) or _LABELLED.match(line)
        speaker = _speaker(found["label"]) if found else None
        if found and speaker:
            turns.append(Turn(speaker, _TAG.sub("", found["text"]).strip(), SHOWN[speaker], start, end))
        elif turns:
            turns[-1] = Turn(turns[-1].speaker, f"{turns[-1].text} {line.strip()}", turns[-1].label, start, end)
        elif before:
            turns.append(Turn(before, _TAG.sub("", line).strip(), SHOWN[before], start, end))
    return turns


def _clock(hours: str | None, minutes: str, seconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))


def _seconds(name: str, given: object) -> float | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < 10**6:
        raise BadInput(name, "seconds", "The time must be a number of seconds from the start of the call.")
    return float(given)


def _with_a_caller(turns: list[Turn]) -> tuple[Turn, ...]:
    if not turns:
        raise BadInput(
            "content",
            "no_speakers",
            "No line begins with a speaker such as 来电人：, 坐席：, A:, B:, Caller: or Agent:.",
        )
    if not any(turn.speaker is Speaker.CALLER and turn.text for turn in turns):
        raise BadInput(
            "turns", "no_caller", "Nobody in the transcript is marked as the caller, or the caller says nothing."
        )
    return tuple(turns)
