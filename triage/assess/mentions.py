"""What a mention of a person is, and which surnames tell one by themselves."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from corpora.lexicons import compound_surnames
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
    SURNAME = "surname"


class Mention(NamedTuple):
    """A person at ``start`` to ``end``; ``rank`` of the post that the name stands beside."""

    start: int
    end: int
    told: Told
    rank: Rank = Rank.NONE


# Surnames with which an unknown word is most often a name
STRONG = (
    frozenset(
        "王李张刘陈杨赵吴周徐孙朱胡郭罗郑梁谢宋唐许韩冯邓曹彭曾肖董袁潘蒋蔡余杜程苏魏吕丁任姚卢姜崔钟谭陆汪范廖贾夏韦付邹熊孟秦邱尹薛闫段雷侯史陶黎贺顾郝龚邵钱严覃武戴莫"
        "孔向汤温康施樊葛邢齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝尚符舒阮柯纪梅童凌毕季裴霍涂苗谷曲翁冉骆蓝游靳欧柴蒙鲍喻祁蒲滕屈饶解牟艾尤时穆司卓吉缪简芦褚娄窦戚岑"
        "宫晏卫柏瞿桂佟臧闵苟邬卞姬仇栾隋商刁巫寇桑郎甄仲虞敖巩佘查谌奚谯漆税冶逄郗颉沙帅晁呼"
    )
    | compound_surnames()
)
# Surnames that are everyday words: a name that begins with one needs more to be told
WEAK = frozenset(
    "余云安印路钱车修干包党盖全余东都那成万有白房石麦米花羊牛银金水云应宣强满查时利管权敬单相展布平常丰沙危索席化支项双仓母衣信兴国土木毛皮冷农楼池边连古薄路鹿司"
)
