from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.divisions import Divisions
from tests.counted_steps import most_bytes, steps
from triage.assess.entities import find_entities
from triage.model import EntityKind, Rank, Role
from triage.text.normalise import normalise
from triage.text.signals import find_signals

RECEIVED = date(2018, 6, 1)


def marks(text: str, kind: EntityKind) -> list[str]:
    return [entity.text for entity in find_entities(text, RECEIVED) if entity.kind is kind]


def roles(text: str) -> dict[str, Role | None]:
    return {e.text: e.role for e in find_entities(text, RECEIVED) if e.kind is EntityKind.PERSON}


def test_post_and_name_are_marked_apart() -> None:
    text = "我要反映村支书王德海，他去年领走了三万五。"
    assert marks(text, EntityKind.POSITION) == ["村支书"]
    assert roles(text) == {"王德海": Role.ACCUSED}
    assert marks(text, EntityKind.AMOUNT) == ["三万五"]
    assert marks(text, EntityKind.PERIOD) == ["去年"]


def test_lone_surname_with_title_is_a_person() -> None:
    text = "问了几回，王书记说没有钱。"
    assert roles(text) == {"王书记": Role.ACCUSED}
    assert marks(text, EntityKind.POSITION) == []


def test_accused_carries_the_level_of_the_post() -> None:
    entities = find_entities("县扶贫办主任柳成林签的字。", RECEIVED)
    assert [(e.text, e.rank) for e in entities if e.kind is EntityKind.PERSON] == [("柳成林", Rank.COUNTY)]


@pytest.mark.parametrize(
    ("post", "rank"),
    [
        ("村会计", Rank.VILLAGE),
        ("乡畜牧站站长", Rank.TOWNSHIP),
        ("镇党委副书记", Rank.TOWNSHIP),
        ("县移民办副主任", Rank.COUNTY),
        ("市委书记", Rank.PREFECTURE),
    ],
)
def test_post_runs_over_level_and_body(post: str, rank: Rank) -> None:
    (found,) = (e for e in find_entities(f"这事{post}最清楚。", RECEIVED) if e.kind is EntityKind.POSITION)
    assert (found.text, found.rank) == (post, rank)


def test_an_office_of_which_each_town_has_one_counts_alone() -> None:
    assert marks("报了案，派出所说等有空", EntityKind.ORGANISATION) == ["派出所"]


@pytest.mark.parametrize("text", ["村干部都不管", "领导们来了", "向书记们反映过", "会计账上有", "班组长期没有人"])
def test_what_is_no_post_is_left_alone(text: str) -> None:
    assert "村干部" not in marks(text, EntityKind.POSITION)
    assert not [p for p in marks(text, EntityKind.PERSON) if p.startswith("向书")]


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("我是四川省凉山州昭觉县三河村的", "四川省凉山州昭觉县三河村", "513431"),
        ("通渭县碧玉沟村的账", "通渭县碧玉沟村", "621121"),
        ("桐城范岗合安村的路", "桐城范岗合安村", "340881"),
        ("米脂县高渠沟的水", "米脂县高渠沟", "610827"),
        ("反映漫岩村的事", "漫岩村", None),
        ("落卜镇三台村的提灌站", "落卜镇三台村", None),
    ],
)
def test_place_is_one_span_from_the_largest_to_the_smallest(text: str, place: str, code: str | None) -> None:
    found = [(e.text, e.code) for e in find_entities(text, RECEIVED) if e.kind is EntityKind.PLACE]
    assert found[0] == (place, code)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("窑淮镇镇长来过", "窑淮镇"),
        ("布拖县日俄村的羊", "布拖县日俄村"),
        ("平江县木金乡保全村的人", "平江县木金乡保全村"),
        ("我是古蔺石屏的农民", "古蔺石屏"),
        ("湄潭落花屯村脱了", "湄潭落花屯村"),
        ("和政县槐树坪妇女", "和政县槐树坪"),
        ("高寨村死人吃五保", "高寨村"),
        ("康县白杨坪十七户的情况", "康县白杨坪"),
        ("鄄城县红船镇后李庄扶贫项目", "鄄城县红船镇后李庄"),
        ("利辛县阚疃镇小陶庄，公厕", "利辛县阚疃镇小陶庄"),
        ("化州市那务镇木根坡村修路", "化州市那务镇木根坡村"),
        ("山上余家沟的路", "余家沟"),
        ("俺庄叫大谢庄，在河边", "大谢庄"),
        ("A市B3区的物业", "a市b3区"),
    ],
)
def test_place_keeps_its_whole_name(text: str, place: str) -> None:
    assert marks(normalise(text).text, EntityKind.PLACE)[0] == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("莘县接活的小老板", "莘县"),
        ("宿松县贫困学生的补助", "宿松县"),
        ("上犹县姓赖的", "上犹县"),
        ("通江县王德海说", "通江县"),
    ],
)
def test_what_is_said_after_a_county_is_no_part_of_it(text: str, place: str) -> None:
    assert marks(text, EntityKind.PLACE) == [place]


