"""Who speaks in a line of a transcript, by the label that it begins with, as people and recognisers write it.

A label may bear a number, a remark in brackets, a name and the time: ``坐席(12号)：``, ``来电人（王先生）：``, ``话务员小李：``,
``[00:01:02] 来电人：``. Of two mistakes the worse one is to take what a caller says for the agent's, which nobody reads:
where a label begins like an agent's, what follows must name a person or a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.model import Speaker
from triage.text.normalise import normalise
from triage.text.speakers import LABELS

SHOWN = {Speaker.CALLER: "来电人", Speaker.AGENT: "坐席", Speaker.OTHER: "其他"}
_MOST = 90
"""A label ends within so many characters, its time and its remarks included."""
_MOST_HAN = 16
_CLOCK = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:[.,]\d{1,3})?)?"
_TIME = rf"(?:\d{{4}}[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}日?[ T]{{0,2}})?{_CLOCK}(?:\s?(?:-{{1,2}}>?|[–~至])\s?{_CLOCK})?"
_REMARK = r"[(（\[【][^()（）\[\]【】]{0,30}[)）\]】]"
_HEAD = re.compile(
    r"[\s*#>•·–—-]{0,8}(?:\d{1,4}[.、)）]\s?)?"
    rf"(?:[\[【（(]?\s?(?P<time>{_TIME})\s?[\]】）)]?[\s,，-]{{0,3}})?"
    rf"(?P<before>(?:{_REMARK}\s?){{0,2}}?)[\[【（(<*_]{{0,3}}\s?"
    r"(?P<label>[^\s:：()（）\[\]【】<>“”\"「」，。！？；、,!?;]"
    r"[^:：()（）\[\]【】<>“”\"「」，。！？；、,!?;\t]{0,31}?)"
    rf"[\]】）)>*_]{{0,3}}(?P<after>(?:\s{{0,3}}{_REMARK}){{0,2}})(?:\s{{1,3}}(?P<late>{_TIME}))?\s{{0,4}}[:：]\*{{0,2}}"
)
_IN_BRACKETS = re.compile(rf"[\[【](?P<label>[^\[\]【】:：]{{2,24}})[\]】](?!(?:\s|{_REMARK}|{_TIME})*[:：])\s*(?=\S)")
"""【来电人】 without a colon: a label if it is a known one."""
_HAN = re.compile("[\u3400-\u9fff]")
_NUMBERED = re.compile(r"(?P<name>.*?)(?P<number>[\s#_-]*(?:no\.?\s?)?\d{1,5}号?)?", re.IGNORECASE)

_FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温季俞章鲁葛伍韦申尤毕聂焦柳邢岳齐"
)
# Those that begin no everyday word: 工作人员安排 and 客服方式 name nobody
_PLAIN_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧曹袁邓沈曾彭吕苏卢蒋蔡贾魏薛叶潘杜戴夏钟汪姜范姚谭廖邹熊陆郝崔邱秦侯邵孟龚贺邢"
_ADDRESSED = rf"[小老阿][{_FAMILY}]|[\u3400-\u9fff]{{1,3}}(?:先生|女士|小姐|太太|同志|师傅|大爷|大妈|大娘|大叔|大伯|大姐|大哥|大嫂|阿姨|叔叔|奶奶|爷爷)"
_IN_ENGLISH = r"(?:mr|mrs|ms|miss|dr|uncle|aunt|auntie|grandma|grandpa)\.?\s[a-z'’-]+(?:\s[a-z'’-]+)?"
_KIN = (
    "妻子|丈夫|爱人|老伴|儿子|女儿|母亲|父亲|妈妈|爸爸|家属|家人|邻居|朋友|同事|亲戚|孙子|孙女|儿媳|弟弟|哥哥|妹妹|姐姐"
)
_ID = "[0-9a-z一二三四五六七八九十甲乙丙丁]{1,6}号?"
_SOMEBODY = re.compile(
    rf"(?:{_ADDRESSED}|[{_FAMILY}]某{{1,2}}|{_IN_ENGLISH}|(?:[他她其我]|来电人|举报人|当事人)?的?(?:{_KIN})|(?:本?村)?(?:村民|居民|老?百姓)(?:代表)?"
    r"|(?:当事|受害|投诉|求助|信访|上访|报案|咨询|来信|写信|讲话|说话|发言|申诉)人|家长|学生|[男女][声子]?"
    r"|speaker|unknown|voice|man|woman|resident|villager|wife|husband|son|daughter|neighbou?r|participant|interviewee|guest)"
    rf"\s?(?:{_ID})?"
)
"""Who is nobody known, but somebody: with 王先生 a turn begins, with 补充 or 第一 a sentence."""
_BESIDE_ANY = rf"(?:工号|编号)?\s?{_ID}|{_ADDRESSED}|员|代表|专员|主管|班长|组长|经理"
_AFTER = {
    # 工作人员王某 is as often somebody whom the caller accuses
    "weak": re.compile(rf"(?:{_BESIDE_ANY}){{1,2}}"),
    "agent": re.compile(rf"(?:{_BESIDE_ANY}|[{_PLAIN_FAMILY}][\u3400-\u9fff]{{1,2}}|人员){{1,2}}"),
    "caller": re.compile(rf"(?:{_BESIDE_ANY}|[{_FAMILY}][\u3400-\u9fff]{{1,2}}|的?(?:{_KIN})|本人|[男女]){{1,2}}"),
    "other": re.compile(rf"{_ID}|提示音?|播报|语音|消息|通知|录音"),
}
_AFTER_WEAK = re.compile(
    r"(?:[Mm]rs?|[Mm]s|[Mm]iss|[Dd]r)\.?\s[A-Z][a-z'’-]+(?:\s[A-Z][a-z'’-]+)?|[A-Za-z]|\d{1,5}|member|representative"
)
_AFTER_STRONG = re.compile(rf"{_AFTER_WEAK.pattern}|[A-Z][a-z'’-]+(?:\s[A-Z][a-z'’-]+)?")
_BEFORE_CALLER = re.compile("(?:来电|来访|来信|匿名|实名|热心|本地|当地|外地|普通|[男女某]|[一这]位|the ?)+")
_BEFORE_AGENT = re.compile(
    r"(?:\d{1,6}(?:号|热线)?|[男女]|值班|当班|热线|人工|智能|语音|平台|中心|呼叫|(?:the|hotline|helpline|call|cent(?:er|re)|duty) ?)+"
)
_LONGEST_FIRST = sorted((label for label in LABELS if len(label) > 1), key=len, reverse=True)
_CALLERS = "|".join(one for one in _LONGEST_FIRST if LABELS[one] is Speaker.CALLER)
_LIKE_A_CALLER = re.compile(
    rf"[\[【（(<]?(?:{_CALLERS})[^:：]{{0,30}}[:：]|[\[【（(](?:{_CALLERS})[^()（）\[\]【】]{{0,10}}[)）\]】]",
    re.IGNORECASE,
)
"""A line that no other label fits and that is a caller's all the same: 来电人(女：, 举报人，王先生：, （来电人哭泣）."""
_STRONG = frozenset(
    [
        "坐席",
        "座席",
        "话务员",
        "接线员",
        "接线人员",
        "接听员",
        "接听人",
        "接听人员",
        "客服",
        "客服人员",
        "agent",
        "operator",
    ]
)
"""Labels of agents that nobody else bears: a village has 工作人员 and 接待员 as well."""


