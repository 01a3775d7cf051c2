"""The place that a sender types where the page asks for county, township and village leads to its county."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text.place_names import division_named


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("昭觉县", "513431"),
        ("昭觉县三河村", "513431"),
        ("四川省昭觉县三河村", "513431"),
        ("昭觉县 三河村", "513431"),
        ("昭覺縣", "513431"),
        ("威宁县石门乡团结村", "520526"),
        ("貴州省威寧縣", "520526"),
        ("贵州省毕节市威宁彝族回族苗族自治县", "520526"),
        ("Zhaojue County", "513431"),
        ("Zhaojue County, Sichuan", "513431"),
        ("四川省凉山彝族自治州", "5134"),
        ("513431", "513431"),
        ("513431100", "513431100"),
        ("513431100201", "513431100"),
        ("513431000000", "513431"),
        ("513400", "5134"),
        ("510000", "51"),
    ],
)
def test_a_place_is_known_however_it_is_typed(name: str, code: str) -> None:
    found = division_named(name)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "name",
    ["", "三河村", "威宁县和昭觉县", "somewhere", "不知道", "朝阳区", "12", "1301", "999999", "13800138000", "0" * 500],
)
def test_what_names_no_division_or_two_leads_nowhere(name: str) -> None:
    assert division_named(name) is None


def test_whoever_asks_for_a_village_is_not_given_its_county() -> None:
    assert division_named("昭觉县三河村", whole=True) is None
    whole = division_named("四川省昭觉县", whole=True)
    assert whole is not None
    assert whole.code == "513431"


@given(st.text(max_size=30))
def test_any_name_is_looked_up_without_stumbling(name: str) -> None:
    found = division_named(name)
    assert found is None or found.code.isdigit()
