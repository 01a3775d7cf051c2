"""The division that somebody means by the name of a place: 昭觉县三河村, 貴州省威寧縣, Weining County, Guizhou.

In: a name as it was typed; out: the smallest division that it surely names. What lies below a county is passed over, for no
list holds all villages; ``village_in`` tells what of the name is one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from corpora.divisions import Division, Divisions, is_county
from triage.text.normalise import normalise

LATIN_LEVEL = (
    r"(?:[Vv]illage|[Cc]ounty|[Tt]ownship|[Tt]own|[Pp]refecture|[Cc]ity|[Pp]rovince|[Dd]istrict|[Bb]anner|[Hh]amlet)"
)
"""What follows the name of a division or village in English."""
LATIN_PEOPLES = (
    "Yi|Hui|Miao|Dong|Tibetan|Zang|Zhuang|Yao|Tujia|Bai|Hani|Dai|Jingpo|Lisu|Lahu|Va|Wa|Naxi|Qiang|Mongol(?:ian)?|Kazakh?|Kirgh?iz|Kyrgyz|U[iy]gh?ur|Bou?yei|Buyi|Sui|Shui"
    "|Gelao|Li|She|Korean|Manchu|Man|Tu|Salar?|Bonan|Bao'?an|Dongxiang|Yugur?|[XS]ibe|Daur|Ewenki|Oroqen|Nu|Derung|Dulong|Blang|Bulang|Mulao|Mulam|Maonan|Jing|Tajik"
    "|Jinuo|Achang|De'ang|Pumi"
)
"""Peoples after whom autonomous counties and prefectures are called, as English and pinyin spell them."""
_UNIT = re.compile(rf"(?!{LATIN_LEVEL}\b)\b([A-Z][a-z]+(?:['’][a-z]+)?)(?: ({LATIN_LEVEL})\b)?")
_PROVINCE, _COUNTY = 2, 6

_LEAST_OF_CODE, _OF_TOWNSHIP, _OF_VILLAGE = 6, 9, 12
"""Digits of codes: the fewest that are taken for one, and those of a township and of a village, which begins with its township's."""
_WIDE, _COMMUNITY = tuple("省市县区州盟旗"), "社区"
_VILLAGE = re.compile(
    "(?:.*(?:[省市县州盟旗乡镇]|(?<!社)区)(?=..))?(?P<village>.+?(?:(?<=.)(?:村|社区|屯|寨|嘎查)|[乡镇]$))"
)


def division_named(name: str, *, whole: bool = False) -> Division | None:
    """The division that a place lies in, None where nothing or more than one division is named.

    ``whole``: only where the name says no more than divisions; whoever filters by a village must not be given its county.
    """
    known = Divisions.load()
    plain = normalise(name.strip()).text
    if plain.isascii() and plain.isdecimal():
        return _of_code(plain)
    found = known.find(plain)
    codes = sorted({match.code for match in found if match.certain}, key=len)
    # 四川省昭觉县: each lies in the one before it; names of two different places name none
    if any(not after.startswith(before) for before, after in pairwise(codes)):
        return None
    if (named := known.resolve(name.strip()) or known.resolve(plain)) is not None:
        return named
    if plain.isascii():
        code = latin_code(name)
        return known.get(code) if code else None
    covered = sum(match.end - match.start for match in found)
    if len(codes) < len({match.code for match in found}) or (whole and covered < len(plain.replace(" ", ""))):
        return None
    return known.get(codes[-1]) if codes else None


def village_in(name: str) -> str | None:
    """The village, or else the township, that a place is in, without what lies around it; None for a wider place."""
    if name.endswith(_WIDE) and not name.endswith(_COMMUNITY):
        return None
    found = _VILLAGE.match(name)
    if found is None:
        division = division_named(name, whole=True)
        return None if division is not None and len(division.code) < _OF_TOWNSHIP else name
    return found["village"]


def _of_code(code: str) -> Division | None:
    """The division of a code as registers and exports have it: of 6 digits or 9, filled up with zeros, or a village's of 12.

    Fewer digits are as often somebody's house.
    """
    if len(code) < _LEAST_OF_CODE:
        return None
    lengths = [length for length in (2, 4, 6, _OF_TOWNSHIP) if length == len(code) or not code[length:].strip("0")]
    lengths = lengths or [_OF_TOWNSHIP] * (len(code) == _OF_VILLAGE)
    return Divisions.load().get(code[: lengths[0]]) if lengths else None


@lru_cache(maxsize=1)
def latin_names() -> dict[str, tuple[str, ...]]:
    """Pinyin of short names to the codes of the divisions called so."""
    out: dict[str, tuple[str, ...]] = {}
    for line in files("corpora").joinpath("division_pinyin.csv").read_text("utf-8").splitlines()[1:]:
        code, name = line.split(",")
        out[name] = (*out.get(name, ()), code)
    return out


def plain_latin(name: str) -> str:
    """A name as ``latin_names`` has it: Zheng'an is Zhengan."""
    return name.replace("'", "").replace("’", "")


def latin_code(mention: str) -> str | None:
    """The code of the county that a place in pinyin names, if what is said beside it makes it certain."""
    names = [(plain_latin(name), level.lower()) for name, level in _UNIT.findall(mention)]
    above = {code for name, _ in names for code in latin_names().get(name, ()) if len(code) < _COUNTY}
    for name, level in names:
        if level not in {"county", "district", "city", "banner", ""}:
            continue
        known = latin_names().get(name, ())
        if not level and any(len(code) == _PROVINCE for code in known):
            continue  # Xinjiang is no county of Shanxi where nobody says so
        codes = [code for code in known if is_county(code)]
        codes = [code for code in codes if level != "county" or _is_county(code)]
        near = [code for code in codes if any(code.startswith(place) for place in above)] if above else codes
        codes = near or codes
        if len(codes) == 1:
            return codes[0]
    return None


def _is_county(code: str) -> bool:
    division = Divisions.load().get(code)
    return division is not None and division.name[-1] in "县旗"
