"""Entities of a report by the labelling guideline. In: text, date received, words; out: `Entity` rows in order.

The finders run from the surest to the least sure; what an earlier one has taken, a later one leaves alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from corpora.divisions import Divisions
from triage.assess.bodies import find_bodies
from triage.assess.covering import apart, covering
from triage.assess.drafts import Draft
from triage.assess.english import (
    find_english_bodies,
    find_english_people,
    find_english_places,
    find_english_posts,
    find_english_programmes,
    title_rank,
)
from triage.assess.english_roles import english_roles, posts_of
from triage.assess.greetings import find_english_greetings, find_greetings
from triage.assess.lexicon_pass import find_words
from triage.assess.mentions import Mention, Told
from triage.assess.people import find_holders, find_people
from triage.assess.person_cues import cues_of
from triage.assess.places import PlaceSpan, find_places, masked_names
from triage.assess.posts import PostMatch, find_posts
from triage.assess.proposals import propose
from triage.assess.roles import Part, roles_of
from triage.assess.words import Words
from triage.model import Entity, EntityKind, Rank, Role
from triage.text.contacts import find_contacts
from triage.text.dates import find_periods
from triage.text.form_fields import Field, named_fields
from triage.text.form_fields_english import english_fields
from triage.text.form_figures import heads_a_sum, labelled_numbers, labelled_sums, labelled_times
from triage.text.masked import cut_around, find_masked
from triage.text.money import Amount, find_money
from triage.text.quoted import unquoted
from triage.text.segment import default_segmenter
from triage.text.signs import holds_english

# Whoever wrote an English letter is told by its form alone, and only where no other reading is likely: an accused person
# who is taken for the reporter would be missed
_LOOKED_BACK, _LOOKED_ON, _LONGEST_OPENING, _LONGEST_CLOSE = 40, 90, 80, 300
_LONGEST_HEAD = 120
_SAYS_I = re.compile(
    r"(?:^|(?<=[.!?\n]))\s*(?:I am|I'm|I,?|my name is|my name's|this is) (?:the )?(?:(?:old|poor|farmer|villager|widow|surname) )*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*(?:respected|dear|honou?red|hello|hi|good (?:day|morning|afternoon|evening))\b[^.:!\n]{0,40}[.,!\n]\s*(?:old )?",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:,| of| from)(?: [A-Z][A-Za-z']+){1,3}(?: (?:village|township|town|county))?(?:, [A-Z][A-Za-z']+(?: county)?)?"
    r"(?:\.|,? (?:once again|again|here|writes)\b)"
)
_CLOSING = re.compile(
    r"\b(?:yours|regards|faithfully|sincerely|respectfully|obediently|signed|wishes|thank you|thanks|signature)\b[\w ]{0,16}[,.:!]?\s{0,4}$",
    re.IGNORECASE,
)
# Reporter: Li Na; From: Li Na <…>; Signed: Li Na, Wang Fang
_HEADED = re.compile(
    r"(?:^|\n)[ \t]*(?:(?:name of )?(?:reporter|complainant|informant|sender|applicant|petitioner|writer)|my name|your name|name|from|signed)(?:'s name)?[ \t]*:[ \t]*"
    r"(?:[A-Z][A-Za-z' .]{1,24},? (?:and )?){0,6}$",
    re.IGNORECASE,
)
_ACCUSING_HEAD = re.compile(
    r"\b(?:accused|reported person|person reported|about|against|subject|respondent|official)\b[^\n]{0,40}$",
    re.IGNORECASE,
)
# Li Na\nTel: 139…
_CONTACT_LINES = re.compile(
    r"[,.]?\s{0,3}(?:\n\s{0,3}(?:(?:tel|phone|mobile|mob|contact|address|id|wechat|e-?mail)\b[^\n]{0,80}|[A-Z][\w', ]{0,60}|[^\n]{0,24}\d[\d/. -]{3,13}))*\s{0,8}",
    re.IGNORECASE,
)
_LINE = re.compile(r"[^:\s]\s{0,3}\n\s{0,3}$")
_PLACED = r"(?:[,.]?\s{0,3}(?:of |from )?[A-Z][A-Za-z']+(?: (?:[Vv]illage|[Tt]ownship|[Cc]ounty))?){0,3}"
_SIGNED = re.compile(_PLACED + r"[,.]?\s{0,3}(?:\d[\d/. -]{3,11})?\s{0,8}")
_DATED = re.compile(_PLACED + r"[,.]?\s{1,3}\d[\d/. -]{3,11}\s{0,8}")


class _Page:
    """Entities found so far; each character belongs to at most one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.taken = bytearray(len(text) + 1)
        self.found: list[Entity] = []

    def add(
        self,
        kind: EntityKind,
        start: int,
        end: int,
        *,
        role: Role | None = None,
        code: str | None = None,
        fen: int | None = None,
        first: str | None = None,
        last: str | None = None,
        rank: Rank = Rank.NONE,
    ) -> bool:
        """Adds an entity unless one of its characters is taken; says whether it was added."""
        if start >= end or self.taken.find(1, start, end) >= 0:
            return False
        self.take(start, end)
        text = self.text[start:end]
        self.found.append(Entity(kind, text, start, end, role, code, fen, first, last, rank))
        return True

    def take(self, start: int, end: int) -> None:
        """Keeps characters for an entity that is added later."""
        self.taken[start:end] = b"\1" * (end - start)

    def add_person(self, mention: Mention, part: Part) -> None:
        """Adds a person, whose characters were kept for it."""
        start, end = mention.start, mention.end
        self.found.append(Entity(EntityKind.PERSON, self.text[start:end], start, end, part.role, rank=part.rank))


