"""Groups labelled reports as the pipeline would, to be scored against the cases that people named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.reports import LabelledReport
from triage.cases import LinkKeyer, LinkRules, Matter, MemoryCandidates, clusters, judge
from triage.model import Assessment

_KEY = b"evaluation only, nothing is kept"
_MET = 50


@dataclass(frozen=True, slots=True)
class Grouping:
    """The found case of each row and the rows that were looked at as its candidates."""

    cases: tuple[str, ...]
    candidates: tuple[frozenset[int], ...]


def group(
    rows: Sequence[LabelledReport], assessments: Sequence[Assessment], rules: LinkRules | None = None
) -> Grouping:
    """Take the rows in their order, each meeting those before it."""
    keyer, before = LinkKeyer(_KEY), MemoryCandidates()
    matters: list[Matter] = []
    candidates: list[frozenset[int]] = []
    ledger = []
    for place, (row, assessment) in enumerate(zip(rows, assessments, strict=True)):
        matter = Matter.of(f"{place:08d}", row.text, assessment.entities)
        keys = keyer.near_text(matter.fingerprint)
        met = [int(name) for name in before.meet(keys, _MET)]
        judgements = [judge(matter, matters[other], rules or LinkRules()) for other in met]
        ledger += [judgement for judgement in judgements if judgement is not None]
        before.add(matter.id, keys)
        matters.append(matter)
        candidates.append(frozenset(met))
    case_of = {
        name: case.id for case in clusters([matter.id for matter in matters], ledger) for name in case.report_ids
    }
    return Grouping(tuple(case_of[matter.id] for matter in matters), tuple(candidates))
