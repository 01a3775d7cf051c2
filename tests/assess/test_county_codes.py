"""A place bears a county's code only where the report makes the county certain."""

from __future__ import annotations

from datetime import date

import pytest

from corpora.divisions import Divisions
from triage.assess.choosing import Counties
from triage.assess.county_codes import township_county
from triage.assess.entities import draft_of, find_entities
from triage.model import EntityKind
from triage.text.segment import default_segmenter

RECEIVED = date(2019, 6, 1)
DIVISIONS = Divisions.load()


def codes(text: str) -> dict[str, str | None]:
    return {e.text: e.code for e in find_entities(text, RECEIVED) if e.kind is EntityKind.PLACE}


def code_of_learned(text: str, place: str) -> str | None:
    """The code of a span that was learned to be a place, whatever the rules made of it."""
    draft = draft_of(text, RECEIVED, default_segmenter().cut(text), alone=False)
    start = text.index(place)
    return Counties(draft).of(start, start + len(place))


@pytest.mark.parametrize(
    "place",
    [
        "古城镇高家村",
        "玉田镇高家村",
        "太平乡高家村",
        "石门乡柏香坪村",
        "榆树沟村",
        "安化坪村",
        "洛川塬村",
        "新安乡高家村",
        "岫岩社区",
        "洞口乡花桥村",
        "北关街道",
    ],
)
def test_a_township_or_village_called_like_a_county_tells_no_county(place: str) -> None:
    assert township_county(place, DIVISIONS) is None
    assert set(codes(f"我是{place}的，去年的补贴没有发。").values()) <= {None}
    assert code_of_learned(f"我是{place}的，去年的补贴没有发。", place) is None


def test_no_township_gets_the_code_of_a_county_elsewhere_by_its_name() -> None:
    names = [(name, row.code) for row in DIVISIONS for name in DIVISIONS.townships(row.code) if name[-1] in "乡镇"]
    foreign = [
        name
        for name, county in names
        if (told := township_county(f"{name}高家村", DIVISIONS))
        and told != county
        and told not in {code[:6] for code in DIVISIONS.township_codes(name)}
    ]
    assert len(names) > 29_000
    assert foreign == []


@pytest.mark.parametrize("town", ["长阳铺镇", "上清镇", "浑源窑乡", "宜兴埠镇", "大武乡"])
def test_a_township_whose_name_holds_a_county_s_is_marked_whole_and_with_no_other_county(town: str) -> None:
    told = codes(f"他到{town}高家村办事")
    assert list(told) == [f"{town}高家村"]
    assert told[f"{town}高家村"] in {None, *(code[:6] for code in DIVISIONS.township_codes(town))}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("大安红岗子乡一个屯子", "220882"),
        ("大安两家子镇高家村的井", "220882"),
        ("恩平塘角村的路", "440785"),
        ("环县耿家塬的井", "621022"),
        ("洛川县塬头村的苹果", "610629"),
        ("会宁大墩岔的学校", "620422"),
        ("陕西洛川塬村的苹果", "610629"),
    ],
)
def test_a_county_before_its_own_townships_and_villages_still_tells_itself(text: str, code: str) -> None:
    assert code in codes(text).values()


def test_a_village_told_right_after_a_county_that_lends_its_name_to_no_township_lies_there() -> None:
    assert code_of_learned("家住互助松林滩，没有水", "互助松林滩") == "630223"


def test_a_report_that_names_one_county_means_its_township_and_not_a_county_of_that_name() -> None:
    assert codes("阳高县的事：古城镇高家村的低保给了村主任的侄子。")["古城镇高家村"] == "140221"
    text = "昭觉县的事：榆树沟村的低保给了村主任的侄子，洛川塬村也一样。"
    assert codes(text)["榆树沟村"] == codes(text)["洛川塬村"] == "513431"
    assert code_of_learned(text, "榆树沟村") == code_of_learned(text, "洛川塬村") == "513431"


def test_a_district_that_several_cities_have_is_told_apart_by_its_township_or_its_city() -> None:
    named: dict[str, list[str]] = {}
    for row in DIVISIONS:
        if len(row.code) == 6:
            named.setdefault(row.name, []).append(row.code)
    wrong = []
    for name, county in ((name, code) for name, found in named.items() if len(found) > 1 for code in found):
        city = DIVISIONS.path(county)[-2]
        towns = DIVISIONS.townships(county)
        town = next(name_ for name_ in towns if name_[-1] in "镇乡道")
        holders = [other for other in named[name] if town in DIVISIONS.townships(other)]
        for text in (
            f"{name}{town}的干部扣了钱",
            f"{city.short}{name}的干部扣了钱",
            f"{city.name}{name}{town}的干部扣了钱",
        ):
            told = [code for place, code in codes(text).items() if name in place]
            if told != [county if text[0] != name[0] or len(holders) == 1 else None]:
                wrong.append((text, told))
    assert len([name for name, found in named.items() if len(found) > 1]) > 20
    assert wrong == []


@pytest.mark.parametrize("name", ["市中区", "城区", "郊区", "普陀区", "河东区", "海州区"])
def test_such_a_district_alone_has_no_code(name: str) -> None:
    assert set(codes(f"{name}的干部扣了钱").values()) <= {None}
