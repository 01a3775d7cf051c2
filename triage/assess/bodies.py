"""Organisations: named or typed bodies. In: normalised text, its words, its places; out: spans in order.

A body is an ending of the lexicon (扶贫办, 合作社) with what makes it one body rather than any: a level (县扶贫办), a
place (静宁县监察局) or a name (兴旺牧业合作社). Offices of which each county has one also count alone (交通局).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpora import lexicons
from triage.assess.hamlets import NOT
from triage.assess.places import PlaceSpan, name_start
from triage.assess.words import Words, everyday

_LEVELS = frozenset(
    ["省", "市", "州", "盟", "县", "区", "旗", "镇", "乡", "村", "中央", "国家", "自治区", "自治州", "街道", "社区", "乡镇", "国务院", "村民", "驻村"]
)  # fmt: skip
# Words that belong to a body's name although they are everyday words
_WITHIN = lexicons.word_set("body_parts")
# 辖区|派出所, 库区|移民局
_NO_DISTRICT = frozenset("辖片小园库林景校厂矿灾城郊市地山湖营")
# Bodies that are any one of many: only with a name or a level before them
_NEEDS_NAME = lexicons.word_set("bodies_with_name")
# Bodies that count with a level or a place before them, without any name
_NEEDS_LEVEL = lexicons.word_set("bodies_with_level")
# 县|专项|督查组: of these a name may stand behind the level
_NAMED_BEHIND_LEVEL = frozenset(["政务大厅", "督查组"])
# 石塘|村委会: the name of the village stands before what begins with 村
_OF_A_VILLAGE = frozenset(["村委会", "村民委员会"])
_BEFORE_NO_VILLAGE = frozenset("县市区旗镇乡村原前老")
# 民政局|优抚股 is one body; whoever heads it is a post
_HAS_SECTIONS = frozenset("局委办厅")
_NO_SECTION = re.sub("[交就自人]", "", NOT)
_SECTION = re.compile(
    f"(?:[^\\W\\d_a-zA-Z{_NO_SECTION}副兼和]{{2,4}}?[科股]|(?:纪检)?监察室|信访室)(?![长员技学室级股科目校份权本副负主])"
)
OF_MANY = _NEEDS_NAME | _NEEDS_LEVEL
"""Endings that are no body by themselves."""


def find_bodies(
    text: str, words: Words, places: Sequence[PlaceSpan], endings: Sequence[tuple[str, int, int]]
) -> list[tuple[int, int]]:
    """Organisations in order, not overlapping; a body may swallow the place that it begins with.

    Args:
        text: normalised.
        words: of the text.
        places: found in it.
        endings: its words of ``organisation_suffixes``, in order.
    """
    by_end = {place.end: place.start for place in places}
    out: list[tuple[int, int]] = []
    for ending, start, end in endings:
        floor = out[-1][1] if out else 0
        if start < floor or _cut(text, end):
            continue
        begin = _begin(text, start, floor, ending, words, by_end)
        if begin is not None:
            if begin == start and ending in _OF_A_VILLAGE:
                begin = _with_village(text, begin, floor, words, by_end)
            out.append((begin, _section_end(text, end, words)))
    # 移民办 after 区移民办 is the same body told shorter
    # Turned round and in order, what others end with stands right before one of them: a body may be a page long
    turned = sorted({text[begin:end][::-1] for begin, end in out})
    shorter = {one[::-1] for one, other in pairwise(turned) if other.startswith(one)}
    return [(begin, end) for begin, end in out if text[begin:end] not in shorter]


def _with_village(text: str, start: int, floor: int, words: Words, places: dict[int, int]) -> int:
    """Where the village that a committee at ``start`` is told with begins, or the township before it; else ``start``."""
    if text[start - 1 : start] in _BEFORE_NO_VILLAGE:
        return start
    village = name_start(text, start, floor, words)
    place = places.get(village, -1) if village < start else -1
    return place if place >= floor else village


def _section_end(text: str, end: int, words: Words) -> int:
    """Where the section of an office ends whose name follows (教育局|基教科); ``end`` if none does."""
    section = _SECTION.match(text, end) if text[end - 1] in _HAS_SECTIONS else None
    return section.end() if section and section.end() in words.bounds else end


# An ending that is a verb or the beginning of another word: 搬迁办好了, 县管理所有工程, 金融办法
_GOES_ON = {
    "办": (
        ("办", "法理"),
        *((word, "好完了得起一证成事过着下酒") for word in ("安置办", "征收办", "产业办", "金融办", "应急办", "改厕办", "危改办", "搬迁办", "农办", "三资办", "热线办")),
    ),
    "所": tuple((word, "有需用得谓以属能做") for word in ("管理所", "服务所", "监督所", "监管所", "农机所", "农业所", "交通所", "水利所", "畜牧所")),
    "局": (("局", "面限"),),
    "委": (("农委", "屈"),),
    "大": (("人大", "病部量多小家门"),),
}  # fmt: skip


def _cut(text: str, end: int) -> bool:
    """Whether the ending goes on as a post or a longer word (扶贫办主任, 派出所长, 村委会计)."""
    after, last = text[end : end + 1], text[end - 1]
    if (after == "长" and last in "局所站院校厂场行社队") or (after == "计" and last == "会"):
        return True
    for ending, longer in _GOES_ON.get(last, ()):
        if after and after in longer and text.endswith(ending, 0, end):
            return True
    return last == "站" and text.startswith("不住", end)


def _begin(text: str, start: int, floor: int, ending: str, words: Words, places: dict[int, int]) -> int | None:
    """Where the body that ends in ``ending`` begins; None where it is no body by itself."""
    within = _walk_within(start, floor, words)
    may_be_named = ending in _NEEDS_NAME or ending in _NAMED_BEHIND_LEVEL
    begin, named = _name(within, floor, words, places) if may_be_named else (within, False)
    if begin in places and places[begin] >= floor:
        return places[begin]
    if begin - 1 in places and places[begin - 1] >= floor and text[begin - 1] in "县市区旗镇乡村":
        return places[begin - 1]
    level = next((text[begin - n : begin] for n in (3, 2, 1) if text[begin - n : begin] in _LEVELS), "")
    if level == "区" and text[begin - 2 : begin - 1] in _NO_DISTRICT:
        level = ""
    if level and begin - len(level) >= floor:
        begin -= len(level)
        while begin > floor and text[begin - 1] == "某":  # 某县民政局
            begin -= 1
        place = places.get(begin)
        if place is not None and place >= floor:
            return place
    if ending in _NEEDS_LEVEL:
        return begin if level else None
    if ending in _NEEDS_NAME:
        return begin if named or (level and within < start) else None
    return begin


def _walk_within(begin: int, floor: int, words: Words) -> int:
    while begin > floor:
        word = words.ending_at(begin)
        if word not in _WITHIN or begin - len(word) < floor:
            break
        begin -= len(word)
    return begin


def _name(end: int, floor: int, words: Words, places: dict[int, int]) -> tuple[int, bool]:
    """Walks left over a proper name of two to four characters: one unknown word or several single characters."""
    begin = end
    while begin > floor and end - begin < 3 and begin not in places:
        word = words.ending_at(begin)
        if not word or begin - len(word) < floor or len(word) > 4 or len(word) + end - begin > 4:
            break
        if not all("\u4e00" <= character <= "\u9fff" and character not in _NOT_NAMED for character in word):
            break
        if word in _SINGLE or (word in everyday() and not (word[0] in _LUCKY and word[-1] in _LUCKY)):
            break
        begin -= len(word)
        if len(word) > 1:
            break
    named = end - begin >= 2 or begin in places
    return (begin, True) if named else (end, end in places)


# Characters that firms like in their names: 兴旺, 利民, 丰源
_LUCKY = frozenset("兴旺民丰源利富惠农绿金山泰安康达隆盛昌永恒宏鑫顺福瑞华茂林春晖合众诚信德美嘉和同万新天地云海江河乐")  # fmt: skip
# Characters in no body's name
_NOT_NAMED = frozenset("由县镇乡村过去到先查接任自个在的了几两于与给跑年月日你我他们")
_SINGLE = frozenset("入投的了是在我你他她它这那有和与及把被向到都就不也去来说给让从对为以所某各每全该本并但而或还又再很太更个家间座所由跟叫找问进出做开办建搞当同等用请给将于被因且才只能会要没几两一二三四五六七八九十")  # fmt: skip
