"""Labelled reports as other hands and ears would have brought them: same labels, other names, slips and signs.

Each way of changing takes a report and a seeded source of chance, so that a run can be repeated. Marked entities are
dropped, since their strings no longer stand in the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random

from corpora.lexicons import readings, surnames, traditional_characters
from corpora.reports import LabelledReport
from triage.text.pinyin import split_name

SHARE = 0.05
"""Characters of a text that are misheard or mistyped."""
_GIVEN = "伟芳娜敏静丽强磊洋艳勇军杰涛明超霞平刚桂英华玉兰建国志文武红春梅海燕云龙凤山水木林森石金银宝福贵喜"
_SIGNS = re.compile(r"[。，、；：！？!?,;:“”‘’\"'（）()《》…—-]+")

Change = Callable[[LabelledReport, Random], LabelledReport]


def misheard(row: LabelledReport, chance: Random) -> LabelledReport:
    """A twentieth of the characters replaced by others of the same sound, as speech recognition and typing do."""
    return _rewritten(row, lambda text: "".join(_heard(letter, chance) for letter in text))


def mistyped(row: LabelledReport, chance: Random) -> LabelledReport:
    """A twentieth of the characters left out, doubled or swapped with the next."""
    return _rewritten(row, lambda text: _slipped(text, chance))


def without_punctuation(row: LabelledReport, _chance: Random) -> LabelledReport:
    """No punctuation but line ends."""
    return _rewritten(row, lambda text: _SIGNS.sub("", text))


def traditional(row: LabelledReport, _chance: Random) -> LabelledReport:
    """Traditional characters wherever there is one."""
    return _rewritten(row, lambda text: text.translate(_to_traditional()))


def renamed(rows: Sequence[LabelledReport]) -> Change:
    """Other people and places in a report: surnames and given names drawn anew, places taken from the other ``rows``."""
    places: dict[str, list[str]] = defaultdict(list)
    for other in rows:
        for mark in other.entities or ():
            if mark.kind == "place":
                places[mark.text[-1]].append(mark.text)

    def change(row: LabelledReport, chance: Random) -> LabelledReport:
        new: dict[str, str] = {}
        known: dict[str, str] = {}
        for mark in sorted(row.entities or (), key=lambda mark: -len(mark.text)):
            if mark.kind == "place":
                new[mark.text] = chance.choice(places[mark.text[-1]])
            elif mark.kind == "person":
                new[mark.text] = "".join(_other_letter(letter, mark.text, known, chance) for letter in mark.text)
        return _rewritten(row, lambda text: _replaced(text, new))

    return change


def ways(rows: Sequence[LabelledReport]) -> Mapping[str, Change]:
    """All ways of changing reports, by name."""
    return {
        "other_names": renamed(rows),
        "misheard": misheard,
        "mistyped": mistyped,
        "no_punctuation": without_punctuation,
        "traditional": traditional,
    }


def _rewritten(row: LabelledReport, change: Callable[[str], str]) -> LabelledReport:
    """The report with its text changed; in a transcript only the words of the turns, not who speaks."""
    if row.turns is None:
        return replace(row, text=change(row.text), entities=None)
    turns, pieces, at = [], [], 0
    for speaker, words in row.turns:
        start = row.text.find(words, at)
        new = change(words)
        turns.append((speaker, new))
        if start >= 0:
            pieces += [row.text[at:start], new]
            at = start + len(words)
    return replace(row, text="".join(pieces) + row.text[at:], turns=tuple(turns), entities=None)


@lru_cache(maxsize=1)
def _sounds() -> dict[str, str]:
    """Syllable → the characters read so."""
    heard: dict[str, str] = defaultdict(str)
    for letter, syllable in readings().items():
        heard[syllable] += letter
    return heard


def _heard(letter: str, chance: Random) -> str:
    syllable = readings().get(letter)
    if syllable is None or chance.random() >= SHARE:
        return letter
    return chance.choice(_sounds()[syllable])


def _slipped(text: str, chance: Random) -> str:
    letters, place = list(text), 0
    while place < len(letters) - 1:
        if letters[place].isalnum() and chance.random() < SHARE:
            slip = chance.randrange(3)
            if slip == 0:
                letters[place] = ""
            elif slip == 1:
                letters[place] *= 2
            else:
                letters[place], letters[place + 1] = letters[place + 1], letters[place]
                place += 1
        place += 1
    return "".join(letters)


@lru_cache(maxsize=1)
def _to_traditional() -> dict[int, str]:
    forms: dict[int, str] = {}
    for old, new in traditional_characters().items():
        forms.setdefault(ord(new), old)
    return forms


def _other_letter(letter: str, name: str, known: dict[str, str], chance: Random) -> str:
    """Another character for one of a name, the same one for each time that it stands in the report's names."""
    surname, given = split_name(name.removeprefix("老").removeprefix("小"))
    if letter in surname:
        return known.setdefault(letter, chance.choice(sorted(entry for entry in surnames() if len(entry) == 1)))
    # 王书记, 老李家老二: what is no given name stays
    if len(given) <= 2 and letter in given and not set(given) & set("书记主任某家哥姐叔婶爷奶嫂总长"):
        return known.setdefault(letter, chance.choice(_GIVEN))
    return letter


def _replaced(text: str, new: Mapping[str, str]) -> str:
    if not new:
        return text
    pattern = re.compile("|".join(re.escape(old) for old in sorted(new, key=len, reverse=True)))
    return pattern.sub(lambda found: new[found.group()], text)