@pytest.mark.parametrize("text", ["须经村评议", "榜文贴于村办公室", "一所村小", "已转镇处理"])
def test_a_verb_before_a_village_is_no_name(text: str) -> None:
    assert marks(text, EntityKind.PLACE) == []


def test_short_name_before_a_township_makes_the_county_certain() -> None:
    (place,) = (e for e in find_entities("大安红岗子乡一个屯子", RECEIVED) if e.kind is EntityKind.PLACE)
    assert (place.text, place.code) == ("大安红岗子乡", "220882")


def test_a_place_told_with_all_its_divisions_in_full_is_one_place() -> None:
    text = "四川省凉山彝族自治州昭觉县三河镇石坝村支书王大有克扣低保款"
    (place,) = (e for e in find_entities(text, RECEIVED) if e.kind is EntityKind.PLACE)
    assert (place.text, place.code) == ("四川省凉山彝族自治州昭觉县三河镇石坝村", "513431")


def test_every_tenth_county_is_one_place_with_its_township_and_a_village_told_in_full() -> None:
    divisions = Divisions.load()
    counties = [one for one in divisions if len(one.code) == 6][::10]
    missed = []
    for county in counties:
        town = next((name for name in divisions.townships(county.code) if name[-1] in "镇乡"), "")
        told = "".join(dict.fromkeys(step.name for step in divisions.path(county.code))) + town + "石坝村"
        found = [
            (e.text, e.code) for e in find_entities(f"{told}支书扣了低保款", RECEIVED) if e.kind is EntityKind.PLACE
        ]
        if town and found != [(told, county.code)]:
            missed.append(told)
    assert not missed


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("湖南永州东安县鹿马桥镇双河村的会计", "湖南永州东安县鹿马桥镇双河村", "431122"),
        ("山东河口区孤岛镇双河村的会计", "山东河口区孤岛镇双河村", "370503"),
        ("江苏镇江丹阳延陵镇的干部", "江苏镇江丹阳延陵镇", "321181"),
        ("河北保定容城南张镇团结村的会计", "河北保定容城南张镇团结村", "130629"),
        ("同仁市年都乎乡下寨村的会计", "同仁市年都乎乡下寨村", "632301"),
        ("许昌市长葛市后河镇石坝村的会计", "许昌市长葛市后河镇石坝村", "411082"),
        ("江苏连云港东海县黄川镇双河村的会计", "江苏连云港东海县黄川镇双河村", "320722"),
    ],
)
def test_names_that_begin_or_end_like_another_word_belong_to_the_place_around_them(
    text: str, place: str, code: str
) -> None:
    assert [(e.text, e.code) for e in find_entities(text, RECEIVED) if e.kind is EntityKind.PLACE] == [(place, code)]


