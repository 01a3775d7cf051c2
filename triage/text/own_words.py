"""How those who write tell who they are. In: normalised text; out: where their names stand.

我叫李四, 来访人李四, a last line with a name in it. No reader is asked, so that it works for texts that
none has read. Where it is too much it covers a word too many, which whoever looks at the text unmasked sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from corpora.divisions import Divisions
from corpora.lexicons import compound_surnames, everyday, kinship, posts, surnames
from triage.text.transcribed import SIGNED

Span = tuple[int, int]

_HAN = "[\u3400-\u9fff]"
# No given name holds these
_NEVER = "的了是我你他她它们这那与及把被到都就不也说给让从对以每但而或很吗呢吧啊嘛请谁什么怎俺咱没跟拿着过个户组村镇乡县区市省批称又因姓之人"
# Where one is expected (我叫|李因) these alone: the others are in a few names
_NEVER_TOLD = "的了是我你他她它们这那被把吗呢吧啊，"
# What follows a name where somebody says who they are
_AFTER = '(?=$|[\\s，,。.、；;：:！!？?（(）)\\d"”’/]|今年|现年|男|女|住|家住|系|是|来自|反映|举报|写|敬|谨|叩|等|电话|手机|联系|代[笔写]|同志|先生|女士)'
WRITERS = (
    "(?:举报|反映|检举|控告|投诉|申诉|申请|上访|来访|来信|来电|信访|写信|诉求|陈情|求助|建议|留言|报告|具名|具状|具呈|呈报|署名|落款|联系|委托|受托|汇报|口述|代笔|执笔|书写|起草|作图|制图)"
    "(?:人|者)|署名|落款|联名|联系人|姓名(?=[:：])|申请户|当事人"
)
_LABEL = re.compile(
    f"(?<!被)(?<!被实名)(?<!被联名)(?:{WRITERS})(?:姓名|签名|签字)?(?:\\s?[(（][^)）\n]{{0,8}}[)）])?\\s?(?P<colon>[:：])?\\s?"
)
_SIGNS = re.compile("[报映举告诉请访信电求情助议言名状呈款系托述笔写草图姓事汇](?=[人者名款户])|署名|落款|姓名|联名")
_INTRODUCED = re.compile(
    '(?:我(?:的?名字)?(?:名?叫|是叫)|本人(?:名?叫|姓名)?|俺(?:名?叫|是)|咱叫|我的?名字是|我名|自称(?:姓名)?|(?:喊|叫)我(?:一声)?)[:：,，\\s“"]{0,2}'
)
_I_AM = re.compile("(?:我|本人|俺)(?:们)?(?:就|只)?(?:是|系|乃)(?P<who>[^，,。；;！!？?\n]{2,34})(?=[，,。、；;]|\n|$)")
_AGED = re.compile(
    "[，,、]\\s?(?:今年|现年)?(?:[〇零一二三四五六七八九十百两]{1,4}|\\d{2})(?:岁|，|,|。|了|出头|多)|[，,](?:男|女|叫|汉族|[\u3400-\u9fff]{1,3}族)"
)
_SENT = re.compile("(?:[派请叫让有没无喊带找托别旁]|安排)人\\Z")  # 请派人|来查 tells no name
_SURNAME_ONLY = re.compile(f"(?:我|本人|俺|免贵|咱|贵)(?:也)?姓(?P<one>{_HAN})(?!名)")
_PRESENT = re.compile("叫(?:(?<=[，,]叫)|(?<=[，,]名叫))")
_CALLED = re.compile(
    "(?:女士|先生|小姐|大姐|大哥|大爷|大娘|大妈|大叔|大婶|大伯|婆婆|奶奶|爷爷|阿姨|师傅|老师|同学|同志|老伯|老太|嫂|婶|某某?)"
)
_OFFICE = re.compile("[\u3400-\u9fff]{0,3}[书主村镇乡]")
_TAIL_LINES, _TAIL, _LINE = 4, 130, 34
_DATE = re.compile(
    "(?:[12]\\d{3}|二[〇零○oO0][一二〇零○\\d][一二三四五六七八九〇零○\\d])\\s?[年./-]?[^\n]{0,12}$|[\\d一二三四五六七八九十]{1,3}月[\\d一二三四五六七八九十初廿]{0,4}[日号]?[^\n]{0,4}$"
)
_CLOSING = re.compile(
    "(?:(?:联系)?电话|联系方式|手机号?|电邮|邮箱|微信|敬上|谨上|叩上|叩首|顿首|拜上|敬启|谨启|谨呈|敬呈|呈上|上|叩|启|具|于\\S{2,12}|代表\\S{0,8}|手书|亲笔|泣告|泣书|代笔|代书|代写|等\\S{0,8}|及全体\\S{0,8})$"
)
_APART = re.compile("[\\s，,、；;：:（()）/—–]+")
# 柳林村李四|写:, 李四|代笔: what follows a name that opens a letter
_OPENED = re.compile(
    "[。又再写问代手谨叩](?:(?<=[。谨叩])|(?<=代)笔|(?<=手)书|(?<=[又再])[写问]|(?<=[写问])(?=[。，,:：\\s]|信|一))"
)
_OPENING = 90
_I_SAID = re.compile("(?:我|本人)(?:是|系|家|住)[^。！？!?\n]*$")
_LISTED = re.compile("[、，,\\s]{1,4}")
# 被举报人 姓名：王德海 is a line of a form
_FORM = re.compile("被[^。；\n]{2,14}$")
_ASKS = re.compile("(?:坐席|座席|话务员|接线员|客服|工作人员|接访人)[:：]")
_SPEAKS = re.compile("(?:来电人|来电者|市民|群众|坐席|座席|话务员|接线员|客服|工作人员|接访人)[:：]")
_ASKED_NAME = re.compile("[您你][^，,。？?]{0,6}(?:姓|名|称呼)|贵姓|怎么称呼|如何称呼|[:：](?:请问)?(?:姓名|名字|尊姓)")
_REGISTERED = re.compile(
    f"(?P<name>(?![一二两三四五六七八九十几]){_HAN}{{2,5}})[，,](?=[男女]|[^，,。\\n]{{0,6}}岁|[^，,。\\n]{{2,14}}(?:县|镇|乡|村))"
)
_SEVERAL = re.compile("共?[一二两三四五六七八九十\\d]{1,3}[名人位][:：]")
_SPACED = re.compile(f"{_HAN}(?:[ \\t]{{1,4}}{_HAN}){{1,3}}")
"""李 四 海, as names are written below a letter."""
_FOREIGN = re.compile(f"[{SIGNED}]{{4,7}}")
"""Names of other peoples, which begin with no surname: 扎西顿珠, 吉克阿木."""
PASSIVE = re.compile("被[^\n]{0,10}人|对象|抄送|抄报|此致|主送|致|附件?|证人|证明人")


@lru_cache(maxsize=4)
def _name(never: str = _NEVER) -> re.Pattern[str]:
    compound = "|".join(sorted(compound_surnames()))
    given = f"(?![{never}]){_HAN}"
    return re.compile(f"(?:{compound}|[{''.join(sorted(surnames()))}]){given}(?:{given})?")


_WORDS = frozenset(
    (
        "谢谢",
        "谢谢啦",
        "拜托啦",
        "都推",
        "民小组",
        "什么名字",
        "什么",
        "联系人",
        "来电人",
        "来访人",
        "未留姓名",
        "敬礼",
        "代书",
        "代笔",
        "代写",
    )
)


@lru_cache(maxsize=1)
def _no_names() -> frozenset[str]:
    return everyday() | frozenset(posts()) | frozenset(kinship()) | _WORDS


def may_be_name(text: str, *, told: bool = False) -> bool:
    """Whether characters have the form of a full Chinese name and are no word; ``told``: a name is expected here."""
    if _name(_NEVER_TOLD if told else _NEVER).fullmatch(text) is None or text in _no_names() or text[:2] in posts():
        return False
    if told:
        return True
    given = text[2 if text[:2] in compound_surnames() else 1 :]
    return bool(given) and (len(given) == 1 or given not in _no_names())


def find_own_names(text: str, *, signed: bool = True) -> list[Span]:
    """Where those who write name themselves: after a label, where they introduce themselves, where they sign.

    Args:
        text: normalised.
        signed: whether names in the last lines count: a heading has none.
    """
    found = [*_labelled(text), *_introduced(text), *_surnames(text)]
    if signed:
        found += [*_signed(text), *_opening(text)]
    return found


def _labelled(text: str) -> Iterator[Span]:
    """举报人：李四、王五; 来访人李四，女."""
    for sign in _SIGNS.finditer(text):
        match = _LABEL.match(text, sign.start()) or _LABEL.match(text, max(0, sign.start() - 1))
        if match is None or (match["colon"] is None and match.group().strip() in ("联名", "署名", "落款")):
            continue
        of_a_form = _FORM.search(text, max(0, match.start() - 16), match.start())
        if not of_a_form and not _asked_of_another(text, match.start()):
            yield from _after_label(text, match)


def _after_label(text: str, label: re.Match[str]) -> Iterator[Span]:
    at, colon = label.end(), label["colon"] is not None
    registered = (
        None if colon or text[label.start() - 1 : label.start()] not in ("", "\n") else _REGISTERED.match(text, at)
    )
    if registered and not _WORDY.search(registered["name"]):
        yield registered.span("name")
        return
    if colon and (run := _run(text, at)) is not None:
        yield at, run
        return
    if (several := _SEVERAL.match(text, at)) is not None:
        at, colon = several.end(), True
    while (end := name_ends(text, at, loose=colon)) is not None:
        yield at, end
        apart = _LISTED.match(text, end)
        if apart is None:
            break
        at, colon = apart.end(), colon and "、" in apart.group()


_ANY_NAME = re.compile(f"(?:(?![{_NEVER_TOLD}]){_HAN}){{1,8}}(?:[·•・](?:{_HAN}){{1,8}}){{0,2}}")
# No name of any people holds these
_WORDY = re.compile("[在有这那不去上下前今昨从向对到为由将于更别县乡镇村会没还只要想来打找问说讲反映举报族]")


def _asked_of_another(text: str, at: int) -> bool:
    """Whether 来电人： in a transcript answers anything but what they are called themselves (会计叫什么名字？)."""
    if at == 0 or text[at - 1] != "\n":
        return False
    asked = text[text.rfind("\n", 0, at - 1) + 1 : at - 1]
    return _ASKS.match(asked) is not None and not _ASKED_NAME.search(asked)


def _run(text: str, at: int) -> int | None:
    """Where three names or more end that stand together without a sign between them: 龚德寿鲁少华彭金枝."""
    end, names = at, 0
    while (match := _name().match(text, end)) is not None:
        whole = match.end()
        # The third character may be the surname of the next
        if whole - end == 3 and not _name().match(text, whole) and _name().match(text, whole - 1):
            whole -= 1
        end, names = whole, names + 1
    return end if names > 2 else None


def name_ends(text: str, at: int, *, loose: bool) -> int | None:
    """Where a name that begins here ends; ``loose``: whatever stands alone before the next sign, as after 我叫."""
    for length in (4, 3, 2):
        if at + length <= len(text) and may_be_name(text[at : at + length], told=True) and _ends(text, at + length):
            return at + length
    if loose:
        match = _ANY_NAME.match(text, at)
        if (
            match is None
            or match.group() in _no_names()
            or _WORDY.search(match.group())
            or not _ends(text, match.end())
        ):
            return None
        if "·" in match.group() or len(match.group()) in (2, 3, 4):
            return match.end()
    return None


_FREE = frozenset("，,。、(（:： \n") | {""}
_ENDING = re.compile(_AFTER)


def _ends(text: str, at: int) -> bool:
    return _ENDING.match(text, at) is not None


def _opening(text: str) -> Iterator[Span]:
    """柳林村|李四|写:, 柳林村|李四|。 before anything else is told."""
    for match in _OPENED.finditer(text, 0, _OPENING):
        end = match.start()
        for length in (4, 3, 2):
            begin = end - length
            if (
                begin > 0
                and text[begin - 1] in "村组社区屯寨县镇乡农民户人\n"
                and not _SENT.search(text, max(0, begin - 3), begin)
                and may_be_name(text[begin:end])
            ):
                yield begin, end
                break


def _introduced(text: str) -> Iterator[Span]:
    for match in _INTRODUCED.finditer(text):
        plain = match.group().strip(':：,， “"') not in ("本人", "喊我", "叫我", "俺是")
        end = name_ends(text, match.end(), loose=plain)
        if end is not None and not plain and text[end : end + 1] not in _FREE:
            continue
        if end is not None:
            yield match.end(), end
    for match in _I_AM.finditer(text):
        start, end = match.span("who")
        aged = _AGED.match(text, end) is not None
        for length in (4, 3, 2):
            begin = end - length
            if begin < start or not may_be_name(text[begin:end]):
                continue
            # 我是|李四|，; 我是柳林村的村民|李四|，五十岁
            if begin == start or aged or text[begin - 1] in ("民户员长的" if length < 3 else "民户员长的村组社屯寨庄"):
                yield begin, end
                break
    for match in _PRESENT.finditer(text):
        if (end := name_ends(text, match.end(), loose=False)) is not None:
            sentence = text[max(0, match.start() - 60) : match.start()]
            if _I_SAID.search(sentence):
                yield match.end(), end


def _surnames(text: str) -> Iterator[Span]:
    """我姓|李|, and then every |李|女士."""
    told = {match["one"]: match.span("one") for match in _SURNAME_ONLY.finditer(text)}
    told = {one: span for one, span in told.items() if one in surnames()}
    yield from told.values()
    for one in told:
        at = text.find(one)
        while at >= 0:
            if _CALLED.match(text, at + 1) or (text[at - 1 : at] == "老" and not _OFFICE.match(text, at + 1)):
                yield at, at + 1
            at = text.find(one, at + 1)


def _signed(text: str) -> Iterator[Span]:
    """Names in the last lines of a letter, and behind its last sentence."""
    tail = max(0, len(text) - _TAIL)
    lines: list[Span] = []
    end = len(text.rstrip())
    while end > tail and len(lines) < _TAIL_LINES:
        start = max(text.rfind("\n", 0, end) + 1, 0)
        lines.append((start, end))
        if start == 0:
            break
        end = len(text[: start - 1].rstrip())
    for number, (start, end) in enumerate(lines):
        if end - start > _LINE or any(sign in text[start:end] for sign in "。！？!?"):
            # 此致，请查处。|李四
            last = max(text.rfind(sign, start, end) for sign in "。！？!?")
            if last >= 0 and 2 <= end - last - 1 <= _LINE and number == 0:
                yield from _signatures(text, last + 1, end)
            return
        if start == 0:
            return  # a heading, or all there is
        yield from _signatures(text, start, end)


def _signatures(text: str, start: int, end: int) -> Iterator[Span]:
    line = text[start:end]
    if PASSIVE.search(line) or _SPEAKS.match(line):
        return
    if _SPACED.fullmatch(line.strip()) and may_be_name("".join(line.split()), told=True):
        yield start + len(line) - len(line.lstrip()), end
        return
    at = 0
    for part in [*_APART.finditer(line), None]:
        word_end = len(line) if part is None else part.start()
        word = line[at:word_end]
        if word:
            yield from ((start + at + a, start + at + b) for a, b in _signature(word))
        if part is not None:
            at = part.end()


def _is_division(word: str) -> bool:
    """Whether a word is a county or city, with which a letter is dated as often as a name signs it."""
    return word[-1] in "县市区镇乡村州旗省族" or word in _divisions()


@lru_cache(maxsize=1)
def _divisions() -> frozenset[str]:
    return frozenset(division.short for division in Divisions.load())


def _signature(word: str) -> Iterator[Span]:
    """A name that a word is, or ends in, before 敬上 or a date."""
    number = len(word) - len(word.lstrip("0123456789"))
    if number >= 7 and number < len(word):
        # 13800138000|李四
        yield from ((number + a, number + b) for a, b in _signature(word[number:]))
        return
    for ending in (_DATE, _CLOSING):
        match = ending.search(word)
        if match is not None and match.start() >= 2:
            word = word[: match.start()]
    if (
        (may_be_name(word, told=True) and not _is_division(word))
        or _FOREIGN.fullmatch(word)
        or re.fullmatch(f"{_HAN}{{1,8}}[·•・]{_HAN}{{1,8}}", word)
    ):
        yield 0, len(word)
        return
    if (run := _run(word, 0)) is not None:
        yield 0, run
        return
    if len(word) > 4:
        for length in (3, 2):
            before = word[-length - 1]
            if may_be_name(word[-length:]) and before in "人者民户员长师生村县镇乡组社:：":
                yield len(word) - length, len(word)
                return