def find_entities(text: str, received: date, words: Sequence[str] | None = None) -> tuple[Entity, ...]:
    """Marks persons, posts, organisations, places, amounts, periods, programmes and contacts by the rules alone.

    Args:
        text: normalised text, or an English one as received; offsets are counted in it.
        received: the day that relative times (去年) are told from.
        words: the segmenter's words, which tile ``text``; cut here if not given.
    """
    if is_english(text):
        return find_english(text, received)
    return by_rules(draft_of(text, received, cut_around(text, default_segmenter().cut) if words is None else words))


def is_english(text: str) -> bool:
    """Whether a text is to be read by the rules for English: Chinese takes three bytes a character, English one."""
    return len(text.encode("utf-8", "replace")) < 1.4 * len(text)


def find_english(text: str, received: date) -> tuple[Entity, ...]:
    """Marks the entities of an English text."""
    page = _Page(text)
    _name_english(page)
    _add_figures(page, received)
    return _in_order(page)


def find_english_names(text: str) -> tuple[Entity, ...]:
    """Marks whom and what an English text names: all of its entities but contacts, amounts and periods."""
    page = _Page(text)
    _name_english(page)
    return _in_order(page)


def draft_of(text: str, received: date, words: Sequence[str], *, alone: bool = True) -> Draft:
    """What the rules make of a Chinese text; unless they stand ``alone``, persons are left out of whom nothing but a name tells."""
    page, told = _Page(text), Words(words)
    hits = find_words(text)
    fields = named_fields(unquoted(text))
    # Whoever took a form down is told of as little as those whom it greets
    greetings = [*find_greetings(text), *((start, end) for start, end, role in fields if role is None)]
    masked = find_masked(text)
    # a7县|长龙社区 holds no 县长
    crossing = [(end - 1, end + 1) for _, end in masked if text.startswith("长", end)]
    posts = apart(find_posts(text, hits.titles), [*greetings, *crossing])
    fielded = _fielded(fields)
    by_label = [(one.start, one.end) for one in fielded]
    holders = [*fielded, *apart(find_holders(text, told, posts), [*greetings, *by_label])]
    divisions = Divisions.load().find(text, told.bounds)
    named = [(holder.start, holder.end) for holder in holders]
    places = find_places(text, told, named, divisions, masked)
    _add_posts(page, posts, places)
    for holder in holders:
        page.take(holder.start, holder.end)
    for start, end in find_bodies(text, told, places, hits.endings):
        page.add(EntityKind.ORGANISATION, start, end)
    _add_places(page, places)
    for _, start, end in hits.programmes:
        page.add(EntityKind.PROGRAMME, start, end)
    numbers, figured = _add_figures(page, received)
    people = find_people(text, told, cues_of(hits.cues), page.taken, unknown=alone)
    mentions = (*holders, *apart(people, greetings))
    proposed = () if alone else propose(text, told, hits, page.found, numbers, places, [*greetings, *crossing])
    known = (*divisions, *masked_names(text, masked))
    estates = tuple(end for _, _, end in hits.estates)
    found, greeted, labelled = tuple(page.found), tuple(greetings), tuple(by_label)
    return Draft(
        text, told, found, mentions, tuple(places), known, proposed, estates, greeted, labelled, figured
    )  # fmt: skip


def _fielded(fields: Sequence[Field]) -> list[Mention]:
    """Those whom a form's label names; whoever reports by it says so himself."""
    return [
        Mention(start, end, Told.SELF if role is Role.REPORTER else Told.NAMED)
        for start, end, role in fields
        if role is not None
    ]


def by_rules(draft: Draft) -> tuple[Entity, ...]:
    """The entities of a draft, every mention of which counts as a person."""
    page = _Page(draft.text)
    page.found.extend(draft.found)
    for mention, part in zip(draft.mentions, roles_of(draft.text, draft.mentions), strict=True):
        page.add_person(mention, part)
    return _in_order(page)


def _in_order(page: _Page) -> tuple[Entity, ...]:
    return tuple(sorted(page.found, key=lambda entity: entity.start))


