"""The forms under which the name of an accused person is found: characters, sound, initials.

A form begins with a mark: ``=`` characters as written (any part of a name), ``~`` the folded sound of the whole name,
of the surname or of the given name, ``^`` the initials. An index holds forms as keyed terms only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, product

from corpora.lexicons import everyday, posts, readings, surname_readings
from triage.model import Entity, EntityKind, Role
from triage.text.normalise import normalise
from triage.text.pinyin import folded, name_sound, sound, split_name, surname_sound, syllables, unmarked, with_u

_HAN = re.compile("[\u3400-\u9fff]")
_ONLY_HAN = re.compile("[\u3400-\u9fff]{2,4}")
_APART = re.compile(r"[\s·•・.,，、'’-]+")
_LATIN = re.compile("[a-z]+")
_INITIALS = re.compile("[bcdfghjklmnpqrstwxyz]{2,4}")
# How people are called beside their name, and is none; 主任 by itself stands in no list of posts
_CALLED = (
    "先生", "女士", "同志", "老师", "师傅", "大爷", "大娘", "老板", "医生", "校长", "主任", "主席", "干部", "大夫", "技术员",
)  # fmt: skip
_CALLED_LATIN = frozenset(
    ("mr", "mrs", "ms", "miss", "old", "uncle", "aunt", "deputy", "head", "chief", "village", "party", "secretary",
     "director", "headman", "principal", "mayor", "accountant", "cadre", "county", "magistrate", "township", "town", "district",
     "city", "committee", "chairman", "comrade", "boss", "manager", "governor", "officer", "vice", "teacher", "doctor", "dr",
     "cashier", "section", "bureau", "team")
)  # fmt: skip
# In a given name read as often otherwise as the table has it: 长 of 王长贵 is chang
_ALSO_READ = {
    "长": "chang", "朝": "zhao", "乐": "yue", "行": "hang", "重": "chong", "晟": "sheng", "盛": "cheng", "茜": "xi", "娜": "nuo",
    "柏": "bo", "曾": "zeng", "单": "shan", "都": "du", "省": "xing", "藏": "zang", "翟": "zhai", "解": "xie",
}  # fmt: skip
_MOST_READ = 4
_MOST_CHARACTERS = 24
_MOST_LETTERS = 60
_ALL_PARTS = 12
_LONGEST_PART = 6
_LONGEST_POST = 6
_LEAST_SOUND = 3


def accused_in(entities: Iterable[Entity]) -> tuple[str, ...]:
    """The names of accused people among the entities of a report, each once."""
    people = (entity for entity in entities if entity.kind is EntityKind.PERSON and entity.role is Role.ACCUSED)
    return tuple(sorted({person.text for person in people}))


def forms_of(name: str) -> frozenset[str]:
    """All forms under which a name that stands in a report is found."""
    plain = unmarked(normalise(name).text.strip()[:_MOST_LETTERS])
    if not _HAN.search(plain):
        return _latin_forms(plain)
    parts = _APART.split(plain[:_MOST_CHARACTERS])
    # 艾山 of 买买提·艾山 is called so by itself
    heard = {"~" + sound(part) for part in parts if len(part) > 1} if len(parts) > 1 else set()
    return _han_forms("".join(parts)) | (heard - {"~"})


def asked_forms(value: str, *, exact: bool = False) -> tuple[str, ...]:
    """The forms that somebody asks for who writes ``value``; ``exact`` asks for Chinese characters as they stand.

    Characters ask for themselves and for what sounds alike, Latin letters for a name so written, for a sound or for
    initials; a title beside a name is no part of it. Nothing comes of a value without letters.
    """
    plain = unmarked(normalise(value).text.strip())
    joined = _APART.sub("", plain)
    if not any(map(str.isalnum, joined)):
        return ()
    forms = ["=" + joined]
    if _HAN.search(joined):
        if exact:
            return tuple(forms)
        named = called(joined)
        heard = [one for name in (joined, named) for one in (name_sound(name), folded(spelled(name))) if len(name) > 1]
        return tuple(dict.fromkeys((*forms, "=" + named, *("~" + one for one in heard if len(one) >= _LEAST_SOUND))))
    if _LATIN.search(plain):
        forms += _asked_latin(_LATIN.findall(plain))
    return tuple(dict.fromkeys(forms))


def called(name: str) -> str:
    """王建国 for 王建国书记 and 村支书王建国; what is no name with a title stays as it is."""
    stem = _without_titles(name)
    for at in range(min(len(stem) - 2, _LONGEST_POST), 1, -1):
        if (stem[:at] in posts() or stem[:at] in _CALLED) and split_name(stem[at:])[0]:
            stem = stem[at:]
            break
    return stem if all(split_name(stem)) else name


def _asked_latin(every: list[str]) -> list[str]:
    named = [word for word in every if word not in _CALLED_LATIN] or every
    forms = []
    for written in (every, named):
        forms += ["~" + folded(letters) for letters in _orders(list(map(with_u, written)))]
        forms += ["=" + "".join(written), "^" + "".join(written)]
    return forms


def spelled(name: str) -> str:
    """How a name is written in pinyin, its syllables together; empty where a character has no known reading."""
    surname, given = split_name(name)
    known = readings()
    first = surname_readings().get(surname) or "".join(known.get(character, "?") for character in surname)
    whole = first + "".join(known.get(character, "?") for character in given)
    return "" if "?" in whole else whole


def name_in(words: tuple[str, ...]) -> str | None:
    """The name that bare words make if they are nothing else: its pinyin, or its initials.

    Chinese characters count as a name if they begin with a surname and are no everyday word, Latin letters if they are
    two to four syllables of pinyin and the first is a surname, or initials without a vowel.
    """
    joined = "".join(words)
    if len(words) == 1 and _ONLY_HAN.fullmatch(joined):
        surname, given = split_name(joined)
        return spelled(joined) or None if surname and given and joined not in everyday() else None
    bare = list(map(unmarked, words))
    if not all(_LATIN.fullmatch(word) for word in bare):
        return None
    parts = syllables("".join(map(with_u, bare)))
    if 2 <= len(parts) <= 4 and parts[0] in _surname_syllables():
        return joined
    return joined if len(words) == 1 and _INITIALS.fullmatch(joined) else None


def _han_forms(whole: str) -> frozenset[str]:
    stem = _without_titles(whole)
    surname, given = split_name(stem)
    read = _also_read(given) if surname else []
    # 陈刚 is cengan by its parts and cenan as one word: chengang must be found as well
    sounds = {name_sound(stem), sound(stem), sound(whole), folded(spelled(stem))}
    if surname:
        sounds |= {surname_sound(surname), sound(surname)}
        sounds |= {sound(given)} if len(given) > 1 else set()
        others = ["".join(one) for one in read]
        sounds |= {surname_sound(surname) + folded(one) for one in others}
        sounds |= {folded(spelled(surname) + one) for one in others}
        sounds |= set(map(folded, others)) if len(given) > 1 else set()
    initials = {"".join(letters) for letters in _initials(stem, surname)}
    initials |= {spelled(surname)[:1] + "".join(one[0] for one in each) for each in read if len(surname) == 1}
    return frozenset(
        {"=" + part for part in _parts(whole)}
        | {"~" + heard for heard in sounds if heard}
        | {"^" + letters for letters in initials if len(letters) > 1}
    )


def _initials(stem: str, surname: str) -> tuple[list[str], list[str]]:
    known = readings()
    plain = [known[character][0] for character in stem if character in known]
    special = surname_readings().get(surname)
    return plain, [special[0], *plain[len(surname) :]] if special and len(surname) == 1 else plain


def _also_read(given: str) -> list[tuple[str, ...]]:
    """The other ways to read a given name aloud, its syllables spelt; none for most."""
    known = readings()
    if _ALSO_READ.keys().isdisjoint(given) or not all(character in known for character in given):
        return []
    each = [dict.fromkeys((known[one], _ALSO_READ.get(one, known[one]))) for one in given]
    return list(islice(product(*each), 1, _MOST_READ))


def _latin_forms(plain: str) -> frozenset[str]:
    every = _LATIN.findall(plain)
    written = [word for word in every if word not in _CALLED_LATIN] or every
    words = list(map(with_u, written))
    turned = _orders(words)
    initials = {"".join(part[0] for part in syllables(letters)) for letters in turned}
    initials.add("".join(word[0] for word in words))
    return frozenset(
        {"=" + word for word in every}
        | {"=" + letters for letters in (*_orders(written), "".join(every))}
        | {"~" + folded(letters) for letters in (*turned, *words)}
        | {"~" + "".join(map(folded, words))}
        | {"^" + letters for letters in initials if len(letters) > 1}
    ) - {"=", "~"}


def _orders(words: list[str]) -> list[str]:
    """The words of a name together as they stand, with the first of them last and with the last of them first."""
    turned = ((*words[1:], *words[:1]), (*words[-1:], *words[:-1])) if len(words) > 1 else ()
    return ["".join(order) for order in (words, *turned)]


def _parts(whole: str) -> set[str]:
    """Every part of a name; of a very long one the short parts and the whole."""
    longest = len(whole) if len(whole) <= _ALL_PARTS else _LONGEST_PART
    cut = {whole[at : at + length] for length in range(1, longest + 1) for at in range(len(whole) - length + 1)}
    return cut | {whole}


def _without_titles(whole: str) -> str:
    """王建国 for 王建国书记 and 王 for 老王 and 王副镇长; at least one character stays."""
    stem = whole[1:] if len(whole) == 2 and whole[0] in "老小" else whole
    for length in range(min(len(stem) - 1, _LONGEST_POST), 1, -1):
        if stem[-length:] in posts() or stem[-length:] in _CALLED:
            stem = stem[:-length]
            break
    return stem[:-1] if len(stem) > 1 and stem != whole and stem[-1] in "副村镇乡老" else stem


@lru_cache(maxsize=1)
def _surname_syllables() -> frozenset[str]:
    from corpora.lexicons import surnames

    known = readings()
    plain = {known[surname] for surname in surnames() if surname in known}
    return frozenset(plain | {syllables(reading)[0] for reading in surname_readings().values() if syllables(reading)})
