"""Whom an English report accuses, who suffered, who saw it and whom it thanks."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest

from triage.assess.entities import find_english
from triage.model import EntityKind, Role

RECEIVED = date(2019, 1, 1)


def parts_in(text: str) -> dict[str, Role | None]:
    """The persons of a text, each with the part read into the name."""
    return {e.text: e.role for e in find_english(text, RECEIVED) if e.kind is EntityKind.PERSON}


@pytest.mark.parametrize(
    "text",
    [
        "My husband Zhao Tiezhu died in 2017.",
        "Villager Zhao Tiezhu was beaten by the village head after he complained.",
        "They beat my son Zhao Tiezhu.",
        "Our neighbour, Zhao Tiezhu, is not on the list.",
        "It belongs to the household of Zhao Tiezhu.",
        "A disabled man called Zhao Tiezhu applied twice.",
        "In the next house is Zhao Tiezhu, 72, whose roof leaks.",
        "Zhao Tiezhu never received the subsidy.",
        "Zhao Tiezhu has been left out for three years.",
        "For two years the poor widow Zhao Tiezhu waited.",
        "Zhao Tiezhu lives alone. They say that Zhao Tiezhu is rich.",
    ],
)
def test_whoever_suffered_is_a_victim(text: str) -> None:
    assert parts_in(text) == {"Zhao Tiezhu": Role.VICTIM}


def test_those_who_are_named_in_a_row_suffered_together() -> None:
    assert parts_in("My neighbours Zhao Tiezhu and Ma Haibo got nothing.") == {
        "Zhao Tiezhu": Role.VICTIM,
        "Ma Haibo": Role.VICTIM,
    }


@pytest.mark.parametrize(
    "text",
    [
        "Witness: Zhao Tiezhu, Ma Haibo and Li Cuihua.",
        "The witnesses are Zhao Tiezhu, Ma Haibo, Li Cuihua.",
        "Please ask Zhao Tiezhu and Ma Haibo. You can also ask Li Cuihua.",
        "Zhao Tiezhu saw it. Ma Haibo also heard it. Li Cuihua can testify.",
    ],
)
def test_whoever_saw_it_is_a_witness(text: str) -> None:
    assert parts_in(text) == dict.fromkeys(("Zhao Tiezhu", "Ma Haibo", "Li Cuihua"), Role.WITNESS)


@pytest.mark.parametrize(
    "text",
    [
        "We thank Zhao Tiezhu with all our heart.",
        "I also want to thank the village doctor Zhao Tiezhu.",
        "We are very grateful to Zhao Tiezhu.",
        "Zhao Tiezhu helped us fill in the form.",
    ],
)
def test_whoever_is_only_thanked_is_not_marked(text: str) -> None:
    assert parts_in(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Zhao Tiezhu put his brother on the list.",
        "My cousin Zhao Tiezhu took the money of forty households.",
        "My father, Zhao Tiezhu, is the village head and keeps our cards.",
        "The village head's cousin Zhao Tiezhu got a house.",
        "Four of the six were family of Zhao Tiezhu.",
        "Zhao Tiezhu, the village accountant, was threatened into signing.",
        "Our neighbour Zhao Tiezhu kept our cards. Zhao Tiezhu was beaten for it.",
        "He told us to thank Zhao Tiezhu for the rice.",
        "Thanks to Zhao Tiezhu the money is gone.",
        "The director, Zhao Tiezhu, helped us on to the list for 500 yuan.",
        "I asked Zhao Tiezhu where the money is.",
    ],
)
def test_a_post_or_a_wrong_decides_before_all_else(text: str) -> None:
    assert parts_in(text) == {"Zhao Tiezhu": Role.ACCUSED}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The cashier, Mrs Kou, lent it to herself.", "Mrs Kou"),
        ("The reason was given by Ms Wan Qing, the deputy county head in charge.", "Ms Wan Qing"),
        ("Miss Tian from the county forestry bureau counted the dead ones.", "Miss Tian"),
    ],
)
def test_a_polite_title_shields_no_official(text: str, name: str) -> None:
    assert parts_in(text) == {name: Role.ACCUSED}


@pytest.mark.parametrize("post", ["Deputy township head", "Deputy county head", "Vice County Mayor"])
def test_a_deputy_is_a_post_and_no_place(post: str) -> None:
    found = [(e.kind, e.text) for e in find_english(f"{post} Zhao Tiezhu signed it.", RECEIVED)]
    assert found == [(EntityKind.POSITION, post), (EntityKind.PERSON, "Zhao Tiezhu")]


def test_a_township_keeps_its_name() -> None:
    (place,) = (
        e
        for e in find_english("Party secretary of Dafang Township took it.", RECEIVED)
        if e.code is not None or e.kind is EntityKind.PLACE
    )
    assert place.text == "Dafang Township"


@pytest.mark.parametrize(
    "unit", ["My cousin Ma Haibo, ", "the village head Ma Haibo, ", "Witness Ma Haibo and ", "we thank the the "]
)
def test_many_names_are_read_in_no_time(unit: str) -> None:
    began = perf_counter()
    find_english(unit * (60_000 // len(unit)), RECEIVED)
    assert perf_counter() - began < 5
