"""Receipts are found in a letter however they were copied, and other long codes are not."""

from __future__ import annotations

import pytest

from triage.intake import new_code, shown
from triage.text.told_receipts import receipts_told

CODE = next(code for code in iter(new_code, None) if not code.isalpha())


@pytest.mark.parametrize(
    "written",
    ["回执是{}。", "回执{}到现在没有回音", "（{}）", "my receipt is {}, please look", "号码：{}\n另一个没有记"],
)
def test_a_receipt_is_found_wherever_it_stands(written: str) -> None:
    for form in (shown(CODE), CODE, shown(CODE).lower(), shown(CODE).replace("-", " "), shown(CODE).replace("-", "－")):
        assert receipts_told(written.format(form)) == (CODE,)


def test_two_receipts_are_two_and_one_told_twice_is_one() -> None:
    other = next(code for code in iter(new_code, None) if not code.isalpha())
    assert receipts_told(f"{shown(CODE)}和{shown(other)}，还是{CODE}") == (CODE, other)


@pytest.mark.parametrize(
    "text",
    ["身份证 513431198001015678", "电话13912345678", "this is long word here", "账号6222 0212 0800 1234 567", "a" * 40],
)
def test_what_is_no_receipt_is_none(text: str) -> None:
    assert receipts_told(text) == ()
