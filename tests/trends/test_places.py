"""What people type for a place, and what the report calls it."""

from __future__ import annotations

import pytest

from triage.errors import BadInput
from triage.trends.document import Text
from triage.trends.places import named, place_of


@pytest.mark.parametrize(
    ("given", "code", "zh", "en"),
    [
        ("", "", "全国", "China"),
        ("全国", "", "全国", "China"),
        ("51", "51", "四川省", "Sichuan"),
        (" 四川 ", "51", "四川省", "Sichuan"),
        ("凉山州昭觉县", "513431", "四川省凉山彝族自治州昭觉县", "Zhaojue, Liangshan, Sichuan"),
    ],
)
def test_a_place_is_named_by_code_or_by_name(given: str, code: str, zh: str, en: str) -> None:
    place = place_of(given)
    assert (place.code, place.name) == (code, Text(zh, en))


@pytest.mark.parametrize("given", ["99", "5", "火星", "513499", "大同县乙村"])
def test_a_place_that_nobody_knows_is_told_by_field(given: str) -> None:
    with pytest.raises(BadInput) as caught:
        place_of(given)
    assert caught.value.field == "place"


def test_a_code_of_no_division_stands_for_itself() -> None:
    assert named("A7") == Text("A7", "A7")
