"""What of a report tells who wrote it or how they are reached, which staff see covered unless they ask to see it.

In: a text and the entities that its reading found; out: the places to be covered, as characters of the text. The accused,
officials, other people, villages and sums stay: investigators need them. Pure, and made when somebody reads.

The rule, in its order:

- **The accused stay.** Whatever the reading marks as accused, and wherever such a name stands, is never covered: a name
  that is both reporter and accused is the accused's. Nor is anybody else covered whom the reading found.
- **Who wrote.** Persons whose role is reporter, and what the text itself says (``triage.text.own_words``): every place of
  such a name, its parts (李大爷, 李女士) where no other full name of the surname is told, the given name alone.
- **How they are reached.** Every contact. One that plainly is an accused's (打到王德海的卡上6222…) stays; where that cannot
  be told it is covered.
- **Where they live.** Numbers of house, door and group where somebody says that they live there; no village.

A text that nobody has read, or no reader can (``entities`` is empty), has its contacts, own words, signatures and homes
covered: all that patterns find.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpora.lexicons import everyday, posts
from triage.model import Entity, EntityKind, Role
from triage.text.called import FAMILIAR, known_as, surname_of
from triage.text.contacts import find_contacts
from triage.text.form_fields import named_fields
from triage.text.form_fields_english import english_fields
from triage.text.form_figures import labelled_numbers
from triage.text.normalise import Normalised, normalise
from triage.text.own_homes import find_homes
from triage.text.own_words import find_own_names
from triage.text.own_words_english import find_english_homes, find_own_english_names
from triage.text.own_words_forms import find_named_in_forms
from triage.text.quoted import unquoted
from triage.text.reached import find_reached
from triage.text.signs import holds_english
from triage.text.spaced import as_one_word, closed_up
from triage.text.told_on import contradicted

Span = tuple[int, int]

_REACH = 48
"""So many characters before a contact tell whose it is."""
_OWN = re.compile(
    "[我俺咱]|本人|联系|联络|回[电复信]|来电|请打|拨打|举报人|反映人|投诉人|来访人|申请人|家属|盼|\\b(?:me|my|i|our|us|we)\\b|call|contact|reach|reply",
    re.I,
)
# Whatever is written behind 电话 and is long enough to lead to somebody; an address with stars in it
_TOLD = re.compile(
    "[话機机信qx号箱件el](?:(?<=电话)|(?<=手机)|(?<=微信)|(?<=qq)|(?<=vx)|(?<=wx)|(?<=邮箱)|(?<=邮件)|(?<=tel)|(?<=电话号)|(?<=手机号)|(?<=微信号))"
    "码?(?:是|为|[:：.])?\\s?(?P<told>(?:\\+?[\\d*×x](?:[\\d*×x -]{4,18})[\\d*×x]|[a-z0-9_.*+-]{2,40}@[a-z0-9*.-]{3,40}))"
)
# 我是三组的|会计李四; 本人及原任|主任贺某 are two
_SELF = re.compile("(?:我|俺|本人|来访人|反映人|举报人)[^，,。！？!?\\s及和与跟]{0,16}$")
_SENTENCE = re.compile("[。！？!?\n]")
_ANOTHER = re.compile(
    "(?:[书社队组站所村支校局镇乡县部经老][记长书理板]|主任|会计|文书|干部|人称|[他她]的?)(?:的?名字|姓名)?(?:叫什么(?:名字)?[?？]\\n[^\n：]{2,4}：|叫|是|姓)?$|[，,]名字叫$|\\d[.．、]\\s{0,3}$"
)
_TITLES = re.compile(
    "(?:女士|先生|小姐|大姐|大哥|大爷|大娘|大妈|大叔|大婶|大伯|婆婆|奶奶|爷爷|阿姨|师傅|老师|同学|老汉|老伯|老太|嫂|婶|叔|某{1,2})"
)
_OFFICE = re.compile("[\u3400-\u9fff]?[书主村镇乡]")
_LATIN = re.compile("[A-Za-zÀ-ɏ’'-]+")
_CALLED = frozenset(("mr", "mrs", "ms", "miss", "madam", "dr", "old", "uncle", "aunt", "auntie", "teacher", "comrade"))
_LEAST_WORD = 3


@dataclass(frozen=True, slots=True)
class Covered:
    """Places to be covered, in order, none touching another; ``names`` are the reporters' and ``kept`` the accused's."""

    places: tuple[Span, ...]
    names: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def covered_in(text: str, entities: Sequence[Entity] = ()) -> Covered:
    """The places of a text that are covered.

    Args:
        text: as received.
        entities: of its current reading, with offsets in it; none where there is no reading.
    """
    plain = closed_up(normalise(text))
    people = [one for one in entities if one.kind is EntityKind.PERSON and 0 <= one.start < one.end <= len(text)]
    accused = {one.text for one in people if one.role is Role.ACCUSED}
    plain = Normalised(unquoted(plain.text), plain.starts)
    fields = named_fields(plain.text)
    named = (*find_own_names(plain.text), *find_named_in_forms(plain.text))
    own = [plain.span(*span) for span in named if not contradicted(plain.text, *span)]
    own += [plain.span(one.start, one.end) for one in fields if one.role is Role.REPORTER]
    quoted = unquoted(text)
    spoken = english_fields(quoted) if holds_english(text) else []
    own += find_own_english_names(quoted)
    own += [(one.start, one.end) for one in spoken if one.role is Role.REPORTER]
    others = {text[slice(*plain.span(one.start, one.end))] for one in fields if one.role is not Role.REPORTER}
    others |= {text[one.start : one.end] for one in spoken if one.role is not Role.REPORTER}
    own = [span for span in own if text[slice(*span)] not in others]
    told = _reporters(text, people, [text[slice(*span)] for span in own], accused)
    told |= {as_one_word(name) for name in told} - accused
    fielded = {text[slice(*plain.span(one.start, one.end))] for one in fields if one.role not in (None, Role.REPORTER)}
    fielded |= {text[one.start : one.end] for one in spoken if one.role not in (None, Role.REPORTER)}
    apart = _apart(text, people, accused, told, fielded - told)
    spans = [span for span in own if text[slice(*span)] in told]
    spans += [(one.start, one.end) for one in people if one.text in told]
    spans += [span for name in told for span in _everywhere(text, name, apart.names)]
    found = [span for span in spans if not apart.touches(*span)]
    homes = [plain.span(*span) for span in find_homes(plain.text)] + find_english_homes(text)
    homes = [span for span in homes if not apart.touches(*span)]
    reached = _reached(text, _contacts(plain, entities, len(text)), people, accused, found)
    return Covered(_joined([*found, *homes, *reached]), tuple(sorted(told)), tuple(sorted(accused)))


def covered_beside(title: str, known: Covered) -> tuple[Span, ...]:
    """The places of a title, or of other words beside a text, that are covered: the names known from the text, and its own."""
    plain = closed_up(normalise(title))
    own = [plain.span(*span) for span in find_own_names(plain.text, signed=False)]
    own += [plain.span(*span) for span in find_named_in_forms(plain.text)]
    own += find_own_english_names(title, signed=False)
    kept = [span for name in known.kept for span in _places_of(title, name)]
    spans = [*own, *(span for name in known.names for span in _everywhere(title, name, ()))]
    contacts = _contacts(plain, (), len(title))
    free = [(a, b) for a, b in spans if not any(a < end and start < b for start, end in kept)]
    return _joined([*free, *contacts])


@dataclass(frozen=True, slots=True)
class _Apart:
    """Who is not covered: a mark for each character that is theirs, and their names."""

    taken: bytearray
    names: tuple[str, ...]

    def touches(self, start: int, end: int) -> bool:
        """Whether a place is one of theirs, or a part of it."""
        return self.taken.find(1, start, end) >= 0


def _apart(text: str, people: Iterable[Entity], accused: set[str], told: set[str], fielded: set[str]) -> _Apart:
    """Everybody else: those whom the reading or a form marks, and the accused wherever their names stand outside a reporter's."""
    taken, longer = bytearray(len(text)), bytearray(len(text))
    for name in told:
        for start, end in _places_of(text, name):
            # 李四 is told within the reporter's 李四海 of nobody
            longer[start:end] = bytes([min(255, len(name))]) * (end - start)
    for name in accused | fielded:
        for start, end in _places_of(text, name) if len(name) > 1 else ():
            if min(longer[start:end]) <= len(name):
                taken[start:end] = b"\1" * (end - start)
    others = [one for one in people if one.text not in told]
    for one in others:
        taken[one.start : one.end] = b"\1" * (one.end - one.start)
    return _Apart(taken, tuple({one.text for one in others} | fielded))


