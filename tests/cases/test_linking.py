"""Reports of one matter meet and are joined, look-alikes stay apart, and what was joined can be explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from time import perf_counter

import numpy as np
from case_samples import DAY, accused, marked, matter, place
from hypothesis import given
from hypothesis import strategies as st

from triage.cases import Fingerprint, LinkKeyer, Matter, PairJudge, alone, from_bytes, link_all, meet, to_bytes, told
from triage.cases.candidates import MemoryCandidates, Shared
from triage.cases.features import compared
from triage.cases.people import covered_alike
from triage.model import EntityKind, Judgement, LinkKey, Speaker, Turn, Verdict

PETITION = (
    "我们是青石乡柳林村的村民，村支书周大成从2016年起把三十二户的危房改造补助每户扣下三千元，说是用来修村里的路，"
    "可是路到今天也没有修，问他他就骂人，还说谁去告就取消谁家的低保，请上级派人来看一看我们住的房子。"
)
IN_OTHER_WORDS = (
    "喂，我是柳林的，我屋里那个烂房子的钱，国家给一万六，到手一万三。周支书说那三千修路去了，三十二户都是这样，"
    "路呢，还是那条泥巴路，下雨天娃娃上学鞋都陷进去。我去问，他骂我多事，讲再闹就把你低保拿掉。"
)
KEYER = LinkKeyer(b"k" * 32)


def petition(report_id: str, text: str = PETITION, day: date = DAY) -> Matter:
    return matter(
        report_id, text, accused(text, "周大成"), place(text, "青石乡柳林村"), marked(text, EntityKind.POSITION, "村支书"),
        marked(text, EntityKind.AMOUNT, "三千元", fen=300_000), day=day,
    )  # fmt: skip


def call(report_id: str, day: date = DAY) -> Matter:
    text = IN_OTHER_WORDS
    return matter(
        report_id, text, accused(text, "周支书"), place(text, "柳林"), marked(text, EntityKind.AMOUNT, "三千", fen=300_000), day=day
    )  # fmt: skip


def judged(judge: PairJudge, one: Matter, other: Matter) -> list[Judgement]:
    return judge.judge(one, [other], {other.id: alone(KEYER.keys(one), KEYER.keys(other))})


def only(judge: PairJudge, one: Matter, other: Matter) -> Judgement:
    (line,) = judged(judge, one, other)
    return line


def test_the_same_letter_sent_twice_is_joined_without_a_person(judge: PairJudge) -> None:
    second = petition("b", "  " + PETITION.replace("，", ", ") + "\n")
    judgement = only(judge, second, petition("a"))
    assert judgement.joined
    assert judgement.verdict is Verdict.SAME
    assert "copy" in judgement.features


def test_the_same_matter_in_other_words_is_joined_and_says_why(judge: PairJudge) -> None:
    one, other = petition("a"), call("b")
    judgement = only(judge, other, one)
    assert judgement.joined
    assert judgement.by == judge.model.version
    codes = {feature.split(":")[0] for feature in judgement.features}
    assert {"same_post", "same_village", "sum", "same_count"} <= codes
    assert "copy" not in codes


def test_reasons_name_the_mentions_of_both_reports_only_when_read() -> None:
    line = Judgement("b", "a", Verdict.SAME, 0.9, "link-1", ("same_sound:0:1", "same_village", "unheard_of"))
    one = (accused("王健国", "王健国"),)
    other = (place("", "柳林村"), accused("王建国", "王建国"))
    assert told(line, one, other) == (
        "同音姓名 · names that sound alike: 王健国 / 王建国",
        "同村 · same village",
    )
    assert not any("王" in feature for feature in line.features)


def test_the_same_petition_about_the_next_village_is_not_joined(judge: PairJudge) -> None:
    text = PETITION.replace("柳林", "白沙").replace("周大成", "何有田")
    other = matter("b", text, accused(text, "何有田"), place(text, "青石乡白沙村"))
    assert not any(line.joined for line in judged(judge, other, petition("a")))


def test_another_man_of_the_same_surname_is_not_joined(judge: PairJudge) -> None:
    text = "柳林村的会计周小满去年冬天把五保老人的煤票拿去自己家烧，老人冻得睡不着，邻居给抱了一床被子，没有人管过。"
    other = matter("b", text, accused(text, "周小满"), place(text, "柳林村"))
    assert not any(line.joined for line in judged(judge, other, petition("a")))


def test_a_text_that_says_it_means_another_village_is_not_joined(judge: PairJudge) -> None:
    text = (
        "我不是柳林村的，柳林村那个三十二户扣三千块的事另外有人说过了。我们白沙村是有路的，也没有扣钱，"
        "就是危房改造的名单上一个真正住烂房子的都没有，求你们来看一眼。"
    )
    other = matter("b", text, place(text, "柳林村"), place(text, "白沙村"))
    assert "柳林" in other.denied
    assert not any(line.joined for line in judged(judge, other, petition("a")))


def test_short_texts_never_join_by_themselves(judge: PairJudge) -> None:
    text = "柳林村周大成扣钱"
    one, other = (matter(name, text, accused(text, "周大成"), place(text, "柳林村")) for name in "ab")
    judgement = only(judge, other, one)
    assert not judgement.joined
    assert "short" in judgement.features


def test_reports_that_lie_years_apart_never_join_by_themselves(judge: PairJudge) -> None:
    late = DAY + timedelta(days=judge.rules.old_after_days + 1)
    judgement = only(judge, petition("b", day=late), petition("a"))
    assert not judgement.joined
    assert judgement.verdict is Verdict.UNSURE
    assert "old" in judgement.features


def test_different_matters_say_nothing_of_each_other(judge: PairJudge) -> None:
    other = matter("b", "幼儿园的营养午餐天天都是土豆，孩子说吃不饱，想问问一天的标准到底是多少钱。")
    assert judged(judge, other, petition("a")) == []


def test_a_flood_of_copies_becomes_one_case_with_few_lines_in_the_ledger(judge: PairJudge) -> None:
    matters = [petition(f"r{number:02d}", PETITION + "。" * number) for number in range(60)]
    matters.append(matter("s", "学校的助学金名单里没有我们家，想问一下要交什么材料才可以申请得到。"))
    linked = link_all(matters, judge)
    assert {line.case for line in linked[:60]} == {"r00"}
    assert max(len(line.links) for line in linked) <= 5
    assert linked[60].case == "s"
    assert linked[60].links == ()


def test_two_that_accuse_different_men_are_not_brought_together_by_a_third(judge: PairJudge) -> None:
    text = PETITION.replace("周大成", "何有田")
    rival = matter("c", text, accused(text, "何有田"), place(text, "青石乡柳林村"))
    first, between = petition("a"), call("b")
    for order in permutations([first, between, rival]):
        homes = {line.id: line.case for line in link_all(order, judge)}
        assert homes["a"] != homes["c"]


@given(st.text(alphabet="甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥", min_size=40, max_size=200), st.data())
def test_texts_that_differ_in_little_share_a_key_of_near_text(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    one, other = matter("a", text), matter("b", text[:at] + "天" + text[at + 1 :])
    if one.fingerprint.similarity(other.fingerprint) >= 0.85:
        assert near_keys(one) & near_keys(other)


def near_keys(one: Matter) -> set[LinkKey]:
    return {key for key in KEYER.keys(one) if key.kind == "near"}


def test_link_keys_tell_nothing_without_the_key() -> None:
    one = petition("a")
    assert not set(KEYER.keys(one)) & set(LinkKeyer(b"j" * 32).keys(one))
    assert not any("周" in key.value or "柳" in key.value for key in KEYER.keys(one))


def test_a_name_that_sounds_alike_and_a_village_without_its_ending_share_keys() -> None:
    one = matter("a", "周大成", accused("周大成", "周大成"), place("", "昭觉县柳林村", "513431"))
    other = matter("b", "周达诚", accused("周达诚", "周达诚"), place("", "柳林", "513431"))
    shared = {key.kind for key in set(KEYER.keys(one)) & set(KEYER.keys(other))}
    assert {"name", "place", "village", "county"} <= shared


def test_a_key_that_many_share_is_worth_less_than_one_that_few_share() -> None:
    rare, common = LinkKey("gram", "1"), LinkKey("gram", "2")
    under = {common: [f"r{number}" for number in range(40)], rare: ["x"]}
    assert next(iter(meet([common, rare], under, 3))) == "x"


def test_the_newest_reports_under_a_crowded_key_are_met() -> None:
    key, crowd = LinkKey("near", "1"), MemoryCandidates()
    for number in range(100):
        crowd.add(f"r{number:03d}", [key])
    assert crowd.under([key], 2) == {key: ["r098", "r099"]}


def test_a_name_in_latin_letters_is_not_found_in_words_that_anybody_writes() -> None:
    first = (
        "Dear Sirs, Wang Li, who heads Xi Long village, keeps the book of the well and the money that was paid for it."
    )
    other = "hi, Mr Wang of the bus company let me wait a long time again, who may I ask for the money of the ticket"
    one = matter("a", first, accused(first, "Wang Li"), place(first, "Xi Long village"))
    assert not any(one.holds.values())
    pair = compared(one, matter("b", other), Shared())
    assert not {"name_in_text", "village_in_text"} & {reason.code for reason in pair.reasons}


def test_a_letter_in_english_and_one_in_chinese_share_no_script_but_two_in_english_do() -> None:
    english = (
        "My cousin in Hekeng says that nobody came with the bridge money which the county promised them last winter."
    )
    chinese = "表弟说合坑的桥钱去年冬天县里就答应了，到现在一分没有见到，桥也没有人来修，过河的娃娃天天蹚水上学。"
    texts = matter("a", english), matter("b", chinese), matter("c", english.replace("cousin", "uncle"))
    scripts = [compared(texts[0], other, Shared()).of("no_common_script") for other in texts[1:]]
    assert scripts == [1.0, 0.0]


def test_letters_in_english_meet_by_the_place_that_both_name() -> None:
    letters = (
        "Dear Sirs, the bridge at Hekeng was paid for and never built.",
        "hi, my uncle is from hekeng and he says nobody came with the bridge",
        "hi, my uncle is from Zhangchong and he says nobody came with the bridge",
    )
    keys = [set(KEYER.keys(Matter.of(str(number), letter, (), DAY))) for number, letter in enumerate(letters)]
    assert len({key for key in keys[0] & keys[1] if key.kind == "gram"}) > len(keys[0] & keys[2])


@given(st.text(max_size=300))
def test_a_matter_survives_storage(text: str) -> None:
    kept = Matter.of("a", text, (accused("王建国", "王建国"), place("", "仪陇柏垭寨", "511324")), DAY)
    again = from_bytes("a", to_bytes(kept))
    assert again is not None
    assert (again.people, again.places, again.counts, again.received) == (kept.people, kept.places, kept.counts, DAY)
    assert np.array_equal(again.grams, kept.grams)
    assert again.runs is not None
    assert kept.runs is not None
    assert np.array_equal(again.runs, kept.runs)
    assert again.fingerprint.similarity(Fingerprint.of(text)) == 1.0


def test_a_matter_kept_by_an_earlier_version_is_still_compared() -> None:
    kept = replace(petition("a"), runs=None)
    # The head keeps its length, so that what follows it stands where it stood
    earlier = bytes([1]) + to_bytes(kept)[1:].replace(b',"runs":null', b" " * 12)
    again = from_bytes("a", earlier)
    assert again is not None
    assert again.runs is None
    assert np.array_equal(again.grams, kept.grams)
    pair = compared(again, call("b"), Shared())
    assert pair.of("same_village")
    assert (pair.of("runs_known"), pair.of("runs_shared")) == (0.0, 0.0)


def test_what_hardly_anybody_else_says_brings_two_together() -> None:
    one, other, third = (
        matter(name, text)
        for name, text in (
            ("a", "去年修的那个瓷砖观景亭把灌溉渠堵死了，我们的秧苗全干死在田里。"),
            ("b", "喂，就是那个瓷砖观景亭嘛，修起来以后沟里一滴水都没有。"),
            ("c", "垃圾焚烧炉的烟把我家的白菜熏黄了，没有人管过。"),
        )
    )
    near, far = (compared(one, each, Shared()).of("runs_shared") for each in (other, third))
    assert near > far == 0.0
    assert compared(one, other, Shared()).of("runs_known")


def test_a_covered_name_is_the_name_that_it_may_stand_for() -> None:
    assert covered_alike("苟某全", "苟双全")
    assert covered_alike("独×芳", "独桂芳")
    assert not covered_alike("苟某全", "苟双贵")
    assert not covered_alike("苟某全", "王双全")
    assert not covered_alike("苟某", "苟全")
    assert not covered_alike("苟双全", "苟双全")


def test_a_notice_that_covers_names_is_not_about_other_men() -> None:
    text = "柳林村周某成在危房改造补助发放中每户扣下三千元，共涉及三十二户，已立案审查，请回复退款凭证。"
    notice = matter("b", text, accused(text, "周某成"), place(text, "柳林村"))
    pair = compared(notice, petition("a"), Shared())
    assert pair.of("covered_name")
    assert not pair.of("other_accused")
    assert not pair.of("other_given_name")
    other = PETITION.replace("周大成", "周大有")
    assert compared(notice, matter("c", other, accused(other, "周大有"), place(other, "柳林村")), Shared()).of(
        "other_accused"
    )


def test_a_county_that_was_heard_wrongly_is_no_village() -> None:
    text = "我们里县，永坪镇川儿坝村的文书"
    assert [one.village for one in matter("a", text, place(text, "里县"), place(text, "永坪镇川儿坝村")).places] == [
        "",
        "川儿坝",
    ]


def test_a_thousand_digits_in_a_row_cost_no_time() -> None:
    began = perf_counter()
    assert matter("a", "我的号码" + "1234567890" * 200 + "三" * 2000 + "，三十二户").counts == ("32户",)
    assert perf_counter() - began < 1


def test_only_the_callers_words_are_compared() -> None:
    turns = (Turn(Speaker.AGENT, "您是说柏垭寨吗"), Turn(Speaker.CALLER, "我是尖山坝的"))
    kept = Matter.of("a", "坐席：您是说柏垭寨吗\n来电人：我是尖山坝的\n", (), DAY, turns)
    assert np.array_equal(kept.grams, matter("b", "我是尖山坝的").grams)
