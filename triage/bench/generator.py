"""Invented reports by the thousand: the same seed gives the same texts, people, places and months.

Words are drawn by Zipf's law from a vocabulary of everyday, domain and invented words, so that an index sees what a real
one sees: few frequent terms, many rare ones. Lengths follow a log-normal curve with the median of real messages.
Names belong to nobody: surname and given name are drawn by chance, villages too.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from corpora.lexicons import everyday, segment_words, surnames
from triage.model import Channel

MEDIAN_CHARS = 260
_SPREAD = 0.75
_VOCABULARY = 30_000
_ZIPF = 1.07
_FIRST_DAY = datetime(2017, 1, 1, tzinfo=UTC)
_DAYS = 1095
_GIVEN = "守田秀芬桂枝建国春花玉兰长贵满仓喜凤福生兴旺翠莲来顺有才金锁银环石头大勇小军丽华志强永红"
_PLACES = "三青石柳杨白黑龙凤金银长大小上下东西南北河沟坪坝湾岭山泉桥井塘寨庄营堡屯滩"
_POSTS = ("村支书", "村会计", "村主任", "组长", "包村干部", "镇民政所所长", "驻村队员", "扶贫办主任")
_MONEY = ("三万五千元", "3.5万元", "两千块", "12000元", "五百块钱", "1.8万", "八百元")
_TIMES = ("去年底", "2018年3月", "前年腊月", "今年春节前", "2017年10月12日", "上个月")
_CORE = "的了我他说是在有不没钱村里给人都去要就上来到家也还这那个说发低保贫困户扶贫款危房改造补贴名单签字干部"
_ENDS = "，，，，。。；！"
_DIVISIONS = ("513431", "510921", "522401", "533103", "420528", "610922", "620523", "130825", "360730", "450328")


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented report; ``division`` is a county's code, ``received_at`` aware UTC."""

    number: int
    text: str
    channel: Channel
    received_at: datetime
    division: str


class Generator:
    """Makes invented reports, always the same for the same seed."""

    def __init__(self, seed: int = 2019) -> None:
        self._seed = seed

    def reports(self, count: int) -> Iterator[Invented]:
        """``count`` reports; the first ones are the same for every count."""
        chance = random.Random(self._seed)
        channels = list(Channel)
        for number in range(count):
            length = int(min(max(chance.lognormvariate(0, _SPREAD) * MEDIAN_CHARS, 20), 4000))
            yield Invented(
                number,
                self._text(chance, length),
                chance.choice(channels),
                _FIRST_DAY + timedelta(days=chance.randrange(_DAYS), seconds=chance.randrange(86_400)),
                chance.choice(_DIVISIONS),
            )

    def texts(self, count: int) -> list[str]:
        """The texts of ``count`` reports."""
        return [report.text for report in self.reports(count)]

    def words(self, ranks: tuple[int, ...]) -> list[str]:
        """The words of the vocabulary at these ranks, 0 being the most frequent."""
        return [self._words[rank] for rank in ranks]

    @cached_property
    def _words(self) -> list[str]:
        """The vocabulary in order of frequency: single everyday characters, known words, invented words."""
        chance = random.Random(self._seed + 2)
        known = sorted(everyday()) + sorted(word for word in segment_words() if 2 <= len(word) <= 4)
        chance.shuffle(known)
        letters = sorted({letter for word in known for letter in word if "一" <= letter <= "龥"})
        words = dict.fromkeys([*_CORE, *known[: _VOCABULARY // 2]])
        while len(words) < _VOCABULARY:
            words["".join(chance.choices(letters, k=chance.choice((1, 2, 2, 2, 3))))] = None
        return list(words)

    @cached_property
    def _chances(self) -> list[float]:
        return list(itertools.accumulate(1 / (rank + 3) ** _ZIPF for rank in range(len(self._words))))

    def _text(self, chance: random.Random, length: int) -> str:
        """A text of about ``length`` characters: clauses of drawn words, some of them with somebody doing something."""
        parts: list[str] = []
        written = 0
        while written < length:
            clause = "".join(chance.choices(self._words, cum_weights=self._chances, k=chance.randint(3, 9)))
            if chance.random() < 0.12:
                clause = self._deed(chance) + clause
            parts.append(clause + chance.choice(_ENDS))
            written += len(parts[-1])
        return "".join(parts)

    def _deed(self, chance: random.Random) -> str:
        village = "".join(chance.choices(_PLACES, k=2)) + "村"
        name = chance.choice(self._surnames) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2))))
        money = f"把{chance.choice(_MONEY)}" if chance.random() < 0.6 else ""
        return f"{chance.choice(_TIMES)}{village}{chance.choice(_POSTS)}{name}{money}"

    @cached_property
    def _surnames(self) -> list[str]:
        return sorted(surnames())
