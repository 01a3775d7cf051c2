"""Places from the province to the hamlet, as one span each. In: normalised text and its words; out: `PlaceSpan`.

A span runs from the largest named division to the smallest (凉山州昭觉县三河村). Villages stand in no list, so they are
told by their ending and the words before it. ``code`` is the county's, and only where the span itself makes it certain.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from corpora.divisions import Divisions, PlaceMatch
from corpora.lexicons import surnames
from triage.assess.words import Words, everyday

# Characters that are in no name of a place: function words, measure words, punctuation is excluded by the class itself
_NOT = "的了是在我吾今仆凡皆由给交你他她它们这那有与及把被向到都就不也去来说给让从对以所某各每全该本并但而或还又再很太更今昨时候年月日元钱万千百几少户个位件条人吗呢吧啊嘛哈请问谁什么怎呀哦喂咋俺咱"
_C = f"[^\\W\\d_a-zA-Z{_NOT}]"
_TOWN = "(?:镇|乡|街道|苏木|农场|林场)"
_VILLAGE = "(?:村|屯|社区|嘎查|移民点|安置点|安置区|新村|小区)"
# What a hamlet's name ends with where 村 is left out: 大墩岔, 高渠沟, 刘家坬
_HAMLET = "沟湾岔塬梁坪坝寨屯洼坡岭峁坎堡庄营铺店畈垸冲坳塘坬塔垭梁滩泉崖窑咀嘴屋楼桥墩圪台庙林河溪源头口里子"
_AFTER_TOWN = "(?![上里政长党府纪人财民扶干领])"
_AFTER_VILLAGE = "(?![民里委干支长主上会医书文组两集部级务账资小副庄官])"
_TAIL = re.compile(
    f"(?P<town>{_C}{{1,6}}?{_TOWN}{_AFTER_TOWN})?(?P<village>{_C}{{1,6}}?{_VILLAGE}(?!民[^委小]|里|委会|干部|两委|级|医))?"
)
_HAMLET_TAIL = re.compile(f"{_C}{{1,4}}[{_HAMLET}](?!{_C}?[村镇乡])")
_BARE = re.compile(
    f"村{_AFTER_VILLAGE}|屯(?!长|子里)|嘎查(?![达长委书])|(?:社区|街道)(?![主书支居干办委医卫])|寨(?![子])|[镇乡]{_AFTER_TOWN}"
)
# Words before 村, 镇, 乡 that make no name: 贫困村, 行政村, 邻村
_GENERIC = frozenset(
    [
        "贫困",
        "行政",
        "全",
        "本",
        "我",
        "我们",
        "你们",
        "他们",
        "各",
        "每",
        "每个",
        "该",
        "邻",
        "邻近",
        "外",
        "空心",
        "新农",
        "农",
        "示范",
        "重点",
        "试点",
        "城中",
        "驻",
        "包",
        "进",
        "出",
        "自然",
        "山",
        "小",
        "大",
        "一个",
        "几个",
        "两个",
        "三个",
        "多个",
        "个",
        "整",
        "整个",
        "同",
        "老",
        "新",
        "穷",
        "富",
        "隔壁",
        "其他",
        "其它",
        "别的",
        "附近",
        "周边",
        "下",
        "到",
        "回",
        "在",
        "离",
        "全县",
        "深度贫困",
        "脱贫",
        "非贫困",
        "先进",
        "样板",
        "乡",
        "镇",
        "县",
        "集镇",
        "乡镇",
        "城",
        "城镇",
        "上",
        "家",
        "农村",
        "美丽",
        "旅游",
        "移民",
        "安置",
        "搬迁",
        "后进",
        "边远",
        "偏远",
        "中心",
        "邻居",
        "某",
        "这",
        "那",
        "哪",
        "何",
        "两",
        "三",
        "四",
        "五",
        "六",
        "七",
        "八",
        "九",
        "十",
        "二",
        "一",
        "半",
        "联",
        "很多",
        "许多",
        "好多",
        "多",
        "不少",
        "大部分",
        "部分",
        "相关",
        "空壳",
        "有关",
        "所辖",
        "辖区",
        "周围",
        "沿线",
        "邻村",
        "帮扶",
        "一类",
        "二类",
        "三类",
        "贫因",
        "小康",
        "扶贫",
        "什么",
        "哪个",
        "这个",
        "那个",
        "之",
        "贫",
        "特困",
        "少数民族",
        "民族",
        "民",
        "彝",
        "回",
        "苗",
        "藏",
        "家乡",
        "故",
        "返",
        "下乡",
        "入",
        "挂点",
        "同一个",
        "所在",
        "居住",
        "农民",
        "文明",
        "特色",
        "定点",
        "县级",
        "市级",
        "省级",
        "建设",
        "幸福里",
        "智慧",
        "数字",
        "街道",
        "社区",
        "物业",
        "老旧",
        "住宅",
        "高档",
        "封闭",
        "单位",
        "花园",
        "居民",
    ]
)
_LEADING = frozenset(
    "是在到从去往自于对向跟和给把被让叫由将就即及与或系为以住离问说像比据经连按因至归称声使匯汇皆".strip()
)
# Everyday words that villages are proud to be called
_PROUD = frozenset(
    [
        "团结",
        "幸福",
        "和平",
        "胜利",
        "前进",
        "光明",
        "红旗",
        "红星",
        "东风",
        "向阳",
        "民主",
        "永丰",
        "新建",
        "新民",
        "新生",
        "太平",
        "长安",
        "平安",
        "金星",
        "友好",
        "友谊",
        "五星",
        "曙光",
        "朝阳",
        "解放",
        "建设",
        "复兴",
        "兴隆",
        "共和",
        "繁荣",
        "丰收",
        "富裕",
        "富强",
        "星火",
        "火星",
        "新华",
        "跃进",
        "联合",
        "联盟",
        "双龙",
        "龙王",
        "大桥",
        "清水",
        "石桥",
        "白云",
        "高山",
        "平原",
        "河口",
        "上游",
        "中心",
        "南山",
        "北山",
        "东山",
        "西山",
    ]
)
_VERBS = frozenset(
    [
        "反映",
        "举报",
        "关于",
        "位于",
        "家住",
        "来自",
        "属于",
        "投诉",
        "报告",
        "询问",
        "调查",
        "检查",
        "走访",
        "联系",
        "负责",
        "分管",
        "反应",
        "检举",
        "控告",
        "告诉",
        "听说",
        "据说",
        "其中",
        "因为",
        "所以",
        "然后",
        "当时",
        "现在",
        "后来",
        "最后",
        "只有",
        "没有",
        "还有",
        "就是",
        "都是",
        "不是",
        "可是",
        "但是",
        "如果",
        "虽然",
        "每年",
        "以及",
        "包括",
        "例如",
        "比如",
        "集中",
        "搬到",
        "来到",
        "去到",
        "回到",
        "到了",
        "整个",
    ]
)
_REGION = re.compile("(?:鲁西南|鲁西|鲁南|豫西|豫东|豫南|豫北|陕北|陕南|晋北|晋西北|晋西|晋南|冀北|冀南|皖北|皖南|皖西|苏北|粤北|粤东|粤西|川南|川北|川东|川西|黔东|黔北|黔西|滇西|滇东北|滇南|滇东|鄂西|鄂东|鄂北|湘南|湘中|赣南|赣北|桂西|桂北|桂西北|辽西|辽北|辽东|吉东|闽西|闽北|闽东|浙西|浙南|琼北|蒙东|甘南|陇东|陇中)$")  # fmt: skip


_STEM = re.compile("(?:^|[县市区旗镇乡])([^县市区旗镇乡]{2,4})[村屯]$")


class PlaceSpan(NamedTuple):
    """A place at ``start`` to ``end``; ``code`` of six digits where the county is certain, else None."""

    start: int
    end: int
    code: str | None


def find_places(text: str, words: Words) -> list[PlaceSpan]:
    """Places in order, not overlapping; offsets are those of ``text``."""
    divisions = Divisions.load()
    spans = _chains(text, words, divisions)
    spans += _bare(text, words, spans, divisions)
    spans.sort()
    joined = _joined(text, spans)
    joined += _short_mentions(text, joined)
    joined.sort()
    return joined


def _chains(text: str, words: Words, divisions: Divisions) -> list[PlaceSpan]:
    matches = divisions.find(text, words.bounds)
    out: list[PlaceSpan] = []
    at = 0
    while at < len(matches):
        first, last = matches[at], matches[at]
        while at + 1 < len(matches) and matches[at + 1].start == last.end and _below(last, matches[at + 1]):
            at += 1
            last = matches[at]
        at += 1
        if out and first.start < out[-1].end:
            continue
        end = _tail_end(text, last.end, words)
        out.append(PlaceSpan(_region_start(text, first.start), end, _county(last, text[last.end : end], divisions)))
    return out


def _below(upper: PlaceMatch, lower: PlaceMatch) -> bool:
    return len(lower.code) > len(upper.code) or not upper.certain or not lower.certain


def _region_start(text: str, start: int) -> int:
    region = _REGION.search(text, max(0, start - 3), start)
    return region.start() if region else start


def _tail_end(text: str, start: int, words: Words) -> int:
    """Where township, village or hamlet that follow a division's name end; ``start`` if nothing follows."""
    end = start
    tail = _TAIL.match(text, start)
    if tail:
        for part in ("town", "village"):
            name = tail[part]
            if name is None:
                continue
            stem = name[:-1]
            if stem in _GENERIC or name[:2] in _GENERIC or any(word in stem for word in ("贫困", "全体", "县", "乡村")):
                break
            end = tail.end(part)
    if end == start or text[end - 1] in "镇乡":
        hamlet = _HAMLET_TAIL.match(text, end)
        if hamlet and hamlet.end() in words.bounds and not _ordinary(text, end, hamlet.end(), words):
            return hamlet.end()
    return end


