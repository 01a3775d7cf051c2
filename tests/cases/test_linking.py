"""Repeats meet each other, look-alikes stay apart, and what was joined can be taken apart."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from triage.cases import Fingerprint, LinkKeyer, LinkRules, Matter, clusters, judge, link_all
from triage.model import Entity, EntityKind, Judgement, Role, Verdict

RULES = LinkRules(join=0.9, suggest=0.6)
PETITION = (
    "我们是青石乡柳林村的村民，村支书周大成从2016年起把三十二户的危房改造补助每户扣下三千元，说是用来修村里的路，"
    "可是路到今天也没有修，问他他就骂人，还说谁去告就取消谁家的低保，请上级派人来看一看我们住的房子。"
)


def accused(name: str) -> Entity:
    return Entity(EntityKind.PERSON, name, 0, len(name), role=Role.ACCUSED)


def place(name: str) -> Entity:
    return Entity(EntityKind.PLACE, name, 0, len(name))


def test_the_same_letter_sent_twice_is_joined_without_a_person() -> None:
    first = Matter.of("a", PETITION, [accused("周大成"), place("青石乡柳林村")])
    second = Matter.of("b", "  " + PETITION.replace("，", ", ") + "\n", [accused("周大成"), place("柳林村")])
    judgement = judge(second, first, RULES)
    assert judgement is not None
    assert judgement.joined
    assert judgement.verdict is Verdict.SAME
    assert {"near_text", "same_accused"} <= set(judgement.features)


def test_the_same_petition_about_the_next_village_is_only_suggested() -> None:
    first = Matter.of("a", PETITION, [accused("周大成"), place("柳林村")])
    other = PETITION.replace("柳林", "白沙").replace("周大成", "何有田")
    judgement = judge(Matter.of("b", other, [accused("何有田"), place("白沙村")]), first, RULES)
    assert judgement is not None
    assert not judgement.joined
    assert judgement.verdict is Verdict.UNSURE
    assert {"other_place", "other_accused"} <= set(judgement.features)


def test_short_texts_never_join_by_themselves() -> None:
    judgement = judge(Matter.of("b", "村里分配不公平", ()), Matter.of("a", "村里分配不公平", ()), RULES)
    assert judgement is not None
    assert not judgement.joined
    assert "short" in judgement.features


def test_different_matters_say_nothing_of_each_other() -> None:
    other = Matter.of("b", "幼儿园的营养午餐天天都是土豆，孩子说吃不饱，想问问一天的标准到底是多少钱。", ())
    assert judge(other, Matter.of("a", PETITION, ()), RULES) is None


def test_a_flood_of_copies_becomes_one_case() -> None:
    matters = [Matter.of(f"r{number}", PETITION + "。" * number, ()) for number in range(60)]
    matters.append(Matter.of("other", "学校的助学金名单里没有我们家，想问一下要交什么材料才可以申请得到。", ()))
    linked = link_all(matters, RULES)
    assert {line.case for line in linked[:60]} == {"r0"}
    assert linked[60].case == "other"
    assert linked[60].links == ()


@given(st.text(alphabet="甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥", min_size=40, max_size=200), st.data())
def test_texts_that_differ_in_little_share_a_link_key(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + "天" + text[at + 1 :]
    keyer = LinkKeyer(b"k" * 32)
    one, other = Fingerprint.of(text), Fingerprint.of(changed)
    if one.similarity(other) >= 0.85:
        assert set(keyer.near_text(one)) & set(keyer.near_text(other))


def test_link_keys_tell_nothing_without_the_key() -> None:
    fingerprint = Fingerprint.of(PETITION)
    assert not set(LinkKeyer(b"k" * 32).near_text(fingerprint)) & set(LinkKeyer(b"j" * 32).near_text(fingerprint))


def said(one: str, other: str, verdict: Verdict, by: str = "near-text/1", score: float = 0.9) -> Judgement:
    return Judgement(one, other, verdict, score, by, (), joined=verdict is Verdict.SAME)


def grouped(ids: str, ledger: list[Judgement]) -> set[str]:
    return {"".join(case.report_ids) for case in clusters(list(ids), ledger)}


def test_a_person_who_says_different_splits_what_the_model_joined_and_can_take_it_back() -> None:
    ledger = [said("a", "b", Verdict.SAME), said("b", "c", Verdict.SAME)]
    assert grouped("abcd", ledger) == {"abc", "d"}
    ledger.append(said("b", "c", Verdict.DIFFERENT, "person:wu"))
    assert grouped("abcd", ledger) == {"ab", "c", "d"}
    ledger.append(said("b", "c", Verdict.SAME, "near-text/2"))
    assert grouped("abcd", ledger) == {"ab", "c", "d"}
    ledger.append(said("b", "c", Verdict.SAME, "person:wu"))
    assert grouped("abcd", ledger) == {"abc", "d"}


def test_two_that_a_person_kept_apart_never_meet_over_a_third() -> None:
    ledger = [
        said("a", "c", Verdict.DIFFERENT, "person:wu"),
        said("a", "b", Verdict.SAME, score=0.95),
        said("b", "c", Verdict.SAME, score=0.97),
    ]
    for order in itertools.permutations(ledger):
        assert grouped("abc", list(order)) == {"a", "bc"}


@given(
    st.permutations(
        [said(a, b, Verdict.SAME, score=s) for a, b, s in (("a", "b", 0.9), ("c", "d", 0.8), ("b", "d", 0.7))]
    )
)
def test_the_order_of_the_models_judgements_does_not_matter(ledger: list[Judgement]) -> None:
    assert grouped("abcd", ledger) == {"abcd"}
