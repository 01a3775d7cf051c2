from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from case_samples import accused, marked, matter, place
from numpy.typing import NDArray

from models.link import LinkModel
from triage.cases import LinkKeyer, LinkRules, Matter, PairJudge
from triage.cases.alike_places import same_village
from triage.cases.candidates import alone
from triage.cases.compared import Compared
from triage.cases.pairs import may_join
from triage.cases.places import Place
from triage.cases.telling import words_of
from triage.model import Entity, EntityKind, Judgement, Role, Verdict


def alike(*facts: str) -> Compared:
    """Two long letters of one place with many rare words in common, and these facts besides."""
    pair = Compared()
    pair.measure("words_here", 1.0)
    pair.measure("facts_here", 1.0)
    pair.measure("no_common_script", 1.0)  # length and likeness of the wording do not count then
    for code in ("same_village", *facts):
        pair.tell(code)
    return pair


def test_letters_about_the_works_of_one_town_do_not_join_by_place_and_words_alone() -> None:
    assert not may_join(alike())


@pytest.mark.parametrize("fact", ["same_name", "contact"])
def test_the_same_official_or_contact_besides_joins_them(fact: str) -> None:
    assert may_join(alike(fact))


def test_two_words_of_their_own_join_letters_of_one_village_where_the_model_is_sure() -> None:
    pair = alike()
    pair.measure("words_here", 1.2)
    assert may_join(pair, likely=0.85)
    assert not may_join(pair, likely=0.6)


def test_two_words_of_their_own_join_no_letters_of_one_county() -> None:
    pair = alike()
    pair.measure("same_village", 0.0)
    pair.tell("same_county")
    pair.measure("words_here", 1.2)
    assert not may_join(pair, likely=0.95)


def test_a_number_joins_nothing_where_no_place_is_in_common() -> None:
    pair = alike("same_count", "sum")
    pair.measure("same_village", 0.0)
    assert not may_join(pair, likely=0.95)
    pair.tell("same_county")
    assert may_join(pair, likely=0.95)


def test_one_man_whom_both_name_needs_no_place_only_where_the_model_is_as_good_as_certain() -> None:
    pair = alike("same_name", "same_count")
    pair.measure("same_village", 0.0)
    assert not may_join(pair, likely=0.84)
    assert may_join(pair, likely=0.85)


def test_many_rare_runs_in_common_need_no_other_fact_where_the_model_is_as_good_as_certain() -> None:
    pair = Compared()
    pair.measure("no_common_script", 1.0)
    pair.measure("runs_shared", 1.6)
    pair.measure("runs_likeness", 0.2)
    assert may_join(pair, likely=0.9)
    assert not may_join(pair, likely=0.8)
    pair.measure("runs_likeness", 0.1)
    assert not may_join(pair, likely=0.9), "what two long letters share by chance"
    pair.measure("runs_likeness", 0.2)
    pair.tell("denied")
    assert not may_join(pair, likely=0.9), "one says that it does not mean the place of the other"


def test_letters_of_other_years_join_only_over_somebody_whom_both_name() -> None:
    assert not may_join(alike("sum", "same_count", "other_years"), likely=0.95)
    assert may_join(alike("same_name", "other_years"), likely=0.95)