@pytest.mark.parametrize(
    ("text", "post", "name"),
    [
        ("四川省省长沙建国收了老板五十万元", "省长", "沙建国"),
        ("县长沙国良收了钱", "县长", "沙国良"),
    ],
)
def test_somebody_called_sha_behind_a_post_is_no_city(text: str, post: str, name: str) -> None:
    found = find_entities(text, RECEIVED)
    assert {(e.kind, e.text) for e in found} >= {(EntityKind.POSITION, post), (EntityKind.PERSON, name)}


@pytest.mark.parametrize("text", ["他在湖南省长沙打工", "湖南省长沙市的干部", "家住长沙路", "我到长沙市长沙县看病"])
def test_changsha_is_a_place_where_it_is_told_as_one(text: str) -> None:
    assert not [e for e in find_entities(text, RECEIVED) if e.kind is EntityKind.POSITION]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("由副镇长叶家祥的妻弟承包", "叶家祥"),
        ("他连襟唐永久的店", "唐永久"),
        ("理事长段新系其亲侄", "段新"),
        ("副主任呼延涛和镇长郑宏来了", "呼延涛"),
        ("村文书沙马伍合发放时扣下一百", "沙马伍合"),
        ("村主任禹强小舅子的店", "禹强"),
        ("村资书余国标写的", "余国标"),
        ("副鄉長代榮昌說的", "代榮昌"),
        ("隔壁老魏家借的猪", "老魏"),
    ],
)
def test_name_ends_where_the_sentence_goes_on(text: str, name: str) -> None:
    assert name in [text[e.start : e.end] for e in find_entities(normalise(text).text, RECEIVED) if e.role]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("吉克·拉体是我们村支书，他收了每户三百元", ["吉克·拉体"]),
        ("支书阿力木江·吐尔逊不给我们办低保", ["阿力木江·吐尔逊"]),
        ("阿依古丽·买买提说村长艾尼瓦尔·库尔班拿了她的钱", ["阿依古丽·买买提", "艾尼瓦尔·库尔班"]),
        ("阿布都热合曼•托合提家里六口人没评上", ["阿布都热合曼·托合提"]),
        ("次仁·多吉才知道", ["次仁·多吉"]),
        ("热孜万古丽·麦麦提敏那一条", ["热孜万古丽·麦麦提敏"]),
        ("内蒙古·额尔古纳的扶贫干部", []),
        ("青海·玉树的支书", []),
        ("精准扶贫·脱贫攻坚", []),
    ],
)
def test_names_of_two_parts_are_told_by_their_sounds(text: str, names: list[str]) -> None:
    assert marks(normalise(text).text, EntityKind.PERSON) == names


@pytest.mark.parametrize("text", ["扣发补贴的情况反映", "第一天米饭、白菜汤", "那叫闹矛盾", "评议时叫关起门开小会"])
def test_what_is_no_name_is_no_person(text: str) -> None:
    assert marks(text, EntityKind.PERSON) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("副院长罗绍兵坐在旁边数", "罗绍兵"),
        ("镇党委副书记段正雄莅村", "段正雄"),
        ("有没得文件，副乡长安治国说你以为", "安治国"),
        ("村主任巩三元明知道的", "巩三元"),
        ("签字的是村文书权友才一个人", "权友才"),
        ("村主任宗占有把额的叫驴拉走了", "宗占有"),
        ("他妹夫陆金城，在乡政府做饭", "陆金城"),
        ("来访人阿说曲铁，彝族", "阿说曲铁"),
        ("旁边写的是“方国栋”三个字", "方国栋"),
        ("欧阳书记年底评了先进", "欧阳书记"),
        ("县消防大队的裴参谋打电话", "裴参谋"),
        ("有个马二嫂在街上看见", "马二嫂"),
        ("村主任老刘回的是没有", "老刘"),
        ("隔壁的老郑头也在", "老郑头"),
        ("张某当面承认", "张某"),
        ("那个吴老三开铲车", "吴老三"),
        ("村委会主任吐尔逊·买买提那一条", "吐尔逊·买买提"),
        ("回家问隔壁的阿芬，她也不晓得", "阿芬"),
        ("我男人慕生财，腰断过", "慕生财"),
        ("被告人郭XX带领市场所", "郭xx"),
        ("供应商李2某汇款", "李2某"),
        ("吴某才于去年退款", "吴某"),
        ("其次是孙氏，名在册", "孙氏"),
        ("副镇长姓续的头一个应承", "续"),
        ("站里姓皮的班长说", "皮"),
        ("我没有要，晏副院长过来催", "晏副院长"),
        ("令狐副乡长讲可以", "令狐副乡长"),
        ("领头的是傅清泉和他弟弟", "傅清泉"),
        ("问丘主任，他不答", "丘主任"),
        ("老李家老二当村支书，把低保钱都领走了", "老李家老二"),
        ("老李家老大和老三都有份", "老李家老大"),
    ],
)
def test_person_is_told_by_post_tie_title_or_mark(text: str, name: str) -> None:
    assert name in marks(normalise(text).text, EntityKind.PERSON)


