"""Conflicts of interest: reports on the own head, and the keyed names by which those told of are kept out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from corpora.divisions import Divisions
from triage.model import Assessment, Entity, EntityKind, Rank, Role
from triage.referral.jurisdiction import Desk
from triage.text.names import (
    covered_forms,
    finds,
    forms_in_reports,
    forms_of_a_person,
    found_among,
    names_apart,
    surname_in,
)
from triage.text.normalise import normalise
from triage.text.spaced import mention

_HEAD_POSTS = re.compile(
    "(?:纪委|纪检委|纪律检查委员会|监委|监察委|监察委员会)(?:监委|监察委)?(?:书记|主任|主要负责人|一把手)"
    "|secretary of (?:the )?(?:[a-z]+ ){0,3}discipline",
    re.IGNORECASE,
)
# 县医院|纪委书记 heads no office that reports go to
_OTHER_BODY = re.compile("(?:医院|学校|[中小大]学|学院|公司|集团|银行|局|厅|院|厂)(?=纪委|纪检|纪律|监委|监察)")
_DEPUTY = re.compile("副(?:书记|主任)|deputy", re.IGNORECASE)
_COMMISSION = re.compile("(?:纪委|纪检委|纪律检查委员会|监委|监察委|监察委员会)$|discipline|commission$", re.IGNORECASE)
_HEADED = re.compile("^[\u4e00-\u9fff]{1,2}(?:书记|主任)$")
"""A surname with the title of a commission's head: 张书记."""
_SECRETARY = "secretary"
_LEVELS = (("省", Rank.PROVINCE), ("州", Rank.PREFECTURE), ("盟", Rank.PREFECTURE), ("市", Rank.PREFECTURE),
           ("县", Rank.COUNTY), ("区", Rank.COUNTY), ("旗", Rank.COUNTY), ("镇", Rank.TOWNSHIP), ("乡", Rank.TOWNSHIP),
           ("provinc", Rank.PROVINCE), ("prefect", Rank.PREFECTURE), ("city", Rank.PREFECTURE), ("county", Rank.COUNTY))  # fmt: skip
_NEAR, _OF_THE, _LONGEST_PLACE = 3, 8, 12
# 姓郑的纪委书记
_BY_SURNAME = "姓{}的?(?:那个)?[^\\s,。;:]{{0,6}}?(?:纪委|纪检委|纪律检查委员会|监委|监察委)(?:监委|监察委)?的?(?:书记|主任|主要负责人|负责人|一把手)"

# 你们纪委书记收了钱, 贵委主要领导包庇他: it tells no level and no name, and is about whoever reads it. Whoever got the
# letter (收了信) did nothing.
_OWN_LEVEL = {Rank.COUNTY: "县区旗", Rank.PREFECTURE: "市州盟", Rank.PROVINCE: "省"}
_LEVEL_SIGNS = "村乡镇县区旗市州盟省央校院局厂司团厅部会副"
_OWN_ACTS = (
    "(?:(?<!姓.的)(?<![{others}])(?:纪委监委|纪委|纪检委|纪律检查委员会|监委|监察委员会|监察委)|(?:你们?|贵)委)的?"
    "(?:书记|主任|一把手|主要负责人|主要领导)[^,。;:!?、不别勿没莫要能请副]{{0,4}}?"
    "(?:收(?:受|了(?!你|我|信|材料|举报|反映))|拿了(?!信|材料)|受贿|索贿|索要|贪污了|贪了|包庇|袒护|勾结)"
)


def party_keys(entities: Iterable[Entity], keyed: Callable[[str], str], text: str = "") -> tuple[str, ...]:
    """Keyed hashes of everybody whom a report names; rows and index documents carry them, so exclusions are query terms.

    Whatever part was read into a name: read as a witness, the accused would be shown a report about himself.

    Args:
        entities: of the assessment.
        keyed: keyed hash of a name under the store's link key.
        text: as received; names that were not marked for the way in which they are written are looked for in it.
    """
    names = {entity.text for entity in entities if entity.kind is EntityKind.PERSON} | set(names_apart(text))
    return tuple(sorted({keyed(form) for name in names if len(name) > 1 for form in forms_in_reports(name)}))


