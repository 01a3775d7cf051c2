"""An invented region in which reports tell of affairs: what linking knows of each report, without a text being read.

Number and seed decide everything, so that any report can be made again without those before it. What the figures rest on:

* Counties, villages in a county and surnames are drawn by Zipf's law, so that some villages are told of by hundreds.
* Each village has four officials. How many reports name an official, a place, a sum and a programme are the shares of
  the authored corpus (read by the fast reader): 50, 78, 52 and 23 of a hundred.
* Words: everyday pairs of characters, length and how many rare pairs a report has are those of an authored report
  drawn by chance. The rare pairs themselves come from an endless Zipf-Mandelbrot vocabulary whose growth was fitted to
  the corpus: of 72,000 rare pairs 39,000 are distinct and 72 of a hundred of them stand in one report alone.
* One report in five tells of an affair that was told of before, two months earlier on average, in its own words: it
  keeps each fact by chance. One in seven of these is a copy with a few words changed. Two in a hundred of all reports
  are written on one of forty forms, half of whose text is alike.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from corpora.divisions import Divisions, is_county
from triage.cases import Fingerprint, Matter
from triage.cases.fingerprint import BANDS, ROWS
from triage.cases.grams import gram, pieces, ranks
from triage.cases.matter import Sum
from triage.cases.people import Person, core_of
from triage.cases.places import Place
from triage.cases.wrongs import Wrongs
from triage.model import Role
from triage.text.pinyin import name_sound, surname_sound

_PROVINCES = ("51", "52", "53")
_VILLAGES = 300
_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "守田秀芬桂枝建国春花玉兰长贵满仓喜凤福生兴旺翠莲来顺有才金锁银环石头大勇小军丽华志强永红明辉德清云龙海平"
_LOCAL = "三青石柳杨白黑龙凤金银长大小上下东西南北河沟坪坝湾岭山泉桥井塘寨庄营堡屯滩茶竹梨桑松榆槐柏窑洞"
_POSTS = ("村支书", "村主任", "村会计", "镇长")
_PROGRAMMES = ("低保", "危房改造", "扶贫款", "公益岗位", "养老保险", "退耕还林", "产业扶持", "医疗救助", "征地补偿", "粮食直补",
               "易地搬迁", "雨露计划", "残疾人补贴", "小额信贷", "饮水工程")  # fmt: skip
_ZIPF = 0.9
_PERSON, _PLACE, _SUM, _PROGRAMME, _CONTACT = 0.5, 0.78, 0.52, 0.23, 0.02
_REPEATED, _COPIED, _ON_FORMS, _FORMS = 0.2, 0.15, 0.02, 40
_DAYS_BACK, _SPAN_DAYS = 60.0, 1095
_FIRST_DAY = date(2017, 1, 1)
_OWN_WORDS, _KEPT_WORDS = 8, 0.5
# Zipf-Mandelbrot: the chance of the word at rank r goes with (r + 3000) ** -1.5
_OFFSET, _POWER = 3000.0, -2.0
_FREQUENT, _LESS = 2000, 20_000
_RANK_BITS = 7
_MIX, _WORD = 0x9E3779B97F4A7C15, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Affair:
    """What happened: one village, its officials, a sum, a programme, and words that only this affair needs."""

    number: int
    county: str
    village: str
    accused: tuple[Person, ...]
    fen: int
    programme: str
    contact: str
    words: tuple[int, ...]


class World:
    """Affairs and reports of them.

    Args:
        basis: matters of authored reports, for lengths and everyday words.
        total: how many reports the three years have; more of them stand closer together.
        seed: another one is another region.
    """

    def __init__(self, basis: Sequence[Matter], total: int, seed: int = 2019) -> None:
        self._total, self._seed = total, seed
        self._basis = [_Basis.of(matter) for matter in basis if len(matter.grams)]

    def told_by(self, number: int) -> int:
        """The number of the affair that a report tells of: mostly its own, else that of an earlier report."""
        chance = self._chance(number, "told")
        if chance.random() >= _REPEATED:
            return number
        before = self.earlier(number, chance)
        return number if before is None else self.told_by(before)

    def earlier(self, number: int, chance: random.Random) -> int | None:
        """A report before this one, two months on average; None for what would lie before the first."""
        before = number - 1 - int(chance.expovariate(_SPAN_DAYS / (_DAYS_BACK * self._total)))
        return before if before >= 0 else None

    def affair(self, number: int) -> Affair:
        """An affair by its number."""
        chance = self._chance(number, "affair")
        county = _drawn(chance, self._counties_by_chance)
        village, officials = self._village(county, _drawn(chance, _villages_by_chance()))
        digits, zeros = chance.choice((1, 2, 2, 2, 3, 3, 4)), chance.choice((2, 3, 3, 4, 4, 5))
        return Affair(
            number,
            self._counties[county],
            village,
            tuple(chance.sample(officials, chance.choice((1, 1, 1, 2)))),
            chance.randrange(10 ** (digits - 1), 10**digits) * 10**zeros,
            _PROGRAMMES[_drawn(chance, _programmes_by_chance())],
            f"1{chance.randrange(10**9, 10**10)}",
            tuple(_rare(chance, _OWN_WORDS)),
        )

    def report(self, number: int, report_id: str, affair: int | None = None) -> Matter:
        """What linking would know of a report, which tells of the affair ``told_by`` it or of the one given."""
        of = self.told_by(number) if affair is None else affair
        chance = self._chance(number, "report")
        if of != number and chance.random() < _COPIED:
            first = self.report(of, report_id, of)
            rows = first.fingerprint.rows.copy()
            rows[chance.sample(range(len(rows)), 4)] = 0
            changed = first.grams[4:] if len(first.grams) > 16 else first.grams
            return replace(
                first, fingerprint=Fingerprint(rows, first.fingerprint.size), grams=changed, received=self._day(number)
            )
        return self._told(number, report_id, self.affair(of), chance)

    def copies(self, number: int, affair: int) -> bool:
        """Whether a report of this affair repeats the letter of the first one, with a few words changed."""
        return affair != number and self._chance(number, "report").random() < _COPIED

    def _told(self, number: int, report_id: str, affair: Affair, chance: random.Random) -> Matter:
        """A report in somebody's own words: of the facts of an affair each is told by chance."""
        basis = self._basis[chance.randrange(len(self._basis))]
        people = affair.accused if chance.random() < _PERSON else ()
        places = (Place(2, affair.county, "", affair.village),) if chance.random() < _PLACE else ()
        sums = (Sum(3, affair.fen),) if chance.random() < _SUM else ()
        own = [word for word in affair.words if chance.random() < _KEPT_WORDS]
        names = [person.name for person in people] + [place.village for place in places]
        rare = (
            own + _rare(chance, max(0, basis.rare - len(own))) + [gram(one) for name in names for one in pieces(name)]
        )
        return Matter(
            report_id,
            Fingerprint(self._rows(chance), basis.size),
            np.unique(np.concatenate([basis.everyday, np.array(rare, dtype=np.uint32)])),
            people,
            places,
            sums,
            years=(self._day(number).year,),
            programmes=(affair.programme,) if chance.random() < _PROGRAMME else (),
            contacts=(affair.contact,) if chance.random() < _CONTACT else (),
            received=self._day(number),
            wrongs=basis.wrongs,
            runs=np.unique(np.array(own + _rare(chance, max(0, basis.runs - len(own))), dtype=np.uint32)),
        )

    def _rows(self, chance: random.Random) -> NDArray[np.uint32]:
        """The fingerprint of a text: chance, or half that of a form."""
        rows = np.frombuffer(chance.randbytes(4 * BANDS * ROWS), dtype=np.uint32)
        if chance.random() < _ON_FORMS:
            rows = rows.copy()
            form = random.Random(f"{self._seed}/form/{chance.randrange(_FORMS)}").randbytes(2 * BANDS * ROWS)
            rows[: len(rows) // 2] = np.frombuffer(form, dtype=np.uint32)
        return rows

    def _day(self, number: int) -> date:
        return _FIRST_DAY + timedelta(days=number * _SPAN_DAYS // self._total)

    def _chance(self, number: int, what: str) -> random.Random:
        return random.Random(f"{self._seed}/{what}/{number}")

    @cached_property
    def _counties(self) -> list[str]:
        codes = [division.code for division in Divisions.load() if is_county(division.code)]
        known = sorted(code for code in codes if code.startswith(_PROVINCES) and not code.endswith("00"))
        random.Random(self._seed).shuffle(known)
        return known

    @cached_property
    def _counties_by_chance(self) -> list[float]:
        return _zipf(len(self._counties))

    def _village(self, county: int, number: int) -> tuple[str, tuple[Person, ...]]:
        return _village(self._seed, county, number)


@dataclass(frozen=True, slots=True)
class _Basis:
    """Of an authored report: its distinct 5-grams, its everyday pairs of characters, how many rare ones and rare runs it has, its wrongs."""

    size: int
    everyday: NDArray[np.uint32]
    rare: int
    wrongs: Wrongs
    runs: int

    @classmethod
    def of(cls, matter: Matter) -> _Basis:
        seldom = ranks(matter.grams) <= 2
        runs = 0 if matter.runs is None else len(matter.runs)
        return cls(matter.fingerprint.size, matter.grams[~seldom], int(seldom.sum()), matter.wrongs, runs)


@lru_cache(maxsize=1 << 16)
def _village(seed: int, county: int, number: int) -> tuple[str, tuple[Person, ...]]:
    chance = random.Random(f"{seed}/village/{county}/{number}")
    name = "".join(chance.choices(_LOCAL, k=chance.choice((2, 2, 2, 3))))
    return name, tuple(_official(chance, post, place) for place, post in enumerate(_POSTS))


def _official(chance: random.Random, post: str, entity: int) -> Person:
    surname = _SURNAMES[_drawn(chance, _surnames_by_chance())]
    name = surname + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2, 2))))
    return Person(
        entity, name, name_sound(name), surname_sound(surname), (core_of(post),), Role.ACCUSED.value, surname, 2
    )


def _rare(chance: random.Random, count: int) -> list[int]:
    """Rare pairs of characters as numbers that carry how rare they are."""
    return [_word(int(_OFFSET * ((1 - chance.random()) ** _POWER - 1))) for _ in range(count)]


def _word(rank: int) -> int:
    seldom = 2 if rank < _FREQUENT else 1 if rank < _LESS else 0
    return ((rank + 1) * _MIX >> 24) & _WORD & ~_RANK_BITS | seldom


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / (rank + 3) ** _ZIPF for rank in range(count)))


def _drawn(chance: random.Random, cumulative: Sequence[float]) -> int:
    return bisect(cumulative, chance.random() * cumulative[-1])


@lru_cache(maxsize=1)
def _villages_by_chance() -> list[float]:
    return _zipf(_VILLAGES)


@lru_cache(maxsize=1)
def _surnames_by_chance() -> list[float]:
    return _zipf(len(_SURNAMES))


@lru_cache(maxsize=1)
def _programmes_by_chance() -> list[float]:
    return _zipf(len(_PROGRAMMES))