@pytest.mark.parametrize(
    "text",
    [
        "老百姓都晓得",
        "直接奔小康了",
        "谢谢党",
        "签名和妻子的一样",
        "种了桂花树",
        "孔雀窗的房子",
        "三轮车司机",
        "阿姨好",
    ],
)
def test_what_only_begins_like_a_name_is_no_person(text: str) -> None:
    assert marks(text, EntityKind.PERSON) == []


def test_a_heading_is_no_signature_and_the_last_line_is() -> None:
    assert roles("咨询小额贷款的相关政策\n我想问一下怎么申请，谢谢。") == {}
    assert roles("咨询贷款\n我想问一下怎么申请，谢谢。\n南塘村 李国强") == {"李国强": Role.REPORTER}


def test_name_after_a_post_is_no_place_and_no_sum() -> None:
    text = "副乡长安治国和村主任巩三元都来了"
    assert marks(text, EntityKind.PLACE) == []
    assert marks(text, EntityKind.AMOUNT) == []


@pytest.mark.parametrize(
    ("text", "post"),
    [
        ("康家湾村原村委会主任康得宝", "村委会主任"),
        ("某镇扶贫专干黄启志", "扶贫专干"),
        ("镇长秘书霍亮一个标段要两万", "镇长秘书"),
        ("业务副院长官德义讲", "业务副院长"),
        ("园区管委会主任宋积善", "园区管委会主任"),
    ],
)
def test_post_holds_no_past_and_no_unnamed_place(text: str, post: str) -> None:
    assert marks(text, EntityKind.POSITION) == [post]


@pytest.mark.parametrize("text", ["市长信箱转办", "打了三遍市长热线", "书记您好", "判决文书里只写了"])
def test_an_address_or_a_paper_is_no_post(text: str) -> None:
    assert marks(text, EntityKind.POSITION) == []


def test_short_mentions_share_the_part_and_the_rank_of_the_full_name() -> None:
    text = "县扶贫办主任柳成林来过。大家都叫柳主任，老柳也认账。"
    found = [(e.text, e.role, e.rank) for e in find_entities(text, RECEIVED) if e.kind is EntityKind.PERSON]
    assert found == [
        ("柳成林", Role.ACCUSED, Rank.COUNTY),
        ("柳主任", Role.ACCUSED, Rank.COUNTY),
        ("老柳", Role.ACCUSED, Rank.COUNTY),
    ]


def test_what_the_next_clause_says_of_him_tells_the_part() -> None:
    assert roles("后来有个叫杜明才，他收了每户三百")["杜明才"] is Role.ACCUSED


def test_a_name_said_twice_over_is_the_same_holder() -> None:
    assert roles("那天书记聂文滨聂文彬在台上讲") == {"聂文滨": Role.ACCUSED, "聂文彬": Role.ACCUSED}