def keys_told(kept_from: Mapping[str, tuple[str, ...]], text: str) -> tuple[str, ...]:
    """The keys of those people, from whom somebody is kept, whose names stand in a text where no reader marked them.

    Args:
        kept_from: their keys by name.
        text: as received.
    """
    told = found_among(kept_from, normalise(text).text) if kept_from else ()
    return tuple(key for name in told for key in kept_from[name])


def keys_named(
    entities: Iterable[Entity], kept_from: Mapping[str, tuple[str, ...]], keyed: Callable[[str], str], text: str
) -> tuple[str, ...]:
    """The keys under which a report is kept: those of everybody whom it names, whether a reader marked them or not.

    Args:
        entities: of the assessment, and of what stands beside the words that are assessed.
        kept_from: as for ``keys_told``; who is in it is found although no reader marked the name.
        keyed: as for ``party_keys``.
        text: as received, with its title.
    """
    return (*party_keys(entities, keyed, text), *keys_told(kept_from, text))


def keys_of_name(name: str, keyed: Callable[[str], str]) -> tuple[str, ...]:
    """The keys under which reports on a person of this name stand: as it sounds, with a character covered, and as earlier
    versions kept it.

    Args:
        name: a full name in Chinese characters or pinyin.
        keyed: as for ``party_keys``.
    """
    return tuple(sorted(map(keyed, forms_of_a_person(name) | covered_forms(name))))


def heads_the_desk(assessment: Assessment, desk: Desk, text: str = "", words: str = "") -> bool:
    """Whether the report may be on the head of the own office, by name or by post.

    The name seals in whatever part it was read, for the reader takes an accused person for a victim now and then, and
    where it stands in the text at all though nobody was read there. A post counts where it touches an accused person's
    name, where that name is a surname with the title behind the own commission (县纪委张书记), or where it acts without a
    name, which gave the accused their level (县纪委书记收了钱). Letters are addressed to the secretary of the discipline
    commission all the time, and an address is no accusation.

    Args:
        assessment: what the readers made of the report.
        desk: the own office.
        text: normalised, without those who are only greeted or addressed; needed where the head's name is known.
        words: normalised, of whoever reports; a place before a post is looked for in them where no reader marked it.
    """
    if desk.head and _names_head(assessment, desk.head, text):
        return True
    accused = [e for e in assessment.entities if e.kind is EntityKind.PERSON and e.role is Role.ACCUSED]
    # A commission's secretary named without a level is the one next door; a national desk has no such neighbour.
    near = (desk.level,) if desk.level is Rank.NATION else (Rank.NONE, desk.level)
    posts = [post for post in _head_posts(assessment.entities, desk) if post.rank in near]
    posts = [post for post in posts if not _only_elsewhere(mention(post.text), words, desk)]
    touched = any(_touches(post, person) for post in posts for person in accused)
    if touched or _titled(assessment.entities, accused, near, desk) or _acts(assessment, posts, accused):
        return True
    if desk.level not in _OWN_LEVEL:
        return False
    # 会宁县|纪委书记收了钱: a head, and no head of ours
    acts = _own_acts(desk.level).finditer(text)
    return any(
        not _elsewhere(text[max(0, act.start() - _LONGEST_PLACE) : act.start()], desk, last=True) for act in acts
    )


@lru_cache(maxsize=4)
def _own_acts(level: Rank) -> re.Pattern[str]:
    """What tells of a wrong of the head of an office of this level by the post alone."""
    return re.compile(_OWN_ACTS.format(others="".join(sorted(set(_LEVEL_SIGNS) - set(_OWN_LEVEL[level])))))


