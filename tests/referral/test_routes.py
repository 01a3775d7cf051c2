"""Where reports go: to those who may act, and never past those who are accused."""

from __future__ import annotations

import dataclasses

import pytest

from triage.model import (
    Assessment,
    Entity,
    EntityKind,
    Kind,
    Language,
    Level,
    Office,
    Point,
    Rank,
    Risk,
    Role,
    Way,
)
from triage.referral import Desk, division_of, handling_level, route

COUNTY_DESK = Desk("513431", Rank.COUNTY, head="郑国平")
OFFICES = (
    Office("county-discipline", "昭觉县纪检监察机关", "513431", Rank.COUNTY, "discipline"),
    Office("county-department", "昭觉县扶贫部门", "513431", Rank.COUNTY, "department"),
    Office("prefecture-discipline", "凉山州纪检监察机关", "5134", Rank.PREFECTURE, "discipline"),
    Office("province-discipline", "四川省纪检监察机关", "51", Rank.PROVINCE, "discipline"),
)
PLAIN = Assessment(
    categories=("embezzlement",),
    probabilities={"embezzlement": 0.9},
    refer=True,
    refer_probability=0.9,
    urgent=False,
    urgent_probability=0.1,
    risk=Risk(Level.HIGH, 9.0),
    language=Language.ZH,
    kind=Kind.ACCUSATION,
    accused_level=Rank.VILLAGE,
    entities=(),
    reasons={},
    reader="fast",
    model="test",
)


def assessed(**changes: object) -> Assessment:
    return dataclasses.replace(PLAIN, **changes)  # type: ignore[arg-type]


def place(code: str, start: int = 0) -> Entity:
    return Entity(EntityKind.PLACE, "某地", start, start + 2, code=code)


def test_a_village_matter_stays_with_the_county_and_is_proposed_to_its_discipline_office() -> None:
    way = route(PLAIN, "513431103", COUNTY_DESK, OFFICES)
    assert (way.way, way.office_id, way.refer) == (Way.OWN, "county-discipline", True)
    assert {"refer", "risk_high"} <= set(way.reasons)


def test_what_is_not_referred_goes_to_the_department() -> None:
    way = route(assessed(refer=False, risk=Risk(Level.LOW, 1.0)), "513431", COUNTY_DESK, OFFICES)
    assert (way.way, way.office_id, way.refer) == (Way.OWN, "county-department", False)


def test_high_risk_is_referred_even_where_the_reader_did_not_propose_it() -> None:
    assert route(assessed(refer=False, risk=Risk(Level.GRAVE, 15.0)), "513431", COUNTY_DESK, OFFICES).refer


@pytest.mark.parametrize("rank", [Rank.PREFECTURE, Rank.PROVINCE, Rank.NATION])
def test_a_report_on_someone_above_the_own_level_is_sealed(rank: Rank) -> None:
    way = route(assessed(accused_level=rank, urgent=True), "621124", COUNTY_DESK, OFFICES)
    assert way.way is Way.SEALED_UP
    # What the readers made of the text would stand in clear beside the sealed one.
    codes = ("accused_above_office", "at_once")
    assert (way.reasons, way.refer, way.office_id, way.division) == (codes, False, None, "513431")


HEAD = Entity(EntityKind.PERSON, "郑国平", 10, 13, role=Role.ACCUSED)


def test_a_report_on_the_own_head_and_on_somebody_above_tells_both_the_head_first() -> None:
    """By the second reason alone it would be shown to supervisors, of whom the head is one."""
    both = route(assessed(entities=(HEAD,), accused_level=Rank.PREFECTURE), "513431", COUNTY_DESK, OFFICES)
    assert both.reasons == ("accused_heads_office", "accused_above_office")
    above = route(assessed(accused_level=Rank.PREFECTURE), "513431", COUNTY_DESK, OFFICES)
    assert above.reasons == ("accused_above_office",)


@pytest.mark.parametrize(
    ("changes", "presses"),
    [
        ({"urgent": True}, True),
        ({"risk": Risk(Level.HIGH, 9.0, (Point("retaliation", 0.0),))}, True),
        ({"risk": Risk(Level.HIGH, 9.0, (Point("danger_to_life", 0.0),))}, True),
        ({"risk": Risk(Level.GRAVE, 15.0, (Point("taken_large_sum", 0.0),))}, False),
        ({"refer": True}, False),
        ({"accused_level": Rank.PROVINCE}, False),
    ],
)
def test_a_sealed_report_of_danger_or_retaliation_goes_at_once(changes: dict[str, object], presses: bool) -> None:
    way = route(assessed(**{"entities": (HEAD,), **changes}), "513431", COUNTY_DESK, OFFICES)
    assert way.way is Way.SEALED_UP
    assert ("at_once" in way.reasons) is presses


