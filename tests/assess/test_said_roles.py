"""Whom a heading names (被举报人：, 证人：) and who will testify have their part by that, whatever was learned."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from models.spans import Scorer, SpanModel
from triage.assess.choosing import assigned
from triage.assess.drafts import Draft
from triage.assess.entities import draft_of, find_entities
from triage.assess.joined import Joined
from triage.assess.mentions import Mention, Told
from triage.assess.roles import roles_of
from triage.assess.templates import PERSON, PLACE, ROLE
from triage.model import EntityKind, Role
from triage.text.normalise import normalise
from triage.text.segment import default_segmenter

RECEIVED = date(2019, 11, 20)


def roles(text: str) -> dict[str, Role | None]:
    found = find_entities(normalise(text).text, RECEIVED)
    return {one.text: one.role for one in found if one.kind is EntityKind.PERSON}


def drafted(text: str) -> Draft:
    plain = normalise(text).text
    return draft_of(plain, RECEIVED, default_segmenter().cut(plain))


def learned(role: Role) -> SpanModel:
    """What was learned by somebody who saw persons of one role only."""

    def scorer(templates: tuple[str, ...], bias: list[float]) -> Scorer:
        return Scorer(templates, np.full((1 << 4, len(bias)), 1e-6, np.float32), np.array(bias, np.float32))

    bias = [1.0 if part is role else -1.0 for part in Role]
    return SpanModel(scorer(PERSON, [-1.0]), scorer(PLACE, [-1.0]), scorer(ROLE, bias), tuple(Role), None)


def roles_after_learning(text: str, role: Role) -> list[Role]:
    draft = drafted(text)
    (parts,) = assigned(Joined([draft]), [draft], [draft.mentions], learned(role))
    return [part.role for part in parts]


@pytest.mark.parametrize(
    "text",
    [
        "被举报人：赵国强，县纪委书记。反映问题：收受包工头8万元。",
        "被反映人：赵国强，男，县纪委监委主任，收受老板8万元。",
        "被举报人赵国强套取危房改造资金8万元。",
        "被控告人赵国强把危房款拿走了。",
        "被申请人：赵国强，男，汉族。",
        "被投诉人：赵国强。",
        "被检举人为赵国强，村支书。",
        "被实名举报人赵国强还在上班。",
        "被举报人姓名：赵国强\n职务：县纪委书记",
        "举报对象：赵国强，县扶贫办主任。",
        "反映对象：赵国强。",
        "被举报人：县纪委书记赵国强，收受8万元。",
    ],
)
def test_whom_a_heading_names_as_reported_is_accused_whatever_was_learned(text: str) -> None:
    assert roles(text) == {"赵国强": Role.ACCUSED}
    assert roles_after_learning(text, Role.REPORTER) == [Role.ACCUSED]


def test_all_who_stand_under_the_heading_are_accused() -> None:
    both = {"武传金": Role.ACCUSED, "马立冬": Role.ACCUSED}
    assert roles("被举报人：武传金、马立冬。") == both
    assert roles("被举报人：武传金，村党总支书记；马立冬，村会计。") == both
    assert roles("被举报人武传金和马立冬把钱分了。") == both


@pytest.mark.parametrize(
    "text",
    [
        "被举报人基本情况：赵国强，男，52岁，县扶贫办主任。",
        "一、被举报人基本情况\n赵国强，男，52岁。\n二、事实\n扣低保款。",
        "被举报人情况\n赵国强，男，52岁。",
        "被举报人信息：赵国强，男，52岁。",
        "被举报人的基本信息：赵国强，男，52岁。",
        "被反映人基本情况：赵国强，男，52岁。",
        "被檢舉人基本資料\n姓名：趙國強　性別：男",
        "被举报人基本情况\n1、姓名：赵国强\n单位职务：县扶贫办主任",
        "姓名：赵国强\n单位职务：县扶贫办主任\n问题：扣低保款。",
        "举报赵国强，男，现任县扶贫办主任，收了五万。",
        "赵国强，男，汉族，现任县扶贫办主任，收了五万。",
        "我实名举报赵国强收受五万元。",
        "反映赵国强违纪问题。",
    ],
)
def test_whoever_stands_under_an_accusing_heading_is_never_the_reporter(text: str) -> None:
    assert roles(text) == {"赵国强": Role.ACCUSED}
    assert roles_after_learning(text, Role.REPORTER) == [Role.ACCUSED]


def test_a_comrade_who_is_reported_is_accused_whatever_was_learned() -> None:
    """Rules alone read 平同志 into 郑国平同志; what is learned finds the whole name, and read him as one who suffers."""
    text = "举报郑国平同志收受五万元,把案子压了下来。"
    mention = Mention(text.index("郑"), text.index("同志"), Told.WORD)
    for told, role in (
        (text, Role.ACCUSED),
        (text.replace("举报", "反映"), Role.ACCUSED),
        (text.replace("举报", "反映").replace("收受五万元", "来村里看望"), Role.VICTIM),
        (text.replace("举报", "反映").replace("收受五万元", "的违纪问题"), Role.ACCUSED),
        (text.replace("收受五万元", "被打"), Role.VICTIM),
        (text.replace("收受五万元", "家的低保被取消"), Role.VICTIM),
    ):
        (part,) = roles_of(told, [mention])
        assert part.role is role, told
        assert part.settled is (role is Role.ACCUSED)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("举报人基本情况：魏长生，男，62岁，三河村村民。", Role.REPORTER),
        ("举报人：魏长生，男，62岁。", Role.REPORTER),
        ("来访：魏长生，男，62岁，反映低保问题。", Role.REPORTER),
        ("魏长生，男，62岁，现任三河村会计，向纪委反映低保问题。", Role.REPORTER),
        ("我叫魏长生，男，62岁，现任三河村会计，钱没有领到。", Role.REPORTER),
        ("反映魏长生家没有低保的问题。", Role.VICTIM),
        ("举报魏长生被打的事没有人管。", Role.VICTIM),
    ],
)
def test_who_writes_or_suffers_is_not_accused_by_a_heading_or_a_verb_beside_it(text: str, role: Role) -> None:
    assert set(roles(text).values()) <= {role}


def test_reporter_and_reported_of_one_form_are_told_apart() -> None:
    text = "举报人：魏长生，男，62岁。\n被举报人：赵国强，县扶贫办主任。"
    assert roles(text) == {"魏长生": Role.REPORTER, "赵国强": Role.ACCUSED}
    assert roles("房子被扒了。\n我叫魏长生，今年62岁。")["魏长生"] is Role.REPORTER


def test_one_who_was_reported_and_writes_himself_is_the_reporter() -> None:
    assert roles("我是被举报人赵国强，对处理决定不服。") == {"赵国强": Role.REPORTER}


def test_one_who_reported_somebody_is_not_accused_by_the_passive() -> None:
    assert roles("村主任被举报人魏长生告到县里以后，天天骂人。") == {"魏长生": Role.REPORTER}


def test_another_whom_the_sentence_tells_of_does_not_stand_under_the_heading() -> None:
    assert roles("被举报人赵国强把低保户孙福贵打伤。") == {"赵国强": Role.ACCUSED, "孙福贵": Role.VICTIM}
    assert roles_after_learning("被举报人：赵国强，他把低保户孙福贵打伤。", Role.VICTIM) == [Role.ACCUSED, Role.VICTIM]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("证人：魏长生、冯二狗、郑桂香", ["魏长生", "冯二狗", "郑桂香"]),
        ("证明人：魏长生（电话13800000000）、冯二狗", ["魏长生", "冯二狗"]),
        ("证人邻居魏长生在家。", ["魏长生"]),
        ("村里魏长生、冯二狗都可以作证。", ["魏长生", "冯二狗"]),
        ("扒房那天冯二狗亲眼看见的。", ["冯二狗"]),
        ("不信你们可以问问魏长生。", ["魏长生"]),
        ("钱没有发下来。\n望查。\n证人：魏长生", ["魏长生"]),
    ],
)
def test_who_saw_it_or_will_testify_is_a_witness_whatever_was_learned(text: str, names: list[str]) -> None:
    assert roles(text) == dict.fromkeys(names, Role.WITNESS)
    assert roles_after_learning(text, Role.ACCUSED) == [Role.WITNESS] * len(names)


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("村支书王德海亲眼看着会计把钱分了。", "王德海", Role.ACCUSED),
        ("王书记亲眼看着会计把钱分了。", "王书记", Role.ACCUSED),
        ("名额给了他小舅子冯二狗，冯二狗亲眼看见钱怎么分的。", "冯二狗", Role.WITNESS),
        ("他小舅子冯二狗亲眼看见钱分了，他也拿了一份。", "冯二狗", Role.ACCUSED),
        ("我叫魏长生，亲眼看见会计把钱分了。", "魏长生", Role.REPORTER),
        ("举报人魏长生亲眼看见会计把钱分了。", "魏长生", Role.REPORTER),
        ("担保人：魏长生，贷款是村会计叫他签的。", "魏长生", Role.VICTIM),
    ],
)
def test_who_holds_an_office_is_favoured_or_writes_is_no_witness(text: str, name: str, role: Role) -> None:
    assert roles(text)[name] is role


def test_what_was_learned_decides_where_nothing_is_said_outright() -> None:
    assert roles_after_learning("后来魏长生来过，说让他等。", Role.ACCUSED) == [Role.ACCUSED]
    assert roles_after_learning("我叫魏长生，没有领到钱。", Role.VICTIM) == [Role.VICTIM]