def test_neighbours_words_accuse_nobody() -> None:
    assert roles("看门的老吉说半夜拉走过一回")["老吉"] is Role.VICTIM
    assert roles("副镇长姓续的答应了三天")["续"] is Role.ACCUSED


def test_names_in_a_row_share_their_part() -> None:
    assert roles("低保户郭桂兰、曹玉莲都没有领到") == {"郭桂兰": Role.VICTIM, "曹玉莲": Role.VICTIM}
    assert roles("他连襟唐永久、陶国兴都有份") == {"唐永久": Role.ACCUSED, "陶国兴": Role.ACCUSED}


def test_full_name_in_english_stands_apart_from_its_title() -> None:
    assert set(roles("It was signed by Director Yao Shihai and by Section Chief Ma, not by Ms Lei Hongmei.")) == {
        "Yao Shihai",
        "Section Chief Ma",
        "Ms Lei Hongmei",
    }


def test_phone_number_within_english_is_a_contact_and_telephone_is_none() -> None:
    text = "Please call my telephone 13800000000, the television people did not come."
    assert marks(text, EntityKind.CONTACT) == ["13800000000"]


@pytest.mark.parametrize(
    "text",
    ["三河村王书记说", "村", "县扶贫办、王德海", "village ", "the village head Ma Haibo, ", "Dear Linxian county, "],
)
def test_a_text_four_times_as_long_takes_about_four_times_as_long(text: str) -> None:
    def seconds(length: int) -> float:
        whole = (text * length)[:length]
        begun = perf_counter()
        find_entities(whole, RECEIVED)
        return perf_counter() - begun

    # the best of three, because a collection of garbage may fall into any of them
    long, short = (min(seconds(length) for _ in range(3)) for length in (40_000, 10_000))
    assert long < 12 * max(short, 0.02)


@pytest.mark.parametrize(
    "word",
    [
        "扶贫",
        "a7县长",
        "魏长生可以作证，",
        "王书记、李主任说",
        "三河村，",
        "The village head ",
        "Mr Wang and Secretary Li, ",
        "Dear Mr Wang,\n",
        "县长兼",
        "王书记您好，",
    ],
)
def test_a_word_said_four_times_as_often_takes_about_four_times_as_many_steps(word: str) -> None:
    def taken(length: int) -> int:
        return steps(lambda: find_entities((word * length)[:length], RECEIVED))

    taken(500)  # tables are read once
    assert taken(4000) < 5 * taken(1000)


def test_the_name_of_a_body_that_runs_over_pages_is_read_in_memory_for_a_page() -> None:
    def taken(count: int) -> int:
        return most_bytes(lambda: find_entities("扶贫" * count + "办", RECEIVED))

    taken(1000)  # tables are read once
    assert taken(4000) < 8 * taken(1000)


@pytest.mark.parametrize("text", ["我们村里", "贫困村都一样", "各乡镇开会", "邻村也有", "全县都知道", "新村民"])
def test_any_village_is_no_place(text: str) -> None:
    assert marks(text, EntityKind.PLACE) == []


def test_body_with_level_or_name_is_an_organisation() -> None:
    text = "找过县扶贫办和镇政府，钱进了兴旺养殖合作社。公司不认，村里也不认。"
    assert marks(text, EntityKind.ORGANISATION) == ["县扶贫办", "镇政府", "兴旺养殖合作社"]


def test_body_may_begin_with_its_place() -> None:
    assert marks("致静宁县监察局：", EntityKind.ORGANISATION) == ["静宁县监察局"]


def test_misspelt_programme_is_marked_as_written() -> None:
    assert marks("低宝没有了，建档立卡也没有", EntityKind.PROGRAMME) == ["低宝"]


