"""What a caller tells and the summary of the work order lacks: the accused, sums, places, dangers.

A work order's summary stands among the turns of its call under a label of its own (``triage.text.speakers.SUMMARY``). In:
a report with what its reading found; out: what stands in the caller's words alone, with the passage. Made when somebody
reads, from what is stored. It proposes that a person look, and says nothing of whoever wrote the summary.

What is compared, in favour of the summary:

- **accused**: people whom the reading marks as accused. One is kept who is named there with a title (王书记), familiarly
  (老王), without a given name (王某) or with characters that sound alike. Where nobody is named and a post is told as doing it
  (支书收了两千), that post. It is kept by its title or another word for it (村书记), by any name, by 某 and 姓, and by a
  word for whoever holds some office (村干部).
- **money**: sums in yuan, by their value. One is kept where the summary tells the whole of which it is a part.
- **place**: villages and townships, kept where they are named alike, whatever is told around them; a wider place where the
  summary names none. The title and the place beside the call count with the summary.
- **danger**: the kinds of danger. Threats and violence are one, told in whatever words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from corpora.lexicons import danger, posts, synonyms
from triage.model import Assessment, Entity, EntityKind, Rank, Role, Turn
from triage.text.called import FAMILIAR, is_short, known_as, surname_of
from triage.text.danger_forms import find_forms
from triage.text.names import finds, forms_in_reports
from triage.text.normalise import normalise
from triage.text.pinyin import sound, surname_sound
from triage.text.place_names import village_in
from triage.text.speakers import is_summary
from triage.text.turns import turns_in

Span = tuple[int, int]


class Lacking(StrEnum):
    """What of a caller's words a summary can lack."""

    ACCUSED = "accused"
    MONEY = "money"
    PLACE = "place"
    DANGER = "danger"


WORDS = {
    Lacking.ACCUSED: ("被反映人", "who is accused"),
    Lacking.MONEY: ("金额", "a sum"),
    Lacking.PLACE: ("地点", "a place"),
    Lacking.DANGER: ("危险", "a danger"),
}
"""Each of them in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that the caller tells and the summary lacks; ``code`` of a danger says which, as in risk.

    ``start`` and ``end`` are where the caller tells it, ``passage`` the words around: characters of the report's text,
    so that what is covered there is covered here.
    """

    kind: Lacking
    start: int
    end: int
    passage: Span
    code: str = ""


_LEAST_PLACE = 2
_LEAST_NAME = 2
_LEAST_HEARD = 5
_TITLE = 2
_SOMEBODY = re.compile(
    "干部|领导|负责人|一把手|官员|当官|工作人员|[姓某]|\\b(?:officials?|cadres?|leaders?|officers?|staff)\\b"
)
"""Words for somebody who holds an office, and for one whose name is kept back."""
_NUMERAL = "[0-9零〇一二两三四五六七八九十百千万亿]"
_MOST_PASSAGE = 60
_BOUNDS = "。！？!?；;\n"
_ONE_DANGER = {"threat": "violence"}


class Call(Protocol):
    """What is looked at of a report, whether it is stored or not."""

    @property
    def text(self) -> str:
        """The text as received."""
        ...

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns of a transcript, if it is one."""
        ...

    @property
    def title(self) -> str | None:
        """The title, if it has one."""
        ...

    @property
    def place(self) -> str | None:
        """The place that was told beside it, if any."""
        ...


def has_summary(report: Call) -> bool:
    """Whether the operator's summary stands among the turns of a report."""
    return any(map(is_summary, report.turns))


def lacking(report: Call, assessment: Assessment) -> tuple[Lack, ...]:
    """What the summary of a call lacks, in the order of the kinds; nothing where there is none.

    Args:
        report: as it came, nothing covered.
        assessment: what was read in it.
    """
    if not has_summary(report):
        return ()
    sides = _Sides.of(report, assessment.entities)
    found = (
        *_accused(sides),
        *_by_post(sides, assessment),
        *_money(sides),
        *_places(sides),
        *_dangers(sides, assessment),
    )
    return tuple(
        Lack(kind, start, end, _passage(report.text, start, end, sides.spoken), code)
        for kind, start, end, code in found
    )


def kinds_lacking(report: Call, assessment: Assessment) -> tuple[str, ...]:
    """The kinds alone, each once: what an index is told."""
    return tuple(dict.fromkeys(one.kind.value for one in lacking(report, assessment)))


