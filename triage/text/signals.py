"""Words that weigh in risk: danger, evidence, orders from above, and how many people are concerned."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from corpora import lexicons
from triage.text.danger_forms import find_forms
from triage.text.not_meant import is_denied, is_not_meant
from triage.text.numerals import DIGIT, read_number

_DEATH = "self_harm"


class Signal(NamedTuple):
    """A word at its place; ``kind`` is danger, evidence, order or people, ``value`` its subkind or a count."""

    kind: str
    value: str
    start: int
    end: int


_PEOPLE = re.compile(
    # begins with one set of characters, to which a search skips
    r"(?P<n>[0-9一二两三四五六七八九十百千几](?:(?<=[0-9])[0-9]{0,5}(?:,[0-9]{3}){0,2}(?:\.[0-9]{1,2})?[千万]?"
    r"|(?<![0-9])[零〇一二两三四五六七八九十百千万几]{0,9}))"
    r"(?:(?:(?<=[0-9千万]) )?[多余来]?(?:个|名|位)?(?:户(?!口|籍|型)|家人|人|名|口人|村民|群众|贫困户|老人|学生)"
    r"|(?<=[0-9]) (?:poor )?(?:households|families|people|villagers|persons|students))"
)
# 一万二一户, 五千一户: a price for each
_EACH = re.compile("[百千万][一二两三四五六七八九]?一$")
# 七八个人, 三五户: no number by its digits (78), and the lower counts as in 两三千
_GUESS = re.compile("一[两二]|[二两]三|三[四五]|四五|五六|六七|七八|八九")
# 老六|两个人, 名单第五|两户: 两 stands behind no other digit of a number
_BEFORE_TWO = re.compile("[一二三四五六七八九]+(?=两$)")
_SEVERAL = 3
"""几户 alone: three to nine, while behind or before a unit (十几, 几百) only what is certain counts."""
_CLAUSE = 16
_ASKED = re.compile(
    r"(?:(?<!申)请(?![示假客])|恳求|恳望|希望|盼望?|望(?=领导|上级|[省市县镇乡贵各])|求(?=领导|上级|[省市县]|政府|各级|您|你们))[^，。,.！!？?；;\n]*$"
)
# What is told of the highest is policy, and to be strict or honest is no order to deceive
_POLICY_BEFORE = re.compile(r"(?:总|中央|国务院|党中央)(?:书记|领导|领导人)?(?:多次|再三|重要|作出|的){0,2}$")
_POLICY_AFTER = re.compile(
    r"[^，。,.！!？?；;]{0,4}?(?:(?:不许|不准|不得|严禁|禁止)(?:弄虚|作假|造假|虚报|走过场|搞形式|截留|克扣|挪用|优亲|打击报复|乱)|严查|彻查|查清|查处|严肃|从严|实事求是|实打实|精准)"
)
_OUR_DEMAND = re.compile(r"(?:^|[，。,.！!？?；;\n])(?:我们?|本人|俺们?|咱们?)(?:强烈|坚决|只|就|也|还|再次|现在)?$")


@lru_cache(maxsize=1)
def _automaton() -> tuple[AhoCorasick, list[tuple[str, str]]]:
    meanings: dict[str, tuple[str, str]] = {}
    for word, kind in lexicons.danger().items():
        meanings[word] = ("danger", kind)
    for word, kind in lexicons.evidence().items():
        meanings.setdefault(word, ("evidence", kind))
    for word in lexicons.orders():
        meanings.setdefault(word, ("order", "order"))
    for word in lexicons.word_set("no_signals"):
        meanings[word] = ("none", "")
    return AhoCorasick(list(meanings), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA), list(
        meanings.values()
    )


def find_signals(text: str) -> tuple[Signal, ...]:
    """Signals of a normalised text, in order of kind.

    A danger or an order that is denied in the same breath is left out, and so is an order that is asked for or that
    only tells of policy, and a danger that is forbidden, thanked for or long settled; a word of a no_signals list that holds a
    shorter one takes its place and says nothing.
    """
    automaton, meanings = _automaton()
    found: list[Signal] = []
    silent: list[tuple[int, int]] = []
    for number, start, end in automaton.find_matches_as_indexes(text):
        kind, value = meanings[number]
        if kind == "none":
            silent.append((start, end))
        if kind == "none" or _is_inside(text, start):
            continue
        if kind == "danger" and is_not_meant(text, start, end, value):
            silent.append((start, end))
            continue
        if kind == "order" and (is_denied(text, start, death=False) or _is_no_order(text, start, end)):
            continue
        found.append(Signal(kind, value, start, end))
    found += _told_in_forms(text, found, silent)
    for match in _PEOPLE.finditer(text):
        count = _count(match["n"])
        if count:
            found.append(Signal("people", str(count), match.start(), match.end()))
    return tuple(found)


def _told_in_forms(text: str, found: list[Signal], silent: list[tuple[int, int]]) -> list[Signal]:
    """Dangers that forms tell of where no word does; a form of death by one's own hand is told beside any other."""
    forms = sorted(find_forms(text), key=lambda one: (one.kind != _DEATH, one.start, -one.end))
    if not forms:
        return []
    # As characters that are covered: a text may hold twenty thousand dangers, and nobody can go through all for each form
    told, deaths = bytearray(len(text)), bytearray(len(text))
    for start, end in (*silent, *((one.start, one.end) for one in found if one.kind == "danger")):
        told[start:end] = b"\1" * (end - start)
    for start, end in (*silent, *((one.start, one.end) for one in found if one.value == _DEATH)):
        deaths[start:end] = b"\1" * (end - start)
    more: list[Signal] = []
    for kind, start, end in forms:
        if _is_inside(text, start) or (deaths if kind == _DEATH else told).find(1, start, end) >= 0:
            continue
        if not is_not_meant(text, start, end, kind):
            more.append(Signal("danger", kind, start, end))
            for covered in (told, deaths) if kind == _DEATH else (told,):
                covered[start:end] = b"\1" * (end - start)
    return more


def _is_inside(text: str, start: int) -> bool:
    """Whether an English word begins before ``start``."""
    return text[start].isascii() and start > 0 and text[start - 1].isascii() and text[start - 1].isalpha()


def _is_no_order(text: str, start: int, end: int) -> bool:
    """Whether a word of orders asks for one (恳请领导指示), tells of policy, or of what we demand ourselves."""
    if _ASKED.search(text, max(0, start - _CLAUSE), start) or _POLICY_BEFORE.search(text, max(0, start - 12), start):
        return True
    if _POLICY_AFTER.match(text, end):
        return True
    return text.startswith("要求", start) and _OUR_DEMAND.search(text, max(0, start - 8), start) is not None


def _count(written: str) -> int:
    """The number that is written in figures (1,204; 1.5万) or in characters (一千零四十); nothing where none is made."""
    if _EACH.search(written):
        return 1
    if written == "几":
        return _SEVERAL
    if _GUESS.fullmatch(written):
        return DIGIT[written[0]]
    number = read_number(_BEFORE_TWO.sub("", written))
    return 0 if number is None else round(number.value)
