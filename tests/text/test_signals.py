"""Words that weigh in risk: found where they mean it, and not where a longer word, a denial or a plea holds them."""

from __future__ import annotations

from time import perf_counter

import pytest

from triage.text.normalise import normalise
from triage.text.signals import find_signals


def found(text: str, kind: str) -> list[str]:
    return [signal.value for signal in find_signals(normalise(text).text) if signal.kind == kind]


@pytest.mark.parametrize(
    "text",
    [
        "再没有人管，我就轻生一条路。",
        "她说要寻短见，我们轮流守着。",
        "那我只有自尽在乡政府门口。",
        "带着孩子一起跳水库。",
        "家里的老鼠药都备好了，我去喝老鼠药。",
        "昨天她在屋里割腕。",
        "逼得我只好投河。",
        "活着没意思。",
        "这样的日子死了算了。",
        "我就吊死在村口。",
        "我要以死明志。",
        "我姐要喝药，我劝了一夜。",
        "再不退钱我喝药自杀。",
        "他爹前天喝了农药。",
        "婆婆说要从十一楼跳下去。",
        "昨晚遗书都写了。",
        "不念书了她就不活了。",
        "I will kill myself if nobody comes.",
        "Then I end my life.",
        "My mother said she would drink pesticide.",
        "He wants to hang himself.",
        "I shall jump into the reservoir.",
    ],
)
def test_who_announces_his_death_is_heard(text: str) -> None:
    assert "self_harm" in found(text, "danger")


@pytest.mark.parametrize(
    "text",
    [
        "我妈常年喝药，能不能申请低保？",
        "天天喝药，慢病卡怎么办理？",
        "老人每天都要喝药，花了不少钱。",
        "要喝药的老人能不能先办卡？",
        "村里发的百草枯还能不能领？",
        "我不想死在外面，想回老屋。",
        "商场跳楼价大甩卖，利息也是跳楼价。",
        "请减轻生活负担，年轻生育的妇女没有补助。",
        "村里各自尽力修路。",
        "水泥照样往上吊。",
        "没有人要跳崖，请放心。",
        "俺不会寻短见，俺还有两个孩子。",
        "来信人身体好，无轻生意向。",
        "I do not want to die far from home.",
        "I will not kill myself.",
    ],
)
def test_who_takes_medicine_asks_or_denies_it_announces_no_death(text: str) -> None:
    assert "self_harm" not in found(text, "danger")


@pytest.mark.parametrize("text", ["再没人管我就跳\u200b楼。", "不给说法我就自\ufeff杀。", "I will kill my\u00adself."])
def test_a_character_that_nobody_sees_hides_no_danger(text: str) -> None:
    assert found(text, "danger") == ["self_harm"]


@pytest.mark.parametrize(
    "text",
    [
        "他放话说再告就打死你。",
        "我哥因为举报被村主任带人打死了。",
        "他放出狠话说要杀了我。",
        "村主任说要杀我全家。",
        "证人被灭口了。",
        "他拿枪指着我的头。",
        "我们被绑架关在砖厂三天。",
        "村支书强奸了我女儿。",
        "他往死里打我爹。",
        "The village head raped her.",
        "He beat my husband and kidnapped my son.",
    ],
)
def test_who_tells_of_killing_or_of_what_was_done_to_a_body_is_heard(text: str) -> None:
    assert "violence" in found(text, "danger")


@pytest.mark.parametrize(
    "text",
    [
        "打死我也不说。",
        "他们打死都不肯公示。",
        "这是扼杀人才。",
        "别搞道德绑架。",
        "过年要杀猪，鱼塘里打死了一条蛇。",
        "村里种油菜 rapeseed 没有补贴。",
        "村里没有杀人。",
        "The price is stable.",
    ],
)
def test_who_speaks_of_killing_in_a_manner_of_speaking_tells_of_no_violence(text: str) -> None:
    assert "violence" not in found(text, "danger")


@pytest.mark.parametrize(
    "text",
    [
        "农药都买好了。",
        "我活够了。",
        "去县政府门口浇汽油烧自己。",
        "I will jump off the township building.",
        "I will set myself on fire.",
    ],
)
def test_who_has_made_ready_for_his_death_is_heard(text: str) -> None:
    assert "self_harm" in found(text, "danger")


@pytest.mark.parametrize("text", ["没人管我就跳楼。", "没钱治病只好喝农药。", "没低保要上吊。", "不给说法我就自杀。"])
def test_what_somebody_lacks_is_no_denial_of_what_he_announces(text: str) -> None:
    assert found(text, "danger") == ["self_harm"]