def _reporters(text: str, people: Sequence[Entity], own: Iterable[str], accused: set[str]) -> set[str]:
    """The names of those who wrote: marked, said by themselves, and what a full name of them is called besides."""
    signing = {one.text for one in people if one.role is Role.REPORTER}
    others = _others(text, people)
    told = (signing | set(own)) - others
    names = sorted({one.text for one in people} | told)
    shown = known_as(names, [_is_short(name) for name in names])
    # 我姓姚 makes nobody of 姚根旺, who may be the one who is told of
    same = {
        name for name, called in zip(names, shown, strict=True)
        if called in told and (name in told or not _holds_office(name))
    }  # fmt: skip
    return {name for name in told | same if name.strip() and name not in accused}


def _others(text: str, people: Iterable[Entity]) -> set[str]:
    """Names of whom the text plainly tells as of somebody else, whatever the reading made of it: 会计叫|吕东海|."""
    return {
        one.text for one in people
        if one.role is Role.REPORTER
        and (found := _ANOTHER.search(text, max(0, one.start - 16), one.start))
        and not _SELF.search(text, max(0, found.start() - 24), found.start())
    }  # fmt: skip


def _is_short(name: str) -> bool:
    """Whether a name tells no more than a surname: 王大爷, 老王, 王某."""
    if name[:1] in FAMILIAR and len(name) <= 3:
        return True
    rest = name[len(surname_of(name)) :]
    return not rest or _TITLES.fullmatch(rest) is not None or rest in posts() or rest.startswith("某")


