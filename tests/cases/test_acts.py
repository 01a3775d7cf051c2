"""Laws of what people do with cases: each act does what it says, breaks no one's word, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from triage.cases import clusters
from triage.cases.acts import Plan, judged, merged, moved, split, taken_back
from triage.model import Act, Judgement, Verdict
from triage.store import Component, Decision
from triage.store.standing import by_person, standing

REPORTS = tuple("abcdefgh")
PAIRS = list(combinations(REPORTS, 2))
MODEL, WU, LI = "links-1", "person:wu", "person:li"


def model(one: str, other: str, verdict: Verdict = Verdict.SAME, score: float = 0.9) -> Judgement:
    return Judgement(other, one, verdict, score, MODEL, (), verdict is Verdict.SAME)


def different(one: str, other: str, by: str) -> Judgement:
    return Judgement(other, one, Verdict.DIFFERENT, 1.0, by)


class Ledger:
    """A ledger in memory with people who act on it."""

    def __init__(self, lines: list[Judgement]) -> None:
        self.lines = lines
        self.decisions: list[Decision] = []

    @property
    def ground(self) -> Component:
        return Component(REPORTS, tuple(self.lines), whole=True)

    def cases(self) -> list[tuple[str, ...]]:
        return [case.report_ids for case in clusters(REPORTS, self.lines)]

    def of(self, report_id: str) -> tuple[str, ...]:
        return next(case for case in self.cases() if report_id in case)

    def write(self, lines: tuple[Judgement, ...], act: Act, by: str) -> None:
        name = f"d{len(self.decisions)}"
        made = tuple(replace(line, decision=name) for line in lines)
        self.lines = [*self.lines, *made]
        self.decisions.append(Decision(name, act, by, datetime.now(UTC), made))

    def undo(self, decision: Decision, by: str) -> None:
        self.lines = [*self.lines, *taken_back(decision, by)]


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """What a model said, and what two people have said of single pairs."""
    verdicts = st.sampled_from((Verdict.SAME, Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE))
    said = draw(st.lists(st.tuples(st.sampled_from(PAIRS), verdicts, st.floats(0.5, 1.0)), max_size=14))
    lines = [model(*pair, verdict, score) for pair, verdict, score in said]
    words = draw(st.lists(st.tuples(st.sampled_from(PAIRS), verdicts, st.sampled_from((WU, LI))), max_size=4))
    lines += [Judgement(*pair, verdict, 1.0, by, (), verdict is Verdict.SAME) for pair, verdict, by in words]
    return Ledger(lines)


def nobody_meets_whom_a_person_keeps_apart(ledger: Ledger) -> None:
    home = {one: case for case in ledger.cases() for one in case}
    for (one, other), line in standing(ledger.lines).items():
        if by_person(line) and line.verdict is Verdict.DIFFERENT:
            assert home[one] != home[other]


def nobody_is_lost(ledger: Ledger) -> None:
    assert sorted(one for case in ledger.cases() for one in case) == list(REPORTS)


@given(ledgers(), st.sampled_from(PAIRS))
def test_a_merge_brings_everybody_of_both_cases_together_or_names_who_forbids_it(
    ledger: Ledger, pair: tuple[str, str]
) -> None:
    one, other = map(ledger.of, pair)
    if one == other:
        return
    plan = merged(ledger.ground, one, other, WU)
    if plan.hindrance is not None:
        assert plan.lines == ()
        assert (plan.hindrance.verdict, by_person(plan.hindrance)) == (Verdict.DIFFERENT, True)
        return
    ledger.write(plan.lines, Act.MERGE, WU)
    assert set(ledger.of(one[0])) >= {*one, *other}
    nobody_meets_whom_a_person_keeps_apart(ledger)


@given(ledgers(), st.data())
def test_a_split_takes_out_whom_it_names_and_leaves_the_others_together(ledger: Ledger, data: st.DataObject) -> None:
    case = ledger.of(data.draw(st.sampled_from(REPORTS)))
    if len(case) < 2:
        return
    out = data.draw(st.lists(st.sampled_from(case), min_size=1, max_size=len(case) - 1, unique=True))
    rest = [one for one in case if one not in out]
    plan = split(ledger.ground, case, out, WU)
    assert plan.hindrance is None
    ledger.write(plan.lines, Act.SPLIT, WU)
    assert set(ledger.of(out[0])) >= set(out)
    assert set(ledger.of(rest[0])) >= set(rest)
    assert ledger.of(out[0]) != ledger.of(rest[0])
    nobody_meets_whom_a_person_keeps_apart(ledger)


@given(ledgers(), st.data())
def test_a_moved_report_is_in_the_other_case_and_the_rest_stay_where_they_were(
    ledger: Ledger, data: st.DataObject
) -> None:
    report_id, to = data.draw(st.sampled_from(PAIRS))
    case, target = ledger.of(report_id), ledger.of(to)
    if case == target:
        return
    plan = moved(ledger.ground, report_id, case, target, WU)
    if plan.hindrance is not None:
        return
    ledger.write(plan.lines, Act.MOVE, WU)
    assert set(ledger.of(to)) >= {report_id, *target}
    rest = set(case) - {report_id}
    assert not rest or set(ledger.of(min(rest))) >= rest
    assert not rest.intersection(ledger.of(report_id))
    nobody_meets_whom_a_person_keeps_apart(ledger)


def act(ledger: Ledger, data: st.DataObject, kinds: tuple[Act, ...] = tuple(Act)) -> None:
    """One act of somebody, at random: what is forbidden is left."""
    by = data.draw(st.sampled_from((WU, LI)))
    kind = data.draw(st.sampled_from(kinds))
    one, other = data.draw(st.sampled_from(PAIRS))
    case, target = ledger.of(one), ledger.of(other)
    plan: Plan | None = None
    if kind is Act.UNDO:
        if ledger.decisions:
            ledger.undo(data.draw(st.sampled_from(ledger.decisions)), by)
    elif kind is Act.JUDGE:
        verdict = data.draw(st.sampled_from((Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE)))
        plan = judged(ledger.ground, one, other, verdict, by)
    elif kind is Act.MERGE and case != target:
        plan = merged(ledger.ground, case, target, by)
    elif kind is Act.MOVE and case != target:
        plan = moved(ledger.ground, one, case, target, by)
    elif kind is Act.SPLIT and len(case) > 1:
        plan = split(ledger.ground, case, [one], by)
    if plan is not None and plan.hindrance is None:
        ledger.write(plan.lines, kind, by)


@settings(max_examples=150)
@given(ledgers(), st.data())
def test_whatever_people_do_nobody_is_lost_and_nobody_meets_whom_a_person_keeps_apart(
    ledger: Ledger, data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 8))):
        act(ledger, data)
        nobody_is_lost(ledger)
        nobody_meets_whom_a_person_keeps_apart(ledger)


@settings(max_examples=150)
@given(ledgers(), st.data())
def test_acts_taken_back_one_after_the_other_leave_the_cases_as_each_found_them(
    ledger: Ledger, data: st.DataObject
) -> None:
    before = [ledger.cases()]
    for _ in range(data.draw(st.integers(1, 5))):
        known = len(ledger.decisions)
        act(ledger, data, (Act.JUDGE, Act.MERGE, Act.SPLIT, Act.MOVE))
        if len(ledger.decisions) > known:
            before.append(ledger.cases())
    for decision in reversed(ledger.decisions):
        assert ledger.cases() == before.pop()
        ledger.undo(decision, LI)
    assert ledger.cases() == before.pop()


@given(ledgers(), st.lists(st.sampled_from(PAIRS), min_size=1, max_size=5, unique=True), st.randoms())
def test_the_order_of_people_who_speak_of_different_pairs_does_not_matter(
    ledger: Ledger, pairs: list[tuple[str, str]], chance: object
) -> None:
    models = [line for line in ledger.lines if not by_person(line)]
    words = [different(*pair, WU if number % 2 else LI) for number, pair in enumerate(pairs)]
    before = clusters(REPORTS, [*models, *words])
    chance.shuffle(words)  # type: ignore[attr-defined]
    assert clusters(REPORTS, [*models, *words]) == before


def test_a_merge_holds_whom_the_model_keeps_apart() -> None:
    ledger = Ledger([model("a", "b"), model("c", "d"), model("b", "d", Verdict.DIFFERENT)])
    ledger.write(merged(ledger.ground, ("a", "b"), ("c", "d"), WU).lines, Act.MERGE, WU)
    assert ledger.of("a") == ("a", "b", "c", "d")
    ledger.undo(ledger.decisions[0], WU)
    assert (ledger.of("a"), ledger.of("c")) == (("a", "b"), ("c", "d"))


def test_a_merge_gives_way_to_another_persons_word_and_not_to_ones_own() -> None:
    ledger = Ledger([model("a", "b"), model("c", "d"), different("b", "d", LI)])
    assert merged(ledger.ground, ("a", "b"), ("c", "d"), WU) == Plan((), ledger.lines[-1])
    plan = merged(ledger.ground, ("a", "b"), ("c", "d"), LI)
    ledger.write(plan.lines, Act.MERGE, LI)
    assert ledger.of("a") == ("a", "b", "c", "d")


def test_those_whom_a_report_alone_held_together_stay_together_when_it_is_taken_out() -> None:
    ledger = Ledger([model("a", "b"), model("a", "c")])
    ledger.write(split(ledger.ground, ("a", "b", "c"), ["a"], WU).lines, Act.SPLIT, WU)
    assert (ledger.of("a"), ledger.of("b")) == (("a",), ("b", "c"))


def test_a_named_act_is_taken_back_though_the_same_person_spoke_later() -> None:
    ledger = Ledger([model("a", "b"), model("b", "c")])
    ledger.write(split(ledger.ground, ("a", "b", "c"), ["c"], WU).lines, Act.SPLIT, WU)
    ledger.write(judged(ledger.ground, "d", "e", Verdict.SAME, WU).lines, Act.JUDGE, WU)
    ledger.undo(ledger.decisions[0], WU)
    assert (ledger.of("a"), ledger.of("d")) == (("a", "b", "c"), ("d", "e"))


def test_a_report_that_a_later_join_ties_to_both_sides_does_not_bring_a_split_case_together_again() -> None:
    ledger = Ledger([model("a", "b"), model("b", "c"), model("c", "d")])
    ledger.write(split(ledger.ground, ("a", "b", "c", "d"), ["c", "d"], WU).lines, Act.SPLIT, WU)
    ledger.lines += [model("d", "e", score=0.99), model("b", "e", score=0.98)]
    assert {ledger.of("a"), ledger.of("c")} == {("a", "b"), ("c", "d", "e")}
