"""Places that a board has put into letters are names of places, and no word reaches over their border."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.masked import cut_around, find_masked, with_province
from triage.text.segment import default_segmenter


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("家住a市b3区的居民", ["a市b3区"]),
        ("d7县石门镇和ai2区", ["d7县", "ai2区"]),
        ("j10 县的路", ["j10 县"]),
        ("买了3市斤, 去了wto和qq群", []),
        ("昭觉县三河村", []),
    ],
)
def test_codes_are_found_whole(text: str, names: list[str]) -> None:
    assert [text[start:end] for start, end in find_masked(text)] == names


def test_a_province_before_a_code_belongs_to_it() -> None:
    text = "我在云川省e7县"
    assert text[with_province(text, text.index("e7")) :] == "云川省e7县"
    assert with_province("到了e7县", 2) == 2


def test_a_word_ends_at_a_code() -> None:
    assert cut_around("我找a市住建委", default_segmenter().cut)[:3] == ["我", "找", "a市"]


@given(st.text("abz019 市县区州省家住在的村路。", max_size=40))
def test_words_around_codes_still_tile_the_text(text: str) -> None:
    assert "".join(cut_around(text, default_segmenter().cut)) == text