def _name_english(page: _Page) -> None:
    text = unquoted(page.text)
    fields = english_fields(text)
    labelled = [(one.start, one.end) for one in fields if one.role is not None]
    people = sorted([*_apart(find_english_people(text), fields), *labelled])
    greetings = find_english_greetings(text, people)
    posts = apart(find_english_posts(text), greetings)
    greeted = covering(greetings)
    people = [(start, end) for start, end in people if greeted.find(1, start, end) < 0]
    told = {text[one.start : one.end]: one.role for one in reversed(fields) if one.role is not None}
    for (start, end), heard in zip(people, english_roles(text, people, posts), strict=True):
        role = told.get(text[start:end]) or (Role.REPORTER if _writes(text, start, end) else heard)
        if role is None:
            continue
        rank = max((post.rank for post in posts_of(text, start, end, posts)), default=Rank.NONE)
        page.add(EntityKind.PERSON, start, end, role=role, rank=max(rank, title_rank(text, start)))
    for start, end in find_english_programmes(text):
        page.add(EntityKind.PROGRAMME, start, end)
    _add_places(page, find_english_places(text))
    for start, end in find_english_bodies(text):
        page.add(EntityKind.ORGANISATION, start, end)
    for post in posts:
        page.add(EntityKind.POSITION, post.start, post.end, rank=post.rank)


def _apart(people: Sequence[tuple[int, int]], fields: Sequence[Field]) -> list[tuple[int, int]]:
    """Persons that share no character with a name in a field."""
    covered = covering((one.start, one.end) for one in fields)
    return [(start, end) for start, end in people if covered.find(1, start, end) < 0]


def _writes(text: str, start: int, end: int) -> bool:
    """Whether an English text says that this person wrote it: I am …, a name after the salutation, a name signed with."""
    before, after = text[max(0, start - _LOOKED_BACK) : start], text[end : end + _LOOKED_ON]
    if _headed(text, start):
        return True
    if _SAYS_I.search(before if start > _LOOKED_BACK else "\n" + before):
        return not after.startswith(" who")
    if start < _LONGEST_OPENING and _OPENING.fullmatch(text, 0, start) and _FROM.match(after):
        return True
    closed = _CLOSING.search(before) is not None
    if closed and len(text) - end <= _LONGEST_CLOSE and _CONTACT_LINES.fullmatch(text, end):
        return True
    if len(text) - end > _LOOKED_ON:
        return False
    signed = closed and _SIGNED.fullmatch(after) is not None
    return signed or (_LINE.search(before) is not None and _DATED.fullmatch(after) is not None)


def _headed(text: str, start: int) -> bool:
    """Whether a name stands under a heading for whoever writes (Reporter: Li Na), and under none for whoever is accused."""
    head = _HEADED.search(text, max(0, start - _LONGEST_HEAD), start)
    if head is None:
        return False
    above = text[max(0, head.start() - _LONGEST_HEAD) : head.start()].rstrip()
    return _ACCUSING_HEAD.search(above.rpartition("\n")[2]) is None


def _add_posts(page: _Page, posts: Sequence[PostMatch], places: Sequence[PlaceSpan]) -> None:
    """Adds posts; one that begins inside a place's name (河湾镇|党委书记) begins after it."""
    begins = {place.end: place.start for place in places}
    at = 0
    for post in posts:
        start = post.start
        while at < len(places) and places[at].end < post.end:
            at += 1
        if at < len(places) and places[at].start < start:
            continue  # 安溪县|长卿镇 holds no 县长
        for end in range(post.start + 1, min(post.start + 3, post.end)):
            if begins.get(end, post.start) < post.start and not _of_the_people(page.text, end):
                start = end
        page.add(EntityKind.POSITION, start, post.end, rank=post.rank)


def _of_the_people(text: str, start: int) -> bool:
    """Whether 村|民小组长 goes on with the word 村民; in 十八洞村|民政所所长 it does not."""
    return text[start] == "民" and not text.startswith("民政", start)


def _add_places(page: _Page, places: Sequence[PlaceSpan]) -> None:
    for place in places:
        page.add(EntityKind.PLACE, place.start, place.end, code=place.code)


def _add_figures(page: _Page, received: date) -> tuple[list[Amount], frozenset[int]]:
    """Adds contacts, amounts and periods; numbers that may be amounts all the same, and where figures begin that a label tells."""
    text = page.text
    for start, end in labelled_numbers(text):
        page.add(EntityKind.CONTACT, start, end)
    for contact in find_contacts(text):
        page.add(EntityKind.CONTACT, contact.start, contact.end)
    english = holds_english(text)
    sums, times = labelled_sums(text), labelled_times(text, received)
    figured = {one.start for one in sums.amounts if page.add(EntityKind.AMOUNT, one.start, one.end, fen=one.fen)}
    money = find_money(text, english=english)
    for amount in apart(money.amounts, sums.units):
        if page.add(EntityKind.AMOUNT, amount.start, amount.end, fen=amount.fen) and heads_a_sum(text, amount.start):
            figured.add(amount.start)
    for period in (*times, *find_periods(text, received, english=english)):
        page.add(EntityKind.PERIOD, period.start, period.end, first=period.first, last=period.last)
    figured |= {one.start for one in times}
    told = [(one.start, one.end) for one in sums.amounts]
    return (apart(money.numbers, told) if told else money.numbers), frozenset(figured)
