"""The reports of one file among themselves: each is told with its own links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from case_samples import matter

from models.link import LinkModel
from triage.cases import LinkRules, Matter, PairJudge, Shared, link_all
from triage.model import Judgement, Verdict

TEXT = "柳林村的危房改造补助每户被扣下三千元，说是修路，路到今天也没有修，请上级派人来看一看。"


@dataclass(frozen=True)
class ThirdJoinsTwoThatConflict(PairJudge):
    """The first two reports must stay apart, and the third would join both."""

    def judge(self, one: Matter, others: Sequence[Matter], shared: Mapping[str, Shared]) -> list[Judgement]:
        return [self._line(one.id, other.id) for other in others]

    def _line(self, one: str, other: str) -> Judgement:
        if "c" in (one, other):
            return Judgement(one, other, Verdict.SAME, 0.9, "link-1", ("same_village",), joined=True)
        return Judgement(one, other, Verdict.UNSURE, 0.4, "link-1", ("other_accused", "apart"))


def test_a_report_of_a_file_is_told_with_its_own_links_and_no_other_pairs() -> None:
    judge = ThirdJoinsTwoThatConflict(cast(LinkModel, None), LinkRules(0.8, 0.3))
    linked = link_all([matter(name, TEXT) for name in "abc"], judge)
    told = {one.id: [(line.report_id, line.other_id) for line in one.links] for one in linked}
    assert told == {"a": [], "b": [("b", "a")], "c": [("c", "a"), ("c", "b")]}
