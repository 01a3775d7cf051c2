"""Candidates for person names, told by what stands beside them, because no list holds all names.

王书记 and 李老师 (surname and title), 张某 and 王某某, 老李, 李家老二, a full name behind a post, a tie or a word that
introduces it (村支书王德海, 我叫陈光菊), and in English Mr Wang, Secretary Li, Wang Jianguo. Roles, and what else a whole
report tells, are decided above this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from corpora.lexicons import compound_surnames, surnames
from triage.text.segment import Token

_TITLES = (
    "副镇长|副乡长|副书记|副主任|副县长|副局长|村支书|支书|书记|書記|村主任|主任|镇长|鎮長|乡长|鄉長|县长|縣長|村长|村長|局长|所长|站长|队长|会计|會計"
    "|科长|股长|组长|社长|院长|校长|行长|屯长|市长|处长|部长|主席|理事长|董事长|经理|老板|老師|老师|女士|先生|师傅|律师|文书|干事|委员|大爷|大娘|大妈|大叔|大哥|大姐|老汉|奶奶|爷爷"
)
_CUE = (
    r"支书|书记|主任|镇长|乡长|县长|村长|局长|所长|站长|队长|会计|组长|社长|院长|校长|主席|理事长|经理|老板|干部|专干|文书|出纳|信贷员|护林员"
    r"|我叫|名叫|俺叫|叫做|姓名[:：]?|村民|户主|贫困户|低保户|五保户|老人|儿子|女儿|弟弟|哥哥|姐姐|妹妹|侄子|侄儿|外甥|女婿|小舅子|妻弟|妻子|老婆|丈夫|父亲|母亲"
    r"|连襟|亲家|堂弟|堂哥|表弟|表哥|举报人[:：]?|反映人[:：]?|联系人[:：]?|此致敬礼"
)
# What given names hardly hold, and what follows a name
_NO_GIVEN = (
    "的了是在我你他她它们这那有与及把被向到都就不也去来说给让从对以所各每该本并但而或还又再很太吗呢吧啊嘛请谁什么怎呀哦喂"
    "个户组村镇乡县省市里上下等为因跟和同前后时将已只曾于家住领收签拿要没经手一人款费者们，。、；：！？（）"
)
_GIVEN = rf"[\u4e00-\u9fff](?<![{_NO_GIVEN}])"
_PINYIN = (
    "Wang|Li|Zhang|Liu|Chen|Yang|Huang|Zhao|Wu|Zhou|Xu|Sun|Ma|Zhu|Hu|Guo|He|Gao|Lin|Luo|Zheng|Liang|Xie|Song|Tang|Han|Feng|Deng|Cao|Peng"
    "|Zeng|Xiao|Tian|Dong|Yuan|Pan|Yu|Jiang|Cai|Du|Ye|Cheng|Su|Wei|Lu|Ding|Ren|Shen|Yao|Cui|Zhong|Tan|Fan|Jin|Shi|Liao|Jia|Xia|Fu|Fang|Bai|Zou"
    "|Meng|Xiong|Qin|Qiu|Hou|Jing|Duan|Lei|Long|Tao|Gu|Mao|Hao|Gong|Shao|Wan|Qian|Yan|Qi|Mo|Kong|Xiang|Piao|Kang|Wen|Niu|Ge|An|Qiao|Ouyang|Sima"
)
_ENGLISH = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Old|Uncle|Aunt|Director|Secretary|Chief|Head|Mayor|Manager|Accountant|Comrade|Boss)\.?\s(?!of\b)[A-Z][a-z]+(?:\s[A-Z][a-z]+)?"
    rf"|(?:{_PINYIN})\s(?!Village|County|Town|Province|Prefecture)[A-Z][a-z]{{1,9}}(?:[’'-]?[a-z]+)?\b(?!\s(?:[Vv]illage|[Cc]ounty|[Tt]ownship|[Tt]own|[Pp]rovince)))"
)
_OPENS = frozenset("的是找跟和被给让问由向叫与连了说到请把对为")
_HAN_HINT = re.compile(r"[\u4e00-\u9fff]{2}")


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Patterns that begin with one set of characters each; a compound surname is met by its second character."""
    single = "".join(sorted(surnames() | {name[1] for name in compound_surnames()}))
    given = rf"{_GIVEN}(?:{_GIVEN})?"
    return (
        re.compile(rf"[{single}]副?(?:{_TITLES})"),
        re.compile(rf"[{single}]某(?:某|[\u4e00-\u9fff](?<![{_NO_GIVEN}]))?"),
        re.compile(
            rf"[老小](?<![\u4e00-\u9fff].)(?![师区时麦米车路康钱计利官花都石水池家百乡])[{single}](?![板师实百人年]|[板师实家百人年是头的]{{2}})头?"
        ),
        re.compile(rf"[{single}]家?老[大二三四五六七八九幺](?![人年])"),
        re.compile(
            rf"(?:{_CUE})(?P<name>(?:(?:{'|'.join(sorted(compound_surnames()))})|[{single}]){given})(?!{_TITLES})"
        ),
    )


def _widened(text: str, start: int) -> int | None:
    """Where a surname that was met at ``start`` begins, or None if the character is the end of another word."""
    if start == 0:
        return 0
    if text[start - 1 : start + 1] in compound_surnames():
        return start - 1
    before = text[start - 1]
    return start if before in _OPENS or not "\u4e00" <= before <= "\u9fff" else None


def find_names(text: str, tokens: Sequence[Token] | None = None) -> list[tuple[int, int]]:
    """Character spans of name candidates in order, none overlapping another.

    With ``tokens`` a third character that the segmenter joins to what follows is left out (王德|海边).
    """
    spans: list[tuple[int, int]] = []
    if _HAN_HINT.search(text):
        starts = {token.start for token in tokens} if tokens is not None else None
        titled, *others, cued = _patterns()
        for match in titled.finditer(text):
            start = _widened(text, match.start())
            if start is not None:
                spans.append((start, match.end()))
        spans += [match.span() for pattern in others for match in pattern.finditer(text)]
        spans += [_trimmed(match.span("name"), starts) for match in cued.finditer(text)]
    spans += [match.span() for match in _ENGLISH.finditer(text)]
    spans.sort(key=lambda span: (span[0], -span[1]))
    out: list[tuple[int, int]] = []
    for span in spans:
        if not out or span[0] >= out[-1][1]:
            out.append(span)
    return out


def _trimmed(span: tuple[int, int], starts: set[int] | None) -> tuple[int, int]:
    start, end = span
    if (
        starts is not None
        and end - start == 3
        and end not in starts
        and end - 1 in starts
        and end != max(starts, default=0)
    ):
        return start, end - 1
    return span
