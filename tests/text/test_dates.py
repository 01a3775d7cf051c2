"""Times as ISO dates and months, counted from the day on which the report was received."""

from __future__ import annotations

import itertools
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.dates import find_periods

RECEIVED = date(2018, 3, 19)


def told(text: str, received: date = RECEIVED) -> list[tuple[str, str, str]]:
    """Mentions with first and last."""
    return [(period.text, period.first, period.last) for period in find_periods(text, received)]


@pytest.mark.parametrize(
    ("mention", "first", "last"),
    [
        ("2018年3月5日", "2018-03-05", "2018-03-05"),
        ("2017-03-05", "2017-03-05", "2017-03-05"),
        ("2017.3.5", "2017-03-05", "2017-03-05"),
        ("２０１７年３月", "2017-03", "2017-03"),
        ("一八年三月", "2018-03", "2018-03"),
        ("二〇一七年十二月二十三日", "2017-12-23", "2017-12-23"),
        ("17年", "2017-01", "2017-12"),
        ("九八年", "1998-01", "1998-12"),
        ("去年", "2017-01", "2017-12"),
        ("去年底", "2017-12", "2017-12"),
        ("去年年底", "2017-12", "2017-12"),
        ("八二年", "1982-01", "1982-12"),
        ("昨晚上", "2018-03-18", "2018-03-18"),
        ("大前年", "2015-01", "2015-12"),
        ("前年腊月", "2016-12", "2017-01"),
        ("今年正月初九", "2018-02-24", "2018-02-24"),
        ("上个月", "2018-02", "2018-02"),
        ("上周", "2018-03-12", "2018-03-18"),
        ("今年春节", "2018-02", "2018-03"),
        ("去年国庆", "2017-10-01", "2017-10-07"),
        ("去年中秋", "2017-10-04", "2017-10-04"),
        ("2016至2018年", "2016-01", "2018-12"),
        ("2016、2017两年", "2016-01", "2017-12"),
        ("2017年4月至2018年1月", "2017-04", "2018-01"),
        ("11月5日至18日", "2017-11-05", "2017-11-18"),
        ("2015-2016学年", "2015-09", "2016-06"),
        ("3月", "2018-03", "2018-03"),
        ("十一月份", "2017-11", "2017-11"),
        ("年初", "2018-01", "2018-03"),
        ("2017年上半年", "2017-01", "2017-06"),
        ("去年冬天", "2017-12", "2018-02"),
        ("2017年九月下旬", "2017-09-21", "2017-09-30"),
        ("臘月二十三", "2018-02-08", "2018-02-08"),
    ],
)
def test_a_time_is_read_with_its_dates(mention: str, first: str, last: str) -> None:
    assert told(f"那是{mention}，大家都晓得。") == [(mention, first, last)]


@pytest.mark.parametrize(
    ("sentence", "mention", "first", "last"),
    [
        ("It began last year and never stopped", "last year", "2017-01", "2017-12"),
        ("He came in March 2017 with a form", "March 2017", "2017-03", "2017-03"),
        ("He has waited since 2016 for it", "2016", "2016-01", "2016-12"),
        ("On 12 September. Nobody came", "12 September", "2017-09-12", "2017-09-12"),
        ("the autumn of 2016 was dry", "the autumn of 2016", "2016-09", "2016-11"),
        ("last November they came", "last November", "2017-11", "2017-11"),
    ],
)
def test_english_times_are_read(sentence: str, mention: str, first: str, last: str) -> None:
    assert told(sentence) == [(mention, first, last)]


@pytest.mark.parametrize(
    "sentence",
    [
        "现在和今天都没有",
        "前几年的事",
        "干了18年来没歇过",
        "等了三个月",
        "我今年六十九岁",
        "一月两千",
        "2017年13号文件"[5:],
        "You may go",
        "",
    ],
)
def test_what_names_no_time_is_left_alone(sentence: str) -> None:
    assert told(sentence) == []


def test_a_month_takes_the_year_of_the_month_before_it_in_the_sentence() -> None:
    assert told("2016年10月签的字，12月房子就裂了")[1] == ("12月", "2016-12", "2016-12")


