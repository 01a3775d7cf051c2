"""Whether a text accuses the holder of a post. In: normalised text and where the post stands; out: yes or no.

A post without a name is accused by what its clause says of it: it takes or is given money, orders a falsehood, shields or
favours its own, or the writer reports it. Who only is asked, thanked, quoted or obeyed is not accused, nor who told others to
do right (市长要求严查): a letter on a village would be sealed away from those who may act on it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from triage.model import Rank

_MONEY = (
    "(?:(?:[\\d.,]+|[一二两三四五六七八九十几百千]+)(?:多|来|余)?(?:万|千|百|元|块|亿|头|只|箱|条|辆|套|成)|[上几]百万|百分之|\\d%"
    "|(?<!掏)(?:钱|款)|红包|回扣|[彩财送收受]礼|礼[品金物]|好处|现金|烟酒|干股|提成|抽成|土特产|购物卡|信封|费|贿)"
)
_KIN = (
    "(?:老婆|妻子?|爱人|夫人|丈夫|[儿女]子|女儿|女婿|儿媳|[弟哥姐妹]{1,8}夫?|[小大]?[舅姨]{1,8}子?|侄[儿子女]?子?|外甥女?|[表堂亲][兄弟哥姐妹叔侄]{1,8}"
    "|叔叔?|连襟|亲戚|亲属|家[属里人]?|亲家|[父母]亲|爹|妈|岳[父母]|情[人妇]|司机|秘书|老?部下|老?同学|战友)"
)
# Nothing is told of whom a clause only asks, thanks or greets
_ASKED = re.compile(
    "(?:(?:请求?|[恳哀央]求|求求?|[希盼渴]望|盼|望|但愿|愿|拜托|麻烦|感谢|谢谢|多谢|感激|表扬|尊敬的|敬爱的|亲爱的|致)[^拿收贪吃]{0,8}"
    "|dear\\s[\\w ]{0,20})$",
    re.IGNORECASE,
)
# 向县长反映, 给市里的领导写信: the post is no subject
_TOLD_TO = re.compile(
    "(?:给|向|找|对|跟|见[到过]?|问|报告|寄给|告到|告诉|认识|按照?|问候|打[扰搅]|看望|致信|根据|通过)(?:[^,]{1,6}[省市州县区盟旗])?(?:的|了)?$"
)
_REPORTED = re.compile(
    "(?:(?:举报|控告|检举|揭发|状告|告发|查处|查办|严惩|法办|惩处|惩办|彻查|调查|查一?查|逮捕|罢免)(?:一下|的就?是)?(?![人信材电件后以了过到给时])"
    "[^后信到送交给让请望是由被向找过了说把和,]{0,9}|(?<!报)(?<!控)(?:[我要想来就]|我们)告的?就?是?)$"
)
# 送给|市长, and money in the clause
_GIVEN = re.compile(
    "(?:(?:送|塞|交|转|汇|分|递|上交|进贡|孝敬|[汇转打]款|打钱|送[了过]?[钱礼])(?:了|上?去)?[^,信]{0,3}给|贿赂|行贿|打点|收买|买通|孝敬|进贡|[送塞抬拎打汇]到)(?:[^,]{1,5}[省市州县])?$"
)
# 给|市长|送了十万
_GIVES = re.compile(
    f"(?:的?{_KIN})?(?:家里?)?(?:又|还|都|也|先后|每次|每年|连续|一次|多次|偷偷|暗中|悄悄){{0,2}}"
    f"(?:送|塞|交|递|转|汇|进贡|凑|买|[打汇转]款|打钱)[^,]{{0,8}}?{_MONEY}"
)
_FOR = re.compile("(?:[给为替往]|[给为替]了?[^,]{1,5}[省市州县])$")
_PROOF = re.compile("证据|材料|信(?!封)|账|照片|举报|反映|录音|录像|情况|状")
_MONEY_NEAR = re.compile(_MONEY)
# 被|县长|截下来
_SUFFERED = re.compile(
    "[^,]{0,8}?(?:截|挪|拿|收走|收去|吞|扣|占|贪|卖|分了|私分|瓜分|抓|关|打(?!电话|招呼|断)|骂|威胁|压|捂|转移|划走|套)"
)
# 让|县长|挪去
_ROBBED = re.compile("给?(?:截|挪|吞|贪|私分|瓜分|卖了|占了|收走|拿走|划走|套走)")
_SHIELDED = re.compile("(?:的|在|给|替|为|当|做|就|是)?[^,说没无]{0,6}?(?:撑腰|保护伞|罩着|护着|后台|靠山)")
_BEHIND = re.compile("(?:后台|靠山|保护伞|背后|后面|幕后|主谋|指使[者人]?的?|授意的)(?:就?[是有]|站着)+[^,]{0,6}$")
_DARES = re.compile(
    "(?:点头|授意|撑腰|发话|默许|同意|批准|支持|的话)[^。]{0,4}(?:[谁他]|哪个|怎么|村里|他们)[^,。]{0,2}敢"
)
_BOASTED = re.compile("(?:自称|号称|扬言|吹嘘|吹牛|冒充|假冒|谎称|骗)[^,]{0,8}$|(?:认识|自称|号称|冒充)[^,]{0,4}$")
# 州长|的侄子开的公司拿走了
_KIN_GAINS = re.compile(
    f"(?:自己)?(?:的?(?!家访){_KIN}){{1,2}}(?:们|口袋|名下)?[^,]{{0,12}}?"
    "(?:承?包了|包揽|承包|中了?标|垄断|开的?(?:公司|[厂店矿])|空饷|[干入占]股|"
    f"(?:收|拿走|拿了|要了?|领|吃|占|索取?要?)[^,退还]{{0,10}}?(?:{_MONEY}|低保|项目|工程|指标))"
)
_KIN_GETS = re.compile("(?:进了?|落入|装进|流[进入]|分给了?|给了?|都?归)[^,]{0,6}$")
_KIN_ONLY = re.compile(f"(?:的)?{_KIN}(?:的)?(?:口袋|腰包|名下|公司|账|[,。]|$)")
_WRONG = (
    "受贿|索贿|行贿|索要|索取|收受|贪污|贪赃|贪得|侵吞|侵占|私分|瓜分|克扣|截留|挪用|套取|骗取|冒领|虚报|谎报|瞒报|编造|伪造|篡改|包庇|袒护|撑腰|勾结|勾搭|串通|合伙骗|伙同"
    "|授意|指使|默许|纵容|暗示|以权谋私|徇私|滥用职权|逼|强令|强迫|威胁|恐吓|报复|空饷|干股|吃拿卡要|敲诈|勒索|造假|弄虚作假|霸占|独吞|中饱私囊|打[的了过个]?招呼|内定|暗箱|围标|串标"
    "|压着不|压[了下]来|压(?:了|着)我们的|捂着|不让(?:查|告|我们)|糊弄|欺上瞒下|买官|卖官|任人唯亲|优亲厚友|大吃大喝|骗(?!子)|告一次.{0,3}压|开[了]?后门|保护伞"
    "|收礼|强拆|霸?占了?[^,用]{0,6}(?:[房地套户栋亩山林]|名额|指标)|吃(?:着|了)?(?:低保|回扣|空额)|(?<![私瓜])分(?:了|得|到|走)[^,给]{0,6}?(?:万|千|钱|成)"
    "|明知[^,]{0,10}(?:假|虚|不实|不合格|问题)"
)
_BACK = "退|还给|归还|返还|发给|发到|发放|补发|补给|赔|慰问|捐|资助|救济|追回|收缴|没收|上缴|掏|饭钱|锦旗"
_TAKEN = (
    f"(?:收(?!到.{{0,4}}(?:信|材料|反映|来信|举报)|回(?!扣)|集|拾|入|缴|购|成|养|音|割|看|听|据|留)|拿(?!来|出|给|着|下去)|要(?!求|把|按|让|给|是|不|查|修|到|来|去)|索|吃(?!饭|面|苦|的)"
    f"|扣(?!除)|吞|捞|贪|抽|私吞|卷|敛|搜刮|带走|提(?![高供出前醒升到倡议拔]))(?:(?!{_BACK}|查|不|信).){{0,14}}?{_MONEY}(?!{_BACK})"
)
_FALSE = (
    "假|报成|定[成为]|填成|填高|改成|改了|改[低高掉数]|虚|瞒|编|背答案|算成|算作|往[高低]里?报|报高|多报|少报|两本账|签字|按个?手印|应付|糊弄|充数|顶替|作弊|删掉|堵|拦|截访|押|关起来|抓人|抓起来|打人|强?拆|砍"
    "|(?:不|别)(?:准|许|让|得|要|能)?(?:上访|告|举报|说真话|说实话)|停(?:了|掉|发)?[^,]{0,3}低保|凑数|撤诉|销毁|烧|烧掉|交[^,]{0,4}[钱费]|集资|写成|做成|抹掉|划掉|一样多|脱贫人数|别(?:来|去|查)"
    f"|给(?:自己|他|她|其)的?{_KIN}"
)
_ORDERED = (
    "(?:派|让|叫|要求|要[各我]|命令|下令|指示|指令|强令|安排|布置|打来?电话|发话|暗示|交代|吩咐|组织|逼着?)"
    f"(?:(?!严|禁|(?<!检)查|杜绝|防止|反对|不[准许得能要可]|打击).){{0,16}}?(?:{_FALSE})"
)
_DISPOSED = (
    "[把将](?!自己家)(?:(?!退|还).){1,16}?(?:给了?(?:自己|他|她|其|亲)|[租卖批承包]+给了?(?:自己|他|她|其|亲|老板|开发商|矿|私人)|卖[了掉]|吞|吃[了掉]|挪|占为|截|私分|压[了下着]|缩水|扣[了下]|分(?:了|掉|光)(?!给)|转[出走]|转到(?:自己|他|个人)|拿[走去](?!救|给群|发)|占[了为]|转给了?被举报"
    "|泄露|透露|装进|揣|抓|关[起了进]|撤了?我|开除|填上去?|充数)|拿[去来]?给(?:自己|他|她|其)(?!们)"
)
_ACT = re.compile(f"(?<![不没未])(?<!没[有多])(?<!不[会能敢曾])(?<!从不)(?:{_WRONG}|{_TAKEN}|{_ORDERED}|{_DISPOSED})")
# Between post and act: somebody else acts, words are quoted, or right is done
_ELSE = re.compile(
    "说(?!情)|讲|表示|批示|批评|强调|指出|要求(?=.{0,12}(?:严|查|不))|指示(?=.{0,12}(?:严|查|不))|严[查惩禁肃格打]|(?<!检)查|处理|打击|整治|治理|反对|不[准许得]|禁止|[谁人]也|知道|听[说到]|发现|看[见到]"
    "|得知|派(?!人)|(?<![跟向从在让叫逼对给和到])(?:[村乡镇]里|村干部|干部|他们|有人|人家|别人|下面|下边|会计|村长|支书|主任|乡长|镇长|村委|老板)"
    "|(?<![跟向从在让叫逼对给和到来把将替为要喊])(?:[我俺咱]们?)|您|谢"
)
# 谁上访|就停谁的低保
_THREATENED = re.compile(
    "(?:[谁再敢]|哪个)[^,。]{0,4}(?:上访|告|举报|闹|说出去)[^,。]{0,6}(?:停|抓|取消|关|打(?!电话)|开除|撤|让[谁他她你][^,。]{0,8}(?:不成|不了|没|好看|试试|后悔)|[别休]想|收拾|整死|弄死|没好)"
)
# 是|县长的司机|来拿的
_WAS_IT = re.compile(f"(?:的?{_KIN})?(?:来|亲自|派人来?|叫人来?)*(?:拿|收|要|取|吞|分|吃)(?:的|[走去了])")
# The next clause goes on about the same one: 县长为了政绩,|强令, 是市长,|他收了
_GOES_ON = re.compile(
    "(?:但是?|可是?|而且|还听说)?(?:(?P<he>就是他|都是他|是他|他们?|她)|其)?(?:又|还|就|却|亲自|从中|并且?|竟然?|每[年次]|每个[^,]{1,3}|多次|先后|一手|都|也|借机|公开|私下|回来|[一每]趟)*"
)
_PARTS = re.compile("[,。!?;:\n]")
# Whoever speaks for him acts for him: 县长|的秘书|叫我们
_AIDE = re.compile("的?(?:秘书|司机)")
_SPEAKS = re.compile("说|批|派|的(?:信|材料)")
_FAR, _LONG, _CLAUSES = 24, 44, 3
_JOIN = re.compile("[、和与及]?|以及")
# 从县长到村长, 上至市委书记下至村支书
_UP_TO, _DOWN_TO = re.compile("(?:从|由|上[至到])[^,。;]{0,4}$"), re.compile("直?[到至]|下[至到]|,下[至到]")
# 县扶贫办|赵主任, 县委的|李书记, 市里那个|张局长; no 县 with a village behind it
_OF_OFFICE = re.compile(
    "(?:(?P<level>[县区旗市州盟省])|地(?=委))(?:(?:委|政府|里|纪委|监委)|[^村乡镇社组屯街城,。;、]{1,8}?(?:局|办|委|厅|院|部|中心))(?:的|那个|这个|一个|那位|里的|里)?$"
)
_TITLED = ("书记", "主任", "局长", "部长", "主席", "厅长", "处长", "科长", "院长", "秘书", "委员", "常委")
_LEVEL = {"县": Rank.COUNTY, "区": Rank.COUNTY, "旗": Rank.COUNTY, "省": Rank.PROVINCE}


def accuses(text: str, start: int, end: int, *, others: Sequence[int] = ()) -> bool:
    """Whether the text accuses the holder of the post at ``start`` to ``end``, with the name that follows it.

    Args:
        text: normalised text.
        start: where the post begins.
        end: where the post ends, or the name right after it.
        others: where other persons and posts begin, in order; what is told behind one of them is told of them.
    """
    before = _PARTS.split(text[max(0, start - _FAR) : start])[-1]
    part = _PARTS.search(text, end, end + _LONG)
    stop = part.start() if part else min(len(text), end + _LONG)
    after = text[end:stop]
    if _named_as_culprit(text, start, end, before, after) or _given(text, start, before, after) or _robs(before, after):
        return True
    if before.endswith(("被", "遭")) or _BOASTED.search(before) or _ASKED.search(before):
        return False
    if _SHIELDED.match(after) or _KIN_GAINS.match(after) or (_KIN_GETS.search(before) and _KIN_ONLY.match(after)):
        return True
    aide = _AIDE.match(after)
    return not _TOLD_TO.search(before) and _does(text, end + (aide.end() if aide else 0), stop, others)


def acts_together(text: str, start: int, end: int, other: int) -> bool:
    """Whether the post at ``start`` to ``end`` does what is told of that at ``other``: 县委书记和|县长, 从县长到|村长."""
    between = text[end:other]
    if _JOIN.fullmatch(between):
        return True
    return bool(_DOWN_TO.fullmatch(between) and _UP_TO.search(text, max(0, start - _FAR), start))


def rank_before(text: str, start: int, end: int) -> Rank:
    """The level of an office before somebody with surname and title (县扶贫办|赵主任), NONE where none is told."""
    if not text.endswith(_TITLED, start, end):
        return Rank.NONE
    told = _OF_OFFICE.search(text, max(0, start - _FAR), start)
    return Rank.NONE if told is None else _LEVEL.get(told["level"] or "", Rank.PREFECTURE)


def _named_as_culprit(text: str, start: int, end: int, before: str, after: str) -> bool:
    """Whether the writer reports the holder, or says that it was he, or that nobody dares without him."""
    if _REPORTED.search(before):
        return _SPEAKS.match(after) is None
    if before.endswith("是") and _WAS_IT.match(after):
        return _MONEY_NEAR.search(text, max(0, start - _FAR), end + _LONG) is not None
    return _BEHIND.search(before) is not None or (
        before.endswith(("没有", "没", "不是")) and bool(_DARES.match(text, end))
    )


def _robs(before: str, after: str) -> bool:
    """Whether something is done by the holder of the post to what stands before it (钱被|县长|截下来)."""
    if before.endswith(("被", "遭")):
        return _SUFFERED.match(after) is not None
    return before.endswith(("让", "叫")) and _ROBBED.match(after) is not None


def _given(text: str, start: int, before: str, after: str) -> bool:
    """Whether money is given to the holder of the post; papers and proofs are given in trust."""
    if _PROOF.search(before) or _PROOF.search(after[:8]):
        return False
    if _GIVEN.search(before):
        near = _MONEY_NEAR.search(before) or _MONEY_NEAR.search(after)
        return bool(near or (len(before) < 8 and _MONEY_NEAR.search(text, max(0, start - _FAR), start)))
    return bool(_FOR.search(before) and _GIVES.match(after))


def _does(text: str, end: int, stop: int, others: Sequence[int]) -> bool:
    """Whether the clause after the post tells a wrong of it, or one of the next two, as long as they go on about it."""
    following = bisect_left(others, end)
    other = others[following] if following < len(others) else len(text)
    act = _ACT.search(text, end, stop)
    threat = _THREATENED.search(text, end, min(stop + 16, other))
    if threat and (act is None or threat.start() < act.start()):
        return _PARTS.search(text, stop + 1, threat.start()) is None
    told = _ELSE.search(text, end, act.start() if act else stop)
    begin, nearest = end, _LONG
    for _ in range(_CLAUSES):
        if act is not None:
            apart = _ELSE.search(text, begin, act.start()) is not None
            return not apart and act.start() < other and act.start() - begin < nearest
        if other < stop or text[stop : stop + 1] != ",":
            return False
        on = _GOES_ON.match(text, stop + 1)
        if on is None or (told and not on["he"]):
            return False
        if on["he"] and _KIN_GAINS.match(text, on.end(), on.end() + 2 * _LONG):
            return True
        begin, nearest = on.end(), 10
        part = _PARTS.search(text, begin, begin + _LONG)
        stop = part.start() if part else min(len(text), begin + _LONG)
        act = _ACT.search(text, begin, stop)
        told = told or _ELSE.search(text, begin, act.start() if act else stop)
    return False
