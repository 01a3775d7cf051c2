"""What part the persons of an English report have: whom it accuses, who suffered, who saw it, whom it thanks.

In: text as received, spans of persons and of posts. Out: a role for each, None for one who is only thanked. An accused person
who is taken for somebody else would be missed, so that a post or a wrongful act decides before all else, and whoever
nothing is told of counts as accused.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from enum import IntEnum

from triage.assess.posts import PostMatch
from triage.model import Role


class _Told(IntEnum):
    """What is told of one mention, the weightiest last: of all mentions of a name the weightiest counts."""

    NOTHING = 0
    GENTLY = 1
    THANKED = 2
    SUFFERED = 3
    SAW = 4
    ACCUSED = 5


_ROLES = {
    _Told.NOTHING: Role.ACCUSED,
    _Told.GENTLY: Role.VICTIM,
    _Told.THANKED: None,
    _Told.SUFFERED: Role.VICTIM,
    _Told.SAW: Role.WITNESS,
    _Told.ACCUSED: Role.ACCUSED,
}
_LOOKED_BACK, _LOOKED_ON = 60, 60
_GENTLE = re.compile(r"(?:Mrs|Miss|Ms|Granny|Grandma|Grandpa|Aunt|Auntie|Uncle|Old) ")
_OFFICE = re.compile(
    r"(?:Deputy |Vice |Section |Party |Village |Team )*(?:Director|Secretary|Chief|Head|Headman|Mayor|Manager|Accountant|Officer|Boss)\b"
)
_KIN = r"(?:(?:grand|step)?(?:mother|father|son|daughter|child)|husband|wife|brother|sister|uncle|aunt(?:ie)?|cousin|nephew|niece)(?:-in-law)?"
# His wife, Ms Chen Lan, owns the company
_FAVOURED_BEFORE = re.compile(
    rf"(?:\b(?:his|her|whose)|['’]s) (?:(?:own|younger|elder|older|eldest|youngest|second|big|little) ){{0,2}}{_KIN},? (?:(?:is|called|named) )?$",
    re.IGNORECASE,
)
_NEAR = r"(?:neighbou?r|pupil|student|classmate|schoolmate|room-?mate|friend|client|host|patient)"
_POOR = (
    r"(?:widow(?:er)?|villager|orphan|amputee|shepherd|potter|muleteer|pensioner|herdsman|farmer|grandmother|grandfather|watchman"
    r"|(?:(?:old|elderly|disabled|deaf|blind|sick|poor|young|lame|paraly[sz]ed) )(?:man|woman|father|mother|couple|person)|boy|girl)"
)
_SUFFERER_BEFORE = re.compile(
    rf"(?:\b(?:my|our|we act for|counsel for) (?:[\w'’-]+ ){{0,3}}(?:{_KIN}|{_NEAR})s?(?: (?:is|are|called|named))?,? (?:Mr\.? )?"
    rf"|\b(?:the|a|an|one|old|poor|registered) (?:[\w'’-]+ )?{_POOR}(?: (?:called|named)|(?: of (?:\w+|[\w-]+ years?))?,)? "
    rf"|\b[Vv]illager |\bhousehold of (?:Mr\.? )?|\bthe (?:family|house|hut|case|mother|father) of (?:Mr\.? )?)$",
    re.IGNORECASE,
)
_SUFFERER_AFTER = re.compile(
    r"(?:,? who|,)? (?:(?:was|were|has been|had been|got) (?:\w+ly |then |also )?(?:beaten|hit|kicked|knocked|struck off|crossed off|left out|passed over"
    r"|turned away|evicted|injured|killed|threatened|locked|dropped from|never (?:paid|given))"
    r"|(?:has |had )?died|is dead|passed away|(?:has |had )?never (?:got|received|been given)|(?:got|received) (?:nothing|no )"
    r"|cannot (?:walk|see|hear|work|write|read|speak)|is (?:blind|deaf|disabled|paraly[sz]ed|bedridden|lame|ill|sick|an orphan|a widow(?:er)?)\b|lives (?:alone|by \w+self)"
    r"|lost (?:his|her|their) )"
    r"|,? (?:aged )?(?:\d{1,2}|(?:sixty|seventy|eighty|ninety)(?:-\w+)?)(?:,| years)"
)
_SAW_BEFORE = re.compile(
    r"(?:\b(?:eye-?)?witness(?:es)?(?: (?:is|are|was|were|named|called)|:)? (?:(?:the|my|our) )?(?:villagers? )?|\b(?:can|may|could|please|just) (?:also )?(?:ask|question) "
    r"|(?:^|[.!?;\n] ?)(?:You can )?[Aa]sk )$",
    re.IGNORECASE,
)
_SAW_AFTER = re.compile(
    r"(?:,? who)?(?: also| both| all)? (?:saw (?!to )|witnessed|was present|were present|was there|heard (?:it|him|her|them|this|that|every)"
    r"|(?:can|could|will|would|is ready to|is willing to) (?:testify|confirm|bear witness|prove|vouch)|(?:is|was) (?:my|our|a|the) witness|testified)"
)
_THANKED_BEFORE = re.compile(
    r"(?:\b(?:I|we)(?: (?:must|also|only|both|all|want to|wish to|would like to|write to))* (?:thank|praise|commend)|(?:^|[.!?\n]\s?)thank you,?(?: to)?"
    r"|\b(?:my|our|many|sincere|with|heartfelt) (?:\w+ )?(?:thanks|gratitude) to|\b(?:am|are|so|very|deeply) (?:grateful|indebted) to) "
    r"(?:(?:the|our|my|first|village|township|county|deputy|party|doctor|teacher|director|secretary|helper|nurse|young|cadre|comrade|official|head|for|help(?:ing)?|of) ?)*$",
    re.IGNORECASE,
)
_THANKED_AFTER = re.compile(
    r"(?:,? who)?(?: has| had| always| kindly| really)* (?:helped (?:us|me)\b|is (?:a )?(?:very )?(?:good|honest|kind|patient)\b|was (?:very )?(?:kind|patient|helpful)\b|deserves (?:praise|thanks))"
)
_WRONG = re.compile(
    r"(?:,? who)?(?: has| had| then| also| still| only| has always| again)* (?:took|taken|takes|kept|keeps|stole|stolen|pocketed|embezzled|demand(?:ed|s)|forged"
    r"|ordered|threaten(?:ed|s)|beat|sold|collect(?:ed|s)|charged|deducted|withheld|divided|forced|cheated|shared out|hit (?:me|us|my)|put (?:his|her|the)|gave (?:his|her)|asked (?:me|us) for)\b"
)
_OF_AN_OFFICE = re.compile(
    r",? (?:an? )?(?:official |cadre |clerk |head |chief )?(?:from|of|at) (?:the |our )?(?:county|township|town|city|prefecture|provincial|banner|village)\b"
)
_APPOSED = re.compile(
    r", (?:(?:the|our|a|an|then|who (?:is|was)) (?:[\w'’-]+ ){0,3})?|,? (?:is|was) (?:(?:the|our|a|an|now|then|also|former) ){0,2}| the | \("
)
# A post of one word, which is marked as none where it stands alone
_LONE = r"(?:secretary|head|chief|director|clerk|cashier|principal|chairman|mayor|manager|accountant|magistrate|official|cadre)"
_LONE_POST_BEFORE = re.compile(rf"\b(?:the|our|his|their|a|an) {_LONE},? $", re.IGNORECASE)
_LONE_POST_AFTER = re.compile(rf"(?:,|,? is|,? was)? (?:the|our|a|an) {_LONE}\b", re.IGNORECASE)
_AND = re.compile(r",? (?:and |with )?|, ")
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Miss)\.? ")


def english_roles(text: str, people: Sequence[tuple[int, int]], posts: Sequence[PostMatch]) -> list[Role | None]:
    """The role of each of ``people``, which stand in order; None for one whom the report only thanks."""
    told = [_told(text, start, end, posts) for start, end in people]
    for at in range(1, len(people)):  # names in a row share what is told before the first: witnesses A, B and C
        between = text[people[at - 1][1] : people[at][0]]
        if told[at] <= _Told.GENTLY and told[at - 1] in {_Told.SAW, _Told.SUFFERED} and _AND.fullmatch(between):
            told[at] = told[at - 1]
    best: dict[str, _Told] = {}
    names = [_TITLE.sub("", text[start:end]) for start, end in people]
    for name, what in zip(names, told, strict=True):
        best[name] = max(what, best.get(name, _Told.NOTHING))
    return [_ROLES[best[name]] for name in names]


def _told(text: str, start: int, end: int, posts: Sequence[PostMatch]) -> _Told:
    """What is told of one mention."""
    before, after = text[max(0, start - _LOOKED_BACK) : start], text[end : end + _LOOKED_ON]
    if _THANKED_BEFORE.search(before):
        return _Told.THANKED
    favoured = _FAVOURED_BEFORE.search(before) and not _SUFFERER_AFTER.match(after) and not _SAW_AFTER.match(after)
    if favoured or _WRONG.match(after) or _OF_AN_OFFICE.match(after) or _holds_a_post(text, start, end, posts):
        return _Told.ACCUSED
    if _SAW_BEFORE.search(before) or _SAW_AFTER.match(after):
        return _Told.SAW
    if _SUFFERER_AFTER.match(after) or _SUFFERER_BEFORE.search(before):
        return _Told.SUFFERED
    if _THANKED_AFTER.match(after):
        return _Told.THANKED
    return _Told.GENTLY if _GENTLE.match(text, start) else _Told.NOTHING


def _holds_a_post(text: str, start: int, end: int, posts: Sequence[PostMatch]) -> bool:
    """Whether a post stands in or beside a name: Director Yang; the cashier, Mrs Kou; Ms Wan Qing, the deputy county head."""
    if _OFFICE.match(text, start) or _LONE_POST_BEFORE.search(text, max(0, start - 24), start):
        return True
    return bool(posts_of(text, start, end, posts)) or _LONE_POST_AFTER.match(text, end) is not None


def posts_of(text: str, start: int, end: int, posts: Sequence[PostMatch]) -> list[PostMatch]:
    """The posts beside a name, which stand in order: right before it (the mayor, Li Guohua) or behind (Li Guohua, the mayor)."""
    at = bisect_left(posts, start, key=lambda post: post.start)
    beside = [posts[at - 1]] if at and 0 <= start - posts[at - 1].end <= 3 else []
    if at < len(posts) and end < posts[at].start <= end + 40 and _APPOSED.fullmatch(text, end, posts[at].start):
        beside.append(posts[at])
    return beside
