"""Persons told by one character of their name: 王书记, 老魏, 张某, 李家老二, 孙氏, 姓赵的班长.

In: normalised text, a cue of ``person_cues``, the words; out: a `Mention` or None.
"""

from __future__ import annotations

import re

from corpora.lexicons import compound_surnames, surnames
from triage.assess.mentions import STRONG, WEAK, Mention, Told
from triage.assess.name_ends import CUES, NO_NAME, OFTEN
from triage.assess.person_cues import Cue
from triage.assess.posts import FUNCTION_SURNAMES, post_rank
from triage.assess.words import Words, everyday

_LONGER = frozenset("任期们事务员费")
_LONGER_THAN_CHIEF = frozenset("共是体的在算额要有会不之")
# What may follow a surname that stands for a person (姓赵的, 姓虎。)
_AFTER_SURNAME = frozenset("，。、；：,;:!?的名叫在是还有也这那吧嘛啊哈带开就了）)(（\n") | {""}
# 承包人姓田, 姓皮的班长
_POST_ENDS = frozenset("长板娘员部主任记人头")
_NO_POST = ("本人", "男人", "女人", "老人", "病人", "有人", "个人", "家人", "户主")
_POST_FOLLOWS = re.compile(
    "的(?:副|小|大|那个)?(?:[\u4e00-\u9fff]{0,2}(?:长|主任|书记|老板|会计|经理|干部|人员|专干|干事))"
)
_NO_NAMELESS = frozenset("人年少村镇乡县市区户门种事些")
_SEVERAL = ("兄弟", "父子", "姐妹", "夫妇")
_NO_CHILD = frozenset("人年少家板师村镇乡县市区户门")
# 小康, 小苗, 小钱, 小程序
_SMALL_THINGS = frozenset("康苗庄钱程孔米麦石车")
_NO_FRIEND = frozenset("村庄镇乡沟湾店寨坝营铺楼桥屯路街县区组社")


def marked(text: str, cue: Cue, words: Words) -> Mention | None:
    """A mention that is told by one character of it: 姓赵, 张某, 李家老二, 老魏."""
    if cue.word == "姓":
        return _surname_alone(text, cue)
    if cue.word == "某":
        return _nameless(text, cue.start)
    if cue.word == "氏":
        return _clan(text, cue, words)
    return _old_friend(text, cue, words)


def _surname_alone(text: str, cue: Cue) -> Mention | None:
    """副镇长姓续的, 姓皮的班长: beside a post the surname is enough to tell a person by."""
    start, end = cue.end, cue.end + 1
    if text[start:end] not in surnames() or text[end : end + 1] not in _AFTER_SURNAME:
        return None
    beside = text[cue.start - 1 : cue.start] in _POST_ENDS and not text.endswith(_NO_POST, 0, cue.start)
    if beside or _POST_FOLLOWS.match(text, end):
        return Mention(start, end, Told.SURNAME)
    return None


def _nameless(text: str, sign: int) -> Mention | None:
    """张某, 张某某, 张某军."""
    start, end = sign - 1, sign + 1
    if start < 0 or text[start] not in surnames() or text[start] in WEAK or text[start] in FUNCTION_SURNAMES:
        return None
    if text[end : end + 1] == "某" or (
        text[end : end + 1] in OFTEN and text[end] not in CUES and text[end] not in "前年村"
    ):
        end += 1
    return None if text[end : end + 1] in _NO_NAMELESS else Mention(start, end, Told.WORD)


def _clan(text: str, cue: Cue, words: Words) -> Mention | None:
    """孙氏 as lists of the old call a woman."""
    start = cue.start - 1
    if start < 0 or text[start] not in STRONG or start not in words.bounds:
        return None
    several = next((word for word in _SEVERAL if text.startswith(word, cue.end)), "")
    if not several and text[cue.end : cue.end + 1] not in "，。、：,:在之":
        return None
    return Mention(start, cue.end + len(several), Told.WORD)


def _old_friend(text: str, cue: Cue, words: Words) -> Mention | None:
    """老魏, 小范; 李家老二, 张老九."""
    after = text[cue.end : cue.end + 1]
    if cue.word == "老" and after and after in "大二三四五六七八九十幺满":
        return _child(text, cue)
    at, end = cue.start, cue.end + 1
    if after not in STRONG or at not in words.bounds or text[at:end] in everyday() or text[end : end + 1] in _NO_FRIEND:
        return None
    word = words.starting_at(cue.end) or words.starting_at(at)[1:]
    if len(word) > 1 and (cue.word == "小" or word in everyday()):
        return None
    if cue.word == "小":
        return Mention(at, end, Told.WORD) if after not in _SMALL_THINGS and text[end : end + 1] in CUES else None
    return Mention(at, end + text.startswith("头", end), Told.WORD)


def _child(text: str, cue: Cue) -> Mention | None:
    """李家老二, 张老九: told by the place among brothers."""
    start = cue.start - 2 if text[cue.start - 1 : cue.start] == "家" else cue.start - 1
    surname = text[start] if start >= 0 else ""
    if surname not in surnames() or surname in FUNCTION_SURNAMES or text[cue.end + 1 : cue.end + 2] in _NO_CHILD:
        return None
    return Mention(start, cue.end + 1, Told.WORD)


def titled(text: str, cue: Cue, words: Words) -> Mention | None:
    """王书记: a lone surname before a title that does not belong to a longer name."""
    start = cue.start - 1
    if not _may_bear(text, start, cue):
        return None
    if text[start - 1 : start + 1] in compound_surnames():
        return Mention(start - 1, cue.end, Told.TITLE, post_rank(cue.word))
    before = text[start - 1] if start else "\n"
    if text[start] in FUNCTION_SURNAMES and before not in '，！？。；：、,!?;:\n “"（(':
        return None
    if start not in words.bounds and text[start - 1 : start + 1] in everyday():
        return None
    word = words.ending_at(cue.start)
    if len(word) > 1 and word[-1] == text[start] and word in everyday():
        return None
    if before in "老小" and text[start - 2 : start] not in {"大小"}:
        start -= 1
    return Mention(start, cue.end, Told.TITLE, post_rank(cue.word))


def _may_bear(text: str, start: int, cue: Cue) -> bool:
    """Whether the character at ``start`` may be the surname of one who bears the title."""
    if start < 0 or text[start] not in surnames() or text[start] in NO_NAME or text[start] == "阿":
        return False
    after = text[cue.end : cue.end + 1]
    if after and (after in _LONGER or (cue.word == "总" and after in _LONGER_THAN_CHIEF)):
        return False
    return not text.endswith(("尊敬的", "敬爱的"), max(0, start - 3), start)
