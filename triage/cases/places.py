"""Places as two reports can tell of the same one: county by code, township and village by name and sound.

In: place entities; out: `Place` rows. 古浪县黄羊移民点 and 黄羊移民点 meet in the stem 黄羊, Xingyuan village and 兴源村 in
their sound.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from corpora.divisions import Divisions
from triage.model import Entity, EntityKind
from triage.text.pinyin import sound
from triage.text.spaced import mention

_TOWN = re.compile("^(.{1,6}?)(?:镇|乡|街道|苏木)(?=.|$)")
_ENDING = re.compile(
    "(?:行政村|自然村|村委会|村|社区|嘎查|移民点|安置点|安置区|新村|小区|[一二三四五六七八九十]+[组社队])$"
)
_LATIN_ENDING = re.compile(
    r"\b(?:village|town|township|county|district|city|province|prefecture|banner|hamlet)\b", re.IGNORECASE
)
_MASKED = re.compile("^(?:(?:[a-z][0-9]{0,2}|[某×]{1,2})(?:省|市|自?治?州|县|区|旗))+")
"""Names of counties and cities put in letters (a7县, 某市): they tell nothing, and no village."""
_WIDE = re.compile("(?:省|县|自治[区州]|市州|州市|[新园]区|开发区|经开区|高新区)$")
"""Endings of what is larger than a township, also where no table knows it (西地省, 楚江新区): no village bears them."""
_LEAST = 2
_COUNTY = 6


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a report: division code of 2 to 6 digits or empty, stems of township and village or empty.

    ``mentions`` tells how often it is named, ``entity`` where first among the assessment's entities.
    """

    entity: int
    code: str
    town: str
    village: str
    mentions: int = 1

    @property
    def local(self) -> tuple[str, ...]:
        """The names below the county."""
        if self.town and self.village:
            return self.town, self.village
        return (self.town or self.village,) if self.town or self.village else ()


def places_of(entities: Sequence[Entity], without: Container[int] = ()) -> tuple[Place, ...]:
    """The distinct places among entities, in their order, those at the numbers ``without`` left out."""
    found: dict[tuple[str, str, str], Place] = {}
    for number, entity in enumerate(entities):
        if entity.kind is EntityKind.PLACE and number not in without:
            place = _place(number, entity)
            key = (place.code, place.town, place.village)
            before = found.get(key)
            found[key] = replace(before, mentions=before.mentions + 1) if before else place
    return tuple(found.values())


def _place(number: int, entity: Entity) -> Place:
    text = mention(entity.text)
    divisions = Divisions.load()
    matches = divisions.find(text)
    last = matches[-1] if matches else None
    whole = None if last or text.isascii() else divisions.resolve(text)
    if whole and whole.code == entity.code:
        return Place(number, whole.code, "", "")  # 大悟 is a county, but 柳林 may be a village
    code = (entity.code or (last.code if last and last.certain else ""))[:_COUNTY]
    if text.isascii():
        name = "" if code and "village" not in text and "town" not in text else _LATIN_ENDING.sub("", text).strip()
        return Place(number, code, "", name)
    rest = _MASKED.sub("", text[last.end :] if last else text)
    if _WIDE.search(rest):
        return Place(number, code, "", "")
    town = _TOWN.match(rest)
    if town:
        rest = rest[town.end() :]
    village = _ENDING.sub("", rest)
    return Place(
        number, code, town[1] if town and len(town[1]) >= _LEAST else "", village if len(village) >= _LEAST else ""
    )


def local_sounds(places: Sequence[Place]) -> frozenset[str]:
    """How the names below the counties sound."""
    return frozenset(heard for place in places for name in place.local if len(heard := sound(name)) > _LEAST)
