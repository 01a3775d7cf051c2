"""Organisations: named or typed bodies. In: normalised text, its words, its places; out: spans in order.

A body is an ending of the lexicon (扶贫办, 合作社) with what makes it one body rather than any: a level (县扶贫办), a
place (静宁县监察局) or a name (兴旺牧业合作社). Offices of which each county has one also count alone (交通局).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from corpora import lexicons
from triage.assess.places import PlaceSpan
from triage.assess.words import Words, everyday

_LEVELS = frozenset(
    "省 市 州 盟 县 区 旗 镇 乡 村 中央 国家 自治区 自治州 街道 社区 乡镇 国务院 全国 村民 驻村 区里 市里".split()
)
# Words that belong to a body's name although they are everyday words
_WITHIN = frozenset(
    """人民 城乡 农村 农业 农民 专业 种植 养殖 牧业 畜牧 茶叶 果业 药业 中药材 生态 旅游 科技 发展 开发 投资 建设 建筑 工程 劳务 劳动
    商贸 贸易 实业 食品 加工 水果 蔬菜 蚕桑 黄牛 肉牛 山羊 食用菌 光伏 新能源 能源 文化 传媒 电子 服装 制衣 鞋业 扶贫 互助 惠农 小贷
    担保 融资 城投 农投 水电 水务 物业 房地产 置业 农机 合作 股份 股份经济 有限 责任 有限责任 中心 职业 第一 第二 第三 实验 希望
    民族 寄宿制 九年制 初级 高级 就业 社会 保障 卫生 健康 计划生育 市场 监督 管理 公安 交警 巡察 纪检 监察 安置 易地 搬迁 移民 后扶
    特色 产业 绿色 有机 家庭 供销 联合 农资 化肥 种业 苗木 园林 装饰 水利 电力 电商 网络 信息 技术 服务 培训 餐饮 酒店 运输 物流
    建材 水泥 矿业 煤业 煤矿 石材 沙石 砂石 脱贫攻坚 脱贫 攻坚 乡村 振兴 民政 财政 教育 林业 交通 残疾人""".split()
)
# Bodies that are any one of many: only with a name or a level before them
_NEEDS_NAME = frozenset(
    """公司 集团 合作社 专业合作社 联合社 互助社 养殖场 种植场 加工厂 砖厂 茶厂 药厂 制衣厂 工厂 林场 农场 牧场 车间 基地 学校 小学
    初中 高中 中学 幼儿园 医院 银行 驾校 培训学校 培训中心 敬老院 养老院 福利院 管委会 项目部 工程队 施工队 建筑队 物业公司 物业
    报社 理事会 监事会 党支部 党总支 工作组 专班 检查组 考核组 督查组 验收组 调查组 评估组 烟站 卫生所 卫生室 村支部 村委 中心校
    职业学校 供电公司 电力公司 村民小组 办公室 政务大厅 政务中心 基地""".split()
)
# Bodies that count with a level or a place before them, without any name
_NEEDS_LEVEL = frozenset(
    """政府 人民政府 党委 纪委 监委 纪委监委 人大 政协 法院 检察院 公安局 委员会 领导小组 指挥部 工会 县委 市委 省委 州委 区委 旗委 镇委
    纪检委 监察委 团委 卫生院 电视台 总工会 工作队 巡察组 巡视组 服务中心 便民服务中心 办事处 监委会 监督委员会
    派出所 信用社 供销社 信访室 信访局 组织部 宣传部 农信社 信用联社 政务大厅 供电所 建设局""".split()
)


@lru_cache(maxsize=1)
def _endings() -> tuple[AhoCorasick, tuple[str, ...]]:
    names = lexicons.organisation_suffixes()
    return AhoCorasick(names, matchkind=MatchKind.LeftmostLongest), names


def find_bodies(text: str, words: Words, places: Sequence[PlaceSpan]) -> list[tuple[int, int]]:
    """Organisations in order, not overlapping; a body may swallow the place that it begins with."""
    automaton, names = _endings()
    by_end = {place.end: place.start for place in places}
    out: list[tuple[int, int]] = []
    for index, start, end in automaton.find_matches_as_indexes(text):
        ending = names[index]
        floor = out[-1][1] if out else 0
        if out and start < floor or _cut(text, end):
            continue
        begin = _begin(text, start, floor, ending, words, by_end)
        if begin is not None:
            out.append((begin, end))
    longest = [text[begin:end] for begin, end in out]
    # 移民办 after 区移民办 is the same body told shorter
    return [(b, e) for b, e in out if not any(other != text[b:e] and other.endswith(text[b:e]) for other in longest)]


def _cut(text: str, end: int) -> bool:
    """Whether the ending goes on as a post or a longer word (扶贫办主任, 派出所长, 村委会计)."""
    after = text[end : end + 1]
    return (after == "长" and text[end - 1] in "局所站院校厂场行社队") or (after == "计" and text[end - 1] == "会")


def _begin(text: str, start: int, floor: int, ending: str, words: Words, places: dict[int, int]) -> int | None:
    """Where the body that ends in ``ending`` begins; None where it is no body by itself."""
    within = _walk_within(start, floor, words)
    begin, named = _name(text, within, floor, words, places) if ending in _NEEDS_NAME else (within, False)
    if begin in places and places[begin] >= floor:
        return places[begin]
    if begin - 1 in places and places[begin - 1] >= floor and text[begin - 1] in "县市区旗镇乡村":
        return places[begin - 1]
    level = next((text[begin - n : begin] for n in (3, 2, 1) if text[begin - n : begin] in _LEVELS), "")
    if level and begin - len(level) >= floor:
        begin -= len(level)
        place = places.get(begin)
        if place is not None and place >= floor:
            return place
    if ending in _NEEDS_LEVEL:
        return begin if level else None
    if ending in _NEEDS_NAME:
        return begin if named or (level and within < start) else None
    return begin


def _walk_within(begin: int, floor: int, words: Words) -> int:
    while begin > floor:
        word = words.ending_at(begin)
        if word not in _WITHIN or begin - len(word) < floor:
            break
        begin -= len(word)
    return begin


def _name(text: str, end: int, floor: int, words: Words, places: dict[int, int]) -> tuple[int, bool]:
    """Walks left over a proper name of two to four characters: one unknown word or several single characters."""
    begin = end
    while begin > floor and end - begin < 3 and begin not in places:
        word = words.ending_at(begin)
        if not word or begin - len(word) < floor or len(word) > 4 or len(word) + end - begin > 4:
            break
        if not all("\u4e00" <= character <= "\u9fff" and character not in _NOT_NAMED for character in word):
            break
        if word in _SINGLE or (word in everyday() and not (word[0] in _LUCKY and word[-1] in _LUCKY)):
            break
        begin -= len(word)
        if len(word) > 1:
            break
    named = end - begin >= 2 or begin in places
    return (begin, True) if named else (end, end in places)


# Characters that firms like in their names: 兴旺, 利民, 丰源
_LUCKY = frozenset("兴旺民丰源利富惠农绿金山泰安康达隆盛昌永恒宏鑫顺福瑞华茂林春晖合众诚信德美嘉和同万新天地云海江河乐")  # fmt: skip
# Characters in no body's name
_NOT_NAMED = frozenset("由县镇乡村过去到先查接任自个在的了几两于与给跑年月日你我他们")
_SINGLE = frozenset("入投的了是在我你他她它这那有和与及把被向到都就不也去来说给让从对为以所某各每全该本并但而或还又再很太更个家间座所由跟叫找问进出做开办建搞当同等用请给将于被因且才只能会要没几两一二三四五六七八九十")  # fmt: skip # noqa: E501
