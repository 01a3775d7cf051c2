"""Who may never see a report: the head of the own office, and those whom a reader must not meet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_routes import COUNTY_DESK, PLAIN

from triage.model import Assessment, Entity, EntityKind, Rank, Role
from triage.referral import Desk, heads_the_desk, keys_of_name, party_keys

NAMELESS_DESK = Desk("513431", Rank.COUNTY)


def marked(kind: EntityKind, text: str, start: int, rank: Rank = Rank.NONE, role: Role | None = None) -> Entity:
    return Entity(kind, text, start, start + len(text), rank=rank, role=role)


def post(text: str, start: int = 0, rank: Rank = Rank.COUNTY) -> Entity:
    return marked(EntityKind.POSITION, text, start, rank)


def body(text: str, start: int = 0) -> Entity:
    return marked(EntityKind.ORGANISATION, text, start)


def person(text: str, start: int, role: Role = Role.ACCUSED, rank: Rank = Rank.NONE) -> Entity:
    return marked(EntityKind.PERSON, text, start, rank, role)


def told(*entities: Entity, level: Rank = Rank.VILLAGE) -> Assessment:
    return replace(PLAIN, entities=entities, accused_level=level)


@pytest.mark.parametrize(
    "report",
    [
        told(post("县纪委书记"), person("郑某", 5)),
        told(post("县紀委書記"), person("鄭某", 5)),
        told(post("县监委主任"), person("郑某", 5)),
        told(post("县纪委监委主要负责人"), person("郑某", 10)),
        told(person("郑某", 0), post("县纪委书记", 3)),
        told(body("县纪委"), person("郑书记", 3)),
        told(body("县纪委"), person("郑书记", 4)),
        told(body("纪委"), person("郑书记", 2)),
        told(post("县纪委书记"), post("村支书", 9, Rank.VILLAGE), level=Rank.COUNTY),
        told(person("Zheng Guo", 0), post("secretary", 11, Rank.NONE), body("county discipline commission", 28)),
    ],
    ids=lambda report: "-".join(entity.text for entity in report.entities),
)
def test_the_own_head_is_known_by_the_post_however_it_is_written(report: Assessment) -> None:
    assert heads_the_desk(report, NAMELESS_DESK)


@pytest.mark.parametrize(
    "report",
    [
        told(post("县纪委副书记"), person("郑某", 6)),
        told(post("市纪委书记", rank=Rank.PREFECTURE), person("郑某", 5)),
        told(post("县委书记"), person("郑某", 4)),
        told(post("县纪委书记"), person("郑某", 5, Role.WITNESS)),
        told(post("县纪委书记"), person("马三", 40)),
        told(body("县纪委"), person("郑书记", 30)),
        told(body("市纪委"), person("郑书记", 3)),
        told(body("县委"), person("郑书记", 2)),
        # The level comes from another post, or from a person who bears it
        told(post("县纪委书记"), post("县长", 20), level=Rank.COUNTY),
        told(post("县纪委书记"), person("马三", 40, rank=Rank.COUNTY), level=Rank.COUNTY),
        told(person("Ma San", 0), post("secretary", 8, Rank.NONE), body("county education bureau", 25)),
    ],
    ids=lambda report: "-".join(entity.text for entity in report.entities),
)
def test_deputies_other_commissions_and_those_who_are_only_addressed_are_not_the_own_head(report: Assessment) -> None:
    assert not heads_the_desk(report, NAMELESS_DESK)


@pytest.mark.parametrize("name", ["郑国平", "鄭國平", "郑 国 平", "郑国萍", "Zheng Guoping"])
def test_a_head_whose_name_was_told_is_known_by_its_sound(name: str) -> None:
    assert heads_the_desk(told(person(name, 0)), COUNTY_DESK)
    assert not heads_the_desk(told(person(name, 0, Role.REPORTER)), COUNTY_DESK)


def test_another_man_of_the_surname_is_not_the_head() -> None:
    assert not heads_the_desk(told(person("郑国强", 0)), COUNTY_DESK)
    assert not heads_the_desk(told(person("郑书记", 0)), COUNTY_DESK)


def keyed(name: str) -> str:
    return f"<{name}>"


@pytest.mark.parametrize("written", ["王守田", "王首田", "王 守 田", "Wang Shoutian"])
@pytest.mark.parametrize("role", [Role.ACCUSED, Role.REPORTER, None])
def test_a_name_is_met_however_it_is_written_and_whatever_part_it_was_given(written: str, role: Role | None) -> None:
    found = party_keys((marked(EntityKind.PERSON, written, 0, role=role),), keyed)
    assert set(found) & set(keys_of_name("王守田", keyed))


def test_other_names_are_not_met_and_earlier_reports_still_are() -> None:
    wanted = set(keys_of_name("王守田", keyed))
    assert wanted.isdisjoint(party_keys((person("王守国", 0), person("李守田", 9)), keyed))
    assert "<party:王守田>" in wanted, "as reports were kept before sounds were"


def test_posts_places_and_single_characters_are_no_parties() -> None:
    assert party_keys((post("县纪委书记"), person("王", 9), marked(EntityKind.PLACE, "三河村", 12)), keyed) == ()
