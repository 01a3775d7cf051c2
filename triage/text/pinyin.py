"""How names sound: pinyin without tones, with the slips that dialect speakers and typists make taken out.

王建国 and 王健国 sound alike, and so do Wang Jianguo and wang jian guo. Surnames have their own readings (单 is shan).
The table of readings has u for ü: 吕 is lu, and so are Lü, Lv (as it is typed) and Lyu (as passports have it).
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

from corpora.lexicons import compound_surnames, readings, surname_readings, surnames

_NOT_LATIN = re.compile("[^a-z]")
# Latin letters with marks on them, of tones as well, and marks by themselves
_MARKED = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
# No syllable of the table has v, and none ends in l; within a word n and yu are two syllables (jinyu), and v before
# another vowel is seldom pinyin (silver)
_AS_U = re.compile("(?<=^[ln])(?:v|yu)|(?<=l)yu|(?<=[ln])v(?![aiou]|e[nr])")
_LONGEST_SYLLABLE = 6
# zh/z, ch/c, sh/s and -ng/-n are one sound in half of the country
_SLIPS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


def sound(text: str) -> str:
    """The folded sound of normalised Chinese or Latin text, characters of no known reading left out."""
    known = readings()
    return folded("".join(letter if letter.isascii() else known.get(letter, letter) for letter in text))


def folded(latin: str) -> str:
    """Latin letters in lower case with sounds that are often mistaken for each other made one."""
    heard = with_u(_NOT_LATIN.sub("", unmarked(latin).lower()))
    for one, other in _SLIPS:
        heard = heard.replace(one, other)
    return heard


def unmarked(text: str) -> str:
    """A text whose Latin letters have lost their marks: Lü is Lu, jiàn is jian."""
    return text if text.isascii() else _MARKED.sub(_base, text)


def _base(marked: re.Match[str]) -> str:
    letter = normalize("NFD", marked[0])[0]
    return letter if letter.isascii() else "" if "\u0300" <= letter <= "\u036f" else marked[0]


def with_u(letters: str) -> str:
    """Lower case letters with u for an ü of pinyin that is written v or yu, if they are pinyin then.

    lv and lyu are lu, lve is lue and nv is nu; calvin and jinyu stay as they are.
    """
    if "v" not in letters and "lyu" not in letters and not letters.startswith("nyu"):
        # The pattern looks behind every letter, and hardly a name has one of these
        return letters
    turned = _AS_U.sub("u", letters)
    return turned if syllables(turned) else letters


@lru_cache(maxsize=4096)
def syllables(letters: str) -> tuple[str, ...]:
    """Latin letters as the fewest syllables of pinyin; empty where they make none."""
    # How many syllables lead to each letter, and where the last of them begins
    best: list[tuple[int, int] | None] = [(0, 0), *([None] * len(letters))]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            before, held = best[start], best[end]
            if before is None or letters[start:end] not in _syllables():
                continue
            if held is None or before[0] + 1 < held[0]:
                best[end] = before[0] + 1, start
    found: list[str] = []
    end = len(letters)
    while end and (last := best[end]) is not None:
        found.append(letters[last[1] : end])
        end = last[1]
    return tuple(reversed(found))


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    return frozenset(readings().values())


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
