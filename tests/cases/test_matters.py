"""What is kept of a report to compare others with: the names that somebody signed with and contacts."""

from __future__ import annotations

import pytest
from case_samples import marked, matter, place

from triage.cases import LinkKeyer, Matter, Shared, compared
from triage.model import EntityKind, Role

KEYER = LinkKeyer(b"k" * 32)


def signed(report_id: str, name: str) -> Matter:
    text = f"来电人{name}反映，村里的路灯坏了半年，没有人来修。"
    return matter(report_id, text, marked(text, EntityKind.PERSON, name, role=Role.REPORTER))


def reachable(report_id: str, contact: str) -> Matter:
    text = f"请回复我，联系方式：{contact}。"
    return matter(report_id, text, marked(text, EntityKind.CONTACT, contact))


@pytest.mark.parametrize(
    "polite",
    ["王先生", "李女士", "老王", "小李", "王某", "王某某", "李大娘", "王大婶", "李二嫂", "王小姐", "李太太", "王阿婆", "王某人",
     "王姓村民", "王师傅", "Mr Wang", "村民", "一个老人"],
)  # fmt: skip
def test_two_callers_of_one_surname_are_two_senders(polite: str) -> None:
    one, other = signed("a", polite), signed("b", polite)
    assert one.reporters == ()
    assert "same_sender" not in {reason.code for reason in compared(one, other, Shared()).reasons}


@pytest.mark.parametrize("name", ["王建国", "王建国先生", "欧阳建国", "马海日", "李刚", "Wang Jianguo"])
def test_two_letters_under_one_full_name_are_of_one_sender(name: str) -> None:
    reasons = compared(signed("a", name), signed("b", name), Shared()).reasons
    assert "same_sender" in {reason.code for reason in reasons}


def test_a_full_name_is_the_same_with_a_polite_form_and_without() -> None:
    assert signed("a", "王建国先生").reporters == signed("b", "王建国").reporters == ("王建国",)


def test_mail_addresses_that_end_alike_are_different_contacts() -> None:
    one, other = reachable("a", "zhangsan@163.com"), reachable("b", "lishangsan@163.com")
    assert "contact" not in {reason.code for reason in compared(one, other, Shared()).reasons}
    assert not {key for key in KEYER.keys(one) if key.kind == "contact"} & set(KEYER.keys(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13912345678", "+86 139-1234-5678"),
        ("ZhangSan@163.com", "zhangsan@163.COM"),
        ("zhangsan＠163.com", "zhangsan@163.com"),
        ("51012319650312001X", "51012319650312001x"),
    ],
)
def test_one_contact_written_in_two_ways_is_the_same(one: str, other: str) -> None:
    reasons = compared(reachable("a", one), reachable("b", other), Shared()).reasons
    assert "contact" in {reason.code for reason in reasons}


@pytest.mark.parametrize("written", ["A7县", "A市", "某县", "××县"])
def test_a_county_put_in_letters_is_no_village_in_common(written: str) -> None:
    text = f"{written}的路灯坏了半年，没有人来修。"
    assert matter("a", text, place(text, written)).places[0].local == ()
    longer = f"{written}石坪镇路灯坏了半年。"
    assert matter("b", longer, place(longer, f"{written}石坪镇")).places[0].local == ("石坪",)


@pytest.mark.parametrize("written", ["西地省", "楚江新区", "自治州", "市州"])
def test_what_is_larger_than_a_township_is_no_village_where_no_table_knows_it(written: str) -> None:
    text = f"{written}的补助没有发。"
    assert matter("a", text, place(text, written)).places[0].local == ()
    longer = f"{written}石门村的补助没有发。"
    assert matter("b", longer, place(longer, f"{written}石门村")).places[0].village.endswith("石门")