def _holds_office(name: str) -> bool:
    return name[len(surname_of(name)) :] in posts()


def _everywhere(text: str, name: str, others: Iterable[str]) -> list[Span]:
    """Every place of a reporter's name, and of the parts that lead to nobody else."""
    if name.isascii() or _LATIN.match(name):
        return _latin_places(text, name, others)
    if as_one_word(name) != name:
        return _places_of(text, name)
    if len(name) < 2:
        return [(start, end) for start, end in _places_of(text, name) if _TITLES.match(text, end)]
    spans = _places_of(text, name)
    surname = surname_of(name)
    given = name[len(surname) :]
    if len(name) in (3, 4) and len(given) == 2 and not _is_short(name):
        spans += _places_of(text, given) if given not in everyday() else []
        if not any(other.startswith(surname) and not _is_short(other) for other in others):
            spans += _called(text, surname)
    return spans


def _called(text: str, surname: str) -> Iterator[Span]:
    """李|大娘, 老|李."""
    for start, end in _places_of(text, surname):
        title = _TITLES.match(text, end)
        if title is not None:
            yield start, title.end()
        elif start and text[start - 1] in FAMILIAR and not _OFFICE.match(text, end):
            yield start - 1, end


def _latin_places(text: str, name: str, others: Iterable[str]) -> list[Span]:
    spans = _places_of(text, name)
    known = {word.lower() for other in others for word in _LATIN.findall(other)} | _CALLED
    for word in _LATIN.findall(name):
        if len(word) >= _LEAST_WORD and word.lower() not in known and word[0].isupper():
            spans += [
                (start, end) for start, end in _places_of(text, word)
                if not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum()
            ]  # fmt: skip
    return spans


def _places_of(text: str, name: str) -> list[Span]:
    spans = []
    at = text.find(name) if name else -1
    while at >= 0:
        spans.append((at, at + len(name)))
        at = text.find(name, at + len(name))
    return spans


def _contacts(plain: Normalised, entities: Sequence[Entity], length: int) -> list[Span]:
    marked = [
        (one.start, one.end) for one in entities
        if one.kind is EntityKind.CONTACT and 0 <= one.start < one.end <= length
    ]  # fmt: skip
    found = [plain.span(one.start, one.end) for one in find_contacts(plain.text)]
    found += [plain.span(*span) for span in (*find_reached(plain.text), *labelled_numbers(plain.text))]
    return [*found, *(plain.span(*one.span("told")) for one in _TOLD.finditer(plain.text)), *marked]


def _reached(
    text: str, contacts: Iterable[Span], people: Iterable[Entity], accused: set[str], own: Iterable[Span]
) -> list[Span]:
    """Contacts that are not plainly an accused's: of all people in their sentence told last, with nothing own between."""
    named = sorted((one.end, one.start, one.text) for one in people)
    starts = sorted(start for start, _ in own)
    out = []
    for start, end in contacts:
        at = bisect_right(named, (start, len(text), "")) - 1
        last, first, name = named[at] if at >= 0 else (0, 0, "")
        between = bisect_left(starts, start) > bisect_left(starts, last)
        plainly = (
            name in accused and start - first <= _REACH and not between and not _SENTENCE.search(text, last, start)
        )
        if not plainly or _OWN.search(text, last, start):
            out.append((start, end))
    return out


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap or touch as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
