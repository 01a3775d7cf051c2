"""Groups labelled reports as the product would, to be scored against the cases that people named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.reports import LabelledReport
from triage.cases import PairJudge, link_all
from triage.learning.linking import Seen, matter_of
from triage.model import Assessment


@dataclass(frozen=True, slots=True)
class Grouping:
    """The found case of each row and the rows that were looked at as its candidates."""

    cases: tuple[str, ...]
    candidates: tuple[frozenset[int], ...]


def group(rows: Sequence[LabelledReport], assessments: Sequence[Assessment], judge: PairJudge) -> Grouping:
    """Take the rows in their order, each meeting those before it."""
    # Known by their place: rows may bear the same id, or none
    matters = [
        matter_of(f"{place:08d}", row, Seen.of(told))
        for place, (row, told) in enumerate(zip(rows, assessments, strict=True))
    ]
    linked = link_all(matters, judge)
    return Grouping(tuple(one.case for one in linked), tuple(frozenset(map(int, one.candidates)) for one in linked))
