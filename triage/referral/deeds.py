"""What plainly accuses a body, or somebody who works there. In: normalised text and where the body stands; out: yes or no.

Everybody writes to such bodies, waits for them, thanks them and quotes them. Plainly accused is where somebody who was read as
accused belongs to it (县纪委干部李大明, 李大明在县纪委工作), where it takes, shields, leaks or threatens itself (县纪委的人收了钱), where it is
what the letter reports (举报县纪委), and where an accused person's relative works there. What is told in other words is
for what was learned of letters (``Desk.suspects``); these few hold whatever that says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_STAFF = (
    "工作人员|办案人员|调查人员|内部人员|全体人员|人员|干部|干事|科员|办事员|职员|员工|职工|科长|股长|处长|室主任|主任|部长|组长|队长|局长|委员|常委|书记|负责人|领导|司机|驾驶员"
    "|秘书|会计|出纳|保安|门卫|接线员|话务员|接待员|客服|临时工|聘用人员|合同工|专员|巡视员|纪检员|调研员|法官|民警|警察|所长|院长|庭长|校长|队员|一把手"
)
_OFFICES = (
    "第?[一二三四五六七八九十\\d]{1,3}|纪检监察室|监督检查室|审查调查室|案件(?:监督)?管理室|监察室|信访室|审理室|党风室|案管室|办公室|宣传部|组织部|执纪|监督|举报中心|热线|窗口|科|股|室|处|大队|中队"
    "|帮扶|扶贫工作队|工作队|第一书记"
)
_WORDS = "的|里面?的?|内部的?|那个|这个|那位|这位|一个|一名|一位|某个?|有个|有一个|有位|原|前|退休|离任|曾任|借调|男|女|老|副|叫|名叫|姓名[:]?|同志|和|、|[:](?=[\u4e00-\u9fff])"
# 派驻|三河村 once: two of them in one expression would be tried in every way
_GAP = (
    f"(?:{_STAFF}|{_OFFICES}|{_WORDS}){{0,5}}(?:派?驻[^,。;:!?\\s驻]{{1,12}}?(?:{_STAFF}|{_OFFICES}|{_WORDS}){{0,3}})?"
)
_KIN = "(?:[表堂亲]?[兄弟哥姐妹叔侄舅姨姑]{1,3}(?:夫|子|爷|爸|妈|父|母)?|老婆|妻子?|爱人|丈夫|[儿女]子?|女儿|女婿|儿媳|连襟|亲戚|亲家|岳[父母]|[父母]亲|爸|妈|小舅子|外甥|侄[儿子女]?|情[人妇])"
# 李大明是|县纪委的, 李大明在|县纪委上班
_BEFORE = (
    "(?:的?{kin})?[,(\\s]{{0,2}}(?:同志)?(?:[男女],|[\\d]{{2}}岁,|[\u4e00-\u9fff]族,|(?:[\\d]{{4}}年[^,]{{0,8}}),){{0,3}}"
    "(?P<how>(?:此人|他|她)?(?:现|原|曾|时|以前|过去|当时|就|也)?(?:是|系|(?:身|作)?为|任|在|调[入到进]|考[入进])|(?:工作|所在|任职)?单位(?:及职务|和职务|职务)?[:是]\\s?|原|现任|曾任|职务[:是]\\s?|)"
    "(?:原来?|前|退休的?|离任的?|曾任|借调到)?(?:我们?|本|我们这里的?|你们|贵)?\\Z"
)
_WORKS = re.compile(
    f"{_GAP}(?:里面?)?(?:工作|上班|任职|当差|当官|当领导|当司机|开车|挂职|跑腿|做事|当(?:{_OFFICES}|{_WORDS}){{0,2}}(?:{_STAFF})|干(?!预|涉))"
)
_IS_STAFF = re.compile(
    f"{_GAP}(?:(?<=的)|(?:{_STAFF})|(?:{_OFFICES}))(?=[,。;!?)\\s]|$|,|他|她|之一|利用|收|拿|把|向|以|对)"
)
_IS_UNIT = re.compile(f"{_GAP}(?=[,。;!?)\\s]|$)")
# 抄送:|县纪委李大明, 感谢|县纪委李大明同志
_OUT = re.compile(
    "(?:(?:抄送|抄报|主送|此致|呈|致|寄|收[件信]人)\\s?:?\\s?|(?:感谢|谢谢|多谢|表扬)(?:我们?|你们|了)?|[尊敬亲][敬爱]的[^,。:;\n]{0,8}|\\bdear (?:[a-z]+ ){0,5})\\Z"
)

# 县纪委的罗同志,|麻烦你
_SPOKEN_TO = re.compile("[^,。;:!?]{0,8}[,:!]?\\s?(?:您好|你好|麻烦[你您]|请[你您]|求[你您]|拜托)")

_ADVERBS = (
    "(?:(?:(?:19|20)\\d{2}年(?:底|初)?|\\d{1,2}月份?(?:\\d{1,2}日)?)|都|也|又|还|就|却|竟然?|居然|一直|多次|全都?|早就|早|明明|总是?|已经?|直接|故意|偷偷|暗中|私下|背后|从中|公然|反而|倒|反倒|帮着|为了钱|先后|每次|每年|去年|今年|昨天|前天|上个?月|当场|当面|当时|当天|在电话里|电话里|利用职权|利用职务便利?"
    "|[跟和与同向找对给替为帮让叫][^,。;:!?]{1,9}?)"
)
_WHO = f"(?:{_STAFF}|{_OFFICES}|{_WORDS}|全体|所有|个别|某些|有些|有的?|一些|这些|那些|几个|两个|人|们|上下|内部|值班|接访|信访|接电话|班子|姓.的?|[\u4e00-\u9fff]某某?|一帮|这帮|那帮|伙)"
_GAIN = (
    "(?:[\\d.]+|[一二两三四五六七八九十几百千]+)?(?:多|来|余)?(?:万|千|百|元|块)?|钱|红包|礼|好处|回扣|贿|现金|烟|酒|卡"
)
_ACT = (
    "(?:收(?:受|取)(?!材料|举报|来信)|收(?:了|过|走了?)(?!你|我们?的?(?:信|举报|材料|反映|申请)|信|材料|举报|反映|到|来信|[^,。;]{0,6}罚|缴|条)|拿了(?!信|材料|出)|拿(?:钱|回扣|好处)|受贿|索贿|索要|要(?:了)?(?:钱|红包|好处|[\\d一二三五十两]+万)|贪污|贪了"
    "|包庇|袒护|庇护|偏袒|勾结|串通|串供|沆瀣一气|私分|截留|克扣|挪用|侵吞|侵占|套取|冒领|虚报|扣发|扣了|扣留|吃拿卡要|吃(?:了|过)[^,。]{0,4}(?:请|饭)|(?<![处区])分了(?!工|组|类)|撑腰|当保护伞|保护伞|打掩护|通风报信|报信|走漏|泄露|泄漏|透露|出卖"
    "|伙同|合伙|[跟和与][^,。;:!?]{1,8}?一起(?:吃|喝|打牌)|打击报复|报复|威胁|恐吓|殴打|打了?我|打人|辱骂|骂了?我|逼(?:我|着我)|压案不查|压着不查|捂着不|销毁|篡改|伪造|官官相护|以权谋私|徇私|滥用职权|弄虚作假|敲诈|勒索|刑讯)"
)
_DONE = (
    "[把将]我们?的?(?:名字|姓名|电话|号码|身份|信息|住址)[^,。;:!?]{0,6}(?:告诉|透露|给|说|报)|[把将](?:我们?|俺|举报|老百姓|群众|村民|危房|扶贫|低保|补|款|钱|[^,。;:!?]{0,3})[^,。;:!?]{0,14}?"
    "(?:透露|泄露|泄漏|(?:告诉|转给|交给|给)了?(?:村|他(?!们县)|她|被|对方|当事人|支书|老板|自己|亲|(?![了镇乡县市省区州上有相公法检信纪民单部领办专])[\u4e00-\u9fff]{2,3}(?=[,。;!?]|$))|分了|私分|吞|贪|挪|截|扣|卖|压下|压了|撤了|打了|关了|抓起来)"
)
_ACTS = re.compile(f"(?:{_WHO}{{0,6}}|{_GAP}接待我们?的?{_WHO}{{0,4}},?){_ADVERBS}{{0,4}}(?:{_ACT}|{_DONE})")
# 李大明是县纪委干部|,他收了钱; 县纪委干部李大明|2019年收了钱; 李国强的问题。李国强|收了钱
_ON = re.compile(
    f"(?:的?(?:有关|相关)?(?:违纪|违法|腐败)?问题)?[)]?[,。:;]?\\s?(?:他|她|此人|该人|[\u4e00-\u9fff]{{2,3}}(?=(?:19|20)\\d\\d年|收了|把|伙同|索要))?{_ADVERBS}{{0,4}}(?:{_ACT}|{_DONE})"
)
# Names that no reader marked
_SOMEBODY = re.compile(
    "(?:^|(?<=[,。;:!?\\s]))(?P<name>[\u4e00-\u9fff]{2,3})(?P<how>现|原|曾)?(?:是|系|为)(?:原|前|退休)?\\Z"
)
_NAMED = re.compile(
    f"(?:{_OFFICES}|{_WORDS}){{0,4}}(?:{_STAFF})(?:{_WORDS})?\\s?(?!查|被|不|没|来|去)(?:[\u4e00-\u9fff]某某?|[\u4e00-\u9fff]\\s?[\u4e00-\u9fff]{{1,2}}(?=[,\\d收把伙索的]))"
)
# 举报材料被县纪委|泄露
_LEAKED = re.compile(
    f"{_WHO}{{0,4}}(?:给)?(?:泄露|泄漏|透露|出卖|捅出去|告诉了|转给了?(?:村|被|他)|交给了?(?:村|被|他)|打了?|威胁|恐吓)"
)
_IF = re.compile(
    "(?:如果|要是|假如|倘若|万一|只要|除非|以为|怕|担心|不是|不是说|并非|没有|防止|避免|是否|有没有)[^,。;:!?]{0,6}\\Z"
)
_PASSIVE = re.compile("(?:被|遭到?|遭受)(?:你们|我们?)?\\Z")
# 反映|县纪委司机李国强的问题: whatever part was read into the name
_TELLS_OF = re.compile(
    "(?:举报|控告|检举|投诉|状告|揭发|反映|实名举报)(?:一下|的?就?是|的?人[:是]|对象[:是]|:)?\\s?(?:我们?|本|你们)?\\Z"
)
# 县纪委干部李大明|很负责: the reader took praise for an accusation
_PRAISED = "(?!同志?很?负责|很负责|很?认真|很?热情|很好|人很好|[^,。;:!?]{0,3}帮(?:我|助|俺|扶)|(?:来|到|去)[^,。;:!?]{0,6}(?:调查|核实|核查|了解)|(?:可以|能|愿意)作证|知情|接(?:待|访)了?我)"
# 县纪委李大明|可以作证, 县纪委|收了我的信, 他说在县纪委|有人
_DUTY = re.compile(
    f"{_GAP}(?:[\u4e00-\u9fff]{{2,3}})?(?:同志)?(?:很(?:负责|认真|热情|好|和气)|(?:可以|能|愿意)作证|当时[^,。]{{0,2}}在场)"
    "|收了?我们?的?(?:举报|申请)?(?:信|材料)(?![^。]{0,8}(?:给|交))|把我们?的?(?:举报|信|材料)[^,。]{0,4}转(?:给|到)?了?[镇乡县区市州省]"
    "|有(?:人|亲戚|关系)(?=[,。;!?]|\\Z)"
)
# 举报|县纪委: who is spoken to (向县纪委举报) stands before the word
_REPORTED = re.compile(
    "(?:(?:举报|控告|告|反映|投诉)的(?:不是[^,。]{1,8},)?(?:就)?是|(?<![被])(?:举报|控告|检举|投诉|状告|揭发|起诉)(?:的?就?是|一下|对象[:是]|:|单位[:是]|机关[:是]|人[:是])?"
    "|被(?:举报|反映|控告|检举|投诉)(?:单位|机关|部门|人|对象|者)(?:是|为|[:])?)[ \t]?(?:我们?|本|你们)?(?:[\u4e00-\u9fff]{2,3}的?(?:省|市|州))?\\Z"
)
_REPORTED_TO = re.compile(f"{_WHO}{{0,6}}(?:网站|信箱|邮箱|热线|电话|平台|公众号|转|交办|批转|受理|已|举报|反映)")
_RELATED = re.compile(
    f"(?<![我俺])(?<!我的)(?<!我们)(?:的|他|她|其|有个?|书记|主任|村长|支书){_KIN}[\u4e00-\u9fff]{{0,3}}?(?:就|也|都|现|还)?(?:是|在|系|当|任)(?:我们?|你们|本)?\\Z"
)

_STAFF_EN = "(?:staff(?: member)?s?|officials?|officers?|cadres?|clerks?|employees?|drivers?|members?|investigators?|secretary|deputy (?:secretary|director|head)|director|head|operators?|section chief|chief|somebody|someone|people|a man|a woman)"
_PERSON_OF_EN = re.compile(
    f"{_STAFF_EN},? (?:who works? )?(?:of|at|in|from|with) (?:the |our |your )?(?:[a-z]+ ){{0,3}}\\Z"
)
_OF_EN = re.compile(
    " \\((?:[a-z]+ ){0,3}\\Z|(?:,| \\()? ?(?:who |he |she )?(?:is |was |works? |worked )?(?:an? |the |now |formerly |former |then )?(?:[a-z]+ ){0,3}?(?:of|at|in|from|with) (?:the |our |your )?(?:[a-z]+ ){0,3}\\Z"
)
_ACT_EN = re.compile(
    "(?:'s)?(?: (?:staff(?: members?)?|officials?|officers?|cadres?|people|leaders?|operators?|members?|driver))?(?: (?:has|have|had|also|all|even|always|who|that|they)){0,3} "
    "(?:(?:took|takes?|taken)(?! (?:my|our|the|his|her|their)? ?(?:letter|report|complaint|statement|material|call|action|note|up|over|part|place|him|them))|accept(?:s|ed)(?! (?:my|our|the) )|demand(?:s|ed)|pocket(?:s|ed)|embezzled|stole|shield(?:s|ed)|protect(?:s|ed)|cover(?:s|ed) up|leak(?:s|ed)|threaten(?:s|ed)|collu(?:des?|ded)|beat|forged|withheld|kept back|shared out|passed (?:my|our|the) (?:letter|report|name)|gave (?:my|our) (?:letter|report|name)|told (?:him|them|the village)|sold|extort(?:s|ed)|bribed)"
)
_NOT_PRAISED_EN = re.compile(
    "(?! (?:has |have )?(?:help|assist|thank|was (?:kind|polite|present)|can (?:testify|confirm)))"
)
_REPORTED_EN = re.compile(
    "(?:complaint (?:against|about)|(?:i|we) (?:hereby |want to |would like to |wish to |must )?(?:report|accuse|denounce|complain about|am reporting|are reporting)(?: that)?) (?:the |our |your )?(?:[a-z]+ ){0,5}\\Z"
)
_AT = ("在", "入", "到", "进")
_NEAR, _BEFORE_NAME, _NEAR_IN_ENGLISH = 40, 44, 80


@dataclass(frozen=True, slots=True)
class People:
    """Names as the text has them, the longest first: of those who were read as accused, and of everybody else."""

    accused: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def is_plainly_free(text: str, head: int, end: int) -> bool:
    """Whether a body, or somebody there, is greeted, thanked, asked, gets a copy, bears witness or did a duty."""
    if _OUT.search(text[max(0, head - _NEAR) : head]):
        return True
    return _SPOKEN_TO.match(text, end) is not None or _DUTY.match(text, end, end + _NEAR) is not None


def is_accused(text: str, head: int, end: int, people: People) -> bool:
    """Whether a body is plainly accused, or somebody who works there.

    Args:
        text: normalised text.
        head: where the body begins, with the place before it.
        end: where it ends.
        people: who is told of.
    """
    before = text[max(0, head - _NEAR) : head]
    if text[end - 1].isascii() and text[end - 1].isalpha():
        return _in_english(text, head, end, people.accused)
    return (
        _of_staff(text, before, end, people)
        or _is_staff(text, head, end, people)
        or _acts(text, before, end)
        or (_REPORTED.search(before) is not None and _REPORTED_TO.match(text, end, end + _NEAR) is None)
        or (
            _RELATED.search(before) is not None
            and bool(_WORKS.match(text, end, end + _NEAR) or _IS_STAFF.match(text, end, end + _NEAR))
        )
    )


# Patterns are made of those names alone that stand near a body: to make one costs more than to route ten reports
@lru_cache(maxsize=64)
def _accused_behind(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"{_GAP}\\s?(?:[\u4e00-\u9fff]{{2,3}}的?{_KIN})?(?:{_any(names)}){_PRAISED}")


@lru_cache(maxsize=64)
def _anybody_behind(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"{_GAP}\\s?(?:{_any(names)})")


@lru_cache(maxsize=64)
def _before(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"(?P<name>{_any(names)})" + _BEFORE.format(kin=_KIN))


def _near(names: Sequence[str], text: str) -> tuple[str, ...]:
    return tuple(name for name in names if name in text)


def _any(names: Sequence[str]) -> str:
    return "|".join(map(re.escape, names)) or "(?!)"


def _of_staff(text: str, before: str, end: int, people: People) -> bool:
    """Whether a name follows with nothing but unit and office between: that of somebody accused, or whose relative is, or
    of whom the next words tell a wrong. The reader takes one part for another now and then, and leaves names out.
    """
    stop = end + _NEAR
    behind = text[end:stop]
    accused, others = _near(people.accused, behind), _near(people.others, behind)
    if accused and _accused_behind(accused).match(text, end, stop):
        return True
    one = (others and _anybody_behind(others).match(text, end, stop)) or _NAMED.match(text, end, stop)
    if not one:
        return False
    return _TELLS_OF.search(before) is not None or _ON.match(text, one.end(), one.end() + _NEAR) is not None


def _is_staff(text: str, head: int, end: int, people: People) -> bool:
    """Whether it is told behind a name that its bearer works there: that of somebody accused, or of whom a wrong is told next."""
    first = max(0, head - _BEFORE_NAME)
    told = _near((*people.accused, *people.others), text[first:head])
    found = (told and _before(told).search(text, first, head)) or _SOMEBODY.search(text, first, head)
    if not found:
        return False
    how, stop = found["how"] or "", end + _NEAR
    if how.endswith(_AT):
        works = _WORKS.match(text, end, stop)
    elif "单位" in how or text[found.end() - 1] == "(":
        works = _IS_UNIT.match(text, end, stop)
    else:
        works = _IS_STAFF.match(text, end, stop)
    if works is None:
        return False
    return found["name"] in people.accused or _ON.match(text, works.end(), works.end() + _NEAR) is not None


def _acts(text: str, before: str, end: int) -> bool:
    if _PASSIVE.search(before):
        return _LEAKED.match(text, end) is not None
    return _ACTS.match(text, end, end + _NEAR) is not None and _IF.search(before) is None


def _in_english(text: str, head: int, end: int, names: Sequence[str]) -> bool:
    before = text[max(0, head - _NEAR_IN_ENGLISH) : head]
    if _ACT_EN.match(text, end) or _REPORTED_EN.search(before):
        return True
    for name in names:
        at = before.rfind(name)
        if at >= 0 and _OF_EN.fullmatch(before, at + len(name)) and _NOT_PRAISED_EN.match(text, end):
            return True
        # an official of the commission, li daming
        if _PERSON_OF_EN.search(before) and re.compile(f"(?:,| named| called| \\()? ?{re.escape(name)}").match(
            text, end
        ):
            return True
        if re.compile(f"(?:'s)? (?:{_STAFF_EN} ){{0,2}}{re.escape(name)}").match(text, end):
            return True
    staffed = _PERSON_OF_EN.search(before)
    return staffed is not None and _ACT_EN.match(text, end) is not None
