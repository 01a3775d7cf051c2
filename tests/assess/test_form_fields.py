"""Forms made of known parts: whoever fills one in is told apart from whom it accuses, however it was pasted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import product

import pytest

from triage.assess.entities import find_entities
from triage.codes import Role
from triage.covered import covered_in
from triage.model import Entity, EntityKind
from triage.text.form_fields import named_fields
from triage.text.form_labels import printed
from triage.text.masking import mask
from triage.text.normalise import normalise
from triage.text.options import without_unticked

_Rows = Sequence[tuple[str, str]]
_DAY = date(2019, 6, 1)


def _cells(rows: _Rows, sign: str, edge: str = "") -> str:
    pairs = [rows[at : at + 2] for at in range(0, len(rows), 2)]
    return "\n".join(edge + sign.join(f"{a}{sign}{b}" for a, b in pair) + edge for pair in pairs)


_LAYOUTS: dict[str, Callable[[_Rows], str]] = {
    "one line": lambda rows: "  ".join(f"{a}：{b}" for a, b in rows),
    "single blanks": lambda rows: " ".join(f"{a}：{b}" for a, b in rows),
    "semicolons": lambda rows: "；".join(f"{a}：{b}" for a, b in rows),
    "lines": lambda rows: "\n".join(f"{a}: {b}" for a, b in rows),
    "brackets": lambda rows: "".join(f"【{a}】{b}" for a, b in rows),
    "brackets and colon": lambda rows: "\n".join(f"【{a}】：{b}" for a, b in rows),
    "below": lambda rows: "\n".join(f"{a}\n{b}" for a, b in rows),
    "tabs": lambda rows: _cells(rows, "\t"),
    "bars": lambda rows: _cells(rows, "|", "|"),
    "blanks": lambda rows: _cells(rows, "    "),
    "numbered": lambda rows: "\n".join(f"{at}. {a}：{b}" for at, (a, b) in enumerate(rows, 1)),
    "must be filled in": lambda rows: "\n".join(f"*{a}（必填）：{b}" for a, b in rows),
    "underlined": lambda rows: "\n".join(f"{a}：__{b}__" for a, b in rows),
    "bold": lambda rows: "\n".join(f"**{a}**：{b}" for a, b in rows),
    "json": lambda rows: "{" + ", ".join(f'"{a}": "{b}"' for a, b in rows) + "}",
    "register": lambda rows: ",".join(a for a, _ in rows) + "\n" + ",".join(b for _, b in rows),
}
_LABELS = [("举报人", "被举报人", "证人"), ("反映人姓名", "被反映人姓名", "知情人"), ("投诉人", "举报对象", "证明人")]
_NAMES = [("龙开云", "单伟", "任友才"), ("宋天明", "安丽", "时开云"), ("岳涛", "贺礼和", "秦金枝")]


def _form(layout: str, labels: Sequence[str], names: Sequence[str]) -> str:
    rows = [
        (labels[0], names[0]), ("性别", "男"), ("联系电话", "13800138000"), (labels[1], names[1]), ("单位", "昭觉县三河村"),
        ("职务", "村主任"), (labels[2], names[2]), ("查询码", "XF2019031500123"), ("举报内容", "把低保名额给了小舅子。"),
    ]  # fmt: skip
    return _LAYOUTS[layout](rows)


def _people(entities: Sequence[Entity]) -> dict[str, Role | None]:
    return {one.text: one.role for one in entities if one.kind is EntityKind.PERSON}


def _told(text: str) -> dict[str, Role | None]:
    plain = normalise(text).text
    return {plain[one.start : one.end]: one.role for one in named_fields(plain)}


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_who_reports_and_who_is_accused_are_told_by_their_label_in_every_layout(layout: str) -> None:
    for labels, names in product(_LABELS, _NAMES):
        text = _form(layout, labels, names)
        people = _people(find_entities(normalise(text).text, _DAY))
        expected = dict(zip(names, (Role.REPORTER, Role.ACCUSED, Role.WITNESS), strict=True))
        assert {name: people.get(name) for name in names} == expected, text
        assert "查询码" not in people, text


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_of_a_form_the_reporter_is_covered_and_the_accused_is_shown_also_unread(layout: str) -> None:
    for labels, names in product(_LABELS, _NAMES):
        text = _form(layout, labels, names)
        for entities in ((), find_entities(normalise(text).text, _DAY)):
            shown = mask(text, covered_in(text, entities).places)
            assert names[0] not in shown, text
            assert names[1] in shown, text
            assert names[2] in shown, text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("一、举报人信息\n姓名：毛明远\n电话：13800138000\n二、被举报人（单位）情况\n姓名：时志强\n职务：镇长", {"毛明远": Role.REPORTER, "时志强": Role.ACCUSED}),
        ("被控告人：吴春花 时桂英 易满仓\n职务：村支书 镇长 村文书", dict.fromkeys(("吴春花", "时桂英", "易满仓"), Role.ACCUSED)),
        ("被举报人1：姜军，村会计\n被举报人二：贾涛，村支书", dict.fromkeys(("姜军", "贾涛"), Role.ACCUSED)),
        ("被举报人：\n序号\t姓名\t职务\n1\t姜军\t村会计\n2\t贾涛\t村支书", dict.fromkeys(("姜军", "贾涛"), Role.ACCUSED)),
        ("附：受害群众名单\n序号 姓名 金额 手印\n1 马金枝 1200元\n2 顾平 3400元", dict.fromkeys(("马金枝", "顾平"), Role.VICTIM)),
        ("附：被克扣农户明细\n石有财 1200元\n林平 800元", dict.fromkeys(("石有财", "林平"), Role.VICTIM)),
        ("来电人：汪桂英\n受理员：小李\n派单人：王丽", {"汪桂英": Role.REPORTER, "小李": None, "王丽": None}),
        ("From: 汤军 <li_hai77@163.com>\nTo: jubao@ccdi.gov.cn", {"汤军": Role.REPORTER}),
        ("何伟 2019-03-02 10:22\n我要反映村会计\n客服 2019-03-02 10:23\n请说\n", {"何伟": Role.REPORTER}),
    ],
)  # fmt: skip
def test_parts_lists_and_tables_of_a_form_give_each_name_its_part(text: str, told: dict[str, Role | None]) -> None:
    assert _told(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "举报人多次反映，没有人管。", "被举报人：不详\n举报人：匿名", "举报人：/\n被举报人：村委会", "举报人：保密  单位：无",
        "受害人：汤炳坤  电话：13800138000",
        "证人有好几个，时间：2019年", "何伟 10:22\n你好\n王丽 10:23\n请说\n",
    ],
)  # fmt: skip
def test_empty_fields_and_running_text_name_nobody(text: str) -> None:
    assert _told(text) == {}


def test_a_post_behind_a_village_begins_behind_it() -> None:
    found = find_entities("花垣县双龙镇十八洞村民政所所长汤二狗虚报人头。", _DAY)
    assert {one.text for one in found if one.kind is EntityKind.POSITION} == {"民政所所长"}
    assert "花垣县双龙镇十八洞村" in {one.text for one in found if one.kind is EntityKind.PLACE}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("类别：□贪污 □挪用 ☑优亲厚友", "类别：□ □ ☑优亲厚友"),
        ("类别（打√）：[ ]贪污 [x]挪用", "类别（打√）：[ ] [x]挪用"),
        ("贪污□ 挪用☑", "□ 挪用☑"),
        ("受到威胁：□是 ☑否\n村干部骂人", "村干部骂人"),
        ("受到威胁：☑是 □否", "受到威胁：☑是 □否"),
        ("□ 村主任把三户人的低保款扣下来自己花了，没有给人", "□ 村主任把三户人的低保款扣下来自己花了，没有给人"),
        ("二○一八年，王□□收了三千元", "二○一八年，王□□收了三千元"),
    ],
)
def test_options_that_nobody_ticked_are_not_told_and_what_is_told_behind_a_bullet_is(text: str, kept: str) -> None:
    assert "".join(without_unticked(text).split()) == "".join(kept.split())


def test_labels_that_sound_of_a_wrong_are_printed_and_not_told() -> None:
    text = "群众举报登记表\n举报人：龙开云\n被举报人：单伟\n他打击举报人，举报内容是真的"
    assert [text[start:end] for start, end in printed(text)] == [
        "群众举报登记表",
        "举报登记表",
        "举报人：",
        "被举报人：",
    ]


def test_a_field_that_holds_a_form_of_address_alone_names_nobody() -> None:
    assert list(named_fields(normalise("来电人：同志，我问你，村支书王建国扣了钱。").text)) == []
