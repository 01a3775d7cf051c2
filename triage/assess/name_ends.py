"""Where a person's name that begins at an offset ends. In: normalised text and its words; out: an offset or None.

Chinese names are one or two characters of surname and one or two given ones; names of other peoples are written with
the characters that transcriptions use (沙马伍合, 格日勒图).
"""

from __future__ import annotations

import re

from corpora.lexicons import compound_surnames, kinship, surnames, word_set
from triage.assess.words import Words, everyday
from triage.text.transcribed import OF_PARTS, TRANSCRIBED

# 邻居王伟|可以作证, 关于王伟|贪污, 贫困户王伟|家的: what follows a name in two characters
GOES_ON = (
    "可以", "可作", "能作", "贪污", "受贿", "挪用", "涉嫌", "同志", "滥用", "优亲", "违纪", "违规", "违法", "家的", "家里", "家没", "家房",
)  # fmt: skip
# Characters that no given name holds
NEVER = frozenset(
    "您的了是我你他她它们这那与及把被到都就不也去说给让从对以所某各每该并但而或还又再很吗呢吧啊嘛哈请问谁什么怎呀哦喂咋俺咱没跟叫找做拿着过个户组村镇乡县嫌批答称又因姓之、"
)
# What follows a name more often than it ends one
CUES = frozenset(
    "的说在是把将给让和与、，。；：:,.;！？）)（(”\"' \n\t　等也都就又有开拿来去签收领叫找当他她家却并却于曾从用带一不先后从向对以要本自及至到为之只还没才因批安指答称问负截扣骗套侵挪独私伙利借强打威占吃花买卖分冒虚违贪住已未亲上下办便则系拟看带雇替回到借们任坐让做写划是一再连死病召调报搞管答亦乃云曰谓主承擅表介认透其仍即讲喊跟同按每两三二四五六七八九派送填挨摁劝逼念盖改提执持另最原前现今正宣站手发被我你当中离患考老尿父母名旁那见想知代瘫残瞎哑聋瘸疯卧"
)
# No given name ends with these, or hardly any
NOT_LAST = frozenset(
    "部馆杯版局排填曰言照不乃在系称讲最今向人员女证族者们籍性费款钱换病灰附当签替栽上让来打扣抢骗贪吞挪截逼骂喝喊踢砍捅摔罚催砸烧绑要"
)
# These end a name only where the sentence plainly goes on after it: 宗占有|把, 简宏图|，
RARELY_LAST = frozenset("有社图")
# After these a name has plainly ended
_PLAINLY_ON = frozenset("，。、；：,;:!?把的说在被家 \n）)") | {""}
# 支书王伟|和会计, 村主任高翔|同老板; 王永和, 李志同 are names
_WITH = frozenset("和同")
_OTHERS = re.compile(
    "[他她我俺咱其两几]|[村镇乡县局支]|副|会计|文书|出纳|主任|书记|[组队所站]长|老板|包工头|[亲妻妹弟]|儿子|老婆"
)
_BEFORE_WITH = frozenset("永志广忠元太清家国中正光春福泰仁礼德文玉惠世昌大成建万景树")
_BEFORE_HOME = frozenset("振兴保国建发爱安成传齐治为")
_TIMES = frozenset(["今年", "明年", "去年", "当年", "同年", "本月", "上月", "当天", "今天", "明天", "近年"])
_VERBS = frozenset("吃带说要把雇放偷给让替送保专评去回打收领拿照和与跟及乃遂往")
NO_PERSON = word_set("no_person_names")
# Surnames that begin no name in running text: 那阵, 来局里, 原会计
NO_NAME = frozenset("班那来原位都由于从但为到各该及时干权台字资税火淡茶排线滚牧独把摆拓员化灵")
_KIN_OF_THREE = frozenset(word for word in kinship() if len(word) == 3)
# Characters of which most given names are made
OFTEN = frozenset(
    "建国军明华伟强芳秀英丽娟敏静玉兰桂珍梅红霞燕艳勇杰涛超鹏飞磊洋斌波辉刚平东山林森峰岩松柏龙虎福贵财富有德发生全义仁礼智信忠孝廉成功昌盛荣兴旺家宗祖耀光亮春夏秋冬雪菊莲花香翠凤琴淑惠慧洁"
    "琼瑶志立文武海江河清云天祥瑞吉庆喜乐永长久远大伯仲叔季元亨利贞乾坤金银铜铁石宝玲珠琳瑛瑞俊才良善美正直广厚启学先世代继绍承传振绪启宏伯庭廷朝延年寿康宁安泰和顺万千百满仓柱栓拴锁根树木水火土"
    "田牛羊马小二三四五六八九十娃妹姐仙巧莉萍蓉芬芝芸荷蓝英雄彪豹鹰雁鸿鹤权威猛毅坚定诚恒运来保卫民新革爱党向阳晓晨曙旭昊宇轩浩博彬彦斐凯旋胜利冠群超越进步前程锦绣存守业顶启怀念思恩泽润雨露霖"
    "友占茂举洪登维殿连魁科亚升堂崇宽凡治佑兆庚南宪枝碧跃儒翰锋卿士臣滨丰岭敬萌禄冰娥彩奎川必音强芹芙苗莲荣蕊薇莎婷婵娅媛嫣妍琪琦琳琨琛欣怡悦佳佩倩健伦侠励勋勤咏哲嘉垒坤城基"
    "墨奇奕妮姗娇婉婕孟宜宣宾寅峥峻嵩帆帅庄庆弘彤徽忱慈慕懿扬承捷振敦斐映晋晗智曼朗楚榕樱毓汉沁沛泓泰洁津浚涛润涵淇淑渊湘溪澄澜炎炜烁煊熙爽璐璞璇瑜瑾瓒甲申皓益盈真睿知硕磊祥禅秦程穆竹"
    "筠纲纯绒维翎翔翠聪肃胤致舒航艺芷若苑茗荷莹菁菊萱蓓蔓蔚虹衡裕誉诗诚谊谦贞贺赫辰迎逸郁郎金钊钦钧铎铭锐闯闻阔阳隆雯霄霆霏青靖静韵韶颂颖飞馨驰骁骏鲁鸣黎默同建社图有来"
    "祖培育树栋梁材贤达通汉唐宋明清孔孟曾颜道法自然景星月如意改凤莲藕俭勤朴素淳润梓桐楠槐榆柳桃李杏梨枣仕克己绵炳焕烈灿煌炎照道之远征途福气殷从满拥护"
)
# Some characters are of a dotted name within a part alone, as words begin with them: 阿里木·托合提|里外
_OF_A_PART = f"(?:[{OF_PARTS}]|(?<=[布卜])都|(?<=孜)万|[里明开地比代守](?=[{OF_PARTS}]))"
_DOTTED = re.compile(f"{_OF_A_PART}{{1,7}}(?:·{_OF_A_PART}{{1,7}}){{1,2}}")
# Names of clans that hold other characters too
_CLANS = "阿说|海来|马海|尔古|降央|白音|宝音|吉木"
_LEAST_DOTTED = 3
# Characters of transcription with which the next word may begin
_GOES_ON = frozenset("那让才多加提特都其巴")
_FOREIGN = re.compile(f"(?:(?:{_CLANS})[{TRANSCRIBED}仓]{{1,3}}|[{TRANSCRIBED}]{{2,5}})")


