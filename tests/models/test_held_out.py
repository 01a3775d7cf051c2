"""What readers made of texts before they had learned from them is found again by the text."""

from __future__ import annotations

import numpy as np

from models.held_out import HeldOut, numbers_of

TEXTS = ["村路没修", "低保要送礼", "村路没修", "坏\ud800字"]


def test_a_text_that_was_learned_from_is_found_again_and_no_other_one() -> None:
    held_out = HeldOut.of(numbers_of(TEXTS), np.arange(8, dtype=np.float64).reshape(4, 2) / 8)
    assert held_out.told("低保要送礼") == [0.25, 0.375]
    assert held_out.told("坏\ud800字") == [0.75, 0.875]
    assert held_out.told("低保要送礼。") is None


def test_of_equal_texts_the_first_counts() -> None:
    held_out = HeldOut.of(numbers_of(TEXTS), np.arange(8, dtype=np.float64).reshape(4, 2) / 8)
    assert len(held_out.texts) == 3
    assert held_out.told("村路没修") == [0.0, 0.125]


def test_nothing_is_found_where_nothing_was_learned() -> None:
    assert HeldOut.of(numbers_of([]), np.zeros((0, 2))).told("村路没修") is None


def test_what_is_kept_of_some_texts_tells_of_no_other() -> None:
    held_out = HeldOut.of(numbers_of(TEXTS), np.arange(8, dtype=np.float64).reshape(4, 2) / 8)
    some = held_out.only(numbers_of(["村路没修", "不在其中"]))
    assert some.told("村路没修") == [0.0, 0.125]
    assert some.told("低保要送礼") is None
