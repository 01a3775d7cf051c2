"""What the places of two reports say of whether they tell of one matter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from corpora.divisions import Divisions
from triage.cases.compared import Compared
from triage.cases.grams import gram, pieces
from triage.cases.matter import Matter
from triage.cases.places import Place
from triage.text.pinyin import sound

_COUNTY = 6
_LEAST_SOUND = 3
_LEAST_LATIN = 6
_ELSEWHERE = 0.5


def compare_places(pair: Compared, one: Matter, other: Matter) -> None:
    """Sets the features of places, villages first."""
    met = next(((a, b) for a in one.places for b in other.places if same_village(a, b)), None)
    if met is not None:
        pair.tell("same_village", met[0].entity, met[1].entity)
    else:
        near = next(((a, b) for a in one.places for b in other.places if _same_local(a, b)), None)
        if near is not None:
            pair.tell("same_town", near[0].entity, near[1].entity)
        mine, theirs = _in_text(one, other), _in_text(other, one)
        if mine or theirs:
            # A name of two characters stands in longer ones too: 尖山 in 尖山坝
            sure = max(len(place.village) for place in (mine, theirs) if place) > 2
            pair.tell("village_in_text", _entity(mine), _entity(theirs), 1.0 if sure else 0.5)
    if (one.denied or other.denied) and (_denies(one, other) or _denies(other, one)):
        pair.tell("denied")
    _shares(pair, one, other)
    _regions(pair, one, other)


def same_village(a: Place, b: Place) -> bool:
    """Whether two places share a village; a township told without its 镇 (古蔺石屏) stands where villages do."""
    if _apart(a, b):
        return False
    if not (a.village or b.village):
        return False
    # Of two places in one township, of which one has no village, nobody knows whether the village is the same
    return _named_alike((a.village or a.town,), (b.village or b.town,))


def _same_local(a: Place, b: Place) -> bool:
    return not _apart(a, b) and _named_alike(a.local, b.local)


def _apart(a: Place, b: Place) -> bool:
    return len(a.code) == len(b.code) == _COUNTY and a.code != b.code


def _named_alike(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    return any(a == b or _heard_alike(a, b) for a in mine for b in theirs)


@lru_cache(maxsize=1 << 14)
def _heard(name: str) -> str:
    return sound(name)


def _heard_alike(a: str, b: str) -> bool:
    """One sound, or in Latin letters the beginning of the other: Tianqiao village is 天桥屯."""
    mine, theirs = sorted((_heard(a), _heard(b)), key=len)
    if len(mine) < _LEAST_SOUND:
        return False
    return mine == theirs or (a.isascii() != b.isascii() and len(mine) >= _LEAST_LATIN and theirs.startswith(mine))


def _in_text(one: Matter, other: Matter) -> Place | None:
    """A village of ``one`` that the text of ``other`` names unmarked."""
    return next((p for p in one.places if p.village and other.named_in(one.holds[p.village])), None)


def _entity(place: Place | None) -> int:
    return place.entity if place else -1


def _denies(one: Matter, other: Matter) -> bool:
    """Whether a text says that it does not mean the place that the other tells of."""
    return any(name in place.local for name in one.denied for place in other.places)


def _shares(pair: Compared, one: Matter, other: Matter) -> None:
    """Which share of the mentions of villages and townships the other report knows too, the lower of both.

    Look-alikes often name the other village once, to say that theirs is another matter.
    """
    mine, theirs = ([place for place in each.places if place.local] for each in (one, other))
    if not mine and not theirs:
        return
    known = [place.entity for place in mine if _known(place, one, other)]
    theirs_known = [place.entity for place in theirs if _known(place, other, one)]
    shares = [_share(local, found) for local, found in ((mine, known), (theirs, theirs_known)) if local]
    least = min(shares)
    pair.measure("places_known", 1.0)
    pair.measure("places_shared", least)
    if len(shares) == 2 and least < _ELSEWHERE:
        pair.tell("other_village", _foreign(mine, known), _foreign(theirs, theirs_known))


def _share(local: Sequence[Place], known: Sequence[int]) -> float:
    if not known:
        return 0.0
    return sum(place.mentions for place in local if place.entity in known) / sum(place.mentions for place in local)


def _known(place: Place, mine: Matter, theirs: Matter) -> bool:
    for other in theirs.places:
        if _same_local(place, other):
            return True
    return any(theirs.named_in(mine.holds[name]) for name in place.local)


def _foreign(local: Sequence[Place], known: Sequence[int]) -> int:
    return next((place.entity for place in local if place.entity not in known), -1)


def _regions(pair: Compared, one: Matter, other: Matter) -> None:
    mine, theirs = [p for p in one.places if p.code], [p for p in other.places if p.code]
    if not mine or not theirs:
        where = _county_in(one, other), _county_in(other, one)
        if where != (-1, -1):
            pair.tell("county_in_text", *where)
        return
    digits, a, b = max((_shared_digits(p.code, q.code), p.entity, q.entity) for p in mine for q in theirs)
    if digits >= _COUNTY:
        pair.tell("same_county", a, b)
    elif digits:
        pair.measure("same_region", digits / _COUNTY)
        if any(len(p.code) == _COUNTY for p in mine) and any(len(p.code) == _COUNTY for p in theirs):
            pair.tell("other_county", mine[0].entity, theirs[0].entity)
    else:
        pair.tell("other_region", mine[0].entity, theirs[0].entity)


def _county_in(one: Matter, other: Matter) -> int:
    """The entity of a county of ``one`` that the text of ``other`` names unmarked; -1 for none."""
    for place in one.places:
        numbers = _county_grams(place.code) if len(place.code) == _COUNTY else ()
        if other.named_in(numbers):
            return place.entity
    return -1


@lru_cache(maxsize=4096)
def _county_grams(code: str) -> tuple[int, ...]:
    division = Divisions.load().get(code)
    return tuple(gram(piece) for piece in pieces(division.short)) if division else ()


def _shared_digits(a: str, b: str) -> int:
    for length in (6, 4, 2):
        if len(a) >= length and a[:length] == b[:length]:
            return length
    return 0
