"""The way through a query from left to right: what stands at a place, up to where it goes, and what is wrong with it."""

from __future__ import annotations

import re
from typing import NoReturn

from triage.errors import BadInput
from triage.text.normalise import normalise

_SPACE = re.compile(r"\s*")
_CLOSES = {'"': '"', "“": "”", "＂": "＂", "「": "」", "『": "』"}
_DOUBLE = '"“”＂'
QUOTES = frozenset(_DOUBLE + "「」『』")
OPENING, CLOSING = frozenset("(（"), frozenset(")）")


class Scanner:
    """A query under way; ``at`` is the offset of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def raw(self) -> str:
        """The characters up to a space, a quotation mark or a closing bracket that no bracket in them opens."""
        start, opened = self.at, 0
        while self.at < len(self.text):
            character = self.text[self.at]
            if character.isspace() or character in QUOTES:
                break
            if character in CLOSING:
                if not opened:
                    break
                opened -= 1
            opened += character in OPENING
            self.at += 1
        return self.text[start : self.at]

    def skip(self) -> None:
        """Passes white space."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def takes(self, pattern: re.Pattern[str]) -> bool:
        """Passes what a pattern matches behind white space; whether it does."""
        self.skip()
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found is not None

    def phrase(self) -> str:
        """What stands between the quotation mark here and its partner.

        Raises:
            BadInput: it has no partner, or nothing stands between them.
        """
        opened = self.at
        mark = self.text[opened]
        end = self.text.find(_CLOSES.get(mark, mark), opened + 1)
        if mark in _DOUBLE and (end < 0 or mark in self.text[opened + 1 : end]):
            # “低保“ and "低保”: what a keyboard for Chinese makes of two marks
            end = next((at for at in range(opened + 1, len(self.text)) if self.text[at] in _DOUBLE), -1)
        if end < 0:
            self.wrong("quote", "这个引号没有另一半", "This quotation mark has no partner.")
        self.at = end + 1
        inner = self.text[opened + 1 : end]
        if not normalise(inner).text:
            self.at = opened
            self.wrong("empty", "引号里没有字", "There is nothing between these quotation marks.")
        return inner

    def wrong(self, rule: str, zh: str, en: str) -> NoReturn:
        """Refuses the query at this place.

        Raises:
            BadInput: field ``q``, in both languages.
        """
        raise BadInput("q", rule, f"第 {self.at + 1} 个字：{zh} · Character {self.at + 1}: {en}")
