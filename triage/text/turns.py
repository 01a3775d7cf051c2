"""Where the turns of a transcript stand in its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.model import Turn

COLON = "："
"""What stands between a speaker's label and the words, in every text that is made of turns."""


def turns_in(text: str, turns: Sequence[Turn]) -> Iterator[tuple[Turn, int, int]]:
    """The turns of a transcript in their order, each with the offsets of its words; one that is not found is left out.

    The words of a turn are looked for behind those of the one before. Where they stand behind the turn's label they are
    those, although the label may hold them too (村民来电：村民). A text without labels is one as well.
    """
    at = 0
    for turn in turns:
        start = text.find(turn.text, at)
        if start < 0:
            continue
        head = f"{turn.label}{COLON}"
        line = text.find(head + turn.text, at, start + len(head) + len(turn.text))
        if line >= 0:
            start = line + len(head)
        at = start + len(turn.text)
        yield turn, start, at
