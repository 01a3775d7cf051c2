"""Amounts of money in a text, in fen: 三万五, 3万5千, 叁万伍仟元整, 35,000元, 六块五, 200元/人, 十几万, RMB 3.5 million.

A number with a unit of money is an amount. A number without one is an amount only where nothing is counted by it: in
hundreds and more if no measure word follows (三千六, but not 三千六百斤), below that only behind a word of giving,
taking or price (每人给八十). The span is the number with its unit, without 每人 or 约 before it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from triage.text.money_begun import with_what_begins_it
from triage.text.money_english import find_english_amounts
from triage.text.numerals import DIGIT, HAN, MORE, NUMERAL, Number, first_numeral, read_number
from triage.text.signs import holds_english


class Amount(NamedTuple):
    """A mention of money: character offsets, the mention itself, its value in fen; ``rough`` means "at least about"."""

    start: int
    end: int
    text: str
    fen: int
    rough: bool = False


_SEP = r"(?:——|--|[-—–~～至到])"
_CURRENCY = re.compile(r"(?:人民[币幣]|[¥￥]|(?<![A-Za-z])(?:rmb|cny))\s?$", re.IGNORECASE)
# 四毛|一株, 三块|一斤: what one of them costs
_DIGIT = "[一二两三四五六七八九1-9壹贰貳叁參肆伍陆陸柒捌玖]"
_ONE_MORE = "(?:[二两三四五六七八九]|一(?![株斤秒夜亩个個只盒张天月年次把包袋瓶桶根条平米户人头份件碗顿趟车里页本方盆箱套双捆副台辆匹卷盘篮筐罐筒]))"
_YUAN = r"元(?![里旦月宵素老件代朝谋首帅气])(?:[整正](?![个天改治理顿村组在式好当常]))?(?:人民[币幣])?"
# 六块五, 三块零五分: what stands behind is the tenths, unless it counts something of its own (三块|一斤)
_TENTHS = (
    rf"(?:零(?=[一二两三四五六七八九1-9][毛角]))?(?:{_ONE_MORE}|[1-9](?![0-9:/号日折]|[.,][0-9]))"
    r"(?:[毛角](?:[一二两三四五六七八九]分?)?)?(?![块塊十百千万个户人年月天次点合件斤亩只张间头条包袋碗瓶桶])"
)
_KUAI = rf"[块塊](?:[钱錢]|{_TENTHS}|多(?!少))?"
_JIAO = rf"[角毛](?![梅形坪洲架债铁零垃食]|[\"”])(?:[钱錢]|{_ONE_MORE}(?![十百千万])|多(?!少))?"
_SIGN_BEHIND = rf"(?:rmb|RMB|[yY]uan)(?![A-Za-z])|人民[币幣]|[¥￥](?! ?[0-9０-９{HAN}])"
_UNIT = rf"{_YUAN}|{_KUAI}|[圆圓](?:[整正])?(?![满桌形圈])|{_JIAO}|{_SIGN_BEHIND}"
# A lone 一 or 两 that nothing of a number or a unit follows: most of all, and passed by at the first character
_NO_NUMBER = (
    rf"(?!(?<=[{HAN}])(?<![个個][亿億])[^0-9０-９{HAN}{MORE}\-—–~～至到元块塊圆圓角毛kKwW])(?<![^币幣¥￥ ][0-9](?=[月日号號、年个）)]))"
    # years, months and days are passed by as well
    rf"(?![0-9０-９{HAN}]{{0,4}}[年月日号號])"
)
# 50 万元, 120 余万: digits and a great unit that a space parts; 500 千万别说 begins a new sentence
_PARTED = (
    rf"(?: (?<=[0-9] )(?=[多余餘来來]?(?:[万萬亿億](?![一般事能物分岁里])|千(?!万(?!元|块|多|余))|百(?!姓|般|货)))[{HAN}{MORE}]"
    rf"(?:[{HAN}]|[{MORE}](?=[元块塊圆]))*(?: ?[1-9] ?[千百十](?![姓般]))*)?"
)
# 500 至 1000 元: spaces beside the sign of a range need a unit behind it, because 500 - 2018 is none
_UPPER_COMES = " ?[0-9.,]+ ?[百千万萬亿億元块塊]"
_RANGE = rf"(?:(?: (?={_SEP}{_UPPER_COMES}))?(?P<sep>{_SEP})(?: (?={_UPPER_COMES}))?(?P<upper>{NUMERAL}{_PARTED}))?"
_CANDIDATE = re.compile(
    rf"(?P<number>{first_numeral(_NO_NUMBER)}{_PARTED})"
    rf"{_RANGE}(?: (?=[多余餘][元块塊万萬]))?(?P<more>[多余餘](?!少)|[来來](?=[元块塊]))?"
    rf"(?:(?: (?=[元块塊圆圓rRyY]))?(?P<unit>{_UNIT}))?(?:(?<=[元圆圓])零?(?P<jiao>{_DIGIT})[角毛](?:(?P<fen>{_DIGIT})分)?)?"
    # 3w5 is thirty-five thousand, 3w多块 a sum with its unit
    r"(?P<kilo>[kKwW](?:[1-9](?![0-9.]))?(?![A-Za-z0-9])(?:[多余](?!少))?(?:元(?!旦)|[块塊][钱錢]?)?)?"
)
_BEGUN = frozenset("点點、个個儿")
_SIGNS = frozenset("币幣¥￥ ")
_BEFORE_ONE = _SIGNS | {"个", "個"}
_GREAT = frozenset("百千万萬亿億佰仟")
_TEN_THOUSANDS = frozenset("万萬亿億")
_GREAT_OR_TEN = _GREAT | frozenset("十拾")
# What is counted is no money; the look-aheads spare 八百只给了三百, 三千分两次, 一万里头
_MEASURE = re.compile(
    r"\s?[来來]?(?:[床捆例赞户戶口亩畝斤公米平方個个头頭条條张張间間套次天年月日号號岁歲周週倍名位棵株吨噸度字页頁件辆輛台座处栋棟层層楼樓"
    r"种種村组組队隊所场斗担袋包桶瓶顿桌碗步句遍趟批期级級类類项項时時秒升丈尺寸双雙届届茬匹窝羽尾根颗粒枚筐车車箱盒盏篇册"
    r"瓦克厘毫兆匹拨排垄畦孔眼幅副片支朵针版道穴路票题伏穗捧盘垛盏扇杆艘等%％‰°℃/页头份样余餘多點点]|人(?!民[币幣])|只(?![给到发拿收有剩补要领落能是够用付算])"
    r"|分(?![两三二几了给成批次别开文])|里(?![头面边])|火急|家(?![里中])|封(?!口)|股(?!金)|回(?!来)|[一两]?本(?!来)|字|方|[多余]?(?:[号户人]|老人|居民|村民|群众|学生|职工|业主|股东|党员|农户|妇女|孩子|工人|贫困|[个個名位朵支针版道])|笔(?!钱)|单(?![子位])|小时|kg|km|mg|cm|mm)"
)
# 五万|支书拿走了, 三万|公款: a measure word that only begins another word counts nothing
_PAID_FOR = re.compile(
    r"\s?(?:公[款账帐费積积]|公家|回[扣报]|支[书部票付取出农]|村[里委支集干]|根本|项目[款资经费]|种[粮苗子]|种植(?!大?户|面积)|分[红赃钱掉光走]|[车車路]费|[车車]款"
    r"|层层|批[下复给]|套[取走现]|处[理分罚]|组[织长]|队[长里]|所[得有长]|场地|只[退还见好]|克扣|片长|年[费薪终货金]|月[租薪供工]|号称|字[据条]"
    r"|平[分摊]|口粮|余[款额]|人[情头工]|副[书主县乡镇]|包[工干村]|担保|双方|等[我着于])"
)
# 1200 人, 120 户: who sets a space before what is counted leaves no doubt; 500 一户 and 800 人民币 may be sums
_COUNTED_APART = re.compile(
    " (?:[户戶口名位个個亩畝斤头只棵株岁歲年月日号號天次%]|人(?!民[币幣])|平方?米|公[里斤]|小时|[米间套](?![饭子房])|多?[个名]?(?:村民|贫困户|群众|学生|老人))"
)
_PER = re.compile(
    r"(?:亩|斤|户|人|台|年|个|月|天|次|只|头|间|棵|袋|张|桌|份|口|米|平|趟|吨|车|条|套|家|座|顿|包|瓶|桶|辆|度|名|碗|株|公斤|夜|盒|方|把|件|晚|秒)"
)
_CONTEXT = re.compile(
    r"(?:给|交|收|罚|扣|补|发|付|花|转|借|借[^，,。；;]{1,4}的|寄|送|塞|拿|领|欠|赔|贴|涨|跌|降|缴|凑|捐|报销|收入|补助|补贴|奖金|工资|押金|定金|罚款|现金"
    r"|应得|实得|红包|转[账帐]|罚金|好处|价|钱|卖|房贷|房租|立减|金额|到手|挣|存|填到|填成|改成|捐|费|押|午餐|晚餐|盒饭|公积金|养老|成本|只有|拿到|低于|高于|不足|不到|再加|加|才|每次|(?:每|一)(?:个)?[亩斤户人年月天次只头间棵袋张桌份口桶瓶工晚双]|第[一二三四五六]次)"
    r"(?:了|我|他|她|你|们|到|的|是|补|收|给|交|出|约|大概|差不多|只|就|为|[:：])* ?$"
)
_NO_MONEY_BEFORE = re.compile(
    r"(?:珠|血压|电压|体重|身高|满分|第|分之|编号|尾号|号码|电话|证号|账号|卡号|邮编|文号|老|小|初|星期|礼拜|周|凌晨|上午|下午|海拔|公里|公斤"
    r"|(?:第|编号|尾号|号码|电话|证号|账号|卡号|邮编|体重|身高|血压|海拔|满分) )$"
)
_HEADS_BEFORE = re.compile(r"(?:减|名额|指标|任务)$")
_NO_MONEY_THING = re.compile(
    # 块|电视费
    r"\s?(?![一-龥]{1,3}[费費税稅])(?:[地田石砖磚牌板肉布玻土林宅碑木菜表匾展荒坡鱼苗玉窗屏饼糖豆腐铁瓦门冰电儿头]|[大小好空新旧黑白红]|钢|塑|责任|公示|制度|工(?![资钱程])|[铜展])"
)
_SLABS = re.compile(r"(?:[板牌砖磚瓦碑匾肉][子]?[，,]?|掀了|[展铜铁木]板)$")
_YEAR = re.compile(r"(?:19[5-9]|20[0-3])\d$")
# 500kv, 1053工号: a measure or the number that somebody bears
_NAMED_NUMBER = re.compile("\\s?(?:[a-z]|工号|[路线]公交|国道|省道|医院|部队)")
_WEAK_STARTS = ("百", "千", "万", "萬", "亿", "億", "零", "〇", "○")
_APPROACH = frozenset("上近过达值约超足")
_MOST_FEN = 10**17


def find_amounts(text: str, *, english: bool | None = None) -> list[Amount]:
    """All amounts in order of their offsets, none overlapping another; values in fen.

    ``english``: whether the text holds English words, if the caller knows.
    """
    return find_money(text, english=english).amounts


# Other countries' money is no number of yuan
_FOREIGN_BEFORE = re.compile(
    r"(?:新?[台臺][币幣]|港[币幣]|美金|澳[币幣]|英[镑鎊]|欧元|歐元|日[元圆圓]|[韩韓]元|(?:NT|HK|US)?\$|(?:nt|hk|us)?\$)\s?(?:[约約近])?$"
)
_FOREIGN_BEHIND = re.compile(r"\s?(?:美|港|欧|歐|日|[韩韓]|澳|加|新?[台臺])(?:元|金|[币幣])|\s?英[镑鎊]|\s?[卢盧]布")


def _is_foreign(text: str, amount: Amount) -> bool:
    """Whether an amount is told in the money of another country: 港币50,000元, 5万美元."""
    before = _FOREIGN_BEFORE.search(text, max(0, amount.start - 6), amount.start)
    return before is not None or _FOREIGN_BEHIND.match(text, amount.end) is not None


class Money(NamedTuple):
    """``amounts`` by the rules, and ``numbers`` without a unit that may be sums all the same, none of them an amount."""

    amounts: list[Amount]
    numbers: list[Amount]


def find_money(text: str, *, english: bool | None = None) -> Money:
    """All amounts as ``find_amounts`` tells them, and the numbers of which the rules say that they count something else."""
    found: list[Amount] = []
    numbers: list[Amount] = []
    for match in _CANDIDATE.finditer(text):
        start, end = match.span()
        before = text[start - 1 : start]
        if end - start == 1 and before not in _BEFORE_ONE:
            continue  # a lone digit
        amount = _read(text, match)
        if (
            before in _BEGUN
            and (amount or before != "、")
            and (whole := with_what_begins_it(text, match, amount)) is not None
        ):
            numbers = [number for number in numbers if number.end <= whole[0]]
            amount = _amount(text, whole[0], amount.end if amount else match.end(), whole[1])
        if amount is not None:
            found += [] if _is_foreign(text, amount) else _ends(match, amount) or [amount]
        elif (number := _perhaps(text, match)) is not None:
            numbers.append(number)
    spoken = find_english_amounts(text) if (holds_english(text) if english is None else english) else []
    # No sum of anybody's, and more than an index has room for
    spoken = [one for one in spoken if one[2] < _MOST_FEN]
    if spoken:
        covered = bytearray(len(text) + 1)
        for start, end, _ in spoken:
            covered[start:end] = b"\1" * (end - start)
        found = [amount for amount in found if covered.find(1, amount.start, amount.end) < 0]
        numbers = [number for number in numbers if covered.find(1, number.start, number.end) < 0]
        found += [Amount(start, end, text[start:end], fen) for start, end, fen in spoken]
        found.sort(key=lambda amount: amount.start)
    return Money(found, numbers)


def _perhaps(text: str, match: re.Match[str]) -> Amount | None:
    """A number of two characters or more that may tell yuan; no year, no date, nothing like 千万 that is no number first."""
    number, start, end = match["number"], match.start(), match.end("number")
    none = match["unit"] or match["kilo"] or end - start < 2 or number[0] in _WEAK_STARTS or number[0] in "0０"
    counted = number.isascii() and _COUNTED_APART.match(text, match.end())
    if none or counted or "." in number or _YEAR.match(number) or _NAMED_NUMBER.match(text, match.end()):
        return None
    told = _number(match)
    if told is None:
        return None
    return _amount(text, start, match.end(), Number(told.value, told.rough or bool(match["more"])))


def _ends(match: re.Match[str], amount: Amount) -> list[Amount]:
    """The two sums of a range whose lower end is one by itself (四千到四千六); none where it is not (三到五万)."""
    lower, upper = match["number"], match["upper"]
    if match["sep"] not in {"到", "至"} or (_GREAT.isdisjoint(lower) and not (lower.isascii() and len(lower) > 2)):
        return []
    first, last = read_number(lower), read_number(upper)
    if (
        first is None
        or last is None
        or first.value >= last.value
        or match["kilo"]
        or (match["unit"] or "元")[0] != "元"
    ):
        return []
    cut, text = match.start("upper"), match.string
    ends = (_amount(text, amount.start, match.end("number"), first), _amount(text, cut, amount.end, last))
    return [end for end in ends if end is not None]


def _read(text: str, match: re.Match[str]) -> Amount | None:
    start, end = match.span()
    currency = _CURRENCY.search(text, max(0, start - 4), start) if start and text[start - 1] in _SIGNS else None
    if match["unit"] is None and currency is None and match["kilo"] is None:
        return _bare(text, match)
    if _NO_MONEY_BEFORE.search(text, max(0, start - 4), start) or not _money_unit(text, match):
        return None
    if match["number"].startswith("000"):
        return None  # the end of 35 000 元
    number = _number(match)
    if number is None:
        return None
    value = number.value * 100
    unit = match["unit"] or ""
    if match["kilo"]:
        value *= 1000 if match["kilo"][0] in "kK" else 10000
        rest = match["kilo"][1:2]
        value += (int(rest) if rest.isdecimal() else 0) * (10_000 if match["kilo"][0] in "kK" else 100_000)
    if unit[:1] in {"角", "毛"}:
        value = value / 10 + (DIGIT[unit[1]] if unit[1:] and unit[1] in DIGIT else 0)
    elif unit[:1] in {"块", "塊"} and (rest := unit[1:].lstrip("零")) and rest[0] in DIGIT:
        value += DIGIT[rest[0]] * 10 + (DIGIT[rest[2]] if rest[2:] else 0)
    if match["jiao"]:
        value += DIGIT[match["jiao"]] * 10 + (DIGIT[match["fen"]] if match["fen"] else 0)
    start = start if currency is None else currency.start()
    return _amount(text, start, end, Number(value / 100, number.rough or bool(match["more"])))


def _money_unit(text: str, match: re.Match[str]) -> bool:
    """Whether the unit counts money here: 一块地, 一毛不拔 and 万元户 do not."""
    unit, number, end = match["unit"] or "", match["number"], match.end()
    if unit in {"块", "塊"}:
        slabs = _SLABS.search(text, max(0, match.start() - 6), match.start()) is not None
        lone = len(number) == 1 and number in "一1１几幾" and not match["upper"]
        return not slabs and not lone and _NO_MONEY_THING.match(text, end) is None
    if unit[:1] in {"角", "毛"}:
        named = (number in {"一"} and len(unit) < 2) or (unit[1:] in {"钱", "錢"} and number == "一")
        return number[0] in DIGIT and not named and (len(unit) > 1 or _NO_MONEY_THING.match(text, end) is None)
    # 万元户 is none, 上万元 and 万把块 are
    at_least = text[match.start() - 1 : match.start()] in _APPROACH and not text.startswith(("户", "戶"), end)
    rough = number[1:2] in MORE if number[1:] else at_least
    return rough or not (unit and number[0] in "万萬")


def _number(match: re.Match[str]) -> Number | None:
    """The value of the number; of a range the lower end, which borrows the greater units of the upper (三到五万)."""
    number = read_number(match["number"])
    if number is None or match["upper"] is None:
        return number
    upper = read_number(match["upper"])
    if upper is None:
        return None
    units = "".join(character for character in match["upper"] if character in _GREAT)
    if units and not any(character in _GREAT for character in match["number"]):
        borrowed = read_number(match["number"] + units[-1])
        number = borrowed if borrowed is not None and borrowed.value <= upper.value else number
    return Number(number.value, rough=True)


def _bare(text: str, match: re.Match[str]) -> Amount | None:
    """An amount without a unit of money, if it is one."""
    start, end = match.span()
    number, upper = match["number"], match["upper"]
    widest = number if upper is None else upper
    great = not _GREAT.isdisjoint(widest)
    if not great and (upper is not None or not (_tens(number) or _tens(number[:-1]))):
        return None
    if (
        number[-1] in "一1"
        and len(number) > 2
        and (number[-2] in _GREAT or number[-2] in DIGIT)
        and _PER.match(text, end)
    ):
        number, end = number[:-1], end - 1  # 两千一亩 is two thousand for each mu
    elif _MEASURE.match(text, end) and not _PAID_FOR.match(text, end):
        return None
    if _no_money_before(text, start, widest) or (
        number[0] in _WEAK_STARTS and not _weak_start_counts(text, start, match["number"])
    ):
        return None
    if not great and (not _tens(number) or not _CONTEXT.search(text, max(0, start - 10), start)):
        return None
    value = _number(match) if number == match["number"] else read_number(number)
    return (
        None
        if value is None
        else _amount(text, _begin(text, start), end, Number(value.value, value.rough or bool(match["more"])))
    )


def _no_money_before(text: str, start: int, number: str) -> bool:
    """Whether the words before a bare number say that it counts something else: 第三百, 减四百一 (heads), 海拔一千四."""
    if _NO_MONEY_BEFORE.search(text, max(0, start - 4), start):
        return True
    few = _TEN_THOUSANDS.isdisjoint(number)
    return few and _HEADS_BEFORE.search(text, max(0, start - 2), start) is not None


def _weak_start_counts(text: str, start: int, number: str) -> bool:
    """百多万 and 上百万 are amounts; 千万不要, 万一 and 百姓 are none."""
    if number[0] == "百" and len(number) > 1 and number[-1] in "万萬" and number[1] in MORE:
        return True
    return number in {"百万", "百萬", "千万", "千萬"} and start > 0 and text[start - 1] in _APPROACH


def _begin(text: str, start: int) -> int:
    """Where a bare number begins: 上百万 and 好几千 take the character before it along."""
    before, first = text[start - 1 : start], text[start]
    if (before in {"上", "近"} and first in _WEAK_STARTS) or (before == "好" and first in {"几", "幾"}):
        return start - 1
    return start


def _tens(number: str) -> bool:
    """Whether a number below a hundred or in digits is long enough to be money: 八十, 五十二, 1200."""
    if number[:1] in {"", "0", "０"}:
        return False
    if number.isascii():
        return 2 <= len(number) <= 7 and _YEAR.match(number) is None
    return len(number) > 1 and not _GREAT_OR_TEN.isdisjoint(number)


def _amount(text: str, start: int, end: int, number: Number) -> Amount | None:
    fen = int((number.value * 100).to_integral_value()) if number.value < Decimal(_MOST_FEN) else _MOST_FEN
    return None if fen >= _MOST_FEN else Amount(start, end, text[start:end], fen, number.rough)
