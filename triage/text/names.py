"""One person's name in its several forms: as it sounds, in either order, without titles, with characters of other shapes.

In: a name as a report or a person has it. Out: forms, of which two names of one person share at least one, and a pattern
that finds a name in a text where no reader marked it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from corpora.lexicons import compound_surnames, posts, readings, surname_readings, surnames, word_set
from triage.text.normalise import normalise, seen
from triage.text.pinyin import folded, name_sound, sound, split_name, surname_sound, syllables, unmarked

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[a-z]+")
_DOTS = re.compile("[·•・‧]")
# Characters of names that are others by shape alone, and that the table of traditional ones leaves as they are
_OTHER, _USUAL = (
    "囯圀囻喆堃甦喦嵒崐靑淸鉄寕寜徳惪呉斉沢広栄恵煕濶郷勲凃喩毎寳崘峩巌悳敍曺栢梹楽槑氷濬燐爕玅玆珎珮琹瑨畊皡眀穐霊艶荘萠蘓豊賛逹鋳隣験黒龢兪",
    "国国国哲坤苏岩岩昆青清铁宁宁德德吴齐泽广荣惠熙阔乡勋涂喻每宝仑峨岩德叙曹柏槟乐梅冰浚磷燮妙兹珍佩琴晋耕皓明秋灵艳庄萌苏丰赞达铸邻验黑和俞",
)
_VARIANTS = str.maketrans(_OTHER, _USUAL)
_CALLED = ("先生", "女士", "同志", "老师", "师傅", "领导")
_CALLED_LATIN = frozenset(
    ("mr", "mrs", "ms", "miss", "madam", "dr", "comrade", "director", "secretary", "chief", "head", "headman", "mayor",
     "governor", "magistrate", "manager", "chairman", "officer", "cadre", "principal", "accountant", "boss", "teacher", "doctor",
     "deputy", "vice", "party", "section", "village", "township", "town", "county", "city", "provincial", "team", "old", "uncle",
     "aunt", "auntie", "the")
)  # fmt: skip
_KEPT_TITLES = ("mr", "mrs", "ms", "miss", "comrade", "secretary", "director")
"""Titles that earlier versions kept as a part of an English name."""
_LETTERS = "A-Za-zÀ-ɏ’'-"
# From the first capital of a word on, and tried once in each word: from every capital, Wang 20,000 times took 24 s
_CAPITALS = re.compile(f"(?<![{_LETTERS}])[a-zÀ-ɏ’'-]*+(?P<run>[A-Z][{_LETTERS}]++(?:(?:,? |, ?)[A-Z][{_LETTERS}]++)+)")
_WORD = re.compile(f"[{_LETTERS}]+")
_RUN = re.compile("[a-z’'-]+(?:[ \u3000][a-z’'-]+)*")
_MOST, _MOST_SOUNDS = 300, 4
_TOLD_AND_COVERED = 2
_LEAST_SOUND = 5
"""With fewer letters a sound is that of too many names; the shortest full names have five (李娥 is lie)."""
_LONGEST_TITLE = 6
# 郑 国 平, 郑·国平; 郑书记国平
_GAP, _LATIN_GAP = "[\\s·•・]{0,3}", "[\\s.,'’-]{0,3}"
_TITLE_WITHIN = "(?:书记|主任|局长|常委|部长|主席)?"
# 姓郑,名国平
_SURNAME_TOLD = "姓{}[\\s,、;]{{0,2}}(?:单|大)?名(?:叫|为|字)?"
_TITLES_BEHIND = ("书记", "主任", "同志", "局长", "常委", "部长", "主席")
_LEAST_GIVEN = 2
# Surnames that are words as well: 和国平书记 is no 和国平, 村里国平书记 no 里国平
_NO_SURNAMES = frozenset("和由同从里区都支官查党员来那公经")
# After a name of two characters nothing may stand that could be a third one of it
_ENDS = "(?=$|[^\u3400-\u9fff]|书记|主任|同志|先生|局长|常委|[收拿贪受送给把被的向叫让在和与说要又也是])"


def forms_in_reports(name: str) -> frozenset[str]:
    """The forms of a name as it stands in a report: ``heard:`` and a sound, or ``party:`` and a name too short for one.

    王首田, 王 守 田, Mr Wang Shoutian, Shoutian Wang and WANG Shou Tian share a form with 王守田. Of a name with a dot in it
    the first part is a form of its own (``first:``), which nothing shares but that part asked for by itself.
    """
    plain = _plain(name)
    if not _HAN.search(plain):
        return frozenset(_marked(heard, plain) for heard in _latin_sounds(plain))
    stem = _stem(plain)
    first, rest = _parts(plain)
    return frozenset({_marked(name_sound(stem), stem)} | ({"first:" + sound(first)} if rest else set()))


def forms_of_a_person(name: str) -> frozenset[str]:
    """The forms under which reports on a person of this name stand, those of earlier versions among them.

    People with a dot in their name are told of by its first part as often as by the whole.

    Args:
        name: a full name in Chinese characters or pinyin.
    """
    plain = _plain(name)
    if not _HAN.search(plain):
        sounds = _latin_sounds(plain)
        return frozenset(_marked(heard, plain) for heard in sounds | _with_titles(sounds)) | {"first:" + sound(plain)}
    stem = _stem(plain)
    surname, given = split_name(stem)
    spelt, called = _spelt(surname, surname=True), _spelt(given)
    sounds = {name_sound(stem), folded(spelt + called), sound(given) + surname_sound(surname), folded(called + spelt)}
    forms = {_marked(heard, stem) for heard in sounds | _with_titles(sounds)}
    first, rest = _parts(plain)
    alone = _marked(sound(first), first) if rest else "first:" + sound(stem)
    return frozenset(forms | {"party:" + name, alone})


def covered_forms(name: str) -> frozenset[str]:
    """The forms of a name of which one character is covered, as notices tell it: 陈某明 and 陈光某 of 陈光明.

    Of a given name of one character nothing would be left, and half a county is 陈某: such a name has none, nor has pinyin.

    Args:
        name: as for ``forms_of_a_person``.
    """
    surname, given = split_name(_stem(_plain(name)))
    return frozenset(form for one in _with_one_covered(surname, given) for form in forms_in_reports(one))


def _with_one_covered(surname: str, given: str) -> tuple[str, ...]:
    if not _HAN.search(given) or len(given) < _TOLD_AND_COVERED:
        return ()
    return tuple(f"{surname}{given[:at]}某{given[at + 1 :]}" for at in range(len(given)))


def _stem(plain: str) -> str:
    """A name in Chinese characters without dots and titles."""
    return _without_titles(_DOTS.sub("", plain))


def finds(name: str, text: str) -> bool:
    """Whether a name stands in a text: its characters with spaces, a title or pinyin between, or its pinyin in either order.

    Args:
        name: as for ``forms_of_a_person``.
        text: normalised text.
    """
    # Covered it counts here alone: keys of a covered name are those of others too, and would hide reports from these
    surname, given = split_name(_stem(_plain(name)))
    return bool(found_among([name], text)) or any(one in text for one in _with_one_covered(surname, given))


def found_among(names: Iterable[str], text: str) -> list[str]:
    """Those of the names that stand in a text, as ``finds`` looks for one."""
    plain = unmarked(text).translate(_VARIANTS)
    patterns = ((name, _pattern(name)) for name in names)
    return [
        name for name, pattern in patterns if pattern is not None and (pattern.search(plain) or _by_given(name, plain))
    ]


def phrases_of(name: str) -> tuple[str, ...]:
    """How a name is written most often, as phrases of a normalised text: together, apart, in pinyin, without its title.

    Args:
        name: as for ``forms_of_a_person``.
    """
    plain = _plain(name)
    if not _HAN.search(plain):
        every = _LATIN.findall(plain)
        words = [word for word in every if word not in _CALLED_LATIN] or every
        return _latin_phrases(words[0], [part for word in words[1:] for part in syllables(word) or (word,)])
    stem = _without_titles(plain)
    surname, given = split_name(_DOTS.sub("", stem))
    spelt = [_spelt(one) for one in given]
    latin = _latin_phrases(_spelt(surname, surname=True), spelt) if surname and given and all(spelt) else ()
    titled = [given + title for title in _TITLES_BEHIND] if _is_called_by(given) else []
    return tuple(dict.fromkeys((stem, _DOTS.sub("", stem), " ".join(stem), *latin, *titled)))


def _latin_phrases(surname: str, given: list[str]) -> tuple[str, ...]:
    """zheng guoping, guoping zheng, zhengguoping, zheng guo ping."""
    called = "".join(given)
    told = (f"{surname} {called}", f"{called} {surname}", surname + called, " ".join((surname, *given)))
    return tuple(dict.fromkeys(one.strip() for one in told))


def names_apart(text: str) -> list[str]:
    """Names that a reader of words misses by the way in which they are written, at most 300: 郑 国 平, Guoping Zheng.

    Characters with spaces between that begin with a surname, and two or three capitalised words of pinyin of which the first
    or the last is one; of words without capitals up to 300 more (zheng guoping, zhengguoping). What only looks like a name does
    no harm: it is nobody whom somebody is kept from.

    Args:
        text: as received, for capitals tell names in English.
    """
    text = seen(text)
    apart = list(islice(_spaced().finditer(text), _MOST))
    found = [name for match in apart for name in (match[1], match[1] + (match[2] or ""))]
    for run in islice(_CAPITALS.finditer(text), _MOST):
        words = _WORD.findall(run["run"])
        for size in (2, 3):
            for at in range(len(words) - size + 1):
                part = words[at : at + size]
                ends = {unmarked(part[0]).lower(), unmarked(part[-1]).lower()}
                if not _surname_sounds().isdisjoint(ends) and all(syllables(_letters(word)) for word in part):
                    found.append(" ".join(part))
    return [*list(dict.fromkeys(found))[:_MOST], *_without_capitals(text)]


def _without_capitals(text: str) -> list[str]:
    """Names in pinyin that no capital tells: zheng guo ping, guoping zheng, zhengguoping, ZHENG GUOPING."""
    found: dict[str, None] = {}
    for run in _RUN.finditer(unmarked(text).lower()):
        words = run[0].split()
        parts = [syllables(_letters(word)) for word in words]
        for size in (1, 2, 3):
            for at in range(len(words) - size + 1):
                told = parts[at : at + size]
                sounds = [sound for part in told for sound in part]
                ends = (*sounds[:1], *sounds[-1:], "".join(sounds[:2]))
                if all(told) and 1 < len(sounds) <= _MOST_SOUNDS and not _surname_sounds().isdisjoint(ends):
                    found[" ".join(words[at : at + size])] = None
                if len(found) >= _MOST:
                    return list(found)
    return list(found)


def _letters(word: str) -> str:
    return "".join(_LATIN.findall(unmarked(word).lower()))


@lru_cache(maxsize=1)
def _spaced() -> re.Pattern[str]:
    firsts = "".join(
        sorted(
            {one for one in surnames() if len(one) == 1}
            | {old for old, new in zip(_OTHER, _USUAL, strict=True) if new in surnames()}
        )
    )
    gap, han = "[ \u3000]{1,2}", "[\u3400-\u9fff]"
    return re.compile(f"(?=([{firsts}]{gap}{han})({gap}{han}|{han})?)")


@lru_cache(maxsize=1)
def _surname_sounds() -> frozenset[str]:
    return frozenset(_spelt(one, surname=True) for one in surnames()) - {""}


def surname_in(name: str) -> str:
    """The surname of a full name in Chinese characters; empty for another name."""
    return split_name(_plain(name))[0]


def _plain(name: str) -> str:
    """A name normalised, in usual characters; one that has Chinese characters without white space."""
    plain = unmarked(normalise(name.strip()).text).translate(_VARIANTS)
    return "".join(plain.split()) if _HAN.search(plain) else plain


def _marked(heard: str, plain: str) -> str:
    return f"heard:{heard}" if len(heard) >= _LEAST_SOUND else f"party:{''.join(plain.split())}"


def _parts(plain: str) -> tuple[str, str]:
    """What stands before and after the first dot of a name."""
    first, *rest = _DOTS.split(plain, maxsplit=1)
    return first, rest[0] if rest else ""


def _without_titles(stem: str) -> str:
    """王建国 for 王建国书记; 王书记 stays, for a surname alone is nobody's name."""
    for length in range(min(len(stem) - 2, _LONGEST_TITLE), 1, -1):
        bare, title = stem[:-length], stem[-length:]
        if (title in _CALLED or title in posts()) and bare not in compound_surnames():
            return bare
    return stem


