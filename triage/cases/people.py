"""Persons as two reports can tell of the same one: by full name, by how it sounds, or as 王书记.

In: person and position entities; out: `Person` rows.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from triage.model import Entity, EntityKind, Role
from triage.text.pinyin import folded, name_sound, split_name, surname_sound
from triage.text.spaced import mention

_CORES = {"支书": "书记", "书记": "书记", "secretary": "书记", "主任": "主任", "director": "主任", "镇长": "镇长", "乡长": "乡长",
          "村长": "主任", "headman": "主任", "县长": "县长", "局长": "局长", "所长": "所长", "站长": "站长", "队长": "队长",
          "会计": "会计", "文书": "文书", "科长": "科长", "股长": "股长", "组长": "组长", "社长": "社长", "校长": "校长",
          "principal": "校长", "院长": "院长", "园长": "园长", "主席": "主席", "经理": "老板", "老板": "老板", "总": "老板"}  # fmt: skip
_TITLE = re.compile("(?:副|姓|村|镇|乡|总|大|老|女)*(" + "|".join(core for core in _CORES if not core.isascii()) + ")$")
_HANDLE = re.compile(
    "(先生|女士|同志|师傅|老师|医生|大夫|老汉|大爷|大娘|大妈|大叔|大伯|大姐|大哥|大嫂|婆婆|奶奶|爷爷|阿姨|寡妇|律师|婶|嫂|叔|某+|[xX]+|家?老[大二三四五六七八九十幺])$"
)
_LATIN_HANDLE = re.compile("^(?:mr|mrs|ms|miss|old|headman|secretary|director|deputy|principal|uncle|aunt|granny|grandma|grandpa|chief|village|party)\\b\\.?\\s*", re.I)  # fmt: skip
# What is left of 王大婶, 李小姐 or 王某人 behind the surname, and is no given name
_NO_GIVEN = re.compile(
    "[大小老阿幺二三四五六七八九十]?[婶嫂叔伯姐哥妹姨奶爷公婆娘妈姑头太]?|[某xX×*].*|姓.*|太太|老太[太婆]|同学|老?村民|群众|居民|老人|老板|护士长?"
)
_NEAR = 2
_COVER = re.compile("[某×xX*＊○●□]")
_TOLD = 2


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a report.

    ``name`` is the full name without title, empty where only the surname is told; ``sound`` and ``surname`` are folded
    sounds of the whole name and of the surname, ``titles`` cores of posts (书记 for 支书 and 书记), ``written`` the
    surname's characters. ``entity`` is the place of the first mention among the assessment's entities.
    """

    entity: int
    name: str
    sound: str
    surname: str
    titles: tuple[str, ...]
    role: str
    written: str = ""
    mentions: int = 1


def people_of(entities: Sequence[Entity], without: Container[int] = ()) -> tuple[Person, ...]:
    """The distinct persons among entities, those at the numbers ``without`` and reporters left out: their names tell
    nothing of the matter.
    """
    posts = [
        (entity.start, entity.end, core_of(mention(entity.text)))
        for entity in entities
        if entity.kind is EntityKind.POSITION
    ]
    found: dict[tuple[str, str, tuple[str, ...]], Person] = {}
    for number, entity in enumerate(entities):
        if entity.kind is not EntityKind.PERSON or entity.role is Role.REPORTER or number in without:
            continue
        person = _person(number, entity, posts)
        if person is None:
            continue
        key = (person.name, person.surname, () if person.name else person.titles)
        before = found.get(key)
        if before is not None:
            titles = tuple(dict.fromkeys((*before.titles, *person.titles)))
            role = Role.ACCUSED.value if Role.ACCUSED.value in (before.role, person.role) else before.role
            person = replace(before, titles=titles, role=role, mentions=before.mentions + 1)
        found[key] = person
    return tuple(found.values())


def signatures_of(entities: Sequence[Entity]) -> tuple[str, ...]:
    """The full names under which somebody signed, without title; half a village is called 王先生, 李女士 or 老王."""
    signed = [
        _person(0, entity, ())
        for entity in entities
        if entity.kind is EntityKind.PERSON and entity.role is Role.REPORTER
    ]
    return tuple(sorted({person.name for person in signed if person is not None and _is_full(person)}))


def _is_full(person: Person) -> bool:
    """Whether surname and given name are told."""
    if person.name.isascii():
        return bool(person.name)
    return bool(person.written) and not _NO_GIVEN.fullmatch(person.name.removeprefix(person.written))


def covered_alike(one: str, other: str) -> bool:
    """Whether two full names, of which at least one has covered characters, may be one: 苟某全 and 苟双全.

    Notices of discipline offices and the press cover given names. The surname and one more character must be told by both.
    """
    if len(one) != len(other) or one[:1] != other[:1] or not _COVER.search(one + other):
        return False
    told = [(a, b) for a, b in zip(one, other, strict=True) if not _COVER.match(a) and not _COVER.match(b)]
    return len(told) >= _TOLD and all(a == b for a, b in told)


def core_of(post: str) -> str:
    """What a post comes down to (书记 for 村支书, 镇长 for 副镇长); empty for one that is no leader's."""
    text = post.strip().lower()
    found = _TITLE.search(text)
    if found:
        return _CORES[found[1]]
    return next((core for word, core in _CORES.items() if word.isascii() and word in text), "")


def _person(number: int, entity: Entity, posts: Sequence[tuple[int, int, str]]) -> Person | None:
    text = mention(entity.text)
    role = entity.role.value if entity.role else ""
    beside = {
        core
        for start, end, core in posts
        if core and (-1 <= entity.start - end <= _NEAR or 0 <= start - entity.end <= _NEAR)
    }
    if text.isascii():
        return _latin(number, text, role, beside)
    title = _TITLE.search(text)
    # 王总 is a title form, 王大总 hardly; a name must remain before the title
    stem = text[: title.start()] if title and title.start() else text
    titles = {_CORES[title[1]]} if title and title.start() else set()
    stem = _HANDLE.sub("", stem) if len(stem) > 1 else stem
    stem = stem[1:] if len(stem) == 2 and stem[0] in "老小" else stem
    if not stem:
        return None
    surname, given = split_name(stem)
    told = tuple(sorted(titles | beside))
    if surname and not given:
        return Person(number, "", "", surname_sound(surname), told, role, surname)
    return Person(number, stem, name_sound(stem), surname_sound(surname) if surname else "", told, role, surname)


def _latin(number: int, text: str, role: str, beside: set[str]) -> Person | None:
    titles = beside | ({core} if (core := core_of(text)) else set())
    while found := _LATIN_HANDLE.match(text):
        text = text[found.end() :]
    parts = text.split()
    if not parts:
        return None
    told = tuple(sorted(titles))
    if len(parts) == 1:
        return Person(number, "", "", folded(parts[0]), told, role)
    return Person(number, text, folded("".join(parts)), folded(parts[0]), told, role)
