"""How those who write tell who they are and where they live; all people are invented."""

from __future__ import annotations

import pytest

from triage.text.masking import mask
from triage.text.normalise import normalise
from triage.text.own_homes import find_homes
from triage.text.own_words import find_own_names, may_be_name
from triage.text.own_words_english import find_english_homes, find_own_english_names
from triage.text.own_words_forms import find_named_in_forms


def shown(text: str) -> str:
    plain = normalise(text)
    spans = [
        plain.span(*span)
        for span in (*find_own_names(plain.text), *find_named_in_forms(plain.text), *find_homes(plain.text))
    ]
    return mask(text, [*spans, *find_own_english_names(text), *find_english_homes(text)])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("我叫李四，住三组，村支书扣了钱。", "我叫●●，住●●，村支书扣了钱。"),
        ("我的名字叫旺堆，江孜的。", "我的名字叫●●，江孜的。"),
        ("我是柳林村坡脚组的组长杨通武，四十七岁。", "我是柳林村●●●的组长●●●，四十七岁。"),
        ("我家住柳林村三组12号，房子漏。", "我家住柳林村●●●●●，房子漏。"),
        ("家庭住址：柳林镇6栋402室", "家庭住址：柳林镇●●●●●●"),
        ("举报人：张三、李小红、赵国强\n二○一九年五月", "举报人：●●、●●●、●●●\n二○一九年五月"),
        ("申请人：龚德寿鲁少华彭金枝等", "申请人：●●●●●●●●●等"),
        ("来访人段秀娥，女，五十六岁。", "来访人●●●，女，五十六岁。"),
        ("来访人托合提，墨玉县人。", "来访人●●●，墨玉县人。"),
        ("來訪人黃元龍。", "來訪人●●●。"),
        ("请查处。\n此致敬礼\n柳林村 曾庆祥", "请查处。\n此致敬礼\n柳林村 ●●●"),
        ("请查处。\n孟宪章\n2019年5月3日", "请查处。\n●●●\n2019年5月3日"),
        ("祖祠的地基裡。\n          黃元龍 謹上", "祖祠的地基裡。\n          ●●● 謹上"),
        ("请县里来人。阮桂芝", "请县里来人。●●●"),
        ("坐席：您贵姓？\n来电人：我姓裴。\n坐席：裴女士，您好。\n", "坐席：您贵姓？\n来电人：我姓●。\n坐席：●女士，您好。\n"),
        ("请查处。\n——李四海", "请查处。\n——●●●"),
        ("请查处。\n李 四 海", "请查处。\n●●●●●"),
        ("请查处。\n李四海代表全组", "请查处。\n●●●代表全组"),
        ("请查处。\n13800138000李四海", "请查处。\n13800138000●●●"),
        ("请查处。\n扎西顿珠", "请查处。\n●●●●"),
        ("请查处。\n此致\n敬礼\n李四海", "请查处。\n此致\n敬礼\n●●●"),
        ("我是李四海的儿子李小明，村支书打人", "我是李四海的儿子●●●，村支书打人"),
        ("鄙人李四海，反映低保", "鄙人●●●，反映低保"),
        ("我，李四海，实名举报村支书", "我，●●●，实名举报村支书"),
        ("本人（李四海）实名举报", "本人（●●●）实名举报"),
        ("李四海实名举报村支书", "●●●实名举报村支书"),
        ("柳林村村民李四海反映：村支书打人", "柳林村村民●●●反映：村支书打人"),
        ("我姓李，名四海，柳林村的", "我姓●，名●●，柳林村的"),
        ("免贵姓李，李四海。", "免贵姓●，●●●。"),
        ("姓  名：李四海\n性  别：男\n内容：村支书打人。", "姓  名：●●●\n性  别：男\n内容：村支书打人。"),
        ("【举报人】李四海\n【内容】村支书打人。", "【举报人】●●●\n【内容】村支书打人。"),
        ("举报人（李四海）反映低保。", "举报人（●●●）反映低保。"),
        ("家住柳林镇幸福路12号3单元402，房子漏", "家住柳林镇幸福路●●●●●●●●●，房子漏"),
        ("我家在阳光花园B座1502", "我家在阳光花园●●●●●●"),
        ("我租住在北街45号", "我租住在北街●●●"),
        ("邮寄地址：柳林村五组18号", "邮寄地址：柳林村●●●●●"),
        ("This is Wei Qiang. Please help.", "This is ●●●●●●●●●. Please help."),
        ("Thank you.\nYours faithfully,\nMargaret Oakes", "Thank you.\nYours faithfully,\n●●●●●●●●●●●●●●"),
        ("Complainant: Jia Shugui, of Sanhe", "Complainant: ●●●●●●●●●●, of Sanhe"),
        ("I live at No. 12, Sanhe village.", "I live at ●●●●●●, Sanhe village."),
    ],
)  # fmt: skip
def test_who_writes_says_so(text: str, told: str) -> None:
    assert shown(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "被举报人：王德海，男，村主任，住三组。",
        "被反映人王德海，住柳林村三组12号。",
        "村支书王德海住三组12号，开新车。",
        "坐席：会计叫什么名字？\n来电人：吕东海。\n",
        "坐席：您在哪个县？\n来电人：墨玉，巴扎塔木。\n",
        "我叫他把钱还我，他不肯。",
        "【被举报人】王守田打人。",
        "被举报人（王守田）打人。",
        "问我，师傅，是不是脱贫。",
        "我在下关做活。",
        "王守田家住三组12号，开新车。",
        "老刘家住的是镇上三楼。",
        "老朽代书。低保没有发。",
        "请查一查，公车停在村支书家。",
        "本人申请还没有批。",
        "反映人多次找村里，没有结果。",
        "请查一查。\n海原县",
        "村会计领走五保户的钱两年，请派人来查。谢谢。",
        "请查一查。\n抄送：王德海",
        "Director Wang is in the office. I am a farmer.",
    ],
)
def test_nobody_is_taken_for_who_writes(text: str) -> None:
    assert shown(text) == text


def test_words_are_no_names() -> None:
    assert not may_be_name("村民")
    assert not may_be_name("白费")
    assert not may_be_name("谢谢", told=True)
    assert may_be_name("赵国强", told=True)
    assert may_be_name("欧阳青禾")
