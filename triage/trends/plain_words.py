"""Which words of a letter may stand in a report: dictionary words and those of the lexicons, never names or numbers.

What is not known to be harmless is covered. So a name that the reader has not found stays covered too: it is in no
dictionary, or it follows a surname, or it is a single character that is not among the few that may stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from corpora.divisions import Divisions
from corpora.lexicons import character_pairs, compound_surnames, everyday, segment_words, surnames, word_set
from triage.text.masking import MASK, mask
from triage.text.segment import Token, default_segmenter

_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两俩仨几半双廿卅幺")
# Single characters that are neither surnames nor numerals and stand in no name of the samples by themselves
_SINGLE = frozenset(
    "的地得了着过是在不就也都还很更最太又再没别只刚已将把被给让叫对跟比从到往向由与及或且但而则若如因为以所"
    "都有那来人事找等吗签字先呢送补完换算贴跑报带种号出退修搬死盖转表停帮账倒头少拍拉啥嘛借挂喊填脱数进点啊拆当像见"
    "替怕扣剩门纸户元亩钱吧家好打按开多由"
    "其之这哪谁我你您他她它们咱个些上下里外内中前后左右说看听问写交收拿要想能会可敢肯该去来走回住吃用做办发买卖"
)
# Names of other peoples that are words of the dictionary, too
_GIVEN = frozenset(
    [
        "才让",
        "边巴",
        "买买提",
        "贡布",
        "白音",
        "曲比",
        "扎西",
        "卓玛",
        "达娃",
        "尼玛",
        "次仁",
        "丹增",
        "阿依",
        "朵朵",
        "胡主席",
    ]
)
# Surnames of very few people, and words of every sentence
_NO_SURNAMES = frozenset("都有那和来把是了在从")
_EVERYWHERE = 3
_NAME_LIKE = frozenset("村乡镇县市区州旗组社屯寨庄沟坪湾湖")


@lru_cache(maxsize=1)
def harmless() -> frozenset[str]:
    """Words of two characters and more that name nobody, no place and no number."""
    places = {one.name[:length] for one in Divisions.load() for length in range(2, len(one.name) + 1)}
    kept = everyday() | _domain()
    named = places | _GIVEN | word_set("village_names") | compound_surnames()
    return frozenset(
        word for word in kept
        if word not in named and not (_NUMERALS & set(word)) and word[-1] not in _NAME_LIKE and not _calls(word)
    )  # fmt: skip


@lru_cache(maxsize=1)
def _domain() -> frozenset[str]:
    return frozenset(segment_words())


@lru_cache(maxsize=1)
def _family_names() -> frozenset[str]:
    return (surnames() | compound_surnames()) - _NO_SURNAMES


def _calls(word: str) -> bool:
    """Whether a word calls a person by the name (老周, 王家, 王队长) or may be a part of one."""
    if len(word) == 2 and word[0] in "老小阿大" and word[1] in surnames():
        return True
    if word[0] not in _family_names() or word in _domain():
        return False
    # A rare word may be the beginning of a name: 申时 in 申时明
    rare = len(word) == 2 and character_pairs().get(word, 0) < _EVERYWHERE
    return rare or word[1:] == "家" or word[1:] in _domain()


def words_of(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[str, ...]]:
    """Runs of neighbouring harmless words of a text, outside of the spans where the reader found names and the like."""
    run: list[str] = []
    for token, shown in _judged(text, spans):
        if shown and len(token.text) > 1:
            run.append(token.text)
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with everything covered but harmless words and signs."""
    return mask(text, [(token.start, token.end) for token, shown in _judged(text, spans) if not shown])


def share_shown(text: str) -> float:
    """How much of a masked text can be read, as a share of its characters."""
    return 1 - text.count(MASK) / len(text) if text else 0.0


def _judged(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[Token, bool]]:
    covered = bytearray(len(text))
    for start, end in spans:
        covered[start:end] = b"\x01" * (end - start)
    after_name = False
    for token in default_segmenter().tokens(text):
        name = token.text in _family_names()
        shown = not any(covered[token.start : token.end]) and not name and _may_stand(token.text)
        yield token, shown and not (after_name and token.text[0].isalnum())
        # Behind a surname the given name, which may be a word of the dictionary (王建设)
        after_name = name or (after_name and len(token.text) == 1 and not shown)


def _may_stand(word: str) -> bool:
    if len(word) == 1:
        return word in _SINGLE or not (word.isalnum() or word == "_")
    return word in harmless()
