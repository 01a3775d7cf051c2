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

# 王家|婆婆
_AT_HOME = frozenset(
    ["婆婆", "奶奶", "爷爷", "大爷", "大娘", "大妈", "大叔", "二伢", "老太", "老汉", "大嫂", "二嫂", "嫂", "婶"]
)
_LONGER = frozenset("任期们事务员费")
_LONGER_THAN_CHIEF = frozenset("共是体的在算额要有会不之")
# What may follow a surname that stands for a person (姓赵的, 姓虎。)
_AFTER_SURNAME = frozenset("，。、；：,;:!?的名叫在是还有也这那吧嘛啊哈带开就了）)(（\n") | {""}
# 百姓, 外姓, 大姓
_NO_ONES_SURNAME = frozenset("百同外异杂大小本改随")
_NO_NAMELESS = frozenset("人年少村镇乡县市区户门种事些")
_NO_GIVEN = frozenset("前年村来有代才")
_SEVERAL = ("兄弟", "父子", "姐妹", "夫妇")
_NO_CHILD = frozenset("人年少家板师村镇乡县市区户门")
_SIBLING = re.compile("家[老小][大二三四五六七八九十幺满]")
# 小康, 小苗, 小钱, 小程序
_BEFORE_FRIEND = frozenset("的,，。:：和叫找问让给把\n ")
_SMALL_THINGS = frozenset("康苗庄钱程孔米麦石车")
_NO_FRIEND = frozenset("村庄镇乡沟湾店寨坝营铺楼桥屯路街县区组社")


def marked(text: str, cue: Cue, words: Words) -> Mention | None:
    """A mention that is told by one character of it: 姓赵, 张某, 李家老二, 老魏."""
    if cue.word == "姓":
        return _surname_alone(text, cue)
    if cue.word in {"某", "x", "xx"}:
        return _nameless(text, cue)
    if cue.word == "氏":
        return _clan(text, cue, words)
    if cue.word == "阿":
        return _pet_name(text, cue)
    return _old_friend(text, cue, words)


def _surname_alone(text: str, cue: Cue) -> Mention | None:
    """副镇长姓续的, 我姓虎: the surname is all that is told of a person."""
    start, end = cue.end, cue.end + 1
    if text[start:end] not in surnames() or text[end : end + 1] not in _AFTER_SURNAME:
        return None
    if text[cue.start - 1 : cue.start] in _NO_ONES_SURNAME or text[end : end + 2] in {"名", "的人", "的多", "的都"}:
        return None
    own = text.endswith(("我", "俺", "本人", "免贵"), 0, cue.start)
    return Mention(start, end, Told.SELF if own else Told.SURNAME)


def _nameless(text: str, cue: Cue) -> Mention | None:
    """张某, 张某某, 张某军, 李2某, 王xx."""
    start, end = cue.start - 1, cue.end
    if text[start : cue.start].isdecimal():
        start -= 1  # 李2某 of judgments, where several 李 stand beside each other
    if start < 0 or text[start] not in surnames() or text[start] in FUNCTION_SURNAMES:
        return None
    follows = text[end : end + 1]
    if cue.word != "某":
        return None if follows.isascii() and follows.isalnum() else Mention(start, end, Told.WORD)
    if text[start] in WEAK and follows != "某":
        return None
    if follows == "某" or (
        follows in OFTEN
        and follows not in _NO_GIVEN
        and text[end : end + 2] not in everyday()
        and text[end + 1 : end + 2] in CUES
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
    if _SIBLING.match(text, end):
        return None  # 老李家老二 is told by his place among brothers
    if after not in STRONG or at not in words.bounds or text[at:end] in everyday() or text[end : end + 1] in _NO_FRIEND:
        return None
    word = words.starting_at(cue.end) or words.starting_at(at)[1:]
    if len(word) > 1 and (cue.word == "小" or word in everyday()):
        return None
    if cue.word == "小" and (
        after in _SMALL_THINGS or not (text[end : end + 1] in CUES or text[at - 1 : at] in _BEFORE_FRIEND)
    ):
        return None
    if text.startswith("太太", end):
        end += 2
    return Mention(at, end + text.startswith("头", end), Told.WORD)


def _pet_name(text: str, cue: Cue) -> Mention | None:
    """隔壁的阿芬."""
    end = cue.end + 1
    if (
        text[cue.end : end] not in OFTEN
        or text[end : end + 1] not in CUES
        or text[cue.start - 1 : cue.start] not in _BEFORE_FRIEND
    ):
        return None
    return Mention(cue.start, end, Told.WORD)


def _child(text: str, cue: Cue) -> Mention | None:
    """李家老二, 张老九: told by the place among brothers."""
    start = cue.start - 2 if text[cue.start - 1 : cue.start] == "家" else cue.start - 1
    surname = text[start] if start >= 0 else ""
    if surname not in surnames() or surname in FUNCTION_SURNAMES or text[cue.end + 1 : cue.end + 2] in _NO_CHILD:
        return None
    if text[start - 1 : start] in {"老", "小"} and text[cue.start - 1 : cue.start] == "家":
        start -= 1
    return Mention(start, cue.end + 1, Told.WORD)


def titled(text: str, cue: Cue, words: Words) -> Mention | None:
    """王书记: a lone surname before a title that does not belong to a longer name."""
    start = cue.start - 1
    if text[start : cue.start] == "家":
        return _at_home(text, start - 1, cue, words)
    if not _may_bear(text, start, cue):
        return None
    if text[start - 1 : start + 1] in compound_surnames():
        return Mention(start - 1, cue.end, Told.TITLE, post_rank(cue.word))
    if not _parted(text, start, cue, words):
        return None
    if text[start - 1 : start] in {"老", "小"} and text[start - 2 : start] != "大小":
        start -= 1
    return Mention(start, cue.end, Told.TITLE, post_rank(cue.word))


def _parted(text: str, start: int, cue: Cue, words: Words) -> bool:
    """Whether the surname at ``start`` is no part of the word before it (和|主任, 学校|长)."""
    before = text[start - 1] if start else "\n"
    if text[start] in FUNCTION_SURNAMES and before not in '，！？。；：、,!?;:\n “"（(':
        return False
    if start not in words.bounds and text[start - 1 : start + 1] in everyday():
        return False
    word = words.ending_at(cue.start)
    return not (len(word) > 1 and word[-1] == text[start] and word in everyday())


def _at_home(text: str, start: int, cue: Cue, words: Words) -> Mention | None:
    """王家婆婆."""
    if start < 0 or text[start] not in STRONG or start not in words.bounds or cue.word not in _AT_HOME:
        return None
    return Mention(start, cue.end, Told.TITLE)


def _may_bear(text: str, start: int, cue: Cue) -> bool:
    """Whether the character at ``start`` may be the surname of one who bears the title."""
    if start < 0 or text[start] in NO_NAME or text[start] == "阿":
        return False
    if text[start] not in surnames() and text[start - 1 : start + 1] not in compound_surnames():
        return False
    after = text[cue.end : cue.end + 1]
    if after and (after in _LONGER or (cue.word == "总" and after in _LONGER_THAN_CHIEF)):
        return False
    return not text.endswith(("尊敬的", "敬爱的"), max(0, start - 3), start)
