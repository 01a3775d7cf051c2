"""Persons in Chinese text. In: normalised text, its words, its posts; out: `Mention` spans with how each was told.

A name is told by what stands around it, because no list holds it: after a post (村支书王德海), with a title (王书记),
after a tie (他小舅子…), after a word that introduces it (我叫…), or as a word the segmenter does not know that begins
with a surname.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from corpora.lexicons import compound_surnames, kinship, surnames, word_set
from triage.assess.formed_names import formed_end, formed_names
from triage.assess.mentions import STRONG, WEAK, Mention, Told
from triage.assess.name_ends import (
    CUES,
    GOES_ON,
    NEVER,
    NO_NAME,
    NO_PERSON,
    OFTEN,
    dotted_names,
    foreign_end,
    name_end,
    rare_end,
)
from triage.assess.name_rows import names_in_rows
from triage.assess.person_cues import MARK, NAMES, SELF, TITLE, Cue
from triage.assess.posts import FUNCTION_SURNAMES, PostMatch
from triage.assess.short_names import marked, titled
from triage.assess.words import Words, everyday


def find_holders(text: str, words: Words, posts: Sequence[PostMatch]) -> list[Mention]:
    """Those who are named right after their post, which is surer than any other reading of the characters."""
    out = []
    for post in posts:
        holder = _after_post(text, post, words)
        if holder is None:
            continue
        out.append(holder)
        # 书记聂文滨聂文彬: said twice, or written down twice by who listened
        start, end = holder.end, name_end(text, holder.end, words, after_post=True)
        if end and text[start : start + 1] == text[holder.start]:
            out.append(Mention(start, end, Told.POST, post.rank))
    held = {mention.start for mention in out}
    for post in posts:
        bearer = _before_post(text, post, words)
        if bearer is not None and bearer.start not in held:
            out.append(bearer)
    return out


def find_people(
    text: str, words: Words, cues: Sequence[Cue], taken: bytes | bytearray, *, unknown: bool = True
) -> list[Mention]:
    """All others in order of the sources' sureness, not overlapping; ``taken`` is true at offsets of surer entities.

    Unless ``unknown``, those are left out that only their characters tell of.
    """
    out: list[Mention] = []
    used = bytearray(taken)

    def add(mention: Mention | None) -> None:
        if mention is not None and used.find(1, mention.start, mention.end) < 0:
            used[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            out.append(mention)

    for start, end in dotted_names(text, words):
        add(Mention(start, end, Told.NAMED))
    formed = formed_names(text, words)
    ends = {end for _, end in formed}
    for cue in cues:
        if cue.tells & TITLE and cue.start not in ends:
            add(titled(text, cue, words))
    for cue in cues:
        if cue.tells & SELF and not text.endswith(_PASSIVE, 0, cue.start):
            add(_introduced(text, _past_colon(text, cue.end), words))
    add(_signed(text, words))
    for cue in cues:
        if cue.tells & NAMES:
            add(_named(text, _past_colon(text, cue.end) if text[cue.end : cue.end + 1] in _COLONS else cue.end, words))
        elif cue.tells & MARK:
            add(marked(text, cue, words))
    for found in _TOLD_OF.finditer(text):
        add(_named(text, found.end(), words))
    for start, end in names_in_rows(text, words):
        add(Mention(start, end, Told.WORD))
    for start, end in formed:
        add(Mention(start, end, Told.KIN if _kin_before(text, start) else Told.WORD))
    for mention in _unknown_words(text, words) if unknown else ():
        add(mention)
    return out


# 举报|王伟, 关于|王伟贪污; 证人有|王伟
_TOLD_OF = re.compile(
    f"(?:举报|控告|检举|揭发|状告|关于|证人有|证人是|班主任)(?=[{''.join(sorted({name[0] for name in STRONG} - WEAK))}])"
)
# 被举报人|王德海, 被实名举报人|王德海 is another than 举报人|王德海
_PASSIVE = ("被", "被实名", "被联名", "被匿名")
# 证人：|魏长生
_COLONS = frozenset("：:")


def _past_colon(text: str, start: int) -> int:
    """The offset after up to two signs that part 反映人： from the name."""
    while start < len(text) and text[start] in "：:，, \n\u3000" and text[start - 1] not in "，,":
        start += 1
    return start


def _after_post(text: str, post: PostMatch, words: Words) -> Mention | None:
    start = post.end
    while start < len(text) and text[start] in " \u3000":
        start += 1
    if text[start : start + 1] in "，,的" and text[start + 1 : start + 2] in STRONG:
        start += 1  # 那个所长，简文波，他说
        end = name_end(text, start, words)
        return Mention(start, end, Told.POST, post.rank) if end and text[end : end + 1] in "，,。、" else None
    formed = formed_end(text, start, words)
    if formed is not None:
        return Mention(start, formed, Told.POST, post.rank)
    end = name_end(text, start, words, after_post=True)
    foreign = foreign_end(text, start, words)
    if end is None or (foreign and foreign - start >= 4):
        end = foreign
    return Mention(start, end, Told.POST, post.rank) if end else None


# 王伟|书记, 王伟|(原镇长, 王伟|是我们村的支书, 王伟|当村主任
_HOLDS = re.compile(
    '(?:^|[，。；！？、：,.;!?:\\s“"(（])([\u4e00-\u9fff]{2,4}?)(?:[(（][原时前现]?任?|(?:就|当时|一直)?(?:是|系|当[了上]?|担?任)(?:[我俺咱]们?|本)?(?:[村镇乡县组社])?[里上]?的?)?$'
)
_LONGEST_HOLD = 14


def _before_post(text: str, post: PostMatch, words: Words) -> Mention | None:
    """Somebody whose post follows the name, right behind it or as what he is."""
    found = _HOLDS.search(text, max(0, post.start - _LONGEST_HOLD), post.start)
    if found is None:
        return None
    start, end = found.span(1)
    if text[start] not in surnames() or text[start] in FUNCTION_SURNAMES | NO_NAME:
        return None
    told = Told.POST if found.end() == end else Told.NAMED
    name = text[start:end]
    likely = OFTEN.issuperset(name[1:]) and len(name) < 4 and {start, end} <= words.bounds.keys()
    if likely and name not in everyday() and name not in NO_PERSON and text[start] not in WEAK:
        return Mention(start, end, told, post.rank)
    ends = formed_end(text, start, words) or name_end(text, start, words)
    return Mention(start, end, told, post.rank) if ends == end else None


def _introduced(text: str, start: int, words: Words) -> Mention | None:
    """我叫|…: the writer's own name."""
    formed = formed_end(text, start, words)
    if formed is not None:
        return Mention(start, formed, Told.SELF)
    end = name_end(text, start, words)
    if text[start : start + 1] == "曾":
        return None  # 来信人|曾当面指出
    if end and (text[end - 1] == "族" or text[end : end + 1] not in CUES or text[start] in FUNCTION_SURNAMES):
        return None
    if end is None:
        end = foreign_end(text, start, words)
        if end and (text[end : end + 1] not in "，。、；,（( \n" or end - start < 3):
            end = None
    return Mention(start, end, Told.SELF) if end else None


