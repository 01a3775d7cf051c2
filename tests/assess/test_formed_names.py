"""Names that are told by their form or by what stands close by: of two surnames' characters, of other peoples, short ones before verbs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from models.readers import load
from models.spans import SpanModel
from triage.assess.assessor import marked
from triage.assess.entities import find_entities
from triage.assess.formed_names import formed_names, is_formed
from triage.assess.judging import accused_level
from triage.assess.words import Words
from triage.model import EntityKind, Rank, Role
from triage.text.segment import default_segmenter

RECEIVED = date(2019, 6, 1)
FORMED = [
    *(surname + given for surname in ("欧阳", "司徒", "诸葛", "尉迟", "皇甫", "令狐") for given in ("建国", "永福")),
    *(
        "扎西平措",
        "巴桑次仁",
        "那顺巴雅尔",
        "苏和巴特尔",
        "沙马伍合",
        "曲木古火",
        "马黑日哈",
        "热合曼",
        "阿依古丽",
        "玉素甫江",
    ),
]
SHORT = [surname + given for surname in "王李张刘陈吴徐郑秦雷" for given in ("伟", "彪", "勇")]


def persons(text: str) -> dict[str, Role | None]:
    return {e.text: e.role for e in find_entities(text, RECEIVED) if e.kind is EntityKind.PERSON}


def formed(text: str) -> list[str]:
    return [text[start:end] for start, end in formed_names(text, Words(default_segmenter().cut(text)))]


@pytest.fixture(scope="module")
def learned(current: Path) -> SpanModel | None:
    """What a small reader learned of names."""
    return load(current).spans


@pytest.mark.parametrize(
    "told",
    [
        "村支书{}打断了我爹的腿",
        "我家的低保被村主任{}扣了两年",
        "支书{}和会计分了钱",
        "邻居{}可以作证",
        "贫困户{}家的房子漏雨",
        "书记{}收了我们每户三百元",
        "我要举报{}，他把扶贫款装进自己口袋",
    ],
)
def test_names_told_by_their_form_are_persons_wherever_they_stand(told: str, learned: SpanModel | None) -> None:
    texts = [told.format(name) for name in FORMED]
    assert [name for name, text in zip(FORMED, texts, strict=True) if name not in persons(text)] == []
    found = marked([(text, RECEIVED, ()) for text in texts], learned)
    missed = [name for name, own in zip(FORMED, found, strict=True) if name not in {e.text for e in own}]
    assert missed == []


@pytest.mark.parametrize(
    "told",
    [
        "我爹被村支书{}打断了腿",
        "我家的低保被村主任{}扣了两年",
        "支书{}和会计分了钱",
        "村主任{}同老板喝酒分钱",
        "村主任{}带人来我家抢粮",
        "邻居{}可以作证",
        "班主任{}可以作证",
        "贫困户{}家的房子漏雨",
        "{}（县扶贫办主任）收了老板二十万",
        "{}书记收了我们每户三百元",
        "我要举报{}，他把扶贫款装进自己口袋",
        "村里{}、李国华、王德海三家都是危房",
        "{}是我们村的支书，把低保给了自己亲戚",
    ],
)
def test_a_name_of_two_characters_ends_before_the_word_behind_it(told: str) -> None:
    assert [name for name in SHORT if name not in persons(told.format(name))] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [("支书王永和会计李秀英分了钱", "王永和"), ("村主任李广同老板喝酒", "李广同"), ("贫困户张振家没有房子", "张振家")],
)
def test_a_given_name_may_hold_such_a_character_all_the_same(text: str, name: str) -> None:
    assert name in persons(text)


@pytest.mark.parametrize(
    "text",
    ["尼玛县的干部", "次仁村的路坏了", "达瓦乡没有水", "不管张三李四都一样", "那顺便把扎西的事办了", "上官村的水泥路"],
)
def test_places_and_turns_of_phrase_are_no_such_names(text: str) -> None:
    assert formed(text) == []


def test_what_is_such_a_name_is_told_of_the_name_alone_too() -> None:
    assert all(map(is_formed, [*FORMED, "阿力木江·吐尔逊"]))
    assert not any(map(is_formed, ["王德海", "老李", "王书记", "东方红", "长孙德海"]))


def test_made_up_names_in_a_row_are_persons_where_they_are_told_of() -> None:
    assert {"张三", "李四", "王五"} <= set(persons("张三、李四、王五都是村干部，把低保都给了自己亲戚"))


@pytest.mark.parametrize(
    "text",
    [
        "{}（县扶贫办主任）收了老板二十万元。",
        "{}（原镇长）收了三万元才给我们办。",
        "{}是我们村的支书，把低保给了自己亲戚。",
        "{}当村主任八年，收了我们多少钱没人知道。",
        "序号 姓名 职务\n1 {} 村支书\n他们私分了扶贫款。",
    ],
)
def test_whoever_holds_the_office_told_behind_the_name_is_accused(text: str, learned: SpanModel | None) -> None:
    texts = [text.format(name) for name in ("张国强", "李秀梅", "欧阳建国", "扎西平措")]
    for one, found in zip(texts, marked([(one, RECEIVED, ()) for one in texts], learned), strict=True):
        roles = [e.role for e in found if e.kind is EntityKind.PERSON]
        assert roles == [Role.ACCUSED], one


def test_whoever_writes_tells_his_own_office() -> None:
    assert persons("我叫张国强（原村会计），反映村主任扣低保")["张国强"] is Role.REPORTER
    assert persons("村主任扣低保。\n证人：李国华（村会计）")["李国华"] is Role.WITNESS


def test_the_secretary_who_broke_a_leg_is_accused_with_his_post() -> None:
    text = "低保户赵六被支书刘彪打断了腿"
    assert accused_level(find_entities(text, RECEIVED), text) is Rank.VILLAGE
    assert persons(text)["刘彪"] is Role.ACCUSED
