"""Reports meet cases of more members than are opened: none is lost, and every conflict is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import cast

from case_samples import matter

from triage.cases import LinkKeyer, Matter, Near, PairJudge, Shared, link, link_all
from triage.cases.voices import APART
from triage.model import Case, Judgement, LinkKey, Verdict

KEYER = LinkKeyer(b"k" * 32)
TEXT = "柳林村的低保名单上没有我们家，请领导派人来看一看。"
Opinion = Callable[[str, str], Judgement | None]


class Judge:
    """Says of pairs what a test wants said."""

    rules = SimpleNamespace(most_candidates=30)

    def __init__(self, opinion: Opinion) -> None:
        self._opinion = opinion

    def judge(self, one: Matter, others: Sequence[Matter], _: Mapping[str, Shared]) -> list[Judgement]:
        lines = (self._opinion(one.id, other.id) for other in others)
        return [line for line in lines if line]


class Stored:
    """A store with cases, some of whose reports share a link key with everybody."""

    def __init__(self, *cases: Sequence[str], met: Sequence[str]) -> None:
        self._cases = [Case(case[0], tuple(case)) for case in cases]
        self._met = met

    def near(self, keys: Sequence[Sequence[LinkKey]], most: int) -> list[Near]:
        return [Near({some[0]: self._met[-most:]}) for some in keys]

    def matters(self, report_ids: Sequence[str]) -> dict[str, Matter]:
        return {report_id: matter(report_id, TEXT) for report_id in report_ids}

    def cases(self, report_ids: Sequence[str], most: int) -> dict[str, Case]:
        return {
            one: Case(case.id, case.report_ids[-most:])
            for case in self._cases
            for one in report_ids
            if one in case.report_ids
        }


def judging(opinion: Opinion) -> PairJudge:
    return cast("PairJudge", Judge(opinion))


def same(one: str, other: str, score: float = 0.9) -> Judgement:
    return Judgement(one, other, Verdict.SAME, score, "links-1", (), joined=True)


def different(one: str, other: str) -> Judgement:
    return Judgement(one, other, Verdict.DIFFERENT, 0.1, "links-1", ("other_accused",))


def named(letter: str, count: int) -> list[str]:
    return [f"{letter}{number:02d}" for number in range(count)]


def conflicts(lines: Sequence[Judgement]) -> list[tuple[str, str]]:
    return [(line.report_id, line.other_id) for line in lines if line.verdict is Verdict.DIFFERENT]


def test_a_conflict_with_the_oldest_of_a_large_case_is_written_down() -> None:
    large = named("a", 15)

    def opinion(one: str, other: str) -> Judgement | None:
        return {"a14": same, "a00": different}[other](one, other) if other in ("a14", "a00") else None

    (met,) = link([matter("r1", TEXT)], KEYER, judging(opinion), Stored(large, met=large))
    assert conflicts(met.judgements) == [("r1", "a00")]


def test_a_conflict_with_a_second_case_that_is_joined_is_written_down() -> None:
    first, second = named("a", 15), named("b", 15)

    def opinion(one: str, other: str) -> Judgement | None:
        if one == "r1" and other in ("a14", "b14"):
            return same(one, other, 0.95 if other == "a14" else 0.9)
        return different(one, other) if (one, other) in (("r1", "a13"), ("r1", "b01"), ("b13", "a12")) else None

    met = [*first[-3:], "b01", "b13", "b14"]
    (found,) = link([matter("r1", TEXT)], KEYER, judging(opinion), Stored(first, second, met=met))
    assert sorted(conflicts(found.judgements)) == [("b13", "a12"), ("r1", "a13"), ("r1", "b01")]


def test_a_conflict_with_a_case_that_is_not_joined_is_no_news() -> None:
    first, second = named("a", 3), named("b", 3)

    def opinion(one: str, other: str) -> Judgement | None:
        return same(one, other) if other == "a02" else different(one, other) if other == "b02" else None

    (met,) = link([matter("r1", TEXT)], KEYER, judging(opinion), Stored(first, second, met=["a02", "b02"]))
    assert conflicts(met.judgements) == []


def test_an_old_member_of_a_large_case_moves_with_it_when_cases_are_joined() -> None:
    large, small = named("a", 15), named("b", 3)

    def opinion(one: str, other: str) -> Judgement | None:
        wanted = {("r1", "b02"): 0.95, ("r1", "a14"): 0.9, ("r2", "a01"): 0.9, ("r3", "a02"): 0.9}
        return same(one, other, wanted[one, other]) if (one, other) in wanted else None

    stored = Stored(large, small, met=["a01", "a02", "a14", "b02"])
    met = link([matter(name, TEXT) for name in ("r1", "r2", "r3")], KEYER, judging(opinion), stored)
    assert [[line.other_id for line in one.judgements if line.joined] for one in met] == [
        ["b02", "a14"],
        ["a01"],
        ["a02"],
    ]


def test_ten_suggestions_do_not_push_out_what_keeps_a_pair_apart() -> None:
    ids = [f"{number:02d}" for number in range(13)]

    def opinion(one: str, other: str) -> Judgement | None:
        if (one, other) in (("01", "00"), ("12", "01")):
            return same(one, other)
        if one != "12":
            return None
        if other == "00":
            return Judgement(one, other, Verdict.UNSURE, 0.21, "links-1", ("other_village:0:0", APART))
        return Judgement(one, other, Verdict.UNSURE, 0.4, "links-1")

    met = link_all([matter(name, TEXT) for name in ids], judging(opinion))
    homes = {one.id: one.case for one in met}
    assert homes["12"] != homes["00"]
    assert len(met[-1].links) == 12


def test_a_report_that_is_read_again_counts_once_among_those_that_share_a_key() -> None:
    crowds: list[float] = []

    class Listening(Judge):
        def judge(self, one: Matter, others: Sequence[Matter], shared: Mapping[str, Shared]) -> list[Judgement]:
            crowds.extend(shared[other.id].worth for other in others if one.id == "r2" and other.id in shared)
            return super().judge(one, others, shared)

    def worth(met: list[str]) -> float:
        crowds.clear()
        judge = cast("PairJudge", Listening(lambda *_: None))
        link([matter("r1", TEXT), matter("r2", TEXT)], KEYER, judge, Stored(met=met))
        return crowds[0]

    assert worth(["r1"]) == worth([])
