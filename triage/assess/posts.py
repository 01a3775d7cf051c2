"""Posts in a text and the level each stands on. In: normalised text; out: `PostMatch` spans in order.

A post is a title of the lexicon with the level and the body before it (县 + 扶贫办 + 主任): the longest such run is one
post, because that is how people write and mark it (乡畜牧站站长). A title right after a lone surname (王主任) is no
post but a person, and is left to `triage.assess.short_names`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from corpora import lexicons
from corpora.divisions import Divisions
from triage.model import Rank

# A word that can stand before a title and belongs to the post
LEVELS = {
    "村": Rank.VILLAGE, "组": Rank.VILLAGE, "屯": Rank.VILLAGE, "社区": Rank.VILLAGE, "大队": Rank.VILLAGE,
    "嘎查": Rank.VILLAGE, "村民": Rank.VILLAGE, "驻村": Rank.VILLAGE, "生产队": Rank.VILLAGE, "居委会": Rank.VILLAGE,
    "村委会": Rank.VILLAGE, "村委": Rank.VILLAGE, "村支部": Rank.VILLAGE, "村监委": Rank.VILLAGE,
    "乡": Rank.TOWNSHIP, "镇": Rank.TOWNSHIP, "乡镇": Rank.TOWNSHIP, "街道": Rank.TOWNSHIP, "苏木": Rank.TOWNSHIP,
    "街道办": Rank.TOWNSHIP, "包村": Rank.TOWNSHIP, "包片": Rank.TOWNSHIP, "包组": Rank.TOWNSHIP,
    "县": Rank.COUNTY, "区": Rank.COUNTY, "旗": Rank.COUNTY,
    "地区": Rank.PREFECTURE, "行署": Rank.PREFECTURE, "市": Rank.PREFECTURE, "州": Rank.PREFECTURE, "盟": Rank.PREFECTURE, "省": Rank.PROVINCE, "自治区": Rank.PROVINCE,
    "国务院": Rank.NATION, "中央": Rank.NATION,
}  # fmt: skip
BODIES = lexicons.word_set("post_bodies")
# Titles that stand alone too; others (主任, 科长 …) only with something before them
TITLES = lexicons.word_set("post_titles")
# 主任 alone names a post only after what it belongs to; these titles are too common alone (经理 of any shop)
NEVER_ALONE = lexicons.word_set("post_titles_with_body")
LONGEST = max(len(word) for word in [*LEVELS, *BODIES])
SURNAME_TITLES = ("书记", "主任", "支书", "镇长", "乡长", "县长", "村长", "局长", "所长", "站长", "队长", "会计", "科长", "股长",
                  "组长", "社长", "院长", "校长", "行长", "屯长", "市长", "区长", "处长", "部长", "主席", "理事长", "经理", "队员", "文书",
                  "场长", "厂长", "委员", "干事", "专干", "秘书", "镇", "副镇长", "副主任", "副乡长", "副书记", "副局长", "副县长",
                  "副院长", "副站长", "副所长", "副校长", "副科长", "副股长", "副处长", "副部长", "副区长", "副市长", "副会长",
                  "副队长", "副行长", "副主席", "副社长", "副场长", "副厂长", "副支书", "副村长", "副组长")  # fmt: skip
# Surnames that are function words as well: 向书记反映, 和主任说, 由镇长
FUNCTION_SURNAMES = frozenset("和向由那时来门权但为公强都前后从于同与连到是各该位及由代续敏保常")
_ADDRESS = ("尊敬的", "敬爱的", "亲爱的", "致县委", "致市委", "致省委")
# 某镇, 该乡, 各村 are places that the text does not name
_SOME = frozenset("某该本各")
_PLACE_LEVELS = frozenset("村镇乡县区")
# 县委宣传部长 is of the county and no minister; what has such a head at all is a county at least
_OF_A_COMMITTEE = ("宣传", "组织", "统战", "政法")
_OF_THE_STATE = ("中央", "中共", "国家", "全国")
# 时任县长, 原县长: nobody's surname
_IN_OFFICE = frozenset("时现前原历新上继")
# 市长信箱, 书记您好: nobody is told of
_NO_OFFICIAL = ("信箱", "热线", "您好", "你好", "台鉴", "台鑒", "好!", "好,", "好！", "好，", "们好")


# What makes another word of a title: 组长期, 会计账, 书记处, 主任科员, 委员会
_LONGER = (
    ("长", "期年大远久途处得势效辈城"),
    ("会计", "账帐师证科学凭法制电核数"),
    ("书记", "处员"),
    ("主任", "科"),
    ("委员", "会"),
)
# 湖南省|长沙人, 长沙路
_OF_CHANGSHA = frozenset("路街城人话港")
_HEADS = frozenset(("部长", "副部长"))
# 判决文书 is a paper
_PAPERS = ("判决", "法律", "裁定", "正式的", "出示", "诉讼", "司法")


class PostMatch(NamedTuple):
    """A post at ``start`` to ``end`` and its level."""

    start: int
    end: int
    rank: Rank


@lru_cache(maxsize=1)
def title_ranks() -> Mapping[str, Rank]:
    """Titles, whole posts among them, with the level that they say by themselves."""
    ranks = {title: Rank[name.upper()] for title, name in lexicons.posts().items()}
    for title in TITLES:
        ranks.setdefault(title, Rank.NONE)
    ranks.pop("员", None)
    return MappingProxyType(ranks)


def find_posts(text: str, titles: Sequence[tuple[str, int, int]]) -> list[PostMatch]:
    """Posts in order, not overlapping; offsets are those of ``text``. ``titles``: its words of `title_ranks`, in order."""
    ranks = title_ranks()
    out: list[PostMatch] = []
    taken = 0
    surnames = lexicons.surnames()
    for title, start, end in titles:
        if start < taken or not _whole(text, start, end, title) or text[max(0, start - 4) : start].endswith(_ADDRESS):
            continue
        begin, rank = _extended(text, start, taken, ranks[title])
        if begin == start:
            if title in NEVER_ALONE or (title in SURNAME_TITLES and _after_surname(text, start, taken, surnames)):
                continue
        elif title in SURNAME_TITLES and text[begin:start] in surnames:
            continue
        if title in _HEADS and any(body in text[begin:start] for body in _OF_A_COMMITTEE):
            state = text.endswith(_OF_THE_STATE, 0, begin)
            rank = rank if state else _rank_of(text[begin:end], Rank.NONE) or Rank.COUNTY
        second = _second_post(titles, end + 1) if text.startswith("兼", end) else None
        if second is None and text.startswith("秘书", end):
            second = end + 2  # 镇长秘书
        taken = second or end
        out.append(PostMatch(begin, taken, max(rank, _rank_of(text[begin:end], rank))))
    return out


def post_rank(title: str) -> Rank:
    """The level of a title by the lexicon, NONE where its body decides."""
    return title_ranks().get(title, Rank.NONE)


def _second_post(titles: Sequence[tuple[str, int, int]], start: int) -> int | None:
    """Where the second of two posts held at once ends (理事长兼村支书)."""
    at = bisect_left(titles, start, key=lambda title: title[1])
    return titles[at][2] if at < len(titles) and titles[at][1] <= start + 4 else None


def _extended(text: str, start: int, floor: int, rank: Rank) -> tuple[int, Rank]:
    """Walks left over levels and bodies; the level furthest left decides where the title itself says nothing."""
    begin = start
    while begin > floor:
        for length in range(min(LONGEST, begin - floor), 0, -1):
            word = text[begin - length : begin]
            if length == 1 and text[begin : begin + 1] == word:
                continue  # 那门村|村委会副主任, 窑淮镇|镇长
            if word in LEVELS or word in BODIES or word == "副":
                begin -= length
                rank = max(rank, LEVELS.get(word, Rank.NONE)) if rank is Rank.NONE else rank
                break
        else:
            break
    if begin < start and text[begin] in _PLACE_LEVELS and text[begin - 1 : begin] in _SOME and begin > floor:
        begin += 1  # 某镇|扶贫专干: the level belongs to the place
    return begin, rank


def _rank_of(post: str, rank: Rank) -> Rank:
    """A body's level overrides a title's own: 镇财政所所长 township, 县扶贫办主任 county."""
    for length in (2, 1):
        level = None if post.startswith("组织") else LEVELS.get(post[:length])
        if level is not None and len(post) > length + 1:
            return max(rank, level) if rank is Rank.NONE or level > rank else rank
    return rank


def _whole(text: str, start: int, end: int, title: str) -> bool:
    """Whether the match is the title and not part of a longer word (会计账, 组长期, 书记员), nor an address."""
    after, before = text[end : end + 1], text[start - 1 : start]
    for ending, longer in _LONGER:
        if after and after in longer and title.endswith(ending) and not text.startswith("期间", end):
            return False
    if title.endswith("长") and _begins_a_place(text, start, end):
        return False
    if (
        (title == "组长" and before == "班")
        or (title == "队长" and before == "部")
        or text.startswith(_NO_OFFICIAL, end)
    ):
        return False
    return title != "文书" or not text.endswith(_PAPERS, 0, start)


def _begins_a_place(text: str, start: int, end: int) -> bool:
    """Whether the 长 that ends a title begins a place: 湖南省|长沙, 许昌市|长葛市; 四川省省长|沙建国 is somebody."""
    if text.startswith(_begun_with_chang(), end - 1):
        return True
    return text.startswith("沙", end) and (text[end + 1 : end + 2] in _OF_CHANGSHA or text.endswith("湖南", 0, start))


@lru_cache(maxsize=1)
def _begun_with_chang() -> tuple[str, ...]:
    """Names of divisions in full that begin as titles end (长葛市, 长汀县)."""
    told = Divisions.load()
    names = [name for row in told for name in (row.name, f"{row.short}{row.name[-1]}") if name.startswith("长")]
    return tuple(sorted({name for name in names if len(name) > 2}))


def _after_surname(text: str, start: int, floor: int, surnames: frozenset[str]) -> bool:
    """王主任 is a person; 向书记 and 和主任 are not, nor is 小学校长 read as 学 + title."""
    if start <= floor:
        return False
    surname = text[start - 1]
    if surname in "老小" and start - 1 > floor:
        return False
    if text[start - 2 : start] in lexicons.compound_surnames():
        return start - 2 >= floor
    in_office = surname == "原" or (surname == "任" and text[start - 2] in _IN_OFFICE)
    return surname in surnames and surname not in FUNCTION_SURNAMES and not in_office