def name_end(text: str, start: int, words: Words, *, after_post: bool = False) -> int | None:
    """Where a Chinese name that begins at ``start`` ends: one or two characters of surname, one or two given ones."""
    surname = 2 if text[start : start + 2] in compound_surnames() else 1
    if surname == 1 and (start >= len(text) or text[start] not in surnames() or text[start] in NO_NAME):
        return rare_end(text, start) if after_post else None
    first = text[start + surname : start + surname + 1]
    if not given_character(first) or first in "氏字姓" or (first == "家" and not _named_home(text, start, surname)):
        return rare_end(text, start) if after_post else None
    head = text[start : start + 2]
    if not after_post and (head in everyday() or head in NO_PERSON) and not _all_speaks(text, start, words):
        return None  # 白菜|汤, 孙女|婿, 谢谢|党
    best: int | None = None
    best_score = 0.0
    for given in (2, 1):
        end = start + surname + given
        if not _possible(text, start, surname, end):
            continue
        score = _score(text, start, surname, end, words, after_post=after_post)
        if score > best_score:
            best, best_score = end, score
    least = 1 if after_post else 2
    return best if best_score >= least else None


def _all_speaks(text: str, start: int, words: Words) -> bool:
    """Whether a name stands whole between words, though it begins like an everyday word (方国|栋, 胡金|莲)."""
    end = start + 3
    given = text[start + 1 : end]
    return start in words.bounds and end in words.bounds and OFTEN.issuperset(given) and text[end : end + 1] in CUES


def rare_end(text: str, start: int) -> int | None:
    """After a post even a function word may be a surname (权友才), if all that follows speaks for a name."""
    end = start + 3
    if (
        text[start : start + 1] not in surnames()
        or text[start + 1 : end] in everyday()
        or text[start + 1 : end] in _TIMES
        or text[start : start + 2] in everyday()
        or _is_home(text, end)
    ):
        return None
    return end if OFTEN.issuperset(text[start + 1 : end]) and text[end : end + 1] in CUES else None


