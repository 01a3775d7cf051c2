"""Offices that are accused themselves, or whose people are: they see nothing of a report, and everybody else's reports reach them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from learned_letters import knowing
from test_routes import COUNTY_DESK, OFFICES, PLAIN, assessed

from triage.model import Entity, EntityKind, Office, Rank, Role, Way
from triage.referral import Desk, route
from triage.referral.units import accused_at

DESK = replace(COUNTY_DESK, head=None)
NATION = Desk("", Rank.NATION)
POLICE = ("派出所", "公安局")


def person(name: str, role: Role = Role.ACCUSED) -> Entity:
    return Entity(EntityKind.PERSON, name, 0, len(name), role=role)


def way_of(
    words: str, *people: Entity, desk: Desk = DESK, **changes: object
) -> tuple[Way, str | None, tuple[str, ...]]:
    found = route(assessed(entities=people, **changes), "513431", knowing(desk), OFFICES, words=words)
    return found.way, found.office_id, found.reasons


OWN_PEOPLE = [
    "我举报昭觉县纪委干部李大明,他收了三万元。",
    "县纪委第二纪检监察室主任李大明索要五千元。",
    "县纪委派驻三河村第一书记李大明冒领补助。",
    "李大明是县纪委工作人员,他收了钱。",
    "李大明在县监委开车,收了村支书的烟。",
    "被举报人:李大明\n单位:昭觉县纪委监委",
    "原县纪委干部李大明收了三万元。",
    "你们单位的李大明收了红包。",
    "县纪委副书记李大明收了三万元。",
]


@pytest.mark.parametrize("words", OWN_PEOPLE)
def test_who_is_accused_at_the_own_office_is_seen_by_nobody_there(words: str) -> None:
    assert way_of(words, person("李大明")) == (Way.SEALED_UP, None, ("accused_in_office",))


@pytest.mark.parametrize(
    "words",
    [
        "县纪委司机李大明2019年收了村支书三万元。",
        "现反映县纪委干部李大明的问题。",
        "李大明是县纪委干部,他把我的举报信交给了村支书。",
    ],
)
@pytest.mark.parametrize("role", [Role.VICTIM, Role.REPORTER, Role.WITNESS])
def test_a_misread_part_or_a_name_that_nobody_read_shows_it_to_no_colleague(words: str, role: Role) -> None:
    assert way_of(words, person("李大明", role))[0] is Way.SEALED_UP


@pytest.mark.parametrize(
    "words",
    [
        "县纪委的人收了村支书的红包。",
        "我要举报县纪委,他们收了钱不办案。",
        "县纪委把我的举报信转给了村支书。",
        "我的材料被县纪委泄露给了村支书。",
        "你们的接线员把我的电话告诉了村支书。",
        "被举报单位:昭觉县纪委。",
        "王五的舅舅是县纪委干部,没人敢管。",
        "the county discipline commission leaked my letter to the village secretary.",
        "your staff took money from the village secretary.",
    ],
)
def test_an_office_that_is_accused_itself_or_has_a_relative_of_the_accused_does_not_see_it(words: str) -> None:
    assert way_of(words, person("王五"))[0] is Way.SEALED_UP


@pytest.mark.parametrize(
    "words",
    [
        "尊敬的昭觉县纪委领导:您好!村支书王五收了三万元。",
        "关于王五的举报\n县纪委:\n我叫李四。",
        "昭觉县纪委:我举报村支书王五。",
        "县纪委查处了村支书王五,他收了三万元。",
        "县纪委处分了王五以后,他报复我。",
        "我向县纪委反映三次,没有人管,王五照样收钱。",
        "县纪委收了我的举报信没有回音,王五还在收钱。",
        "王五说他在县纪委有人,收了我两千元。",
        "请县纪委不要包庇王五。",
        "如果县纪委包庇他,我就去北京告。",
        "县纪委把我的举报转给了镇里,王五贪污低保款。",
        "我打12388,接线员笑话我。王五收了三千元。",
        "我儿子在县纪委上班,王五收了三万元。",
        "镇纪委书记王五收了红包。",
        "我报镇纪委,纪委王五来看了一次。",
        "村监委会主任王五收了三万元。",
        "名单是农服中心的人跟我们村的监委会主任两个拿去打的。",
        "县医院纪委的王五收了三万元。",
        "会宁县纪委干部王五收了三万元。",
        "县扶贫办全体人员把危房改造款分了。",
        "派出所收了王五的钱,不立案。",
        "wang wu was punished by the county discipline commission and still takes money.",
        "dear leaders of the county discipline commission, wang wu took money.",
    ],
)
def test_an_address_an_answer_or_a_boast_keeps_no_report_from_the_office(words: str) -> None:
    assert way_of(words, person("王五"))[0] is not Way.SEALED_UP


@pytest.mark.parametrize(
    "words",
    [
        "县纪委干部李大明可以作证,王五收了钱。",
        "感谢县纪委干部李大明同志。",
        "抄送:县纪委李大明",
        "县纪委干部李大明很负责。",
    ],
)
def test_who_helps_or_gets_a_copy_is_not_accused_though_he_was_read_so(words: str) -> None:
    assert way_of(words, person("李大明"), person("王五"))[0] is Way.OWN


def test_what_accuses_somebody_of_an_office_is_proposed_to_the_one_above_it() -> None:
    words = "昭觉县纪委干部李大明收了三万元。"
    assert way_of(words, person("李大明"), desk=NATION)[1] == "prefecture-discipline"
    assert way_of("村支书李大明收了三万元。", person("李大明"), desk=NATION)[1] == "county-discipline"
    found = way_of(words, person("李大明"), desk=Desk("5134", Rank.PREFECTURE))
    assert found[:2] == (Way.OWN, "prefecture-discipline")
    assert "office_accused" in found[2]


def test_somebody_of_a_commission_above_stands_above_the_own_level() -> None:
    assert way_of("凉山州纪委干部李大明收了三万元。", person("李大明"))[2] == ("accused_above_office",)
    assert way_of("省纪委的人收了钱。")[2] == ("accused_above_office",)


def test_a_department_is_not_asked_about_itself() -> None:
    calm = {"refer": False, "risk": replace(PLAIN.risk, level=PLAIN.risk.level.__class__.LOW)}
    assert way_of("县扶贫办扣发了补助。", **calm)[:2] == (Way.OWN, "county-discipline")
    assert way_of("县扶贫办还没有发补助。", **calm)[:2] == (Way.OWN, "county-department")


def test_an_office_is_known_by_the_name_in_the_list_of_offices_too() -> None:
    listed = (*OFFICES, Office("bureau", "昭觉县民政局", "513431", Rank.COUNTY, "department"))
    found = route(
        assessed(entities=(person("李大明"),)),
        "513431",
        knowing(DESK),
        listed,
        words="昭觉县纪检监察机关李大明收了钱。",
    )
    assert found.reasons == ("accused_in_office",)


@pytest.mark.parametrize(
    ("words", "accused"),
    [
        ("派出所民警李大明收了王五的钱。", True),
        ("派出所收了王五的钱,不立案。", True),
        ("我去派出所报案,李大明打了我。", False),
        ("派出所抓了李大明。", False),
    ],
)
def test_a_body_is_accused_by_what_its_people_do(words: str, accused: bool) -> None:
    assert accused_at(POLICE, (person("李大明"),), words, "513431", knowing(DESK)) is accused


@pytest.mark.parametrize(
    ("told", "sealed"),
    [("会宁县纪委书记", False), ("昭觉县纪委书记", True), ("县纪委书记", True), ("金阳县纪委书记", False)],
)
def test_the_head_of_another_county_s_commission_is_not_the_own_head(told: str, sealed: bool) -> None:
    post = Entity(EntityKind.POSITION, told, 0, len(told), rank=Rank.COUNTY)
    accused = Entity(EntityKind.PERSON, "李大明", len(told), len(told) + 3, role=Role.ACCUSED)
    found = route(assessed(entities=(post, accused)), "513431", DESK, OFFICES, words=f"{told}李大明收了钱。")
    assert (found.way is Way.SEALED_UP) is sealed
    known = replace(DESK, head="郑国平")
    assert (route(PLAIN, "513431", known, OFFICES, f"{told}收了钱。").way is Way.SEALED_UP) is sealed


def test_a_place_read_apart_from_the_post_tells_whose_head_it_is_too() -> None:
    place = Entity(EntityKind.PLACE, "会宁县", 0, 3, code="620422")
    post = Entity(EntityKind.POSITION, "纪委书记", 3, 7)
    accused = Entity(EntityKind.PERSON, "李大明", 7, 10, role=Role.ACCUSED)
    assert route(assessed(entities=(place, post, accused)), "513431", DESK, OFFICES).way is not Way.SEALED_UP
    own = replace(place, text="昭觉县", code="513431")
    assert route(assessed(entities=(own, post, accused)), "513431", DESK, OFFICES).way is Way.SEALED_UP


@pytest.mark.parametrize(("place", "sealed"), [("会宁县", False), ("昭觉县", True), ("", True)])
def test_a_place_that_no_reader_marked_tells_whose_head_it_is_too(place: str, sealed: bool) -> None:
    post = Entity(EntityKind.POSITION, "纪委书记", 3, 7)
    accused = Entity(EntityKind.PERSON, "李大明", 7, 10, role=Role.ACCUSED)
    words = f"{place}纪委书记李大明收了钱。"
    found = route(assessed(entities=(post, accused)), "513431", DESK, OFFICES, words=words)
    assert (found.way is Way.SEALED_UP) is sealed


def test_a_text_that_names_an_office_ten_thousand_times_is_not_weighed_each_time() -> None:
    asked: list[int] = []

    def counting(_text: str, start: int, _end: int) -> bool:
        asked.append(start)
        return False

    words = "县纪委,我来信了。" * 10_000
    found = route(assessed(), "513431", replace(DESK, suspects=counting), OFFICES, words=words)
    assert found.way is Way.OWN
    assert len(asked) == 200
