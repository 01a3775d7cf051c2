"""Receipts survive being read out, typed on a phone and mistyped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import BadInput
from triage.intake import derived_code, new_code, normalised_code, receipt_hash, shown
from triage.intake.receipts import ALPHABET

KEY = b"k" * 32


def test_a_receipt_is_shown_in_groups_of_4_4_4_5() -> None:
    assert [len(group) for group in shown(new_code()).split("-")] == [4, 4, 4, 5]


@given(st.integers(0, 16), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(place: int, wrong: str) -> None:
    code = new_code()
    if code[place] != wrong:
        with pytest.raises(BadInput) as caught:
            normalised_code(code[:place] + wrong + code[place + 1 :])
        assert caught.value.rule == "check"


@given(st.integers(0, 15))
def test_every_swap_of_neighbours_is_noticed(place: int) -> None:
    code = new_code()
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(BadInput):
            normalised_code(swapped)


def test_lower_case_spaces_wide_letters_and_the_slips_o_i_l_are_forgiven() -> None:
    code = next(made for made in iter(new_code, None) if "0" in made and "1" in made)
    typed = shown(code).lower().replace("-", " ").replace("0", "o").replace("1", "l", 1).replace("1", "I")
    assert normalised_code(typed) == code
    assert normalised_code("".join(chr(ord(letter) + 0xFEE0) for letter in code)) == code


@pytest.mark.parametrize(
    "written",
    [
        "{shown}。",
        "回执码：{shown}",
        "回执码 {shown}",
        "我的回执码是 {shown}",
        "回執碼:{shown}",
        "Receipt: {shown}",
        "receipt code {shown}.",
        "回执码 Code {shown}",
        "“{shown}”",
        "{spaced}",
        "{hyphens}",
        "{minuses}",
        "{hidden}",
        "{wide}",
    ],
)
def test_a_receipt_is_known_however_a_phone_writes_it(written: str) -> None:
    code = next(made for made in iter(new_code, None) if "1" in made)
    in_groups = shown(code)
    typed = written.format(
        shown=in_groups,
        spaced=in_groups.replace("-", "\u3000"),
        hyphens=in_groups.replace("-", "\u2011"),
        minuses=in_groups.replace("-", "\u2212"),
        hidden=in_groups.replace("-", "\u200b") + "\ufeff",
        wide="".join(chr(ord(letter) + 0xFEE0) for letter in in_groups),
    )
    assert normalised_code(typed) == code


def test_a_code_that_begins_like_a_label_keeps_its_letters() -> None:
    code = next(code for last in ALPHABET if _fits(code := "RECE1PT" + "012345678" + last))
    assert normalised_code(code) == code
    assert normalised_code("RECEIPT" + code.replace("1", "I", 1)) == code
    with pytest.raises(BadInput):
        normalised_code(code.removeprefix("RECE1PT"))


def _fits(code: str) -> bool:
    try:
        return normalised_code(code) == code
    except BadInput:
        return False


@pytest.mark.parametrize(
    "wrong", ["{code}2", "X{code}", "举报{code}", "回执码", "回执码：{short}", "{code}回执码", "{code}{code}", ""]
)
def test_letters_that_are_no_label_are_not_dropped(wrong: str) -> None:
    code = new_code()
    with pytest.raises(BadInput) as caught:
        normalised_code(wrong.format(code=code, short=code[1:]))
    assert caught.value.rule == "form"


def test_the_same_key_and_body_give_the_same_receipt_and_another_body_another() -> None:
    first = derived_code(KEY, "anonymous\0" + "x" * 16, b"body")
    assert first == derived_code(KEY, "anonymous\0" + "x" * 16, b"body")
    assert first != derived_code(KEY, "anonymous\0" + "x" * 16, b"other")
    assert first != derived_code(b"j" * 32, "anonymous\0" + "x" * 16, b"body")


def test_what_is_stored_does_not_tell_the_code() -> None:
    code = new_code()
    assert code not in receipt_hash(KEY, code)
    assert receipt_hash(KEY, code) != receipt_hash(b"j" * 32, code)
