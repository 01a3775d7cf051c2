"""Whoever a message is written to is asked for help: neither he nor his post is told of in it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.assess.entities import find_entities
from triage.assess.greetings import find_greetings, unaddressed
from triage.model import EntityKind
from triage.text.normalise import normalise

RECEIVED = date(2018, 6, 1)


def people_and_posts(text: str) -> list[str]:
    kinds = (EntityKind.PERSON, EntityKind.POSITION)
    return [entity.text for entity in find_entities(normalise(text).text, RECEIVED) if entity.kind in kinds]


def english_people(text: str) -> list[str]:
    return [one.text for one in find_entities(text, RECEIVED) if one.kind is EntityKind.PERSON]


@pytest.mark.parametrize(
    "greeting",
    [
        "尊敬的胡书记：\n    您好！",
        "胡书记您好，",
        "修路的事\n胡书记：",
        "尊敬的市委胡书记、李县长，",
        "敬爱的县长您好！",
        "修路的事\n胡书记好！",
        "胡书记，我是石桥村的。",
        "尊敬的胡书记我是石桥村的，",
        "尊敬的胡书记，李县长及各位领导：",
        "修路的事\n您好，胡书记，",
        "您好！胡书记！",
        "石桥镇的胡书记，打扰了。",
    ],
)
def test_whoever_is_greeted_is_no_person_of_the_matter(greeting: str) -> None:
    assert people_and_posts(f"{greeting}我们村的路三年没有修好，请派人看看。") == []


@pytest.mark.parametrize(
    "greeting",
    ["县纪委书记张建国同志：", "县长李明先生，", "县委书记张建国同志您好，", "尊敬的县纪委书记张建国同志："],
)
def test_whoever_is_greeted_by_title_and_name_is_no_person_of_the_matter(greeting: str) -> None:
    assert people_and_posts(f"{greeting}我举报村支书王守田。望张建国同志派人来查。")[:2] == ["村支书", "王守田"]


@pytest.mark.parametrize(
    "text",
    [
        "致张建国书记\n村支书扣了我的钱。",
        "呈：张建国\n村支书扣了我的钱。",
        "昭觉县纪委 张建国书记（收）\n村支书扣了我的钱。",
        "昭觉县纪委张建国收\n村支书扣了我的钱。",
        "村支书扣了我的钱。\n此致\n张建国书记",
        "尊敬的张建国书记：您好，村支书扣了我的钱。请张建国书记为我们做主。",
    ],
)
def test_whom_a_letter_is_for_stands_not_among_its_words(text: str) -> None:
    assert "张建国" not in unaddressed(text)
    assert len(unaddressed(text)) == len(text)


def test_whom_an_english_letter_is_for_stands_not_among_its_words() -> None:
    asked = "Dear Mr Zhang Jianguo,\nthe village head took 500 yuan. Please help us, Mr Zhang Jianguo."
    assert "jianguo" not in unaddressed(asked)
    assert "jianguo" in unaddressed("Dear Sir,\nZhang Jianguo took 500 yuan.")
    assert "jianguo" in unaddressed("Dear Mr Zhang Jianguo,\nyou know that Mr Zhang Jianguo took 500 yuan.")


@pytest.mark.parametrize(
    "text",
    [
        "张建国书记收了五万元。",
        "我们的钱都被张建国没收",
        "五万元全由张建国收",
        "我们向张建国书记反映过。",
        "尊敬的领导：张建国收了五万元。",
        "致张建国贪污一事",
        "村支书扣了我的钱。\n此致\n张建国      2014年12月8日",
        "尊敬的张建国书记：你收了五万元，请张建国退钱。",
    ],
)
def test_who_is_told_of_stays_among_the_words_of_a_letter(text: str) -> None:
    assert "张建国" in unaddressed(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("举报县纪委书记张建国同志：他收了八万元。", "张建国"),
        ("县纪委副书记李强同志收了老板三万元。", "李强"),
        ("县长李强收了老同志，我亲眼看见的。", "李强"),
    ],
)
def test_an_official_who_is_told_of_as_a_comrade_is_not_greeted(text: str, name: str) -> None:
    assert name in people_and_posts(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("您好，关于胡书记，我有话说：他收了钱。", "胡书记"),
        ("你好，胡书记收了我三千块。", "胡书记"),
        ("他一进门就说你好，后来胡书记把门关上了。", "胡书记"),
    ],
)
def test_whoever_is_told_of_right_behind_a_greeting_is_not_greeted(text: str, name: str) -> None:
    assert name in people_and_posts(text)


def test_whoever_is_asked_and_thanked_again_further_on_is_none_either() -> None:
    assert people_and_posts("尊敬的胡书记：路没有人修，恳请胡书记为我们做主。谢谢胡书记！") == []
    assert people_and_posts("尊敬的胡书记：路没有人修。胡书记，老人出不了门，打扰胡书记了。") == []


def test_an_official_told_of_beside_the_greeting_is_found_though_he_bears_the_name_of_whom_is_greeted() -> None:
    assert people_and_posts("尊敬的胡书记：您好！我们村的胡书记把低保款领走了，求您查一查。") == ["胡书记"]


def test_a_post_with_its_holder_behind_a_colon_is_no_greeting() -> None:
    assert people_and_posts("村主任：王德海，村会计：柳成林") == ["村主任", "王德海", "村会计", "柳成林"]


def test_somebody_whose_words_are_told_is_not_greeted() -> None:
    assert people_and_posts("前天胡书记说：你们签了字就没有事了。") == ["胡书记"]


@pytest.mark.parametrize(
    "text",
    [
        "尊敬的市委，我举报胡书记，他把低保给了侄子。",
        "村民都说胡书记好，其实他领走了低保款。",
        "胡书记，把低保给了他侄子。",
        "希望胡书记能把钱退给我。",
        "尊敬的领导我要举报胡书记，他把低保给了侄子。",
        "请求查处胡书记为民除害。",
        "尊敬的领导：请查处胡书记！",
    ],
)
def test_no_one_who_is_told_of_is_lost_as_greeted(text: str) -> None:
    assert "胡书记" in people_and_posts(text)


def test_an_official_who_is_asked_for_help_without_a_greeting_is_none_of_the_matter() -> None:
    assert people_and_posts("水沟三年不通，真诚希望现在的胡书记给我们做主。") == []
    assert people_and_posts("井水不能喝了，请求曹生元局长重视。") == []


def test_an_english_letter_greets_asks_and_thanks_nobody_into_the_matter() -> None:
    text = "Dear Secretary Wang, the village head Li Ming took 3,000 yuan from us. Please help us, Secretary Wang. Thank you, Secretary Wang!"
    assert english_people(text) == ["Li Ming"]


def test_an_english_letter_that_accuses_whom_it_greets_loses_nobody() -> None:
    text = "Dear leaders, Secretary Wang took our money. Dear Secretary Wang, why did Secretary Wang take it?"
    assert english_people(text) == ["Secretary Wang", "Secretary Wang"]


@given(st.text("尊敬的亲爱王胡书记县长主任您你好请谢恳：:，,。！\n 我们村", max_size=60))
def test_greetings_lie_within_any_text(text: str) -> None:
    assert all(0 <= start <= end <= len(text) for start, end in find_greetings(text))
