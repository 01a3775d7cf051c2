"""Links the reports of one file among themselves, without a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triage.cases.clusters import clusters
from triage.cases.keys import LinkKeyer
from triage.cases.linking import NothingBefore, link
from triage.cases.matter import Matter
from triage.cases.pairs import PairJudge
from triage.model import Judgement, Verdict

_NO_SECRET = b"one file, nothing is kept"


@dataclass(frozen=True, slots=True)
class Linked:
    """A report of a file with its case, the reports it was compared with and its links to earlier ones."""

    id: str
    case: str
    candidates: tuple[str, ...]
    links: tuple[Judgement, ...]


def link_all(matters: Sequence[Matter], judge: PairJudge) -> tuple[Linked, ...]:
    """Links matters in their order; ``case`` groups those that would be joined without a person."""
    met = link(matters, LinkKeyer(_NO_SECRET), judge, NothingBefore())
    cases = clusters([one.id for one in met], [line for one in met for line in one.judgements])
    home = {report_id: case.id for case in cases for report_id in case.report_ids}
    return tuple(
        Linked(
            one.id,
            home[one.id],
            one.candidates,
            # What keeps two earlier reports apart is written down with the one that would join them, but is not its own
            tuple(
                line for line in one.judgements if line.report_id == one.id and line.verdict is not Verdict.DIFFERENT
            ),
        )
        for one in met
    )