def _named(text: str, start: int, words: Words) -> Mention | None:
    """户主|何开亮: the word before a name may have been cut together with its surname."""
    surname = text[start : start + 1]
    if not surname or not "\u4e00" <= surname <= "\u9fff":
        return None
    formed = formed_end(text, start, words)
    if formed is not None:
        return Mention(start, formed, Told.NAMED)
    end = name_end(text, start, words) or rare_end(text, start)
    if end is None:
        end = foreign_end(text, start, words)
        return Mention(start, end, Told.NAMED) if end and end - start > 2 else None
    if text[end : end + 1] not in CUES and end < len(text) and not text.startswith(GOES_ON, end):
        return None
    if (surname in WEAK or surname in FUNCTION_SURNAMES) and not (
        end - start == 3 and OFTEN.issuperset(text[start + 1 : end])
    ):
        return None
    return Mention(start, end, Told.NAMED)


_SIGNATURE = re.compile("[\u4e00-\u9fff]{2,4}(?=$|[ \u3000，,（(、]|\\d)")


# A signature stands within so many characters of the end
_CLOSE = 100


def _signed(text: str, words: Words) -> Mention | None:
    """A name at the letter's end: the last line that holds no sentence."""
    close = text[-_CLOSE:]
    lines = close.rstrip().rsplit("\n", 3)
    if len(lines) == 1:
        return None
    for line in reversed(lines[-3:] if len(lines) > 3 or len(close) == len(text) else lines[1:]):
        stripped = line.strip()
        if len(stripped) > 30 or "。" in stripped or sum(map(stripped.count, "，,")) > 1:
            return None  # what stands before a sentence is a heading
        at = text.rindex(stripped)
        for found in _SIGNATURE.finditer(stripped):
            for length in (4, 3, 2):
                start = at + found.end() - length
                if formed_end(text, start, words) == at + found.end():
                    return Mention(start, at + found.end(), Told.SIGNED)
                if found.end() - length < found.start() or text[start] not in surnames():
                    continue
                if text[start - 1 : start + 1] in everyday():
                    continue  # 贷款相|关政策
                if name_end(text, start, words) == at + found.end():
                    return Mention(start, at + found.end(), Told.SIGNED)
    return None


