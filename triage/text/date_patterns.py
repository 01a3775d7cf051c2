"""How people write times in Chinese, as one pattern; which words mean what stands in ``date_values``."""

from __future__ import annotations

import re

_DIGIT = "〇零○一二三四五六七八九"
_YEAR4 = rf"(?:(?:19|20|１９|２０)\d\d|(?:二[〇零○0]|一九)[{_DIGIT}]{{2}})"
# Two digits are a year (18年, 零八年, 一八年), but 18年来 and 20年了 are a time that passed
_YEAR2 = (
    rf"(?:[0129]\d|[〇零○][{_DIGIT}]|一[〇零○一二三四五六七八九]|(?<![百千万老])二[〇零○一二三四五六七八九]|九[{_DIGIT}]"
    # 七八年 are seven or eight of them
    rf"|(?!五六|六七|七八|八九)[五六七八][{_DIGIT}])"
)
_PASSED = r"(?![来了前多间以後后]|时间|的时间|工龄|教龄|党龄|如一日|期|下来|免|老|级|代|内|左右|没|不|才|就)"
RELATIVE = (
    r"大前年|前年|去年|上年|今年|本年|当年|同年|次年|第二年|明年|(?<![以之])后年|後年|去[岁歲]|今[岁歲]|上一年(?!级)"
)
_MONTH = r"(?:1[0-2]|１[０-２]|0?[1-9]|０?[１-９]|十[一二]?|[一二三四五六七八九])"
_DAYNUMBER = r"(?:3[01]|[12]\d|0?[1-9]|[１-３]?[０-９]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
_LUNARDAY = (
    r"(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]?|二十[一二三四五六七八九]?|三十|十[一二三四五六七八九]?)"
)
_SEASON = r"一?开?(?:[春夏秋冬](?:[天季里]|上(?![面级])|[节節](?:期间|前后?|前夕)?)?|暑[假期]|寒假|雨季|汛期)"
_FESTIVAL = (
    r"(?:元旦|清明|端午|中秋|国庆|國慶|五一|双十一|双11|元宵|除夕|重阳|重陽|中元|腊八|(?:三八|六一|七一|八一)(?![0-9〇零○一二三四五六七八九十百千万个個户人块元岁斤亩天年月点])"
    r"|十一(?=[期假放前后那回]))[节節]?(?:期间)?"
)
_YEARPART = (
    rf"[上下前后後]半年|第?[一二三四1-4]季度|{_SEASON}|{_FESTIVAL}|年?[初底末尾](?![步级期])|年中(?!国)|过年(?!货)"
    "|大年(?:三十|初[一二三四五六七八九十])"
)
# 3月 5号 is a day, 5号楼 and 5号院 are addresses
_OF_MONTH = "[号號](?!楼(?![上下里道房顶])|院(?![长里子])|桌)"
_MONTHPART = r"[上中下]旬|[初底末](?![步级期一二三四五六七八九十])|份"


def _month(name: str) -> str:
    """A month with what may follow it: a day, a lunar day, a third or an end of it; a space may stand beside digits."""
    return (
        rf"(?:(?:(?P<{name}lunar>农历|阴历|农曆|農曆) ?)?(?:(?P<{name}named>(?<!反)[正腊臘]|冬(?=月))月|(?P<{name}month>元|{_MONTH}) ?(?:月(?!龄)|(?<=\d)\.(?=[0-3]?\d ?[日号號])))"
        rf"(?: ?(?P<{name}day>{_DAYNUMBER}) ?(?:日|{_OF_MONTH}|(?=[-至到—–~～、]{_DAYNUMBER}(?:日|{_OF_MONTH})))"
        rf"|(?: (?=[初廿]))?(?P<{name}lday>{_LUNARDAY})(?![个個多几月千百万年户人块元亩斤天])"
        rf"|(?P<{name}part>份?(?:{_MONTHPART})))?)"
    )


