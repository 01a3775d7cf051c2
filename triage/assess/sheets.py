"""The office of an accused person where it stands apart from the name. In: text, posts and persons; out: levels.

Letters tell of whom they accuse as forms do: 被举报人：李国华，男，1965年生，毕节市市长, or 职务：副市长 in a line below. The post stands
some commas or lines behind the name, and no clause acts. What is told so is the person's own post; one that belongs to a
longer phrase (市长之子, 向市长行贿) or to another heading (受理人：市长) is not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from triage.assess.lexicon_pass import find_words
from triage.assess.office_acts import accuses
from triage.assess.posts import LEVELS, find_posts
from triage.model import Entity, Rank
from triage.text.form_fields import ABOUT, WHOM

_UNIT = "(?:现?工作|所在|任职)?单位(?:名称|全称)?"
_OFFICE = "(?:现任|原任|曾任|担任|单位)?\\s{0,6}职\\s{0,6}(?:务|称|位)(?:职级|级别)?"
_OTHER = (
    "姓\\s{0,6}名|性\\s{0,6}别|年\\s{0,6}龄|民\\s{0,6}族|籍\\s{0,6}贯|职\\s{0,6}业|学\\s{0,6}历|文化程度|政治面貌|(?:行政)?级\\s{0,3}别|职级"
    "|出生(?:年月|日期)?|(?:家庭|联系|单位)?(?:住址|地址)|(?:联系)?(?:电话|方式)|手机号?码?|身份证号?码?|工作经历|简历"
)
_BOTH = f"{_UNIT}\\s{{0,3}}(?:及|和|、|与|/)?\\s{{0,3}}{_OFFICE}"
_LABEL = re.compile(
    f"(?:(?:{WHOM})的?)?(?:(?P<unit>{_UNIT})(?!\\s{{0,3}}[及和、与/职])|(?P<office>{_BOTH}|{_OFFICE})|{_OTHER})[ \t:|]{{1,6}}"
)
_NAME_FIELD = re.compile("姓\\s{0,6}名[\\s:|]{1,8}$")
_HEADING = re.compile(f"(?:{WHOM})(?:{ABOUT})?(?:姓名|名单)?(?:有|是|为|叫|如下)?[\\s:|]{{0,8}}")
# The next heading: whatever a colon follows that is no field of the form
_NEXT = re.compile("(?:^|(?<=[\\s,;|]))[(（]?[\u4e00-\u9fff]{2,10}:")
_CHUNK = re.compile("[^\n。!?]+")
_OPENS = re.compile("[\\s|]*(?:[(（]?(?:\\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．,\\s]+)?")
_PIECE = re.compile("[^,;(){}\\[\\]（）|:\\s]+")
_EDGE = re.compile("[,;(){}\\[\\]（）|:\\s]")
# What is told of another, or done: such a piece is no bare post
_PHRASE = re.compile(
    "[的了把被让叫给找对跟说送收拿我他她您请求报呈致谢有靠]|向(?!阳)|伙同|勾结|串通|联系|认识|冒充|自称|谎称|号称|巴结|贿|要求|希望"
    "|其[父母夫妻弟兄子女]|[父母夫妻弟兄姐妹]亲|妻子|丈夫|儿[子媳]|女[儿婿]|岳|舅|姨|叔|侄|甥|亲[家戚属]|后台|保护伞|司机|同学|战友|朋友"
)
_HELD = re.compile("(?:一?职务?|等职|期间|时|至今|[、兼及]{1,2}.{1,16}|(?:[(（])?(?:正|副)?[厅处科局]级.{0,6})?")
_LONGEST_PREFIX = 24
# So far behind a name its post stands, with what forms tell of a person between
_LONGEST_DATA = 200
# What a letter tells of a person between name and post
_DATUM = re.compile(
    "男性?|女性?|[\u4e00-\u9fff]{1,6}族|(?:现年|年龄|年约|约)?[\\d一二三四五六七八九十]{1,3}多?岁(?:左右)?"
    "|(?:生于|出生于)?(?:19|20)?\\d{2}年(?:\\d{1,2}月份?)?(?:\\d{1,2}日)?(?:出?生人?)?|(?:中共)?(?:预备)?党员|群众|[\u4e00-\u9fff]{2,12}人"
    "|(?:大学|本科|大专|中专|高中|初中|小学|研究生|硕士|博士)(?:学历|文化|毕业)?(?:程度)?|家?住[^,]{2,24}|[\\dx*-]{6,18}"
)
_LEVEL_OF_UNIT = re.compile("(?:自治区|[省市州盟县区旗镇乡村])(?!场|域|建)(?=[\u4e00-\u9fff]{2,12}$)")


# 县领导|收了, 一个正处级干部|收了: an office that is told by its level alone
_GRADED = re.compile(
    "(?P<level>[省市州县区旗])(?:里的?|委的?)?(?:主要|分管|有关|个别|某|一位|一个)?(?:领导(?!小组|班子|干部)|一把手)"
    "|(?:(?P<province>省部|省|部)|(?P<prefecture>地厅|厅局|厅)|(?P<county>县处|处))级(?:领导)?(?:干部|官员|领导)"
)
_OF_LEVEL = {"省": Rank.PROVINCE, "县": Rank.COUNTY, "区": Rank.COUNTY, "旗": Rank.COUNTY}


def _graded(text: str) -> list[Rank]:
    """Levels of those who are called by nothing but their level and of whom an act is told."""
    if "领导" not in text and "一把手" not in text and "级" not in text:
        return []
    told = [found for found in _GRADED.finditer(text) if accuses(text, found.start(), found.end())]
    return [
        _OF_LEVEL.get(found["level"], Rank.PREFECTURE) if found["level"] else Rank[(found.lastgroup or "").upper()]
        for found in told
    ]


def offices_told(text: str, posts: Sequence[Entity], accused: Sequence[Entity]) -> list[Rank]:
    """The levels of the posts that forms and bare clauses tell of accused persons, and of those told by their level alone.

    Args:
        text: the assessed text, normalised.
        posts: positions in it, in order.
        accused: persons in it who are accused.
    """
    told = _graded(text)
    ordered = _Posts(posts)
    starts = frozenset(person.start for person in accused)
    for form in _forms(text, accused, starts):
        told += [post.rank for chunk in form for post in ordered.within(*chunk) if _is_bare(text, post, *chunk)]
        told += _joined(text, form)
    for person in accused:
        told += _behind(text, person.end, ordered)
    return told


class _Posts:
    """Posts in order, of which those between two offsets are found without looking at the others."""

    def __init__(self, posts: Sequence[Entity]) -> None:
        self._posts = posts
        self._starts = [post.start for post in posts]

    def within(self, start: int, end: int) -> Sequence[Entity]:
        """Those that begin at ``start`` or behind it, and before ``end``."""
        return self._posts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


def _forms(text: str, accused: Sequence[Entity], starts: frozenset[int]) -> Iterator[list[tuple[int, int]]]:
    """What is told under each heading that accuses and behind 姓名：, chunk by chunk: its line, and lines that are fields or
    go on listing. What one form holds begins no other: a page of them is gone through once.
    """
    begins = [person.start for person in accused if _NAME_FIELD.search(text, max(0, person.start - 16), person.start)]
    if "被" in text or "对象" in text:
        begins += [heading.end() for heading in _HEADING.finditer(text)]
    through = 0
    for start in sorted(begins):
        if start < through:
            continue
        form = _form_from(text, start, starts)
        through = form[-1][1] if form else start
        yield form


def _form_from(text: str, start: int, starts: frozenset[int]) -> list[tuple[int, int]]:
    """The chunk that begins here, and those after it that are fields or begin with one more who is accused."""
    form: list[tuple[int, int]] = []
    for chunk in _CHUNK.finditer(text, start):
        opens = _OPENS.match(text, chunk.start(), chunk.end())
        at = opens.end() if opens else chunk.start()
        if form and not (_LABEL.match(text, at) or at in starts):
            break
        end = _until_next(text, at, chunk.end())
        form.append((at, end))
        if end < chunk.end():
            break
    return form


def _until_next(text: str, start: int, end: int) -> int:
    """Where another heading begins, or the end."""
    for found in _NEXT.finditer(text, start, end):
        label = _LABEL.match(text, found.start(), end)
        if label is None or label.end() < found.end():
            return found.start()
    return end


def _is_bare(text: str, post: Entity, start: int, end: int) -> bool:
    """Whether a post is all that its piece of a chunk tells, with the place or body before it."""
    if not start <= post.start < post.end <= end:
        return False
    first = max(start, post.start - _LONGEST_PREFIX)
    edges = [edge.end() for edge in _EDGE.finditer(text, first, post.start)]
    if not edges and first > start and not _EDGE.match(text, first - 1):
        return False
    piece = _PIECE.match(text, edges[-1] if edges else first, end)
    if piece is None or _PHRASE.search(piece[0]):
        return False
    return post.end >= piece.end() or _HELD.fullmatch(text, post.end, piece.end()) is not None


def _joined(text: str, form: Sequence[tuple[int, int]]) -> list[Rank]:
    """The level of a unit and an office that stand in fields of their own: 单位：市扶贫办, 职务：主任."""
    unit = office = ""
    for start, end in form:
        for label in _LABEL.finditer(text, start, end):
            value = _PIECE.match(text, label.end(), end)
            if value is None or _PHRASE.search(value[0]):
                continue
            unit = unit or (value[0] if label["unit"] else "")
            office = office or (value[0] if label["office"] else "")
    if not unit or not office:
        return []
    whole = unit + office
    found = find_posts(whole, find_words(whole).titles)
    ranks = [post.rank for post in found if post.end > len(unit)]
    if any(ranks) or not _holds_a_title(office):
        return ranks
    levels = _LEVEL_OF_UNIT.findall(unit)
    return [LEVELS[levels[-1]]] if levels else []


def _holds_a_title(office: str) -> bool:
    return any(end == len(office) for _, _, end in find_words(office).titles)


def _behind(text: str, at: int, posts: _Posts) -> list[Rank]:
    """Levels of posts that follow a name with nothing but what forms tell of a person between: ，男，汉族，毕节市市长."""
    if text[at : at + 1] not in {",", "(", "（", " "}:
        return []
    told: list[Rank] = []
    chunk = _CHUNK.match(text, at, at + _LONGEST_DATA)
    for piece in _PIECE.finditer(text, at, chunk.end()) if chunk else ():
        held = [post.rank for post in posts.within(*piece.span()) if _is_bare(text, post, *piece.span())]
        if not held and not _DATUM.fullmatch(piece[0]):
            break
        told += held
    return told