@pytest.mark.parametrize(
    "text",
    [
        "请打我电话，或者打我手机，打我爸的电话也行。",
        "拨打人社局的电话没有人接。",
        "当年调整我们组的土地，又调整我家的。",
        "自己还要倒贴一千八。",
        "两个人拼了十年，拼命干活。",
        "羊关起来养，窗户关起来睡。",
        "八角树去年就砍了，核桃也砍了，还要砍我家的桃树。",
        "我说话被打断，话打断了好几回。",
        "户口转走了，学籍也转走了。",
        "他们不打人，也不是威胁，更不存在销毁账本。",
        "发烧我还要上班，事情搞砸了。",
        "The contractor gave us skills training.",
        "Nobody was threatened and no one has beaten us.",
    ],
)
def test_a_word_that_lies_inside_another_or_is_denied_is_no_danger(text: str) -> None:
    assert found(text, "danger") == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("不签字就打断我的腿。", ["violence"]),
        ("他动手打我，拿板凳打我。", ["violence", "violence"]),
        ("说敢离就把我和我妈都砍了。", ["violence"]),
        ("他提着刀说要砍我。", ["violence", "violence"]),
        ("我家的槟榔夜里被人砍了。", ["violence"]),
        ("你这不是威胁是什么？", ["threat"]),
        ("不同意就威胁停低保。", ["threat"]),
        ("他是不是威胁过你们，说要打击报复？", ["threat", "threat"]),
        ("组里的人都讲要跟他们拼了。", ["clash"]),
        ("合作社的钱转走了。", ["vanishing"]),
        ("厕所的墙要倒了。", ["shelter"]),
        ("He said he would break my legs if I complain again.", ["violence"]),
        ("We have not eaten for three days.", ["hunger"]),
        ("They killed the dog and threatened us.", ["threat", "threat"]),
    ],
)
def test_danger_that_is_meant_is_still_found(text: str, kinds: list[str]) -> None:
    assert found(text, "danger") == kinds


@pytest.mark.parametrize(
    "text",
    [
        "恳请领导指示有关部门查一查。",
        "请上级领导下令彻查。",
        "希望书记安排人来修。",
        "没有人指使我写这封信。",
        "总书记指示扶贫要实打实。",
        "中央领导要求不许弄虚作假。",
        "我要求我们村里给个说法。",
        "疏散指示牌掉了。",
    ],
)
def test_a_plea_a_denial_or_policy_is_no_order_from_above(text: str) -> None:
    assert found(text, "order") == []


@pytest.mark.parametrize(
    "text",
    [
        "书记指示我们把收入填高。",
        "镇上要求每户填四千。",
        "乡里申请书记说不用写。",
        "我们村主任让我们填的。",
        "收入不够，镇里要求我们补齐。",
        "镇上要求不准对检查组说实话。",
        "他授意会计多添务工收入，主任说政策他拿不准。",
    ],
)
def test_an_order_that_was_given_is_found(text: str) -> None:
    assert "order" in found(text, "order")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("一百零五户都没有领到", "105"),
        ("全乡1,204户", "1204"),
        ("一千零四十户", "1040"),
        ("三万人", "30000"),
        ("1.5万人", "15000"),
        ("共 120 户", "120"),
        ("两百三十多户", "230"),
        ("百两户", "120"),
        ("八三户没有低保", "83"),
        ("十几户", "10"),
        ("四五十户", "40"),
        ("几百户", "200"),
        ("几户人家", "3"),
        ("七八个人", "7"),
        ("一个组两三户", "2"),
        ("老六两个人", "2"),
        ("冰箱、洗衣机一万二一户", "1"),
        ("牛补助五千一户", "1"),
        ("1,204 households", "1204"),
    ],
)
def test_people_are_counted_as_they_are_written(text: str, count: str) -> None:
    assert found(text, "people") == [count]


@pytest.mark.parametrize("text", ["2018年发的户口本", "每户3,500元", "二〇一八年三月", "零户", "第一, 户主"])
def test_a_year_a_sum_or_a_booklet_counts_no_people(text: str) -> None:
    assert found(text, "people") == []


