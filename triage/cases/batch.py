"""Links the reports of one file among themselves, without a store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from triage.cases.candidates import MemoryCandidates
from triage.cases.clusters import clusters
from triage.cases.fingerprint import LinkKeyer
from triage.cases.pairs import LinkRules, Matter, judge
from triage.model import Judgement

MOST_CANDIDATES = 50
_NO_SECRET = b"one file, nothing is kept"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a report to an earlier one: ``verdict`` is same (joined without a person) or suggested."""

    id: str
    probability: float
    verdict: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """A report of a file with its case and its links to earlier reports."""

    id: str
    case: str
    links: tuple[Link, ...]


def link_all(matters: Iterable[Matter], rules: LinkRules) -> tuple[Linked, ...]:
    """Links matters in their order; ``case`` groups those that would be joined without a person."""
    keyer = LinkKeyer(_NO_SECRET)
    met = MemoryCandidates()
    known: dict[str, Matter] = {}
    ledger: defaultdict[str, list[Judgement]] = defaultdict(list)
    for matter in matters:
        keys = keyer.near_text(matter.fingerprint)
        for other in met.meet(keys, MOST_CANDIDATES):
            judgement = judge(matter, known[other], rules)
            if judgement:
                ledger[matter.id].append(judgement)
        met.add(matter.id, keys)
        known[matter.id] = matter
    cases = clusters(list(known), [line for lines in ledger.values() for line in lines])
    home = {report_id: case.id for case in cases for report_id in case.report_ids}
    return tuple(Linked(name, home[name], tuple(_link(line) for line in ledger.get(name, ()))) for name in known)


def _link(line: Judgement) -> Link:
    return Link(line.other_id, line.score, "same" if line.joined else "suggested", line.features)