_Found = tuple[Lacking, int, int, str]


@dataclass(frozen=True, slots=True)
class _Sides:
    """A call in two: what the operator wrote, normalised, with its entities, and those of everybody's spoken words."""

    written: str
    told_place: str
    operator: tuple[Entity, ...]
    caller: tuple[Entity, ...]
    spans: tuple[Span, ...]
    """Where the operator's words stand."""
    spoken: tuple[Span, ...]
    """Where all others' stand."""

    @classmethod
    def of(cls, report: Call, entities: Iterable[Entity]) -> _Sides:
        said = [
            ((start, end), _operators(report, number, turn))
            for number, (turn, start, end) in enumerate(turns_in(report.text, report.turns))
        ]
        spans = tuple(span for span, own in said if own)
        spoken = tuple(span for span, own in said if not own)
        inside: list[Entity] = []
        outside: list[Entity] = []
        for one in entities:
            (inside if _within(one.start, spans) else outside).append(one)
        words = [report.text[start:end] for start, end in spans]
        written = normalise("\n".join(filter(None, (*words, report.title, report.place)))).text
        return cls(written, report.place or "", tuple(inside), tuple(outside), spans, spoken)


def _operators(report: Call, number: int, turn: Turn) -> bool:
    """Whether a turn is the summary, or the title above it, which is the operator's as well."""
    title = None if report.title is None else " ".join(report.title.split("\n")).strip()
    return is_summary(turn) or (not number and turn.text == title)


def _within(at: int, spans: Sequence[Span]) -> bool:
    return any(start <= at < end for start, end in spans)


def _accused(sides: _Sides) -> Iterator[_Found]:
    mentions = [one for one in (*sides.operator, *sides.caller) if one.kind is EntityKind.PERSON]
    names = [normalise(one.text).text for one in mentions]
    known = dict(zip(mentions, known_as(names, list(map(is_short, names))), strict=True))
    there = names[: sum(one.kind is EntityKind.PERSON for one in sides.operator)]
    kept = {known[one] for one in sides.operator if one in known}
    told = set[str]()
    for one in sorted(sides.caller, key=lambda one: one.start):
        if one.kind is not EntityKind.PERSON or one.role is not Role.ACCUSED or known[one] in kept | told:
            continue
        told.add(known[one])
        called = {name for each, name in zip(mentions, names, strict=True) if known[each] == known[one]}
        if not any(_named(name, there, sides.written) for name in called | {known[one]}):
            yield Lacking.ACCUSED, one.start, one.end, ""


def _by_post(sides: _Sides, assessment: Assessment) -> Iterator[_Found]:
    """The post that is accused where the caller names nobody so, and the summary tells neither it nor anybody.

    A post that stands in a call may be anybody's: only in a report to be referred, whose accused have a level by a post
    that acts, does one of that level count. Another post of that level in the summary may be who is meant.
    """
    level = assessment.accused_level
    if not (assessment.refer and level) or _SOMEBODY.search(sides.written):
        return
    told = [one for one in sides.caller if _is_post(one, level)]
    if (
        any(one.kind is EntityKind.PERSON or _is_post(one, level) for one in sides.operator)
        or any(one.role is Role.ACCUSED for one in sides.caller)
        or any(_post_in(normalise(one.text).text, sides.written) for one in told)
    ):
        return
    for one in sorted(told, key=lambda one: one.start)[:1]:
        yield Lacking.ACCUSED, one.start, one.end, ""


def _is_post(one: Entity, level: Rank) -> bool:
    return one.kind is EntityKind.POSITION and one.rank is level


def _post_in(post: str, written: str) -> bool:
    """Whether a summary has the title of a post (书记 of 大队书记), another word for it, or what sounds like the post."""
    title = _title(post)
    return any(one in written for one in (title, *_titles_alike().get(title, ()))) or _heard_in(post, written)


def _title(post: str) -> str:
    return post.rsplit(maxsplit=1)[-1] if post.isascii() else post[-_TITLE:]


@lru_cache(maxsize=1)
def _titles_alike() -> Mapping[str, frozenset[str]]:
    """For a title those of other words for the same posts: 书记 for 支书, 主任 for 村长."""
    alike: dict[str, set[str]] = {}
    for post in posts():
        alike.setdefault(_title(post), set()).update(map(_title, synonyms().get(post, ())))
    return {title: frozenset(others) for title, others in alike.items()}