def test_contact_is_marked() -> None:
    assert marks("我的电话13800000000", EntityKind.CONTACT) == ["13800000000"]


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("我叫陈光菊，今年六十。", "陈光菊", Role.REPORTER),
        ("来访人：赵启明，男，五十岁。", "赵启明", Role.REPORTER),
        ("名额给了村主任的小舅子刘长顺。", "刘长顺", Role.ACCUSED),
        ("村里五保老人孙福贵没有上名单。", "孙福贵", Role.VICTIM),
        ("证人周明山当时在场。", "周明山", Role.WITNESS),
        ("我爸吴德厚瘫在床上。", "吴德厚", Role.VICTIM),
    ],
)
def test_role_follows_the_words_around_a_name(text: str, name: str, role: Role) -> None:
    assert roles(text).get(name) is role


def test_name_at_the_end_of_a_letter_is_the_reporter() -> None:
    assert roles("钱至今没有发下来。\n望查。\n韩玉梅").get("韩玉梅") is Role.REPORTER


def test_english_report_is_read_by_its_capitals() -> None:
    text = "In Weining County, Guizhou, the village head Wang Jianguo kept 3,500 yuan. Mrs Bai got nothing."
    entities = find_entities(text, RECEIVED)
    assert [(e.text, e.code) for e in entities if e.kind is EntityKind.PLACE] == [("Weining County, Guizhou", "520526")]
    assert roles(text) == {"Wang Jianguo": Role.ACCUSED, "Mrs Bai": Role.VICTIM}
    assert [e.fen for e in entities if e.kind is EntityKind.AMOUNT] == [350_000]


@given(st.text(max_size=40))
def test_no_script_makes_it_stumble(text: str) -> None:
    plain = normalise(text).text
    find_signals(plain)
    assert all(plain[e.start : e.end] == e.text for e in find_entities(plain, RECEIVED))


def test_digits_of_other_scripts_are_no_count_of_people() -> None:
    assert find_signals("٣户 ३人") == ()


ALPHABET = "村支书王德海说李家的低保三万五在昭觉县三河镇扶贫办主任，。\n 1a"


@given(st.text(alphabet=ALPHABET, max_size=60))
def test_entities_are_exact_substrings_that_never_overlap(text: str) -> None:
    end = 0
    for entity in find_entities(text, RECEIVED):
        assert text[entity.start : entity.end] == entity.text
        assert entity.start >= end
        end = entity.end


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("I write from Anchang, Zheng'an county. Nobody came.", "Anchang, Zheng'an county"),
        ("We live in Yanguan, on the hill.", "Yanguan"),
        ("The office of Shajin village, Linxian, was shut.", "Shajin village, Linxian"),
        ("They came back in September with a camera.", None),
        ("My cousin sends money from Canada.", None),
    ],
)
def test_an_english_place_is_told_from_its_smallest_to_its_largest_unit(text: str, place: str | None) -> None:
    found = [entity.text for entity in find_entities(text, RECEIVED) if entity.kind is EntityKind.PLACE]
    assert found == ([place] if place else [])


@pytest.mark.parametrize("name", ["Lyu Wei", "Lv Wei", "Lü Wei", "Lu Wei", "Lyu Weimin"])
def test_an_accused_of_that_surname_is_found_however_it_is_spelt(name: str) -> None:
    assert roles(f"In Hongyan village, Zhaojue county, party secretary {name} kept 4,000 yuan.") == {name: Role.ACCUSED}


@pytest.mark.parametrize(
    "text",
    [
        "Lvs are a slip of the keyboard. The allowance never came to us in the village.",
        "They sold us Lux soap and a Lyric radio instead of paying the allowance.",
        "LV Wood is written on the boxes that stand in front of the village hall.",
    ],
)
def test_words_that_only_begin_like_that_surname_name_nobody(text: str) -> None:
    assert roles(text) == {}