def _year(name: str) -> str:
    """2018年, 18年 where it is no time that passed (等了18年), 去年."""
    return (
        rf"(?:(?P<{name}year>{_YEAR4})\s?年度?"
        rf"|(?<![当干住等做种教养守用跑找]了)(?<![龄满近整])(?P<{name}short>{_YEAR2})(?:年度?{_PASSED}| 年(?= ?{_MONTH} ?月))"
        rf"|(?P<{name}rel>{RELATIVE}))"
    )


def _moment(name: str) -> str:
    """A year with its month or another part of it, or a month alone, whose groups bear a 0 behind the name."""
    return (
        rf"(?:(?:(?P<{name}old>农历|阴历|农曆|農曆) ?(?=[^，。,\n]{{2,7}}月))?{_year(name)}"
        rf"(?:[的 ]?(?:{_month(name)}|(?P<{name}yearpart>{_YEARPART}))|(?:一整?年|全年|年度)(?![来多]))?"
        rf"|{_month(name + '0')})"
    )


_JOIN = r"\s?(?:至|到|[-—–－~～]{1,2}|(?<=\d)、(?=\d+[日号號]))\s?"
MOMENT = re.compile(
    rf"(?<![\d〇零○一二三四五六七八九])(?:{_moment('a')})"
    rf"(?:{_JOIN}(?:{_moment('b')}|(?P<lastday>{_DAYNUMBER}) ?[日号號]))?"
)
# 2016至2018年, 16、17年, 2017、2018两年
YEARS = re.compile(
    rf"(?P<from>{_YEAR4}|(?<![\d.])[0-2]\d(?=[至到、和\-—][0-2]\d年{_PASSED}))(?P<listed>(?:、{_YEAR4})*)"
    r"\s?(?:年? ?(?:至|到|[-—–－~～]|——)|[、和])\s?"
    rf"(?P<to>{_YEAR4}|\d\d(?=年))\s?(?:[两三四]个?年度?|年度?(?![1-9])|学年|學年)"
)
# 2018年3至5月, 三、四月
MONTHS = re.compile(
    rf"(?<!\d)(?:(?P<year>{_YEAR4}) ?年 ?|(?P<rel>{RELATIVE}) ?)?(?P<from>{_MONTH})"
    rf"(?P<listed>(?:、{_MONTH})*) ?(?:至|到|[-—–－~～、]) ?(?P<to>{_MONTH}) ?月份?(?!\d)"
)


def _in_figures(before: str) -> str:
    """2018-03-05, 2018.3.5号, 2018/3: year, month and perhaps day, with one sign between; groups carry ``before`` in front."""
    sign = "(?P=sep)" if before else "(?P<sep>[-/.])"
    return (
        rf"(?P<{before}year>(?:19|20)\d\d){sign}(?P<{before}month>1[0-2]|0?[1-9])"
        rf"(?:(?P=sep)(?P<{before}day>3[01]|[12]\d|0?[1-9])(?:[日號]|号(?!楼))?|月份?)?"
    )


