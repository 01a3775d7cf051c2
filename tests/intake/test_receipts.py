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


def test_the_same_key_and_body_give_the_same_receipt_and_another_body_another() -> None:
    first = derived_code(KEY, "anonymous\0" + "x" * 16, b"body")
    assert first == derived_code(KEY, "anonymous\0" + "x" * 16, b"body")
    assert first != derived_code(KEY, "anonymous\0" + "x" * 16, b"other")
    assert first != derived_code(b"j" * 32, "anonymous\0" + "x" * 16, b"body")


def test_what_is_stored_does_not_tell_the_code() -> None:
    code = new_code()
    assert code not in receipt_hash(KEY, code)
    assert receipt_hash(KEY, code) != receipt_hash(b"j" * 32, code)