def test_programmes_have_english_names() -> None:
    text = "Our dibao was cut and the dangerous-house grant went to his cousin, nothing of Rain and Dew."
    found = [entity.text for entity in find_entities(text, RECEIVED) if entity.kind is EntityKind.PROGRAMME]
    assert found == ["dibao", "dangerous-house grant", "Rain and Dew"]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("The subsidy never came. The other 100,000 has gone into the wall.", [100_000]),
        ("They pay the guard 500 a month, half of it a fee.", [500]),
        ("He built a gate with two million from the poverty fund.", [2_000_000]),
        ("There are 1,200 people in the village, all paid their fee.", []),
        ("In 2018 no money came.", []),
        ("The certificate is No. 10,442, the loan was refused.", []),
    ],
)
def test_large_sums_and_rates_count_in_english_without_a_currency(text: str, yuan: list[int]) -> None:
    found = [entity.fen for entity in find_entities(text, RECEIVED) if entity.kind is EntityKind.AMOUNT]
    assert found == [100 * one for one in yuan]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("They live in Chashan Village, Yunlong County.", "532929"),
        ("The office is in Gaoqiao, Zheng'an County.", "520324"),
    ],
)
def test_an_english_place_bears_the_code_of_the_county_that_it_names(text: str, code: str) -> None:
    [found] = [entity for entity in find_entities(text, RECEIVED) if entity.kind is EntityKind.PLACE]
    assert found.code == code


@pytest.mark.parametrize(
    "text",
    [
        "Respected superior, Kang Erwa from Shajin village, Linxian. The country gives sheep.",
        "Please the leader sees. I am Kang Erwa of Shajin village, Linxian.",
        "Respected superior. I the old Kang Erwa of Linxian only ask.",
        "Nobody gave us sheep.\nYours respectfully,\nKang Erwa",
        "Nobody gave us sheep.\nKang Erwa, Shajin Village, Linxian County, 2017.5.3",
    ],
)
def test_whoever_says_i_or_signs_an_english_letter_is_its_reporter(text: str) -> None:
    assert roles(text) == {"Kang Erwa": Role.REPORTER}


@pytest.mark.parametrize(
    "text",
    [
        "Kang Erwa of Shajin village took our sheep.",
        "Kang Erwa, the village accountant, took our sheep.",
        "His name is known to all - Kang Erwa.",
        "The thief took all our money. Kang Erwa",
        "Accused. Kang Erwa, Shajin\n",
        "Those who took it:\n- Kang Erwa",
        "The one who took it:\n\nKang Erwa",
        "This is Kang Erwa who took our money.",
        "I am Kang Erwa who took it, he said.",
        "He told me: 'I am Kang Erwa and I decide who is poor'.",
        "Please investigate: Kang Erwa of Shajin village took our sheep.",
        "Hello. Kang Erwa of Shajin village, the village head, took 3000 yuan from me.",
    ],
)
def test_whom_an_english_letter_accuses_is_not_taken_for_its_reporter(text: str) -> None:
    assert roles(text) == {"Kang Erwa": Role.ACCUSED}


@pytest.mark.parametrize(
    "text", ["The head Kang Erwa" + " " * 20_000 + "took it.", "\n" * 9000 + "Kang Erwa of Linxian. " * 900]
)
def test_much_space_and_many_names_are_read_in_no_time(text: str) -> None:
    began = perf_counter()
    find_entities(text, date(2019, 1, 1))
    assert perf_counter() - began < 5


@pytest.mark.parametrize(
    "text",
    ["县里安置办好了没有", "镇管理所有的低保户", "县监督所有工程", "没有金融办法", "改厕办法不对", "全村会记得他", "学会长跑", "平台长时间打不开",
     "阳台长满了草", "县里兴农合作社", "搬迁局面不好", "村警告我"],
)  # fmt: skip
def test_words_that_only_look_like_a_body_or_a_post_are_none(text: str) -> None:
    found = {
        e.text
        for e in find_entities(text, date(2019, 1, 1))
        if e.kind in (EntityKind.ORGANISATION, EntityKind.POSITION)
    }
    assert found <= {"兴农合作社"}


@pytest.mark.parametrize("body", ["镇经管站", "县搬迁办", "镇综合执法队", "县劳动监察大队", "乡扶贫工作站"])
def test_offices_that_handle_help_are_bodies(body: str) -> None:
    found = [e.text for e in find_entities(f"我去{body}问过两回，没有人管。", date(2019, 1, 1))]
    assert body in found


