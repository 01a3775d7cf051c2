"""Keyed terms: the same for the same key, silent without it."""

from __future__ import annotations

import re

import pytest

from triage.text import terms
from triage.text.terms import TermKeyer, bigrams, characters


def test_a_token_has_the_same_term_under_the_same_key_only() -> None:
    assert TermKeyer(b"one").key("低保") == TermKeyer(b"one").key("低保")
    assert TermKeyer(b"one").key("低保") != TermKeyer(b"two").key("低保")
    assert TermKeyer(b"one").key("低保") != TermKeyer(b"one").key("低报")


def test_a_term_is_short_and_fit_for_a_url() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{16}", TermKeyer(b"k").key("王大山" * 100))


def test_tokens_of_a_kind_have_the_terms_of_that_kind_however_many_have_been_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terms, "_CACHED", 3)
    keyer, plain = TermKeyer(b"k"), TermKeyer(b"k").key
    for _ in range(2):
        assert [keyer.of_kind("b")(token) for token in "低保户低被谁占了"] == [
            plain("b" + token) for token in "低保户低被谁占了"
        ]
    assert keyer.of_kind("w")("低") != keyer.of_kind("b")("低")


def test_even_a_broken_character_has_a_term() -> None:
    assert TermKeyer(b"k").key("\ud800")


@pytest.mark.parametrize("key", [b"", b"x" * 65])
def test_a_key_of_wrong_length_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="1 to 64 bytes"):
        TermKeyer(key)


def test_characters_and_bigrams_stand_at_their_positions() -> None:
    assert characters("低保户") == ["低", "保", "户"]
    assert bigrams("低保户") == ["低保", "保户"]
    assert bigrams("低") == []