def _latin_sounds(plain: str) -> set[str]:
    """The sounds of a name in Latin letters: its words as they stand and turned, each joined in two ways.

    Wang Jianguo and Wang Jian Guo are one word more or less, and sounds that meet at a border are folded there or not.
    """
    every = _LATIN.findall(plain)
    named = [word for word in every if word not in _CALLED_LATIN]
    words = named if len(named) > 1 else every
    if len(words) == 1 and 2 <= len(parts := syllables(words[0])) <= 4:
        words = list(parts)
    orders = (words, [*words[1:], *words[:1]], [*words[-1:], *words[:-1]])
    return {
        heard
        for order in orders[: len(words)]
        for heard in (folded("".join(order)), folded(order[0]) + folded("".join(order[1:])))
    } or {""}


def _with_titles(sounds: set[str]) -> set[str]:
    return {folded(title + heard) for title in _KEPT_TITLES for heard in sounds}


def _spelt(characters: str, *, surname: bool = False) -> str:
    """Pinyin of characters, those of no known reading left out."""
    if surname and characters in surname_readings():
        return surname_readings()[characters]
    return "".join(readings().get(character, "") for character in characters)


def _by_given(name: str, plain: str) -> bool:
    """Whether somebody is called by the given name and a title (国平书记), and a text tells nobody else of that given name."""
    patterns = _given_patterns(name)
    return patterns is not None and bool(patterns[0].search(plain)) and not patterns[1].search(plain)