def test_a_month_without_a_year_is_the_last_one_not_after_the_report() -> None:
    assert told("5月报过一次", date(2018, 4, 30))[0][1] == "2017-05"
    assert told("5月报过一次", date(2018, 5, 1))[0][1] == "2018-05"


def test_a_day_that_no_calendar_has_is_no_date() -> None:
    assert told("2017年2月30日") == []


@given(
    st.text(st.sampled_from("0123456789一二〇年月日号至-/.、去前今上个底初腊正春冬旬份廿十学Mayinlst ")),
    st.dates(date(1990, 1, 1), date(2099, 12, 31)),
)
def test_any_jumble_is_read_without_overlap_and_in_order(text: str, received: date) -> None:
    periods = find_periods(text, received)
    assert all(text[period.start : period.end] == period.text and period.first <= period.last for period in periods)
    assert all(one.end <= other.start for one, other in itertools.pairwise(periods))


@pytest.mark.parametrize("unit", ["1", "年", "2017年", "上个", "3月至", "去年底", "2017-", "in May "])
def test_a_hostile_text_is_read_in_time(unit: str) -> None:
    begin = time.perf_counter()
    find_periods(unit * (100_000 // len(unit)), RECEIVED)
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize(
    ("sentence", "mention", "first", "last"),
    [
        ("昨天晚上有人砸窗子", "昨天晚上", "2018-03-18", "2018-03-18"),
        ("前天村里开会", "前天", "2018-03-17", "2018-03-17"),
        ("他说明天来收", "明天", "2018-03-20", "2018-03-20"),
        ("说是列入明年", "明年", "2019-01", "2019-12"),
        ("这个礼拜要铲", "这个礼拜", "2018-03-19", "2018-03-25"),
        ("礼拜四来过人", "礼拜四", "2018-03-15", "2018-03-15"),
        ("那房子是三年前盖的", "三年前", "2015-01", "2015-12"),
        ("半个月前给过你们", "半个月前", "2018-03", "2018-03"),
        ("五天前报的案", "五天前", "2018-03-14", "2018-03-14"),
        ("24号晚上挨的打", "24号", "2018-02-24", "2018-02-24"),
        ("上学期她没有领到", "上学期", "2017-09", "2018-01"),
        ("大年初二上门要钱", "大年初二", "2018-02-17", "2018-02-17"),
        ("今年清明回去看过", "今年清明", "2018-04-05", "2018-04-05"),
    ],
)
def test_days_are_counted_from_the_day_of_receipt(sentence: str, mention: str, first: str, last: str) -> None:
    assert (mention, first, last) in told(sentence)


def test_a_day_without_a_month_belongs_to_the_month_told_before_it() -> None:
    assert told("去年五月九号他们来，八号傍晚就有车")[1] == ("八号", "2017-05-08", "2017-05-08")


def test_a_bare_name_of_the_next_month_lies_ahead() -> None:
    assert told("镇上说四月二号铲车来") == [("四月二号", "2018-04-02", "2018-04-02")]


def test_a_promised_end_of_the_year_lies_ahead() -> None:
    june = date(2018, 6, 7)
    assert told("镇里说等年底再给", june) == [("年底", "2018-12", "2018-12")]
    assert told("年底考核我们是称职", june) == [("年底", "2017-12", "2017-12")]


@pytest.mark.parametrize(
    "text",
    [
        "住在3号楼",
        "一号文件",
        "下发24号令",
        "每周一开会",
        "之前天天来",
        "说明天气不好",
        "证明日期",
        "最后一天前弄完",
        "以后年年有",
        "封面用宋体二号，",
    ],
)
def test_what_sounds_like_a_day_is_none(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "mention", "first"),
    [
        ("They came last night with a truck.", "last night", "2018-03-18"),
        ("Someone came round two years ago and counted.", "two years ago", "2016-01"),
        ("He said on Thursday that it was done.", "Thursday", "2018-03-15"),
    ],
)
def test_english_days_are_counted_back(text: str, mention: str, first: str) -> None:
    assert [(found, begin) for found, begin, _ in told(text)] == [(mention, first)]


AUTUMN = date(2019, 11, 20)


@pytest.mark.parametrize(
    ("sentence", "mentions"),
    [
        ("2017年，8月份他来我家收了钱", [("2017年", "2017-01", "2017-12"), ("8月份", "2017-08", "2017-08")]),
        ("2017年村里修路，12月收了每户五百元", [("2017年", "2017-01", "2017-12"), ("12月", "2017-12", "2017-12")]),
        ("去年，8月15日，会计把卡拿走了", [("去年", "2018-01", "2018-12"), ("8月15日", "2018-08-15", "2018-08-15")]),
        ("去年是十月发的，不晓得为什么", [("去年", "2018-01", "2018-12"), ("十月", "2018-10", "2018-10")]),
        ("直到2016年大概5月份才查", [("2016年", "2016-01", "2016-12"), ("5月份", "2016-05", "2016-05")]),
        (
            "2017年修的水池，3月开工，8月完工",
            [("2017年", "2017-01", "2017-12"), ("3月", "2017-03", "2017-03"), ("8月", "2017-08", "2017-08")],
        ),
        (
            "2016年11月签的字，1月交钱，3月完工",
            [("2016年11月", "2016-11", "2016-11"), ("1月", "2017-01", "2017-01"), ("3月", "2017-03", "2017-03")],
        ),
        (
            "2018年上半年，村里分三批发，5月是第二批",
            [("2018年上半年", "2018-01", "2018-06"), ("5月", "2018-05", "2018-05")],
        ),
    ],
)
def test_a_month_in_the_breath_of_a_year_takes_that_year(sentence: str, mentions: list[tuple[str, str, str]]) -> None:
    assert told(sentence, AUTUMN) == mentions


@pytest.mark.parametrize(
    "sentence",
    [
        "去年脱的贫，三月查出了病",
        "那座桥是1974年修的，三月发大水又裂了",
        "房子是2016年的，三月漏得住不成",
        "医院把去年的单子退回来，药费停在三月",
        "去年腊月脱贫三月返贫",
        "2009年合同到期，结果三月老板带人来了",
        "2017年至今，三月我又去问过",
        "2017年的账还没有清。三月我又去问",
        "去年下半年，养猪场停了，三月又开",
    ],
)
def test_a_month_of_another_matter_is_the_last_such_month(sentence: str) -> None:
    assert [first[:7] for text, first, _ in told(sentence, AUTUMN) if text.startswith("三月")] == ["2019-03"]


def test_a_month_that_was_guessed_moves_no_year_that_words_look_back_to() -> None:
    text = "搬进新村是2017年。六月烂了一茬，三家赔了，搬进新村当年底都脱了贫"
    assert ("当年底", "2017-12", "2017-12") in told(text, AUTUMN)


@pytest.mark.parametrize(
    ("mention", "first", "last"),
    [
        ("2018年3、4、5月", "2018-03", "2018-05"),
        ("2018年10、11、12月", "2018-10", "2018-12"),
        ("五、六、七月", "2019-05", "2019-07"),
    ],
)
def test_months_in_a_row_are_one_stretch(mention: str, first: str, last: str) -> None:
    assert told(f"工资欠着，{mention}都没发", AUTUMN) == [(mention, first, last)]


@pytest.mark.parametrize(
    ("mention", "first", "last"),
    [
        ("2018 年 3 月 5 日", "2018-03-05", "2018-03-05"),
        ("2018 年3月", "2018-03", "2018-03"),
        ("17 年 3 月", "2017-03", "2017-03"),
        ("2016年 5月到 9月", "2016-05", "2016-09"),
        ("2016 年 3 月至 2017 年 5 月", "2016-03", "2017-05"),
        ("2016 年至 2018 年", "2016-01", "2018-12"),
        ("3 至 5 月", "2019-03", "2019-05"),
        ("去年 8 月 15 号", "2018-08-15", "2018-08-15"),
        ("上个月 3 号", "2019-10-03", "2019-10-03"),
        ("3 个月前", "2019-08", "2019-08"),
        ("去年 春节", "2018-02", "2018-03"),
        ("腊月 廿三", "2019-01-28", "2019-01-28"),
    ],
)
def test_a_space_beside_the_digits_parts_no_date(mention: str, first: str, last: str) -> None:
    assert told(f"那是 {mention} ，大家都晓得。", AUTUMN) == [(mention, first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "干了 17 年 ，没歇过",
        "我今年 69 岁",
        "住 3 号楼",
        "第 24 号 上面写着",
        "1 号，是电商园。2 号，是展馆",
        "每年 3 月 交一回",
        "全镇 18 年 3 个组",
        "民国四十二年以前的地契",
    ],
)
def test_a_number_with_a_space_that_names_no_time_is_left_alone(text: str) -> None:
    assert told(text, AUTUMN) == []


def test_the_number_of_a_house_behind_a_month_is_no_day() -> None:
    assert told("3月 5号楼漏水", AUTUMN) == [("3月", "2019-03", "2019-03")]
    assert told("3月 5号楼上漏水", AUTUMN) == [("3月 5号", "2019-03-05", "2019-03-05")]


JANUARY = date(2020, 1, 10)


@pytest.mark.parametrize(
    ("mention", "first", "last"),
    [
        ("今年腊月", "2019-12", "2020-01"),
        ("今年腊月十四", "2020-01-08", "2020-01-08"),
        ("去年腊月", "2019-01", "2019-02"),
        ("前年腊月", "2019-01", "2019-02"),
        ("去年冬月", "2019-11", "2019-12"),
        ("去年正月", "2019-02", "2019-03"),
        ("明年正月", "2021-02", "2021-03"),
        ("2019年腊月", "2019-12", "2020-01"),
        ("腊月", "2019-12", "2020-01"),
    ],
)
def test_in_january_the_old_lunar_year_still_runs(mention: str, first: str, last: str) -> None:
    assert told(f"那是{mention}，大家都晓得。", JANUARY) == [(mention, first, last)]


def test_after_the_lunar_new_year_the_twelfth_month_of_the_year_lies_ahead() -> None:
    assert told("说是今年腊月才发", date(2020, 3, 10)) == [("今年腊月", "2021-01", "2021-02")]
    assert told("去年腊月开的会", date(2020, 3, 10)) == [("去年腊月", "2019-12", "2020-01")]


@pytest.mark.parametrize(
    ("text", "received", "first", "last"),
    [
        ("He came last December.", date(2019, 11, 20), "2018-12", "2018-12"),
        ("He came in December last year.", date(2019, 11, 20), "2018-12", "2018-12"),
        ("He came last November.", date(2019, 11, 20), "2018-11", "2018-11"),
        ("We paid in March '19 already.", date(2020, 6, 1), "2019-03", "2019-03"),
        ("We paid on 12/03/2019 already.", date(2020, 6, 1), "2019-03", "2019-12"),
        ("We paid on 25/03/2019 already.", date(2020, 6, 1), "2019-03-25", "2019-03-25"),
        ("We paid on 12-Mar-2019 already.", date(2020, 6, 1), "2019-03-12", "2019-03-12"),
        ("We paid in Q2 2019 already.", date(2020, 6, 1), "2019-04", "2019-06"),
        ("They came the day before yesterday.", date(2020, 6, 10), "2020-06-08", "2020-06-08"),
        ("Half a year ago he came.", date(2020, 6, 10), "2019-12", "2019-12"),
    ],
)
def test_english_times_lie_before_the_report_and_keep_their_year(
    text: str, received: date, first: str, last: str
) -> None:
    assert [(one.first, one.last) for one in find_periods(text, received)] == [(first, last)]


@pytest.mark.parametrize(
    ("sentence", "mention", "first", "last"),
    [
        ("2016.3-2017.11的工资没发", "2016.3-2017.11", "2016-03", "2017-11"),
        ("2016.3.5至2017.11.8的工资没发", "2016.3.5至2017.11.8", "2016-03-05", "2017-11-08"),
        ("15、16年的钱没发", "15、16年", "2015-01", "2016-12"),
        ("15到17年的钱没发", "15到17年", "2015-01", "2017-12"),
        ("2017年年中评的", "2017年年中", "2017-06", "2017-07"),
        ("去年过年发的米", "去年过年", "2017-01", "2017-02"),
        ("两周前来过", "两周前", "2018-03-05", "2018-03-05"),
        ("三个星期以前来过", "三个星期以前", "2018-02-26", "2018-02-26"),
        ("From March to November 2017 they took our subsidy.", "March to November 2017", "2017-03", "2017-11"),
        ("From November to March 2018 they took our subsidy.", "November to March 2018", "2017-11", "2018-03"),
        ("Between 2015 and 2017 he took the money.", "2015 and 2017", "2015-01", "2017-12"),
        ("In 2016-2017 he took all the money.", "2016-2017", "2016-01", "2017-12"),
    ],
)
def test_both_ends_of_a_time_are_read(sentence: str, mention: str, first: str, last: str) -> None:
    assert (mention, first, last) in told(sentence)


@pytest.mark.parametrize("text", ["我当了15年的会计", "干了10年，没人管", "两三年前修的路"])
def test_how_long_something_lasted_is_no_year(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("sentence", "mention", "first", "last"),
    [
        ("It was built in the first half of 2017.", "first half of 2017", "2017-01", "2017-06"),
        ("Nothing came in the second half of last year.", "second half of last year", "2017-07", "2017-12"),
        ("They stopped in the fourth quarter of 2016.", "fourth quarter of 2016", "2016-10", "2016-12"),
        ("They stopped in late 2016.", "late 2016", "2016-10", "2016-12"),
        ("At the end of 2016 they stopped.", "2016", "2016-12", "2016-12"),
        ("At the beginning of last year they stopped.", "last year", "2017-01", "2017-03"),
        ("He came the year before last.", "the year before last", "2016-01", "2016-12"),
        ("He came in May the year before last.", "May the year before last", "2016-05", "2016-05"),
        ("He came in July two years ago.", "July two years ago", "2016-07", "2016-07"),
        ("Two years ago in June he came.", "Two years ago in June", "2016-06", "2016-06"),
        ("He came the month before last.", "the month before last", "2018-01", "2018-01"),
        ("He came the week before last.", "the week before last", "2018-03-05", "2018-03-11"),
        ("He came on October 14 last year.", "October 14 last year", "2017-10-14", "2017-10-14"),
        ("He came on the 15th of last month.", "15th of last month", "2018-02-15", "2018-02-15"),
        ("In autumn of last year he came.", "autumn of last year", "2017-09", "2017-11"),
        ("Before last Spring Festival he came.", "last Spring Festival", "2018-02", "2018-03"),
        ("Before Spring Festival 2017 he came.", "Spring Festival 2017", "2017-01", "2017-02"),
        ("He came at last year's Mid-Autumn Festival.", "last year's Mid-Autumn Festival", "2017-10-04", "2017-10-04"),
        ("He came in september and took it.", "september", "2017-09", "2017-09"),
        ("During 2016 he took it.", "2016", "2016-01", "2016-12"),
        ("He came on Nov. 3, 2016 and took it.", "Nov. 3, 2016", "2016-11-03", "2016-11-03"),
        ("From 3 to 5 August they counted.", "3 to 5 August", "2017-08-03", "2017-08-05"),
        ("On May 15-16, 2017 they counted.", "May 15-16, 2017", "2017-05-15", "2017-05-16"),
        ("The totals of 2013 to 2016 are wrong.", "2013 to 2016", "2013-01", "2016-12"),
        ("He was paid in 2013-2017.", "2013-2017", "2013-01", "2017-12"),
        ("From September 2016 until February 2017.", "September 2016 until February 2017", "2016-09", "2017-02"),
        ("It lasted from 30 July to 2 August 2017.", "30 July to 2 August 2017", "2017-07-30", "2017-08-02"),
    ],
)
def test_times_that_an_english_sentence_tells_by_their_year_are_read_whole(
    sentence: str, mention: str, first: str, last: str
) -> None:
    assert told(sentence) == [(mention, first, last)]


@pytest.mark.parametrize(
    "sentence",
    ["Household 4 may march on.", "We say this may be so.", "Happy Spring Festival to all.", "a fall at last"],
)
def test_words_that_only_look_like_a_month_or_a_feast_are_no_time(sentence: str) -> None:
    assert told(sentence) == []


def test_days_in_a_row_are_no_stretch_from_the_first_to_the_last() -> None:
    assert told("Visits were on 15, 19 and 22 June 2017.") == [("22 June 2017", "2017-06-22", "2017-06-22")]


@pytest.mark.parametrize(
    ("sentence", "mention", "first", "last"),
    [
        ("22年3月发的通知", "22年3月", "2022-03", "2022-03"),
        ("23年2月到5月没发", "23年2月到5月", "2023-02", "2023-05"),
        ("村主任24年收的钱", "24年", "2024-01", "2024-12"),
        ("二二年二月评的", "二二年二月", "2022-02", "2022-02"),
        ("21年底修的路", "21年底", "2021-12", "2021-12"),
        ("12到20年的账", "12到20年", "2012-01", "2020-12"),
        ("一零年九月修的", "一零年九月", "2010-09", "2010-09"),
        ("一零年到一五年的账", "一零年到一五年", "2010-01", "2015-12"),
    ],
)
def test_years_of_two_digits_go_on_after_2020(sentence: str, mention: str, first: str, last: str) -> None:
    assert told(sentence, date(2025, 6, 30)) == [(mention, first, last)]


@pytest.mark.parametrize(
    "sentence", ["退伍满22年", "工龄20年", "修了25年", "整整21年", "一百二一年", "一千二一年", "老二一年级"]
)
def test_years_that_passed_are_no_year(sentence: str) -> None:
    assert told(sentence, date(2025, 6, 30)) == []


def test_a_number_above_the_year_of_receipt_is_a_time_that_passed() -> None:
    assert told("22年，没人管", date(2021, 6, 30)) == []


@pytest.mark.parametrize(
    ("sentence", "mention", "first", "last"),
    [
        ("农历2016年八月十二发的", "农历2016年八月十二", "2016-09-12", "2016-09-12"),
        ("农历去年腊月二十三", "农历去年腊月二十三", "2018-02-08", "2018-02-08"),
        ("2017年8月17至18日停水", "2017年8月17至18日", "2017-08-17", "2017-08-18"),
        ("12月8到17日来的人", "12月8到17日", "2017-12-08", "2017-12-17"),
        ("2017年12月18、19号来的", "2017年12月18、19号", "2017-12-18", "2017-12-19"),
        ("去年3、4月没发", "去年3、4月", "2017-03", "2017-04"),
        ("从前天开始涨水", "前天", "2018-03-17", "2018-03-17"),
    ],
)
def test_lunar_years_days_in_a_row_and_months_in_a_row_are_read(
    sentence: str, mention: str, first: str, last: str
) -> None:
    assert told(sentence) == [(mention, first, last)]


@pytest.mark.parametrize("sentence", ["从前天天来", "从前天气好", "从前有人管"])
def test_once_upon_a_time_is_no_day(sentence: str) -> None:
    assert told(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "mentions"),
    [
        ("去年春上面拨了钱", ["去年春"]),
        ("去年春上拨了钱", ["去年春上"]),
        ("昨晚上面来人", ["昨晚"]),
        ("三月龄的猪", []),
    ],
)
def test_a_time_ends_before_the_word_behind_it(sentence: str, mentions: list[str]) -> None:
    assert [mention for mention, _, _ in told(sentence)] == mentions


