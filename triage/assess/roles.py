"""A person's part in the matter, from the words around every mention. In: text and mentions; out: a `Role` for each.

Rules of the labelling guideline: every official named in an allegation and every favoured relative is accused; the
first person who signs is the reporter; who lost or was left out is a victim; who saw it is a witness. Mentions of one
person (王建国, 王书记, 老王) share what is told of any of them, and so do names that are listed together. What a heading
says outright (被举报人：, 证人：) is settled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from corpora.lexicons import kinship, kinship_of_officials
from triage.assess.headings import said_roles
from triage.assess.mentions import Mention, Told
from triage.assess.parties import parties_of
from triage.model import Rank, Role

# Titles of people who hold no office
_PRIVATE = (
    "女士",
    "先生",
    "师傅",
    "大爷",
    "大娘",
    "大妈",
    "大叔",
    "大姐",
    "老汉",
    "婆婆",
    "奶奶",
    "爷爷",
    "阿姨",
    "寡妇",
    "婶",
    "嫂",
    "叔",
    "老师",
    "医生",
    "老板",
    "同志",
    "太太",
    "老太",
    "老头",
    "驼背",
    "哑巴",
    "瞎子",
    "瘸子",
    "聋子",
    "麻子",
    "胖子",
    "护士",
    "护士长",
    "伢",
    "伯",
    "姐",
    "哥",
    "妹",
    "姨",
    "奶",
    "爷",
)
_REPORTER_BEFORE = re.compile(
    '(?:来访人|来电人|来人|(?<!被)(?:反映|举报|申请)人|口述人|汇报人|自称.{0,10}|为首者|首者|领头的?是|我是.{0,14}的|我们.{0,4}喊我|他们喊我|都喊我|推举|公推|市民|网民|笔者|具状人|本人系.{0,12}|人为.{0,12}|叫我一声)[：:，,\\s“"]?$'
)
_REPORTER_AFTER = re.compile(
    "^[，,（(]\\s?[男女][，,）) ]|^[（(][男女]|^(?:女士|先生)?(?:反映|来电|来访|陈述|代述|叩上|敬上|谨呈|谨上|执笔|具名|再拜|顿首|拜上|等[0-9一二三四五六七八九十]+(?:名|人))"
)
# 举报|王德海，男，; 被反映人基本情况 王德海，男，: such a one is told of and does not write
_TOLD_ON = re.compile(
    "被[^,，。\\n]{0,6}(?:人|对象|者)|(?:举报|反映|控告|投诉|检举|揭发)对象|(?:举报|控告|检举|揭发|状告|反映)[了过]?$"
)
_WITNESS = re.compile("证人|证明人|作证|作證|可以问|可问|问问|亲眼|看见|看到过|在场|目睹|知情|可以证明|旁证|都知道")
_VICTIM_BEFORE = re.compile(
    "(?:贫困户|五保户?|低保户|五保老人|老人|老汉|老太|残疾人?|孤儿|寡妇|村民|户主|老党员|哑巴|群众|邻居|可怜|例如|比如|像|组的?|村的|户|老婆婆|学生|爷爷|奶奶|老伴|父亲|母亲|"
    '我爸|我妈|我爹|我娘|儿子|一户|独居|单身汉|光棍|冒用|冒领|受害人|死者|已故|代|替|打了|打伤|骂|称其父|称其母|其父|其母|其夫|其妻|丈夫|妻子|把|将|同病房的)[：:\\s“"]?$'
)
_VICTIM_AFTER = re.compile(
    "^(?:家|一家|老人|婆婆|大爷)?[，,的]{0,2}(?:[^，,。]{0,6})?(?:死了|死后|去世|病|瘫|癌|尿毒|透析|残|瞎|哑|聋|瘸|癫|痴|疯|没有上|没上|没得|没评|没领到|未领|一分|至今没|被打|被|不识字|孤身|独居|"
    "一个人|无儿|户口|住的?(?:土|危|窑|破|棚)|房子(?:塌|漏|裂)|漏雨|可怜|哭|病故|身故|腿|眼|穷|七十|八十|六十|九十|光棍|低保(?:被|没)|住院)"
)
_ACCUSED_BEFORE = re.compile(
    "(?:老板|法人|法定代表人|法人代表|承包人|中标人|竞买人|包工头|经手人|经办人|负责人|监理|采购|总监|值班者|书记|主任|长|会计|干部|亲信|亲戚|关系户|情妇|同学|战友|找|给了|送给|交给|送了|侄|婿|舅子|弟|兄|姐夫|妹夫|嫂|"
    "(?:包村|值班|驻村|带队|领头|管事|[局办所站队镇乡县院委](?:上|里)?)的|"
    '连襟|亲家|儿子|他|其|的|就是|到|由|名下|账户是|户名|卡主叫)[：:\\s“"]?$'
)
_ACCUSED_AFTER = re.compile(
    "^(?:家|他)?(?:[，,]?)(?:利用|私自|套|冒|骗|贪|扣|截|挪|侵|收|拿|占|吃|要|强|逼|威胁|打|骂|叫|让|喊|指使|伙同|虚|说|称|答|讲|问|宣布|安排|签|中标|承包|开着|开的|开了|有[车楼房]|买|盖|当|任|在会|带|派|"
    "把|将|家有|负责|管|一手|独|不|又|竟|就|名下|是.{0,6}(?:弟|侄|舅|婿|襟|亲|儿子|女儿))"
)
_OFFICE_BEFORE = re.compile(
    "(?:长|板|娘|员|部|主任|记|头|人|老板|承包人|(?:包村|值班|驻村|带队|领头|[局办所站队镇乡县院委](?:上|里)?)的?|窗口的?)(?:那个)?姓?$"
)
_ACTS = re.compile(
    "^(?:家|他|的)?[，,]?(?:利用|私自|套|冒|骗|贪|扣|截|挪|侵|收|拿|占|吃|强|逼|威胁|打|骂|指使|伙同|虚|签|中标|承包|把|不[给肯让])"
)
# 王德海…，他收了三千: what the next clause says of him
_PRONOUN = re.compile("[^。！？!?\\n]{0,20}?[，,。;；][他她](?:还|又|就|也|都|却|竟)?")
_SENTENCE_END = re.compile("[。；;！？!?\n]")
_LISTED = frozenset("、和与跟及")
_WITNESS_SURE, _KIN_SURE = 7, 6


class Part(NamedTuple):
    """A role, how sure it is (0 to 9), and the rank of the post that goes with the person.

    ``settled`` is a role that the text says outright, which nothing learned overrules.
    """

    sure: int
    role: Role
    rank: Rank
    settled: bool = False


def roles_of(text: str, mentions: Sequence[Mention]) -> list[Part]:
    """The part of each mention, in their order: the surest that is told of any mention of the same person."""
    told: dict[int, Part] = {}
    parties = parties_of(text, mentions)
    said = said_roles(text, mentions)
    for number, (mention, party) in enumerate(zip(mentions, parties, strict=True)):
        sure, role, settled = _told(text, mention, said.get(number))
        known = told.get(party)
        if known is None or (sure, settled) > (known.sure, known.settled):
            told[party] = Part(sure, role, max(mention.rank, known.rank if known else mention.rank), settled)
        elif mention.rank > known.rank:
            told[party] = known._replace(rank=mention.rank)
    _share_lists(text, mentions, parties, told)
    return [told[party] for party in parties]


def _share_lists(text: str, mentions: Sequence[Mention], parties: Sequence[int], told: dict[int, Part]) -> None:
    """Of names in a row (甘有财、徐生贵) the ones of whom nothing is told take the part of the one before them."""
    order = sorted(range(len(mentions)), key=lambda at: mentions[at].start)
    for before, after in pairwise(order):
        gap = text[mentions[before].end : mentions[after].start]
        if len(gap) == 1 and gap in _LISTED:
            first, second = parties[before], parties[after]
            if told[second].sure == 1 < told[first].sure:
                told[second] = told[second]._replace(role=told[first].role, sure=2)
            elif told[first].sure == 1 < told[second].sure:
                told[first] = told[first]._replace(role=told[second].role, sure=2)


def _told(text: str, mention: Mention, said: Role | None) -> tuple[int, Role, bool]:
    """A role, how sure it is and whether it is settled; who holds an office or writes is settled to be no witness."""
    if said is not None and said is not Role.WITNESS:
        return 9, said, True
    sure, role = _role(text, mention)
    if said is None:
        return sure, role, False
    # a favoured relative who saw it, too, stays among the accused; who signs under 证人： is no reporter
    writes = role is Role.REPORTER and mention.told is not Told.SIGNED
    if writes or mention.told in {Told.POST, Told.TITLE} or (sure == _KIN_SURE and role is Role.ACCUSED):
        return sure, role, False
    return _WITNESS_SURE, Role.WITNESS, True


def _role(text: str, mention: Mention) -> tuple[int, Role]:
    """A role and how sure it is."""
    told = mention.told
    if told is Told.POST or (told is Told.TITLE and not text.endswith(_PRIVATE, mention.start, mention.end)):
        return 8, Role.ACCUSED
    if told is Told.SELF or told is Told.SIGNED:
        return 9, Role.REPORTER
    before, after = text[max(0, mention.start - 14) : mention.start], text[mention.end : mention.end + 14]
    clause = _SENTENCE_END.split(before)[-1]
    if _REPORTER_BEFORE.search(clause) or (_REPORTER_AFTER.match(after) and not _TOLD_ON.search(clause)):
        return 6, Role.REPORTER
    if clause.endswith(kinship()):
        return _KIN_SURE, _kin_role(clause)
    return _bystander(text, mention, clause, after)


def _bystander(text: str, mention: Mention, clause: str, after: str) -> tuple[int, Role]:
    """Somebody without post or tie: what is told of them decides."""
    if _WITNESS.search(clause[-8:]) or _WITNESS.match(after[:8].lstrip("，,也都就可能")):
        return 5, Role.WITNESS
    if _VICTIM_BEFORE.search(clause) or _VICTIM_AFTER.match(after):
        return 4, Role.VICTIM
    if _is_plain(text, mention):
        acts = _ACTS.match(after) is not None
        return (3, Role.ACCUSED) if acts or _OFFICE_BEFORE.search(clause) else (1, Role.VICTIM)
    if _ACCUSED_BEFORE.search(clause) or _ACCUSED_AFTER.match(after):
        return 3, Role.ACCUSED
    spoken_of = _PRONOUN.match(text, mention.end)
    if spoken_of and _ACCUSED_AFTER.match(text[spoken_of.end() : spoken_of.end() + 14]):
        return 3, Role.ACCUSED
    accused = mention.told is Told.NAMED or text.startswith("某", mention.start + 1)
    return 1, Role.ACCUSED if accused else Role.VICTIM


def _is_plain(text: str, mention: Mention) -> bool:
    """Whether somebody is told of by neighbours' words only (老李, 小崔, 赵师傅, 姓龙的大叔), which accuse nobody."""
    return mention.told in {Told.TITLE, Told.SURNAME} or text[mention.start] in "老小"


def _kin_role(clause: str) -> Role:
    """Kin of the writer suffer, kin of officials are favoured."""
    if re.search("我|俺|咱|额|本人|自家|称其[父母夫妻]", clause[-7:]):
        return Role.VICTIM
    return Role.ACCUSED if clause.endswith(kinship_of_officials()) else Role.VICTIM
