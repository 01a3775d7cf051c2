"""What labels of forms say of sums, times and choices, in Chinese and English, read and unread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product

import pytest

from triage.assess.entities import find_english, find_entities
from triage.codes import Role
from triage.covered import covered_in
from triage.model import EntityKind
from triage.text.form_fields import named_fields
from triage.text.form_fields_english import english_fields
from triage.text.form_figures import labelled_sums, labelled_times
from triage.text.form_labels import printed
from triage.text.masking import mask
from triage.text.normalise import normalise
from triage.text.options import without_unticked
from triage.text.quoted import unquoted
from triage.text.told_on import contradicted

_DAY = date(2019, 6, 1)
_LAYOUTS: list[Callable[[str, str], str]] = [
    lambda label, value: f"{label}：{value}\n举报内容：无",
    lambda label, value: f"【{label}】{value}",
    lambda label, value: f"|{label}|{value}|",
    lambda label, value: f"{label}\t{value}",
    lambda label, value: f"{label}\n{value}",
    lambda label, value: f"**{label}**：__{value}__",
    lambda label, value: f'{{"{label}": "{value}"}}',
]


def _sums(text: str) -> list[int]:
    return [one.fen for one in labelled_sums(normalise(text).text).amounts]


def _shown(text: str) -> str:
    return mask(text, covered_in(text).places)


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_a_sum_has_the_unit_of_its_label_in_every_layout(layout: Callable[[str, str], str]) -> None:
    labels = (
        ("涉及金额（元）", 100),
        ("金额(万元)", 10**6),
        ("涉案金额（单位：元）", 100),
        ("应发金额/元", 100),
        ("损失 (万元)", 10**6),
    )
    for (label, fen), value in product(labels, ("35000", "3,500", "3.5", "12.50")):
        assert _sums(layout(label, value)) == [round(float(value.replace(",", "")) * fen)], layout(label, value)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("序号\t姓名\t金额(元)\n1\t王伟\t1200\n2\t李四\t800.50", [120000, 80050]),
        ("|户主|发放（万元）|备注|\n|---|---|---|\n|王伟|1.2|无|", [1200000]),
        ("单位：元\n姓名,应发,实发\n王伟,1200,800", [120000, 80000]),
        ("Amount involved (RMB): 16885", [1688500]),
        ("Amount (in 10,000 yuan): 3.5", [3500000]),
        ("涉及金额（元）：三万五千", [3500000]),
        ("涉及金额（元）：35000元", []),
        ("涉及金额（元）：不详", []),
        ("面积（亩）：35", []),
        ("他说一万元）的事，2018年3月", []),
    ],
)
def test_columns_and_english_labels_tell_the_unit_and_a_value_with_its_own_keeps_it(text: str, fen: list[int]) -> None:
    assert _sums(text) == fen


def test_a_label_s_own_figure_is_no_sum() -> None:
    text = "Amount (in 10,000 yuan): 3.5\nDetails: He kept it."
    assert [(one.text, one.fen) for one in find_english(text, _DAY) if one.kind is EntityKind.AMOUNT] == [
        ("3.5", 3500000)
    ]


@pytest.mark.parametrize("number", ["139 - 1400 - 8965", "139  1400  8965", "139　1400　8965", "(0835) - 622 - 3456"])
def test_a_spaced_telephone_number_in_a_field_is_a_contact_and_covered(number: str) -> None:
    text = f"联系电话：{number}\n举报内容：路坏了。"
    plain = normalise(text).text
    assert number[-4:] not in _shown(text)
    assert [one.kind for one in find_entities(plain, _DAY) if one.kind is not EntityKind.ORGANISATION] == [
        EntityKind.CONTACT
    ]


@pytest.mark.parametrize(
    ("told", "first"), [("2018 . 8", "2018-08"), ("2016 / 04 / 05", "2016-04-05"), ("2017 - 11", "2017-11")]
)
def test_a_spaced_day_in_a_field_is_a_time(told: str, first: str) -> None:
    assert [one.first for one in labelled_times(f"发生时间:{told}", _DAY)] == [first]


@pytest.mark.parametrize("name", ["王 伟", "李  四  海", "王 建国", "欧阳 建国"])
def test_a_name_with_blanks_in_a_field_is_a_name_and_the_reporter_s_is_covered(name: str) -> None:
    text = (
        f"举报人：{name}  电话：13800138000\n被举报人：赵 桂 英\n证人：孙 军 男\n{''.join(name.split())}反映上述问题。"
    )
    told = {text[one.start : one.end]: one.role for one in named_fields(text)}
    assert told == {name: Role.REPORTER, "赵 桂 英": Role.ACCUSED, "孙 军": Role.WITNESS}
    assert name not in _shown(text)
    assert "".join(name.split()) not in _shown(text)
    assert "赵 桂 英" in _shown(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("问题类别：贪污/挪用/优亲厚友（请选择）", "问题类别：（请选择）"),
        ("举报类型（单选）：贪污、挪用公款、威胁恐吓\n他打人", "举报类型（单选）：\n他打人"),
        ("问题性质：（贪污、挪用、索贿，请在相应项上打√）", "问题性质：（，请在相应项上打√）"),
        ("Type (circle one): bribery / threats", "Type (circle one):"),
        ("是否受到打击报复：否\n举报内容：他打人", "举报内容：他打人"),
        ('"是否受到威胁": "否"', '""'),
        ("是否受到打击报复：是", "是否受到打击报复：是"),
        ("是否受到打击报复：没有钱的人都被打", "是否受到打击报复：没有钱的人都被打"),
        ("问题类别（请选择）：贪污", "问题类别（请选择）：贪污"),
        ("问题类别（可多选）：贪污、挪用、索贿", "问题类别（可多选）：贪污、挪用、索贿"),
        ("问题类别（请勾选）：贪污√、挪用、索贿", "问题类别（请勾选）：贪污√、挪用、索贿"),
        ("我是者兔那边的，壮族，六十一岁，不会的画圈。", "我是者兔那边的，壮族，六十一岁，不会的画圈。"),
    ],
)  # fmt: skip
def test_a_list_to_choose_from_and_a_question_denied_tell_nothing_and_answers_do(text: str, kept: str) -> None:
    assert "".join(without_unticked(normalise(text).text).split()) == "".join(normalise(kept).text.split())


_ENGLISH: list[Callable[[list[tuple[str, str]]], str]] = [
    lambda rows: "\n".join(f"{a}: {b}" for a, b in rows),
    lambda rows: "\n".join(f"{a}:\n{b}" for a, b in rows),
    lambda rows: "\n".join(f"{at}. {a}: {b}" for at, (a, b) in enumerate(rows, 1)),
    lambda rows: "\n".join(f"| {a} | {b} |" for a, b in rows),
    lambda rows: "\n".join(f"{a}\t{b}" for a, b in rows),
    lambda rows: "; ".join(f"{a.upper()}: {b}" for a, b in rows),
]


@pytest.mark.parametrize("layout", _ENGLISH)
def test_an_english_form_is_read_by_its_labels(layout: Callable[[list[tuple[str, str]]], str]) -> None:
    labels = (
        ("Name of complainant", "Name of accused", "Victim(s)"),
        ("Complainant's full name", "Accused person", "Name of victim"),
        ("Submitted by", "Complaint against", "Victim"),
    )
    for reporter, accused, victim in labels:
        rows = [
            (accused, "Wang Wei"), ("Position", "village head"), (victim, "Liu Meihua, Zhou Ping"), (reporter, "Wang Dehai"),
            ("Phone", "13800138000"), ("Received by", "Chen Hong"), ("Details", "The dibao money was kept."),
        ]  # fmt: skip
        text = layout(rows)
        people = {one.text: one.role for one in find_english(text, _DAY) if one.kind is EntityKind.PERSON}
        expected = {
            "Wang Wei": Role.ACCUSED,
            "Liu Meihua": Role.VICTIM,
            "Zhou Ping": Role.VICTIM,
            "Wang Dehai": Role.REPORTER,
        }
        assert people == expected, text
        for shown in (_shown(text), mask(text, covered_in(text, find_english(text, _DAY)).places)):
            assert not {word for word in ("Wang Dehai", "13800138000") if word in shown}, text
            assert not {word for word in ("Wang Wei", "Liu Meihua") if word not in shown}, text


@pytest.mark.parametrize(
    "text",
    [
        "The complainant said that Wang Wei took it.", "Accused: unknown", "Victims: Villagers of our group", "Caller: Sheep. In spring they came.",
        "I am the victim\nof Wang Wei, who kept it.", "Name: Li Na",
    ],
)  # fmt: skip
def test_running_text_and_empty_fields_in_english_name_nobody(text: str) -> None:
    assert english_fields(text) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("联系人：张建国，村支书张建国贪污低保款。", True),
        ("署名：张建国\n电话：1\n举报村支书张建国。", True),
        ("联系人：张建国，张建国当村会计时套取补助。", True),
        ("联系人：张建国，村支书李军贪污低保款。", False),
        ("联系人：张建国，我是村主任张建国，把账交了。", False),
        ("举报人：张建国，村支书张建国贪污低保款。", False),
    ],
)
def test_whom_a_weak_label_names_and_the_words_accuse_is_accused(text: str, told: bool) -> None:
    at = text.index("张建国")
    assert contradicted(text, at, at + 3) is told
    assert ("张建国" in _shown(text)) is told


def test_whoever_signs_above_a_list_of_victims_is_covered_also_unread() -> None:
    text = "村主任把危房款扣了，大家都不敢说。请上级查处。\n刘春生\n附：受害群众名单\n1. 马金枝\n2. 顾平\n"
    assert "刘春生" not in _shown(text)
    assert "马金枝" in _shown(text)


@pytest.mark.parametrize(
    "text",
    [
        "> 村支书王伟把低保款扣了。\n> 请查处。\n> 宋有文\n> 13800138000",
        "您好，请看下面。\n-----Original Message-----\nFrom: 宋有文 <abc70@163.com>\nTo: 县纪委\n村支书王伟扣了钱。",
        "在 2019-03-02 10:22:05，“宋有文” <y52@126.com> 写道：\n> 村支书王伟扣了钱。",
        "On 2 March 2019, Song Youwen <a11@mail.com> wrote:\n> Our village head Sun Wei kept it.",
        "> Our village head Sun Wei kept it.\n> Yours faithfully,\n> Song Youwen",
    ],
)
def test_whoever_wrote_quoted_mail_is_covered_unread(text: str) -> None:
    assert len(unquoted(text)) == len(text)
    assert not {name for name in ("宋有文", "Song Youwen") if name in _shown(text)}
    assert {name for name in ("王伟", "Sun Wei") if name in text} == {
        name for name in ("王伟", "Sun Wei") if name in _shown(text)
    }


def test_plain_labels_are_printed_only_where_a_text_is_full_of_them() -> None:
    form = "性别：男\n住址：三河村\n联系电话：13800138000\n是否实名：是\n问题类别：其他\n举报内容：他收了钱。"
    said = [form[start:end].strip() for start, end in printed(form)]
    assert {"性别：男", "住址：", "是否实名：是", "问题类别：其他", "举报内容："} <= set(said)
    assert printed("他收了钱。\n联系电话：13800138000") == []
