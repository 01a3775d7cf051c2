"""Numbers and names by which whoever wrote is reached are covered however they are written; all of them are invented."""

from __future__ import annotations

import time

import pytest

from triage.covered import covered_beside, covered_in
from triage.text.masking import MASK, mask


@pytest.mark.parametrize(
    "told",
    [
        "电话：【138.0013.8000】",
        "电话【138零零138零零零】",
        "电话：【壹叁捌零零壹叁捌零零零】",
        "电话：【幺三八，零零幺三，八零零零】",
        "打【13800138000】转【805】",
        "短号：【665123】",
        "身份证号 【5134 3119 6801 0112 3X】",
        "身份证号：【5134311968O1O11234】",
        "身份证后四位【123X】",
        "护照号【E12345678】",
        "低保证号：【川低字第20180088】号",
        "社保卡号【A12345678】",
        "残疾证号【51343119680101123X44】",
        "加我V：【lisi1968】",
        "加v信【lisi68】",
        "薇❤【lisi68】",
        "我的微信叫【柳林李四】",
        "微信昵称“【柳林老李】”",
        "企鹅号【1234567】",
        "Q：【123456789】",
        "快手号：【lisi888】",
        "我的车牌【川W·12A45】",
        "我家的摩托车【川W1234警】",
        "农行卡：【622848 0402564890018】",
        "邮箱：【lisi68 at qq dot com】",
        "邮箱【lisi68@qq。com】",
    ],
)
def test_who_wrote_is_reached_by_nothing_that_is_shown(told: str) -> None:
    text, hidden = told.replace("【", "").replace("】", ""), ""
    covered = False
    for sign in told:
        if sign in "【】":
            covered = sign == "【"
        else:
            hidden += MASK if covered else sign
    letter = f"村支书王守田克扣低保。{text}，请回话。"
    assert mask(letter, covered_in(letter).places) == f"村支书王守田克扣低保。{hidden}，请回话。"
    assert mask(text, covered_beside(text, covered_in(letter))) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "一、三、五、七、八、九、二、四、六、八、零号地都没有公示。",
        "公车川W12345天天停在村支书家。",
        "微信名单里没有我。",
        "在微信群里骂人，微信转账20000元。",
        "低保证20180305发的，医保12345678元。",
        "工程款转500000元给他，又转3万。",
        "扣20000斤谷子，扣款50000元。",
        "查 www.gov.cn 的公告。",
    ],
)
def test_what_leads_to_nobody_stays(text: str) -> None:
    assert covered_in(text).places == ()


@pytest.mark.parametrize("unit", ["1三", "1 ", "5134 ", "a.", "微信", "我家车", "转1", "at ", "字", "1-"])
def test_a_hostile_text_is_searched_in_time(unit: str) -> None:
    began = time.process_time()
    covered_in(unit * (50_000 // len(unit)))
    assert time.process_time() - began < 5