@lru_cache(maxsize=1024)
def _given_patterns(name: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """What tells a name's given part with a title, and what tells it behind another surname; None where it is too short."""
    stem = _without_titles(_plain(name))
    surname, given = split_name(stem)
    if not surname or _parts(stem)[1] or not _is_called_by(given):
        return None
    others = "".join(sorted({one[-1] for one in surnames() | compound_surnames()} - _NO_SURNAMES - {surname[-1]}))
    told = re.escape(given)
    return re.compile(f"(?<![{others}]){told}(?:{'|'.join(_TITLES_BEHIND)})"), re.compile(f"[{others}]{told}")


def _is_called_by(given: str) -> bool:
    """Whether a given name alone tells who is meant: two characters that are no word for a body (建设局长)."""
    return len(given) >= _LEAST_GIVEN and bool(_HAN.match(given)) and given not in word_set("body_parts")


@lru_cache(maxsize=1024)
def _pattern(name: str) -> re.Pattern[str] | None:
    """What ``finds`` looks for; None for a name that has no form sure enough to be looked for without a reader."""
    plain = _plain(name)
    if not _HAN.search(plain):
        every = _LATIN.findall(plain)
        words = [word for word in every if word not in _CALLED_LATIN] or every
        parts = [word for each in words for word in (syllables(each) or (each,))]
        return re.compile(_in_latin(parts[:1], parts[1:])) if len(parts) > 1 else None
    stem = _without_titles(plain)
    if _parts(stem)[1]:
        return re.compile(f"{_GAP}".join(map(re.escape, _DOTS.sub("", stem))))
    surname, given = split_name(stem)
    if not surname or not given:
        return None
    spelt = _spelt(surname, surname=True)
    parts = [_spelt(one) for one in given]
    known = [
        f"(?:{re.escape(one)}|{reading})" if reading else re.escape(one)
        for one, reading in zip(given, parts, strict=True)
    ]
    end = _ENDS if len(stem) == 2 else ""
    called = f"{_SURNAME_TOLD.format(re.escape(surname))}{_GAP.join(known)}(?![a-z]){end}"
    written = f"{re.escape(surname)}{_GAP}{_TITLE_WITHIN}{_GAP}{_GAP.join(known)}(?![a-z]){end}|{called}"
    if not spelt or not all(parts):
        return re.compile(written)
    return re.compile(f"{written}|{_in_latin([spelt], parts)}")


def _in_latin(surname: list[str], given: list[str]) -> str:
    first, rest = "".join(surname), _LATIN_GAP.join(given)
    return f"(?<![a-z])(?:{first}{_LATIN_GAP}{rest}|{rest}{_LATIN_GAP}{first})(?![a-z])"
