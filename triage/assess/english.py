"""Places, posts and bodies in English reports, which name them by pinyin and by level (Weining County).

In: text as received, because names are told by their capitals. Out: spans with codes and levels.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from corpora.divisions import Divisions
from triage.assess.places import PlaceSpan
from triage.assess.posts import PostMatch
from triage.model import Rank

_NAME = r"(?!The|Our|This|That|Their|Another|Every|Each|My|Your|In|One|Some|Any|Of|At|No|His|Her|And|But|When|If|From|To)[A-Z][a-z]+(?:[ '’][A-Z][a-z]+)?"
_LEVEL = (
    r"(?:[Vv]illage|[Cc]ounty|[Tt]ownship|[Tt]own|[Pp]refecture|[Cc]ity|[Pp]rovince|[Dd]istrict|[Bb]anner|[Hh]amlet)"
)
_PLACE = re.compile(rf"\b{_NAME} {_LEVEL}(?:,? (?:in )?{_NAME}(?: {_LEVEL})?)*\b")
_LEVEL_WORD = re.compile(_LEVEL)
_LONE = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{3,}\b(?! [A-Z])|(?<=\bin )[A-Z][a-z]{3,}\b")
_POST = re.compile(
    r"\b(?:(?:deputy|former|acting|vice) )?(?:(?:village|township|town|county|city|prefecture|provincial|group|team|branch|party|work) )*"
    r"(?:deputy )?(?:party (?:branch )?secretary|secretary|head(?:man|master)?|chief|director|accountant|mayor|magistrate|clerk|cashier|team leader|group leader|principal|chairman)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\b(?:the )?((?:(?:village|township|town|county|city|district|prefecture|provincial|neighbourhood|neighborhood|rural|local) )"
    r"(?:[a-z]+ ){0,3}?(?:government|bureau|office|committee|commission|station|cooperative|credit union|bank|hospital|clinic|school|party committee)(?:'s [a-z]+ station)?)\b"
)
_PINYIN = (
    "Wang|Li|Zhang|Liu|Chen|Yang|Huang|Zhao|Wu|Zhou|Xu|Sun|Ma|Zhu|Hu|Guo|He|Gao|Lin|Luo|Zheng|Liang|Xie|Song|Tang|Han|Feng|Deng|Cao|Peng"
    "|Zeng|Xiao|Tian|Dong|Yuan|Pan|Yu|Jiang|Cai|Du|Ye|Cheng|Su|Wei|Lu|Ding|Ren|Shen|Yao|Cui|Zhong|Tan|Fan|Jin|Shi|Liao|Jia|Xia|Fu|Fang|Bai|Zou"
    "|Meng|Xiong|Qin|Qiu|Hou|Jing|Duan|Lei|Long|Tao|Gu|Mao|Hao|Gong|Shao|Wan|Qian|Yan|Qi|Mo|Kong|Xiang|Piao|Kang|Wen|Niu|Ge|An|Qiao|Ouyang|Sima"
)
# A title with a lone surname is the person (Director Wang); of a title and a full name the name is (Director | Yao Shihai)
_TITLE = (
    r"(?:(?:Deputy |Vice |Section |Party |Village |Team )?(?:Director|Secretary|Chief|Head|Headman|Mayor|Manager|Accountant|Teacher|Doctor|Officer)"
    r"|Mr|Mrs|Ms|Miss|Old|Little|Uncle|Aunt|Auntie|Granny|Grandma|Grandpa|Comrade|Boss)"
)
_FULL = rf"(?:{_PINYIN})\s(?!Village|County|Town|Province|Prefecture)[A-Z][a-z]{{1,9}}(?:[’'-](?!s\b)[a-z]+)?"
_PERSON = re.compile(
    rf"\b(?:(?P<polite>(?:Mr|Mrs|Ms|Miss)\.?\s{_FULL})\b|(?P<full>{_FULL})\b(?!\s(?:[Vv]illage|[Cc]ounty|[Tt]ownship|[Tt]own|[Pp]rovince))"
    rf"|{_TITLE}\.?\s(?!of\b)(?!{_FULL}\b)(?!{_TITLE}\b)[A-Z][a-z]+(?:\s(?!Village|County|Town)[A-Z][a-z]+)?)"
)
_RANKS = {
    "village": Rank.VILLAGE, "group": Rank.VILLAGE, "team": Rank.VILLAGE, "headman": Rank.VILLAGE, "township": Rank.TOWNSHIP,
    "town": Rank.TOWNSHIP, "county": Rank.COUNTY, "magistrate": Rank.COUNTY, "prefecture": Rank.PREFECTURE,
    "city": Rank.PREFECTURE, "mayor": Rank.PREFECTURE, "provincial": Rank.PROVINCE,
}  # fmt: skip
_ALONE = frozenset(["secretary", "head", "chief", "director", "clerk", "cashier", "principal", "chairman", "mayor"])


@lru_cache(maxsize=1)
def _latin() -> dict[str, tuple[str, ...]]:
    """Pinyin of short names to the codes of the divisions called so."""
    out: dict[str, tuple[str, ...]] = {}
    for line in files("corpora").joinpath("division_pinyin.csv").read_text("utf-8").splitlines()[1:]:
        code, name = line.split(",")
        out[name] = (*out.get(name, ()), code)
    return out


def find_english_places(text: str) -> list[PlaceSpan]:
    """Places with the code of the county where its name, or what is said beside it, makes it certain."""
    out: list[PlaceSpan] = []
    for found in _PLACE.finditer(text):
        at, code = found.start(), _code(found[0])
        for part in found[0].split(", "):
            if part[0].isupper():
                out.append(PlaceSpan(at, at + len(part), code if _LEVEL_WORD.search(part) else None))
            at += len(part) + 2
    for found in _LONE.finditer(text):
        codes = _latin().get(found[0], ())
        if codes and not any(span.start < found.end() and found.start() < span.end for span in out):
            counties = [code for code in codes if len(code) == 6]
            out.append(PlaceSpan(found.start(), found.end(), counties[0] if len(counties) == len(codes) == 1 else None))
    return sorted(out)


def _code(mention: str) -> str | None:
    names = [(name.split(" ")[0], level.lower()) for name, level in re.findall(rf"({_NAME})(?: ({_LEVEL}))?", mention)]
    above = {code for name, _ in names for code in _latin().get(name, ()) if len(code) < 6}
    for name, level in names:
        if level not in {"county", "district", "city", "banner", ""}:
            continue
        codes = [code for code in _latin().get(name, ()) if len(code) == 6]
        codes = [code for code in codes if level != "county" or _is_county(code)]
        near = [code for code in codes if any(code.startswith(place) for place in above)] if above else codes
        codes = near or codes
        if len(codes) == 1:
            return codes[0]
    return None


def _is_county(code: str) -> bool:
    division = Divisions.load().get(code)
    return division is not None and division.name[-1] in "县旗"


def find_english_posts(text: str) -> list[PostMatch]:
    """Posts with their level; titles that stand alone count only in lower case (the director said)."""
    out: list[PostMatch] = []
    for found in _POST.finditer(text):
        words = found[0].lower().split()
        if len(words) == 1 and (
            words[0] in _ALONE - {"secretary", "director"} or text[found.end() :][:2].strip()[:1].isupper()
        ):
            continue
        rank = max((_RANKS.get(word, Rank.NONE) for word in words), default=Rank.NONE)
        out.append(PostMatch(found.start(), found.end(), rank))
    return out


def find_english_bodies(text: str) -> list[tuple[int, int]]:
    """Bodies of a level (county health bureau)."""
    return [found.span(1) for found in _BODY.finditer(text)]


def find_english_people(text: str) -> list[tuple[int, int]]:
    """Persons by title and surname, or by a Chinese surname in pinyin and a given name, in order."""
    return [found.span() for found in _PERSON.finditer(text)]
