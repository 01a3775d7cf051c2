"""Hamlets that are told without 村. In: normalised text and its words; out: offsets and names.

米脂县|高渠沟: right after a county or township the ending tells; 余家沟 and 俺庄叫|大谢庄 tell themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpora import lexicons
from triage.assess.mentions import STRONG
from triage.assess.words import Words, everyday

_STRONG_SURNAMES = frozenset(name for name in STRONG if len(name) == 1)
# Characters that are in no name of a place: function words, measure words, punctuation is excluded by the class itself
NOT = "的了是在我吾今仆凡皆由给交你他她它们这那有与及把被向到都就不也去来说给让从对以所某各每全该本并但而或还又再很太更今昨时候年月日元钱万千百几少户个位件条人吗呢吧啊嘛哈请问谁什么怎呀哦喂咋俺咱"
RARELY = "日太哈来吾今百万向以和全所仆凡那"
"""Those of them that the name of a township or village may hold right after its county."""
# What a hamlet's name ends with where 村 is left out: 大墩岔, 高渠沟, 刘家坬
HAMLET = "沟湾岔塬梁坪坝寨屯洼坡岭峁坎堡庄营铺店畈垸冲坳塘坬塔岩垭滩泉崖窑咀嘴屋楼桥墩圪台庙林河溪源口子郢垓塝垌峪岗圩集寮甸墘埔坑峒箐坂堰渡"
HAMLET_ALONE = frozenset("沟湾岔塬坪坝寨屯洼岭峁圪垴垭")
# Words before 村, 镇, 乡 that make no name: 贫困村, 行政村, 邻村
GENERIC = lexicons.word_set("no_village_names")
# What a hamlet may hold of NOT: with 向 and 那 speech goes on (马边县|那沟里, 米脂县|向我们) oftener than a name does
_RARELY_IN_HAMLETS = set(RARELY) - set("向那")
# No hamlet's name holds these: 莘县|接活, 上犹县|姓赖
_NOT_HAMLET = frozenset(set(NOT) - _RARELY_IN_HAMLETS) | frozenset(
    "姓接贫种種讲扫做卖买打带搬嫁盖养诸各找看听靠管领报交收查评镇乡村县区市驻某住派送办评发政党委书里内外请约老追撞迁往考開原退赔百千附靠座面"
)
# 余家沟 is a hamlet wherever it stands, and 俺庄叫|大谢庄 says so; one set of characters to begin with, to which a search skips
_TOLD = re.compile(
    f"[家是叫住在自](?:(?P<family>(?<=家)[{HAMLET}](?<=[{''.join(sorted(_STRONG_SURNAMES))}]..)(?![村镇乡屯子]))"
    "|(?<=我是|俺是|们是|庄是|庄叫|寨叫|子叫|屯叫|组叫|家住|住在|家在|来自)(?=[\u4e00-\u9fff]))"
)
_LONGEST = 8
_CALLED_ENDS = re.compile("的|那[边一]|这[边一]|[，。、！,!;；\n]|人|$")


def hamlet_end(text: str, start: int, words: Words) -> int:
    """Where a hamlet told without 村 ends (米脂县高渠沟); ``start`` if none follows."""
    most = _unknown_end(text, start, words)
    for end in range(most, start + 1, -1):
        if text[end - 1] in HAMLET and (end == most or end in words.bounds) and text[end : end + 1] not in {"村", "屯"}:
            return end
    return start


def _unknown_end(text: str, start: int, words: Words) -> int:
    """How far characters go on from ``start`` that no everyday speech holds."""
    at = start
    while at - start < _LONGEST:
        character = text[at : at + 1]
        if not "\u4e00" <= character <= "\u9fff" or character in _NOT_HAMLET:
            break
        word = words.starting_at(at)
        if len(word) > 1:
            if not _NOT_HAMLET.isdisjoint(word):
                break
            if word in everyday() or word in GENERIC:
                hamlet = at + len(word)
                # 白杨|坪 is a name, 水利|口 is none
                if at > start or text[hamlet : hamlet + 1] not in HAMLET_ALONE or word in GENERIC:
                    break
                return hamlet + 1
        at += 1
    return at


def hamlets_told(text: str, words: Words) -> Iterator[str]:
    """Names of hamlets that tell themselves: 余家沟, and what somebody says their own is called."""
    for found in _TOLD.finditer(text):
        if found["family"]:
            if found.end() in words.bounds:
                yield text[found.start() - 1 : found.end()]
            continue
        start, end = found.end(), _unknown_end(text, found.end(), words)
        if 2 <= end - start <= 4 and text[end - 1] in HAMLET and _CALLED_ENDS.match(text, end):
            yield text[start:end]