def _possible(text: str, start: int, surname: int, end: int) -> bool:
    """Whether ``start`` to ``end`` may be a name at all."""
    given = text[start + surname : end]
    if (
        start + surname + len(given) < end
        or (len(given) == 2 and not given_character(given[1]))
        or given[-1] in NOT_LAST
    ):
        return False
    if given[-1] in RARELY_LAST and not (len(given) == 2 and given[0] in OFTEN and text[end : end + 1] in _PLAINLY_ON):
        return False
    if len(given) == 2 and (joins(text, end) or _is_home(text, end)):
        return False
    whole = text[start:end]
    if whole[0] == "阿" and given[0] in "姨嫂哥叔爹妈婆公":
        return False
    if whole in everyday() or whole in NO_PERSON or given == "家":
        return False
    return len(given) > 1 or not (text[start + 1 : end + 1] in everyday() or given == text[start])


def _score(text: str, start: int, surname: int, end: int, words: Words, *, after_post: bool) -> float:
    """How well a name that ends at ``end`` sits between the words around it."""
    name, after = text[start + surname : end], text[end : end + 1]
    clear = not after or after in CUES or text.startswith(GOES_ON, end)
    score = (2.0 if end in words.bounds else 0 if text.startswith(GOES_ON, end) else -1) + (1 if clear else -2)
    if start in words.bounds:
        score += 1
    if len(name) == 1:
        return score + 0.5
    # nine of ten officials have three characters, which outweighs a word boundary (卢开|群看)
    score += 4 if after_post and surname == 1 else 2.5
    if runs_on(text, end, words):
        score -= 4  # 郑宏|带了, 贾富|保管
    if not after_post and words.ending_at(end) == name and name in everyday() and not OFTEN.issuperset(name):
        score -= 2
    return score


def _named_home(text: str, start: int, surname: int) -> bool:
    """Whether 家 begins a given name (叶家祥) rather than ends a family's (叶家的)."""
    second = text[start + surname + 1 : start + surname + 2]
    return second in OFTEN and second not in "家"


def given_character(character: str) -> bool:
    """Whether a given name may hold this character."""
    return "\u4e00" <= character <= "\u9fff" and character not in NEVER


def _is_home(text: str, end: int) -> bool:
    """Whether 家 behind a name is the household (周丽|家的) and no character of it (王振家)."""
    return text[end - 1 : end] == "家" and text[end - 2] not in _BEFORE_HOME and text.startswith(GOES_ON, end - 1)


def joins(text: str, end: int) -> bool:
    """Whether the last character of a possible name joins it with somebody else (王伟和|会计)."""
    return text[end - 1] in _WITH and text[end - 2] not in _BEFORE_WITH and _OTHERS.match(text, end) is not None


def runs_on(text: str, end: int, words: Words) -> bool:
    """Whether the last character of a possible name belongs to a verb after it."""
    after = text[end : end + 1]
    if text[end - 1] in _VERBS and after and after in "了着过我来他她你俺人":
        return True
    if text[end - 1 : end + 2] in _KIN_OF_THREE:
        return True  # 禹强|小舅子
    if text.startswith(("可以", "扣了", "同意"), end - 1):
        return True  # 高翔|可以作证
    if end in words.bounds or (after and after in "说让的在是把将家于，,、。") or text.startswith("名下", end):
        return False
    return text[end - 1] in _VERBS or text[end - 1 : end + 1] in everyday()


def dotted_names(text: str, words: Words) -> list[tuple[int, int]]:
    """Names of two parts or three with a dot between, as peoples of the northwest and southwest bear them (阿力木江·吐尔逊).

    A run of characters of transcription on both sides tells them, whatever the segmenter made of it; one that begins within
    a word (内蒙|古·额尔古纳) or has a single character on both sides is none.
    """
    if "·" not in text:
        return []
    found = (
        (match.start(), _dotted_end(text, match)) for match in _DOTTED.finditer(text) if match.start() in words.bounds
    )
    return [(start, end) for start, end in found if end - start > _LEAST_DOTTED and "·" in text[start : end - 1]]


def _dotted_end(text: str, match: re.Match[str]) -> int:
    """Where such a name ends: 吐尔逊·买买提|那一条, 次仁·多吉|才知道."""
    end = match.end()
    if text[end - 1] in _GOES_ON and text[end - 1 : end + 1] in everyday():
        return end - 1
    return match.start() + len(match[0].rstrip("那让才"))


def foreign_end(text: str, start: int, words: Words) -> int | None:
    """Where a name written with the characters of transcriptions ends (沙马伍合): two to five of them up to a cue."""
    dotted = _DOTTED.match(text, start)
    if dotted is not None:
        return _dotted_end(text, dotted)
    found = _FOREIGN.match(text, start)
    if found is None:
        return None
    for end in range(found.end(), start + 1, -1):
        after = text[end : end + 1]
        if end - start == 2 and (end not in words.bounds or text[start:end] in everyday()):
            return None
        whole = not after or after in CUES or (end - start >= 4 and end in words.bounds)
        if whole and text[start:end] not in everyday():
            return end
    return None