def _named(name: str, there: Sequence[str], written: str) -> bool:
    """Whether somebody is named in a summary, whose names are ``there`` and whose words are ``written``."""
    if len(name) < _LEAST_NAME and (f"姓{name}" in written or f"{name}某" in written):
        return True
    if len(name) >= _LEAST_NAME and (name in written or (not is_short(name) and finds(name, written))):
        return True
    forms, heard = forms_in_reports(name), _surname_heard(name)
    return any(
        not forms.isdisjoint(forms_in_reports(other))
        or ((is_short(name) or is_short(other)) and heard == _surname_heard(other))
        for other in there
    )


def _surname_heard(name: str) -> str:
    return surname_sound(surname_of(name.lstrip(FAMILIAR)))


def _money(sides: _Sides) -> Iterator[_Found]:
    kept = {one.fen for one in sides.operator if one.fen}
    lost: dict[int, Entity] = {}
    for one in sorted(sides.caller, key=lambda one: one.start):
        if one.kind is EntityKind.AMOUNT and one.fen and one.fen not in kept and not _figure_in(one, sides.written):
            lost.setdefault(one.fen, one)
    if len(lost) > 1 and sum(lost) in kept:
        return
    for one in lost.values():
        yield Lacking.MONEY, one.start, one.end, ""


def _figure_in(amount: Entity, written: str) -> bool:
    """Whether a sum stands in a summary as the caller says it, where no reader took it for one: 八十, not 一百八十."""
    name = re.escape(normalise(amount.text).text)
    return re.search(f"(?<!{_NUMERAL})(?<![0-9][.,]){name}(?!{_NUMERAL}|[.,][0-9])", written) is not None


def _places(sides: _Sides) -> Iterator[_Found]:
    there = [normalise(one.text).text for one in sides.operator if one.kind is EntityKind.PLACE]
    wide, told = dict[str, _Found](), set[str]()
    for one in sorted(sides.caller, key=lambda one: one.start):
        if one.kind is not EntityKind.PLACE:
            continue
        name = normalise(one.text).text
        village = village_in(name)
        found = (Lacking.PLACE, one.start, one.end, "")
        if village is None:
            wide.setdefault(name, found)
        elif village not in told and not _called_so(village, there, sides.written):
            told.add(village)
            yield found
    if not (told or there or sides.told_place or any(name in sides.written for name in wide)):
        yield from list(wide.values())[:1]


def _called_so(village: str, there: Iterable[str], written: str) -> bool:
    """Whether a village is named in a summary: as it stands, without its last character, or as it sounds."""
    if village in written or any(village.startswith(one) for one in there if len(one) >= _LEAST_PLACE):
        return True
    return _heard_in(village, written)


def _heard_in(name: str, written: str) -> bool:
    heard = sound(name)
    return len(heard) >= _LEAST_HEARD and heard in sound(written)


def _dangers(sides: _Sides, assessment: Assessment) -> Iterator[_Found]:
    kinds = {kind for word, kind in danger().items() if word in sides.written}
    there = {_ONE_DANGER.get(kind, kind) for kind in kinds.union(one.kind for one in find_forms(sides.written))}
    told = set[str]()
    for point in assessment.risk.points:
        kind, _, value = point.code.partition(":")
        one = _ONE_DANGER.get(value, value)
        if kind != "danger" or one in there | told:
            continue
        for start, end in point.spans[:1]:
            if not _within(start, sides.spans):
                told.add(one)
                yield Lacking.DANGER, start, end, point.code


def _passage(text: str, start: int, end: int, spoken: Sequence[Span]) -> Span:
    """The sentence in which something is told, or what of a long one is nearest; nothing of another turn."""
    first, last = next((span for span in spoken if span[0] <= start < span[1]), (start, end))
    room = max(0, (_MOST_PASSAGE - (end - start)) // 2)
    first, last = max(first, start - room), max(end, min(last, end + room))
    begin = max(text.rfind(mark, first, start) + 1 for mark in _BOUNDS)
    ends = [at for mark in _BOUNDS if (at := text.find(mark, end, last)) >= 0]
    return max(begin, first), min(ends, default=last)