@dataclass(frozen=True, slots=True)
class Head:
    """The label of a line: who it is, if that is known, how it is shown, and what is said behind it.

    ``somebody``: it names a person, so that it is no part of what is said.
    """

    speaker: Speaker | None
    label: str
    text: str
    somebody: bool


def head_of(line: str) -> Head | None:
    """The label that a line begins with, known or not; None where it begins with none."""
    line = line.strip()
    begins = line[:_MOST]
    bracketed = _IN_BRACKETS.match(begins)
    if bracketed and (head := _head(bracketed["label"], "", line[bracketed.end() :])).speaker:
        return head
    found = _HEAD.match(begins) if ":" in begins or "：" in begins else None
    label = found["label"].strip(" *_") if found else ""
    if found is None or not any(map(str.isalpha, label)) or (len(label) > _MOST_HAN and _HAN.search(label)):
        return Head(None, "", line, somebody=False) if _LIKE_A_CALLER.match(line) else None
    beside = "".join(found[part].strip() for part in ("before", "after"))
    beside += "".join(f"（{found[part]}）" for part in ("time", "late") if found[part])
    return _head(label, beside, line[found.end() :].strip())


def voice(label: str, text: str) -> Head:
    """The head of a WebVTT voice: marked as somebody, whatever it is called."""
    if len(label) > _MOST:
        return Head(None, SHOWN[Speaker.CALLER], f"{label} {text}", somebody=True)
    head = _head(label.strip(), "", text)
    return Head(head.speaker, head.label, text, somebody=True)


def _head(label: str, beside: str, text: str) -> Head:
    plain = normalise(label).text.strip()
    numbered = _NUMBERED.fullmatch(plain)
    if numbered and (exact := LABELS.get(numbered["name"].strip())):
        shown = SHOWN[exact] + (numbered["number"] or "").strip(" #_-")
        return Head(exact, shown + beside, text, somebody=True)
    speaker = _like(plain, label)
    return Head(speaker, label + beside, text, speaker is not None or _SOMEBODY.fullmatch(plain) is not None)


def _like(plain: str, label: str) -> Speaker | None:
    """Who a label is that begins or ends with a known one: 话务员小李, 来电群众."""
    for known in _LONGEST_FIRST:
        who = LABELS[known]
        if plain.startswith(known) and _names(known, who, plain[len(known) :], label.strip()[len(known) :]):
            return who
        before = plain.removesuffix(known)
        if before == plain:
            continue
        if who is Speaker.CALLER and _BEFORE_CALLER.fullmatch(before):
            return who
        if known in _STRONG and _BEFORE_AGENT.fullmatch(before):
            return who
    return None


def _names(known: str, who: Speaker, rest: str, in_full: str) -> bool:
    """Whether what follows a known label says who of them it is, and is no part of a sentence: 工作人员态度."""
    weak = who is Speaker.AGENT and known not in _STRONG
    if known.isascii():
        after = _AFTER_WEAK if weak else _AFTER_STRONG
        return not rest[:1].isalpha() and after.fullmatch(in_full.strip(" -_#.")) is not None
    return _AFTER["weak" if weak else who.value].fullmatch(rest.strip(" -_#·.")) is not None