def test_danger_alone_seals_nothing() -> None:
    way = route(assessed(urgent=True), "513431", COUNTY_DESK, OFFICES)
    assert way.way is Way.OWN
    assert "at_once" not in way.reasons


def test_the_name_of_the_head_in_the_words_of_a_report_seals_it() -> None:
    assert route(PLAIN, "513431", COUNTY_DESK, OFFICES, "郑 国 平收了五万元").reasons == ("accused_heads_office",)
    assert route(PLAIN, "513431", COUNTY_DESK, OFFICES, "郑国强收了五万元").way is Way.OWN


def test_a_report_on_the_own_head_is_sealed_by_name_and_by_post() -> None:
    name = Entity(EntityKind.PERSON, "郑国平", 10, 13, role=Role.ACCUSED)
    other = Entity(EntityKind.PERSON, "郑某", 10, 12, role=Role.ACCUSED)
    post = Entity(EntityKind.POSITION, "县纪委书记", 5, 10, rank=Rank.COUNTY)
    for entities in ((name,), (post, other)):
        way = route(assessed(entities=entities), "513431", COUNTY_DESK, OFFICES)
        assert (way.way, way.reasons[0]) == (Way.SEALED_UP, "accused_heads_office")


def test_a_national_desk_is_not_headed_by_some_county_s_secretary() -> None:
    post = Entity(EntityKind.POSITION, "纪委书记", 5, 9)
    name = Entity(EntityKind.PERSON, "郑某", 9, 11, role=Role.ACCUSED)
    assert route(assessed(entities=(post, name)), "513431", Desk("", Rank.NATION), OFFICES).way is Way.DOWN


def test_a_letter_addressed_to_the_head_is_no_accusation_of_the_head() -> None:
    addressed = (
        Entity(EntityKind.POSITION, "县纪委书记", 3, 8, rank=Rank.COUNTY),
        Entity(EntityKind.PERSON, "马三", 40, 42, role=Role.ACCUSED),
    )
    assert route(assessed(entities=addressed), "513431", COUNTY_DESK, OFFICES).way is Way.OWN


def test_a_national_desk_passes_a_village_matter_down_and_seals_nothing_by_level() -> None:
    desk = Desk("", Rank.NATION)
    assert route(PLAIN, "513431", desk, OFFICES).way is Way.DOWN
    assert route(assessed(accused_level=Rank.NATION), "51", desk, OFFICES).way is Way.OWN


def test_a_matter_of_another_county_is_passed_on_with_its_reason() -> None:
    way = route(PLAIN, "621124", COUNTY_DESK, OFFICES)
    assert (way.way, way.office_id) == (Way.ON, None)
    assert "other_place" in way.reasons


def test_officials_are_handled_one_level_above_their_own_from_the_county_up() -> None:
    levels = {rank: handling_level(rank) for rank in Rank}
    assert levels[Rank.NONE] is levels[Rank.VILLAGE] is levels[Rank.TOWNSHIP] is Rank.COUNTY
    assert levels[Rank.COUNTY] is Rank.PREFECTURE
    assert levels[Rank.NATION] is Rank.NATION


def test_a_report_without_a_place_belongs_to_the_own_desk() -> None:
    assert division_of((), None, COUNTY_DESK) == "513431"


def test_the_county_named_most_often_wins_and_the_sender_s_word_comes_first() -> None:
    named = (place("510100"), place("621124103"), place("621124", 9))
    assert division_of(named, None, COUNTY_DESK) == "621124103"
    assert division_of(named, "522723", COUNTY_DESK) == "522723"


def test_a_place_told_is_made_more_exact_by_the_text_and_a_wider_one_than_the_desk_tells_nothing() -> None:
    named = (place("510100"), place("513431104", 5))
    assert division_of(named, "513431", COUNTY_DESK) == "513431104"
    assert division_of(named, "5134", Desk("", Rank.NATION)) == "513431104"
    assert division_of((), "51", COUNTY_DESK) == "513431"
    assert division_of((place("513431104"),), "51", COUNTY_DESK) == "513431104"
