"""Which county the name of a township or village tells. In: the name, or a text and a division's name in it; out: a code.

Townships and villages all over the country bear the names of counties elsewhere (古城镇, 长阳铺镇, 榆树沟村), so a county's name at
their beginning is not enough.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from corpora.divisions import Divisions, PlaceMatch
from triage.assess.hamlets import GENERIC, HAMLET_ALONE

TOWN = "(?:镇镇|镇|乡|街道|苏木|农场|林场)"
"""What a township's name ends with, as a pattern."""
_TOWN_END = re.compile("(?:街道|镇|[^族]+族乡|乡)$")
_TOWN_NEAR = re.compile("[镇乡]|街道")
_NO_STEM = re.compile("(?:村|屯|社区|嘎查|移民点|安置点|安置区|安置小区|新村|小区)$")
_LARGER = frozenset("县市区旗镇乡街")
# 洛川|塬村, 柞水|沟村
_GROUND = re.compile(f"[{''.join(sorted(HAMLET_ALONE))}][村屯]")
_BEFORE, _AFTER = 5, 8


class Local(NamedTuple):
    """A township or village at ``start`` to ``end`` and its county's code, where it is certain."""

    start: int
    end: int
    code: str | None


def without_ending(township: str) -> str:
    """A township's name without 镇, 乡, 街道, or 回族乡 and the like."""
    return _TOWN_END.sub("", township)


@lru_cache(maxsize=1024)
def township_shorts(county: str) -> frozenset[str]:
    """Names of a county's townships without 镇 or 乡."""
    names = map(without_ending, Divisions.load().townships(county))
    return frozenset(name for name in names if 2 <= len(name) <= 4)


@lru_cache(maxsize=1024)
def _township_starts(county: str) -> tuple[str, ...]:
    """Names of a county's townships, in full and without 镇 or 乡."""
    return (*Divisions.load().township_names(county), *township_shorts(county))


@lru_cache(maxsize=1)
def _county_shorts() -> dict[str, str | None]:
    """Short names of counties with their code; None where two bear one name and not just one of them was a poor county."""
    out: dict[str, str | None] = {}
    poor: dict[str, bool] = {}
    for row in Divisions.load():
        if len(row.code) != 6 or len(row.short) < 2:
            continue
        if row.short not in out or (row.poor and not poor[row.short]):
            out[row.short], poor[row.short] = row.code, row.poor
        elif row.poor or not poor[row.short]:
            out[row.short] = None
    return out


@lru_cache(maxsize=1)
def _only_counties() -> frozenset[str]:
    """Short names of counties with which the name of no township elsewhere begins (互助, 恩平)."""
    divisions, shorts = Divisions.load(), _county_shorts()
    elsewhere: set[str] = set()
    for row in divisions:
        for name in divisions.townships(row.code):
            for length in (4, 3, 2):
                if shorts.get(name[:length]) not in {None, row.code}:
                    elsewhere.add(name[:length])
    # 新|安乡 and 大|丰镇 are townships
    return frozenset(short for short in shorts if short[-1] not in "镇乡") - elsewhere


def township_county(name: str, divisions: Divisions) -> str | None:
    """The code of the county that a name begins with, or of a township whose name no other bears.

    A county's name counts where one of its townships follows (大安|红岗子乡), and where no township elsewhere begins like it
    and the name of a village follows (互助|松林滩).
    """
    for length in (4, 3, 2):
        code = _county_shorts().get(name[:length]) if len(name) > length + 1 else None
        if code and (
            name.startswith(_township_starts(code), length)
            or (name[:length] in _only_counties() and _is_village(name[length:]))
        ):
            return code
    town = re.match(f".+?{TOWN}", name)
    return _only_township(town[0], divisions) if town else None


def known_township_end(text: str, start: int, county: str) -> int:
    """Where the name of a township of a county that stands at ``start`` in full ends, whatever its characters (三乡镇, 年都乎乡).

    ``start`` where none does.
    """
    names = Divisions.load().township_names(county)
    return next((start + len(name) for name in names if text.startswith(name, start)), start)


def _is_village(rest: str) -> bool:
    """Whether ``rest`` names a village by itself: 松林滩 and 塘角村, not 沟村, 社区 or 桥镇."""
    stem = _NO_STEM.sub("", rest)
    return len(stem) > 1 and stem not in GENERIC and stem[0] not in HAMLET_ALONE and _LARGER.isdisjoint(stem)


def _only_township(name: str, divisions: Divisions) -> str | None:
    if len(name.removesuffix("街道")) < (3 if name.endswith("街道") else 4):
        return None
    codes = {code[:6] for code in divisions.township_codes(name)}
    return codes.pop() if len(codes) == 1 else None


def held_in(text: str, match: PlaceMatch, divisions: Divisions) -> Local | None:
    """The township or village that only holds a county's name (长阳|铺镇, 上|清镇, 洛川|塬村), if that is what ``match`` is."""
    if len(match.code) != 6:
        return None
    if text[match.end - 1] not in _LARGER and _GROUND.match(text, match.end):
        return Local(match.start, match.end + 2, None)
    town = _TOWN_NEAR.search(text, match.end - 1, match.end + _AFTER)
    if town is None or text[match.end : town.end()] in divisions.townships(match.code):
        return None
    for start in range(max(0, match.start - _BEFORE), match.start + 1):
        if divisions.township_codes(text[start : town.end()]):
            return Local(start, town.end(), _only_township(text[start : town.end()], divisions))
    return None
