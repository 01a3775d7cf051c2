"""What of a text is assessed: the normalised words of the one who reports, with the way back to the original.

Of a transcript only the caller's words count; the agent names topics, reads forms aloud and repeats wrongly. One thing of an
agent's is the caller's too: a danger that the agent asks about and the caller says yes to (他要杀您全家？——对。).
A text whose characters stand apart (村 支 书 打 人), as scanned letters do, is read as if they did not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from triage.model import Speaker, Turn
from triage.text.masked import cut_around
from triage.text.normalise import Normalised, normalise
from triage.text.options import without_unticked
from triage.text.segment import Segmenter
from triage.text.signals import find_signals
from triage.text.spaced import closed_up
from triage.text.speakers import LABELS, SIGNING
from triage.text.turns import turns_in

_WHO = "|".join(sorted((one for one in LABELS if len(one) > 1), key=len, reverse=True))
_BEHIND = r"(?:(?:工号|no\.?)?[ \t]{0,4}\d{1,6}号?|[小老][\u4e00-\u9fff]|[(（][^()（）:：\n]{0,12}[)）])"
"""What a label may bear: 坐席001, 话务员小李, 接线员（女）."""
_TIME = r"[\[【(（]?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:[.,]\d{1,3})?[\]】)）]?"
_SPEAKS = rf"[\[【]?(?:来电)?(?P<label>{_WHO})[\]】]?[ \t]{{0,4}}(?:{_BEHIND}[ \t]{{0,4}})?[\]】]?[:：]"
_LABEL = re.compile(rf"^[ \t]{{0,4}}(?:{_TIME}[ \t]{{0,4}})?{_SPEAKS}", re.IGNORECASE | re.MULTILINE)
_INLINE = re.compile(rf"(?:(?<=[\s。？！?!.…；;，,~])|(?<![^\n]))(?:{_TIME}[ \t]{{0,4}})?{_SPEAKS}", re.IGNORECASE)
"""A label in the middle of a line, of a call that was pasted without its line breaks."""
_MOST_LINES = 0.8
"""What share of the lines of a transcript bears labels, unless it begins with one and goes to and fro."""
_YES = re.compile(
    r"\s*(?:(?:嗯|哎|唉|啊|呃|欸|唔|oh|well)+[，,。.、…\s]*)*"
    r"(?:对(?![不于面方着象了])|是(?=[的啊呀呢嘛哦，,。.！!；;\s]|$)|就是(?![想要问说没不])|没错|不错|(?:确实|真的)(?![没不无])|有的?(?=[，,。.！!\s]|$)|(?:yes|yeah|right(?! now)|correct|exactly|that's right)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:[？?]|[吗吧嘛么]|是不是|对不对|right|correct)[，,。.！!？?\s]*$", re.IGNORECASE)
_Said = tuple[Speaker, int, int]
_SIGNATURE = 24
"""So many characters may stand after 举报人： at the end of a letter."""


@dataclass(frozen=True, slots=True)
class View:
    """The assessed text, the words that tile it, and for each character the offset in the original it came from."""

    text: str
    words: list[str]
    starts: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of the characters ``start`` to ``end``."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else 0
            return at, at
        return self.starts[start], self.starts[end - 1] + 1


def view_of(text: str, turns: Sequence[Turn], plain: Normalised, words: list[str], segmenter: Segmenter) -> View:
    """The view of a text whose normalised form and words are known already.

    Args:
        text: as received.
        turns: of a transcript, in order; without any, lines that begin with a known speaker's label are told apart.
        plain: ``normalise(text)``.
        words: the segmenter's words of ``plain.text``.
        segmenter: cuts the caller's words of a transcript anew.
    """
    told = _meant(closed_up(told_of(text, turns, plain)))
    if told is plain:
        return View(plain.text, words, plain.starts)
    return View(told.text, cut_around(told.text, segmenter.cut), told.starts)


def _meant(told: Normalised) -> Normalised:
    """What is told without the options of a form that nobody ticked (□贪污 ☑优亲厚友), in whose place blanks stand."""
    text = without_unticked(told.text)
    return told if text is told.text else Normalised(text, told.starts)


def told_of(text: str, turns: Sequence[Turn], plain: Normalised) -> Normalised:
    """What of a text is assessed, without its words; arguments as for ``view_of``. All of a text that is no transcript."""
    spans = _turn_spans(text, turns) if turns else _labelled_spans(text)
    if spans is None:
        return plain
    pieces: list[str] = []
    starts: list[int] = []
    for start, end in spans:
        part = normalise(text[start:end])
        pieces.append(part.text + "\n")
        starts += [start + at for at in part.starts]
        # A text may break off behind a label (来电人：), and there is no character to come from
        starts.append(min(max(start, end - 1), len(text) - 1))
    return Normalised("".join(pieces), starts)


def unassessed(text: str, turns: Sequence[Turn]) -> str:
    """What of a text stands beside what is assessed: labels and others' words of a transcript; of any other text nothing."""
    spans = _turn_spans(text, turns) if turns else _labelled_spans(text)
    if spans is None:
        return ""
    pieces, at = [], 0
    for start, end in [*spans, (len(text), len(text))]:
        pieces.append(text[at:start])
        at = end
    return "\n".join(pieces)


