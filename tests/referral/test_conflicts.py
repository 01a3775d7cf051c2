"""Who may never see a report: the head of the own office, and those whom a reader must not meet."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest
from test_routes import COUNTY_DESK, PLAIN

from triage.model import Assessment, Entity, EntityKind, Rank, Role
from triage.referral import Desk, heads_the_desk, keys_of_name, keys_told, party_keys
from triage.text.names import names_apart

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


WRITTEN = [
    "郑国平",
    "鄭國平",
    "郑 国 平",
    "郑国萍",
    "郑囯平",
    "郑国平同志",
    "郑国平书记",
    "Zheng Guoping",
    "ZHENG Guoping",
    "ZHENG GUOPING",
    "Zheng Guo Ping",
    "Guoping Zheng",
    "Zheng, Guoping",
    "Mr. Zheng Guoping",
    "Secretary Guoping Zheng",
    "Comrade Zheng Guo-ping",
]


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("role", [Role.ACCUSED, Role.VICTIM, Role.WITNESS, Role.REPORTER])
def test_a_head_whose_name_was_told_is_known_however_it_is_written_and_whatever_part_was_read(
    name: str, role: Role
) -> None:
    """Read as a victim, the head would be shown a report about himself."""
    assert heads_the_desk(told(person(name, 0, role)), COUNTY_DESK)


@pytest.mark.parametrize("name", ["郑国强", "郑书记", "孙国平", "Zheng Guoqiang", "Mr Zheng", "Ping Guozheng"])
def test_another_man_of_the_surname_is_not_the_head(name: str) -> None:
    assert not heads_the_desk(told(person(name, 0)), COUNTY_DESK)


@pytest.mark.parametrize(
    "text",
    [
        "郑 国 平收了五万元。",
        "郑囯平收了五万元。",
        "郑主任国平收了五万元。",
        "郑guo平收了五万元。",
        "guoping zheng took 50,000 yuan.",
        "zheng, guoping took 50,000 yuan.",
        "姓郑的纪委书记收了五万元。",
        "纪检委那个姓郑的县纪委书记收了五万元。",
        "县纪委国平书记收了五万元。",
        "国平同志收了五万元。",
        "和国平书记一起收了五万元。",
        "他姓郑,名国平,收了五万元。",
        "此人姓郑名叫国平。",
        "郑某平书记收了五万元。",
    ],
)
def test_the_name_of_the_head_seals_where_nobody_was_read(text: str) -> None:
    assert heads_the_desk(told(), COUNTY_DESK, text)


@pytest.mark.parametrize(
    "text",
    [
        "郑国强收了五万元。",
        "郑州国平公司收了五万元。",
        "zhengzhou guoping company took 50,000 yuan.",
        "姓郑的村支书收了五万元，纪委书记还没有来查。",
        "姓孙的纪委书记收了五万元。",
        "我向县纪委书记反映过。",
        "孙国平书记收了五万元。",
        "村支书李国平打人,国平书记还扣低保。",
        "国平的补助没有了。",
        "他姓孙,名国平。",
    ],
)
def test_texts_that_only_look_like_the_name_of_the_head_seal_nothing(text: str) -> None:
    assert not heads_the_desk(told(), COUNTY_DESK, text)


@pytest.mark.parametrize(
    ("text", "on_him"), [("王平收了钱。", True), ("王平安收了钱。", False), ("国王平日不来。", False)]
)
def test_a_head_with_a_short_name_is_not_everybody_whose_name_begins_so(text: str, on_him: bool) -> None:
    assert heads_the_desk(told(), replace(COUNTY_DESK, head="王平"), text) is on_him


@pytest.mark.parametrize(
    ("head", "text", "on_him"),
    [
        ("Zheng Guoping", "guoping zheng took 50,000 yuan.", True),
        ("Zheng Guoping", "zheng guo ping took 50,000 yuan.", True),
        ("Zheng Guoping", "zheng guoqiang took 50,000 yuan.", False),
        ("阿依古丽·买买提", "阿依古丽 买买提收了钱。", True),
        ("阿依古丽·买买提", "阿依古丽·吐尔逊收了钱。", False),
        ("王", "王平收了钱。", False),
    ],
)
def test_the_name_of_a_head_may_be_pinyin_or_have_a_dot(head: str, text: str, on_him: bool) -> None:
    assert heads_the_desk(told(), replace(COUNTY_DESK, head=head), text) is on_him


@pytest.mark.parametrize(
    ("text", "on_him"),
    [
        ("你们纪委书记收了钱不办案。", True),
        ("纪委书记拿了五万元。", True),
        ("县纪委书记一直包庇他。", True),
        ("贵委主要领导收受烟酒。", True),
        ("乡纪委书记收了钱。", False),
        ("市纪委书记收了钱。", False),
        ("你们纪委副书记收了钱。", False),
        ("纪委书记收了信没有回。", False),
        ("请纪委书记不要包庇他。", False),
        ("我向纪委书记反映村支书收了钱。", False),
        ("县委书记收了钱。", False),
    ],
)
def test_the_own_head_is_known_by_the_post_where_it_acts_and_tells_no_level(text: str, on_him: bool) -> None:
    assert heads_the_desk(told(), COUNTY_DESK, text) is on_him


@pytest.mark.parametrize("name", ["郑某平", "郑国某"])
def test_a_head_whose_name_is_told_with_a_character_covered_is_known(name: str) -> None:
    assert heads_the_desk(told(person(name, 0)), COUNTY_DESK)
    assert not heads_the_desk(told(person("郑某某", 0)), COUNTY_DESK)


def keyed(name: str) -> str:
    return f"<{name}>"


@pytest.mark.parametrize(
    "written",
    [
        "王守田",
        "王首田",
        "王 守 田",
        "Wang Shoutian",
        "Mr Wang Shoutian",
        "WANG SHOUTIAN",
        "Shoutian Wang",
        "Wang Shou Tian",
        "Wang, Shoutian",
        "Comrade Shoutian Wang",
    ],
)
@pytest.mark.parametrize("role", [Role.ACCUSED, Role.REPORTER, None])
def test_a_name_is_met_however_it_is_written_and_whatever_part_it_was_given(written: str, role: Role | None) -> None:
    found = party_keys((marked(EntityKind.PERSON, written, 0, role=role),), keyed)
    assert set(found) & set(keys_of_name("王守田", keyed))


def test_other_names_are_not_met_and_earlier_reports_still_are() -> None:
    wanted = set(keys_of_name("王守田", keyed))
    assert wanted.isdisjoint(party_keys((person("王守国", 0), person("李守田", 9)), keyed))
    for other in ("Mr Wang", "Wang Shouguo", "Tian Shoutian", "王书记"):
        assert wanted.isdisjoint(party_keys((person(other, 0),), keyed)), other
    assert "<party:王守田>" in wanted, "as reports were kept before sounds were"
    assert {"<heard:mrwansoutian>", "<heard:soutianwan>"} <= wanted, "as English names were kept with title and order"


@pytest.mark.parametrize(
    "text",
    [
        "王 守 田收了五万元。",
        "王　守　田",
        "姓名 王 守田 男",
        "Shoutian Wang took 50,000 yuan.",
        "We report Secretary Shoutian Wang. He took 500 yuan.",
        "Wang Shou Tian took 500 yuan.",
        "WANG Shoutian took 500 yuan.",
        "Wang, Shoutian: took 500 yuan.",
    ],
)
def test_a_name_that_nobody_marked_is_met_in_the_words_of_a_report(text: str) -> None:
    assert set(keys_of_name("王守田", keyed)) & set(party_keys((), keyed, text))


@pytest.mark.parametrize(
    "text",
    [
        "三河村 王 守 国",
        "李 守 田",
        "王 守国",
        "Weining County, Guizhou Province",
        "Shouguo Wang took 500 yuan.",
        "王守国收了钱。",
        "wang shouguo took 500 yuan.",
        "he can sing a long song and wang the fan",
        "",
    ],
)
def test_other_words_of_a_report_are_not_the_name(text: str) -> None:
    assert set(keys_of_name("王守田", keyed)).isdisjoint(party_keys((), keyed, text))


@pytest.mark.parametrize(
    "text",
    [
        "wang shoutian took 500 yuan.",
        "i tell of shoutian wang",
        "wang shou tian tan wu le san wan",
        "the secretary,wangshoutian,took it",
        "WANG SHOUTIAN TOOK IT",
        "WANGSHOUTIAN",
        "王\u200b守\u200b田收了钱。",
        "Wang\u200b Shou\u200btian took 500 yuan.",
    ],
)
def test_capitals_and_what_nobody_sees_hide_no_name_that_nobody_marked(text: str) -> None:
    marked = () if text.isascii() or "W" in text else (person("王\u200b守\u200b田", 0),)
    assert set(keys_of_name("王守田", keyed)) & set(party_keys(marked, keyed, text))


@pytest.mark.parametrize(
    ("name", "text", "on_him"),
    [
        ("王守田", "村里守田书记把低保给了亲戚。", True),
        ("王守田", "守田主任收了钱。", True),
        ("王守田", "那人姓王,名守田。", True),
        ("王守田", "李守田书记收了钱。", False),
        ("王守田", "李守田收了钱,守田书记还骂人。", False),
        ("王守田", "守田的人没来。", False),
        ("王建设", "建设局长收了钱。", False),
        ("王平", "平书记收了钱。", False),
        ("阿依古丽·买买提", "买买提书记收了钱。", False),
    ],
)
def test_who_is_called_by_the_given_name_and_a_title_is_met(name: str, text: str, on_him: bool) -> None:
    kept_from = {name: keys_of_name(name, keyed)}
    assert bool(keys_told(kept_from, text)) is on_him


def test_a_table_of_names_or_a_long_text_gives_no_endless_list() -> None:
    assert len(names_apart("王 守 田 " * 500 + "Wang Shoutian and " * 500)) <= 300
    letter = " ".join(one + other + " took" for one in ("wang", "li", "chen") for other in ("shou", "gang") * 20_000)
    began = perf_counter()
    assert len(names_apart(letter)) <= 600
    assert perf_counter() - began < 5


def test_sounds_that_meet_at_the_border_of_two_words_are_one_name_in_both_scripts() -> None:
    for chinese, english in (("陈刚", "Chen Gang"), ("王建国", "Wang Jian Guo"), ("欧阳建国", "Ouyang Jianguo")):
        assert set(keys_of_name(chinese, keyed)) & set(party_keys((person(english, 0),), keyed)), english


def test_who_has_a_dot_in_the_name_is_met_by_its_first_part_and_namesakes_of_that_part_are_not() -> None:
    whole = set(keys_of_name("阿依古丽·买买提", keyed))
    assert whole & set(party_keys((person("阿依古丽", 0),), keyed))
    assert whole & set(party_keys((person("阿依古丽・买买提", 0),), keyed))
    assert whole.isdisjoint(party_keys((person("阿依古丽·吐尔逊", 0),), keyed))
    assert set(keys_of_name("阿依古丽", keyed)) & set(party_keys((person("阿依古丽·吐尔逊", 0),), keyed))


def test_posts_places_and_single_characters_are_no_parties() -> None:
    assert party_keys((post("县纪委书记"), person("王", 9), marked(EntityKind.PLACE, "三河村", 12)), keyed) == ()
