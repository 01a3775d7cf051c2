from __future__ import annotations

import pytest

from corpora.divisions import Divisions
from tests.counted_steps import steps

PLACES = Divisions.load()


def named(text: str) -> list[tuple[str, str]]:
    return [(text[match.start : match.end], match.code) for match in PLACES.find(text)]


def test_counts_are_those_of_the_card() -> None:
    levels = [len(division.code) for division in PLACES]
    assert (levels.count(2), levels.count(4), levels.count(6)) == (31, 333, 2978)
    assert sum(division.poor for division in PLACES) == 831


def test_every_county_is_found_whole_behind_its_province_and_prefecture_told_in_full() -> None:
    for division in PLACES:
        if len(division.code) == 6:
            above = [step.name for step in PLACES.path(division.code)[:-1]]
            told = "".join(dict.fromkeys([*above, division.name]))  # 东莞市 is both
            found = named(told)
            assert "".join(name for name, _ in found) == told
            assert division.code.startswith(found[-1][1])


@pytest.mark.parametrize("former", ["达县", "蓟县", "昌都县", "达茂旗"])
def test_counties_are_known_by_what_they_were_called_before(former: str) -> None:
    assert [name for name, _ in named(f"家住{former}的人")] == [former]


def test_short_name_finds_its_county() -> None:
    division = PLACES.resolve("昭觉")
    assert division is not None
    assert (division.code, division.name, division.exit_year) == ("513431", "昭觉县", 2020)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("昭觉县", "513431"),
        ("凉山州昭觉县", "513431"),
        ("互助县", "630223"),
        ("酉阳县", "500242"),
        ("平泉县", "130881"),
        ("大同县", "140215"),
        ("黔东南州", "5226"),
        ("内蒙", "15"),
        ("海原县关桥乡", "640522202"),
    ],
)
def test_what_people_say_resolves(said: str, code: str) -> None:
    division = PLACES.resolve(said)
    assert division is not None
    assert division.code == code


def test_ambiguous_name_needs_its_context() -> None:
    assert PLACES.resolve("朝阳区") is None
    in_changchun = PLACES.resolve("朝阳区", ["长春市"])
    assert in_changchun is not None
    assert in_changchun.code == "220104"
    assert PLACES.resolve("朝阳区", ["11"]) == PLACES.get("110105")


def test_text_of_another_place_decides_an_ambiguous_name() -> None:
    assert named("我住长春，说的是朝阳区的事")[-1] == ("朝阳区", "220104")


def test_chain_is_found_from_province_to_county() -> None:
    assert named("四川省凉山州昭觉县三河村") == [("四川省", "51"), ("凉山州", "5134"), ("昭觉县", "513431")]


@pytest.mark.parametrize(
    "text",
    [
        "大家互相合作，完成县里的任务",
        "和县里领导说过",
        "这是示范县的做法",
        "拆迁安置没有到位",
        "会宁镇和三河村都去过",
        "我们互助组的人",
        "市里省里城区郊区都问了",
    ],
)
def test_everyday_words_are_no_places(text: str) -> None:
    assert named(text) == []


def test_common_word_counts_right_after_its_parent() -> None:
    assert named("我是贵州大方的") == [("贵州", "52"), ("大方", "520521")]


def test_common_word_counts_where_somebody_says_where_they_are_from() -> None:
    assert named("我是云阳的，问个事") == [("云阳", "500235")]


def test_word_bounds_keep_bare_names_out_of_longer_words() -> None:
    text = "乡卫从江边走过"
    assert PLACES.find(text, {0, 2, 3, 5, 6, 7}) == []


def test_path_leads_from_the_province_down() -> None:
    assert [division.name for division in PLACES.path("513431")] == ["四川省", "凉山彝族自治州", "昭觉县"]


def test_townships_are_read_by_county() -> None:
    assert PLACES.townships("513431")["新城镇"] == "513431100"
    assert PLACES.get("513431100") is not None
    assert PLACES.get("999999999") is None


def test_a_name_that_several_bear_is_told_beside_all_counties_as_fast_as_beside_a_few() -> None:
    def taken(beside: int) -> int:
        text = "、".join([division.name for division in PLACES if len(division.code) == 6][:beside])
        return steps(lambda: PLACES.find(text + "，朝阳区" * 500)) - steps(lambda: PLACES.find(text))

    taken(10)  # tables are read once
    assert taken(2900) < 2 * taken(10)