ISO = re.compile(
    rf"(?<![\d.\-/]){_in_figures('')}(?:\s?[-—–~～至到]{{1,2}}\s?{_in_figures('to')})?"
    r"(?![\d\-/]|\.\d|\s?[元万亿%％亩斤人户])"
)
# 昨天晚上 is one time; what else is told of the day (夜里, 上午) stands outside
_DAY_WORD = (
    r"大[前后][天日]|(?<=从)前天(?![天气])|昨(?:[天日]?晚上(?!面)|儿黑夜|儿个?|黑了|[天日晚夜黑])|(?<![目以之年月先从午])前(?:天晚上|儿黑|[天晚夜]|日(?!子))"
    r"|(?<![证声照])明(?:[天儿]?晚上|天(?![气天])|日(?!期)|早(?!期)|晚|儿个?)|(?<![以之然今最往先])后(?:天(?![气天生])|日(?!子))"
)
_WEEK = "(?:周|星期|礼拜|禮拜|週)"
NEAR = re.compile(
    rf"(?P<today>{_DAY_WORD})"
    r"|(?P<month>上上个?月|上个?月|上個月|本月|这个月|當月|下个?月|下個月)(?: ?(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3}) ?[日号號]|(?P<part>[上中下]旬|[初底末]))?"
    r"|(?P<week>上上个?(?:周|星期|礼拜)|上[个個]?(?:周(?!转)|星期|礼拜|禮拜|週)|本周|下个?(?:周|星期|礼拜)|这个?(?:周(?![围边岁到转报末])|星期|礼拜|(?=周末)))"
    r"(?P<weekday>[一二三四五六日天](?![起]?[位个次]))?(?P<weekend>周末|末)?"
    r"|(?P<term>(?<!年)上个?学期|[本这]个?学期)"
    r"|(?P<bare>大年(?:三十|初[一二三四五六七八九十])|(?<![\d一二三四五六七八九十两几每当同今去前明后大])年(?:[初底末]|中(?=[^国年]))|(?<![\d年])[上下]半年|(?<=[^一-龥])[今去前](?:春|夏|秋|冬)"
    r"|(?:今|去)(?:春|夏|秋|冬)|春节(?:期间|前后?|前夕)?(?!慰问|米|物资|福利|礼|红包|补)|国庆节?(?:期间)?|中秋节?|端午节?|清明节?|元旦节?|五一(?:节|期间|前后?)"
    r"|(?<=[^〇零○一二三四五六七八九\d])双十一)"
)
# Cheap signs, each beginning with one set of characters that a search skips to; the patterns are tried only there
ANCHOR = re.compile("[年月岁歲]")
REACH = 9
MOMENT_SIGN = re.compile("[0-9０-９〇零○一二三四五六七八九十大前去今本当同次第明后後上农阴農陰正元腊臘冬]")
NEAR_SIGN = re.compile(
    r"[上本这當下年今去前春国國中端清元五双昨明后大](?=[上个個月周星礼禮週初底末中半春夏秋冬节節庆慶午明旦一十学天日晚夜早儿黑前]|(?<=大)[年后])"
)
# 六号, 24号: a day of the month told before or of the month of receipt; 3号楼 and 一号文件 are none
DAY = re.compile(
    r"(?<![\d.．〇零○一二三四五六七八九十月第年、至到体栋楼归\-])(?<![第月年至到栋楼] )"
    rf"(?P<day>{_DAYNUMBER})(?:[号號]| [号號](?=[前后晚早傍凌上下那当就来]))"
    r"(?=[，。；！？,;!? \n）)前后晚早傍凌清上下中夜那当就又来他我她开去到把再才之以住入进检验收要有全整由从约乡镇干看走回打开送拉]|$)"
    r"(?!大[院楼街]|上[面边的]|下[面边]|中[心学]|前面|后面|来电)"
)
DAY_SIGN = re.compile("[号號](?:(?<=[0-9〇零○一二三四五六七八九十].)|(?<=[0-9] .))")
# 周一, 礼拜四: a weekday without its week
WEEKDAY = re.compile(
    rf"(?<![每逢双单两几上下本这个半一二三四五六七八九十\d老姓小]){_WEEK}(?P<weekday>[一二三四五六日天])(?![至到\-—、某老姓])"
    r"(?=[，。；,;：:)） \n又来去我他她早晚上下夜开吊之以前还就要说的打交给]|$)"
)
WEEKDAY_SIGN = re.compile("[周星礼禮週](?=[期拜一二三四五六日])")
# 三年前, 半个月前, 五天前
AGO = re.compile(
    r"(?<![\d第.〇零○一二两三四五六七八九十百后])(?<!民国)"
    r"(?P<count>\d{1,2}|半|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]) ?(?P<unit>年|[个個]月|天|[个個]?(?:星期|礼拜|禮拜)|[周週])(?:[之以])?前(?![后後头面])"
)
AGO_SIGN = re.compile("前(?<=[年月天之以周週期拜]前)")
RANGE_SIGN = re.compile(r"[-至到—–－~～、] ?(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]) ?月")
YEARS_SIGN = re.compile(
    r"[0-9０-９〇零○一二三四五六七八九] ?年? ?(?:[至到\-—–－~～、和])\s?[12１２一二]?[90９０〇零○一二]?[\d〇零○一二三四五六七八九]{2}"
)
ISO_SIGN = re.compile(r"[12](?:9|0)\d\d[-/.]\d")
