"""Characters with which Chinese writes names of other tongues: 沙马伍合, 格日勒图, 扎西顿珠, 阿力木江·吐尔逊.

One list, from which each place that looks for such names takes what it can afford there. The lists were set by hand, from names
in the reports and from those that nobody found; none was chosen by a measurement.
"""

from __future__ import annotations

_OF_YI = "伍合且呷古日哈惹木布阿扎各铁拉体尔莫洛加曲格衣沙热普"
# Of Tibetan, Mongolian and Turkic names
_OF_OTHERS = (
    "吉俄马依夏娜仁勒图吐洪库班曼才西让杰毛措旦久美宝音额敦朝鲁那苏乃海克色诺什姑卓玛央金次桑"
    "旺姆顿珠索南尼增巴特其斯买提丽江肉孜卡德穆罕默麦艾山尤努赛迪丹别叶多琴逊荪仙批绒拥拜乙楞"
)
TRANSCRIBED = _OF_YI + _OF_OTHERS
"""What names hold wherever they stand: hardly any word of running text is made of these alone."""

OF_A_CLAN = f"{_OF_YI}火作甲石牛乌史土友夫果子洗嘎支者则约机一打基博补以"
"""What follows a clan of the Yi (沙马|伍合, 曲木|古火): behind a clan's name everyday characters are a name's as well."""

OF_PARTS = f"{TRANSCRIBED}瓦吾敏宁伯妮萨亚汗帕玉甫素农力则米卜杜塔奥乌英孙托乎伊喀坦凯昆牙祖"
"""What the parts of a name with a dot hold (艾尼瓦尔·库尔班, 吾买尔江·热合曼): the dot tells of a name."""

# 白玛, 达娃, 朗堆: in running text most of these are everyday words as often
_SIGNED_TOO = "黑则达娃朗堆嘎白力汗吾明帕"
# The list for signatures was begun for Tibetan and Yi names; of these, mostly of other names, nobody put any in
_NEVER_SIGNED = "俄伍铁夏娜勒图吐洪库班杰毛久美宝音额敦朝鲁那苏乃海各普呷莫色惹且衣诺什姑南特其肉卡德穆罕默麦艾山尤赛别叶体琴逊荪仙批绒拥拜乙楞"
SIGNED = "".join(one for one in TRANSCRIBED if one not in _NEVER_SIGNED) + _SIGNED_TOO
"""What a line of four characters or more is made of that is a signature (扎西顿珠, 吉克阿木)."""