def _ordinary(text: str, start: int, end: int, words: Words) -> bool:
    """Whether the run holds an everyday word, as in 昭觉县 家里 or 环县 水利 口."""
    known = everyday()
    while start < end:
        word = words.starting_at(start)
        if not word or word in known or word in _GENERIC:
            return True
        start += len(word)
    return start != end or text[end - 1 : end] == ""


def _bare(text: str, words: Words, taken: list[PlaceSpan], divisions: Divisions) -> list[PlaceSpan]:
    out: list[PlaceSpan] = []
    floors = sorted((span.start, span.end) for span in taken)
    for found in _BARE.finditer(text):
        start, end = found.span()
        floor = 0
        for low, high in floors:
            if low < end <= high:
                break
            if high <= start:
                floor = high
        else:
            if out and out[-1].end > start:
                continue
            begin = _name_start(text, start, max(floor, out[-1].end if out else 0), words)
            if begin < start:
                out.append(PlaceSpan(begin, end, _township_county(text[begin:end], divisions)))
    return out


def _name_start(text: str, end: int, floor: int, words: Words) -> int:
    """Where the name before a 村, 镇 or 乡 begins; ``end`` if there is none."""
    begin = end
    for more in (1, 2):
        word = words.ending_at(end + more)
        if len(word) > more:  # the segmenter knows the name whole (石桥村) or takes it for a word (新村)
            if word in everyday() or word[:-more] in _GENERIC:
                return end
            begin = end + more - len(word)
            break
    while begin > floor and end - begin < 5:
        word = words.ending_at(begin)
        if not word or begin - len(word) < floor or len(word) > 3 or not _may_be_named(word):
            break
        if not _belongs(word, end - begin):
            break
        begin -= len(word)
    while begin < end and text[begin] in _LEADING and end - begin > 2:
        begin += 1
    stem = text[begin:end]
    if stem in _GENERIC or (len(stem) == 1 and (text[end] not in "村屯寨" or stem not in surnames())):
        return end
    return begin


