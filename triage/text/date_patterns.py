"""How people write times in Chinese, as one pattern; which words mean what stands in ``date_values``."""

from __future__ import annotations

import re

_DIGIT = "〇零○一二三四五六七八九"
_YEAR4 = rf"(?:(?:19|20|１９|２０)\d\d|(?:二[〇零○0]|一九)[{_DIGIT}]{{2}})"
# Two digits are a year (18年, 零八年, 一八年), but 18年来 and 20年了 are a time that passed
_YEAR2 = rf"(?:[019]\d|20|[〇零○][{_DIGIT}]|一[一二三四五六七八九]|九[{_DIGIT}])"
_PASSED = r"(?![来了前多间以後后]|时间|的时间|工龄|教龄|党龄|如一日|期|下来|免|老|级|代|内|左右|没|不|才|就)"
RELATIVE = r"大前年|前年|去年|上年|今年|本年|当年|同年|次年|第二年|明年|后年|後年|去[岁歲]|今[岁歲]|上一年"
_MONTH = r"(?:1[0-2]|１[０-２]|0?[1-9]|０?[１-９]|十[一二]?|[一二三四五六七八九])"
_DAYNUMBER = r"(?:3[01]|[12]\d|0?[1-9]|[１-３]?[０-９]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
_LUNARDAY = (
    r"(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]?|二十[一二三四五六七八九]?|三十|十[一二三四五六七八九]?)"
)
_SEASON = r"一?开?(?:[春夏秋冬](?:[天季上里]|[节節](?:期间|前后?|前夕)?)?|暑[假期]|寒假|雨季|汛期)"
_FESTIVAL = (
    r"(?:元旦|清明|端午|中秋|国庆|國慶|五一|双十一|双11|元宵|除夕|重阳|重陽|中元|腊八)[节節]?"
    r"(?:期间)?"
)
_YEARPART = rf"[上下前后後]半年|第?[一二三四1-4]季度|{_SEASON}|{_FESTIVAL}|[初底末尾](?![步级期])"
_MONTHPART = r"[上中下]旬|[初底末](?![步级期一二三四五六七八九十])|份"


def _month(name: str) -> str:
    """A month with what may follow it: a day, a lunar day, a third or an end of it."""
    return (
        rf"(?:(?P<{name}lunar>农历|阴历|农曆|農曆)?(?:(?P<{name}named>[正腊臘]|冬(?=月))月|(?P<{name}month>元|{_MONTH})月)"
        rf"(?:(?P<{name}day>{_DAYNUMBER})[日号號]|(?P<{name}lday>{_LUNARDAY})(?![个個多几月千百万年户人块元亩斤天])"
        rf"|(?P<{name}part>份?(?:{_MONTHPART})))?)"
    )


def _year(name: str) -> str:
    return rf"(?:(?P<{name}year>{_YEAR4})\s?年度?|(?P<{name}short>{_YEAR2})年度?{_PASSED}|(?P<{name}rel>{RELATIVE}))"


def _moment(name: str) -> str:
    return rf"(?:{_year(name)}(?:[的]?(?:{_month(name)}|(?P<{name}yearpart>{_YEARPART}))|(?:一整?年|全年|年度)(?![来多]))?|{_month(name + '0')})"


_JOIN = r"\s?(?:至|到|[-—–－~～]{1,2})\s?"
MOMENT = re.compile(
    rf"(?<![\d〇零○一二三四五六七八九])(?:{_moment('a')})"
    rf"(?:{_JOIN}(?:{_moment('b')}|(?P<lastday>{_DAYNUMBER})[日号號]))?"
)
YEARS = re.compile(
    rf"(?P<from>{_YEAR4})\s?(?:年?(?:至|到|[-—–－~～]|——)|[、和])\s?(?P<to>{_YEAR4}|\d\d(?=年))\s?(?:[两三四]个?年度?|年度?(?![1-9])|学年|學年)"
)
MONTHS = re.compile(
    rf"(?<!\d)(?:(?P<year>{_YEAR4})年|(?P<rel>{RELATIVE}))?(?P<from>{_MONTH})(?:至|到|[-—–－~～、])(?P<to>{_MONTH})月份?(?!\d)"
)
ISO = re.compile(
    r"(?<![\d.\-/])(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<month>1[0-2]|0?[1-9])(?:(?P=sep)(?P<day>3[01]|[12]\d|0?[1-9]))?"
    r"(?![\d\-/]|\.\d|\s?[元万亿%％亩斤人户])"
)
NEAR = re.compile(
    r"(?P<month>上上个?月|上个?月|上個月|本月|这个月|當月|下个?月|下個月)(?:(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[日号號]|(?P<part>[上中下]旬|[初底末]))?"
    r"|(?P<week>上上个?(?:周|星期|礼拜)|上[个個]?(?:周|星期|礼拜|禮拜|週)|本周|下个?周)(?P<weekday>[一二三四五六日天])?"
    r"|(?P<bare>(?<![\d一二三四五六七八九十两几每当同今去前明后])年(?:[初底末]|中(?=[^国年]))|(?<![\d年])[上下]半年|(?<=[^一-龥])[今去前](?:春|夏|秋|冬)"
    r"|(?:今|去)(?:春|夏|秋|冬)|春节(?:期间|前后?|前夕)?(?!慰问|米|物资|福利|礼|红包|补)|国庆节?(?:期间)?|中秋节?|端午节?|清明节?|元旦节?|五一(?:节|期间|前后?)"
    r"|(?<=[^〇零○一二三四五六七八九\d])双十一)"
)
# Cheap signs, each beginning with one set of characters that a search skips to; the patterns are tried only there
ANCHOR = re.compile("[年月岁歲]")
REACH = 9
MOMENT_SIGN = re.compile("[0-9０-９〇零○一二三四五六七八九十大前去今本当同次第明后後上农阴農陰正元腊臘冬]")
NEAR_SIGN = re.compile(
    r"[上本这當下年今去前春国國中端清元五双](?=[上个個月周星礼禮週初底末中半春夏秋冬节節庆慶午明旦一十])"
)
RANGE_SIGN = re.compile(r"[-至到—–－~～、](?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月")
YEARS_SIGN = re.compile(
    r"[0-9０-９〇零○一二三四五六七八九]年?(?:[至到\-—–－~～、和])\s?[12１２一二]?[90９０〇零○一二]?[\d〇零○一二三四五六七八九]{2}"
)
ISO_SIGN = re.compile(r"[12](?:9|0)\d\d[-/.]\d")
