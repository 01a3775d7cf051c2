"""Characters that stand apart (村 支 书 打 人), as those of scanned letters do: the same words without their spaces.

In: normalised text, or a mention as it stands in a text. Out: what a reader of words reads, with the way back to the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from triage.text.normalise import Normalised, normalise

_HAN = re.compile("[\u3400-\u9fff]")
_APART = re.compile("[\u3400-\u9fff][ \t]+(?=[\u3400-\u9fff])")
_BESIDE = re.compile("(?<=[\u3400-\u9fff])\\s+|\\s+(?=[\u3400-\u9fff])")
# Spaces between Latin words stay: the village head of 村 支 书
_LATIN = re.compile("[a-z][ \t][a-z]")
_MOST_APART, _LEAST_APART = 0.7, 4


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with blanks in place of these spans; each character stays at its own offset."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def closed_up(told: Normalised) -> Normalised:
    """The same without the spaces inside its lines, where most characters stand apart by one."""
    apart = len(_APART.findall(told.text)) if " " in told.text else 0
    if apart < _LEAST_APART or apart < _MOST_APART * len(_HAN.findall(told.text)):
        return told
    kept = [
        at for at, letter in enumerate(told.text) if letter not in " \t" or _LATIN.search(told.text, at - 1, at + 2)
    ]
    return Normalised("".join([told.text[at] for at in kept]), [told.starts[at] for at in kept])


def mention(told: str) -> str:
    """A name or another mention as it stands in a text, normalised, without white space at its Chinese characters."""
    return as_one_word(normalise(told).text.strip())


def as_one_word(told: str) -> str:
    """A mention without white space at its Chinese characters, and else as it stands."""
    return told if told.isalnum() else _BESIDE.sub("", told)
