"""Persons in Chinese text. In: normalised text, its words, its posts; out: `Mention` spans with how each was told.

A name is told by what stands around it, because no list holds it: after a post (村支书王德海), with a title (王书记),
after a tie (他小舅子…), after a word that introduces it (我叫…), or as a word the segmenter does not know that begins
with a surname.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from corpora.lexicons import compound_surnames, kinship, surnames
from triage.assess.name_ends import CUES, NEVER, NO_NAME, OFTEN, foreign_end, name_end
from triage.assess.posts import FUNCTION_SURNAMES, PostMatch, post_rank
from triage.assess.words import Words, everyday
from triage.model import Rank


class Told(StrEnum):
    """How a mention was told."""

    POST = "post"
    TITLE = "title"
    KIN = "kin"
    SELF = "self"
    NAMED = "named"
    WORD = "word"
    SIGNED = "signed"


class Mention(NamedTuple):
    """A person at ``start`` to ``end``; ``rank`` of the post that the name stands beside."""

    start: int
    end: int
    told: Told
    rank: Rank = Rank.NONE


# Surnames with which an unknown word is most often a name
_STRONG = (
    frozenset(
        "王李张刘陈杨赵吴周徐孙朱胡郭罗郑梁谢宋唐许韩冯邓曹彭曾肖董袁潘蒋蔡余杜程苏魏吕丁任姚卢姜崔钟谭陆汪范廖贾夏韦付邹熊孟秦邱尹薛闫段雷侯史陶黎贺顾郝龚邵钱严覃武戴莫"
        "孔向汤温康施樊葛邢齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝尚符舒阮柯纪梅童凌毕季裴霍涂苗谷曲翁冉骆蓝游靳欧柴蒙鲍喻祁蒲滕屈饶解牟艾尤时穆司卓吉缪简芦褚娄窦戚岑"
        "宫晏卫柏瞿桂佟臧闵苟邬卞姬仇栾隋商刁巫寇桑郎甄仲虞敖巩佘查谌奚谯漆税冶逄郗颉沙帅晁呼"
    )
    | compound_surnames()
)
# Surnames that are everyday words: a name that begins with one needs more to be told
_WEAK = frozenset(
    "余云安印路钱车修干包党盖全余东都那成万有白房石麦米花羊牛银金水云应宣强满查时利管权敬单相展布平常丰沙危索席化支项双仓母衣信兴国土木毛皮冷农楼池边连古薄路鹿司"
)
_TITLES = (
    "副镇长|副乡长|副书记|副主任|副县长|副局长|副站长|副所长|副校长|副院长|副科长|村支书|支书|书记|村主任|主任|镇长|乡长|县长|村长|局长|所长|站长|队长|会计|科长|股长|"
    "组长|社长|院长|校长|园长|行长|屯长|市长|区长|处长|部长|主席|理事长|董事长|经理|队员|文书|场长|厂长|委员|干事|专干|秘书|老板|师傅|女士|先生|干部|老师|医生|大夫|"
    "老汉|大爷|大娘|大妈|大叔|大伯|大姐|大哥|大嫂|婆婆|奶奶|爷爷|阿姨|寡妇|瞎子|瘸子|哑巴|驼背|麻子|胖子|聋子|总|律师|同志|主管|姓书记|嫂|婶|叔"
)
_TITLED = re.compile(f"(?P<title>{_TITLES})(?![任期们事务员费共是体])")
_OLDER = re.compile(
    "(?P<name>[\u4e00-\u9fff]家?老(?:[大二三四五六七八九十幺]|满)|[\u4e00-\u9fff](?:某某|某[^\\W\\d_a-zA-Z村镇乡县市区年月某的在说个家些公户人不乃也就却于]|某|[Xx]{1,2}))"
    "(?![人年少家板师村镇乡县市区某户门])"
)
# 老魏家: the surname is all that is told of a person
_OLD_FRIEND = re.compile("老([\u4e00-\u9fff])(?=[家的说，,、。：]|$)")
_OLDER_SIGN = re.compile("老[大二三四五六七八九十幺满]|[某xX]")
_SELF = re.compile(
    "(?:公推|执笔|署名人|我叫|我名叫|本人叫|我是|俺叫|我姓名|来访人|来访者|来电人|反映人|举报人|上访人|申诉人|投诉人|具名人|具信人|署名|落款|联系人|写信人|联系人姓名|"
    "本人姓名|此致敬礼|敬礼|敬上|代笔人?|代书人?|执笔人?|签名|具名|自称|代表|推举|名字叫?|本人|陈述人|呈报人|实名)[：:，,\\s]{0,2}"
)
_NAMED = re.compile(
    "(?:名叫|叫做|叫|喊|姓名|户主|村民|贫困户|低保户|五保户|五保老人|残疾人|老人|孤儿|寡妇|老汉|老太|老党员|群众|党员|证明人|证人|见证人|老师|老教师|学生|邻居|组里的|组的|村的|里的|"
    "名下|法人|法人代表|法定代表人|负责人|老板|经理|包工头|承包人|承包商|中标人|受益人|经办人|会计员|护林员|保洁员|帮扶人|帮扶干部|驻村干部|干部|信贷员|柜员|"
    "亲信|情妇|同学|战友|司机|问|找|比如|譬如|例如|像|其中|还有|就是|以及|包括|分别是|有|是|给|由|被|与|和|跟|为|对|向|替|让|请|、)$"
)


_INTRODUCES = re.compile(
    "(?:记者|通讯员|会长|教授|专家|工程师|名叫|叫做|叫|户主|村民|贫困户|低保户|五保户|老人|孤儿|老党员|证人|证明人|老板|法人|连襟|小舅子|妻弟|侄儿|侄子|外甥|堂弟|堂哥|女婿|儿子|弟弟|哥哥|老伴|父亲|母亲|老表|亲家)"
    "(?=[\u4e00-\u9fff]{2})"
)


def find_people(text: str, words: Words, posts: Sequence[PostMatch], taken: bytes | bytearray) -> list[Mention]:
    """Mentions in order of the sources' sureness, not overlapping; ``taken`` is true at offsets of surer entities."""
    out: list[Mention] = []
    used = bytearray(taken)

    def add(mention: Mention | None) -> None:
        if mention is not None and used.find(1, mention.start, mention.end) < 0:
            used[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            out.append(mention)

    for post in posts:
        add(_after_post(text, post, words))
    for found in _TITLED.finditer(text):
        add(_titled(text, found, words))
    for found in _SELF.finditer(text):
        add(_introduced(text, found.end(), words, Told.SELF))
    add(_signed(text, words))
    for found in _INTRODUCES.finditer(text):
        add(_named(text, found.end(), words))
    for found in _OLD_FRIEND.finditer(text):
        if found[1] in _STRONG and found[0] not in everyday():
            add(Mention(found.start(), found.end(), Told.WORD))
    for mention in _older(text):
        add(mention)
    for mention in _unknown_words(text, words):
        add(mention)
    return out


def _older(text: str) -> Iterator[Mention]:
    """李家老二, 张某某: a surname before a sign."""
    at = 0
    for sign in _OLDER_SIGN.finditer(text):
        start = sign.start() - 1
        if start > at and text[start] == "家" and text[start + 1] == "老":
            start -= 1
        found = _OLDER.match(text, start) if start >= at else None
        if found is not None:
            at = found.end()
            if text[start] in surnames() and text[start] not in FUNCTION_SURNAMES:
                yield Mention(start, at, Told.WORD)


def _after_post(text: str, post: PostMatch, words: Words) -> Mention | None:
    start = post.end
    while start < len(text) and text[start] in " \u3000":
        start += 1
    if text[start : start + 1] in "，的" and text[start + 1 : start + 2] in _STRONG:
        start += 1  # 那个所长，简文波，他说
        end = name_end(text, start, words)
        return Mention(start, end, Told.POST, post.rank) if end and text[end : end + 1] in "，。、" else None
    end = name_end(text, start, words, after_post=True)
    foreign = foreign_end(text, start, words)
    if end is None or (foreign and foreign - start >= 4):
        end = foreign
    return Mention(start, end, Told.POST, post.rank) if end else None


def _titled(text: str, found: re.Match[str], words: Words) -> Mention | None:
    """王书记: a lone surname before a title that does not belong to a longer name."""
    start = found.start() - 1
    if start < 0 or text[start] not in surnames() or text[start] in NO_NAME:
        return None
    if text.endswith(("尊敬的", "敬爱的"), max(0, start - 3), start):
        return None
    surname = text[start]
    before = text[start - 1] if start else "\n"
    if surname in FUNCTION_SURNAMES and before not in '，。；：、！？\n “"（':
        return None
    if start not in words.bounds and text[start - 1 : start + 1] in everyday():
        return None
    word = words.ending_at(found.start())
    if len(word) > 1 and word[-1] == surname and word in everyday():
        return None
    if before in "老小" and text[start - 2 : start] not in {"大小"} and text[start : start + 1] not in {"村", "组"}:
        start -= 1
    return Mention(start, found.end(), Told.TITLE, post_rank(found["title"]))


def _introduced(text: str, start: int, words: Words, told: Told) -> Mention | None:
    end = name_end(text, start, words)
    if end and (text[end - 1] == "族" or text[end : end + 1] not in CUES):
        return None
    if end is None and told is Told.SELF:
        end = foreign_end(text, start, words)
        if end and (text[end : end + 1] not in "，。、；,（( \n" or end - start < 3):
            end = None
    return Mention(start, end, told) if end else None


def _named(text: str, start: int, words: Words) -> Mention | None:
    """叫何开亮: the word before a name may have been cut together with its surname."""
    if text[start : start + 1] in _WEAK or text[start : start + 1] in FUNCTION_SURNAMES:
        return None
    end = name_end(text, start, words)
    if end is None:
        end = foreign_end(text, start, words)
        return Mention(start, end, Told.NAMED) if end and end - start > 2 else None
    if text[end : end + 1] not in CUES and end < len(text):
        return None
    return Mention(start, end, Told.NAMED)


_SIGNATURE = re.compile("[\u4e00-\u9fff]{2,4}(?=$|[ \u3000，,（(、]|\\d)")


def _signed(text: str, words: Words) -> Mention | None:
    """A name at the letter's end: the last line that holds no sentence."""
    ended = text.rstrip()
    if "\n" not in ended.lstrip():
        return None
    for line in reversed(ended.rsplit("\n", 3)[-3:]):
        stripped = line.strip()
        if not 2 <= len(stripped) <= 30 or "。" in stripped or stripped.count("，") > 1:
            continue
        at = text.rfind(stripped)
        for found in _SIGNATURE.finditer(stripped):
            for length in (4, 3, 2):
                start = at + found.end() - length
                if found.end() - length >= found.start() and name_end(text, start, words) == at + found.end():
                    return Mention(start, at + found.end(), Told.SIGNED)
    return None


@lru_cache(maxsize=1)
def _first() -> re.Pattern[str]:
    """The character that an unknown word begins with where it may be a name."""
    firsts = (surnames() | {name[0] for name in compound_surnames()}) - FUNCTION_SURNAMES - NO_NAME
    return re.compile(f"[{''.join(sorted(firsts))}](?=[\u4e00-\u9fff](?<![{''.join(sorted(NEVER))}]))")


def _unknown_words(text: str, words: Words) -> list[Mention]:
    known, texts, bounds = everyday(), words.texts, words.bounds
    out: list[Mention] = []
    for found in _first().finditer(text):
        start = found.start()
        number = bounds.get(start)
        if number is None or (word := texts[number + 1]) in known or text[start - 1 : start + 1] in known:
            continue
        if len(word) > 4 or (len(word) == 1 and not _may_follow(text, start, word, texts[number + 2 : number + 3])):
            continue
        if not _strong(text, start) and not (_NAMED.search(text, max(0, start - 6), start) or _kin_before(text, start)):
            continue
        end = name_end(text, start, words)
        if end is None or (end not in words.bounds and word[0] in _WEAK):
            continue
        if _kin_before(text, start):
            out.append(Mention(start, end, Told.KIN))
        elif _stands_free(text, start, end, word):
            out.append(Mention(start, end, Told.WORD))
    return out


def _may_follow(text: str, start: int, surname: str, following: Sequence[str]) -> bool:
    """Whether the word after a lone surname may be a given name."""
    if not following or len(following[0]) > 2 or following[0][0] in NEVER:
        return False
    if len(following[0]) == 2 and following[0] in everyday():
        return _often(text, start) and surname in _STRONG and surname not in _WEAK
    return (
        surname not in _WEAK
        or _often(text, start)
        or _kin_before(text, start)
        or bool(_NAMED.search(text, max(0, start - 6), start))
    )


def _often(text: str, start: int) -> bool:
    """Whether two characters of which most given names are made follow a surname."""
    return text[start + 1 : start + 2] in OFTEN and text[start + 2 : start + 3] in OFTEN


def _strong(text: str, start: int) -> bool:
    """Whether the characters alone make a name likely."""
    if text[start] in _WEAK:
        return False
    return text[start] in _STRONG or text[start : start + 2] in _STRONG or _often(text, start)


def _stands_free(text: str, start: int, end: int, word: str) -> bool:
    """Whether what stands around a possible name lets it be one."""
    before, after = text[max(0, start - 6) : start], text[end : end + 1]
    clear = not after or after in CUES
    strong = _strong(text, start)
    named = _NAMED.search(before) is not None
    if end - start >= 3:
        if len(word) >= 3:
            return (strong or named) if clear else strong
        return clear and (strong or named)
    return clear and strong and (not before or named or before[-1] in '，。、；：！？\n “"（(')


@lru_cache(maxsize=1)
def _kin_words() -> frozenset[str]:
    return frozenset(kinship())


def _kin_before(text: str, start: int) -> bool:
    return any(text[max(0, start - length) : start] in _kin_words() for length in (1, 2, 3, 4))
