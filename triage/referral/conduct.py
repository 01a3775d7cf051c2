"""Whether somebody of a body does a wrong in a text: who is told of, and what is told next of the same one.

``deeds`` knows the verbs that make even a bare body accused (县纪委收了钱). Of a person there a letter tells in any words (把腊肉提走了,
住在开发商的公寓里), and wrongs are more than any list holds; what such people do by their office is not (来查, 核实, 回复, 打电话
问). So somebody of a body who does anything else is taken for accused, and where the first that is told of them is such
work, what follows must speak of gain, force, leaking or favour before anybody else begins to act. Rather closed than open: a
report too much goes up and is read there, a report too few is read by a colleague of the accused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MEMBER = (
    "工作人员|护工|看护|采购|[审监]?[查看采护]员|办案人员|人员|干部|干事|科员|职员|科长|股长|处长|主任|部长|组长|队长|局长|委员|常委|书记|领导|司机|师傅|秘书|会计|出纳|保安|门卫|接线员|话务员|客服|专员|纪检员|监察官|监督员|队员"
    "|同志|小伙子?|女的|男的|老师|娃儿?|家伙|人(?!家|民)|的车|(?<=[室队组心])的?|的(?=\\s*(?:[\u4e00-\u9fff]{1,4}:)?[他她])|姓[\u4e00-\u9fff]的?|[小老][\u4e00-\u9fff](?=[,,(]|把|还|就|收|拿)|有人(?=[把将])|那个[^,。;:!?]{1,6}的(?=,)|(?:有个|那个|这个)[\u4e00-\u9fff]{2,4}(?![人时事])"
)
# 县纪委反映村干部: what was told there begins no name of a room or a post
_BETWEEN = "(?:(?:派|派来|派出|派下来|下派|下属|所属|派到我们?村)的?|[派来][^,。;:!?]{1,10}的(?=[那这几两三一][个位])|[^,。;:!?\\s反举告派让请村乡镇校医院学来去说把被向对给通要求处收拿有我]|[审监]查|检查|有[个位一]|处(?=长)|驻村|来的(?=[\u4e00-\u9fff]))"
_SOMEBODY = re.compile(
    f"(?:里面?的?)?{_BETWEEN}{{0,14}}(?:{_MEMBER})"
    "|[^,。;:!?]{0,8},?(?:接待|接访|问话|询问|审问)我们?的"
    "|[^,。;:!?]{0,5}[,]被(?=[^,。;:!?]{0,24}(?:打|推|骂|踢|关))"
)
# 请县纪委的同志来查, 冒充县纪委的人, 我跟县纪委的同志说了
_ASIDE = re.compile(
    "(?:请|找|求|希望|盼|望|麻烦|劳烦|联系|问|喂是?|尊敬的|敬爱的|致|呈|感谢(?:了)?|谢谢|多谢|表扬|冒充|假冒|自称是?|装成?|冒名|不是|并非|怕|担心|如果|要是|假如|除非|证人(?:是|[:])?|我们?(?:跟|和|同|对|给|问|去找|找)|(?:他|她|说)[跟和同对]|(?:片子?|报道|新闻|通报|电视|案例|讲|听说)[^。]{0,12}?(?:一个)?|上交|交给|交到|寄给|向|告诉)(?:你们?|我们?|了|的|一下|原)*\\Z"
)
# 村支书被县纪委的人带走; 他说,县纪委的人都是他同学
_QUOTED = re.compile("(?:被[^,。;:!?]{0,6}|说[,:]?)\\Z")
# What such people do by their office, and what is said to them or of their manner
_WORK = re.compile(
    "查|核|了解|走访|暗访|调研|督[办查导]|巡察|笔录|谈话|问(?!题)|接[待访到了]|听|登记|记(?:下|录)|回复|答复|回访|解释|告知|通知|宣传|讲(?:课|话)|开会|打(?:过|了|来)?[^,。]{0,2}电话|联系|核对|来(?:过|了|看|村|到)|去(?:过|了)|处(?:理|分|罚)|通报|立案|办案|工作"
    "|说|表示|让我|叫我|要我|劝我|帮|给我|包户|张?贴|公告|住[着在](?=[^,]{0,4}(?:我|隔壁))|协助|谈|请|送(?:来|给我)|慰问|辛苦|认真|负责|热情|耐心|和气|公正|廉洁|很?好(?![处友])|清(?:白|正)|信任?|认识|熟|在场|作证|知情|知道|晓得|看(?:到|见|了|过)|没|不|未|别|勿|莫|何时|什么|怎么|为何|为什么|吗|呢|您|你|汇报|反映|举报"
    "|能|可以|应|该|要|会|将|务必|一定|尽快|早日|严|为(?:民|我|老百姓|群众)|做主|公道|重视|关注|批示|明[察鉴查]|退休|姓|叫|是(?!结拜|亲|同学|一伙|他|她|老乡|朋友|战友|兄弟)|有(?!干?股|份)|签(?:收|了)|收(?:到|悉)|审|批|监督|负责"
)
# Whoever else begins to act: 村主任把钱拿了. Whom something is done with or to is none (跟包工头, 收了村支书的烟)
_OTHER = re.compile(
    "(?<![跟和与同给向让叫被收拿问找对的替帮为了是、请受过护示诉])(?:我们?(?:这个|那个)?|这个|那个|该)?"
    "(?:[村社乡镇][\u4e00-\u9fff]{0,2}(?:支书|主任|会计|文书|书记|长|干部)|支书|村官|会计|文书|[村镇乡县组社]长|组长(?=把|是|说|收)|老板(?!的)|包工头|校长|院长|村医|[乡镇]民政)"
)
_I = re.compile("(?:\\A|(?<=[,。;:!?\\s]))(?:我|俺|咱)(?!们?家?的?(?:钱|材料|信)?(?:被|不|要))")
_CAUGHT = re.compile(
    "被(?:抓|捕|查处|处分|判|双规|留置|开除|撤职|立案|带走|通报)|落马|帮(?:我|助|俺)|作证|证实|没有?(?:收|要|拿|吃|喝|去)|不(?:收|拿|吃|喝)|退回"
)
_KIN = "(?:老婆|爱人|妻|弟|哥|姐|妹|侄|舅|姨|姑|亲戚|同学|老乡|朋友|战友|亲家|外甥|儿|女婿|家里?|老家)"
_WRONG = re.compile(
    "收(?:受|取|钱|礼|账|了(?!我?们?的?(?:信|材料|举报|反映|到))|过|走|下(?=[^,。]{0,4}(?:钱|红包|烟|礼)))|拿(?:了(?!出|信|材料)|走|去|钱|着[^,。]{0,8}牌)|[要伸](?:钱|手|了?[^,。]{0,6}(?:费|元|块|万))|索|赞助"
    "|吃(?:饭|喝|请|拿|空饷|了)|喝(?:酒|醉|茶)|酒后|唱歌|打牌|打?麻将|赌|嫖|茅台|宴请|红包|信封|好处|回扣|干股|入股|分红|股份|报销|买单|账(?:挂|记|算)|茶水费|辛苦费"
    "|贪|挪|截|克扣|扣(?:了|下|发|留|走)|套(?:取|走|出)|骗|冒领|代领|领走|虚报|侵|霸|私|小金库|卖(?:给|了|掉)|揽|强行|摊派|口袋|腰包|顶包|代签|签字是|改(?:账|了笔录)|假账|销毁|烧了|存折"
    "|打(?:了(?!电话|招呼的)|我|人|骂|伤|招呼|耳光|着[^,。]{0,6}牌子)|推倒|砸|骂我|威胁|恐吓|逼|关(?:了|起)|不(?:让|准)睡|报复|打击|撤了?(?:举报|诉)|把举报撤"
    "|泄|透露|透风|报信|走漏|出卖|(?:告诉|转给|交给|给了?|通知)[^,。;我]{0,8}(?:看|支书|主任|老板|当事人|被举报|县长|局长|对方)|打电话给(?!我[,。;了])|弄[^,。]?丢"
    "|勾结|串通|一伙|合伙|称兄道弟|撑腰|保护伞|护着|包庇|袒护|偏袒|压(?:着|下|了|在|案)|拖着不|徇|枉法|插手|干预|垄断|承揽"
    f"|(?:给|卖给|让给|为|帮)(?:了)?(?:他|她|其|自己)的?{_KIN}|给[他她]的(?![\u4e00-\u9fff])|不(?:还|退|认账)|不给(?:钱|工钱|我?们?医药费|条)|(?:就|老子|他)是纪委的|白(?:吃|拿|干)"
)
# 会计给他装了一个信封: somebody else acts, and it is he who gains
_GAINS = re.compile("(?:给|送|请|塞)(?:了)?(?:他|她)们?[^。;!?]{0,16}?(?:钱|信封|烟|酒|红包|吃|礼|羊|元|块)")
_STOP = re.compile("[。!?\n;](?!\\s*(?:[\u4e00-\u9fff]{1,4}:)?(?:他|她|此人|这个?人|该|问他|上个?月|其|就))")
_FAR, _GO_ON = 44, 70
# 被举报人:曲比阿洛,男,彝族,现任
_PARTY = re.compile(
    "(?:被(?:举报|反映|控告|检举|投诉)(?:人|对象|者)|(?:举报|反映|检举|控告)对象)(?:是|为|[:])?[^。;!?]{0,40}?(?:现任|系|是|任|单位[:]?|在|[,])(?:原)?\\Z"
)
# 本人系县纪委退休干部,现揭发我单位
_WITHIN = re.compile("(?:本人|我)(?:系|是|为|在|曾在|原是|原系)(?:原)?\\Z")
_HOUSE = re.compile("[^。]{0,30}(?:揭发|举报|反映|检举|控告)(?:我们?|本|原)(?:单位|委|机关|部门)")
_LEAK = re.compile("[^。!?]{0,8}(?:还有|还能|还会)?(?:有)?(?:谁|哪个)(?:会|能)?(?:知道|晓得)")

_PLACE_EN = "(?:(?:the|a|our|your|this) )?(?:[a-z]+ ){0,3}"
_WHO_EN = "(?:officers?|officials?|inspectors?|investigators?|cadres?|clerks?|drivers?|employees?|staff|members?|people|person|someone|somebody|man|woman|guy|chief|head|secretary|director|operators?)"
_BEFORE_EN = re.compile(
    f"(?:{_WHO_EN}(?: of| at| from| in| with| who works? (?:at|for|in)|,? sent by| (?:was|is|were) sent by)|(?:was|were|is) (?:sent|posted) by) {_PLACE_EN}\\Z"
)
_BEHIND_EN = re.compile(f"(?:'s)?(?: own| deputy)? {_WHO_EN}\\b|'s\\b")
_WRONG_EN = re.compile(
    "\\b(?:took (?!my|our|the|a|his|her|note|part)|takes? (?:cash|money)|took (?:cash|money|a bribe)|pocket|brib|embezzl|stole|steal|accept(?:ed|s) (?!my|our|the)|receiv(?:ed|es) [^.]{0,12}\\d|collects? |demand|extort|leak|tipped off|showed (?:it|my|our)|passed (?:my|our|on)|told the|gave (?:my|our)"
    "|beat|beaten|threat|let him sleep|forg|burn|destroy|bur(?:y|ies|ied) |kept? [^.]{0,14}(?:yuan|savings|money|half|fund|letter)|keeps? (?:half|back)|secret fund|ate and drank|at the village's expense|spent [^.]{0,45}(?:money|fund)|interfer|collu|shield|cover(?:s|ed) up|protects?|makes every|in his (?:wife|sister|brother|son)"
    "|villa|his (?:home|house|wife|brother|son)|percent of|false|will not give|withh|pay [\\d,]+|books? )"
)
_OTHER_EN = re.compile(
    "(?:\\b(?:that|when|while|and|but|because)|[,;.])\\s(?:the |our |a )?(?:village|party|town|township|accountant|headmaster|clerk|group|we\\b|i\\b)"
)
_CAUGHT_EN = re.compile(
    "\\b(?:testify|got our money|helped|thank|grateful|was punished|was arrested|was present|came to check)\\b"
)
_ASIDE_EN = re.compile(
    "(?:\\b(?:pretending|claim\\w*|boasts?|friends?|dear|please|ask|thank|to|when|if|wrote)\\b[^.,;]{0,30})\\Z"
)
_STOP_EN = re.compile("(?<!\\bmr)(?<!\\bms)(?<!\\bmrs)[.!?\n](?!\\s*(?:he|she|they|mine)\\b)")
# i retired from this commission. the commission kept a secret fund
_WITHIN_EN = re.compile(
    "\\bi (?:am|was|have|used to|worked?|retired)[a-z ]{0,20}(?:from|at|for|of|in) (?:the )?(?:[a-z]+ )?\\Z"
)
_WORK_EN = re.compile(
    "\\b(?:c[ao]me|visit|rang|call|ask|check|inspect|help|got|told|said|says?|listen|present|testif|kn[eo]w|investigat|repl|answer|not|never|n't|are|is|was|were|put|promis|should|must|may|can|could|will|please|to|for|and|punish|thank|found|recover|return|went|sent|who|that|reported|has|have|had|i|we|you|in|of|at)(?:ed|s|ing)?\\b"
)
_DID_EN = re.compile("(?:,| \\()? ?(?P<what>[a-z]{3,} [a-z']+)")
_FAR_EN, _GO_ON_EN = 60, 110


def does_wrong(text: str, head: int, end: int, names: Sequence[str] = ()) -> bool:
    """Whether somebody of the body that stands here is told to do a wrong.

    Args:
        text: normalised text.
        head: where the body begins, with the place before it.
        end: where it ends.
        names: of people; where one of them begins a clause, somebody else acts.
    """
    if text[end - 1].isascii() and text[end - 1].isalpha():
        return _in_english(text, head, end)
    before = text[max(0, head - _FAR) : head]
    if _PARTY.search(before) or (_WITHIN.search(before) and _HOUSE.match(text, end)):
        return True
    one = None if _ASIDE.search(before) else _SOMEBODY.match(text, end, end + _FAR)
    return one is not None and _does(text, before, one, names)


def _does(text: str, before: str, one: re.Match[str], names: Sequence[str]) -> bool:
    """Whether somebody of whom a text tells does a wrong in what follows."""
    if before.endswith("除了") and _LEAK.match(text, one.end()):
        return True
    said = _told_next(text, one.end(), _STOP, _GO_ON)
    first = said[1:] if said[:1] == "," and _ONE.search(one[0]) else said
    if _GAINS.search(said) or (not _QUOTED.search(before) and _odd(first)):
        return True
    others = [other.start() for other in (_OTHER.search(said), _I.search(said)) if other]
    others += [at for name in names if (at := _begins(said, name)) >= 0]
    return _wrong_first(said, _WRONG, _CAUGHT, others)


def _in_english(text: str, head: int, end: int) -> bool:
    before = text[max(0, head - _FAR_EN) : head]
    if _WITHIN_EN.search(before):
        return _WRONG_EN.search(text, end, end + 2 * _GO_ON_EN) is not None
    behind = _BEHIND_EN.match(text, end)
    if behind is None and _BEFORE_EN.search(before) is None:
        return False
    if behind is not None and _ASIDE_EN.search(before):
        return False
    said = _told_next(text, behind.end() if behind else end, _STOP_EN, _GO_ON_EN)
    did = _DID_EN.match(said)
    if did is not None and _WORK_EN.search(did["what"]) is None:
        return True
    other = _OTHER_EN.search(said)
    return _wrong_first(said, _WRONG_EN, _CAUGHT_EN, [other.start()] if other else [])


def _told_next(text: str, start: int, stop: re.Pattern[str], longest: int) -> str:
    """What is told of the same one: up to the end of the sentence, and on where the next one begins with a pronoun."""
    last = stop.search(text, start, start + longest)
    return text[start : last.start() if last else start + longest]


# Of one person a comma may part what is told; behind 县纪委领导 begins a letter
_ONE = re.compile("[那这一两几有个姓]")
_CLAUSE = re.compile("[\u4e00-\u9fff]{0,4}?(?P<what>[^,。;:!?\\s]{4,})")


def _odd(said: str) -> bool:
    """Whether the first that is told of somebody is nothing that they do by their office."""
    first = _CLAUSE.match(said)
    if first is None:
        return False
    what = first[0]
    return not any(found.search(what) for found in (_WORK, _CAUGHT, _I)) and _OTHER.match(what) is None


def _begins(said: str, name: str) -> int:
    """Where a name begins a clause; -1 where it begins none."""
    return min((at + 1 for mark in ",;:" if (at := said.find(mark + name)) >= 0), default=-1)


def _wrong_first(said: str, wrong: re.Pattern[str], good: re.Pattern[str], others: list[int]) -> bool:
    """Whether a wrong is told before somebody else begins to act, and nothing good is."""
    said = said[: min(others)] if others else said
    return wrong.search(said) is not None and good.search(said) is None


__all__ = ["does_wrong"]
