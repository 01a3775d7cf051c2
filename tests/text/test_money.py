"""Amounts of money, in every way that people write them."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.money import find_amounts, find_money
from triage.text.normalise import normalise


def told(text: str) -> list[tuple[str, int]]:
    """Mentions with their value in fen."""
    return [(amount.text, amount.fen) for amount in find_amounts(text)]


@pytest.mark.parametrize(("sentence", "mention"), [("栽在盆里，五块一盆", "五块"), ("那酒二百多块一箱", "二百多块")])
def test_one_of_what_is_paid_for_is_no_part_of_the_price(sentence: str, mention: str) -> None:
    assert [text for text, _ in told(sentence)] == [mention]


def test_numbers_that_the_rules_take_for_something_else_are_told_apart() -> None:
    money = find_money("包车一趟八十，种了三百一十亩，2017年给了五百元")
    assert [amount.text for amount in money.amounts] == ["五百元"]
    assert [(number.text, number.fen) for number in money.numbers] == [("八十", 8000), ("三百一十", 31000)]


@pytest.mark.parametrize("text", ["千万不要来", "万一不给呢", "编号0000", "2017.5.3去的"])
def test_what_is_no_number_first_is_not_told_as_one(text: str) -> None:
    assert find_money(text).numbers == []


def test_many_sums_in_english_and_numbers_in_chinese_are_read_in_no_time() -> None:
    began = time.perf_counter()
    find_money("five hundred yuan and 三百二十 户 " * 8000)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("mention", "yuan"),
    [
        ("三万五", 35000),
        ("3.5万", 35000),
        ("3万5", 35000),
        ("3万5千", 35000),
        ("叁万伍仟元整", 35000),
        ("35,000元", 35000),
        ("３５０００元", 35000),
        ("三千块", 3000),
        ("五百多块", 500),
        ("一百二", 120),
        ("十几万", 100000),
        ("两三千", 2000),
        ("七八百块钱", 700),
        ("1.86亿元", 186000000),
        ("一千一百六十万", 11600000),
        ("三千五百零二", 3502),
        ("四万零二百", 40200),
        ("六块五", 6.5),
        ("七元五角", 7.5),
        ("一毛二", 0.12),
        ("十八萬餘元", 180000),
        ("人民币五万元", 50000),
        ("¥3,500", 3500),
        ("￥120.50", 120.5),
        ("百多万", 1000000),
        ("500-1000元", 500),
        ("三到五万", 30000),
    ],
)
def test_an_amount_is_read_with_its_value(mention: str, yuan: float) -> None:
    assert told(f"他从中拿走了{mention}，没有人敢说。") == [(mention, round(yuan * 100))]


@pytest.mark.parametrize(
    ("sentence", "mention", "yuan"),
    [
        ("每人200元，当场给", "200元", 200),
        ("补助按200元/人发", "200元", 200),
        ("开会每人给八十，去的人多", "八十", 80),
        ("地租一年两千一亩，没给过", "两千", 2000),
        ("补助八百只到手五百。", "八百", 800),
        ("The clerk took RMB 3.5 million.", "RMB 3.5 million", 3500000),
        ("We paid 35,000 yuan for it", "35,000 yuan", 35000),
        ("He wanted forty thousand yuan", "forty thousand yuan", 40000),
        ("It cost nearly three hundred thousand.", "three hundred thousand", 300000),
        ("微信转了3.5k给他", "3.5k", 3500),
    ],
)
def test_the_span_is_what_a_person_would_mark(sentence: str, mention: str, yuan: int) -> None:
    assert (mention, yuan * 100) in told(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "我今年六十九岁，住了三十年",
        "2017年3月5日上午10点",
        "二〇一八年一百二十户退出",
        "全村三千六百人，八百多亩地，两千斤土豆",
        "电话13812345678，身份证号513431198001011234",
        "百分之三十，第三百二十条，30%",
        "万一出事千万不要声张，老百姓不答应",
        "一块地换三块地，门口挂十二块铜牌",
        "三分之一的人，三元里，十元旦",
        "Chapter 3, page 500, in 2016",
        "",
    ],
)
def test_numbers_that_count_something_else_are_no_money(sentence: str) -> None:
    assert told(sentence) == []


def test_a_lower_bound_is_marked_as_rough() -> None:
    rough = {amount.text: amount.rough for amount in find_amounts("先给十几万，又给三千块")}
    assert rough == {"十几万": True, "三千块": False}


@given(st.text(st.sampled_from("一二两三五十百千万亿零几多块元角0123,.，。-至给人户户  kK￥yuanRMB")))
def test_any_jumble_of_numerals_is_read_without_overlap(text: str) -> None:
    amounts = find_amounts(text)
    assert all(text[amount.start : amount.end] == amount.text and amount.fen >= 0 for amount in amounts)
    assert all(one.end <= other.start for one, other in itertools.pairwise(amounts))


@pytest.mark.parametrize(
    "unit", ["1", "万", "一", "三万五", "1,111", "two hundred ", "3-", "微信1@a.", "5 ", "5 万 ", "half a ", "1 到 "]
)
def test_a_hostile_text_is_read_in_time(unit: str) -> None:
    begin = time.perf_counter()
    find_amounts(unit * (100_000 // len(unit)))
    assert time.perf_counter() - begin < 5


def test_groups_of_digits_without_end_are_read_in_time() -> None:
    begin = time.perf_counter()
    find_amounts("He paid 1" + ",234" * 25_000 + " yuanx")
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("figures", ["999,999,999,999,999,999,999", "9" * 6000])
def test_a_sum_that_nobody_has_is_none_in_english_either(figures: str) -> None:
    assert told(f"He paid {figures} yuan and 300 yuan") == [("300 yuan", 30000)]


def test_both_ends_of_a_spoken_range_are_sums() -> None:
    assert told("减完总是在四千到四千六之间") == [("四千", 400000), ("四千六", 460000)]
    assert told("差额在五百至一千五百元") == [("五百", 50000), ("一千五百元", 150000)]


@pytest.mark.parametrize(
    ("sentence", "mention", "yuan"),
    [
        ("一年就上百万了", "上百万", 1000000),
        ("听说补偿好几千万，没见着", "好几千万", 20000000),
        ("白菜才三毛一斤", "三毛", 0.3),
        ("焊工给二百一夜", "二百", 200),
        ("一度多收五毛多，一年不少", "五毛多", 0.5),
        ("每月房贷4260，工资不够", "4260", 4260),
    ],
)
def test_a_sum_ends_where_its_price_begins(sentence: str, mention: str, yuan: float) -> None:
    assert told(sentence) == [(mention, round(yuan * 100))]


@pytest.mark.parametrize(
    "sentence",
    [
        "打了一百六十针",
        "插了三千朵绢花",
        "血压一百八",
        "两千多老人被骗",
        "三百二十题背不下来",
        "珠三角的厂",
        "五毛食品太多",
        "只有916路一条",
        "每天24小时施工",
    ],
)
def test_what_is_measured_or_counted_is_no_sum(sentence: str) -> None:
    assert told(sentence) == []


@pytest.mark.parametrize(
    ("mention", "yuan"),
    [
        ("50 万元", 500_000),
        ("3.5 万元", 35_000),
        ("1200 万", 12_000_000),
        ("3 千元", 3000),
        ("3 万 5 千元", 35_000),
        ("50 余万元", 500_000),
        ("500 多元", 500),
        ("35000 元", 35_000),
        ("200 块钱", 200),
        ("三百 元", 300),
        ("人民币 50 万元", 500_000),
        ("¥ 3,500 元", 3500),
        ("3 至 5 万元", 30_000),
        ("500 - 1000 元", 500),
        ("RMB 35000", 35_000),
        ("RMB 3.5万元", 35_000),
        ("3000 RMB", 3000),
    ],
)
def test_a_space_between_number_and_unit_loses_no_sum(mention: str, yuan: int) -> None:
    assert told(f"支书贪污扶贫款{mention}，没有人敢说。") == [(mention, yuan * 100)]


def test_a_share_and_those_who_got_it_are_not_mixed_up() -> None:
    money = find_money("每户 500 元，共 120 户")
    assert [(amount.text, amount.fen) for amount in money.amounts] == [("500 元", 50_000)]
    assert money.numbers == []


@pytest.mark.parametrize(
    "text",
    [
        "全村 1200 人，在册 120 户",
        "退耕 120 亩，种了 400 棵",
        "守了 40 天，去了 36 次",
        "2018 年 3 月 15 日，老人 82 岁",
        "村里 62 贫困户没有房",
    ],
)
def test_what_is_counted_behind_a_space_is_no_sum_at_all(text: str) -> None:
    money = find_money(text)
    assert (money.amounts, [number for number in money.numbers if number.text != "2018"]) == ([], [])


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("补了500 千万不要说出去", "500"),
        ("领了500 百姓都不晓得", "500"),
        ("每人给了500 元老师也领了", "500"),
        ("给了5000 万一不够再来拿", "5000"),
    ],
)
def test_a_word_behind_a_space_makes_no_number_greater(text: str, mention: str) -> None:
    assert mention in [found.text for found in (*find_money(text).amounts, *find_money(text).numbers)]
    assert not [amount for amount in find_amounts(text) if amount.text != mention]


@pytest.mark.parametrize("text", ["35 000 元", "10 元旦放假", "村里 3 块地", "体重 120，", "证号 4471，"])
def test_a_number_with_a_space_that_is_no_sum_stays_none(text: str) -> None:
    assert told(text) == []


def test_money_that_is_told_behind_a_space_needs_no_unit() -> None:
    assert told("浇地罚款 500 我没有浇") == [("500", 50_000)]
    assert told("我去年交的养老 六千七") == [("六千七", 670_000)]


@pytest.mark.parametrize(
    ("sentence", "mention", "yuan"),
    [
        ("They kept half a million yuan of it.", "half a million yuan", 500_000),
        ("He took half a million.", "half a million", 500_000),
        ("A half million yuan went into the gate", "A half million yuan", 500_000),
        ("The road cost two and a half million yuan", "two and a half million yuan", 2_500_000),
        ("It took one and a half thousand yuan", "one and a half thousand yuan", 1500),
    ],
)
def test_half_of_a_great_number_is_half_of_it(sentence: str, mention: str, yuan: int) -> None:
    assert told(sentence) == [(mention, yuan * 100)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("He kept half of the 3,000 yuan", [("3,000 yuan", 300_000)]),
        ("Half a million people get the subsidy", []),
        ("It took half a year to get the money", []),
        ("He gave a yuan and a half loaf", []),
    ],
)
def test_half_of_something_else_is_no_sum(sentence: str, found: list[tuple[str, int]]) -> None:
    assert told(sentence) == found


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("He took 35 000 yuan from us.", 35_000),
        ("They got 1 200 000 RMB", 1_200_000),
        ("RMB 35 000 was taken", 35_000),
        ("between 500 and 800 yuan each", 500),
        ("a loss of 3-5 million yuan", 3_000_000),
        ("two or three thousand yuan", 2_000),
        ("3.5 lakh yuan", 350_000),
        ("3 wan yuan", 30_000),
    ],
)
def test_english_sums_with_parted_thousands_and_ranges_are_read_from_their_lower_end(text: str, yuan: int) -> None:
    assert [amount.fen for amount in find_amounts(normalise(text).text)] == [yuan * 100]


@pytest.mark.parametrize(
    "text", ["收了新台幣五十萬元", "送NT$500,000元", "换成美金5萬元", "收了5万美元", "港幣50,000元整"]
)
def test_the_money_of_other_countries_is_no_number_of_yuan(text: str) -> None:
    assert find_amounts(normalise(text).text) == []


def test_yuan_beside_other_money_are_read() -> None:
    assert [one.fen for one in find_amounts("收了5万美元和3万元现金")] == [3_000_000]


@pytest.mark.parametrize(
    ("sentence", "mention", "yuan"),
    [
        ("村支书拿走三点二万元", "三点二万元", 32000),
        ("一共二十三点五万元", "二十三点五万元", 235000),
        ("零点五万都不给", "零点五万", 5000),
        ("要了3点2万", "3点2万", 32000),
        ("他要了七、八千元", "七、八千元", 7000),
        ("投了三、五万元", "三、五万元", 30000),
        ("共四、五十万元", "四、五十万元", 400000),
        ("投了一个亿。", "一个亿", 100000000),
        ("几个亿的项目", "几个亿", 200000000),
    ],
)
def test_a_number_that_a_sign_parts_is_read_as_one(sentence: str, mention: str, yuan: int) -> None:
    assert told(sentence) == [(mention, yuan * 100)]


@pytest.mark.parametrize(
    ("sentence", "mention", "yuan"),
    [
        ("下午三点五万块钱送到他家", "五万块钱", 50000),
        ("三、五万元的补助没发", "五万元", 50000),
        ("第三、四百元", "四百元", 400),
    ],
)
def test_an_hour_and_the_number_of_a_paragraph_are_no_part_of_a_sum(sentence: str, mention: str, yuan: int) -> None:
    assert told(sentence) == [(mention, yuan * 100)]


@pytest.mark.parametrize(
    ("mention", "yuan"),
    [
        ("一千八百块零五毛", 1800.5),
        ("1800块零5毛", 1800.5),
        ("壹仟捌佰伍拾元伍角", 1850.5),
        ("3块5", 3.5),
        ("3w5", 35000),
        ("2000人民币", 2000),
        ("500¥", 500),
        ("万元", 10000),
        ("万把块钱", 10000),
    ],
)
def test_what_follows_the_unit_belongs_to_the_sum(mention: str, yuan: float) -> None:
    assert told(f"一共花了近{mention}，没给") == [(mention, round(yuan * 100))]


@pytest.mark.parametrize(
    ("sentence", "mention", "yuan"),
    [
        ("收了2万回扣", "2万", 20000),
        ("五万支书拿走了", "五万", 50000),
        ("挪用三十万公款", "三十万", 300000),
        ("20万村集体资金不见了", "20万", 200000),
        ("三万分红没发", "三万", 30000),
        ("五万根本没到村", "五万", 50000),
        ("每家交了120块电视费", "120块", 120),
    ],
)
def test_a_measure_word_that_begins_another_word_counts_nothing(sentence: str, mention: str, yuan: int) -> None:
    assert told(sentence) == [(mention, yuan * 100)]


@pytest.mark.parametrize(
    "text", ["三百支笔", "四千公里", "2万村民", "五百种植户", "三千回", "村里五块电池", "超万元户", "十万火急"]
)
def test_what_a_measure_word_counts_stays_no_sum(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("mention", "yuan"),
    [
        ("thirty-five thousand yuan", 35000),
        ("one hundred and twenty-five thousand yuan", 125000),
        ("twenty-thirty thousand yuan", 20000),
        ("several hundred thousand yuan", 200000),
        ("tens of thousands of yuan", 20000),
        ("a few hundred yuan", 200),
        ("a quarter of a million yuan", 250000),
    ],
)
def test_spoken_english_numbers_are_read_whole(mention: str, yuan: int) -> None:
    assert told(f"He kept {mention}.") == [(mention, yuan * 100)]


@pytest.mark.parametrize(
    ("sentence", "mention", "yuan"),
    [
        ("The fee is RMB: 500 a head", "RMB: 500", 500),
        ("They charged me ¥5,400 in cash.", "¥5,400", 5400),
        ("They charged ¥300-600 per person", "¥300-600", 300),
        ("The road cost ¥1.25 million.", "¥1.25 million", 1_250_000),
        ("He paid 100 to 200 yuan for it", "100 to 200 yuan", 100),
        ("He took 6 to 8 thousand yuan from each", "6 to 8 thousand yuan", 6000),
        ("He took 2000~6000 yuan.", "2000~6000 yuan", 2000),
        ("between five hundred and one thousand yuan", "five hundred and one thousand yuan", 500),
        ("between two hundred and two hundred and fifty yuan", "two hundred and two hundred and fifty yuan", 200),
        ("They took four thousand, four hundred and fifty yuan.", "four thousand, four hundred and fifty yuan", 4450),
        ("It cost 3 and a half thousand yuan", "3 and a half thousand yuan", 3500),
        ("the 12-million-yuan fund", "12-million-yuan", 12_000_000),
        ("They got 3.5bn yuan", "3.5bn yuan", 3_500_000_000),
        ("They got 1.2 mln yuan", "1.2 mln yuan", 1_200_000),
        ("a fine of 3,200 Chinese yuan", "3,200 Chinese yuan", 3200),
        ("He took 3.5万 yuan from us", "3.5万 yuan", 35000),
        ("给了他RMB2000元", "RMB2000元", 2000),
        ("He kept 2,000 yuan of RMB 30k went to him", "RMB 30k", 30000),
    ],
)
def test_an_english_sum_is_read_with_its_currency_and_both_ends(sentence: str, mention: str, yuan: int) -> None:
    assert (mention, yuan * 100) in told(sentence)


def test_no_sum_lies_inside_a_range_and_heads_are_none() -> None:
    assert told("He paid 100 to 200 yuan for it") == [("100 to 200 yuan", 10000)]
    assert told("a population of 12,000 lives on the fund") == []


@pytest.mark.parametrize(
    ("sentence", "mention", "yuan"),
    [
        ("拿走了6——8万元", "6——8万元", 60000),
        ("发了400——600块钱", "400——600块钱", 400),
        ("收了我3W元", "3W元", 30000),
        ("收了我1w多，没收据", "1w多", 10000),
        ("收了我3w5", "3w5", 35000),
        ("每斤3块2，不还价", "3块2", 3.2),
        ("一天百八十块", "百八十块", 100),
        ("一天百儿八十块", "百儿八十块", 100),
        ("花了千儿八百块钱", "千儿八百块钱", 1000),
        ("得了万儿八千", "万儿八千", 10000),
        ("女儿3000元", "3000元", 3000),
        ("一百八十块", "一百八十块", 180),
    ],
)
def test_spoken_and_typed_sums_are_read_whole(sentence: str, mention: str, yuan: float) -> None:
    assert told(sentence) == [(mention, round(yuan * 100))]
