"""What of a text is assessed: the normalised words of the one who reports, with the way back to the original.

Of a transcript only the caller's words count; the agent names topics, reads forms aloud and repeats wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.model import Speaker, Turn
from triage.text.masked import cut_around
from triage.text.normalise import Normalised, normalise
from triage.text.segment import Segmenter

_LABEL = re.compile(
    r"^[ \t]*(?:(?P<agent>坐席|座席|话务员|接线员|客服|接访人|值班员|agent|operator)"
    r"|(?P<caller>来电人|来电者|市民|群众|反映人|举报人|caller|citizen))[ \t]*\d{0,2}[:：]",
    re.IGNORECASE | re.MULTILINE,
)


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
    spans = _turn_spans(text, turns) if turns else _labelled_spans(text)
    if spans is None:
        return View(plain.text, words, plain.starts)
    pieces: list[str] = []
    starts: list[int] = []
    for start, end in spans:
        part = normalise(text[start:end])
        pieces.append(part.text + "\n")
        starts += [start + at for at in part.starts]
        starts.append(max(start, end - 1))
    told = "".join(pieces)
    return View(told, cut_around(told, segmenter.cut), starts)


def _turn_spans(text: str, turns: Sequence[Turn]) -> list[tuple[int, int]]:
    """Where the caller's turns stand in the joined text; a turn that is not found there is left out."""
    spans, at = [], 0
    for turn in turns:
        start = text.find(turn.text, at)
        if start < 0:
            continue
        at = start + len(turn.text)
        if turn.speaker is Speaker.CALLER and turn.text:
            spans.append((start, at))
    return spans


def _labelled_spans(text: str) -> list[tuple[int, int]] | None:
    """The caller's lines of a text that bears speakers' labels but came without turns; None if it bears none."""
    labels = list(_LABEL.finditer(text)) if "：" in text or ":" in text else []
    if not any(found["agent"] for found in labels) or not any(found["caller"] for found in labels):
        return None
    ends = [found.start() for found in labels[1:]] + [len(text)]
    spans = [(found.end(), end) for found, end in zip(labels, ends, strict=True) if found["caller"]]
    before = labels[0].start()
    return ([(0, before)] if text[:before].strip() else []) + spans