def _belongs(word: str, length: int) -> bool:
    """Whether a word may stand in a name of which ``length`` characters are known already."""
    if word in _GENERIC or word in _LEADING:
        return False
    if length == 0:
        return word not in everyday() or word in _PROUD
    # 幸福|坝|村: one character alone is no name yet, so an everyday word may belong to it
    return word not in everyday() or (length == 1 and word not in _VERBS)


def _may_be_named(word: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" and character not in _NOT for character in word)


def _county(last: PlaceMatch, tail: str, divisions: Divisions) -> str | None:
    if len(last.code) == 6:
        return last.code if last.certain else None
    if not tail:
        return None
    town = re.match(f".+?{_TOWN}", tail)
    codes = {code[:6] for code in divisions.township_codes(town[0]) if code.startswith(last.code)} if town else set()
    return codes.pop() if len(codes) == 1 else None


def _township_county(name: str, divisions: Divisions) -> str | None:
    """The county of a township's name that only one township of the country bears."""
    town = re.match(f".+?{_TOWN}", name)
    if not town or len(town[0]) < 4:
        return None
    codes = {code[:6] for code in divisions.township_codes(town[0])}
    return codes.pop() if len(codes) == 1 else None


def _short_mentions(text: str, spans: list[PlaceSpan]) -> list[PlaceSpan]:
    """Where a village that the text names is called without 村 (马圈梁 after 马圈梁村)."""
    stems = {match[1] for span in spans if (match := _STEM.search(text[span.start : span.end]))}
    out: list[PlaceSpan] = []
    for stem in stems:
        at = text.find(stem)
        while at >= 0:
            end = at + len(stem)
            if not any(span.start < end and at < span.end for span in [*spans, *out]) and text[end : end + 1] != "村":
                out.append(PlaceSpan(at, end, None))
            at = text.find(stem, end)
    return out


def _joined(text: str, spans: list[PlaceSpan]) -> list[PlaceSpan]:
    """Joins a township and the village right after it (落卜镇三台村)."""
    out: list[PlaceSpan] = []
    for span in spans:
        if out and out[-1].end == span.start and text[span.start - 1] in "县市区旗镇乡州盟" and span.code is None:
            out[-1] = PlaceSpan(out[-1].start, span.end, out[-1].code or span.code)
        elif not out or span.start >= out[-1].end:
            out.append(span)
    return out
