"""The division that a name in pinyin means by itself: Sichuan, Liangshan Prefecture, zhaojue county, Weining County, Guizhou.

In: a name as somebody asks for it; out: the one division of it, or none. Other than where places are found in a text, nothing
of the name may be left over: a village is not its county.
"""

from __future__ import annotations

import re

from corpora.divisions import Division, Divisions
from triage.text.place_names import LATIN_PEOPLES, latin_names, plain_latin

_AUTONOMOUS = re.compile(
    rf"(?:(?:,? and|,| &)? (?:{LATIN_PEOPLES}))*(?: Ethnic)? Autonomous(?= (?:Region|Prefecture|County|Banner)\b)"
)
_OF = {
    "province": (2,), "region": (2,), "municipality": (2,), "prefecture": (4,), "city": (2, 4, 6), "county": (6,), "district": (6,),
    "banner": (6,), "": (2, 4, 6),
}  # fmt: skip
_ENDS = {"city": "市", "county": "县旗", "district": "区", "banner": "旗"}
_PART = re.compile(r"(?P<name>[A-Z][A-Za-z'’ -]*?)(?: (?P<level>[A-Z][a-z]+))?")
_PROVINCE, _COUNTY = 2, 6


def latin_division(name: str) -> Division | None:
    """The division of a name in Latin letters, parts of it between commas; None where there is none, or several."""
    told = name.strip() if any(map(str.isupper, name)) else name.strip().title().replace("'S", "'s")
    every = [codes for part in _AUTONOMOUS.sub("", told).split(",") if (codes := _codes_of(part.strip())) is not None]
    if not every or not all(every):
        return None
    finest = max(every, key=lambda codes: max(map(len, codes)))
    others = [codes for codes in every if codes is not finest]
    met = {code for code in finest if all(any(code.startswith(above) for above in codes) for codes in others)}
    # Xinjiang is no county of Shanxi where nobody says so
    met = {code for code in met if len(code) == _PROVINCE} or met
    return Divisions.load().get(met.pop()) if len(met) == 1 else None


def _codes_of(part: str) -> set[str] | None:
    """The codes that a part between commas may mean; None for nothing at all between them."""
    if not part:
        return None
    found = _PART.fullmatch(part)
    level = (found["level"] or "").lower() if found else ""
    named = found["name"] if found and level in _OF else part
    lengths = _OF[level if level in _OF else ""]
    known = latin_names()
    codes = known.get(plain_latin(named)) or known.get(
        plain_latin(named).replace(" ", "").replace("-", "").capitalize(), ()
    )
    return {code for code in codes if len(code) in lengths and (len(code) < _COUNTY or _ends(code, level))}


def _ends(code: str, level: str) -> bool:
    """Whether a county or district is one of the level that is told: Xi'an City is no 西安区."""
    division = Divisions.load().get(code)
    return division is not None and division.name[-1] in _ENDS.get(level, division.name[-1])
