"""English is read by its capitals whatever else a report holds, and what English and Chinese name stands side by side."""

from __future__ import annotations

from datetime import date

import pytest

from triage.assess import Assessor
from triage.assess.entities import find_english
from triage.assess.judging import accused_level
from triage.model import EntityKind, Rank, Speaker, Turn
from triage.text.normalise import normalise

DAY = date(2020, 6, 1)


def people(assessor: Assessor, text: str, turns: tuple[Turn, ...] = ()) -> list[str]:
    read = assessor.assess(text, received=DAY, turns=turns)
    for entity in read.entities:
        assert text[entity.start : entity.end] == entity.text
    return [entity.text for entity in read.entities if entity.kind is EntityKind.PERSON]


@pytest.mark.parametrize("sign", ["…", "½", "№ 3", "30 ℃", "™", "㎡", "Straße"])
def test_a_sign_that_unfolds_takes_no_name_from_an_english_report(assessor: Assessor, sign: str) -> None:
    text = f"I am afraid {sign} Director Wang Jianguo of Weining County took 50,000 yuan from us."
    assert people(assessor, text) == ["Wang Jianguo"]


def test_an_english_call_keeps_its_names(assessor: Assessor) -> None:
    said = "Director Wang Jianguo of Weining County took 50,000 yuan from the farmers, and he said nothing."
    text = f"Agent: hello, please go on\nCaller: {said}\n"
    assert people(assessor, text) == ["Wang Jianguo"]
    turns = (Turn(Speaker.AGENT, "hello, please go on"), Turn(Speaker.CALLER, said))
    assert people(assessor, "\n".join(turn.text for turn in turns), turns) == ["Wang Jianguo"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Director Wang Jianguo of Weining County took 50,000 yuan. 请你们查一查", ["Wang Jianguo"]),
        ("毕节市市长李国华 took 500,000 yuan from the builder last year and he gave it to his wife.", ["李国华"]),
        ("I want to report 威宁县县长张国强. He took 50,000 yuan and he gave it to his wife.", ["张国强"]),
        (
            "举报人说，Director Wang Jianguo拿了五万元，还有Secretary Li也拿了。",
            ["Director Wang Jianguo", "Secretary Li"],
        ),
    ],
)
def test_names_in_both_scripts_are_found_side_by_side(assessor: Assessor, text: str, names: list[str]) -> None:
    assert people(assessor, text) == names


def test_latin_words_in_a_chinese_report_are_nobody(assessor: Assessor) -> None:
    text = "村里装了Old Captain牌的热水器，用App交费，GDP指标写在墙上，村支书王守田收了三千元。"
    assert people(assessor, text) == ["王守田"]


def level(text: str) -> Rank:
    return accused_level(find_english(text, DAY), normalise(text).text)


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("Li Guohua, the vice mayor, took 50,000 yuan from the builder.", Rank.PREFECTURE),
        ("Mayor Li Guohua of Bijie took 50,000 yuan.", Rank.PREFECTURE),
        ("The deputy mayor of Bijie took 50,000 yuan from the builder.", Rank.PREFECTURE),
        ("The provincial governor, Li Guohua, took 500,000 yuan.", Rank.PROVINCE),
        ("The city party secretary told all the counties to sign false lists.", Rank.PREFECTURE),
        ("The city party secretary received 300,000 yuan from the builder.", Rank.PREFECTURE),
        ("The county head has accepted a bribe.", Rank.COUNTY),
        ("We paid 30,000 yuan to the city party secretary.", Rank.PREFECTURE),
    ],
)
def test_an_english_post_that_acts_or_is_paid_or_stands_beside_the_accused_gives_its_level(
    text: str, rank: Rank
) -> None:
    assert level(text) == rank


@pytest.mark.parametrize(
    "text",
    [
        "The county head received our letter and answered kindly.",
        "Please show this to the mayor of Bijie.",
        "We wrote to the city party secretary twice.",
        "I thank the deputy mayor of Bijie for the new road.",
    ],
)
def test_an_english_post_that_is_only_asked_or_thanked_gives_none(text: str) -> None:
    assert level(text) is Rank.NONE


LETTER = "The village head Wang Dehai took 3,000 yuan from us."


def roles(text: str) -> dict[str, str]:
    return {e.text: e.role.value for e in find_english(text, DAY) if e.kind is EntityKind.PERSON and e.role is not None}


@pytest.mark.parametrize(
    "signed",
    [
        "{letter}\nYours faithfully,\nLi Na\nTel: 13800001234",
        "{letter}\n\nRegards\nLi Na\n\n12 November 2019",
        "{letter}\nThank you,\nLi Na",
        "{letter}\nBest wishes,\nLi Na",
        "Reporter: Li Na\n{letter}",
        "Name: Li Na\nPhone: 13900001234\n{letter}",
        "From: Li Na <li@example.org>\n{letter}",
        "This is Li Na from Sanhe village. {letter}",
    ],
)
def test_whoever_signs_or_names_himself_at_the_head_is_the_reporter(signed: str) -> None:
    assert roles(signed.format(letter=LETTER)) == {"Wang Dehai": "accused", "Li Na": "reporter"}


def test_all_who_sign_a_letter_are_reporters() -> None:
    found = roles(f"{LETTER}\nSigned: Li Na, Zhang Mei and Wu Fang")
    assert found == {"Wang Dehai": "accused", "Li Na": "reporter", "Zhang Mei": "reporter", "Wu Fang": "reporter"}


@pytest.mark.parametrize(
    "text",
    [
        "Accused: Wang Dehai\nName: Wang Dehai\n",
        "Name of the accused: Wang Dehai\n",
        "Best wishes to nobody: Wang Dehai took it.",
    ],
)
def test_a_heading_for_the_accused_makes_nobody_a_reporter(text: str) -> None:
    assert set(roles(text).values()) == {"accused"}


def test_favoured_kin_are_accused_and_kin_who_suffered_are_not() -> None:
    assert roles(f"{LETTER} His wife, Ms Chen Lan, owns the company.")["Ms Chen Lan"] == "accused"
    assert roles(f"{LETTER} He gave the jobs to his sister, Mrs Chen Lan.")["Mrs Chen Lan"] == "accused"
    assert roles("My mother, Mrs Chen Lan, died last year.")["Mrs Chen Lan"] == "victim"


def test_a_name_ends_with_its_line() -> None:
    assert "Director Zhou" in roles("We went to Director Zhou\nTo this day nothing happened.")
