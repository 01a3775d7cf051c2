"""When a string that is a division's name is that place in a text, and when it is part of something else."""

from __future__ import annotations

import re

from corpora.lexicons import surnames

# Names that are plain words for a part of any town: they count only right after their parent.
GENERIC = frozenset(
    ["城区", "郊区", "矿区", "东区", "西区", "新城区", "老城区", "市中区", "城中区", "新市区", "港口区", "城关区", "开发区", "高新区"]
)  # fmt: skip
# Names of one character + 县 whose first character is an everyday word: 和县里, 完成县里的任务, 示范县.
EVERYDAY = frozenset("和成应理易道单义新范高古青云文富容忠兴临代夏吉景礼随息冠任开安丰温南房荣洋勉宁康索朗陵郊")
# Characters of places only, so that nothing before them can be misread.
RARE = frozenset("隰蔚岷岚漳睢杞萧歙黟攸澧珙郏绛盂蠡莘莒陇淇浚滑泗沛泾沁磁涉沧献嵩魏邱莱芮")
BEFORE = frozenset(
    "们系係在到是于从住来去往我由自的给为省市州区地盟回往县，。、；：！？（(“\"'《【 \n\t　原和与及叫赴到达至"
)
AFTER_COUNTY_WORD = frozenset("里上委长政府级城局纪内外民医扶教农水交公财信电一领中城各直")
AFTER_BARE = frozenset("村镇乡路街桥社屯组河山江湖大东西南北中一二三县市区旗州氏某家")
# What has a head called 长: 省长, 州长, 局长
HEADED = frozenset("省州盟市县区旗镇乡村组局院校部会厂场队所站社科处股厅行")
ROADS = frozenset(
    ["大道", "东路", "西路", "南路", "北路", "中路", "一路", "二路", "东街", "西街", "大街", "大桥", "大学", "中学", "一中", "二中"]
)  # fmt: skip
VILLAGE_FOLLOWS = re.compile("[^\\W的了是在和有]{2,5}[村镇乡]")
SAID_BEFORE = (
    "我是", "我们是", "俺是", "家在", "老家", "家住", "住在", "本人是", "们是", "我们", "咱们", "我", "，", "。", "\n", "反映",
)  # fmt: skip
SAID_AFTER = ("这边", "那边", "那个集", "某", "县城", "打工")
# Before a bare name these make a person of it (冉崇礼); surnames that are function words as well are left out
NO_SURNAME = frozenset("和由于从向那时来有为以与及在自同经常连海安是到都但各前后门权公强干信相原")


def plausible(text: str, start: int, end: int, name: str, *, bare: bool, adjacent: bool) -> bool:
    """Whether ``name`` at ``start`` to ``end`` means the place; ``adjacent``: its parent ends right at ``start``."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 2]
    if bare:
        if adjacent:
            return _ends_here(after)
        # 四川省省|长沙建国: the head of something, and the surname 沙
        return not (name[0] == "长" and before and before in HEADED) and _bare_stands(before, after)
    if adjacent:
        return True
    if name in GENERIC:
        return False
    return len(name) > 2 or name[1] != "县" or _one_character_county(name[0], before, text[end : end + 8])


def _one_character_county(first: str, before: str, after: str) -> bool:
    if first in RARE:
        return True
    if first in EVERYDAY and after and after[0] in AFTER_COUNTY_WORD:
        return False
    # 派驻临县白塬村: a village right after tells a county from 完成|县里
    return not before or before in BEFORE or VILLAGE_FOLLOWS.match(after) is not None


def _bare_stands(before: str, after: str) -> bool:
    if before and before in surnames() and before not in NO_SURNAME:
        return False
    return _ends_here(after)


def _ends_here(after: str) -> bool:
    """Whether a bare name ends before ``after``: 会宁镇 and 会宁村 are not the county, but 会宁|大墩岔 is the county and a village."""
    return not after or after[0] not in AFTER_BARE or (after[0] in "大东西南北中一二三" and after not in ROADS)


def from_there(text: str, start: int, end: int) -> bool:
    """Whether somebody says where they are from: 我是云阳的, 家在合作那边."""
    return (text.endswith(SAID_BEFORE, max(0, start - 4), start) and text.startswith(SAID_AFTER, end)) or (
        text.endswith(("我是", "们是", "家在", "俺是"), max(0, start - 2), start) and text.startswith("的", end)
    )