def _names_head(assessment: Assessment, head: str, text: str) -> bool:
    forms = forms_of_a_person(head) | covered_forms(head)
    people = (entity for entity in assessment.entities if entity.kind is EntityKind.PERSON)
    if finds(head, text) or any(not forms.isdisjoint(forms_in_reports(person.text)) for person in people):
        return True
    surname = surname_in(head)
    return bool(surname) and re.search(_BY_SURNAME.format(re.escape(surname)), text) is not None


def _head_posts(entities: Iterable[Entity], desk: Desk) -> list[Entity]:
    """Posts of a commission's head, in English put together of the post and the body behind it; none of another place."""
    found, secretary, place = [], None, None
    for entity in sorted(entities, key=lambda entity: entity.start):
        text = mention(entity.text)
        if entity.kind is EntityKind.PLACE:
            place = entity
        if entity.kind is EntityKind.POSITION:
            heads = _HEAD_POSTS.search(text) and not _DEPUTY.search(text) and not _OTHER_BODY.search(text)
            behind = place is not None and 0 <= entity.start - place.end <= 1 and not _fits(place.code, desk)
            if heads and not behind and not _elsewhere(text, desk):
                found.append(entity)
            secretary = entity if text.lower() == _SECRETARY else None
        elif entity.kind is EntityKind.ORGANISATION and secretary is not None:
            near = 0 <= entity.start - secretary.end <= _OF_THE
            if near and _COMMISSION.search(text) and _fits(entity.code, desk) and not _elsewhere(text, desk):
                rank = _level_of(text)
                found.append(Entity(EntityKind.POSITION, text, secretary.start, entity.end, rank=rank))
            secretary = None
    return found


def _touches(post: Entity, person: Entity) -> bool:
    return 0 <= person.start - post.end <= _NEAR or 0 <= post.start - person.end <= _NEAR


def _titled(entities: Iterable[Entity], accused: Iterable[Entity], near: tuple[Rank, ...], desk: Desk) -> bool:
    """Whether an accused person's title follows the own commission: 县纪委|张书记, 纪委的|张书记; no other county's."""
    ends = {
        entity.end
        for entity in entities
        if entity.kind is EntityKind.ORGANISATION
        and _COMMISSION.search(text := mention(entity.text))
        and _level_of(text) in near
        and not _elsewhere(text, desk)
    }
    titled = [person for person in accused if _HEADED.match(mention(person.text))]
    return any(person.start - gap in ends for person in titled for gap in (0, 1))


def _elsewhere(body: str, desk: Desk, *, last: bool = False) -> bool:
    """Whether a body's name tells a place that neither holds the own division nor lies in it; ``last``: at its end."""
    found = [place for place in Divisions.load().find(body) if place.certain and (not last or place.end == len(body))]
    return bool(found) and not any(_fits(place.code, desk) for place in found)


def _only_elsewhere(post: str, words: str, desk: Desk) -> bool:
    """Whether a post is told of in these words, and each time right behind a place that is not the own one's."""
    told = [words[max(0, at.start() - _LONGEST_PLACE) : at.start()] for at in re.finditer(re.escape(post), words)]
    return bool(told) and all(_elsewhere(before, desk, last=True) for before in told)


def _fits(code: str | None, desk: Desk) -> bool:
    """Whether a place holds the own division, or lies in it; one without a code may."""
    return code is None or code.startswith(desk.division) or desk.division.startswith(code)


def _acts(assessment: Assessment, posts: Iterable[Entity], accused: Iterable[Entity]) -> bool:
    """Whether it is the own head's post, standing alone, that gave the accused their level."""
    level = assessment.accused_level
    if not level or any(person.rank == level for person in accused):
        return False
    own = {post.start for post in posts if post.rank == level}
    others = [
        e for e in assessment.entities if e.kind is EntityKind.POSITION and e.rank == level and e.start not in own
    ]
    return bool(own) and not others


def _level_of(body: str) -> Rank:
    """The level that a body's name tells, by the first word of one in it."""
    places = [(body.lower().find(word), level) for word, level in _LEVELS if word in body.lower()]
    return min(places)[1] if places else Rank.NONE