@pytest.mark.parametrize(
    ("sentence", "mention", "first", "last"),
    [
        ("去年八一慰问的米和油", "去年八一", "2017-08-01", "2017-08-01"),
        ("去年六一就写信", "去年六一", "2017-06-01", "2017-06-01"),
        ("去年十一期间来人", "去年十一期间", "2017-10-01", "2017-10-07"),
        ("今年大年三十来的", "今年大年三十", "2018-02-15", "2018-02-15"),
        ("去年大年初二来的", "去年大年初二", "2017-01-29", "2017-01-29"),
        ("大后天对账", "大后天", "2018-03-22", "2018-03-22"),
        ("2017.1.10日发的信", "2017.1.10日", "2017-01-10", "2017-01-10"),
        ("2017.3月发的信", "2017.3月", "2017-03", "2017-03"),
        ("2017年9.2号从崖上", "2017年9.2号", "2017-09-02", "2017-09-02"),
        ("2015、2016、2017年的账", "2015、2016、2017年", "2015-01", "2017-12"),
        ("2017年上学期的事", "2017年", "2017-01", "2017-12"),
    ],
)
def test_feasts_by_their_day_and_dates_with_points_are_read(sentence: str, mention: str, first: str, last: str) -> None:
    assert told(sentence) == [(mention, first, last)]


@pytest.mark.parametrize("sentence", ["他今年十一，上小学", "今年十一岁了"])
def test_an_age_is_no_feast(sentence: str) -> None:
    assert told(sentence) == []