class Sure:
    """A model that takes every pair for one matter."""

    version = "sure"

    def probabilities(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(len(values), 0.97)


RULES = LinkRules(join=0.5, suggest=0.2, least_shingles=5)
FIRST = (
    "昭觉县三河镇石坝村的会计韦成山从每户危房改造款里扣下一千二百元，三十七户都签了空白的单子，账在他床底下的铁盒里，"
    "去年腊月十四他把铁盒搬到了表弟家，谁去问他就说等审计，等到今年端午也没有人来审。"
)
SAME = (
    "石坝村韦会计扣危房改造款的事我也说一说：一千二百元一户，三十七户，腊月十四夜里我看见他抱着铁盒往表弟家去，"
    "单子是空白的，我老娘按的手印，端午那天他还在桥头说审计过了。"
)


def judged(one: Matter, other: Matter) -> Judgement:
    keyer = LinkKeyer(b"a key of these tests")
    shared = alone(keyer.keys(one), keyer.keys(other))
    (line,) = PairJudge(cast(LinkModel, Sure()), RULES).judge(other, [one], {one.id: shared})
    return line


def told(report_id: str, text: str, village: str, *names: str) -> Matter:
    people = [accused(text, name) for name in names]
    return matter(report_id, text, place(text, village), *people)


def test_two_tellers_of_one_village_are_joined() -> None:
    line = judged(told("a", FIRST, "石坝村", "韦成山"), told("b", SAME.replace("韦会计", "韦成山"), "石坝村", "韦成山"))
    assert line.joined


def test_a_letter_of_the_next_village_about_the_same_scheme_is_left_to_a_person() -> None:
    text = SAME.replace("石坝村韦会计", "下坝村会计也学石坝村")
    line = judged(told("a", FIRST, "石坝村", "韦成山"), told("b", text, "下坝村"))
    assert not line.joined
    assert (line.verdict, "other_home" in line.features) == (Verdict.UNSURE, True)
    assert words_of("other_home") is not None


def test_a_letter_that_says_it_means_another_matter_is_left_to_a_person() -> None:
    line = judged(told("a", FIRST, "石坝村", "韦成山"), told("b", SAME + "我讲的是低保，另一件事。", "石坝村"))
    assert not line.joined
    assert "disclaims" in line.features
    assert words_of("disclaims") is not None


class Unsure:
    """A model that takes every pair for two matters, nearly."""

    version = "unsure"

    def probabilities(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(len(values), 0.25)


@pytest.mark.parametrize("added", ["", "我讲的不是征地那件事，是另一件事。"])
def test_a_letter_sent_again_with_a_few_words_changed_joins_however_sure_other_pairs_must_be(added: str) -> None:
    again = FIRST.replace("没有人来审", "还没有一个人来审过")
    one, other = (told(name, text + added, "石坝村", "韦成山") for name, text in (("a", FIRST), ("b", again)))
    keyer = LinkKeyer(b"a key of these tests")
    judge = PairJudge(cast(LinkModel, Unsure()), LinkRules(join=0.99, suggest=0.2, least_shingles=5))
    (line,) = judge.judge(other, [one], {one.id: alone(keyer.keys(one), keyer.keys(other))})
    assert one.disclaims == other.disclaims == bool(added)
    assert 0.75 <= one.fingerprint.similarity(other.fingerprint) < 0.99
    assert line.joined


def test_a_township_in_common_is_no_village_in_common() -> None:
    first, second = Place(0, "", "大箐", "力角箐"), Place(0, "", "大箐", "")
    assert not same_village(first, second)
    # A township told without its 镇 stands where villages do
    assert same_village(Place(0, "", "石屏", ""), Place(0, "", "", "石屏"))
    assert same_village(first, Place(0, "", "", "力角箐"))


ENGLISH = (
    "I am headmaster of a small school in Tailai county. The banner over our gate counted fifty days until prosperity, "
    "and on the ninth of October three of my pupils' families were struck from the ledger with a trumpet and potatoes."
)
PIANOS = (
    "I am headmaster of a small school in Tailai county. Now it is pianos: the township promised my pupils instruments, "
    "and seven stand untuned on earthen floors beside the potatoes, for which somebody blew a trumpet and hung a banner."
)


def test_english_letters_do_not_join_by_the_words_of_their_writer_alone() -> None:
    line = judged(told("a", ENGLISH, "Tailai county"), told("b", PIANOS, "Tailai county"))
    assert not line.joined
    assert "words_alone" in line.features
    assert words_of("words_alone") is not None


def test_two_letters_signed_alike_do_not_join_where_they_share_nothing_else_but_words() -> None:
    signed = [
        f"{text}\n署名：阿苦莫牛" for text in (FIRST, SAME.replace("一千二百元", "好多钱").replace("三十七户", "家家"))
    ]
    lines = [
        matter(name, text, place(text, "石坝村"), marked(text, EntityKind.PERSON, "阿苦莫牛", role=Role.REPORTER))
        for name, text in zip("ab", signed, strict=True)
    ]
    assert not judged(*lines).joined


def test_the_name_of_a_writer_is_no_word_that_two_letters_share() -> None:
    text = "石坝村的桥断了。写信人阿苦莫牛。"
    signed, unsigned = (
        matter("a", text, marked(text, EntityKind.PERSON, "阿苦莫牛", role=Role.REPORTER)),
        matter("b", text),
    )
    assert len(signed.grams) < len(unsigned.grams)


def test_a_name_that_stands_within_another_persons_is_still_found() -> None:
    text = "村长李明亮收了钱。反映人李明。"
    both = matter(
        "a",
        text,
        marked(text, EntityKind.PERSON, "李明亮", role=Role.ACCUSED),
        Entity(EntityKind.PERSON, "李明", 12, 14, Role.REPORTER),
    )
    assert both.named_in(both.holds["李明亮"])


def test_chinese_letters_that_quote_english_are_judged_as_chinese_ones() -> None:
    quoted = " poverty relief cadre household allowance village secretary county office money ledger banner"
    line = judged(told("a", FIRST + quoted, "石坝村"), told("b", SAME + quoted, "石坝村"))
    assert "words_alone" not in line.features
