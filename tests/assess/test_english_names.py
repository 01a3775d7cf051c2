"""Whom and what an English report names: people of every spelling behind every post, places in every order."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest

from triage.assess.entities import find_english
from triage.model import Entity, EntityKind, Rank

RECEIVED = date(2018, 10, 20)


def marked(text: str, kind: EntityKind) -> list[Entity]:
    """The entities of one kind, which stand where they say."""
    found = [entity for entity in find_english(text, RECEIVED) if entity.kind is kind]
    assert all(text[entity.start : entity.end] == entity.text for entity in found)
    return found


def people(text: str) -> list[str]:
    """The persons of a text as they are written."""
    return [entity.text for entity in marked(text, EntityKind.PERSON)]


def place(text: str) -> tuple[str, str | None]:
    """The only place of a text, with its code."""
    (found,) = marked(text, EntityKind.PLACE)
    return found.text, found.code


@pytest.mark.parametrize(
    "post",
    ["Party Secretary", "village party secretary", "the village head", "Deputy County Magistrate", "County Magistrate", "Team Leader",
     "Vice Governor", "the cashier", "our village accountant", "Deputy Mayor", "the township clerk", "Village Chief"],
)  # fmt: skip
@pytest.mark.parametrize(
    "name",
    ["Wang Guoqiang", "WANG Guoqiang", "WANG GUOQIANG", "Wang GuoQiang", "Lü Fang", "Luo Er-hua", "Chen Zhong'an", "Guoqiang Wang",
     "Jike Lati", "Dilmurat Tursun", "Tenzin Dorje", "Buren"],
)  # fmt: skip
def test_names_of_any_people_are_found_behind_a_post(post: str, name: str) -> None:
    for said in ("took 300 yuan from us.", "'s son got the house."):
        text = f"{post[0].upper()}{post[1:]} {name}{'' if said[0] == chr(39) else ' '}{said}"
        assert people(text)[0].endswith(name), text
        assert people(f"It was {post}, {name}, who took it.")[0].endswith(name)


@pytest.mark.parametrize(
    ("text", "name", "rank"),
    [
        ("Deputy County Magistrate Chen took 3,000 yuan.", "Deputy County Magistrate Chen", Rank.COUNTY),
        ("Governor Yang knew of it.", "Governor Yang", Rank.PROVINCE),
        ("Vice Mayor Tang knew of it.", "Vice Mayor Tang", Rank.PREFECTURE),
        ("They say the village head Zhao kept it.", "village head Zhao", Rank.VILLAGE),
        ("Zhao, the village head, kept it.", "Zhao", Rank.VILLAGE),
        ("Wang (village head) kept it.", "Wang", Rank.VILLAGE),
    ],
)
def test_a_surname_with_a_title_is_a_person_of_its_level(text: str, name: str, rank: Rank) -> None:
    (found,) = marked(text, EntityKind.PERSON)
    assert (found.text, found.rank) == (name, rank)
    assert marked(text, EntityKind.PLACE) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The village head surnamed Zhao took our money.", "Zhao"),
        ("A village head with the surname Zhao took it.", "Zhao"),
        ("An official named Li took 500 yuan.", "Li"),
        ("The accountant, a man called Zhou, kept the cards.", "Zhou"),
        ("The party secretary, whose surname is Sun, beat me.", "Sun"),
        ("A contractor called Aniu Wuji took it.", "Aniu Wuji"),
        ("Chairman Ren of the cooperative keeps the books.", "Chairman Ren"),
        ("Principal Qian took the allowance.", "Principal Qian"),
    ],
)
def test_somebody_who_is_called_by_a_surname_is_a_person(text: str, name: str) -> None:
    assert people(text) == [name]
    assert marked(text, EntityKind.PLACE) == []


@pytest.mark.parametrize(
    "text",
    [
        "The village head, I think, knows it.",
        "I am the village head, Beijing knows me.",
        "The director of Butuo County took it.",
        "We told the township head. He took nothing.",
        "The director, Party members and villagers met.",
        "He is from Liangshan Yi Autonomous Prefecture.",
        "Tell the county head Butuo village has no water.",
    ],
)
def test_what_stands_behind_a_post_is_not_always_a_name(text: str) -> None:
    assert people(text) == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("Tongwei County", "621121"),
        ("Butuo County, Liangshan", "513429"),
        ("Song County, Henan", "410325"),
        ("Ganluo County, Liangshan Yi Autonomous Prefecture, Sichuan Province", "513435"),
        ("Liangshan Yi Autonomous Prefecture, Zhaojue County, Sanhe Village", "513431"),
        ("Weining Yi, Hui and Miao Autonomous County, Bijie", "520526"),
        ("Dahua Yao Autonomous County, Guangxi", "451229"),
        ("Gongshan Dulong and Nu Autonomous County", "533324"),
        ("Da Hua Yao Autonomous County", "451229"),
        ("Horqin Right Middle Banner", None),
        ("Lüliang City, Linxian County", "141124"),
        ("Minxian County, Gansu", "621126"),
        ("Zheng'an County", "520324"),
        ("Zheng An County", "520324"),
        ("San He Village, Zhao Jue County", "513431"),
        ("Lüchun County", "532531"),
        ("zhaojue county", "513431"),
        ("ZHAOJUE COUNTY", "513431"),
        ("Ürümqi, Xinjiang", None),
        ("Xi'an, Shaanxi", None),
        ("Du'an", "451228"),
    ],
)
def test_a_place_is_one_span_with_its_code(told: str, code: str | None) -> None:
    assert place(f"My home is in {told} and nobody came.") == (told, code)


def test_long_texts_of_capitals_take_no_time() -> None:
    began = perf_counter()
    for piece in (
        "Village Head Wang Li Zhao ",
        "WANG GUOQIANG ",
        "Yi, Hui and Miao ",
        "head, a man called ",
        "Da Hua Yao ",
    ):
        find_english(piece * 2_000, RECEIVED)
    assert perf_counter() - began < 8
