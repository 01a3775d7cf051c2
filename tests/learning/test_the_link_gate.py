"""Links learn from what people judged, unless that would join more that belongs apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.reports import LabelledReport
from models.link import LinkModel
from triage.cases import LinkRules, Matter
from triage.learning.judged import JudgedPair
from triage.learning.link_gate import (
    AUTHORED,
    JUDGED,
    Joined,
    LinkGate,
    LinkPart,
    learn_judged,
    parted,
    write_gate,
)
from triage.learning.linking import Pair, Seen, enough, learn_links

pytestmark = pytest.mark.usefixtures("few_trees")
RULES = LinkRules(join=0.7, suggest=0.3, least_shingles=5)
THINGS = "水窖 桥面 鸡苗 化肥 围墙 草场 灯杆 石料 果树 烤房 井盖 圈舍 路肩 渠道 大棚 茶苗 羊羔 蜂箱 渔网 竹笋 药材 木耳 柑橘 核桃 花椒 油茶 桑园 蚕房"
PEOPLE = "韦成山 罗启明 覃玉兰 蒙大勇 岑少华 农立军 黄庆福 陆家旺 莫文才 梁桂英 石开泰 潘有德 杨秀峰 吴天佑"


def _letter(matter: int, teller: int) -> str:
    thing, who = THINGS.split()[matter % 28], PEOPLE.split()[matter % 14]
    told = (
        f"会计{who}把{thing}的钱压了{matter + 3}个月不发，十五户都在等，账本谁也没见过。",
        f"去问{who}好几趟，{thing}的补助一分没到手，听说全组{matter + 20}户都这样。",
        f"{thing}的事我写第二回了，{who}说款没下来，乡里却讲早就拨了，{matter + 3}个月过去。",
    )
    return told[teller]


def _rows() -> list[LabelledReport]:
    return [
        LabelledReport(_letter(matter, teller), id=f"t-{matter}-{teller}", case=f"m{matter}", received=date(2019, 5, 1))
        for matter in range(28)
        for teller in range(3)
    ]


def nothing_seen(entries: Iterable[object]) -> Iterator[Seen]:
    return (Seen() for _ in entries)


def _matter(name: str, text: str) -> Matter:
    return Matter.of(name, text, (), date(2019, 5, 2))


def _judged(same: bool) -> list[JudgedPair]:
    """Forty pairs on which somebody decided: two letters of one matter, or of two."""
    made = []
    for number in range(40):
        other = number if same else number + 5
        one = _matter(f"{number:04d}A", _letter(number % 28, 0))
        made.append(JudgedPair(one, _matter(f"{number:04d}B", _letter(other % 28, 1)), same))
    return made


def test_without_judged_pairs_links_are_those_of_the_corpus() -> None:
    model, gate = learn_judged(_rows(), nothing_seen, (), RULES)
    assert gate.told() == {"outcome": "nothing_judged", "learned_from": 0, "kept_aside": 0, "parts": {}}
    assert "judged" not in model.about


def test_links_learn_from_most_judged_pairs_and_are_measured_on_the_others() -> None:
    model, gate = learn_judged(_rows(), nothing_seen, [*_judged(same=True), *_others()], RULES)
    told = gate.told()
    assert told["outcome"] == "passed"
    assert model.about["judged"] == told["learned_from"] > told["kept_aside"] > 0
    assert told["learned_from"] + told["kept_aside"] == 80
    assert {name: part["pairs"] > 0 for name, part in told["parts"].items()} == {JUDGED: True, AUTHORED: True}


def _others() -> list[JudgedPair]:
    return [
        JudgedPair(
            _matter(f"{number:04d}C", _letter(number % 28, 0)),
            _matter(f"{number:04d}D", _letter((number + 9) % 28, 2)),
            False,
        )
        for number in range(40)
    ]


def test_one_large_case_is_too_little_and_links_are_those_of_the_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = [replace(row, id=f"w9-{row.id}") for row in _rows()]
    monkeypatch.setattr("triage.learning.linking.load", lambda: corpus)
    large = [replace(row, case="m0") for row in corpus[:12]]
    assert enough(large)
    packaged = learn_links(corpus, nothing_seen)
    assert learn_links(large, nothing_seen).about == packaged.about
    model, gate = learn_judged(large, nothing_seen, [*_judged(same=True), *_others()], RULES)
    assert gate.told()["outcome"] == "passed"
    assert model.about["corpus"] == packaged.about["corpus"]


@pytest.mark.parametrize(
    ("without", "having", "passed"),
    [((5, 2), (7, 2), True), ((5, 2), (4, 2), True), ((5, 2), (9, 3), False)],
    ids=["more found", "fewer found", "more joined wrongly"],
)
def test_what_joins_more_that_belongs_apart_is_refused_whatever_it_finds(
    without: tuple[int, int], having: tuple[int, int], passed: bool
) -> None:
    part = LinkPart(AUTHORED, Joined(20, 10, *without), Joined(20, 10, *having))
    gate = LinkGate(8, 2, (part,))
    assert gate.passed is passed
    assert gate.told()["outcome"] == ("passed" if passed else "refused")


def test_what_is_refused_leaves_the_links_of_the_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    def more_wrongly(model: LinkModel, _rules: LinkRules, pairs: Sequence[Pair]) -> Joined:
        return Joined(len(pairs), 1, 1, 3 if model.about["pairs"] > least else 2)

    least = learn_judged(_rows(), nothing_seen, (), RULES)[0].about["pairs"]
    monkeypatch.setattr("triage.learning.link_gate.joined", more_wrongly)
    model, gate = learn_judged(_rows(), nothing_seen, _judged(same=True), RULES)
    assert gate.told()["outcome"] == "refused"
    assert "judged" not in model.about


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda two: two[0] != two[1]), max_size=30))
def test_no_report_stands_on_both_sides(links: list[tuple[int, int]]) -> None:
    known = {number: _matter(f"{number:04d}", "村路没修") for number in range(13)}
    learned, aside = parted([JudgedPair(known[one], known[other], True) for one, other in links], 100)
    sides = [{matter.id for pair in side for matter in (pair.one, pair.other)} for side in (learned, aside)]
    assert not sides[0] & sides[1]
    assert len(learned) + len(aside) == len(links)
    assert all(number >= 100 for pair in [*learned, *aside] for number in pair.groups)


def test_the_report_beside_a_model_holds_counts_alone(tmp_path: Path) -> None:
    part = LinkPart(JUDGED, Joined(20, 10, 5, 2), Joined(20, 10, 6, 2))
    write_gate(tmp_path, LinkGate(8, 2, (part,)))
    written = (tmp_path / "link_gate.json").read_text(encoding="utf-8")
    assert '"joined_wrongly": 2' in written
    assert "t-" not in written
