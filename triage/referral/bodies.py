"""Which public bodies a report accuses: somebody who works there, or the body itself.

The accused, their unit and their subordinates see nothing of a report (protection.md), and whoever works at an office has
no post by which a level could be told: 县纪委干部李大明. In go the people that were read as accused and the words of the report;
out come mentions of bodies, each with the levels and the place that it may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from corpora.divisions import Divisions
from triage.codes import LEVEL_OF_DIGITS
from triage.model import Entity, EntityKind, Rank, Role
from triage.referral.deeds import People, is_accused, is_plainly_free
from triage.referral.jurisdiction import Suspects
from triage.referral.named_offices import DEPARTMENT, DISCIPLINE, MAY_NAME, OWN, is_of_others, mentions
from triage.text.spaced import mention

# 隔壁镇纪委: a neighbour of ours, not we
_NEXT_DOOR = re.compile("(?:邻近|相邻|隔壁|旁边|邻|别的?|其他|外|另一个)的?[^,。;:!?\\s]{0,4}\\Z")
# 派驻县农业农村局|纪检监察组: of the commission of that level
_POSTED = re.compile("(?:派?驻|\\A|(?<=[,。;:!?\\s]))(?P<sign>[省市州县区])[^,。;:!?\\s]{1,10}\\Z")
_OURS = re.compile("(?:你们?|贵|your )的?$")
_SIGN = re.compile(
    "(?P<sign>中央|国家|自治区|自治州|街道|乡镇|[省市州盟县区旗镇乡])(?P<joined>里面?|上|委|政府)?的?$"
    "|(?P<english>county|city|municipal|prefectur(?:e|al)|provinc(?:e|ial)|township|central|national)(?:'s)? (?:party )?$"
)
_LEVEL = {
    "中央": Rank.NATION, "国家": Rank.NATION, "自治区": Rank.PROVINCE, "省": Rank.PROVINCE, "自治州": Rank.PREFECTURE,
    "市": Rank.PREFECTURE, "州": Rank.PREFECTURE, "盟": Rank.PREFECTURE, "县": Rank.COUNTY, "区": Rank.COUNTY,
    "旗": Rank.COUNTY, "镇": Rank.TOWNSHIP, "乡": Rank.TOWNSHIP, "乡镇": Rank.TOWNSHIP, "街道": Rank.TOWNSHIP,
    "county": Rank.COUNTY, "city": Rank.PREFECTURE, "municipal": Rank.PREFECTURE, "prefecture": Rank.PREFECTURE,
    "prefectural": Rank.PREFECTURE, "province": Rank.PROVINCE, "provincial": Rank.PROVINCE, "township": Rank.TOWNSHIP,
    "central": Rank.NATION, "national": Rank.NATION,
}  # fmt: skip
_CITIES = ("11", "12", "31", "50")
"""Provinces that are called a city."""
_LONGEST_PLACE, _SAME = 18, 12
_MOST_ASKED = 200
"""Mentions of one text that are asked about, at a millisecond each; letters name some four, one of 200 was made to take time."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body as a text mentions it.

    ``levels`` are those that it may have, none where the text tells none; ``code`` its division, None where the text names
    no place. ``kind`` is that of an office, ``OWN``, or whatever the words were looked for under.
    """

    kind: str
    levels: frozenset[Rank]
    code: str | None


def accused_bodies(entities: Sequence[Entity], text: str, division: str, suspects: Suspects) -> tuple[Body, ...]:
    """The discipline offices and the departments for poverty work of which a report accuses somebody, or which it accuses.

    Args:
        entities: of the assessment.
        text: normalised words of whoever reports.
        division: the division the report speaks of.
        suspects: says of a body that is named whether it is accused there, or somebody of whom the text tells next.
    """
    if not MAY_NAME.search(text):
        return ()
    return tuple(dict.fromkeys(_accused(mentions(text), entities, text, division, suspects)))


def accused_under(
    names: Iterable[str], entities: Sequence[Entity], text: str, division: str, suspects: Suspects
) -> tuple[Body, ...]:
    """As ``accused_bodies``, of bodies that are called by one of these names; ``kind`` is the name."""
    found = ((name, one.start(), one.end()) for name in names if name for one in re.finditer(re.escape(name), text))
    return tuple(dict.fromkeys(_accused(found, entities, text, division, suspects)))


def _accused(
    found: Iterable[tuple[str, int, int]],
    entities: Sequence[Entity],
    text: str,
    division: str,
    suspects: Suspects,
) -> Iterator[Body]:
    people, places = _people(entities), _places(entities)
    # 村监委主任,|监委主任: the village's again
    others: set[str] = set()
    told: dict[str, tuple[int, _Place]] = {}
    asked = iter(range(_MOST_ASKED))
    for kind, start, end in found:
        place = _placed(text, start, end, places, division)
        posted = _POSTED.search(text, max(0, start - _LONGEST_PLACE), start) if text[end - 1] == "组" else None
        if posted and not place.levels:
            place = _Place(posted.start("sign"), _levels(posted["sign"], division), None)
        if _NEXT_DOOR.search(text, max(0, place.head - _LONGEST_PLACE), place.head):
            continue
        # 我报镇纪委,|纪委黄书记: the same one
        if not place.levels and kind in told and start - told[kind][0] < _SAME:
            place = replace(place, levels=told[kind][1].levels, code=told[kind][1].code)
        told[kind] = (end, place)
        if (
            kind in (DISCIPLINE, DEPARTMENT)
            and not place.levels
            and (is_of_others(text, start, end) or text[start:end] in others)
        ):
            others.add(text[start:end])
            continue
        # 城北镇纪委: the name of a town, which no list holds, may stand before the sign of its level
        heads = (place.head, place.head - 2, place.head - 3) if place.town else (place.head,)
        if is_plainly_free(text, place.head, end):
            continue
        plainly = any(head >= 0 and is_accused(text, head, end, people) for head in heads)
        if plainly or (next(asked, None) is not None and suspects(text, start, end)):
            to_us = kind == DISCIPLINE and not place.levels and _OURS.search(text, max(0, start - 8), start)
            yield Body(OWN if to_us else kind, place.levels, place.code)


def _people(entities: Iterable[Entity]) -> People:
    accused: set[str] = set()
    others: set[str] = set()
    for entity in entities:
        if entity.kind is EntityKind.PERSON and len(name := mention(entity.text)) > 1:
            (accused if entity.role is Role.ACCUSED else others).add(name)
    return People(_longest_first(accused), _longest_first(others - accused))


def _longest_first(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


@dataclass(frozen=True, slots=True)
class _Place:
    """The place before a body: where it begins, the levels that it tells, its code where it is named."""

    head: int
    levels: frozenset[Rank]
    code: str | None
    town: bool = False


def _places(entities: Iterable[Entity]) -> dict[str, str | None]:
    """The codes of places and bodies by how the text calls them, in the order of the text; None where none is known."""
    found: dict[str, str | None] = {}
    for entity in entities:
        if entity.kind in (EntityKind.PLACE, EntityKind.ORGANISATION) and (told := mention(entity.text)):
            found[told] = found.get(told) or entity.code
    return found


def _placed(text: str, start: int, end: int, places: Mapping[str, str | None], division: str) -> _Place:
    first = max(0, start - _LONGEST_PLACE)
    sign = _SIGN.search(text, first, start)
    stop = (sign.start() + len(sign["sign"] or sign["english"])) if sign else start
    head = sign.start() if sign else start
    for told, code in places.items():
        ends = next((at for at in (stop, end) if text.endswith(told, 0, at)), None)
        if ends is None:
            continue
        head = min(head, ends - len(told))
        if code and len(code) in LEVEL_OF_DIGITS:
            return _Place(head, frozenset({LEVEL_OF_DIGITS[len(code)]}), code)
    for place in Divisions.load().find(text[first:stop]):
        rank = LEVEL_OF_DIGITS.get(len(place.code), Rank.COUNTY)
        # 原|州纪委: no 原州区
        if first + place.end == stop and (sign is None or sign["sign"] in {"市", None} or _LEVEL[sign["sign"]] is rank):
            return _Place(min(head, first + place.start), frozenset({rank}), place.code if place.certain else None)
    levels = _levels(sign["sign"] or sign["english"], division) if sign else frozenset[Rank]()
    return _Place(head, levels, None, town=Rank.TOWNSHIP in levels)


def _levels(sign: str, division: str) -> frozenset[Rank]:
    """The levels of a sign: a 市 is a prefecture, and a county or a province where the own one is called so."""
    level = _LEVEL[sign]
    if sign not in {"市", "city", "municipal"}:
        return frozenset({level})
    if division[:2] in _CITIES:
        return frozenset({Rank.PROVINCE})
    return frozenset({level, Rank.COUNTY}) if _is_city(division[:6]) else frozenset({level})


@lru_cache(maxsize=256)
def _is_city(code: str) -> bool:
    known = Divisions.load().get(code) if len(code) == 6 else None
    return known is not None and known.name.endswith("市")
