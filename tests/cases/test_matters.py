"""What is kept of a report to compare others with: the names that somebody signed with."""

from __future__ import annotations

import pytest
from case_samples import marked, matter

from triage.cases import Matter, Shared, compared
from triage.model import EntityKind, Role


def signed(report_id: str, name: str) -> Matter:
    text = f"来电人{name}反映，村里的路灯坏了半年，没有人来修。"
    return matter(report_id, text, marked(text, EntityKind.PERSON, name, role=Role.REPORTER))


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
