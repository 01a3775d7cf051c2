"""Which year a month without one belongs to: 2017年签的字, 12月; 2018年, 二十户各发十只羊, 八月到村.

A month follows the time told before it in the sentence. A year that stands alone leads on only where the month is told in the
same breath, right after the year with its comma, or where a recent written year opens the clause: 去年脱的贫, 三月查出病 and
1974年修的桥, 7月裂了 tell of a month just past.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from triage.text.date_values import Stretch

_DEADLINE_BEHIND = re.compile(r"(?:之前|以前|前)")
_DONE = re.compile(r"[^，,。！!？?\n]{0,6}[过了]")
_DEADLINE_BEFORE = re.compile(
    r"(?:必须|要求|限|将|准备|通知|计划|截止|定于|定在|务必|要在|等到|说好|约好)[^。！!？?]{0,12}$"
)
# 2017年至今，3月: the year that was told is left behind
_LEFT = re.compile(r"[。！？!?\n]|至今|到今|如今|现在|目前|今天|以来|昨天|前天|[上这]个?月|本月")
_BREAK = re.compile(r"[,，;；:：、\s\"“”‘’()（）]")
_OPENS = re.compile(r"(?:^|[,，。;；:：!！?？、\s\"“”(（]|[在于])$")
# What the year belongs to, not what happened in it: 去年的单子, 2016年修的桥 with another matter behind it
_OF_A_THING = re.compile(r" ?年?度?的")
_LONGEST_CLAUSES = 60
_RECENT_YEARS = 4


@dataclass(slots=True)
class ToldYear:
    """The year that a text told last: with a month, or as a year or a part of one (``part``) that stands alone.

    ``spoken`` is the last year that words told, which 当年 and 次年 look back to, and not one that was guessed for a month.
    """

    year: int = 0
    spoken: int = 0
    month: int = 0
    start: int = 0
    end: int = -1
    written: bool = False
    part: Stretch | None = None

    def tell(
        self, year: int, start: int, end: int, *, month: int = 0, written: bool = False, spoken: bool = True
    ) -> None:
        """Notes a year at its place, or a month of it."""
        self.year, self.month, self.start, self.end, self.written, self.part = year, month, start, end, written, None
        self.spoken = year if spoken else self.spoken

    def year_of(self, month: int, text: str, start: int, end: int, received: date) -> int:
        """The year of a month that stands without one at ``text[start:end]``."""
        if self.year and _LEFT.search(text, self.end, start) is None and self._leads(month, text, start, received):
            year = self.year if month >= self.month else self.year + 1
            if (year, month) <= (received.year, received.month):
                return year
        return _last_year_of(month, text, start, end, received)

    def _leads(self, month: int, text: str, start: int, received: date) -> bool:
        """Whether the year goes on until the month."""
        if self.month:
            return True
        if self.part is None or not self.part.first <= date(self.year, month, 1) <= self.part.last:
            return False
        if _OF_A_THING.match(text, self.end):
            return False
        broken = _BREAK.search(text, self.end, start)
        if broken is None or (broken.start() == self.end and text.find(";", self.end, start) < 0):
            return True
        return (
            self.written
            and start - self.end <= _LONGEST_CLAUSES
            and received.year - self.year <= _RECENT_YEARS
            and _OPENS.search(text, max(0, self.start - 1), self.start) is not None
            and not {";", "；"} & set(text[self.end : start])
        )


def _last_year_of(month: int, text: str, start: int, end: int, received: date) -> int:
    """The year of the last such month not after the day of receipt, or of one that is said to lie ahead."""
    if month <= received.month:
        return received.year
    if month == received.month + 1 and not _DONE.match(text, end):
        return received.year  # nobody calls a month that lies eleven months back by its bare name
    ahead = _DEADLINE_BEHIND.match(text, end) or _DEADLINE_BEFORE.search(text, max(0, start - 16), start)
    return received.year if ahead and month <= received.month + 4 else received.year - 1