_COUNTS = frozenset("一两二三四五六七八九十几那这每了半整头")
# 本人|曾受聘
_ONCE = frozenset("人其我他她也还均未们")
# Surnames that are verbs or colours as well
_DOING = WEAK | frozenset("戴顾费关蒙莫仲龙蓝梁康解冷涂祝居")


# What follows names that the segmenter knows for words, besides what ends any name
_FOLLOWS = frozenset(
    "统妻这出购晓会—年喝推退排终经关偕亡直命沾别养女干造笑引入请伪电走剪话桌口拎受赶妹吧反单赔0123456789"
)


@lru_cache(maxsize=1)
def _first() -> re.Pattern[str]:
    """Where a name in running text may begin: a surname before common given names, or with what follows names behind."""
    firsts = (surnames() | {name[0] for name in compound_surnames()}) - FUNCTION_SURNAMES - NO_NAME
    given = f"[\u4e00-\u9fff](?<![{''.join(sorted(NEVER))}])"
    cue = re.escape("".join(sorted(CUES | _FOLLOWS)))
    often = f"[{''.join(sorted(OFTEN))}]{{2}}"
    return re.compile(f"[{''.join(sorted(firsts))}](?={given}(?:[{cue}]|[\u4e00-\u9fff](?:[{cue}]|$)|$)|{often})")


def _unknown_words(text: str, words: Words) -> list[Mention]:
    known, texts, bounds = everyday(), words.texts, words.bounds
    out: list[Mention] = []
    for found in _first().finditer(text):
        start = found.start()
        number = bounds.get(start)
        if number is None or (word := texts[number + 1]) in known or text[start - 1 : start + 1] in known:
            continue
        size = len(word)
        if size > 4:
            continue
        named = _named_before(text, start)
        if size == 1 and not _may_follow(text, start, word, texts[number + 2 : number + 3], named=named):
            continue
        strong = _strong(text, start)
        if not strong and not named:
            continue
        end = name_end(text, start, words)
        if end is None or (end not in bounds and word[0] in WEAK) or _is_thing(text, start, end):
            continue
        if named and _kin_before(text, start):
            out.append(Mention(start, end, Told.KIN))
        elif _stands_free(text, start, end, size, strong=strong, named=named):
            out.append(Mention(start, end, Told.WORD))
    return out


def _is_thing(text: str, start: int, end: int) -> bool:
    """一张|通知, 戴|眼镜: a measure word or a verb and its thing read like a name."""
    before = text[start - 1 : start]
    if (text[start] == "张" and before in _COUNTS) or (text[start] == "曾" and before in _ONCE):
        return True
    given = text[start + 1 : end]
    return len(given) == 2 and given in everyday() and not OFTEN.issuperset(given) and text[start] in _DOING


def _may_follow(text: str, start: int, surname: str, following: Sequence[str], *, named: bool) -> bool:
    """Whether the word after a lone surname may be a given name."""
    if not following or len(following[0]) > 2 or following[0][0] in NEVER:
        return False
    if len(following[0]) == 2 and following[0] in everyday():
        return surname in STRONG and surname not in WEAK and _often(text, start)
    return named or surname not in WEAK or _often(text, start)


def _often(text: str, start: int) -> bool:
    """Whether two characters of which most given names are made follow a surname."""
    return text[start + 1 : start + 2] in OFTEN and text[start + 2 : start + 3] in OFTEN


def _strong(text: str, start: int) -> bool:
    """Whether the characters alone make a name likely."""
    if text[start] in WEAK:
        return False
    return text[start] in STRONG or text[start : start + 2] in STRONG or _often(text, start)


def _stands_free(text: str, start: int, end: int, size: int, *, strong: bool, named: bool) -> bool:
    """Whether what stands around a possible name, of which the segmenter made a word of ``size``, lets it be one."""
    after = text[end : end + 1]
    clear = not after or after in CUES
    if end - start >= 3:
        if size >= 3:
            return (strong or named) if clear else strong
        return clear and (strong or named)
    return clear and strong and (named or start == 0 or text[start - 1] in '，。、；：！？,;:!?\n “"（(')


@lru_cache(maxsize=1)
def _kin_words() -> frozenset[str]:
    return frozenset(kinship())


@lru_cache(maxsize=1)
def _naming_words() -> frozenset[str]:
    """Words after which an unknown word is a name more often than not."""
    return _kin_words() | word_set("before_person")


def _kin_before(text: str, start: int) -> bool:
    kin = _kin_words()
    return text[start - 2 : start] in kin or text[start - 3 : start] in kin or text[start - 1 : start] in kin


def _named_before(text: str, start: int) -> bool:
    naming = _naming_words()
    return (
        text[start - 2 : start] in naming
        or text[start - 1 : start] in naming
        or text[start - 3 : start] in naming
        or text[start - 4 : start] in naming
        or text[start - 5 : start] in naming
    )