def _turn_spans(text: str, turns: Sequence[Turn]) -> list[tuple[int, int]]:
    """Where the caller's turns stand in the joined text; a turn that is not found there is left out."""
    said = [(turn.speaker, start, end) for turn, start, end in turns_in(text, turns) if turn.text]
    return list(_callers(text, said))


def _callers(text: str, said: Sequence[_Said]) -> Iterator[tuple[int, int]]:
    """What the caller said, and before it what the agent asked of a danger and the caller said yes to."""
    nobody: _Said = (Speaker.OTHER, 0, 0)
    for (who, begins, ends), (speaker, start, end) in pairwise([nobody, *said]):
        if speaker is not Speaker.CALLER:
            continue
        asked = text[begins:ends]
        if who is Speaker.AGENT and _YES.match(text, start, end) and _ASKS.search(asked) and _of_danger(asked):
            yield begins, ends
        yield start, end


def _of_danger(asked: str) -> bool:
    return any(signal.kind == "danger" for signal in find_signals(normalise(asked).text))


def _labelled_spans(text: str) -> list[tuple[int, int]] | None:
    """The caller's lines of a text that bears speakers' labels but came without turns; None if it is no transcript."""
    labels = list(_LABEL.finditer(text)) if "：" in text or ":" in text else []
    if len(labels) == 1 and not text[: labels[0].start()].strip() and _goes_on(inline := list(_INLINE.finditer(text))):
        labels = inline
    speakers = [LABELS[found["label"].lower()] for found in labels]
    if Speaker.AGENT not in speakers or not _is_transcript(text, labels, speakers):
        return None
    ends = [found.start() for found in labels[1:]] + [len(text)]
    said = [(who, found.end(), end) for found, end, who in zip(labels, ends, speakers, strict=True)]
    spans = list(_callers(text, said))
    if speakers[-1] is not Speaker.CALLER:
        # nobody answers the agent's last line, so what stands below it was said by another
        below = text.find("\n", labels[-1].end())
        spans += [(below + 1, len(text))] if below >= 0 and text[below:].strip() else []
    before = labels[0].start()
    return ([(0, before)] if text[:before].strip() else []) + spans


def _goes_on(labels: Sequence[re.Match[str]]) -> bool:
    """Whether both speak more than once, in turn: a form in one line (来访人：… 接访人：…) names each once."""
    speakers = [LABELS[found["label"].lower()] for found in labels]
    turns = [one for one, before in zip(speakers, [None, *speakers], strict=False) if one is not before]
    return turns.count(Speaker.CALLER) > 1 and turns.count(Speaker.AGENT) > 1


def _is_transcript(text: str, labels: Sequence[re.Match[str]], speakers: Sequence[Speaker]) -> bool:
    """Whether a text with labels goes to and fro; a letter may quote a line of a hotline and close with 举报人：."""
    turns = list(speakers)
    last = labels[-1]
    if last["label"].lower() in SIGNING and len(text[last.end() :].strip()) <= _SIGNATURE:
        turns.pop()
    callers, agents = turns.count(Speaker.CALLER), turns.count(Speaker.AGENT)
    if not callers or not agents:
        return False
    lines = sum(1 for line in text.splitlines() if line.strip())
    if len(labels) >= _MOST_LINES * lines:
        return True
    return callers > 1 and agents > 1 and not text[: labels[0].start()].strip()
