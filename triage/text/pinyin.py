"""How names sound: pinyin without tones, with the slips that dialect speakers and typists make taken out.

王建国 and 王健国 sound alike, and so do Wang Jianguo and wang jian guo. Surnames have their own readings (单 is shan).
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpora.lexicons import compound_surnames, readings, surname_readings, surnames

_NOT_LATIN = re.compile("[^a-z]")
# zh/z, ch/c, sh/s and -ng/-n are one sound in half of the country
_SLIPS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


def sound(text: str) -> str:
    """The folded sound of normalised Chinese or Latin text, characters of no known reading left out."""
    known = readings()
    return folded("".join(letter if letter.isascii() else known.get(letter, "") for letter in text))


def folded(latin: str) -> str:
    """Latin letters in lower case with sounds that are often mistaken for each other made one."""
    heard = _NOT_LATIN.sub("", latin.lower().replace("ü", "u"))
    for one, other in _SLIPS:
        heard = heard.replace(one, other)
    return heard


@lru_cache(maxsize=4096)
def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of a Chinese name; an empty surname where it begins with none."""
    if name[:2] in compound_surnames() and len(name) > 2:
        return name[:2], name[2:]
    return (name[:1], name[1:]) if name[:1] in surnames() or name[:1] in surname_readings() else ("", name)


def surname_sound(surname: str) -> str:
    """The folded sound of a surname."""
    special = surname_readings().get(surname)
    return folded(special) if special else sound(surname)


def name_sound(name: str) -> str:
    """The folded sound of a whole Chinese name."""
    surname, given = split_name(name)
    return surname_sound(surname) + sound(given)
