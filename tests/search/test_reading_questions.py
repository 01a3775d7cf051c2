"""How a question is read: precedence, fields in both languages, and errors that say where and what instead."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import BadInput
from triage.search.fields import Lookups
from triage.search.language import Asked, read
from triage.search.nodes import AllOf, AnyOf, Filter, Named, Not, Part, Range
from triage.text.segment import default_segmenter

SYNONYMS = {"低保": ("最低生活保障",)}


def asked(q: str) -> Asked:
    return read(q, split=default_segmenter().cut, synonyms=lambda word: SYNONYMS.get(word, ()))


def word(*forms: str) -> Part:
    return Part(forms)


def phrase(text: str) -> Part:
    return Part((text,), quoted=True)


@pytest.mark.parametrize(
    ("q", "nodes"),
    [
        ('"甲" "乙" OR "丙"', (AnyOf((AllOf((phrase("甲"), phrase("乙"))), phrase("丙"))),)),
        ('"甲" ("乙" 或 "丙")', (phrase("甲"), AnyOf((phrase("乙"), phrase("丙"))))),
        ('（"甲" AND "乙"）', (phrase("甲"), phrase("乙"))),
        ('-("甲" OR "乙") NOT "丙"', (Not(AnyOf((phrase("甲"), phrase("乙")))), Not(phrase("丙")))),
        ('-"甲" OR "乙"', (AnyOf((Not(phrase("甲")), phrase("乙"))),)),
        ('"甲" ＡＮＤ "乙" ＮＯＴ "丙"', (phrase("甲"), phrase("乙"), Not(phrase("丙")))),
        ('"甲" —"乙" ——"丙" –"丁" −"戊"', (phrase("甲"), *map(Not, map(phrase, "乙丙丁戊")))),
        ('"甲" \u2010"乙" ﹣"丙" ―"丁" \u2011"戊"', (phrase("甲"), *map(Not, map(phrase, "乙丙丁戊")))),
        ('"甲" ＯＲ "乙"', (AnyOf((phrase("甲"), phrase("乙"))),)),
        ('NOT("甲" OR "乙") NOT（"丙"）', (Not(AnyOf((phrase("甲"), phrase("乙")))), Not(phrase("丙")))),
        (
            "NOTE 低保-金 and ORDER",
            (word("note"), word("低保", "最低生活保障"), word("-"), word("金"), word("and"), word("order")),
        ),
        ('"——" "-" 😀 ¥ №3', (phrase("——"), phrase("-"), word("😀"), word("¥"), word("no3"))),
        ('"甲"或"乙"', (AnyOf((phrase("甲"), phrase("乙"))),)),
        ('"甲"OR"乙" AND"丙"', (AnyOf((phrase("甲"), AllOf((phrase("乙"), phrase("丙"))))),)),
        ('"甲" OR村里 NOT村里', (AnyOf((phrase("甲"), AllOf((word("村里"), Not(word("村里")))))),)),
        ("「甲」 或『乙』", (AnyOf((phrase("甲"), phrase("乙"))),)),
        ('”甲” “乙“ “丙” “丁"', (phrase("甲"), phrase("乙"), phrase("丙"), phrase("丁"))),
        ("且说 NOT-FOR", (word("且说"), word("not"), word("-"), word("for"))),
        ("\ufeff-低保 OR\u200b 村里", (AnyOf((Not(word("低保")), word("村里"))),)),
        ("扶贫 or", (word("扶贫"), word("or"))),
        ("10:30", (word("10:30"),)),
        ("http://a.cn/x?y=1", (word("http://a.cn/x?y=1"),)),
        ("３（三）组", (word("3"), word("("), word("三"), word(")"), word("组"))),
        ("低保", (word("低保", "最低生活保障"),)),
        ("-低保", (Not(word("低保")),)),
        ("  ", ()),
    ],
)
def test_what_binds_what(q: str, nodes: tuple[object, ...]) -> None:
    assert asked(q).nodes == nodes


HALF_YEAR = Range("received", 1_551_369_600, 1_561_910_400)


@pytest.mark.parametrize(
    ("q", "node"),
    [
        ("类别：贪污侵占", Filter("category", ("embezzlement",))),
        ("类别:贪污", Filter("category", ("embezzlement",))),
        ("CATEGORY:Embezzlement", Filter("category", ("embezzlement",))),
        ("category: embezzlement", Filter("category", ("embezzlement",))),
        ('类别:"wrong or missed listing"', Filter("category", ("misidentification",))),
        ("\ufeff类别\u200b:贪污", Filter("category", ("embezzlement",))),
        ("place:四川省凉山州", Filter("place", ("5134",))),
        ("地点:510000", Filter("place", ("51",))),
        ('place:"Liangshan Yi Autonomous Prefecture"', Filter("place", ("5134",))),
        ("place:sichuan", Filter("place", ("51",))),
        ('place:"Weining Yi, Hui and Miao Autonomous County, Guizhou"', Filter("place", ("520526",))),
        ('place:"Jishishan Bao\'an, Dongxiang and Salar Autonomous County"', Filter("place", ("622927",))),
        ("place:513431000000", Filter("place", ("513431",))),
        ("地点:513431103000", Filter("place", ("513431103",))),
        ("地点:513431", Filter("place", ("513431",))),
        ("地點:昭覺縣", Filter("place", ("513431",))),
        ('place:"Zhaojue County"', Filter("place", ("513431",))),
        ("ｐｌａｃｅ：５１３４３１", Filter("place", ("513431",))),
        ("Ａｍｏｕｎｔ：＞１万", Range("amount", 1_000_001, None)),
        ("risk:>=high", Filter("risk", ("high", "grave"))),
        ("风险：高", Filter("risk", ("high",))),
        ("风险:中..重大", Filter("risk", ("medium", "high", "grave"))),
        ("渠道:热线", Filter("channel", ("hotline",))),
        ("月份:2019-11", Filter("month", ("2019-11",))),
        ("月份:2019年1月", Filter("month", ("2019-01",))),
        ("案件:01J0", Filter("case", ("01J0",))),
        ("摘要缺:被反映人", Filter("lacks", ("accused",))),
        ("lacks:money", Filter("lacks", ("money",))),
        ("lacks:any", Filter("lacks", ("accused", "money", "place", "danger"))),
        ("amount:>1万", Range("amount", 1_000_001, None)),
        ("amount:>= 10,000元", Range("amount", 1_000_000, None)),
        ("amount:>= 1 万元", Range("amount", 1_000_000, None)),
        ("金额:1 万 .. 5 万元", Range("amount", 1_000_000, 5_000_001)),
        ("金额:3元..5万", Range("amount", 300, 5_000_001)),
        ("金额:500..1万", Range("amount", 50_000, 1_000_001)),
        ("收到:2019年 3月 .. 2019年 6月 30日", HALF_YEAR),
        ("金额：三万五", Range("amount", 3_500_000, 3_500_001)),
        ("amount:10000..50000", Range("amount", 1_000_000, 5_000_001)),
        ("金额:1万～5万", Range("amount", 1_000_000, 5_000_001)),
        ("amount:<=0.5", Range("amount", None, 51)),
        ("received:2019-03..2019-06", HALF_YEAR),
        ("收到：2019年3月..2019年6月30日", HALF_YEAR),
        ("received:>2019-02 received:<2019-07", None),
        ("received:2019-03 .. 2019-06", HALF_YEAR),
        ("收到：2019-03.. 2019-06", HALF_YEAR),
        ("收到:2019-03 ..2019-06", HALF_YEAR),
        ("收到:2019-03 至 2019-06", HALF_YEAR),
        ("收到:2019年3月到2019年6月", HALF_YEAR),
        ('received:2019-03 ... "2019-06"', HALF_YEAR),
        ("received:.. 2019-06", Range("received", None, HALF_YEAR.high)),
        ("received:2019-03 ..", Range("received", HALF_YEAR.low, None)),
        ("金额:1万 ～ 5万", Range("amount", 1_000_000, 5_000_001)),
        ("风险:中 .. 重大", Filter("risk", ("medium", "high", "grave"))),
        ("被举报人:王建国", Named(("=王建国", "~wanjianuo"))),
        ('accused:"王建国"', Named(("=王建国",))),
        ("accused:「王建国」", Named(("=王建国",))),
    ],
)
def test_fields_and_values_in_both_languages(q: str, node: object) -> None:
    nodes = asked(q).nodes
    if node is None:
        assert nodes == (Range("received", HALF_YEAR.low, None), Range("received", None, HALF_YEAR.high))
    else:
        assert nodes == (node,)


@pytest.mark.parametrize(
    ("q", "nodes"),
    [
        ("received:2019-03.. 低保", (Range("received", HALF_YEAR.low, None), word("低保", "最低生活保障"))),
        ('received:2019-03.. "低保"', (Range("received", HALF_YEAR.low, None), phrase("低保"))),
        ("(收到:2019-03..) OR 村里", (AnyOf((Range("received", HALF_YEAR.low, None), word("村里"))),)),
        ("amount:10000.. 三组", (Range("amount", 1_000_000, None), word("三组"))),
        ("金额:1 万人", (Range("amount", 100, 101), word("万人"))),
        ("amount:>10000 3500", (Range("amount", 1_000_001, None), word("3500"))),
        ("received:2019-03 至今", (Range("received", HALF_YEAR.low, 1_554_048_000), word("至今"))),
    ],
)
def test_a_range_with_an_open_end_leaves_the_next_word_alone(q: str, nodes: tuple[object, ...]) -> None:
    assert asked(q).nodes == nodes


@pytest.mark.parametrize(
    ("q", "character", "rule", "instead"),
    [
        ('村里 "低保', 4, "quote", "引号"),
        ("低保”", 3, "quote", "partner"),
        ('低保 ""', 4, "empty", "nothing between"),
        ('低保 "\u200b"', 4, "empty", "nothing between"),
        ("村里 (低保", 4, "bracket", "never closed"),
        ("低保)", 3, "bracket", "never opened"),
        ("()", 2, "empty", "missing"),
        ("低保 OR", 6, "empty", '"OR"'),
        ("或 低保", 1, "empty", "加引号"),
        ("低保 AND", 7, "empty", "missing"),
        ("AND 低保", 1, "empty", "加引号"),
        ("(且 低保)", 2, "empty", "AND"),
        ("低保 AND OR 会计", 8, "empty", "missing"),
        ("低保 NOT OR 会计", 8, "empty", "missing"),
        ("低保 NOT", 7, "empty", "NOT"),
        ("(低保 NOT)", 8, "empty", "NOT"),
        ("低保 - 会计", 4, "sign", "紧接在要排除的词前面"),
        ("低保 -", 4, "sign", "right before"),
        ("低保 — 会计", 4, "sign", "quotation marks"),
        ("低保 、 会计", 4, "sign", "引号"),
        ("低保 + 会计", 4, "sign", "引号"),
        ("类别 ：贪污侵占", 4, "sign", "冒号"),
        ("「低保", 1, "quote", "partner"),
        ("被举报人:王建国、李四", 6, "name", "被举报人:乙"),
        ("金额:3至5万元", 4, "unit", "3万..5万"),
        ("received:2019-00", 10, "date", "received:2019-03"),
        ("received:2019-03-0", 10, "date", "received:2019-03"),
        ("低保 -……", 5, "sign", "引号"),
        ("categry:bribery", 1, "field", "category: meant"),
        ("村里 部门：民政局", 4, "field", "类别:"),
        ("ｃａｔｅｇｒｙ：bribery", 1, "field", "category: meant"),
        ("月份:٢٠١٩-01", 4, "form", "2019-11"),
        ("收到:2019111", 4, "date", "收到:2019-03"),
        ("被举报人:王*国", 6, "wildcard", "通配符"),
        ("accused:王？国", 9, "wildcard", "pinyin"),
        ("category:", 1, "value", "one value"),
        ("category:(bribery OR neglect)", 10, "value", "category:embezzlement OR"),
        ("category:nonsense", 10, "unknown", "embezzlement"),
        ("category:挪", 10, "unknown", "贪污侵占"),
        ("地点:火星", 4, "unknown", "地点:四川省昭觉县"),
        ('place:"Sanhe Village, Zhaojue County"', 7, "unknown", "county or province"),
        ("place:liangshan", 7, "unknown", "several have"),
        ("place:1234567", 7, "unknown", "12 位"),
        ("risk:huge", 6, "unknown", "grave"),
        ("risk:grave..low", 6, "range", "smaller end"),
        ("渠道:飞鸽", 4, "unknown", "来信"),
        ("摘要缺:标题", 5, "unknown", "危险"),
        ("amount:>much", 9, "amount", "amount:>10000"),
        ("金额:几万", 4, "amount", "金额:35000"),
        ("amount:..", 8, "amount", "amount:35000"),
        ("amount:5万..1万", 8, "range", "起点"),
        ("received:2019-13", 10, "date", "received:2019-03"),
        ("received:2019-02-30", 10, "date", "received:2019-03"),
        ("received:2019-03 .. 低保", 10, "date", "received:2019-03"),
        ("收到:2019-03 至 年底", 4, "date", "收到:2019-03"),
        ("received:2019-06 .. 2019-03", 10, "range", "smaller end"),
        ("received:2019-06.. 2019-03", 10, "range", "smaller end"),
        ("received:2019-03 - 2019-06", 18, "sign", "quotation marks"),
        ("收到:去年", 4, "date", "收到:2019-03"),
        ("month:2019", 7, "form", "month:2019-11"),
        ("place:>51", 8, "sign", "金额、收到、风险"),
        ("accused:··", 9, "name", "一个字"),
        ("accused:——", 9, "name", "one letter"),
        ("(" * 11 + "低保" + ")" * 11, 11, "too_deep", "10"),
        ("低 " * 61, 121, "too_many", "60"),
        ("低保 \udcff", 4, "surrogate", "UTF-8"),
    ],
)
def test_an_error_says_where_and_what_to_write_instead(q: str, character: int, rule: str, instead: str) -> None:
    with pytest.raises(BadInput) as caught:
        asked(q)
    assert (caught.value.field, caught.value.rule) == ("q", rule)
    assert f"第 {character} 个字" in caught.value.detail
    assert f"Character {character}:" in caught.value.detail
    assert instead in caught.value.detail


@pytest.mark.parametrize("secret", ["category:王守田贪污", "place:王守田村", "王守田:钱", 'amount:"王守田"'])
def test_an_error_repeats_nothing_of_the_question(secret: str) -> None:
    with pytest.raises(BadInput) as caught:
        asked(secret)
    assert "王守田" not in str(caught.value)


@given(st.lists(st.sampled_from(list('低保 "-()（）“”:：ORamount金额类别>.1万村')), max_size=30).map("".join))
def test_whatever_is_typed_is_read_or_told_at_a_character_of_it(q: str) -> None:
    try:
        assert isinstance(asked(q), Asked)
    except BadInput as error:
        at = int(error.detail.split(" ")[1])
        assert 1 <= at <= len(q) + 1


def test_what_was_added_to_words_is_told_and_quotes_and_minus_switch_it_off() -> None:
    assert asked('低保 "低保" -低保').also == {"低保": ("最低生活保障",)}
    assert asked('"低保"').also == {}
    assert asked("-低保").also == {}


@pytest.mark.parametrize(
    ("q", "also"),
    [
        ("王健国", {"王健国": ("accused:wangjianguo",)}),
        ("wang jianguo", {"wangjianguo": ("accused:wangjianguo",)}),
        ("wjg", {"wjg": ("accused:wjg",)}),
        ("单晓明", {"单晓明": ("accused:shanxiaoming",)}),
        ("accused:王健国", {"王健国": ("accused:wangjianguo",)}),
        ("被举报人:王健国书记", {"王健国书记": ("accused:wangjianguo",)}),
        ('"王健国"', {}),
        ('accused:"王健国"', {}),
        ("王健国 贪污", {}),
        ("-王健国", {}),
        ("高速", {}),
        ("fund", {}),
    ],
)
def test_a_name_alone_is_also_looked_for_among_the_accused(q: str, also: dict[str, tuple[str, ...]]) -> None:
    assert asked(q).also == also


def test_what_is_told_as_added_asks_for_the_same_people() -> None:
    (added,) = asked("王健国").also["王健国"]
    (named,) = asked(added).nodes
    (either,) = asked("王健国").nodes
    assert isinstance(named, Named)
    assert isinstance(either, AnyOf)
    assert isinstance(either.nodes[1], Named)
    assert set(named.forms) <= set(either.nodes[1].forms)


def test_a_case_that_is_nobodys_is_told_with_what_to_write_and_never_found_empty() -> None:
    with pytest.raises(BadInput) as caught:
        read("低保 case:王守田", split=default_segmenter().cut, lookups=Lookups(case_of=lambda _: None))
    assert (caught.value.field, caught.value.rule) == ("q", "unknown")
    assert "Character 9:" in caught.value.detail
    assert "案件或其中一件举报的编号" in caught.value.detail
    assert "王守田" not in caught.value.detail


def test_levels_of_risk_are_compared_by_urgency() -> None:
    found = [asked(f"risk:>={level}").nodes[0] for level in ("low", "person", "medium", "high", "grave")]
    assert all(isinstance(one, Filter) for one in found)
    assert all(
        set(after.values) < set(before.values)
        for before, after in pairwise(found)
        if isinstance(before, Filter) and isinstance(after, Filter)
    )