_OFFICES = [
    "扶贫办",
    "乡村振兴局",
    "民政局",
    "住建局",
    "发改局",
    "财政局",
    "教育局",
    "人社局",
    "医保局",
    "卫健局",
    "水利局",
    "林业局",
    "农业农村局",
    "交通局",
    "审计局",
    "信访局",
    "公安局",
    "检察院",
    "法院",
    "自然资源局",
    "残联",
    "移民局",
    "市场监管局",
    "市监局",
    "社保局",
    "行政审批局",
    "政务服务局",
    "融媒体中心",
    "市场监督管理局",
    "人力资源和社会保障局",
    "住房和城乡建设局",
    "发展和改革局",
    "卫生健康局",
    "医疗保障局",
    "扶贫开发领导小组办公室",
]


@pytest.mark.parametrize(
    "told", ["我们去找{}", "已经向{}反映过", "信访局、{}都不管", "钱被{}扣了", "{}：我要反映一件事"]
)
@pytest.mark.parametrize("place", ["昭觉县", "凉山州昭觉县", "昭觉", "县", "某县"])
def test_every_office_is_one_body_with_its_place_however_it_is_told(told: str, place: str) -> None:
    missed = [
        f"{place}{office}"
        for office in _OFFICES
        if f"{place}{office}" not in marks(told.format(f"{place}{office}"), EntityKind.ORGANISATION)
    ]
    assert missed == []


@pytest.mark.parametrize(
    "office", ["自然资源所", "财经所", "便民中心", "果业站", "农牧站", "路灯所", "供热办", "清欠办"]
)
def test_offices_of_a_township_are_bodies(office: str) -> None:
    assert marks(f"我去镇{office}问过。", EntityKind.ORGANISATION) == [f"镇{office}"]


@pytest.mark.parametrize("body", ["县民政局优抚股", "教育局基教科", "市财政局监督科", "县教育局监察室"])
def test_a_section_belongs_to_its_office(body: str) -> None:
    assert marks(f"我们去找{body}的人", EntityKind.ORGANISATION) == [body]


@pytest.mark.parametrize(
    "text", ["县教育局教育科长收了钱", "县民政局优抚股股长收了钱", "县卫健局和外科都不管", "县水利局各科都不管"]
)
def test_whoever_heads_a_section_and_several_sections_are_none(text: str) -> None:
    assert set(marks(text, EntityKind.ORGANISATION)) <= {text[:4]}


def test_the_name_of_a_village_belongs_to_its_committee_and_not_to_a_post() -> None:
    assert marks("钱是石塘村委会领的", EntityKind.ORGANISATION) == ["石塘村委会"]
    assert marks("三河镇石坝村委会说没有", EntityKind.ORGANISATION) == ["三河镇石坝村委会"]
    assert set(marks("我们村委会说没有，找村委会也没有用", EntityKind.ORGANISATION)) == {"村委会"}
    assert marks("石塘村委会主任收了钱", EntityKind.POSITION) == ["村委会主任"]


def test_a_word_that_begins_with_the_end_of_a_body_is_none() -> None:
    assert marks("退伍军人大病救助没有给。", EntityKind.ORGANISATION) == []
    assert marks("县人大收到了。", EntityKind.ORGANISATION) == ["县人大"]


def test_a_level_inside_another_word_makes_no_body() -> None:
    assert marks("我们找过辖区派出所。", EntityKind.ORGANISATION) == ["派出所"]
    assert marks("我们找过区民政局。", EntityKind.ORGANISATION) == ["区民政局"]


def test_a_place_in_letters_and_the_name_behind_it_hold_no_post() -> None:
    text = "厂子开在a7县长龙社区。"
    assert marks(text, EntityKind.POSITION) == []
    assert marks(text, EntityKind.PLACE) == ["a7县长龙社区"]