@pytest.mark.parametrize(
    "text", ["一" * 60_000, "1,234" * 12_000, "没有" * 30_000 + "打人", "请" * 60_000 + "指示", "打击报复" * 8_000]
)
def test_a_long_text_of_such_words_is_read_in_no_time(text: str) -> None:
    began = perf_counter()
    find_signals(text)
    assert perf_counter() - began < 2


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("村长把五保老人打进了医院。", "violence"),
        ("支书带人把他打得住了院。", "violence"),
        ("他扇了我两耳光，又踢了我几脚。", "violence"),
        ("几个人围着我爸拳打脚踢。", "violence"),
        ("半夜有人往院里扔砖头。", "violence"),
        ("校长性侵学生，还摸女学生。", "violence"),
        ("要我陪他睡才给低保。", "violence"),
        ("他们开车撞我。", "violence"),
        ("They set fire to our shed.", "violence"),
        ("His men locked me up and beat our son.", "violence"),
        ("他说见一次打一次。", "threat"),
        ("支书讲，小心你儿子。", "threat"),
        ("我真想一头撞死在这里。", "self_harm"),
        ("她今晚就喝药。", "self_harm"),
        ("敌敌畏都买了。", "self_harm"),
        ("活着还有什么意思。", "self_harm"),
        ("He says he will end it all.", "self_harm"),
        ("米缸空了，娃娃饿得哭。", "hunger"),
        ("后面的墙要垮了。", "shelter"),
        ("支书让人把监控删了，账本烧了。", "vanishing"),
        ("They are burning the account books.", "vanishing"),
    ],
)
def test_a_danger_is_heard_in_the_words_that_people_use(text: str, danger: str) -> None:
    assert danger in found(text, "danger")


@pytest.mark.parametrize(
    "text",
    ["避免一次性侵占子孙的利益", "请求开展防性侵教育", "孩子不想喝药", "超市打折了", "办手续要跑路", "家长轮流去陪睡"],
)
def test_words_that_only_sound_like_danger_stay_silent(text: str) -> None:
    assert found(text, "danger") == []


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("我爹说他没活路了。", "self_harm"),
        ("她把敌敌畏倒碗里了。", "self_harm"),
        ("他爬到塔吊上去了。", "self_harm"),
        ("我走投无路只有死。", "self_harm"),
        ("唔想做人。", "self_harm"),
        ("农要没喝成，他又要跳搂。", "self_harm"),
        ("我實在撐不下去了。", "self_harm"),
        ("My father says he does not want to live.", "self_harm"),
        ("把我娘推倒在地。", "violence"),
        ("我爹讓他們按在泥裡捶。", "violence"),
        ("他提着菜刀来。", "violence"),
        ("关在宾馆三天不让出门。", "violence"),
        ("从北京把我截回来。", "violence"),
        ("强行把我妈送进精神病院。", "violence"),
        ("上访回来就被拘留。", "violence"),
        ("They took my ID card.", "violence"),
        ("再告就取消低保。", "threat"),
        ("他们在查是谁告的。", "threat"),
        ("举报信转到了他手里。", "threat"),
        ("门口被人放了花圈。", "threat"),
        ("We live in fear.", "threat"),
        ("账本都拉走了，会计室突然失火。", "vanishing"),
        ("他护照办好了，机票都买了。", "vanishing"),
        ("He has booked a flight.", "vanishing"),
        ("瘫在床上没人送饭。", "hunger"),
        ("明天一早来推房。", "shelter"),
        ("挖掘机开到门口了。", "shelter"),
        ("再不治人就没了。", "illness"),
        ("两个娃一个人在家没人管。", "illness"),
        ("把棺材抬到政府门口。", "clash"),
    ],
)
def test_a_danger_told_in_parts_is_heard_however_they_are_put_together(text: str, danger: str) -> None:
    assert danger in found(text, "danger")


@pytest.mark.parametrize(
    "text",
    [
        "气死人了，笑死人。",
        "会上宣读了严禁打击报复举报人的规定。",
        "对打击报复举报人的依法处理。",
        "未发现打击报复，也没听说有人威胁。",
        "我不怕他报复，没有受到任何威胁。",
        "那年挨了打，早就赔了。",
        "我父亲二十年前跳河自杀去世了。",
        "地震那年房子倒塌，现在已住进新房。",
        "请问透析能报多少？",
        "预防自杀热线的宣传单。",
        "多亏政府不然就饿死了。",
        "他们打击犯罪，村里杀年猪，跳广场舞，孩子上吊瓶要钱。",
        "工地上吊车坏了，打分表没有发。",
        "病虫害威胁大，按规定销毁过期票证。",
        "I am dying to know when the landslide monitor job is paid.",
        "Nobody has been threatened.",
    ],
)
def test_what_is_forbidden_settled_thanked_for_or_a_manner_of_speaking_is_no_danger(text: str) -> None:
    assert found(text, "danger") == []


@pytest.mark.parametrize(
    "text",
    [
        "防止他打击报复我。",
        "对我打击报复的要依法处理。",
        "去年他打伤我，赔了钱，今年又打伤我妈。",
        "二十年前的仇，他扬言今天要弄死我。",
        "我父亲十年前上吊，我现在也不想活了。",
        "房子裂了，万一塌了怎么办？",
    ],
)
def test_a_danger_that_goes_on_is_not_taken_for_a_rule_or_the_past(text: str) -> None:
    assert found(text, "danger") != []
