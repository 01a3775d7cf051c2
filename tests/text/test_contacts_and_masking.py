"""Contacts are found whole, and masking leaves every offset where it was."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.contacts import ContactKind, card_number_holds, find_contacts, id_number_holds
from triage.text.masking import mask


@pytest.mark.parametrize(
    ("sentence", "mention", "kind"),
    [
        ("打138.1234.5678找我", "138.1234.5678", ContactKind.PHONE),
        ("打138—1234—5678找我", "138—1234—5678", ContactKind.PHONE),
        ("打008613812345678找我", "008613812345678", ContactKind.PHONE),
        ("手机13812 345678", "13812 345678", ContactKind.PHONE),
        ("电话138 123 45678", "138 123 45678", ContactKind.PHONE),
        ("打0834 222 1234问", "0834 222 1234", ContactKind.PHONE),
        ("座机0834-2221234转801", "0834-2221234转801", ContactKind.PHONE),
        ("我的电话是幺三八,一二三四,五六七八,你们打给我", "幺三八,一二三四,五六七八", ContactKind.PHONE),
        ("一三八 一二三四 五六七八", "一三八 一二三四 五六七八", ContactKind.PHONE),
        ("My WeChat is wangli88.", "wangli88", ContactKind.ACCOUNT),
        ("Q：123456789", "123456789", ContactKind.ACCOUNT),
        ("抖音号wangli88", "wangli88", ContactKind.ACCOUNT),
        ("支付宝账号：wang.li88", "wang.li88", ContactKind.ACCOUNT),
        ("护照号E12345678", "E12345678", ContactKind.ID_NUMBER),
    ],
)
def test_a_contact_is_found_however_its_parts_stand_apart(sentence: str, mention: str, kind: ContactKind) -> None:
    assert [(contact.text, contact.kind) for contact in find_contacts(sentence)] == [(mention, kind)]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("510722198804123456", ContactKind.ID_NUMBER),
        ("510722 19880412 345X", ContactKind.ID_NUMBER),
        ("510722880412345", ContactKind.ID_NUMBER),
        ("13800138000", ContactKind.PHONE),
        ("+86 138-0013-8000", ContactKind.PHONE),
        ("138·0013·8000", ContactKind.PHONE),
        ("１３８００１３８０００", ContactKind.PHONE),
        ("1 3 8 0 0 1 3 8 0 0 0", ContactKind.PHONE),
        ("+44 20 7946 0018", ContactKind.PHONE),
        ("852-5512 0018", ContactKind.PHONE),
        ("6228 4800 1234 5678 901", ContactKind.BANK_CARD),
        ("0834-3221567", ContactKind.PHONE),
        ("(0834)3221567转802", ContactKind.PHONE),
        ("400-820-8820", ContactKind.PHONE),
        ("138****8000", ContactKind.PHONE),
        ("0834-32***67", ContactKind.PHONE),
        ("0**********", ContactKind.PHONE),
        ("0834-322*567", ContactKind.PHONE),
        ("138****", ContactKind.PHONE),
        ("5107**********3456", ContactKind.ID_NUMBER),
        ("5107221988****345X", ContactKind.ID_NUMBER),
        ("6228****0018", ContactKind.BANK_CARD),
    ],
)
def test_each_form_of_a_long_number_is_found_whole(number: str, kind: ContactKind) -> None:
    assert [(contact.text, contact.kind) for contact in find_contacts(f"请记下{number}。")] == [(number, kind)]


def test_the_year_behind_a_covered_number_is_none_of_it() -> None:
    assert [contact.text for contact in find_contacts("打138****2019年3月的事")] == ["138****"]


@pytest.mark.parametrize(
    "text",
    [
        "户数135  1200  3400",
        "金额150,3000,2000元",
        "WeChat is blocked everywhere",
        "Q：12345热线打不通",
        "支付宝转了50000",
    ],
)
def test_numbers_beside_each_other_and_names_of_services_lead_to_nobody(text: str) -> None:
    assert find_contacts(text) == []


@pytest.mark.parametrize(
    ("sentence", "mention", "kind"),
    [
        ("联系电话13800001234，随时打", "13800001234", ContactKind.PHONE),
        ("座机0834-1234567", "0834-1234567", ContactKind.PHONE),
        ("打(0834)1234567问", "(0834)1234567", ContactKind.PHONE),
        ("办公室（0834-1234567）没人接", "0834-1234567", ContactKind.PHONE),
        ("在外面+85261234870", "+85261234870", ContactKind.PHONE),
        ("身份证51343119800101123X号", "51343119800101123X", ContactKind.ID_NUMBER),
        ("打到卡6228480402564890018上", "6228480402564890018", ContactKind.BANK_CARD),
        ("加QQ：12345678", "12345678", ContactKind.ACCOUNT),
        ("微信号wang_88001", "wang_88001", ContactKind.ACCOUNT),
        ("写信到li.si@example.org。", "li.si@example.org", ContactKind.MAIL),
        ("打138****1234找他", "138****1234", ContactKind.PHONE),
        ("联系13800***34", "13800***34", ContactKind.PHONE),
        ("电话13800012***在等", "13800012***", ContactKind.PHONE),
        ("请回复138****，谢谢", "138****", ContactKind.PHONE),
        ("号码0834-12**567", "0834-12**567", ContactKind.PHONE),
        ("call 0834-123****.", "0834-123****", ContactKind.PHONE),
        ("身份证513431********123X", "513431********123X", ContactKind.ID_NUMBER),
        ("卡号6228****0018", "6228****0018", ContactKind.BANK_CARD),
        ("打进尾号4471的卡", "4471", ContactKind.BANK_CARD),
        ("卡号后四位是4471", "4471", ContactKind.BANK_CARD),
        ("想挣钱加我wx_mai8800", "wx_mai8800", ContactKind.ACCOUNT),
        ("电话1 3 9 9 5 4 0 1 1 2 2找我", "1 3 9 9 5 4 0 1 1 2 2", ContactKind.PHONE),
        ("电话1-3-9-9-5-4-0-1-1-2-2找我", "1-3-9-9-5-4-0-1-1-2-2", ContactKind.PHONE),
        ("打幺三九八七六五四三二幺就行", "幺三九八七六五四三二幺", ContactKind.PHONE),
        ("号码是一三九八七六五四三二零。", "一三九八七六五四三二零", ContactKind.PHONE),
        ("账号：2610 0123 4567 8901，没到账", "2610 0123 4567 8901", ContactKind.BANK_CARD),
        ("一折通账号 81010000123456789", "81010000123456789", ContactKind.BANK_CARD),
        ("存折号810100001234567", "810100001234567", ContactKind.BANK_CARD),
        ("账号13800001234", "13800001234", ContactKind.PHONE),
        ("身份证522631540312451号", "522631540312451", ContactKind.ID_NUMBER),
        ("身份证5226311948****4517是我爹的", "5226311948****4517", ContactKind.ID_NUMBER),
        ("他写了522631****4517", "522631****4517", ContactKind.ID_NUMBER),
        ("身份证号4310****0026", "4310****0026", ContactKind.ID_NUMBER),
        ("身份证621226****4517", "621226****4517", ContactKind.ID_NUMBER),
        ("卡号522631****4517", "522631****4517", ContactKind.BANK_CARD),
        ("转到436742****1234", "436742****1234", ContactKind.BANK_CARD),
        ("聯絡電話+852 6100 0042。", "+852 6100 0042", ContactKind.PHONE),
        ("打+60 12-300 0042", "+60 12-300 0042", ContactKind.PHONE),
        ("在港電話852-6100-0042", "852-6100-0042", ContactKind.PHONE),
        ("我電話6100 0042", "6100 0042", ContactKind.PHONE),
        ("call 023-5500 0042 please", "023-5500 0042", ContactKind.PHONE),
        ("电话138****2016年5月8日", "138****", ContactKind.PHONE),
        ("电话135××××0042", "135××××0042", ContactKind.PHONE),
        ("电话0834-12*0042。", "0834-12*0042", ContactKind.PHONE),
        ("他的电话0834-12xxx我打过", "0834-12xxx", ContactKind.PHONE),
        ("店里电话0*****************要我", "0*****************", ContactKind.PHONE),
        ("拨打咨询电话（000-0000），没人接", "000-0000", ContactKind.PHONE),
        ("服务热线0000-00000等", "0000-00000", ContactKind.PHONE),
        ("电话0731-0000-00000000，", "0000-00000000", ContactKind.PHONE),
        ("手机号0000敬上", "0000", ContactKind.PHONE),
        ("QQ4400**042", "4400**042", ContactKind.ACCOUNT),
        ("contact wx li-visa8800", "li-visa8800", ContactKind.ACCOUNT),
        ("telegram @limei800", "@limei800", ContactKind.ACCOUNT),
        ("加微信看照片li_mei8800。", "li_mei8800", ContactKind.ACCOUNT),
        ("電郵li.si***@example.org", "li.si***@example.org", ContactKind.MAIL),
        ("邮箱：0000@****）", "0000@****", ContactKind.MAIL),
        ("（证件号432***）", "432***", ContactKind.ID_NUMBER),
        ("身份证号：420***0000 ", "420***0000", ContactKind.ID_NUMBER),
        ("残疾证号0000000，", "0000000", ContactKind.ID_NUMBER),
        ("尾号6200…0042，", "6200…0042", ContactKind.BANK_CARD),
        ("the card ending 4400, which", "4400", ContactKind.BANK_CARD),
    ],
)
def test_a_contact_is_found_whole(sentence: str, mention: str, kind: ContactKind) -> None:
    assert [(contact.text, contact.kind) for contact in find_contacts(sentence)] == [(mention, kind)]


@pytest.mark.parametrize(
    "sentence",
    [
        "补了35000元",
        "2018年3月5日",
        "凭证20180305号",
        "共计1234567.5元",
        "",
        "**13**",
        "收了1200****元",
        "号4471",
        "第四位1234人",
        "保单尾号3317至3334",
        "受理单编号末四位0317",
        "一三五七九交，二四六八不交",
        "二〇一九八七六五四三二一",
        "拿走一三五六七八九一二三四元",
        "分数 1 3 5 7 9 2 4 6 8 0 1 2 三组",
        "账户余额 123456.50 元",
        "账户里 1 200 000 元",
        "发票123456789012345",
        "学号尾号0042",
        "市长热线12345",
        "登记号末四位0042",
        "in the WeChat groups they told us",
        "a WeChat message by the clerk",
        "file_name 12",
    ],
)
def test_other_numbers_are_no_contacts(sentence: str) -> None:
    assert find_contacts(sentence) == []


def test_check_digits_are_checked() -> None:
    assert id_number_holds("11010519491231002X")
    assert not id_number_holds("110105194912310021")
    assert card_number_holds("6228480402564890018")
    assert not card_number_holds("6228480402564890017")


def test_a_masked_text_shows_nothing_of_the_contact() -> None:
    text = "打13800001234\n找我"
    covered = mask(text, [(contact.start, contact.end) for contact in find_contacts(text)])
    assert covered == "打●●●●●●●●●●●\n找我"


@given(st.text(), st.data())
def test_masking_keeps_length_and_lines(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    covered = mask(text, [(start, end)])
    assert len(covered) == len(text)
    assert covered[:start] == text[:start]
    assert covered[end:] == text[end:]
    assert set(covered[start:end]) <= {"●", "\n"}


def test_a_span_outside_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="within the text"):
        mask("短", [(0, 5)])


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "0834-",
        "a.",
        "a@",
        "微信",
        "(0",
        "1 2",
        "13*",
        "*1",
        "尾号",
        "wx_",
        "1 ",
        "一三",
        "账号1 ",
        "*@",
        "a_a",
        "证0",
        "0*",
        "电话1*",
        "ending ",
    ],
)
def test_a_hostile_text_is_searched_in_time(unit: str) -> None:
    begin = time.perf_counter()
    find_contacts(unit * (100_000 // len(unit)))
    assert time.perf_counter() - begin < 5
