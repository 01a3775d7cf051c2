"""Names that a reader of words misses by the way in which they are written."""

from __future__ import annotations

from time import perf_counter

import pytest

from triage.text.names import names_apart


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("主任Zheng Guoping收了钱。", "Zheng Guoping"),
        ("He gave it to Guoping Zheng, who left.", "Guoping Zheng"),
        ("the clerk, wangAba Zheng Guoping", "Zheng Guoping"),
        ("郑 国 平拿了", "郑 国 平"),
        ("it was zhengguoping", "zhengguoping"),
    ],
)
def test_a_name_is_found_however_its_parts_are_written(text: str, name: str) -> None:
    assert name in names_apart(text)


@pytest.mark.parametrize("unit", ["A", "Wang", "Wang Jian, ", "A ", "wang", "王 "])
def test_a_page_of_capitals_is_read_in_time(unit: str) -> None:
    began = perf_counter()
    names_apart(unit * 20_000)
    assert perf_counter() - began < 5
