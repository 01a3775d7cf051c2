"""One form for every way of writing the same characters, with a way back to the text as received.

Each character is taken by itself: NFKC, traditional to simplified, case folded, one dot for all between parts of a name. Because no character looks at its
neighbours, ``normalise(a + b).text == normalise(a).text + normalise(b).text``, and every substring finds itself.
Characters that nobody sees (zero-width spaces, soft hyphens, marks of direction, variation selectors) are left out: they come
along when a text is copied from a page or a chat, and one inside of 跳楼 would hide the word from every reader.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from corpora.lexicons import traditional_characters
from triage.text.characters import LONG, CharacterTable, points_of

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)


# 买买提•艾山, 买买提・艾山: as keyboards have it
_DOTS = dict.fromkeys("•・‧∙⋅", "·")


@dataclass(frozen=True, slots=True)
class Normalised:
    """Normalised text; ``starts[i]`` is the offset in the original of the character that ``text[i]`` came from."""

    text: str
    starts: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original offsets of ``text[start:end]``; a part of an expanded character stands for the whole of it."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.starts[-1] + 1 if self.starts else 0)
            return at, at
        return self.starts[start], self.starts[end - 1] + 1


def seen(text: str) -> str:
    """The text without the characters that nobody sees."""
    return _UNSEEN.sub("", text)


class _Forms(dict[int, str]):
    """Code point → normalised form, filled as characters are met (at most one entry for each of Unicode)."""

    def __missing__(self, code: int) -> str:
        simplified = traditional_characters()
        plain = "" if _UNSEEN.match(chr(code)) else unicodedata.normalize("NFKC", chr(code))
        form = "".join([_DOTS.get(part) or simplified.get(part, part).casefold() for part in plain])
        self[code] = form
        return form


_FORMS = _Forms()
_SEVERAL = 0xFFFFFFFF


def _form_of(character: str) -> int:
    form = _FORMS[ord(character)]
    return ord(form) if len(form) == 1 else _SEVERAL


_TABLE = CharacterTable(_form_of)


def normalise(text: str) -> Normalised:
    """Normalise a text character by character; ``starts`` is a plain range when each character stays one.

    Source: Unicode Standard Annex 15 (NFKC), OpenCC's character table (traditional to simplified).
    """
    if len(text) >= LONG:
        points = points_of(text)
        forms = _TABLE.of(points)
        if forms.max() != _SEVERAL:
            return Normalised(forms.tobytes().decode("utf-32-le", "surrogatepass"), range(len(text)))
    plain = text.translate(_FORMS)
    if len(plain) == len(text) and not _UNSEEN.search(text):  # no other form is empty: each character stays one
        return Normalised(plain, range(len(plain)))
    starts: list[int] = []
    for at, character in enumerate(text):
        starts.extend([at] * len(_FORMS[ord(character)]))
    return Normalised(plain, starts)
